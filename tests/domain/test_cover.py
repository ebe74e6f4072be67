"""Gaps: when nobody of a grid or a role is on duty."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.cover import Away, Post, gaps, posts
from bot.domain.people import Area, Duty, Role, Roster
from bot.domain.shifts import DAY, Shift, Slot, Stretch, by_weekday

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 5, 11, tzinfo=ZONE)
WEEK = timedelta(days=7)
EVERY = frozenset(range(7))


def worker(name: str, *slots: Slot, grid: str = "一网格") -> Duty:
    return Duty(grid, Area(whole=True), Role.GRID_WORKER, name, "", None, Shift(slots))


def day(number: int, hour: int = 0) -> datetime:
    return MONDAY + timedelta(days=number, hours=hour)


def found(*duties: Duty, away: tuple[Away, ...] = ()) -> list[tuple[datetime, datetime]]:
    missing = gaps(Post("一网格", duties), away, MONDAY, MONDAY + WEEK, ZONE, by_weekday)
    return [(stretch.start, stretch.end) for stretch in missing]


NIGHT = Slot(EVERY, start=18 * 60, end=32 * 60)
DAYTIME = Slot(EVERY, start=8 * 60, end=18 * 60)


def test_who_is_always_there_leaves_no_gap() -> None:
    assert found(worker("老李")) == []


def test_day_and_night_shift_make_a_whole() -> None:
    assert found(worker("老李", DAYTIME), worker("小陈", NIGHT)) == []


def test_every_night_without_anybody_is_a_gap() -> None:
    missing = found(worker("老李", DAYTIME))
    assert len(missing) == 8
    assert missing[0] == (day(0), day(0, 8))
    assert missing[1] == (day(0, 18), day(1, 8))


def test_leave_without_a_stand_in_is_a_gap_and_with_one_it_is_none() -> None:
    alone = Away("老李", None, Stretch(day(2), day(4)))
    assert found(worker("老李"), away=(alone,)) == [(day(2), day(4))]
    assert found(worker("老李"), away=(Away("老李", "小陈", Stretch(day(2), day(4))),)) == []


def test_a_stand_in_who_is_away_leaves_the_gap_of_both() -> None:
    away = (
        Away("老李", "小陈", Stretch(day(2), day(4))),
        Away("小陈", None, Stretch(day(3), day(6))),
    )
    assert found(worker("老李"), away=away) == [(day(3), day(4))]


def test_grids_have_posts_of_their_own_and_roles_those_without_a_grid() -> None:
    manager = Duty("", Area(whole=True), Role.MANAGER, "丁经理", "")
    gone = Duty("", Area(whole=True), Role.REPAIR, "王师傅", "", date(2026, 5, 1))
    roster = Roster((worker("老李"), worker("小陈", grid="二网格"), manager, gone), Area())
    made = posts(roster, MONDAY.date(), (Role.REPAIR, Role.MANAGER))
    assert [(post.name, [d.name for d in post.duties]) for post in made] == [
        ("一网格", ["老李"]),
        ("二网格", ["小陈"]),
        ("物业经理", ["丁经理"]),
    ]


slots = st.builds(
    lambda days, start, length: Slot(days, start=start, end=start + length),
    st.frozensets(st.integers(0, 6), min_size=1),
    st.integers(0, DAY - 1),
    st.integers(1, DAY),
)
absences = st.builds(
    lambda who, other, start, length: Away(
        who, other, Stretch(MONDAY + timedelta(hours=start), MONDAY + timedelta(hours=start + length))
    ),
    st.sampled_from(["老李", "小陈"]),
    st.sampled_from([None, "老李", "小陈", "王师傅"]),
    st.integers(0, 150),
    st.integers(1, 60),
)


@given(
    st.lists(slots, max_size=2),
    st.lists(slots, max_size=2),
    st.lists(absences, max_size=3),
    st.integers(0, 7 * DAY - 1),
)
def test_a_moment_lies_in_a_gap_exactly_when_nobody_is_there(
    one: list[Slot], other: list[Slot], away: list[Away], minute: int
) -> None:
    duties = (worker("老李", *one), worker("小陈", *other))
    moment = MONDAY + timedelta(minutes=minute)

    def there(duty: Duty) -> bool:
        gone = {a.person for a in away if a.stretch.has(moment)}
        absences = [a for a in away if a.person == duty.person and a.stretch.has(moment)]
        replaced = all(a.stand_in is not None and a.stand_in not in gone for a in absences)
        return duty.shift.covers(moment, ZONE, by_weekday) and replaced

    missing = gaps(Post("一网格", duties), away, MONDAY, MONDAY + WEEK, ZONE, by_weekday)
    assert any(stretch.has(moment) for stretch in missing) is not any(map(there, duties))
