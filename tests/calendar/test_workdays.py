"""Days off and make-up days as published; a year that is not known is said to be so."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.calendar.workdays import holiday, is_workday, known, last_known


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 5, 12), True),
        (date(2026, 5, 16), False),
        (date(2026, 5, 1), False),
        (date(2026, 5, 4), False),
        # A Saturday that is worked to make up for the holiday.
        (date(2026, 5, 9), True),
        (date(2026, 2, 14), True),
        (date(2026, 2, 17), False),
        (date(2025, 10, 8), False),
    ],
)
def test_days_are_as_the_state_council_published_them(day: date, works: bool) -> None:
    assert is_workday(day) is works


def test_a_holiday_has_its_name() -> None:
    assert holiday(date(2026, 5, 1)) == "劳动节"
    assert holiday(date(2026, 5, 12)) is None


def test_beyond_what_is_published_only_weekends_are_free_and_the_year_is_said_to_be_unknown() -> None:
    year = last_known() + 1
    day = date(year, 5, 1)
    assert not known(year)
    assert known(year - 1)
    assert [is_workday(day + timedelta(n)) for n in range(7)].count(False) == 2
    assert all(is_workday(day + timedelta(n)) is ((day + timedelta(n)).weekday() < 5) for n in range(31))
