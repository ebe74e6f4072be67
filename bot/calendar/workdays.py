"""Working days as the State Council sets them (放假与调休). The only file that knows chinese_calendar."""

from __future__ import annotations

from datetime import date
from functools import cache

import chinese_calendar


def known(year: int) -> bool:
    """Whether the year's holidays and make-up days are known; they are published late in the year before."""
    return year in _years()


def last_known() -> int:
    """The last year whose days are known."""
    return max(_years())


def is_workday(day: date) -> bool:
    """Whether people work on a day. In a year that is not known only weekends are taken to be free."""
    if not known(day.year):
        return day.weekday() < 5
    return day in chinese_calendar.workdays or (day.weekday() < 5 and day not in chinese_calendar.holidays)


def holiday(day: date) -> str | None:
    """The Chinese name of a public holiday that a day is free for."""
    return _NAMES.get(str(chinese_calendar.holidays.get(day, "")))


@cache
def _years() -> range:
    days = chinese_calendar.holidays
    return range(min(days).year, max(days).year + 1)


_NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午",
    "National Day": "国庆",
    "Mid-autumn Festival": "中秋",
}
