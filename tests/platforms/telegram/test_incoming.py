"""What Telegram's updates mean to Linli."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.messages import (
    Account,
    Address,
    Cause,
    Incoming,
    Membership,
    Moved,
    Photo,
    Press,
    Reacted,
    Standing,
)
from bot.platforms.telegram.incoming import NOBODY, Me, Unreadable, translate, update_id
from tests.botapi import updates as u
from tests.botapi.table import published

ME = Me(id="42", username="linli_bot")
NOW = datetime(2026, 6, 16, 9, 0, tzinfo=UTC)


def cause_of(raw: object) -> Cause | None:
    return translate(raw, ME, NOW)


def heard(raw: object) -> Incoming:
    cause = cause_of(raw)
    assert isinstance(cause, Incoming)
    return cause


def test_a_line_in_the_group_is_told_in_full() -> None:
    author = u.user(7, "桂芳", last_name="张")
    assert heard(u.message("3栋电梯又停了", author=author, chat=u.group(-1001), message_id=55)) == Incoming(
        chat=Address("telegram", "-1001"),
        message="55",
        author=Account("telegram", "7"),
        text="3栋电梯又停了",
        sent_at=datetime.fromtimestamp(u.DATE, UTC),
        in_group=True,
    )


def test_a_name_is_first_and_last_name() -> None:
    assert heard(u.message(author=u.user(7, "桂芳", last_name="张"))).author.name == "桂芳 张"
    assert heard(u.message(author=u.user(7, "张阿姨"))).author.name == "张阿姨"


def test_dates_carry_their_time_zone() -> None:
    assert heard(u.message(date=0)).sent_at == datetime(1970, 1, 1, tzinfo=UTC)


def test_a_private_line_is_not_in_a_group() -> None:
    private = heard(u.message("帮助", chat=u.private()))
    assert not private.in_group
    assert private.chat == Address("telegram", "1001")


def test_an_edit_is_an_edit_of_the_same_message() -> None:
    edit = heard(u.edited("5栋停水", message_id=12))
    assert (edit.edited, edit.message, edit.text) == (True, "12", "5栋停水")
    assert edit.sent_at == datetime.fromtimestamp(u.DATE, UTC)


def test_of_a_photo_the_largest_size_counts_and_the_caption_is_the_text() -> None:
    said = heard(u.message("漏水了", photo=list(reversed(u.photo("leak")))))
    assert said.photos == (Photo("leak-x", "uleak-x"),)
    assert said.text == "漏水了"


def test_a_picture_sent_as_a_file_is_a_photo() -> None:
    document = {"file_id": "f", "file_unique_id": "uf", "mime_type": "image/png"}
    assert heard(u.message("", document=document)).photos == (Photo("f", "uf"),)


def test_the_messages_of_an_album_share_its_id_and_one_has_the_words() -> None:
    parts = [heard(raw) for raw in u.album("a", "b", "c", caption="楼道堆物")]
    assert {part.album for part in parts} == {"album-1"}
    assert [part.text for part in parts] == ["楼道堆物", "", ""]
    assert [part.photos[0].file for part in parts] == ["a-x", "b-x", "c-x"]


def test_a_voice_note_is_heard_as_one() -> None:
    assert heard(u.message("", voice=u.voice())).voice
    assert heard(u.message("", video_note={"file_id": "n", "file_unique_id": "un"})).voice


def test_a_forwarded_message_is_marked() -> None:
    assert heard(u.forwarded()).forwarded
    assert not heard(u.message()).forwarded


def test_a_reply_names_the_message_and_whether_it_is_the_bots() -> None:
    to_person = heard(u.message(reply_to_message=u.content("啊", message_id=3)))
    to_bot = heard(u.message(reply_to_message=u.content("#1", message_id=4, author=u.bot())))
    assert (to_person.reply_to, to_person.reply_to_bot) == ("3", False)
    assert (to_bot.reply_to, to_bot.reply_to_bot) == ("4", True)


@pytest.mark.parametrize("text", ["@linli_bot 几点来", "😀😀 @Linli_Bot 在吗", "停水了@linli_bot"])
def test_the_bot_is_mentioned_by_its_user_name_wherever_it_stands(text: str) -> None:
    at = text.lower().index("@linli_bot")
    entity = {"type": "mention", "offset": len(text[:at].encode("utf-16-le")) // 2, "length": 10}
    assert heard(u.message(text, entities=[entity])).mentions_bot


def test_the_bot_is_mentioned_by_its_account() -> None:
    entity = {"type": "text_mention", "offset": 0, "length": 2, "user": u.bot()}
    assert heard(u.message("邻里", entities=[entity])).mentions_bot


def test_mentioning_somebody_else_is_not_mentioning_the_bot() -> None:
    assert not heard(u.message("@lao_li 看一下")).mentions_bot
    assert not heard(u.message("发到 linli_bot@example.com")).mentions_bot


def test_a_command_with_the_bots_name_is_the_command() -> None:
    command = heard(u.message("/tickets@linli_bot open"))
    assert (command.text, command.mentions_bot) == ("/tickets open", True)


def test_a_command_for_another_bot_concerns_nobody_here() -> None:
    assert cause_of(u.message("/help@weather_bot")) is None


def test_a_topic_is_part_of_the_address() -> None:
    said = heard(u.in_topic(thread=7))
    assert said.chat == Address("telegram", "-1001", "7")


def test_what_opens_a_topic_is_not_what_was_answered() -> None:
    assert heard(u.in_topic(thread=7)).reply_to is None
    answer = u.in_topic(thread=7, reply_to_message=u.content("路灯", message_id=9))
    assert heard(answer).reply_to == "9"


def test_a_thread_of_replies_is_no_topic() -> None:
    assert heard(u.message(message_thread_id=7)).chat.thread is None


@pytest.mark.parametrize("raw", [u.anonymous(), u.from_channel(), u.from_channel(automatic=False)])
def test_who_writes_in_the_name_of_a_chat_is_nobody_in_particular(raw: dict[str, Any]) -> None:
    said = heard(raw)
    assert said.anonymous
    assert int(said.author.id) in NOBODY


@pytest.mark.parametrize("number", sorted(NOBODY))
def test_the_stand_in_accounts_are_nobody_even_without_a_chat_behind_them(number: int) -> None:
    assert heard(u.message(author=u.user(number, "Group", is_bot=True))).anonymous


def test_an_anonymous_admin_is_called_like_the_group() -> None:
    assert heard(u.anonymous(chat=u.group(title="春晖苑业主群"))).author.name == "春晖苑业主群"


@pytest.mark.parametrize(
    "raw",
    [
        u.message("天气晴", author=u.bot(99, "天气", "weather_bot")),
        u.update("channel_post", u.content("通知", chat={"id": -9, "type": "channel", "title": "社区"})),
        u.message("通知", chat={"id": -9, "type": "channel", "title": "社区"}),
        u.message("", new_chat_members=[u.user(5, "新邻居")]),
        u.message("", left_chat_member=u.user(5, "老邻居")),
        u.message("", new_chat_title="春晖苑"),
        u.message("", pinned_message=u.content("#1")),
        u.message("", sticker={"file_id": "s"}),
        u.message("", location={"latitude": 1.0, "longitude": 2.0}),
        {"update_id": 1, "poll": {"id": "1"}},
        {"update_id": 1},
    ],
)
def test_what_does_not_concern_linli_is_nothing(raw: dict[str, Any]) -> None:
    assert cause_of(raw) is None


def test_emoji_on_a_message_are_told_with_whose_they_are() -> None:
    raw = u.reaction("👍", "❤", chat=u.group(-1001), message_id=77)
    assert cause_of(raw) == Reacted(
        Address("telegram", "-1001"),
        "77",
        Account("telegram", "1001"),
        ("👍", "❤"),
        heard(u.message()).sent_at,
    )
    assert cause_of(u.reaction(chat=u.group(-1001))) is not None, "taken away again"


def test_other_emoji_than_plain_ones_are_passed_over() -> None:
    raw = u.reaction("👍")
    raw["message_reaction"]["new_reaction"].append({"type": "custom_emoji", "custom_emoji_id": "5"})
    found = cause_of(raw)
    assert isinstance(found, Reacted)
    assert found.emoji == ("👍",)


def test_emoji_in_a_group_s_own_name_in_private_or_of_a_bot_concern_nobody() -> None:
    anonymous = u.reaction("👍")
    anonymous["message_reaction"]["actor_chat"] = anonymous["message_reaction"].pop("user") and u.group()
    assert cause_of(anonymous) is None
    assert cause_of(u.reaction("👍", chat=u.private(u.user()))) is None
    assert cause_of(u.reaction("👍", by=u.bot(9))) is None


def test_who_comes_into_a_group_and_leaves_it_is_heard_and_not_kept() -> None:
    change = u.membership("member", who=u.user(1002, "李大爷"))
    change["chat_member"] = change.pop("my_chat_member")
    assert cause_of(change) is None


def test_a_press_is_told_in_full() -> None:
    under = u.content("#3", chat=u.group(-1001), message_id=31, author=u.bot())
    pressed = cause_of(u.press("t:3:accept", author=u.user(8, "老李"), under=under, press_id="q9"))
    assert pressed == Press(
        id="q9",
        chat=Address("telegram", "-1001"),
        message="31",
        author=Account("telegram", "8"),
        data="t:3:accept",
        sent_at=NOW,
        in_group=True,
    )


def test_a_press_under_a_vanished_message_still_names_it() -> None:
    pressed = cause_of(u.press(under=u.gone(u.group(-1001), 31)))
    assert isinstance(pressed, Press)
    assert (pressed.chat.chat, pressed.message, pressed.sent_at) == ("-1001", "31", NOW)


def test_a_press_without_data_still_waits_for_its_answer() -> None:
    pressed = cause_of(u.press(None))
    assert isinstance(pressed, Press)
    assert pressed.data == ""


def test_a_press_under_an_inline_message_concerns_nobody_here() -> None:
    raw = u.press()
    del raw["callback_query"]["message"]
    raw["callback_query"]["inline_message_id"] = "x"
    assert cause_of(raw) is None


@pytest.mark.parametrize(
    ("status", "rights", "standing"),
    [
        ("member", {}, Standing.MEMBER),
        ("administrator", {}, Standing.MEMBER),
        ("creator", {}, Standing.MEMBER),
        ("restricted", {}, Standing.MUTED),
        ("restricted", {"can_send_messages": True}, Standing.MEMBER),
        ("restricted", {"is_member": False}, Standing.GONE),
        ("left", {}, Standing.GONE),
        ("kicked", {}, Standing.GONE),
    ],
)
def test_the_bots_standing_follows_its_membership(
    status: str, rights: dict[str, Any], standing: Standing
) -> None:
    change = cause_of(u.membership(status, by=u.user(5, "王主任"), **rights))
    assert change == Membership(
        chat=Address("telegram", "-1001"),
        title="春晖苑业主群",
        standing=standing,
        at=datetime.fromtimestamp(u.DATE, UTC),
        in_group=True,
        by=Account("telegram", "5"),
    )


def test_a_person_who_blocks_the_bot_is_gone() -> None:
    change = cause_of(u.membership("kicked", before="member", chat=u.private(u.user(7, "张阿姨"))))
    assert isinstance(change, Membership)
    assert (change.standing, change.in_group, change.title) == (Standing.GONE, False, "张阿姨")


def test_the_membership_of_others_concerns_nobody_here() -> None:
    assert cause_of(u.membership("kicked", who=u.user(5, "邻居"))) is None


def test_both_tellings_of_a_move_mean_the_same() -> None:
    moved = Moved(Address("telegram", "-55"), Address("telegram", "-1002"))
    assert [cause_of(raw) for raw in u.migration(-55, -1002)] == [moved, moved]


def test_text_that_no_database_can_hold_is_made_whole() -> None:
    assert heard(u.message("停\0水\ud83d了")).text == "停水\ufffd了"
    assert heard(u.message(author=u.user(7, "张\0\udc00"))).author.name == "张\ufffd"


def test_fields_that_are_null_are_fields_that_are_missing() -> None:
    bare = u.message("停水")
    for name in published()["types"]["Message"]:
        bare["message"].setdefault(name, None)
    assert heard(bare) == heard(u.message("停水"))


def _without(path: str) -> dict[str, Any]:
    raw = u.message()
    part: Any = raw
    *way, last = path.split(".")
    for step in way:
        part = part[step]
    del part[last]
    return raw


@pytest.mark.parametrize(
    "raw",
    [
        *(None, 5, "x", [], {}, {"update_id": "7"}, {"update_id": True}),
        {"update_id": 1, "message": 5},
        *(
            _without(f"message.{path}")
            for path in ("message_id", "date", "chat", "from", "chat.id", "from.id")
        ),
        u.message(message_id="5"),
        u.message(date=-1),
        u.message(date=10**15),
        u.message(photo=[]),
        u.message(photo=[{"file_id": "x"}]),
        u.update("message", u.content() | {"text": 5}),
        u.membership() | {"my_chat_member": {"chat": u.group()}},
        {"update_id": 1, "callback_query": {"id": "1"}},
    ],
)
def test_an_update_that_breaks_telegrams_rules_is_unreadable(raw: object) -> None:
    with pytest.raises(Unreadable):
        cause_of(raw)


def test_unreadable_never_quotes_what_people_wrote() -> None:
    raw = u.update("message", u.content("我家302漏水") | {"date": "我家302漏水"})
    with pytest.raises(Unreadable) as caught:
        cause_of(raw)
    assert "302" not in str(caught.value)


def test_before_the_bot_knows_itself_it_translates_all_the_same() -> None:
    cause = translate(
        u.message("@linli_bot 停水", reply_to_message=u.content("a", author=u.bot())), None, NOW
    )
    assert isinstance(cause, Incoming)
    assert (cause.mentions_bot, cause.reply_to_bot) == (False, False)


def test_the_number_of_an_update_confirms_it() -> None:
    assert update_id({"update_id": 77, "poll": {}}) == 77


_TYPES = ("Message", "Chat", "User", "MessageEntity", "CallbackQuery", "ChatMemberUpdated", "PhotoSize")
_KEYS = st.sampled_from(sorted({name for kind in _TYPES for name in published()["types"][kind]} | {"status"}))
_VALUES = st.sampled_from(
    [
        *("supergroup", "private", "group", "channel", "restricted", "kicked", "member", "mention"),
        *("bot_command", "text_mention", "/help@linli_bot", "@linli_bot", "image/png"),
        *(1, 0, -1, 42, u.DATE, 10**30, True, None),
    ]
)
_JSON = st.recursive(
    _VALUES | st.text(max_size=8) | st.integers() | st.floats() | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=6),
    max_leaves=30,
)


@given(raw=_JSON, kind=st.sampled_from(["message", "edited_message", "callback_query", "my_chat_member"]))
def test_whatever_comes_is_understood_or_unreadable(raw: object, kind: str) -> None:
    for whole in (raw, {"update_id": 1, kind: raw}):
        with suppress(Unreadable):
            cause_of(whole)


@given(data=st.data())
def test_a_real_update_with_anything_in_one_place_is_understood_or_unreadable(data: st.DataObject) -> None:
    raw = data.draw(
        st.sampled_from(
            [
                u.message("/help@linli_bot", reply_to_message=u.content("a", author=u.bot())),
                u.message("漏水", photo=u.photo()),
                u.in_topic("@linli_bot 在吗"),
                u.anonymous(),
                u.press(),
                u.membership("restricted"),
                *u.migration(),
            ]
        )
    )
    part: Any = _copy(raw)
    whole = part
    while True:
        key = data.draw(st.sampled_from(sorted(part) if isinstance(part, dict) else range(len(part))))
        if isinstance(part[key], dict | list) and part[key] and data.draw(st.booleans()):
            part = part[key]
            continue
        part[key] = data.draw(_JSON)
        break
    with suppress(Unreadable):
        cause_of(whole)


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list) else value
