"""Hours of duty: when they begin and end, and who is on duty at a moment."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.shifts import ALWAYS, DAY, DayKind, Kinds, Shift, Slot, by_weekday

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = date(2026, 5, 11)
EVERY = frozenset(range(7))
NIGHTS = Shift((Slot(EVERY, start=22 * 60, end=32 * 60),))
OFFICE = Shift((Slot(frozenset(range(5)), start=8 * 60, end=18 * 60),))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of the week that begins on the 11th of May."""
    return datetime(2026, 5, 11 + day, hour, minute, tzinfo=ZONE)


def holidays(*days: date) -> Kinds:
    return lambda day: DayKind.HOLIDAY if day in days else by_weekday(day)


def slots() -> st.SearchStrategy[Slot]:
    return st.builds(
        lambda weekdays, start, length: Slot(weekdays, start=start, end=start + length),
        st.frozensets(st.integers(0, 6), min_size=1),
        st.integers(0, DAY - 1),
        st.integers(1, DAY),
    )


def test_without_hours_one_is_always_on_duty() -> None:
    assert ALWAYS.always
    assert all(ALWAYS.covers(at(day, hour), ZONE, by_weekday) for day in range(7) for hour in range(24))


def test_hours_begin_on_the_minute_and_end_before_it() -> None:
    assert not OFFICE.covers(at(0, 7, 59), ZONE, by_weekday)
    assert OFFICE.covers(at(0, 8), ZONE, by_weekday)
    assert OFFICE.covers(at(0, 17, 59), ZONE, by_weekday)
    assert not OFFICE.covers(at(0, 18), ZONE, by_weekday)
    assert not OFFICE.covers(at(5, 12), ZONE, by_weekday)


def test_a_night_lasts_over_midnight() -> None:
    friday_night = Shift((Slot(frozenset({4}), start=22 * 60, end=32 * 60),))
    assert friday_night.covers(at(4, 23), ZONE, by_weekday)
    assert friday_night.covers(at(5, 7, 59), ZONE, by_weekday)
    assert not friday_night.covers(at(4, 7), ZONE, by_weekday), "Thursday's night is not Friday's"
    assert not friday_night.covers(at(5, 23), ZONE, by_weekday)


def test_kinds_of_days_follow_the_calendar_and_weekdays_do_not() -> None:
    off = Shift((Slot(kinds=frozenset({DayKind.HOLIDAY})),))
    work = Shift((Slot(kinds=frozenset({DayKind.WORKDAY})),))
    kinds = holidays(MONDAY)
    assert off.covers(at(0, 12), ZONE, kinds)
    assert not work.covers(at(0, 12), ZONE, kinds)
    assert OFFICE.covers(at(0, 12), ZONE, kinds)
    but = Shift((Slot(frozenset(range(5)), not_on_holidays=True),))
    assert not but.covers(at(0, 12), ZONE, kinds)
    assert but.covers(at(1, 12), ZONE, kinds)


def test_another_time_zone_names_the_same_moment() -> None:
    assert NIGHTS.covers(datetime(2026, 5, 11, 15, tzinfo=UTC), ZONE, by_weekday)
    assert not NIGHTS.covers(datetime(2026, 5, 11, 4, tzinfo=UTC), ZONE, by_weekday)


@given(st.lists(slots(), min_size=1, max_size=3), st.integers(0, 14 * DAY))
def test_a_moment_is_covered_exactly_where_a_stretch_has_it(found: list[Slot], minutes: int) -> None:
    shift = Shift(tuple(found))
    moment = datetime(2026, 5, 11, tzinfo=ZONE) + timedelta(minutes=minutes)
    around = shift.within(moment - timedelta(hours=1), moment + timedelta(hours=1), ZONE, by_weekday)
    assert shift.covers(moment, ZONE, by_weekday) == any(stretch.has(moment) for stretch in around)
