"""A stretch of time as people write it: 今天, 昨天, 本周, 本月, 30天, 2026-06, 2026年, 全部."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

_DAYS = re.compile(r"(?:最近|近|过去)?(\d{1,4})(?:天|日|d)", re.IGNORECASE)
_MONTH = re.compile(r"(?:(\d{4})[-/.年])?(\d{1,2})(月)?份?")
_YEAR = re.compile(r"(\d{4})年?")
_ALL = frozenset({"全部", "所有", "all"})


@dataclass(frozen=True, slots=True)
class Period:
    """A period [since, until) and what it is called."""

    name: str
    since: datetime
    until: datetime


def parse_period(word: str, now: datetime, zone: tzinfo) -> Period | None:
    """The period that a word names, in ``zone``; None where it names none, or one that has not begun."""
    today = now.astimezone(zone).date()
    if word in _ALL:
        return Period(word, datetime(2000, 1, 1, tzinfo=UTC), _midnight(today + timedelta(1), zone))
    days = _span(word, today)
    if days is None:
        return None
    first, last = days
    if first > today:
        return None
    return Period(word, _midnight(first, zone), _midnight(last, zone))


def days_back(count: int, now: datetime, zone: tzinfo, name: str) -> Period:
    """The last ``count`` days, today's included."""
    today = now.astimezone(zone).date()
    return Period(name, _midnight(today - timedelta(count - 1), zone), _midnight(today + timedelta(1), zone))


def _span(word: str, today: date) -> tuple[date, date] | None:
    """First day and the day after the last one."""
    tomorrow, monday = today + timedelta(1), today - timedelta(today.weekday())
    named = {
        "今天": (today, tomorrow),
        "今日": (today, tomorrow),
        "today": (today, tomorrow),
        "昨天": (today - timedelta(1), today),
        "昨日": (today - timedelta(1), today),
        "本周": (monday, tomorrow),
        "这周": (monday, tomorrow),
        "上周": (monday - timedelta(7), monday),
        "本月": (today.replace(day=1), tomorrow),
        "这个月": (today.replace(day=1), tomorrow),
        "上月": ((today.replace(day=1) - timedelta(1)).replace(day=1), today.replace(day=1)),
        "上个月": ((today.replace(day=1) - timedelta(1)).replace(day=1), today.replace(day=1)),
        "今年": (today.replace(month=1, day=1), tomorrow),
    }.get(word)
    if named is not None:
        return named
    try:
        if found := _DAYS.fullmatch(word):
            return (today - timedelta(int(found[1]) - 1), tomorrow) if int(found[1]) else None
        if found := _YEAR.fullmatch(word):
            return date(int(found[1]), 1, 1), date(int(found[1]) + 1, 1, 1)
        if (found := _MONTH.fullmatch(word)) and (found[1] or found[3]):
            month = int(found[2])
            # 12月 said in March is last year's.
            year = int(found[1]) if found[1] else today.year - (month > today.month)
            return date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)
    except (ValueError, OverflowError):
        return None
    return None


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(0), zone)
