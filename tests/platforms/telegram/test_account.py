"""Linli on Telegram, against the stand-in server."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.messages import (
    EVERY_GROUP,
    EVERY_PRIVATE_CHAT,
    Account,
    Address,
    Answer,
    Button,
    Face,
    Incoming,
    Leave,
    Membership,
    Moved,
    Press,
    PublishMenu,
    React,
    SendFile,
    Standing,
)
from bot.platforms.base import ChatMoved, Misused, Platform, TryLater, Undeliverable
from bot.platforms.telegram.account import Telegram
from bot.platforms.telegram.http import Conflict, WrongToken
from bot.platforms.telegram.incoming import Unreadable
from tests.botapi import Server, Town
from tests.botapi.town import picture
from tests.platforms.telegram.conftest import AUNT, GROUP, STRANGER, WORKER, Use

OWNERS = Address("telegram", str(GROUP))
LAO_LI = Address("telegram", str(WORKER))
ACCEPT = ((Button("接单", "t:1:accept"),),)


@pytest.fixture
def leak(media: Path) -> str:
    """A stored photo's name."""
    (media / "leak.jpg").write_bytes(picture())
    return "leak.jpg"


def said(town: Town, chat: int = GROUP) -> list[str]:
    return [message.get("text") or message.get("caption", "") for message in town.sent(chat)]


# --- start


def test_it_is_a_platform(media: Path) -> None:
    platform: Platform = Telegram("42:x", media=media)
    assert platform.name == "telegram"
    assert platform.able.text_limit == 4096


def test_at_start_it_learns_who_it_is(use: Use) -> None:
    async def story(bot: Telegram) -> None:
        me = await bot.start()
        assert (me.id, me.username, me.can_read_all_group_messages) == ("4200000000", "linli_bot", True)

    use(story)


def test_a_link_opens_the_private_chat_with_a_payload(use: Use, media: Path) -> None:
    async def story(bot: Telegram) -> None:
        assert bot.link("invite-1") == "https://t.me/linli_bot?start=invite-1"

    use(story)
    assert Telegram("42:x", media=media).link("invite-1") is None


def test_privacy_mode_shows_at_start(media: Path) -> None:
    async def story(server: Server) -> bool:
        bot = Telegram(server.town.token, media=media, base_url=server.url)
        me = await bot.start()
        await bot.stop()
        return me.can_read_all_group_messages

    with Server(Town(privacy=True)) as server:
        assert asyncio.run(story(server)) is False


def test_a_webhook_is_taken_down_without_losing_what_waits(use: Use, town: Town) -> None:
    town.says(AUNT, "停水了", GROUP)
    town.webhook = {"url": "https://example.com/hook"}

    async def story(bot: Telegram) -> list[object]:
        return await bot.poll(None, 0)

    assert len(use(story)) == 1
    assert town.called("deleteWebhook") == [{"drop_pending_updates": False}]


def test_no_webhook_is_left_alone(use: Use, town: Town) -> None:
    use(lambda bot: bot.poll(None, 0))
    assert town.called("deleteWebhook") == []


def test_a_wrong_token_is_told_at_start(server: Server, media: Path) -> None:
    async def story() -> None:
        bot = Telegram("42:mistyped", media=media, base_url=server.url)
        try:
            await bot.start()
        finally:
            await bot.stop()

    with pytest.raises(WrongToken):
        asyncio.run(story())


def test_an_unsafe_server_is_refused(media: Path) -> None:
    with pytest.raises(ValueError, match="base_url"):
        Telegram("42:x", media=media, base_url="http://example.com")


# --- what comes in


def test_what_people_do_arrives_in_order(use: Use, town: Town) -> None:
    async def story(bot: Telegram) -> None:
        card = int(await bot.send(OWNERS, Face("#1 电梯", ACCEPT)))
        first = town.says(AUNT, "3栋电梯又停了", GROUP, reply_to=card)
        town.edits(GROUP, first, "3栋2单元电梯又停了")
        town.press(WORKER, GROUP, card, "t:1:accept")
        town.block(WORKER)
        one, two, three, four = [bot.to_cause(raw) for raw in await bot.poll(None, 0)]
        assert isinstance(one, Incoming)
        assert (one.text, one.author.name, one.reply_to_bot) == ("3栋电梯又停了", "张阿姨", True)
        assert isinstance(two, Incoming)
        assert (two.edited, two.text) == (True, "3栋2单元电梯又停了")
        assert isinstance(three, Press)
        assert (three.data, three.message, three.author) == (
            "t:1:accept",
            str(card),
            Account("telegram", "8"),
        )
        assert isinstance(four, Membership)
        assert four.standing is Standing.GONE

    use(story)


def test_an_update_comes_again_until_a_later_one_is_asked_for(use: Use, town: Town) -> None:
    for text in ("一", "二", "三"):
        town.says(AUNT, text, GROUP)

    async def story(bot: Telegram) -> None:
        batch = await bot.poll(None, 0)
        assert await bot.poll(None, 0) == batch
        rest = await bot.poll(bot.confirmed(batch[1]) + 1, 0)
        assert rest == batch[2:]
        assert await bot.poll(bot.confirmed(batch[2]) + 1, 0) == []
        assert await bot.poll(None, 0) == []

    use(story)


def test_a_batch_holds_at_most_a_hundred(use: Use, town: Town) -> None:
    for number in range(130):
        town.says(AUNT, f"第{number}条", GROUP)

    async def story(bot: Telegram) -> None:
        batch = await bot.poll(None, 0)
        assert len(batch) == 100
        assert len(await bot.poll(bot.confirmed(batch[-1]) + 1, 0)) == 30

    use(story)


def test_polling_waits_for_the_first_message(use: Use, town: Town) -> None:
    async def story(bot: Telegram) -> None:
        waiting = asyncio.create_task(bot.poll(None, 30))
        while not town.called("getUpdates"):
            await asyncio.sleep(0.01)
        town.says(AUNT, "停水了", GROUP)
        assert len(await waiting) == 1

    use(story)


def test_only_what_linli_reads_is_asked_for(use: Use, town: Town) -> None:
    use(lambda bot: bot.poll(7, 1, 5))
    assert town.called("getUpdates") == [
        {
            "offset": 7,
            "limit": 5,
            "timeout": 1,
            "allowed_updates": [
                *("message", "edited_message", "callback_query", "my_chat_member"),
                *("chat_member", "message_reaction"),
            ],
        }
    ]


def test_one_broken_element_does_not_hide_the_others(use: Use, town: Town) -> None:
    town.says(AUNT, "一", GROUP)
    for broken in (5, "x", None, {"update_id": 0, "message": {"message_id": "?"}}, {"no": "id"}):
        town.enqueue(broken)
    town.says(AUNT, "二", GROUP)

    async def story(bot: Telegram) -> list[object]:
        understood: list[object] = []
        for raw in await bot.poll(None, 0):
            try:
                understood.append(bot.to_cause(raw))
            except Unreadable:
                understood.append(None)
        return understood

    first, *broken, last = use(story)
    assert isinstance(first, Incoming)
    assert isinstance(last, Incoming)
    assert broken == [None] * 5


def test_a_number_too_long_for_python_does_not_hide_the_batch(use: Use, town: Town) -> None:
    town.says(AUNT, "一", GROUP)
    town.enqueue({"update_id": 0, "message": {"message_id": "HUGE"}})
    last = town.queue.pop()
    town.queue.append(type(last)(last.number, last.at, last.raw.replace(b'"HUGE"', b"9" * 5000)))

    async def story(bot: Telegram) -> None:
        good, bad = await bot.poll(None, 0)
        assert isinstance(bot.to_cause(good), Incoming)
        with pytest.raises(Unreadable):
            bot.to_cause(bad)

    use(story)


@pytest.mark.parametrize(
    ("kind", "failure"),
    [
        *(
            (kind, TryLater)
            for kind in ("429", "500", "502", "503", "reset", "garbage", "truncated", "empty")
        ),
        *(("401", WrongToken), ("404", WrongToken), ("409", Conflict)),
    ],
)
def test_polling_survives_whatever_the_server_does(
    use: Use, town: Town, kind: str, failure: type[TryLater]
) -> None:
    town.says(AUNT, "停水了", GROUP)
    town.fail(kind, "getUpdates", seconds=9)

    async def story(bot: Telegram) -> None:
        with pytest.raises(TryLater) as caught:
            await bot.poll(None, 0)
        assert isinstance(caught.value, failure)
        assert caught.value.after == (timedelta(seconds=9) if kind == "429" else None)
        assert len(await bot.poll(None, 0)) == 1

    use(story)


def test_whatever_goes_wrong_nothing_is_lost_and_the_order_is_kept(use: Use, town: Town) -> None:
    said = [f"第{number}条" for number in range(250)]
    for text in said:
        town.says(AUNT, text, GROUP)
    kinds = [
        "401",
        "404",
        "409",
        "429",
        "500",
        "502",
        "reset",
        "lost",
        "garbage",
        "truncated",
        "empty",
        "redirect",
    ]

    async def story(bot: Telegram) -> list[str]:
        town.chaos(0.6, kinds)
        heard: list[str] = []
        offset = None
        while town.pending():
            try:
                batch = await bot.poll(offset, 0, 7)
            except TryLater:
                continue
            for raw in batch:
                cause = bot.to_cause(raw)
                assert isinstance(cause, Incoming)
                heard.append(cause.text)
                offset = bot.confirmed(raw) + 1
        return heard

    assert use(story) == said


def test_of_two_pollers_the_older_is_told(use: Use, town: Town) -> None:
    async def story(bot: Telegram) -> None:
        older = asyncio.create_task(bot.poll(None, 30))
        while not town.called("getUpdates"):
            await asyncio.sleep(0.01)
        newer = asyncio.create_task(bot.poll(None, 30))
        with pytest.raises(Conflict):
            await older
        town.says(AUNT, "停水了", GROUP)
        assert len(await newer) == 1

    use(story)


def test_a_group_moves_once_even_when_it_is_read_again(use: Use, town: Town) -> None:
    town.group(-55, kind="group")
    town.migrate(-55, -1002)

    async def story(bot: Telegram) -> None:
        moved = Moved(Address("telegram", "-55"), Address("telegram", "-1002"))
        batch = await bot.poll(None, 0)
        assert [bot.to_cause(raw) for raw in batch] == [moved, None]
        assert [bot.to_cause(raw) for raw in batch] == [moved, None]

    use(story)


# --- what goes out


def test_a_message_is_plain_text_with_its_buttons_and_no_preview(use: Use, town: Town) -> None:
    text = "<b>#1</b> *电梯* _停_ https://example.com & 😀"
    number = use(lambda bot: bot.send(OWNERS, Face(text, ACCEPT)))
    [sent] = town.called("sendMessage")
    assert sent["text"] == text
    assert sent["link_preview_options"] == {"is_disabled": True}
    assert sent["reply_markup"] == {"inline_keyboard": [[{"text": "接单", "callback_data": "t:1:accept"}]]}
    assert sent.keys() == {"chat_id", "text", "link_preview_options", "reply_markup"}
    assert [str(message["message_id"]) for message in town.sent(GROUP)] == [number]


def test_a_message_may_be_silent(use: Use, town: Town) -> None:
    use(lambda bot: bot.send(OWNERS, Face("晚安"), silent=True))
    assert town.called("sendMessage")[0]["disable_notification"] is True


def test_an_answer_hangs_on_what_it_answers(use: Use, town: Town) -> None:
    asked = town.says(AUNT, "3栋电梯又停了", GROUP)
    use(lambda bot: bot.send(OWNERS, Face("已登记 #1"), reply_to=str(asked)))
    assert town.sent(GROUP)[0]["reply_to_message"]["message_id"] == asked


def test_an_answer_to_a_vanished_message_is_sent_all_the_same(use: Use, town: Town) -> None:
    use(lambda bot: bot.send(OWNERS, Face("已登记 #1"), reply_to="99999"))
    assert said(town) == ["已登记 #1"]


def test_a_topic_is_answered_in_the_topic(use: Use, town: Town) -> None:
    town.group(-1003, forum=True)
    thread = town.topic(-1003)
    topic = Address("telegram", "-1003", str(thread))
    use(lambda bot: bot.send(topic, Face("已登记 #1"), reply_to="99999"))
    assert town.sent(-1003)[0]["message_thread_id"] == thread


def test_a_topic_that_is_gone_is_answered_in_the_group(use: Use, town: Town) -> None:
    town.group(-1003, forum=True)
    use(lambda bot: bot.send(Address("telegram", "-1003", "777"), Face("已登记 #1")))
    assert said(town, -1003) == ["已登记 #1"]


def test_a_closed_topic_cannot_be_written_to(use: Use, town: Town) -> None:
    town.group(-1003, forum=True)
    thread = town.topic(-1003, open_=False)
    with pytest.raises(Undeliverable):
        use(lambda bot: bot.send(Address("telegram", "-1003", str(thread)), Face("x")))


def test_mentions_ring_the_account_and_not_a_name(use: Use, town: Town) -> None:
    people = (Account("telegram", str(WORKER), "老李😀"), Account("telegram", str(AUNT), "张阿姨"))
    use(lambda bot: bot.send(OWNERS, Face("😀 #1 请接单"), mentions=people))
    [message] = town.sent(GROUP)
    assert message["text"] == "😀 #1 请接单\n@老李😀 @张阿姨"
    coded = message["text"].encode("utf-16-le")
    rung = {
        e["user"]["id"]: coded[2 * e["offset"] : 2 * (e["offset"] + e["length"])].decode("utf-16-le")
        for e in message["entities"]
    }
    assert rung == {WORKER: "@老李😀", AUNT: "@张阿姨"}


@pytest.mark.parametrize("text", ["很" * 5000, "😀" * 3000, "第一行\n" * 2000])
def test_a_text_beyond_the_limit_is_cut_and_not_refused(use: Use, town: Town, text: str) -> None:
    use(lambda bot: bot.send(OWNERS, Face(text)))
    assert said(town)[0].endswith("…")


def test_a_photo_carries_short_words_as_its_caption(use: Use, town: Town, leak: str) -> None:
    use(lambda bot: bot.send(LAO_LI, Face("#1 漏水", ACCEPT, leak)))
    [message] = town.sent(WORKER)
    assert message["caption"] == "#1 漏水"
    assert message["photo"]
    assert message["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "t:1:accept"


def test_long_words_come_first_and_their_photo_after(use: Use, town: Town, leak: str) -> None:
    number = use(lambda bot: bot.send(LAO_LI, Face("很" * 1025, ACCEPT, leak)))
    words, photo = town.sent(WORKER)
    assert str(words["message_id"]) == number
    assert words["text"] == "很" * 1025
    assert photo["reply_to_message"]["message_id"] == words["message_id"]


def test_words_are_not_repeated_when_their_photo_fails(use: Use, town: Town, leak: str) -> None:
    town.fail("500", "sendPhoto")
    use(lambda bot: bot.send(LAO_LI, Face("很" * 1025, ACCEPT, leak)))
    assert len(said(town, WORKER)) == 1


def test_a_photo_after_long_words_waits_as_long_as_it_is_told(use: Use, town: Town, leak: str) -> None:
    town.fail("429", "sendPhoto", seconds=1)
    use(lambda bot: bot.send(LAO_LI, Face("很" * 1025, ACCEPT, leak)))
    assert len(town.sent(WORKER)) == 2


def test_a_photo_that_telegram_refuses_does_not_hold_up_the_words(use: Use, town: Town, media: Path) -> None:
    (media / "broken.jpg").write_bytes(b"no picture")
    use(lambda bot: bot.send(LAO_LI, Face("#1 漏水", ACCEPT, "broken.jpg")))
    assert said(town, WORKER) == ["#1 漏水"]
    assert ("sendPhoto", "Bad Request: IMAGE_PROCESS_FAILED") in town.refusals


def test_a_photo_that_is_no_longer_stored_does_not_hold_up_the_words(use: Use, town: Town) -> None:
    use(lambda bot: bot.send(LAO_LI, Face("#1 漏水", ACCEPT, "gone.jpg")))
    assert said(town, WORKER) == ["#1 漏水"]


def test_where_photos_are_forbidden_the_words_still_go(use: Use, town: Town, leak: str) -> None:
    town.group(-1003, bot="restricted", can_send_messages=True)
    use(lambda bot: bot.send(Address("telegram", "-1003"), Face("#1 漏水", (), leak)))
    assert said(town, -1003) == ["#1 漏水"]


@pytest.mark.parametrize("name", ["../secret.jpg", "/etc/hostname"])
def test_a_photo_outside_of_the_media_folder_is_never_sent(use: Use, town: Town, name: str) -> None:
    with pytest.raises(Misused):
        use(lambda bot: bot.send(LAO_LI, Face("x", (), name)))
    assert town.called("sendPhoto") == []


@pytest.mark.parametrize("chat", [STRANGER, 4711])
def test_who_has_not_pressed_start_cannot_be_written_to(use: Use, chat: int) -> None:
    with pytest.raises(Undeliverable):
        use(lambda bot: bot.send(Address("telegram", str(chat)), Face("x")))


def test_who_has_blocked_the_bot_cannot_be_written_to(use: Use, town: Town) -> None:
    town.block(WORKER)
    with pytest.raises(Undeliverable, match="blocked"):
        use(lambda bot: bot.send(LAO_LI, Face("x")))


def test_who_has_left_telegram_cannot_be_written_to(use: Use, town: Town) -> None:
    town.deactivate(WORKER)
    with pytest.raises(Undeliverable):
        use(lambda bot: bot.send(LAO_LI, Face("x")))


@pytest.mark.parametrize("status", ["left", "kicked", "restricted"])
@pytest.mark.parametrize("with_photo", [False, True])
def test_a_group_the_bot_was_thrown_out_of_or_muted_in_cannot_be_written_to(
    use: Use, town: Town, leak: str, status: str, with_photo: bool
) -> None:
    town.bot_becomes(GROUP, status)
    with pytest.raises(Undeliverable):
        use(lambda bot: bot.send(OWNERS, Face("x", (), leak if with_photo else None)))


@pytest.mark.parametrize("with_photo", [False, True])
def test_a_group_that_moved_says_where(use: Use, town: Town, leak: str, with_photo: bool) -> None:
    town.group(-55, kind="group")
    town.migrate(-55, -1002)
    with pytest.raises(ChatMoved) as caught:
        use(lambda bot: bot.send(Address("telegram", "-55"), Face("x", (), leak if with_photo else None)))
    assert (caught.value.old.chat, caught.value.new.chat) == ("-55", "-1002")


@pytest.mark.parametrize("kind", ["429", "500", "502", "reset", "garbage", "truncated", "401"])
def test_sending_is_tried_later_after_a_passing_trouble(use: Use, town: Town, kind: str) -> None:
    town.fail(kind, "sendMessage", seconds=4)
    with pytest.raises(TryLater) as caught:
        use(lambda bot: bot.send(OWNERS, Face("x")))
    assert caught.value.after == (timedelta(seconds=4) if kind == "429" else None)


def test_the_limits_of_sending_are_told_with_the_time_to_wait(use: Use, town: Town) -> None:
    town.limits()

    async def story(bot: Telegram) -> None:
        await bot.send(OWNERS, Face("一"))
        with pytest.raises(TryLater) as caught:
            await bot.send(OWNERS, Face("二"))
        assert caught.value.after is not None
        await bot.send(LAO_LI, Face("一"))

    use(story)


@pytest.mark.parametrize(
    "face",
    [Face(""), Face("x", ((Button("接单", "t" * 65),),)), Face("x", ((Button("看", url="not a link"),),))],
)
def test_what_breaks_telegrams_rules_is_our_fault(use: Use, face: Face) -> None:
    with pytest.raises(Misused):
        use(lambda bot: bot.send(OWNERS, face))


def test_an_address_that_is_none_of_telegrams_is_our_fault(use: Use) -> None:
    with pytest.raises(Misused):
        use(lambda bot: bot.send(Address("telegram", "春晖苑"), Face("x")))


# --- edit


def test_a_card_is_edited_in_place(use: Use, town: Town) -> None:
    async def story(bot: Telegram) -> None:
        card = await bot.send(OWNERS, Face("#1 待接单", ACCEPT))
        await bot.edit(OWNERS, card, Face("#1 已接单"))

    use(story)
    [message] = town.sent(GROUP)
    assert message["text"] == "#1 已接单"
    assert "reply_markup" not in message


def test_showing_the_same_again_is_no_error(use: Use, town: Town, leak: str) -> None:
    async def story(bot: Telegram) -> None:
        for face in (Face("#1", ACCEPT), Face("#1", ACCEPT, leak)):
            card = await bot.send(LAO_LI, face)
            await bot.edit(LAO_LI, card, face)

    use(story)
    assert len([reason for _, reason in town.refusals if "not modified" in reason]) == 2


def test_a_photos_words_are_edited_under_the_photo(use: Use, town: Town, leak: str) -> None:
    async def story(bot: Telegram) -> None:
        card = await bot.send(LAO_LI, Face("#1 待接单", ACCEPT, leak))
        await bot.edit(LAO_LI, card, Face("#1 已接单", (), leak))
        await bot.edit(LAO_LI, card, Face("#1 已办结"))

    use(story)
    [message] = town.sent(WORKER)
    assert (message["caption"], bool(message["photo"])) == ("#1 已办结", True)


def test_a_photo_that_must_go_goes_with_its_message(use: Use, town: Town, leak: str) -> None:
    async def story(bot: Telegram) -> None:
        card = await bot.send(LAO_LI, Face("#1 待接单", ACCEPT, leak))
        with pytest.raises(Misused):
            await bot.edit(LAO_LI, card, Face("#1 已有专人跟进", bare=True))

    use(story)
    assert town.sent(WORKER) == []


def test_a_photo_that_telegram_lets_nobody_take_away_stays_over_fewer_words(
    use: Use, town: Town, leak: str
) -> None:
    async def story(bot: Telegram) -> None:
        card = await bot.send(LAO_LI, Face("#1 待接单", ACCEPT, leak))
        town.messages[WORKER, int(card)]["date"] -= 3 * 24 * 3600
        await bot.edit(LAO_LI, card, Face("#1 已有专人跟进", bare=True))

    use(story)
    [message] = town.sent(WORKER)
    assert message["caption"] == "#1 已有专人跟进"


def test_a_photo_that_comes_later_is_added_to_the_card(use: Use, town: Town, leak: str) -> None:
    async def story(bot: Telegram) -> None:
        card = await bot.send(LAO_LI, Face("#1 漏水", ACCEPT))
        await bot.edit(LAO_LI, card, Face("#1 漏水", ACCEPT, leak))

    use(story)
    [message] = town.sent(WORKER)
    assert (message["caption"], bool(message["photo"])) == ("#1 漏水", True)
    assert message["reply_markup"]["inline_keyboard"]


def test_a_broken_photo_that_comes_later_does_not_hold_up_the_words(
    use: Use, town: Town, media: Path
) -> None:
    (media / "broken.jpg").write_bytes(b"no picture")

    async def story(bot: Telegram) -> None:
        card = await bot.send(LAO_LI, Face("#1 漏水"))
        await bot.edit(LAO_LI, card, Face("#1 漏水 已接单", (), "broken.jpg"))

    use(story)
    assert said(town, WORKER) == ["#1 漏水 已接单"]


def test_words_that_no_longer_fit_under_a_photo_are_cut(use: Use, town: Town, leak: str) -> None:
    async def story(bot: Telegram) -> None:
        card = await bot.send(LAO_LI, Face("#1", (), leak))
        await bot.edit(LAO_LI, card, Face("很" * 1500, (), leak))

    use(story)
    assert len(town.sent(WORKER)[0]["caption"]) <= 1024


def test_a_message_that_is_gone_cannot_be_edited(use: Use, town: Town) -> None:
    async def story(bot: Telegram) -> None:
        card = await bot.send(OWNERS, Face("#1"))
        town.deletes(GROUP, int(card))
        with pytest.raises(Misused):
            await bot.edit(OWNERS, card, Face("#1 已接单"))

    use(story)


# --- files, pins, presses, reactions, menus


def test_a_workbook_is_sent_as_a_document(use: Use, town: Town, tmp_path: Path) -> None:
    book = tmp_path / "2026-06.xlsx"
    book.write_bytes(b"PK workbook")
    use(lambda bot: bot.send_file(SendFile(LAO_LI, "k", "2026-06.xlsx", "六月台账"), book))
    [message] = town.sent(WORKER)
    assert (message["caption"], message["document"]["file_name"]) == ("六月台账", "2026-06.xlsx")


def test_a_picture_is_shown(use: Use, town: Town, tmp_path: Path) -> None:
    code = tmp_path / "invite.png"
    code.write_bytes(picture())
    use(lambda bot: bot.send_file(SendFile(LAO_LI, "k", "invite.png"), code))
    assert "photo" in town.sent(WORKER)[0]


def test_a_picture_that_cannot_be_shown_is_sent_as_a_document(use: Use, town: Town, tmp_path: Path) -> None:
    strip = tmp_path / "strip.png"
    strip.write_bytes(picture((2100, 100)))
    use(lambda bot: bot.send_file(SendFile(LAO_LI, "k", "strip.png"), strip))
    assert "document" in town.sent(WORKER)[0]


def test_a_file_that_is_missing_is_our_fault(use: Use, tmp_path: Path) -> None:
    with pytest.raises(Misused):
        use(lambda bot: bot.send_file(SendFile(LAO_LI, "k", "x.xlsx"), tmp_path / "x.xlsx"))


def test_an_admin_pins_quietly(use: Use, town: Town) -> None:
    town.group(GROUP, bot="administrator", can_pin_messages=True)

    async def story(bot: Telegram) -> bool:
        return await bot.pin(OWNERS, await bot.send(OWNERS, Face("告知")))

    assert use(story) is True
    assert len(town.pinned[GROUP]) == 1
    assert town.called("pinChatMessage")[0]["disable_notification"] is True


def test_without_the_right_to_pin_nothing_is_pinned(use: Use, town: Town) -> None:
    async def story(bot: Telegram) -> bool:
        return await bot.pin(OWNERS, await bot.send(OWNERS, Face("告知")))

    assert use(story) is False
    assert town.pinned == {}


def test_a_press_is_answered(use: Use, town: Town) -> None:
    async def story(bot: Telegram) -> None:
        card = int(await bot.send(OWNERS, Face("#1", ACCEPT)))
        press = town.press(WORKER, GROUP, card, "t:1:accept")
        await bot.answer(Answer(press, OWNERS, "已接单" + "很" * 300, alert=True))
        await bot.answer(Answer(press, OWNERS))

    use(story)
    first, second = town.answers
    assert first["text"].startswith("已接单")
    assert first["show_alert"] is True
    assert "text" not in second


def test_a_press_that_is_too_old_is_no_error(use: Use, town: Town) -> None:
    press = town.press(WORKER, GROUP, 1, "t:1:accept", forged=True, late=True)
    use(lambda bot: bot.answer(Answer(press, OWNERS, "已接单")))
    assert town.answers == []


def test_a_reaction_says_heard(use: Use, town: Town) -> None:
    message = town.says(AUNT, "我家也停水", GROUP)
    use(lambda bot: bot.react(React(OWNERS, str(message), "👀")))
    assert town.reactions_on(GROUP, message) == ["👀"]


def test_where_a_reaction_is_not_possible_that_is_no_error(use: Use, town: Town) -> None:
    town.group(-1003, reactions=["👍"])
    message = town.says(AUNT, "我家也停水", -1003)
    picky = Address("telegram", "-1003")

    async def story(bot: Telegram) -> None:
        await bot.react(React(picky, str(message), "👀"))
        await bot.react(React(picky, str(message), "🏢"))
        await bot.react(React(picky, "99999", "👍"))

    use(story)
    assert len(town.refusals) == 3
    assert town.reactions_on(-1003, message) == []


def test_a_group_is_left_and_leaving_twice_is_no_error(use: Use, town: Town) -> None:
    async def story(bot: Telegram) -> None:
        await bot.leave(Leave(OWNERS))
        await bot.leave(Leave(OWNERS))

    use(story)
    assert town.groups[GROUP].bot["status"] == "left"


def test_a_menu_belongs_to_its_chat(use: Use, town: Town) -> None:
    menu = PublishMenu(LAO_LI, (("tickets", "工单"), ("help", "说" * 300)))

    async def story(bot: Telegram) -> None:
        await bot.publish(menu)

    use(story)
    [commands] = town.menus.values()
    assert [command["command"] for command in commands] == ["tickets", "help"]
    assert town.called("setMyCommands")[0]["scope"] == {"type": "chat", "chat_id": WORKER}


def test_a_menu_may_be_for_one_language(use: Use, town: Town) -> None:
    async def story(bot: Telegram) -> None:
        for language in ("", "en"):
            await bot.publish(PublishMenu(LAO_LI, (("help", "帮助"),), language))
        await bot.publish(PublishMenu(LAO_LI, (), "en"))

    use(story)
    assert [call.get("language_code") for call in town.called("setMyCommands")] == [None, "en"]
    assert len(town.menus) == 1


def test_a_menu_may_be_for_every_private_chat_or_every_group(use: Use, town: Town) -> None:
    async def story(bot: Telegram) -> None:
        for chat in (EVERY_PRIVATE_CHAT, EVERY_GROUP):
            await bot.publish(PublishMenu(Address("telegram", chat), (("help", "帮助"),)))

    use(story)
    scopes = [call["scope"]["type"] for call in town.called("setMyCommands")]
    assert scopes == ["all_private_chats", "all_group_chats"]


def test_an_empty_menu_gives_the_general_one_back(use: Use, town: Town) -> None:
    async def story(bot: Telegram) -> None:
        await bot.publish(PublishMenu(LAO_LI, (("tickets", "工单"),)))
        await bot.publish(PublishMenu(LAO_LI, ()))

    use(story)
    assert town.menus == {}


def test_a_command_name_that_telegram_does_not_allow_is_our_fault(use: Use) -> None:
    with pytest.raises(Misused):
        use(lambda bot: bot.publish(PublishMenu(LAO_LI, (("工单", "工单"),))))


def test_a_room_tells_how_the_bot_stands_there(use: Use, town: Town) -> None:
    town.me["can_read_all_group_messages"] = False
    town.group(-1003, "工作群", bot="administrator")
    town.group(-1004, bot="left")

    async def story(bot: Telegram) -> None:
        plain = await bot.room(OWNERS)
        assert (plain.title, plain.standing, plain.hears_all) == ("春晖苑业主群", Standing.MEMBER, False)
        assert (await bot.room(Address("telegram", "-1003"))).hears_all
        for chat in ("-1004", "-4711"):
            with pytest.raises(Undeliverable):
                await bot.room(Address("telegram", chat))

    use(story)


# --- photos


def fetched(use: Use, file: str, into: Path, limit: int = 10**7) -> Any:
    return use(lambda bot: bot.fetch(file, into, limit))


def test_a_photo_is_fetched_for_its_owner_only(use: Use, town: Town, tmp_path: Path) -> None:
    town.sends_photo(AUNT, "leak", "漏水", GROUP)
    into = tmp_path / "photo.jpg"
    fetched(use, "leak-x", into)
    assert into.read_bytes() == picture()
    assert into.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["photo.jpg"]


@pytest.mark.parametrize(("stated", "limit"), [(0, 10), (5000, 4000), (21 * 2**20, 10**9)])
def test_a_photo_that_is_too_large_is_refused(
    use: Use, town: Town, tmp_path: Path, stated: int, limit: int
) -> None:
    town.file("big", "x" * 3000, stated)
    with pytest.raises(Misused):
        fetched(use, "big", tmp_path / "photo.jpg", limit)
    assert not (tmp_path / "photo.jpg").exists()


def test_a_photo_that_is_larger_than_the_server_says_is_refused(use: Use, town: Town, tmp_path: Path) -> None:
    town.file("big", "x" * 3000, 10)
    with pytest.raises(Misused):
        fetched(use, "big", tmp_path / "photo.jpg", 2000)


def test_a_photo_that_is_gone_is_told(use: Use, tmp_path: Path) -> None:
    with pytest.raises(Misused):
        fetched(use, "nowhere", tmp_path / "photo.jpg")


@pytest.mark.parametrize("kind", ["500", "reset", "429"])
def test_a_download_that_breaks_is_tried_later(use: Use, town: Town, tmp_path: Path, kind: str) -> None:
    town.file("leak", "x" * 300)
    town.fail(kind, "download")
    with pytest.raises(TryLater):
        fetched(use, "leak", tmp_path / "photo.jpg")
    assert not (tmp_path / "photo.jpg").exists()


def test_after_all_this_nothing_was_asked_that_is_not_published(use: Use, town: Town, leak: str) -> None:
    """The whole of an ordinary evening without a single refusal."""

    async def story(bot: Telegram) -> None:
        message = town.says(AUNT, "3栋漏水", GROUP)
        card = await bot.send(OWNERS, Face("#1 漏水", ACCEPT), reply_to=str(message))
        await bot.send(LAO_LI, Face("#1 漏水", ACCEPT, leak), mentions=[Account("telegram", "8", "老李")])
        await bot.react(React(OWNERS, str(message), "👀"))
        await bot.edit(OWNERS, card, Face("#1 已接单"))
        await bot.poll(None, 0)

    use(story)
    assert town.refusals == []
