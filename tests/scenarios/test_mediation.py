"""Promise: what is in mediation is known to mediators and the committee alone, whatever door others try."""

from __future__ import annotations

from datetime import timedelta

import pytest
from openpyxl import load_workbook

from bot.domain.messages import Priority
from bot.domain.people import Duty, Role
from bot.domain.permissions import Audience
from bot.domain.tickets import State
from handlers.faces import face
from handlers.record import record
from storage.cards import RETIRED
from tests.town import KNOWN, OWNERS, PEOPLE, POOR, SECOND, STAFF, SUPERVISION, Town, _area

WORDS = "3栋2单元501老王家天天半夜装修，噪音太大，吵得睡不着"
SECRETS = ("501", "老王", "装修", "睡不着", "秀英", "噪音", "3栋")
HIDDEN = "#1 已有专人跟进"
OUTSIDERS = ("老李", "周姐", "王师傅", "吴阿姨", "丁经理", "冯书记", "李叔")
"""Everybody without the role of a mediator or of the committee, the community's secretary among them."""


@pytest.fixture
def quarrel(town: Town) -> Town:
    """#1 accuses a household; its card was with the mediator, the manager, the committee and the staff group."""
    town.sends_photo("秀英", WORDS)
    town.presses("梁调解", "转派")
    town.presses("梁调解", "物业经理 丁经理")
    town.presses("丁经理", "接单")
    ticket = town.ticket()
    assert ticket.assignee == "丁经理"
    with town.store() as store:
        # As where it could be brought to nobody in private.
        shown = face(town.context(store), ticket, Audience.STAFF_GROUP)
        store.cards.show(ticket.id, Audience.STAFF_GROUP, STAFF, shown, Priority.CARD, town.clock.now())
    town.settle()
    assert any("装修" in text for text in town.stands_in(STAFF))
    town.tells("王主任", "/mediate 1")
    return town


def _since(town: Town, mark: int, *names: str) -> str:
    """Everything shown to these since a moment, buttons too."""
    shown = [s for s in town.shown[mark:] if s.chat.chat in names]
    return "\n".join("\n".join([s.text, *(b.label for row in s.buttons for b in row)]) for s in shown)


def _clean(text: str) -> None:
    for secret in SECRETS:
        assert secret not in text, (secret, text)


def test_the_group_s_card_says_only_that_somebody_attends_to_it(quarrel: Town) -> None:
    (card,) = [text for text in quarrel.stands_in(OWNERS) if "#1" in text]

    assert card == HIDDEN
    assert quarrel.buttons(OWNERS) == []


def test_the_group_reads_nothing_more_until_the_end(quarrel: Town) -> None:
    mark = len(quarrel.shown)
    quarrel.presses("梁调解", "接单")
    quarrel.tells("梁调解", "挂起 1 等501回来 明天9点")
    quarrel.tells("梁调解", "继续 1")
    quarrel.tells("梁调解", "办结 1 老王答应晚上不装修")
    quarrel.says("李叔", "#1 怎么样了")
    quarrel.wait(days=3)

    assert quarrel.ticket().state is State.CLOSED
    _clean(_since(quarrel, mark, OWNERS.chat, SECOND.chat, STAFF.chat, SUPERVISION.chat, *OUTSIDERS))
    assert [text for text in quarrel.stands_in(OWNERS) if "#1" in text] == [HIDDEN]


def test_who_has_not_the_role_loses_the_card_and_the_mediator_gets_it(quarrel: Town) -> None:
    assert quarrel.ticket().assignee == "梁调解"
    assert "老王" in quarrel.card_of("梁调解")
    assert "调解保密" in quarrel.card_of("梁调解")
    assert quarrel.card_of("丁经理") == HIDDEN
    assert all(HIDDEN in text or "#1" not in text for text in quarrel.stands_in(STAFF))
    assert quarrel.buttons(quarrel.private("丁经理")) == []
    with quarrel.store() as store:
        audiences = {card.audience for card in store.cards.in_chat(quarrel.private("丁经理"))}
    assert audiences == {RETIRED}


COMMANDS = (
    "/ticket 1",
    "/why 1",
    "/tickets",
    "/tickets 超时",
    "/tickets 我的",
    "/tickets 已结",
    "/accept 1",
    "/done 1 好了",
    "/decline 1 不归我",
    "/pause 1 等人 明天9点",
    "/assign 1 老李",
    "/reclass 1 投诉 停车",
    "/refer 1 派出所 单号 1 明天",
    "/answered 1 好了",
    "/referrals",
    "/merge 1 1",
    "/mediate 1 解除",
    "/reopen 1",
    "/start t1",
    "/export",
)
PRESSES = (
    "accept",
    "arrive",
    "resolve",
    "assign",
    "reclass",
    "persons",
    "split",
    "refer",
    "mediate",
    "disclose",
    "star:5",
)


def test_losing_the_card_takes_the_photo_away_too(quarrel: Town) -> None:
    with quarrel.store() as store:
        (gone,) = store.cards.in_chat(quarrel.private("丁经理"))
        kept = [c for c in store.cards.in_chat(quarrel.private("梁调解")) if c.audience != RETIRED]

    assert gone.face.bare
    assert gone.face.photo is None
    assert [card.face.photo is not None for card in kept] == [True]


@pytest.mark.parametrize("name", OUTSIDERS)
def test_no_command_of_others_tells_anything_or_changes_anything(quarrel: Town, name: str) -> None:
    before, mark = quarrel.ticket(), len(quarrel.shown)
    for command in COMMANDS:
        quarrel.tells(name, command)
        quarrel.says(name, command, in_chat=STAFF)

        _clean(_since(quarrel, mark, name, STAFF.chat))
        assert quarrel.ticket() == before, command


@pytest.mark.parametrize("name", ["老李", "冯书记"])
@pytest.mark.parametrize("word", ["噪音", "3栋", "投诉"])
def test_asking_a_list_for_it_finds_nothing(quarrel: Town, name: str, word: str) -> None:
    mark = len(quarrel.shown)
    quarrel.tells(name, f"/tickets {word}")

    said = _since(quarrel, mark, name)
    assert said
    assert "#1" not in said


@pytest.mark.parametrize("name", OUTSIDERS)
def test_no_old_button_works_for_others(quarrel: Town, name: str) -> None:
    before, mark = quarrel.ticket(), len(quarrel.shown)
    for word in PRESSES:
        toast = quarrel.forges(name, f"t:{before.id}:{word}", in_chat=quarrel.private(name))

        assert toast
        _clean(toast + _since(quarrel, mark, name))
        assert quarrel.ticket() == before, word


def test_a_reply_to_an_old_card_tells_nothing(quarrel: Town) -> None:
    with quarrel.store() as store:
        (old,) = [c for c in store.cards.in_chat(quarrel.private("丁经理")) if c.message]
    before, mark = quarrel.ticket(), len(quarrel.shown)
    for text in ("/ticket", "办结 谈好了", "/why", "现在怎么样了"):
        quarrel.tells("丁经理", text, reply_to=old.message)

    _clean(_since(quarrel, mark, "丁经理"))
    assert quarrel.ticket() == before


def test_an_answer_that_was_still_awaited_is_refused(town: Town) -> None:
    town.says("秀英", WORDS)
    town.presses("梁调解", "转派")
    town.presses("梁调解", "物业经理 丁经理")
    town.presses("丁经理", "办结")
    town.tells("王主任", "/mediate 1")
    town.tells("丁经理", "谈好了")

    assert town.ticket().state is State.OPEN


def test_the_committee_s_group_is_a_group_too() -> None:
    group = {"platform": "console", "chat": "-400"}
    owners = [{"platform": "console", "chat": OWNERS.chat}]
    town = Town(groups={"owners": owners, "committee": group}, mode="listen")
    town.says("秀英", WORDS)
    committee = town.config.groups.committee
    assert committee is not None
    assert any("老王" in text for text in town.stands_in(committee.address))
    town.tells("王主任", "/mediate 1")

    assert all("老王" not in text for text in town.stands_in(committee.address))
    mark = len(town.shown)
    town.says("王主任", "/ticket 1", in_chat=committee.address)
    town.says("王主任", "/tickets", in_chat=committee.address)
    _clean(_since(town, mark, "-400"))
    assert "老王" in "\n".join(town.heard_by("王主任"))


def test_it_is_offered_with_one_tap_where_the_topic_is_a_dispute(town: Town) -> None:
    town.says("秀英", WORDS)
    town.says("李叔", "5栋电梯坏了，已经停了两天")

    assert "调解（保密）" in town.buttons(town.private("梁调解"))
    assert "调解（保密）" not in town.buttons(town.private("王师傅"))
    town.presses("梁调解", "调解（保密）")
    assert town.ticket().confidential
    assert town.ticket().assignee == "梁调解"
    assert "调解（保密）" not in town.buttons(town.private("梁调解"))


def test_it_can_be_given_to_nobody_without_the_role(quarrel: Town) -> None:
    quarrel.tells("梁调解", "派单 1 老李")
    assert quarrel.ticket().assignee == "梁调解"
    quarrel.tells("梁调解", "派单 1 谢委员")

    assert quarrel.ticket().assignee == "谢委员"
    assert "老王" in quarrel.card_of("谢委员")


def test_the_ladder_rings_only_those_who_may_know(quarrel: Town) -> None:
    mark = len(quarrel.shown)
    quarrel.wait(days=3)

    _clean(_since(quarrel, mark, OWNERS.chat, STAFF.chat, SUPERVISION.chat, *OUTSIDERS))
    assert "climbed" in quarrel.diary()


def test_the_reporter_still_knows_their_own_words_but_no_note_of_the_mediator(quarrel: Town) -> None:
    quarrel.presses("梁调解", "接单")
    quarrel.tells("梁调解", "挂起 1 对方周二回来谈赔偿 明天9点")
    quarrel.tells("秀英", "/ticket 1")
    said = "\n".join(quarrel.heard_by("秀英"))

    assert "睡不着" in said
    assert "赔偿" not in "\n".join(line for line in said.splitlines() if "挂起" in line)


def test_what_the_neighbours_add_is_kept_and_not_shown(quarrel: Town) -> None:
    mark = len(quarrel.shown)
    quarrel.says("赵姐", "3栋半夜装修，噪音太大，吵得睡不着")

    assert len(quarrel.tickets()) == 1
    _clean(_since(quarrel, mark, OWNERS.chat, *OUTSIDERS))


def test_danger_in_the_midst_of_it_is_an_emergency_for_everybody(quarrel: Town) -> None:
    quarrel.says("秀英", "3栋着火了，楼道里全是浓烟，快来人")

    fire = quarrel.ticket(2)
    assert fire.emergency
    assert not fire.confidential
    assert any("着火" in text for text in quarrel.heard_by("老李"))
    assert quarrel.ticket(1).confidential


def test_an_emergency_cannot_be_hidden(town: Town) -> None:
    town.says("秀英", "3栋着火了，楼道里全是浓烟，快来人")
    town.tells("王主任", "/mediate 1")

    assert not town.ticket().confidential


def test_residents_and_workers_cannot_mark_a_matter(town: Town) -> None:
    town.says("秀英", WORDS)
    for name in ("秀英", "老李", "丁经理"):
        town.tells(name, "/mediate 1")

    assert not town.ticket().confidential


def test_the_committee_can_take_it_back_and_the_group_reads_on(quarrel: Town) -> None:
    quarrel.tells("梁调解", "/调解 1 解除")
    assert quarrel.ticket().confidential
    quarrel.tells("王主任", "/调解 1 解除")

    assert not quarrel.ticket().confidential
    assert "噪音·3栋" in quarrel.stands_in(OWNERS)[-1]
    assert quarrel.diary().count("mediate") == 1
    assert quarrel.diary().count("disclose") == 1


def test_marked_at_night_it_is_in_no_list_of_the_morning(town: Town) -> None:
    town.until(23)
    town.says("秀英", WORDS)
    town.says("李叔", "5栋电梯坏了，已经停了两天")
    town.says("赵姐", "6栋楼道灯不亮了，晚上看不见")
    town.tells("王主任", "/mediate 1")
    mark = len(town.shown)
    town.until(9)

    shown = _since(town, mark, OWNERS.chat)
    assert "#2" in shown
    assert "#1" not in shown
    assert "老王" in "\n".join(town.stands_in(town.private("梁调解")))


def test_a_referral_of_it_is_told_and_listed_to_those_who_may_know(quarrel: Town) -> None:
    quarrel.presses("梁调解", "接单")
    mark = len(quarrel.shown)
    quarrel.tells("梁调解", "/refer 1 司法 单号 7 明天")
    quarrel.wait(days=2)
    quarrel.says("王主任", "/referrals", in_chat=STAFF)

    assert [text for text in quarrel.stands_in(OWNERS) if "#1" in text] == [HIDDEN]
    _clean(_since(quarrel, mark, OWNERS.chat, STAFF.chat, *OUTSIDERS))
    assert "司法调解" not in _since(quarrel, mark, OWNERS.chat, STAFF.chat, *OUTSIDERS)


def test_who_gives_up_the_role_gets_no_news_of_it() -> None:
    town = Town()
    town.says("秀英", WORDS)
    town.presses("梁调解", "调解（保密）")
    town.presses("梁调解", "接单")
    changed = tuple(
        Duty(grid, _area(area), Role.CLEANER if name == "梁调解" else role, name, "")
        for grid, area, role, name in PEOPLE
    )
    town.next_files = type(town.files)(
        town.config,
        type(town.roster)(changed, KNOWN),
        town.files.rulebook,
        town.files.classifier,
        town.files.festivals,
    )
    town.tells("王主任", "/reload")
    mark = len(town.shown)
    town.says("秀英", "老王家昨晚又敲到两点，501没人管吗", reply_to=None)
    town.tells("梁调解", "/ticket 1")

    _clean(_since(town, mark, "梁调解"))


def test_the_rates_count_it_and_tell_neither_topic_nor_place_nor_words(quarrel: Town) -> None:
    quarrel.presses("梁调解", "接单")
    quarrel.tells("王主任", "挂起 1 等501老王回来谈 明天9点")
    quarrel.tells("王主任", "继续 1")
    quarrel.tells("梁调解", "办结 1 和老王谈妥了")
    mark = len(quarrel.shown)
    quarrel.tells("冯书记", "/rates")
    quarrel.tells("冯书记", "/rates 表格")

    said = _since(quarrel, mark, "冯书记")
    assert "梁调解" in said
    table = _exported(quarrel)
    assert "#1" in table
    _clean(said + table)
    quarrel.tells("冯书记", "/rates 噪音")
    assert "#1" not in quarrel.heard_by("冯书记")[-1]


def _exported(town: Town) -> str:
    """All that stands in the newest workbook."""
    files = sorted((town.config.files.media / "exports").glob("*.xlsx"), key=lambda f: f.stat().st_mtime_ns)
    book = load_workbook(files[-1])
    return "\n".join(str([cell.value for cell in row]) for page in book for row in page.iter_rows())


def test_an_export_holds_it_only_for_who_may_know_and_asks_for_it(quarrel: Town) -> None:
    quarrel.says("李叔", "5栋电梯坏了，已经停了两天")
    for name, said in (("王主任", ""), ("冯书记", ""), ("冯书记", "含调解"), ("冯书记", "含调解 含住户")):
        quarrel.tells(name, f"/export {said}")
        if "住户" in said:
            quarrel.tells(name, "确认")
        shown = _exported(quarrel)
        assert "电梯" in shown
        _clean(shown)
    assert "confidence_exported" not in quarrel.diary()

    quarrel.tells("王主任", "/export 含调解")
    assert "噪音" in _exported(quarrel)
    assert "501" not in _exported(quarrel)
    assert quarrel.diary().count("confidence_exported") == 1
    quarrel.tells("王主任", "/export 含调解 含住户")
    quarrel.tells("王主任", "确认")
    assert "501" in _exported(quarrel)


def test_counts_by_topic_do_not_tell_which_one_it_is(quarrel: Town) -> None:
    quarrel.tells("冯书记", "/stats")
    assert "噪音" not in quarrel.heard_by("冯书记")[-1]
    for building in (5, 6, 8):
        quarrel.says(f"{building}栋的人", f"{building}栋楼上半夜装修，噪音太大，吵得睡不着")
    quarrel.tells("冯书记", "/stats")

    assert "噪音 4" in quarrel.heard_by("冯书记")[-1]


def test_audiences_of_groups_see_nothing_of_it() -> None:
    from bot.domain.permissions import SEES_CONFIDENTIAL

    assert set(SEES_CONFIDENTIAL) == set(Audience)
    nothing = {audience for audience, facts in SEES_CONFIDENTIAL.items() if not facts}
    assert nothing == {Audience.OWNERS_GROUP, Audience.STAFF_GROUP, Audience.SUPERVISION}


@pytest.fixture
def settled(quarrel: Town) -> Town:
    """#1 is said to be settled; 秀英 has never pressed Start."""
    quarrel.presses("梁调解", "接单")
    quarrel.tells("梁调解", "办结 1 老王答应晚上不装修")
    return quarrel


def _asked(town: Town, name: str) -> str:
    return "\n".join(text for text in town.stands_in(town.private(name)) if "请您当面问一声" in text)


def test_who_cannot_be_written_to_is_asked_by_the_mediator_face_to_face(settled: Town) -> None:
    mark = len(settled.shown)
    assert "https://example.invalid/console/t1" in _asked(settled, "梁调解")
    _clean(_asked(settled, "梁调解"))
    settled.presses("梁调解", "已解决")

    assert settled.ticket().state is State.CLOSED
    assert settled.stands_in(settled.private("秀英")) == []
    assert settled.heard_by("秀英") == []
    _clean(_since(settled, mark, OWNERS.chat, SECOND.chat, STAFF.chat, SUPERVISION.chat, *OUTSIDERS))
    settled.tells("王主任", "/查单 1")
    assert any("梁调解当面问过报修人：已解决" in text for text in settled.heard_by("王主任"))


def test_what_the_mediator_passes_on_is_no_word_of_the_reporter_in_the_record(settled: Town) -> None:
    settled.presses("梁调解", "已解决")
    with settled.store() as store:
        context = settled.context(store)
        found = record(context, context.now - timedelta(days=2), context.now + timedelta(seconds=1))

    assert [case.confirmed for case in found.cases] == [False]


def test_a_no_said_face_to_face_opens_it_again(settled: Town) -> None:
    settled.presses("梁调解", "未解决")

    assert settled.ticket().state is State.OPEN
    assert settled.ticket().episode == 2
    assert settled.ticket().confidential


def test_with_the_link_the_reporter_answers_alone(settled: Town) -> None:
    settled.tells("秀英", "/start t1")
    settled.presses("秀英", "未解决")

    assert settled.ticket().state is State.OPEN


def test_whoever_opens_the_private_chat_is_asked_what_could_not_be_asked_before(settled: Town) -> None:
    settled.tells("秀英", "/start")
    settled.presses("秀英", "已解决")

    assert settled.ticket().state is State.CLOSED


def test_nobody_speaks_for_a_reporter_who_can_be_asked(quarrel: Town) -> None:
    quarrel.starts("秀英")
    quarrel.presses("梁调解", "接单")
    quarrel.tells("梁调解", "办结 1 老王答应晚上不装修")
    assert _asked(quarrel, "梁调解") == ""
    quarrel.tells("梁调解", "/已解决 1")

    assert quarrel.ticket().state is State.RESOLVED


@pytest.mark.parametrize("name", ["丁经理", "老李", "冯书记", "李叔"])
def test_nobody_else_answers_for_them(settled: Town, name: str) -> None:
    number = settled.ticket().id
    settled.forges(name, f"t:{number}:confirm", in_chat=settled.private(name))

    assert settled.ticket().state is State.RESOLVED


def test_where_there_are_no_buttons_the_mediator_writes_the_word() -> None:
    town = Town(able=POOR)
    town.says("秀英", WORDS)
    town.tells("王主任", "/mediate 1")
    town.tells("梁调解", "接单 1")
    town.tells("梁调解", "办结 1 老王答应晚上不装修")
    assert "请您当面问一声" in _asked(town, "梁调解")
    town.tells("梁调解", "未解决 1")

    assert town.ticket().state is State.OPEN
