"""Days that move from year to year, lunar, by solar term or by week. The only file that knows borax."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from borax.calendars.lunardate import TERMS_CN, LunarDate, TermUtils

YEARS = range(1901, 2100)
"""The years that the calendar's tables know."""
WEEKDAYS = "一二三四五六日"

_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, slots=True)
class Lunar:
    """A day of the lunar calendar (农历), never of a leap month; ``day`` None is the year's last (除夕)."""

    month: int
    day: int | None


@dataclass(frozen=True, slots=True)
class Term:
    """A solar term (节气)."""

    name: str


@dataclass(frozen=True, slots=True)
class Fixed:
    """A day of the civil calendar."""

    month: int
    day: int


@dataclass(frozen=True, slots=True)
class Week:
    """A weekday counted within a month: ``nth`` 1-4, or -1 for the last; ``weekday`` 0 is Monday."""

    month: int
    nth: int
    weekday: int


When = Lunar | Term | Fixed | Week


def day_in(when: When, year: int) -> date:
    """The one day of a year, 1901 to 2099; raises ValueError outside of that.

    A day of the twelfth lunar month belongs to the year that it leads into: 除夕 of 2026 is 2026-02-16, and
    腊八 of 2023 is 2022-12-30. So each is once in a year, though 2022 saw two 腊八 and 2023 none.
    """
    if year not in YEARS:
        raise ValueError(f"no calendar for {year}")
    match when:
        case Fixed(month, day):
            return date(year, month, day)
        case Term(name):
            return _date(TermUtils.nth_term_day(year, term_name=name))
        case Lunar(_, None):
            return _date(LunarDate.last_day(year - 1).to_solar_date())
        case Lunar(month, day):
            return _date(LunarDate(year - 1 if month == 12 else year, month, day, 0).to_solar_date())
        case Week(month, -1, weekday):
            last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
            return last - timedelta(days=(last.weekday() - weekday) % 7)
        case Week(month, nth, weekday):
            first = date(year, month, 1)
            return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


def read_when(value: object) -> When | None:
    """``{"lunar": "5-5"}`` and its like; None for anything else and for a day that not every year has."""
    if not isinstance(value, dict) or len(value) != 1:
        return None
    ((kind, said),) = value.items()
    readers: dict[str, Callable[[str], When | None]] = {
        "lunar": _lunar,
        "term": lambda said: Term(said) if said in TERMS_CN else None,
        "date": _fixed,
        "week": _week,
    }
    return readers[kind](said.strip()) if kind in readers and isinstance(said, str) else None


def _month_and_day(said: str) -> tuple[int, int]:
    found = re.fullmatch(r"([0-9]{1,2})-([0-9]{1,2})", said)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _lunar(said: str) -> Lunar | None:
    if said == "除夕":
        return Lunar(12, None)
    month, day = _month_and_day(said)
    # A lunar month has 29 or 30 days, so the 30th is not in every year.
    return Lunar(month, day) if 1 <= month <= 12 and 1 <= day <= 29 else None


def _fixed(said: str) -> Fixed | None:
    month, day = _month_and_day(said)
    return Fixed(month, day) if 1 <= month <= 12 and 1 <= day <= _MONTH_DAYS[month - 1] else None


def _week(said: str) -> Week | None:
    found = re.fullmatch(
        r"([0-9]{1,2})月(?:第([1-4一二三四])|最后[一1]?)个(?:星期|周|礼拜)([一二三四五六日天])", said
    )
    if not found or not 1 <= int(found[1]) <= 12:
        return None
    nth = -1 if found[2] is None else "1234一二三四".index(found[2]) % 4 + 1
    return Week(int(found[1]), nth, WEEKDAYS.index(found[3].replace("天", "日")))


def day_words(day: date) -> str:
    """``6月19日``"""
    return f"{day.month}月{day.day}日"


def weekday_words(day: date) -> str:
    """``星期五``"""
    return f"星期{WEEKDAYS[day.weekday()]}"


def lunar_words(day: date) -> str:
    """``农历五月初五``; a leap month is called 闰. Raises ValueError outside of the years of the tables."""
    if day.year not in YEARS:
        raise ValueError(f"no calendar for {day}")
    found = LunarDate.from_solar_date(day.year, day.month, day.day)
    return f"农历{'闰' if found.leap else ''}{found.cn_month}月{found.cn_day}"


def _date(found: object) -> date:
    if not isinstance(found, date):
        raise TypeError(f"the calendar library answered {found!r}")
    return found
