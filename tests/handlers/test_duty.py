"""Who is on duty, and who of those is asked first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.people import Area, Duty, Role
from bot.files.shifts import parse_shift
from handlers import duty
from handlers.duty import Crew
from handlers.routing import ladder_of
from tests.town import NOON, STAFF, Town

WHOLE = Area(whole=True)
LIFT = "3栋电梯坏了，已经停了两天"
EVENING = datetime(2026, 5, 12, 12, tzinfo=UTC)
"""A Tuesday, 20:00 in Shanghai."""


def repair(name: str, hours: str = "", *, area: Area = WHOLE) -> Duty:
    return Duty("", area, Role.REPAIR, name, "", None, parse_shift(hours))


MANAGER = Duty("", WHOLE, Role.MANAGER, "丁经理", "")
COMMITTEE = Duty("", WHOLE, Role.COMMITTEE, "王主任", "")


def crew(town: Town) -> Crew:
    with town.store() as store:
        context = town.context(store)
        return duty.crew(context, [d for d in town.roster.duties if d.role is Role.REPAIR])


def away(town: Town, name: str, stand_in: str | None = None, *, hours: float = 24) -> None:
    """Somebody is on leave from now on."""
    now = town.clock.now()
    with town.store() as store:
        store.duty.add("leave", name, stand_in, (now, now + timedelta(hours=hours)), "test", now)


def test_the_one_on_duty_is_asked_first() -> None:
    duties = (repair("王师傅", "8:00-18:00"), repair("杨师傅", "18:00-8:00"), MANAGER)
    assert crew(Town(duties=duties)) == Crew(("王师傅",), ("杨师傅",))
    assert crew(Town(duties=duties, at=EVENING)) == Crew(("杨师傅",), ("王师傅",))

    town = Town(duties=duties, at=EVENING)
    town.says("张阿姨", LIFT)
    assert town.ticket().assignee == "杨师傅"
    assert town.heard_by("王师傅") == []


def test_a_rung_off_duty_is_passed_over_without_a_word_to_anybody() -> None:
    town = Town(duties=(repair("王师傅", "8:00-18:00"), MANAGER), at=EVENING)
    town.says("张阿姨", LIFT)
    assert town.ticket().assignee == "丁经理"
    assert "unreachable" not in town.diary()
    assert town.heard_in(STAFF) == []


def test_the_ladder_is_never_silent_where_nobody_is_on_duty() -> None:
    day = parse_shift("8:00-18:00")
    manager = Duty("", WHOLE, Role.MANAGER, "丁经理", "", None, day)
    town = Town(duties=(repair("王师傅", "8:00-18:00"), manager), at=EVENING)
    town.says("张阿姨", LIFT)
    assert town.ticket().assignee == "王师傅"


def test_somebody_off_duty_is_rung_where_those_on_duty_cannot_be_reached() -> None:
    duties = (repair("王师傅", "8:00-18:00"), MANAGER)
    town = Town(duties=duties, at=EVENING, unbound=("丁经理",))
    town.says("张阿姨", LIFT)
    assert town.ticket().assignee == "王师傅"


def test_the_shift_changes_under_a_climbing_ticket_and_no_rung_is_left_out() -> None:
    at = datetime(2026, 5, 12, 9, 58, tzinfo=UTC)
    town = Town(duties=(repair("王师傅", "8:00-18:00"), MANAGER, COMMITTEE), at=at)
    town.says("张阿姨", LIFT)
    assert town.ticket().assignee == "王师傅"
    while town.ticket().rung == 0:
        town.wait(minutes=1)
    assert town.ticket().assignee == "丁经理"


def test_the_stand_in_is_asked_while_somebody_is_on_leave() -> None:
    town = Town(duties=(repair("王师傅"), repair("杨师傅", "18:00-8:00"), MANAGER))
    away(town, "王师傅", "丁经理")
    assert crew(town) == Crew(("丁经理",), ("杨师傅", "王师傅"))
    town.wait(hours=25)
    assert crew(town).on == ("王师傅",)


def test_a_stand_in_who_is_away_too_stands_in_for_nobody() -> None:
    town = Town(duties=(repair("王师傅"), repair("杨师傅"), MANAGER))
    away(town, "王师傅", "杨师傅")
    away(town, "杨师傅")
    assert crew(town) == Crew((), ("王师傅", "杨师傅"))
    town.says("张阿姨", LIFT)
    assert town.ticket().assignee == "丁经理"


def test_who_has_less_in_hand_is_asked_first() -> None:
    town = Town(duties=(repair("王师傅"), repair("杨师傅"), MANAGER))
    town.says("张阿姨", LIFT)
    town.says("李叔", "5栋电梯坏了，已经停了两天")
    town.says("赵姐", "7栋电梯坏了，已经停了两天")
    assert [ticket.assignee for ticket in town.tickets()] == ["王师傅", "杨师傅", "王师傅"]


def test_who_has_too_much_in_hand_is_passed_over_even_by_the_whole_compound_s() -> None:
    three = Area(buildings=frozenset({("3", None, None)}))
    duties = (repair("孙师傅", area=three), repair("王师傅"), MANAGER)
    town = Town(duties=duties, routing={"most_open": 1})
    town.says("张阿姨", LIFT)
    town.says("李叔", "3栋水管爆了，一直在漏水")
    assert [ticket.assignee for ticket in town.tickets()] == ["孙师傅", "王师傅"]


def test_where_everybody_has_too_much_somebody_rings_all_the_same() -> None:
    town = Town(duties=(repair("王师傅"), MANAGER), routing={"most_open": 1})
    town.says("张阿姨", LIFT)
    town.says("李叔", "5栋水管爆了，一直在漏水")
    assert [ticket.assignee for ticket in town.tickets()] == ["王师傅", "王师傅"]


def test_an_emergency_rings_those_off_duty_too_but_nobody_on_leave() -> None:
    town = Town(duties=(repair("王师傅", "8:00-18:00"), repair("杨师傅"), MANAGER), at=EVENING)
    away(town, "杨师傅")
    town.says("张阿姨", "3栋电梯困人了，有人被关在里面")
    assert town.ticket().emergency
    assert town.heard_by("王师傅")
    assert town.heard_by("丁经理")
    assert town.heard_by("杨师傅") == []


_SHIFTS = ("", "8:00-18:00", "18:00-8:00", "周一", "周六日")


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.sampled_from(_SHIFTS), min_size=1, max_size=3),
    st.sets(st.integers(0, 2)),
    st.integers(0, 7 * 24 - 1),
)
def test_whatever_the_hours_and_the_leave_everybody_stands_somewhere_once(
    hours: list[str], absent: set[int], later: int
) -> None:
    names = ("王师傅", "杨师傅", "孙师傅")[: len(hours)]
    duties = tuple(repair(name, said) for name, said in zip(names, hours, strict=True))
    town = Town(duties=(*duties, MANAGER), at=NOON + timedelta(hours=later))
    for number in absent:
        if number < len(names):
            away(town, names[number])
    found = crew(town)
    assert sorted((*found.on, *found.off)) == sorted(names)
    town.says("张阿姨", LIFT)
    ticket = town.ticket()
    with town.store() as store:
        rungs = ladder_of(town.context(store), ticket)
    assert any(rung.people for rung in rungs)
