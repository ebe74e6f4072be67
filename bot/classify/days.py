"""Days, parts of days and hours, as a notice counts them."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, tzinfo

from bot.classify.time_patterns import numeral

_DAYS = {"今": 0, "当": 0, "明": 1, "听": 1, "后": 2, "大": 3, "昨": -1, "前": -2}
_PARTS_OF_DAY = {
    "凌晨": (0, 6),
    "早": (6, 9),
    "上午": (8, 12),
    "中午": (11, 14),
    "下午": (12, 18),
    "晚": (18, 24),
}
"""From and to which hour a part of the day is taken to last where no hour is said."""


def day_said(match: re.Match[str], today: date, now: date) -> date | None:
    """The day said, counted from ``today``; raises ValueError where the calendar has none such."""
    if match["rel"]:
        # 明晚 after 明早 is still tomorrow; 当天 is the day that was said.
        return (today if match["rel"][0] == "当" else now) + timedelta(_DAYS[match["rel"][0]])
    if match["wd"]:
        ahead = "一二三四五六日".index(match["wd"].replace("天", "日")) - now.weekday()
        week = match["week"] or ""
        if week[:1] in ("下", "上") and week:
            return now + timedelta(ahead + (7 if week[0] == "下" else -7) * len(week))
        # Nobody announces what is over: 本周六, said on a Sunday, is the next one.
        return now + timedelta(ahead if ahead >= 0 else ahead + 7)
    if match["only"]:
        base = _next_month(now.replace(day=1)) if match["next"] else today.replace(day=1)
        day = base.replace(day=numeral(match["only"]))
        return day if match["next"] or day >= today else _next_month(day)
    month, dom = numeral(match["m"]), numeral(match["d"])
    if match["y"]:
        year = int(match["y"])
        return date(year, month, dom) if 2000 <= year < 2100 else None
    years = [date(now.year + step, month, dom) for step in (-1, 0, 1) if _exists(now.year + step, month, dom)]
    return min(years, key=lambda day: abs((day - now).days - 30)) if years else None


def _exists(year: int, month: int, dom: int) -> bool:
    try:
        date(year, month, dom)
    except ValueError:
        return False
    return True


def _next_month(day: date) -> date:
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return day.replace(year=year, month=month)


def part_of_day(part: str) -> str:
    """The part of the day that all its names stand for."""
    if part in ("凌晨", "零晨"):
        return "凌晨"
    if part in ("清晨", "早上", "早晨", "朝早", "早", "晨", "朝"):
        return "早"
    if part in ("晚上", "晚间", "夜间", "夜里", "半夜", "深夜", "午夜", "傍晚", "晚", "夜"):
        return "晚"
    return "下午" if part in ("下昼", "午后", "下午") else part


def hours_of_part(part: str) -> tuple[int, int]:
    """From and to which hour of the day it is taken to last; without a name the whole day."""
    return _PARTS_OF_DAY.get(part_of_day(part), (0, 24))


def duration(match: re.Match[str]) -> timedelta:
    """How long something lasts."""
    said = match["n"]
    count = 0.5 if said == "半" else float(numeral(said)) + (0.5 if match["half"] else 0)
    return timedelta(hours=count) if match["unit"] in ("小时", "钟头") else timedelta(days=count)


def midnight(zone: tzinfo | None, day: date) -> datetime:
    """When a day begins."""
    return datetime.combine(day, time(), zone)


def on_clock(zone: tzinfo | None, day: date, part: str, clock: tuple[int, int]) -> datetime:
    """The moment of a day that an hour means in a part of it."""
    hour, minute = clock
    match part_of_day(part):
        case "下午" if hour < 12:
            hour += 12
        case "晚" if hour in (12, 24) or hour < 5:
            # 晚上12点 is the end of the day, 夜里2点 the morning after.
            hour = hour % 12 + 24
        case "晚" if hour < 12:
            hour += 12
        case "中午" if hour < 4:
            hour += 12
        case "凌晨" if hour == 12:
            hour = 0
        case _:
            pass
    return midnight(zone, day) + timedelta(hours=hour, minutes=minute)
