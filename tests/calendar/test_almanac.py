"""Movable days, against the published calendars and against the sun itself."""

from __future__ import annotations

import itertools
import math
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.calendar.almanac import (
    YEARS,
    Fixed,
    Lunar,
    Term,
    Week,
    When,
    day_in,
    day_words,
    read_when,
    weekday_words,
)

PUBLISHED: dict[str, tuple[When, tuple[str, ...]]] = {
    "除夕": (Lunar(12, None), ("02-09", "01-28", "02-16", "02-05", "01-25", "02-12", "02-02")),
    "腊八": (Lunar(12, 8), ("01-18", "01-07", "01-26", "01-15", "01-04", "01-22", "01-11")),
    "元宵": (Lunar(1, 15), ("02-24", "02-12", "03-03", "02-20", "02-09", "02-27", "02-17")),
    "端午": (Lunar(5, 5), ("06-10", "05-31", "06-19", "06-09", "05-28", "06-16", "06-05")),
    "七夕": (Lunar(7, 7), ("08-10", "08-29", "08-19", "08-08", "08-26", "08-16", "08-05")),
    "中秋": (Lunar(8, 15), ("09-17", "10-06", "09-25", "09-15", "10-03", "09-22", "09-12")),
    "重阳": (Lunar(9, 9), ("10-11", "10-29", "10-18", "10-08", "10-26", "10-16", "10-05")),
    "清明": (Term("清明"), ("04-04", "04-04", "04-05", "04-05", "04-04", "04-04", "04-05")),
    "冬至": (Term("冬至"), ("12-21", "12-21", "12-22", "12-22", "12-21", "12-21", "12-22")),
    "母亲节": (Week(5, 2, 6), ("05-12", "05-11", "05-10", "05-09", "05-14", "05-13", "05-12")),
    "父亲节": (Week(6, 3, 6), ("06-16", "06-15", "06-21", "06-20", "06-18", "06-17", "06-16")),
    "国庆": (Fixed(10, 1), ("10-01",) * 7),
}
"""2024 to 2030, as printed in the calendars."""

ANY_WHEN = st.one_of(
    st.builds(Lunar, st.integers(1, 12), st.integers(1, 29)),
    st.just(Lunar(12, None)),
    st.builds(Term, st.sampled_from(["立春", "清明", "夏至", "立秋", "秋分", "冬至"])),
    st.builds(Fixed, st.integers(1, 12), st.integers(1, 28)),
    st.builds(Week, st.integers(1, 12), st.sampled_from([1, 2, 3, 4, -1]), st.integers(0, 6)),
)


@pytest.mark.parametrize("name", PUBLISHED)
def test_days_are_those_of_the_printed_calendars(name: str) -> None:
    when, days = PUBLISHED[name]
    assert [day_in(when, year) for year in range(2024, 2031)] == [
        date.fromisoformat(f"{year}-{day}") for year, day in zip(range(2024, 2031), days, strict=True)
    ]


def sun(moment: datetime) -> float:
    """Apparent longitude of the sun in degrees, good to 0.01° (Meeus, Astronomical Algorithms, ch. 25)."""
    since = (moment - datetime(2000, 1, 1, 12, tzinfo=UTC)).total_seconds() / 86400 / 36525
    mean = 280.46646 + 36000.76983 * since + 0.0003032 * since**2
    anomaly = math.radians(357.52911 + 35999.05029 * since - 0.0001537 * since**2)
    centre = (
        (1.914602 - 0.004817 * since) * math.sin(anomaly)
        + (0.019993 - 0.000101 * since) * math.sin(2 * anomaly)
        + 0.000289 * math.sin(3 * anomaly)
    )
    node = math.radians(125.04 - 1934.136 * since)
    return (mean + centre - 0.00569 - 0.00478 * math.sin(node)) % 360


@pytest.mark.parametrize(("term", "longitude"), [("清明", 15), ("夏至", 90), ("秋分", 180), ("冬至", 270)])
def test_on_the_day_of_a_solar_term_the_sun_passes_its_longitude(term: str, longitude: int) -> None:
    slack = 0.02  # half an hour of the sun's way, for the short formula
    for year in range(2020, 2061):
        day = day_in(Term(term), year)
        begins = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=8)
        before = (sun(begins) - longitude + 180) % 360 - 180
        after = (sun(begins + timedelta(days=1)) - longitude + 180) % 360 - 180
        assert before < slack, (year, before)
        assert after > -slack, (year, after)


@given(ANY_WHEN)
def test_every_day_is_once_a_year_and_about_a_year_after_the_last(when: When) -> None:
    days = [day_in(when, year) for year in range(2020, 2061)]
    assert all(350 <= (later - sooner).days <= 385 for sooner, later in itertools.pairwise(days))


@pytest.mark.parametrize(
    ("year", "when", "day"),
    [
        (2020, Lunar(4, 8), date(2020, 4, 30)),  # leap fourth month from 5-23
        (2025, Lunar(6, 6), date(2025, 6, 30)),  # leap sixth month from 7-25
        (2028, Lunar(5, 5), date(2028, 5, 28)),  # leap fifth month from 6-23
    ],
)
def test_a_leap_month_does_not_double_a_day(year: int, when: Lunar, day: date) -> None:
    assert day_in(when, year) == day
    assert day_in(when, year + 1).year == year + 1


def test_the_twelfth_month_belongs_to_the_year_it_leads_into() -> None:
    assert day_in(Lunar(12, 8), 2022) == date(2022, 1, 10)
    assert day_in(Lunar(12, 8), 2023) == date(2022, 12, 30)


@pytest.mark.parametrize("year", [YEARS[0], YEARS[-1]])
def test_the_first_and_the_last_year_of_the_tables_are_known(year: int) -> None:
    for when, _ in PUBLISHED.values():
        assert abs(day_in(when, year).year - year) <= 1


@pytest.mark.parametrize("year", [YEARS[0] - 1, YEARS[-1] + 1])
def test_a_year_outside_of_the_tables_is_refused(year: int) -> None:
    with pytest.raises(ValueError, match=str(year)):
        day_in(Fixed(10, 1), year)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ({"lunar": "5-5"}, Lunar(5, 5)),
        ({"lunar": " 12-8 "}, Lunar(12, 8)),
        ({"lunar": "除夕"}, Lunar(12, None)),
        ({"term": "冬至"}, Term("冬至")),
        ({"date": "10-01"}, Fixed(10, 1)),
        ({"date": "3-8"}, Fixed(3, 8)),
        ({"week": "5月第2个星期日"}, Week(5, 2, 6)),
        ({"week": "6月第三个周日"}, Week(6, 3, 6)),
        ({"week": "11月最后一个星期四"}, Week(11, -1, 3)),
        ({"week": "11月最后1个礼拜天"}, Week(11, -1, 6)),
    ],
)
def test_the_ways_to_write_a_day(written: dict[str, str], meant: When) -> None:
    assert read_when(written) == meant


@pytest.mark.parametrize(
    "written",
    [
        None,
        "10-01",
        {},
        {"lunar": "5-5", "date": "10-01"},
        {"moon": "5-5"},
        {"lunar": 5},
        {"lunar": "13-1"},
        {"lunar": "0-1"},
        {"lunar": "5-0"},
        {"lunar": "12-30"},
        {"term": "中秋"},
        {"date": "02-29"},
        {"date": "04-31"},
        {"date": "00-10"},
        {"date": "2026-10-01"},
        {"week": "5月第5个星期日"},
        {"week": "13月第1个星期日"},
        {"week": "5月第2个星期八"},
    ],
)
def test_what_is_no_day_of_every_year_is_not_read(written: object) -> None:
    assert read_when(written) is None


@given(st.sampled_from(["lunar", "term", "date", "week"]), st.text(max_size=20))
def test_whatever_is_written_is_read_or_refused_but_raises_nothing(kind: str, said: str) -> None:
    when = read_when({kind: said})
    if when is not None:
        assert abs(day_in(when, 2026).year - 2026) <= 1


def test_the_last_weekday_of_a_month_is_in_its_last_seven_days() -> None:
    assert day_in(Week(12, -1, 3), 2026) == date(2026, 12, 31)
    assert day_in(Week(2, -1, 6), 2028) == date(2028, 2, 27)


def test_days_are_said_as_people_say_them() -> None:
    assert day_words(date(2026, 6, 19)) == "6月19日"
    assert weekday_words(date(2026, 6, 19)) == "星期五"
    assert weekday_words(date(2026, 6, 21)) == "星期日"
