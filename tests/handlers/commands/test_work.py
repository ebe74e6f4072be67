"""What those who do the work say, and setting tickets right."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.people import Area, Duty, Role
from bot.domain.tickets import State
from bot.texts import load_texts
from tests.town import NOON, OWNERS, STAFF, Town

LIFT = "5栋电梯又停了"
LAMP = "8栋的路灯坏了好几天了"
LEAK = "3栋2单元楼道一直漏水"


def _with(*texts: str, **settings: object) -> Town:
    town = Town(**settings)  # type: ignore[arg-type]
    for number, text in enumerate(texts or (LIFT,)):
        town.says(f"住户{number}", text)
    return town


def _asked(town: Town, name: str, text: str) -> str:
    town.heard_by(name)
    town.tells(name, text)
    return town.heard_by(name)[-1]


def test_accepting_by_word_is_like_pressing_the_button() -> None:
    town = _with()
    assert _asked(town, "王师傅", "/接单 1") == "已接单 #1 电梯·5栋"
    assert town.ticket().assignee == "王师傅"
    assert "物业维修王师傅已接单" in town.stands_in(OWNERS)[-1]


def test_accepting_twice_changes_nothing() -> None:
    town = _with()
    town.tells("王师傅", "/接单 1")
    before = town.diary()
    assert _asked(town, "王师傅", "/接单 1") == "已接单 #1 电梯·5栋"
    assert town.diary() == before


def test_residents_cannot_give_workers_commands() -> None:
    town = _with()
    town.starts("住户0")
    assert "工作人员" in _asked(town, "住户0", "/接单 1")
    assert town.ticket().state is State.OPEN


def test_a_worker_it_was_not_brought_to_cannot_close_it() -> None:
    town = _with()
    assert "只有负责的人能做" in _asked(town, "吴阿姨", "/办结 1 看过了")
    assert town.ticket().state is State.OPEN


def test_in_the_owners_group_a_sign_is_enough_since_the_card_says_it() -> None:
    town = _with()
    town.heard_in(OWNERS)
    town.says("王师傅", "/接单 1")
    assert town.heard_in(OWNERS) == []
    assert "已接单" in town.stands_in(OWNERS)[-1]
    assert town.reactions()


def test_in_the_staff_group_it_is_answered_with_a_line() -> None:
    town = _with()
    town.heard_in(STAFF)
    town.says("王师傅", "接单 1", in_chat=STAFF)
    assert town.heard_in(STAFF)[-1] == "已接单 #1 电梯·5栋"


def test_done_asks_for_a_line_of_proof() -> None:
    town = _with()
    assert "/办结 1 已换灯泡" in _asked(town, "王师傅", "/办结 1")
    assert town.ticket().state is State.OPEN
    assert "等居民确认" in _asked(town, "王师傅", "/办结 1 门机皮带换了")
    assert town.ticket().state is State.RESOLVED


def test_done_takes_a_photo_as_proof() -> None:
    town = _with()
    town.sends_photo("王师傅", "/办结 1", in_chat=town.private("王师傅"))
    with town.store() as store:
        photos = store.tickets.photos(town_ticket := store.tickets.find()[0])
    assert town_ticket.state is State.RESOLVED
    assert [p.purpose for p in photos] == ["proof"]


def test_pausing_takes_a_reason_and_a_moment() -> None:
    town = _with()
    assert "已请业委会同意" in _asked(town, "王师傅", "/挂起 1 等配件 明天9点")
    assert town.ticket().state is State.OPEN
    town.presses("王主任", "同意")
    ticket = town.ticket()
    assert (ticket.state, ticket.paused_reason) == (State.PAUSED, "等配件")
    assert ticket.due_at == NOON + timedelta(hours=21)


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("/挂起 1", "/挂起 1 等配件 明天9点"),
        ("/挂起 1 等水泵", "/挂起 1 等水泵 明天9点"),
        ("/挂起 1 明天9点", "/挂起 1 等配件 明天9点"),
        ("/挂起 1 等配件 今天8点", "已经过了"),
        ("/挂起 1 等配件 2030-01-01 09:00", "最多挂起 180 天"),
    ],
)
def test_pausing_teaches_what_is_missing(said: str, answer: str) -> None:
    town = _with()
    assert answer in _asked(town, "王师傅", said)
    assert town.ticket().state is State.OPEN


def test_the_end_of_a_pause_wakes_nobody_at_night() -> None:
    town = _with()
    town.tells("王主任", "/挂起 1 等配件 今晚11点")
    assert town.ticket().due_at == NOON + timedelta(hours=20)


def test_declining_needs_a_reason_that_the_group_never_sees() -> None:
    town = _with()
    assert "请写明原因" in _asked(town, "王师傅", "/不办 1")
    town.tells("王师傅", "/不办 1 住户刘叔自家的事")
    assert town.ticket().state is State.DECLINED
    assert not [text for text in town.stands_in(OWNERS) if "刘叔" in text]


def test_assigning_brings_the_card_to_that_person() -> None:
    town = _with()
    assert _asked(town, "王主任", "/派单 1 小陈") == "#1 已派给小陈，已通知本人"
    assert town.ticket().assignee == "小陈"
    assert "电梯" in town.card_of("小陈")


@pytest.mark.parametrize(
    "said", ["/派单 1 @小陈", "/派单 1 给小陈", "派单 #1 小陈 请尽快", "/转派 1 小陈,请尽快"]
)
def test_a_name_is_found_however_it_is_written(said: str) -> None:
    town = _with()
    town.tells("王主任", said)
    assert town.ticket().assignee == "小陈"


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("/派单 1", "可以派给：小陈"),
        ("/派单 1 丁经里", "是不是“丁经理”"),
        ("/派单 1 李建国", "名册里没有“李建国”"),
    ],
)
def test_assigning_teaches_whom_there_is(said: str, answer: str) -> None:
    town = _with()
    assert answer in _asked(town, "王主任", said)
    assert town.ticket().assignee == "王师傅"


def test_two_people_of_one_name_are_told_apart_by_their_phones() -> None:
    whole = Area(whole=True)
    duties = (
        Duty("", whole, Role.COMMITTEE, "王主任", ""),
        Duty("", whole, Role.REPAIR, "王师傅", ""),
        Duty("", whole, Role.CLEANER, "张伟", "10000000001"),
        Duty("", whole, Role.MEDIATOR, "张伟", "10000000002"),
    )
    town = _with(duties=duties)
    with town.store() as store:
        store.people.bind("张伟/10000000002", town.account("张伟二"), "test", NOON)
        store.people.remember(town.account("张伟二"), started_at=NOON)
    assert "请加上电话尾号（0001、0002）" in _asked(town, "王主任", "/派单 1 张伟")
    town.tells("王主任", "/派单 1 张伟 0002")
    assert town.ticket().assignee == "张伟/10000000002"


def test_assigning_somebody_who_cannot_be_reached_says_who_was_told_instead() -> None:
    town = _with(unbound=["小陈"])
    town.tells("王主任", "/派单 1 小陈")
    assert any("小陈还联系不上" in text and "已改为通知" in text for text in town.heard_by("王主任"))
    assert town.ticket().assignee != "小陈"


def test_assigning_at_night_rings_in_the_morning() -> None:
    town = _with(at=NOON + timedelta(hours=11))
    answer = _asked(town, "王主任", "/派单 1 小陈")
    assert "早上 08:00 通知本人" in answer
    assert town.heard_by("小陈") == []


def test_merging_makes_one_matter_of_two_and_unmerging_two_of_one() -> None:
    town = _with(LIFT, LAMP)
    assert "#2 已并入 #1 电梯·5栋" in _asked(town, "王主任", "/合并 1 2")
    assert (town.ticket(2).state, town.ticket(2).merged_into, town.ticket(1).voices) == (State.MERGED, 1, 1)
    town.tells("王主任", "/拆开 2")
    assert (town.ticket(2).state, town.ticket(1).voices) == (State.OPEN, 0)


def test_merging_reads_into_as_people_say_it() -> None:
    town = _with(LIFT, LAMP)
    town.tells("王主任", "合并 2 并入 1")
    assert town.ticket(2).merged_into == 1


def test_merging_into_itself_or_into_nothing_is_refused() -> None:
    town = _with(LIFT, LAMP)
    assert "例如：/合并 12 15" in _asked(town, "王主任", "/合并 1 1")
    assert "没有 #9" in _asked(town, "王主任", "/合并 1 9")
    assert {t.state for t in town.tickets()} == {State.OPEN}


def test_the_reporter_opens_again_what_was_closed_and_nobody_else_does() -> None:
    town = _with()
    town.starts("住户0")
    town.starts("赵姐")
    town.tells("王师傅", "/办结 1 换了皮带")
    assert "只有负责的人能做" in _asked(town, "赵姐", "/重开 1")
    town.tells("住户0", "/重开 1 又停了")
    assert town.ticket().state is State.OPEN


def test_reclassing_takes_kind_and_topic_in_any_order() -> None:
    for said in ("/改类 1 心愿 绿化", "/改类 1 绿化 心愿", "/改类 1 心愿绿化"):
        town = _with()
        assert _asked(town, "王主任", said).endswith("状态：待接单 → 业委会王主任")
        assert (town.ticket().kind.value, town.ticket().topic) == ("wish", "绿化")


def test_a_topic_may_be_named_by_a_part_of_it_and_the_kind_stays() -> None:
    town = _with()
    town.tells("王师傅", "/改类 1 路灯")
    assert (town.ticket().kind.value, town.ticket().topic) == ("complaint", "路灯照明")


def test_an_unknown_topic_is_answered_with_those_there_are() -> None:
    town = _with()
    assert "主题有：电梯、" in _asked(town, "王主任", "/改类 1 天气")
    assert "主题有：电梯、" in _asked(town, "王主任", "/改类 1")
    assert town.ticket().topic == "电梯"


def test_chatter_is_no_matter_and_its_words_are_gone_everywhere() -> None:
    town = Town()
    town.sends_photo("刘叔", LIFT)
    town.says("赵姐", "5栋电梯停了半天", settle=True)
    town.tells("王主任", "/改类 1 闲聊")
    ticket = town.ticket()
    assert ticket.state is State.FALSE_ALARM
    with town.store() as store:
        kept = [ticket.text, *ticket.because, *(m.text for m in store.tickets.messages(ticket))]
        kept += [str(event.data) for event in store.tickets.diary(ticket)]
        kept += [str(card.face) for card in store.cards.of(ticket.id)]
        assert [p.media for p in store.tickets.photos(ticket)] == [None]
    assert not [text for text in kept if "又停了" in text or "停了半天" in text]
    assert "电梯停" not in "".join(town.stands_in(town.private("王师傅")))


def test_every_command_has_its_texts() -> None:
    from handlers.commands import files, lists, work

    texts = load_texts()
    commands = [*lists.COMMANDS, *work.COMMANDS, *files.COMMANDS]
    assert len(commands) > 15
    for command in commands:
        assert f"command.{command.name}.does" in texts
        assert f"command.{command.name}.usage" in texts
        assert command.aliases[0] in texts(f"command.{command.name}.usage")
