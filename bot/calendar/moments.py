"""Moments as people write them: 6月16日 9点, 明早8点, 今晚7点半, 周六下午3点, 2026-06-16 09:00."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta, tzinfo

from bot.calendar.almanac import WEEKDAYS

_LONGEST = 40
"""Characters; nobody writes a moment at greater length."""
_NUMERALS = "零一二三四五六七八九"
_NUMBER = rf"(?:[0-9]{{1,2}}|[〇两十{_NUMERALS}]{{1,3}})"
_WEEK = "(?:周|星期|礼拜)"
_NEAR = {"今": 0, "明": 1, "后": 2, "大后": 3}

# Between digits a space is kept, so that 6-1 19:00 is not read as 6-11 9:00; after numerals 日 is needed for
# the same reason (六月二十一点).
_MOMENT = re.compile(
    rf"""
    (?:
        (?:
            (?: (?P<year>[0-9]{{4}}) [-/.年] )? (?P<month>{_NUMBER}) [-/.月]
            (?: (?P<day>{_NUMBER}) [日号] | (?P<bare_day>[0-9]{{1,2}}) (?![0-9]) )
          | (?P<only_day>{_NUMBER}) [日号]
          | (?P<near>大后|[今明后]) (?: [天日] | (?=[早晚]) )
          | (?P<week>[这本下])? {_WEEK} (?P<weekday>[{WEEKDAYS}天])
        )
        (?: \(? {_WEEK} (?P<check>[{WEEKDAYS}天]) \)? )?
        [\ T,]?
    )?
    (?P<part> 凌晨 | 清晨 | 早上 | 早晨 | 上午 | 早 | 中午 | 下午 | 午后 | 傍晚 | 晚上 | 夜里 | 晚 )?
    (?<![0-9]) (?P<hour>{_NUMBER})
    (?: : (?P<clock>[0-9]{{2}}) (?: :00 )?
      | [点时] 钟? (?: (?P<words>半|一刻|三刻|整) | (?P<minute>{_NUMBER}) 分? )?
    )
    """,
    re.VERBOSE,
)

_HOURS: dict[str | None, dict[int, int]] = {
    None: {hour: hour for hour in range(25)},
    "凌晨": {12: 0, **{hour: hour for hour in range(7)}},
    "早": {hour: hour for hour in range(4, 12)},
    "上午": {hour: hour for hour in range(4, 13)},
    "中午": {1: 13, 2: 14, **{hour: hour for hour in range(11, 15)}},
    "下午": {12: 12, **{hour: hour % 12 + 12 for hour in (*range(1, 8), *range(13, 20))}},
    "晚": {12: 24, 24: 24, **{hour: hour % 12 + 12 for hour in (*range(5, 12), *range(17, 24))}},
}
"""What an hour means in a part of the day; what is missing is not clear (今晚2点)."""
_PART = {"清晨": "早", "早上": "早", "早晨": "早", "午后": "下午", "傍晚": "晚", "晚上": "晚", "夜里": "晚"}
_MINUTES = {"整": 0, "一刻": 15, "半": 30, "三刻": 45}


def parse_moment(text: str, now: datetime, zone: tzinfo) -> datetime | None:
    """The moment that a text as a whole names, in ``zone``; None where it names none or is not clear.

    Without a day it is today, even where that has passed: past moments are for the caller to refuse. A day
    without its year or month is the near one: 1月5日 said in December is next year's, 2号 said on the 30th
    next month's. A weekday is the next one, today's included; 下周三 is in the week that begins next Monday.
    Raises ValueError for a naive ``now``.
    """
    if now.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    if len(text) > _LONGEST:
        return None
    said = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text).strip())
    found = _MOMENT.fullmatch(re.sub(r"(?<![0-9]) | (?![0-9])", "", said))
    if not found:
        return None
    today = now.astimezone(zone).date()
    try:
        day = _day(found, today)
        hour, minute = _hour(found), _minute(found)
        if day is None or hour is None or minute is None or (hour == 24 and minute):
            return None
        if found["check"] and day.weekday() != _weekday(found["check"]):
            return None
        return datetime.combine(day + timedelta(hour // 24), time(hour % 24, minute), tzinfo=zone)
    except (ValueError, OverflowError):
        return None


def _day(found: re.Match[str], today: date) -> date | None:
    """The named day; raises ValueError where the calendar has none such."""
    if found["month"]:
        month, day = _number(found["month"]), _number(found["day"] or found["bare_day"])
        if found["year"]:
            return date(int(found["year"]), month, day)
        this_year = date(today.year, month, day)
        return date(today.year + 1, month, day) if (today - this_year).days > 180 else this_year
    if found["only_day"]:
        day = _number(found["only_day"])
        this_month = today.replace(day=day)
        if (today - this_month).days <= 15:
            return this_month
        return date(today.year + today.month // 12, today.month % 12 + 1, day)
    if found["weekday"]:
        weekday = _weekday(found["weekday"])
        if not found["week"]:
            return today + timedelta((weekday - today.weekday()) % 7)
        return today + timedelta(weekday - today.weekday() + (7 if found["week"] == "下" else 0))
    return today + timedelta(_NEAR[found["near"] or "今"])


def _hour(found: re.Match[str]) -> int | None:
    part = found["part"]
    return _HOURS[_PART.get(part, part)].get(_number(found["hour"]))


def _minute(found: re.Match[str]) -> int | None:
    if found["words"]:
        return _MINUTES[found["words"]]
    minute = _number(found["clock"] or found["minute"] or "0")
    return minute if minute < 60 else None


def _weekday(said: str) -> int:
    return WEEKDAYS.index(said.replace("天", "日"))


def _number(said: str) -> int:
    """``16``, ``十六``, ``二十``, ``零五`` as a number below 100; raises ValueError for other heaps."""
    if said.isdecimal():
        return int(said)
    said = said.replace("两", "二").replace("〇", "零")
    if found := re.fullmatch(r"零?([零一二三四五六七八九])", said):
        return _NUMERALS.index(found[1])
    if found := re.fullmatch(r"([一二三四五六七八九]?)十([一二三四五六七八九]?)", said):
        tens, ones = (_NUMERALS.index(digit) if digit else None for digit in found.groups())
        return (1 if tens is None else tens) * 10 + (ones or 0)
    raise ValueError(said)
