"""Promise: whoever is away has a stand-in or a gap that is told; shifts change hands only by agreement."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.people import Area, Duty, Role
from bot.domain.tickets import State
from bot.files.shifts import parse_shift
from tests.town import OWNERS, STAFF, Town

LIFT = "3栋电梯坏了，已经停了两天"
WHOLE = Area(whole=True)
ONE_TO_THREE = Area(buildings=frozenset((n, None, None) for n in ("1", "2", "3")))


def duty(role: Role, name: str, hours: str = "", *, grid: str = "", area: Area = WHOLE) -> Duty:
    return Duty(grid, area, role, name, "", None, parse_shift(hours))


REPAIRERS = (
    duty(Role.REPAIR, "王师傅"),
    duty(Role.REPAIR, "杨师傅"),
    duty(Role.GRID_WORKER, "老李", grid="一网格", area=ONE_TO_THREE),
    duty(Role.MANAGER, "丁经理"),
    duty(Role.COMMITTEE, "王主任"),
    duty(Role.COMMITTEE, "谢委员"),
)


@pytest.fixture
def crew() -> Town:
    """Two repairers, a Tuesday noon in May."""
    unhurried = {"ordinary": {"solve_minutes": 0}, "major": {"solve_minutes": 0}, "own": []}
    return Town(duties=REPAIRERS, clocks=unhurried)


def asked(town: Town, name: str, text: str) -> str:
    town.heard_by(name)
    town.tells(name, text)
    heard = town.heard_by(name)
    assert heard, f"no answer to {text!r}"
    return heard[0]


# -- leave -------------------------------------------------------------------------------------------


def test_while_somebody_is_on_leave_their_stand_in_is_asked(crew: Town) -> None:
    answer = asked(crew, "王师傅", "/请假 5-13 5-14 老李")
    assert answer.splitlines()[0] == "王师傅 5月13日至14日请假，老李代班"
    assert crew.heard_by("老李") == ["王师傅 5月13日至14日请假，请您代班，这几天的工单会先找您。"]
    assert any("王师傅 5月13日至14日请假，老李代班" in text for text in crew.heard_by("王主任"))

    crew.says("张阿姨", LIFT)
    assert crew.ticket().assignee == "王师傅", "the leave begins tomorrow"
    crew.until(9)
    crew.says("李叔", "5栋水管爆了，一直在漏水")
    assert crew.ticket(2).assignee != "王师傅"


def test_the_stand_in_takes_the_absent_one_s_place_also_where_there_is_nobody_else() -> None:
    town = Town(duties=(REPAIRERS[0], *REPAIRERS[2:]))
    asked(town, "王师傅", "/请假 今天 明天 老李")
    town.says("张阿姨", "5栋水管爆了，一直在漏水")
    assert town.ticket().assignee == "老李"


def test_a_stand_in_may_say_no_with_one_tap_and_another_is_found(crew: Town) -> None:
    asked(crew, "王师傅", "/请假 5-13 5-14 老李")
    crew.heard_by("王师傅")
    assert crew.presses("老李", "代不了") == "好的，已请他们另找人"
    assert any("老李代不了王师傅 5月13日至14日的班" in text for text in crew.heard_by("王师傅"))
    assert any("老李代不了王师傅" in text for text in crew.heard_by("王主任"))
    again = asked(crew, "王师傅", "/请假 5-13 5-14 杨师傅")
    assert again.startswith("王师傅 5月13日至14日请假，杨师傅代班")


def test_only_the_committee_enters_leave_for_somebody_else(crew: Town) -> None:
    assert "业委会" in asked(crew, "老李", "/请假 王师傅 5-13 5-14 杨师傅")
    assert asked(crew, "王主任", "/请假 王师傅 5-13 5-14 杨师傅").startswith(
        "王师傅 5月13日至14日请假，杨师傅代班"
    )
    assert any("业委会记下了：王师傅 5月13日至14日请假" in text for text in crew.heard_by("王师傅"))


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("/请假 5-13 5-14 老张", "名册里没有“老张”"),
        ("/请假 5-13 5-14 王师傅", "代班的人不能是王师傅本人"),
        ("/请假 5-14 5-13", "结束的日子在开始之前"),
        ("/请假 5-1 5-3", "已经过去了"),
        ("/请假 李四", "写法：/请假"),
        ("/请假", "写法：/请假"),
        ("/请假 5-13 2027-5-13 老李", "一次最多请 180 天假"),
        ("/销假", "没有请假"),
    ],
)
def test_what_cannot_be_is_answered_clearly(crew: Town, said: str, answer: str) -> None:
    assert answer in asked(crew, "王师傅", said)


def test_overlapping_leave_and_a_stand_in_who_is_away_are_told(crew: Town) -> None:
    asked(crew, "王师傅", "/请假 5-13 5-15 杨师傅")
    assert asked(crew, "王师傅", "/请假 5-14 老李") == "王师傅 5月13日至15日已经请假了；要改请先发 /销假"
    assert asked(crew, "老李", "/请假 5-15 王师傅") == "王师傅 5月13日至15日自己也不在，请换一位"
    warned = asked(crew, "杨师傅", "/请假 5-14下午")
    assert "注意：王师傅 5月13日至15日原本请他代班，请另找人" in warned


def test_leave_is_taken_back_with_one_command(crew: Town) -> None:
    asked(crew, "王师傅", "/请假 5-13 5-14 老李")
    crew.heard_by("老李")
    assert asked(crew, "王师傅", "/销假") == "已收回：王师傅 5月13日至14日请假，老李代班"
    assert any("已收回" in text for text in crew.heard_by("老李"))
    crew.until(9)
    crew.says("张阿姨", LIFT)
    assert crew.ticket().assignee == "王师傅"


def test_who_goes_on_leave_is_relieved_of_what_they_have_in_hand(crew: Town) -> None:
    crew.says("张阿姨", LIFT)
    crew.presses("王师傅", "接单")
    due = crew.ticket().due_at
    answer = asked(crew, "王师傅", "/请假 今天 后天 杨师傅")
    assert "手上 1 件已问杨师傅接不接" in answer
    assert any("#1 电梯·3栋" in text and "时限照旧" in text for text in crew.heard_by("杨师傅"))

    assert crew.presses("杨师傅", "接过来") == "#1 现在归您办，谢谢！"
    ticket = crew.ticket()
    assert (ticket.assignee, ticket.state, ticket.due_at) == ("杨师傅", State.ACCEPTED, due)
    assert any("杨师傅接过了王师傅的 #1" in text for text in crew.heard_by("王师傅"))
    assert "handed_over" in crew.diary()

    crew.wait(days=4)
    assert crew.ticket().assignee == "杨师傅", "nothing changes hands silently"
    assert any("欢迎回来" in text and "#1（杨师傅）" in text for text in crew.heard_by("王师傅"))


def test_leave_that_begins_later_offers_its_tickets_in_the_morning_of_that_day(crew: Town) -> None:
    crew.says("张阿姨", LIFT)
    crew.presses("王师傅", "接单")
    asked(crew, "王师傅", "/请假 5-13 5-14 杨师傅")
    crew.heard_by("杨师傅")
    crew.until(21)
    assert not any("接过来" in text for text in crew.heard_by("杨师傅"))
    crew.until(8, 30)
    offers = [text for text in crew.heard_by("杨师傅") if "手上还有 1 件" in text]
    assert len(offers) == 1


# -- swaps -------------------------------------------------------------------------------------------


def test_a_swap_holds_once_the_colleague_agrees_and_the_committee_sees_it(crew: Town) -> None:
    assert asked(crew, "王师傅", "/换班 5-13 杨师傅 5-15") == "已问杨师傅，对方同意后生效"
    assert crew.heard_by("杨师傅") == ["王师傅想和您换班：您值他 5月13日的，他值您 5月15日的，行吗？"]
    crew.heard_by("王主任")
    crew.presses("杨师傅", "同意")
    both = "王师傅 5月13日的班换给杨师傅\n杨师傅 5月15日的班换给王师傅"
    assert crew.heard_by("王师傅") == [f"杨师傅同意了：\n{both}"]
    assert both in crew.heard_by("王主任")
    crew.until(9)
    crew.says("张阿姨", LIFT)
    assert crew.ticket().assignee == "杨师傅"
    assert "已经有答复" in crew.presses("杨师傅", "同意")


def test_a_swap_that_is_refused_changes_nothing(crew: Town) -> None:
    asked(crew, "王师傅", "/换班 5-13 杨师傅")
    crew.heard_by("王主任")
    crew.presses("杨师傅", "不换")
    assert crew.heard_by("王师傅") == ["杨师傅不方便换 5月13日的班，请再找别人"]
    assert crew.heard_by("王主任") == []


def test_a_swap_that_is_not_answered_is_told_once_and_lapses(crew: Town) -> None:
    asked(crew, "王师傅", "/换班 5-13 杨师傅")
    crew.wait(hours=9)
    assert crew.heard_by("王师傅") == [
        "杨师傅还没有答复 5月13日换班的事，班仍算您的；请当面问一声，或发 /请假 另找人"
    ]
    crew.until(9)
    assert "已经有答复" in crew.presses("杨师傅", "同意")
    assert crew.heard_by("王师傅") == []


@pytest.mark.parametrize("said", ["/请假 5-13 杨师傅", "/销假", "/换班 5-13 杨师傅", "/转交 杨师傅"])
def test_where_residents_read_nobody_s_absence_is_discussed(crew: Town, said: str) -> None:
    crew.says("王师傅", said, in_chat=OWNERS)
    assert crew.heard_in(OWNERS) == ["这里居民也看得到，请私下发给我，或发在工作群里"]
    with crew.store() as store:
        assert store.duty.lasting(crew.clock.now()) == ()


def test_nobody_else_can_agree_to_a_swap(crew: Town) -> None:
    asked(crew, "王师傅", "/换班 5-13 杨师傅")
    with crew.store() as store:
        (change,) = store.duty.asked(crew.clock.now())
    assert "另一位同事" in crew.forges("老李", f"d:swap:{change.id}:yes", in_chat=crew.private("老李"))
    assert "另一位同事" in crew.forges("王师傅", f"d:swap:{change.id}:yes", in_chat=crew.private("王师傅"))
    assert crew.forges("路人", f"d:swap:{change.id}:yes", in_chat=crew.private("路人"))
    with crew.store() as store:
        assert store.duty.lasting(crew.clock.now()) == ()


def test_a_night_shift_is_swapped_as_a_whole() -> None:
    nights = (duty(Role.REPAIR, "王师傅", "夜班"), duty(Role.REPAIR, "杨师傅", "白班"), *REPAIRERS[3:])
    town = Town(duties=nights)
    asked(town, "王师傅", "/换班 5-13 杨师傅")
    (question,) = town.heard_by("杨师傅")
    assert "5月13日 22:00 至 5月14日 8:00的班" in question


# -- handing over ------------------------------------------------------------------------------------


def test_one_ticket_is_handed_over_with_one_tap(crew: Town) -> None:
    crew.says("张阿姨", LIFT)
    crew.presses("王师傅", "接单")
    crew.presses("王师傅", "到场")
    assert asked(crew, "王师傅", "/转交 1 杨师傅") == "已问杨师傅，对方接过去以后这 1 件就归他办"
    assert crew.ticket().assignee == "王师傅", "until it is taken"
    crew.presses("杨师傅", "接过来")
    assert (crew.ticket().assignee, crew.ticket().state) == ("杨师傅", State.ACCEPTED)
    assert "到场" in crew.buttons(crew.private("杨师傅"))


def test_everything_in_hand_is_handed_over_by_a_button(crew: Town) -> None:
    crew.says("张阿姨", LIFT)
    crew.says("李叔", "5栋水管爆了，一直在漏水")
    for number in (1, 2):
        crew.tells("王师傅", f"/接单 {number}")
    assert asked(crew, "王师傅", "/转交").startswith("您手上有 2 件")
    crew.presses("王师傅", "都给杨师傅")
    crew.presses("杨师傅", "都接过来")
    assert [ticket.assignee for ticket in crew.tickets()] == ["杨师傅", "杨师傅"]
    assert "已经转给别人" in crew.presses("杨师傅", "都接过来")


def test_what_is_put_off_changes_hands_and_stays_put_off(crew: Town) -> None:
    crew.says("张阿姨", LIFT)
    crew.presses("王师傅", "接单")
    with crew.store() as store:
        until = crew.clock.now() + timedelta(days=2)
        store.tickets.change(
            store.tickets.going_on()[0], state=State.PAUSED.value, paused_until=until, due_at=until
        )
    asked(crew, "王师傅", "/转交 1 杨师傅")
    crew.presses("杨师傅", "接过来")
    ticket = crew.ticket()
    assert (ticket.state, ticket.assignee, ticket.due_at) == (State.PAUSED, "杨师傅", until)


def test_what_was_solved_meanwhile_is_no_longer_to_be_had(crew: Town) -> None:
    crew.says("张阿姨", LIFT)
    crew.presses("王师傅", "接单")
    asked(crew, "王师傅", "/转交 1 杨师傅")
    crew.tells("王师傅", "办结 1 换了接触器")
    assert "已经转给别人或办完了" in crew.presses("杨师傅", "接过来")
    assert crew.ticket().assignee == "王师傅"


def test_a_colleague_may_say_no_and_everything_stays_where_it_is(crew: Town) -> None:
    crew.says("张阿姨", LIFT)
    crew.presses("王师傅", "接单")
    asked(crew, "王师傅", "/转交 杨师傅")
    crew.heard_by("王师傅")
    crew.presses("杨师傅", "接不了")
    assert crew.ticket().assignee == "王师傅"
    assert any("杨师傅接不了王师傅的 #1" in text for text in crew.heard_by("王师傅"))


def test_nobody_hands_over_what_is_not_theirs(crew: Town) -> None:
    crew.says("张阿姨", LIFT)
    crew.presses("王师傅", "接单")
    assert "#1" in asked(crew, "老李", "/转交 1 杨师傅")
    assert "业委会" in asked(crew, "老李", "/转交 王师傅 杨师傅")
    assert "已问杨师傅" in asked(crew, "王主任", "/转交 王师傅 杨师傅")


# -- /duty and gaps ----------------------------------------------------------------------------------

SHIFTS = (
    duty(Role.GRID_WORKER, "老李", "周一-周五 8:00-18:00", grid="一网格", area=ONE_TO_THREE),
    duty(Role.REPAIR, "王师傅", "8:00-18:00"),
    duty(Role.REPAIR, "杨师傅", "18:00-8:00"),
    duty(Role.MANAGER, "丁经理"),
    duty(Role.COMMITTEE, "王主任"),
)


def test_duty_shows_today_and_the_week_on_a_phone() -> None:
    town = Town(duties=SHIFTS)
    asked(town, "王师傅", "/请假 5-14上午 杨师傅")
    assert asked(town, "王主任", "/值班").splitlines() == [
        "5月12日 周二（工作日）值班",
        "一网格：●老李 8:00–18:00",
        "物业维修：●王师傅 8:00–18:00、杨师傅 18:00–次日8:00",
        "物业经理：●丁经理",
        "—— 每周 ——",
        "一网格：老李 周一至周五 8:00–18:00",
        "物业维修：王师傅 每天 8:00–18:00、杨师傅 每天 18:00–次日8:00",
        "—— 请假换班 ——",
        "王师傅 5月14日上午请假，杨师傅代班",
        "⚠️ 一网格 周一至周四 18:00–次日8:00；周五 18:00 至 周一 8:00 没人",
    ]
    assert asked(town, "王主任", "/值班 物业经理").splitlines()[1:] == ["物业经理：●丁经理"]
    assert "没有找到" in asked(town, "王主任", "/值班 九网格")


def test_a_word_asks_for_a_grid_a_role_a_team_or_a_name() -> None:
    heads = (
        replace(duty(Role.BUILDING_HEAD, "周姐", grid="一网格", area=ONE_TO_THREE), teams=("邻里守护队",)),
        duty(Role.CLEANER, "吴阿姨", "6:00-11:00"),
    )
    town = Town(duties=(*SHIFTS, *heads))
    assert asked(town, "王主任", "/值班 一网格").splitlines()[1:3] == [
        "一网格：●老李 8:00–18:00",
        "楼栋长：●周姐",
    ]
    assert asked(town, "王主任", "/值班 邻里守护队").splitlines()[1:] == ["邻里守护队：●周姐"]
    assert asked(town, "王主任", "/值班 吴阿姨").splitlines()[1] == "保洁员：吴阿姨 6:00–11:00"


def test_residents_never_see_names_of_who_is_on_duty() -> None:
    town = Town(duties=SHIFTS)
    town.says("张阿姨", "/值班")
    assert not any("老李" in text for text in town.heard_in(OWNERS))
    town.says("王师傅", "/值班", in_chat=OWNERS)
    assert not any("老李" in text for text in town.heard_in(OWNERS))
    assert any("老李" in text for text in town.heard_by("王师傅"))
    town.says("王师傅", "/值班", in_chat=STAFF)
    assert any("老李" in text for text in town.heard_in(STAFF))


def test_each_gap_of_the_coming_week_is_told_once() -> None:
    town = Town(duties=SHIFTS)
    town.wait(minutes=15)
    (told,) = [text for text in town.heard_by("王主任") if "没人值班" in text]
    assert "一网格：每周 周一至周四 18:00–次日8:00；周五 18:00 至 周一 8:00 没人" in told
    asked(town, "杨师傅", "/请假 5-14 5-14")
    town.wait(days=1)
    gaps = [text for text in town.heard_by("王主任") if "没人值班" in text]
    assert len(gaps) == 1
    assert "物业维修：周四（5月14日）0:00–8:00没人" in gaps[0]
    town.wait(days=3)
    assert not any("没人值班" in text for text in town.heard_by("王主任"))


def test_on_a_public_holiday_those_who_are_there_on_holidays_are_on_duty() -> None:
    duties = (
        duty(Role.REPAIR, "王师傅", "工作日"),
        duty(Role.REPAIR, "杨师傅", "节假日"),
        duty(Role.MANAGER, "丁经理"),
    )
    labour_day = Town(duties=duties, at=datetime(2026, 5, 1, 4, tzinfo=UTC))
    labour_day.says("张阿姨", LIFT)
    assert labour_day.ticket().assignee == "杨师傅"

    made_up = Town(duties=duties, at=datetime(2026, 5, 9, 4, tzinfo=UTC))
    made_up.says("张阿姨", LIFT)
    assert made_up.ticket().assignee == "王师傅", "a Saturday that is worked"
