"""Promise: the minutes of 5341 are kept, visibly: marks, rungs, who is idle loses it, nobody moves a deadline alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.messages import Address
from bot.domain.rates import Result
from bot.domain.tickets import State
from bot.platforms.console import Act
from handlers.record import record
from tests.town import NOON, OWNERS, STAFF, SUPERVISION, Town

LIFT = "3栋电梯坏了，已经停了两天"
CLUTTER = "3栋楼道堆满杂物没人管"
GAS = "2栋有很重的煤气味，快来人"


def _rung(town: Town, number: int = 1, verb: str = "rang") -> list[str]:
    with town.store() as store:
        ticket = store.tickets.numbered(number)
        assert ticket is not None
        return [str(e.data["person"]) for e in store.tickets.diary(ticket) if e.verb == verb]


def _told_everybody(town: Town) -> list[str]:
    return [line for line in town.diary() if line in ("rang_all", "rang_again")]


def _said_in(town: Town, chat: Address) -> int:
    return len([s for s in town.shown if s.act is Act.SAY and s.chat.chat == chat.chat])


# -- marks -----------------------------------------------------------------------------------------------


def test_at_half_and_at_four_fifths_the_card_is_marked_without_a_sound(town: Town) -> None:
    town.says("张阿姨", CLUTTER)
    said = {chat.chat: _said_in(town, chat) for chat in (OWNERS, STAFF, town.private("老李"))}
    assert "时间过半" not in town.card_of("老李")
    town.wait(minutes=3)
    assert "⏳ 请在 12:05 前接单（时间过半）" in town.card_of("老李")
    town.wait(minutes=1)
    assert "⏰ 请在 12:05 前接单（快到了）" in town.card_of("老李")
    assert said == {chat.chat: _said_in(town, chat) for chat in (OWNERS, STAFF, town.private("老李"))}


def test_each_stage_stands_on_the_card_with_its_own_time(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.wait(minutes=2)
    town.presses("王师傅", "接单")
    assert "请在 12:07 前到场" in town.card_of("王师傅")
    town.presses("王师傅", "到场")
    assert "请在 16:00 前办结" in town.card_of("王师傅")


# -- the ladder ------------------------------------------------------------------------------------------


def test_each_rung_has_its_own_minutes_and_the_last_is_rung_again_at_growing_intervals(town: Town) -> None:
    town.says("张阿姨", CLUTTER)
    town.wait(minutes=5)
    assert _rung(town) == ["老李", "丁经理"]
    town.wait(minutes=10)
    assert _rung(town)[2:] == ["王主任"]
    town.wait(minutes=30)
    assert _rung(town)[3:] == ["冯书记"]
    town.wait(minutes=60)
    assert _rung(town, verb="rang_again") == ["冯书记"]
    town.wait(minutes=119)
    assert len(_rung(town, verb="rang_again")) == 1
    town.wait(minutes=2)
    assert len(_rung(town, verb="rang_again")) == 2
    assert len(_rung(town)) == 4, "nobody below is rung twice"


def test_after_a_few_times_it_is_once_a_morning(town: Town) -> None:
    town.says("张阿姨", CLUTTER)
    town.wait(days=4)
    again = _rung(town, verb="rang_again")
    town.heard_by("冯书记")
    town.until(7, 59)
    town.wait(days=2)
    assert len(_rung(town, verb="rang_again")) == len(again) + 2
    assert len(town.heard_by("冯书记")) == 2
    assert town.ticket().due_at is not None
    assert town.diary().count("agenda") == 1, "the monthly meeting hears of it once"


def test_whoever_accepts_ends_the_ringing(town: Town) -> None:
    town.says("张阿姨", CLUTTER)
    town.wait(minutes=6)
    town.presses("丁经理", "接单")
    before = _rung(town)
    town.wait(minutes=20)
    assert _rung(town) == before


def test_accepted_but_idle_is_taken_back_and_the_next_is_asked(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.presses("王师傅", "接单")
    town.heard_by("王师傅")
    town.wait(minutes=6)
    assert town.ticket().state is State.OPEN
    assert town.ticket().assignee == "丁经理"
    assert "taken_back" in town.diary()
    assert any("没有进展" in text for text in town.heard_by("王师傅"))
    assert len(town.heard_by("丁经理")) == 1


def test_an_emergency_that_one_after_another_accepts_and_leaves_is_told_in_short_intervals_again(
    town: Town,
) -> None:
    town.says("张阿姨", GAS)
    town.wait(hours=3)
    for times, who in enumerate(("老李", "王师傅", "丁经理"), start=1):
        told = len(_told_everybody(town))
        town.tells(who, "接单 1")
        town.wait(minutes=5)
        assert len(_told_everybody(town)) == told + 1, f"taken back, {times}"
        town.wait(minutes=10)
        assert len(_told_everybody(town)) == told + 2, f"and told again, not forty minutes later, {times}"
    assert town.diary().count("agenda") == 1, "the monthly meeting hears of it once"


def test_on_site_but_not_solved_in_time_the_next_rung_hears_and_the_worker_goes_on(town: Town) -> None:
    town.says("张阿姨", CLUTTER)
    town.presses("老李", "接单")
    town.presses("老李", "到场")
    town.wait(minutes=31)
    assert town.ticket().state is State.ON_SITE
    assert town.ticket().assignee == "老李"
    assert "已超时" in town.card_of("老李")
    assert len(town.heard_by("丁经理")) == 1
    town.wait(minutes=10)
    assert len(town.heard_by("王主任")) == 1
    town.tells("老李", "/办结 1 已清走")
    before = town.diary()
    town.wait(hours=3)
    assert town.diary() == before


def test_reopened_it_may_ring_every_rung_again(town: Town) -> None:
    town.starts("张阿姨")
    town.says("张阿姨", CLUTTER)
    town.wait(minutes=20)
    town.tells("王主任", "/办结 1 已清走")
    rung = len(_rung(town))
    town.tells("王主任", "/重开 1")
    town.wait(minutes=60)
    assert _rung(town)[rung:] == ["老李", "丁经理", "王主任", "冯书记"]
    assert town.ticket().episode == 2


def test_several_late_for_one_person_come_as_one_message(town: Town) -> None:
    for building in (1, 2, 3):
        town.says(f"居民{building}", f"{building}栋楼道堆满杂物没人管")
    assert len({t.assignee for t in town.tickets()}) == 1
    town.wait(minutes=6)
    (late,) = town.heard_by("丁经理")
    assert all(f"#{number}" in late for number in (1, 2, 3))
    town.presses("丁经理", "接单 #2")
    assert town.ticket(2).state is State.ACCEPTED
    assert town.ticket(2).assignee == "丁经理"


def test_a_rung_nobody_can_be_reached_on_is_passed_over_at_once() -> None:
    town = Town(unbound=("丁经理",))
    town.says("张阿姨", CLUTTER)
    town.wait(minutes=6)
    assert _rung(town) == ["老李", "王主任"]
    assert "unreachable" in town.diary()
    assert any("联系不上：物业经理丁经理" in text for text in town.stands_in(STAFF))
    assert any("联系不上：物业经理丁经理" in text for text in town.stands_in(town.private("谢委员")))


def test_who_could_not_be_reached_before_is_not_told_of_a_matter_that_began_anew() -> None:
    town = Town(unbound=("丁经理",))
    town.says("张阿姨", CLUTTER)
    town.says("刘姐", LIFT)
    town.wait(minutes=6)
    assert "联系不上：物业经理丁经理" in _shown_to_staff(town, 1)
    town.tells("王主任", "/合并 2 1")
    town.bind("丁经理")
    town.tells("王主任", "/拆开 1")
    town.wait(minutes=6)
    assert _rung(town)[-1] == "丁经理"
    assert "联系不上" not in _shown_to_staff(town, 1)


def _shown_to_staff(town: Town, number: int) -> str:
    (card,) = [text for text in town.stands_in(STAFF) if f"#{number} " in text]
    return card


def test_an_emergency_is_rung_again_and_again_day_and_night() -> None:
    town = Town(at=datetime(2026, 5, 12, 15, 0, tzinfo=UTC))
    town.says("张阿姨", GAS)
    first = len(town.heard_by("老李"))
    town.wait(minutes=30)
    assert first + len(town.heard_by("老李")) > 3


# -- outages and clocks ----------------------------------------------------------------------------------


def test_after_a_weeks_outage_each_ticket_takes_one_step() -> None:
    town = Town()
    for building in (1, 4, 7):
        town.says(f"居民{building}", f"{building}栋楼道堆满杂物没人管")
    town.sleeps(days=7)
    town.tick()
    assert [len(_rung(town, number)) for number in (1, 2, 3)] == [2, 2, 2]
    town.tick()
    assert [len(_rung(town, number)) for number in (1, 2, 3)] == [2, 2, 2]


def test_a_clock_that_jumped_ahead_and_was_put_right_rings_nothing_twice_and_loses_nothing(
    town: Town,
) -> None:
    town.says("张阿姨", CLUTTER)
    town.clock.wind(timedelta(days=3))
    town.tick()
    assert _rung(town) == ["老李", "丁经理"]
    town.clock.wind(timedelta(days=-3))
    town.tick()
    assert _rung(town) == ["老李", "丁经理"]
    town.wait(minutes=11)
    assert _rung(town) == ["老李", "丁经理", "王主任"]


def test_a_clock_set_back_delays_by_no_more_than_the_rung_s_own_minutes(town: Town) -> None:
    town.says("张阿姨", CLUTTER)
    town.clock.wind(timedelta(hours=-3))
    town.tick()
    town.wait(minutes=6)
    assert _rung(town) == ["老李", "丁经理"]


def test_promises_made_by_a_reload_count_for_what_is_in_hand(unhurried: Town) -> None:
    town = unhurried
    town.says("张阿姨", CLUTTER)
    town.presses("老李", "接单")
    assert town.ticket().due_at is None, "nothing is promised"
    town.next_files = replace(town.files, config=Town(start=False).config)
    town.tells("王主任", "/重读")
    town.wait(minutes=11)
    assert "请在 12:30 前办结" in town.card_of("老李")


def test_an_emergency_that_lies_is_taken_back_and_everybody_is_rung_anew(town: Town) -> None:
    town.says("张阿姨", GAS)
    town.presses("老李", "接单")
    heard = len(town.heard_by("王师傅"))
    town.wait(minutes=6)
    assert town.ticket().state is State.OPEN
    assert heard
    assert town.heard_by("王师傅")


# -- pausing, plans, severity ----------------------------------------------------------------------------


def test_a_worker_s_pause_is_a_wish_and_the_clock_runs_until_the_committee_agrees(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.presses("王师傅", "接单")
    town.presses("王师傅", "到场")
    deadline = town.ticket().deadline_at
    town.presses("王师傅", "挂起")
    town.tells("王师傅", "等配件 明天9点")
    assert town.ticket().state is State.ON_SITE
    assert town.ticket().deadline_at == deadline
    (asked,) = town.heard_by("谢委员")
    assert "等配件" in asked

    town.heard_by("王师傅")
    town.presses("谢委员", "同意")
    assert town.ticket().state is State.PAUSED
    assert "业委会同意了" in town.heard_by("王师傅")[-1]
    assert "答复过" in town.presses("王主任", "不同意")
    town.wait(hours=5)
    assert town.diary().count("late") == 0
    town.until(9, 30)
    assert town.ticket().state is State.ACCEPTED
    moved = town.ticket().deadline_at
    assert moved is not None
    assert deadline is not None
    assert moved > deadline


def test_refused_the_deadline_stays(town: Town) -> None:
    town.says("张阿姨", CLUTTER)
    town.presses("老李", "接单")
    deadline = town.ticket().deadline_at
    town.tells("老李", "/挂起 1 等清运车 明天9点")
    town.presses("王主任", "不同意")
    assert town.ticket().state is State.ACCEPTED
    assert town.ticket().deadline_at == deadline
    assert any("没有同意" in text for text in town.heard_by("老李"))


def test_no_worker_agrees_to_their_own_wish(town: Town) -> None:
    town.says("张阿姨", CLUTTER)
    town.presses("老李", "接单")
    town.tells("老李", "/挂起 1 等清运车 明天9点")
    _, button = town._button(town.private("王主任"), "同意", None)
    town.forges("老李", button.data, in_chat=town.private("老李"))
    assert town.ticket().state is State.ACCEPTED


def test_waiting_for_a_resident_ends_when_they_are_heard(town: Town) -> None:
    town.says("张阿姨", CLUTTER)
    town.presses("老李", "接单")
    town.tells("老李", "/挂起 1 等住户在家")
    town.presses("王主任", "同意")
    assert town.ticket().state is State.PAUSED
    card = [text for text in town.stands_in(town.private("王主任")) if "等住户在家" in text]
    assert card, "the committee sees why"
    town.wait(hours=2)
    town.says("张阿姨", "我现在在家了，楼道那堆杂物可以来清了", reply_to=_card(town), reply_to_bot=True)
    assert town.ticket().state is State.ACCEPTED


def _card(town: Town) -> str:
    return next(
        sent
        for (chat, sent), face in town.platform.faces.items()
        if chat == OWNERS.chat and "#1" in face.text
    )


def test_who_would_have_more_time_by_another_severity_needs_assent_who_has_less_does_not(town: Town) -> None:
    town.says("张阿姨", CLUTTER)
    town.presses("老李", "接单")
    deadline = town.ticket().deadline_at
    town.tells("老李", "/定级 1 复杂")
    assert town.ticket().severity.value == "ordinary"
    assert town.ticket().deadline_at == deadline
    town.presses("王主任", "同意")
    assert town.ticket().severity.value == "complex"
    town.tells("老李", "/定级 1 一般")
    assert town.ticket().severity.value == "ordinary"


def test_a_complex_matter_gets_a_plan_and_the_group_sees_only_its_date(town: Town) -> None:
    town.says("张阿姨", CLUTTER)
    town.presses("老李", "接单")
    town.tells("王主任", "/定级 1 复杂")
    assert "请在 明天12:00 前拿出方案" in town.card_of("老李")
    town.presses("老李", "方案")
    town.tells("老李", "联系产权单位分批清运 6月3日")
    assert town.stands_in(OWNERS)[-1].endswith("方案已定，6月3日前办好")
    assert "清运" not in "".join(town.stands_in(OWNERS))
    town.wait(days=3)
    assert "taken_back" not in town.diary()

    town.tells("老李", "/方案 1 再等等 6月30日")
    assert town.stands_in(OWNERS)[-1].endswith("方案已定，6月3日前办好"), "later needs the committee"
    town.presses("王主任", "同意")
    assert town.stands_in(OWNERS)[-1].endswith("方案已定，6月30日前办好")


# -- days off --------------------------------------------------------------------------------------------


def test_the_office_s_work_waits_for_the_next_working_day_its_ringing_does_not() -> None:
    saturday = datetime(2026, 5, 16, 4, 0, tzinfo=UTC)
    town = Town(at=saturday)
    town.says("张阿姨", CLUTTER)
    town.wait(minutes=6)
    town.presses("丁经理", "接单")
    assert "5月18日" in town.card_of("丁经理"), "Monday"


def test_the_committee_declares_days_off_and_working_days(town: Town) -> None:
    town.tells("王主任", "/放假 5月13日 休")
    assert "休息" in town.heard_by("王主任")[-1]
    town.says("张阿姨", CLUTTER)
    town.presses("老李", "接单")
    town.tells("王主任", "/定级 1 复杂")
    assert "请在 5月14日12:00 前拿出方案" in town.card_of("老李")
    town.tells("王主任", "/放假 5月13日 取消")
    with town.store() as store:
        assert store.days.all() == ()


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("/放假", "按国家公布的放假和调休算"),
        ("/放假 2026-12-31 上班", "2026年12月31日"),
        ("/放假 2027-12-31 休", "2027 年的放假安排还没有公布"),
        ("/放假 2020-01-01 休", "已经过了"),
        ("/放假 明年", "/放假 12月31日 休"),
    ],
)
def test_what_is_said_of_days_is_answered(town: Town, said: str, answer: str) -> None:
    town.tells("王主任", said)
    assert answer in town.heard_by("王主任")[-1]


# -- urging and supervision ------------------------------------------------------------------------------


def test_urging_is_counted_and_reminds_the_holder_once(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.presses("王师傅", "接单")
    town.heard_by("王师傅")
    group = len(town.heard_in())
    assert "第 1 次" in town.presses("李叔", "催一下", in_chat=OWNERS)
    assert "刚催过" in town.presses("李叔", "催一下", in_chat=OWNERS)
    town.says("赵姐", "催一下", reply_to=_card(town), reply_to_bot=True)
    assert town.ticket().urged == 2
    assert len([text for text in town.heard_by("王师傅") if "居民催办" in text]) == 1
    assert "居民催办 2 次" in town.card_of("王师傅") or any(
        "居民催办 2 次" in text for text in town.stands_in(town.private("王师傅"))
    )
    assert town.heard_in() == [], group


def test_late_says_what_is_late_and_why(town: Town) -> None:
    town.tells("王主任", "/超时")
    assert town.heard_by("王主任")[-1] == "没有超时的事。"
    town.says("张阿姨", CLUTTER)
    town.says("李叔", "5栋电梯坏了，已经停了两天")
    town.presses("王师傅", "接单")
    town.tells("王主任", "/挂起 2 等配件 明天9点")
    town.wait(minutes=20)
    town.heard_by("王主任")
    town.tells("王主任", "/超时")
    said = town.heard_by("王主任")[-1]
    assert "#1" in said
    assert "没人接单，超时：15分钟" in said
    assert "#2 电梯·5栋：挂起到明天09:00，等配件" in said
    town.heard_in()
    town.says("王主任", "/超时")
    assert "#2 电梯·5栋：挂起到明天09:00" in town.heard_in()[-1]
    assert "等配件" not in "".join(town.stands_in(OWNERS)), "a worker's words are not the group's business"


def test_the_supervision_group_hears_once_a_day_and_of_no_person(town: Town) -> None:
    town.says("张阿姨", CLUTTER)
    town.until(21)
    assert town.heard_in(SUPERVISION) == []
    town.until(8, 30)
    (digest,) = town.heard_in(SUPERVISION)
    assert "#1" in digest
    assert "没人接单" in digest
    assert not any(name in digest for name in ("张阿姨", "老李", "冯书记", "杂物没人管"))


def test_where_nothing_is_late_the_supervision_group_is_left_in_peace() -> None:
    town = Town(at=NOON)
    town.until(9)
    assert town.heard_in(SUPERVISION) == []


def test_whoever_takes_over_is_not_blamed_for_the_way_that_another_did_not_go(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.presses("王师傅", "接单")
    town.wait(minutes=6)
    town.tells("王主任", "/派单 1 谢委员")
    town.tells("谢委员", "/接单 1")
    town.wait(minutes=10)
    with town.store() as store:
        found = record(town.context(store), NOON - timedelta(days=1), town.clock.now())
    (case,) = found.cases

    assert case.arrival is not None
    assert (case.arrival.result, case.arrival.person, case.arrival.own) == (Result.MISSED, "王师傅", None)
