"""Hours of duty, days of leave and gaps as they are shown, short enough for a phone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo

from bot.domain.shifts import DAY, WEEKDAYS, DayKind, Shift, Slot, Stretch

_EVERY = frozenset(range(7))
_RESTING = frozenset({DayKind.WEEKEND, DayKind.HOLIDAY})
_KIND_WORDS = {DayKind.WORKDAY: "工作日", DayKind.WEEKEND: "周末", DayKind.HOLIDAY: "节假日"}
_NIGHT_FROM, _NIGHT_TO = 18 * 60, DAY + 9 * 60
"""Within these hours a stretch is called a night."""


def shift_words(shift: Shift) -> str:
    """Hours as they are shown: ``周一至周五 8:00–18:00；周六日``; empty for always."""
    return "；".join(_slot_words(slot) for slot in shift.slots)


def _slot_words(slot: Slot) -> str:
    days = "、".join(part for part in (days_words(slot.weekdays), _kinds_words(slot.kinds)) if part)
    hours = "" if (slot.start, slot.end) == (0, DAY) else hours_words(slot.start, slot.end)
    words = " ".join(part for part in (days, hours) if part)
    return f"{words}（节假日除外）" if slot.not_on_holidays else words


def _kinds_words(kinds: frozenset[DayKind]) -> str:
    if kinds >= _RESTING:
        return "、".join(["休息日", *(["工作日"] if DayKind.WORKDAY in kinds else [])])
    return "、".join(_KIND_WORDS[kind] for kind in DayKind if kind in kinds)


def days_words(weekdays: frozenset[int]) -> str:
    """``每天``, ``周一至周五``, ``周六日``, ``周一三五``; empty for none."""
    if weekdays == _EVERY:
        return "每天"
    ordered = sorted(weekdays)
    if not ordered:
        return ""
    if len(ordered) > 2 and ordered[-1] - ordered[0] == len(ordered) - 1:
        return f"周{WEEKDAYS[ordered[0]]}至周{WEEKDAYS[ordered[-1]]}"
    return "周" + "".join(WEEKDAYS[day] for day in ordered)


def hours_words(start: int, end: int) -> str:
    """``8:00–18:00``; what ends on the next day says so: ``22:00–次日8:00``."""
    last = end if end <= DAY else end - DAY
    return f"{clock_words(start)}–{'次日' if end > DAY else ''}{clock_words(last)}"


def clock_words(minutes: int) -> str:
    """``8:00``"""
    return f"{minutes // 60}:{minutes % 60:02d}"


def stretch_words(stretch: Stretch, zone: tzinfo) -> str:
    """``11月20日``, ``11月20日至23日``, ``11月20日上午``, ``11月20日 8:00 至 11月21日 12:00``."""
    start, end = stretch.start.astimezone(zone), stretch.end.astimezone(zone)
    if _midnight(start) and _midnight(end):
        last = end - timedelta(days=1)
        if last.date() == start.date():
            return _day(start)
        same = (start.year, start.month) == (last.year, last.month)
        return f"{_day(start)}至{last.day}日" if same else f"{_day(start)}至{_day(last)}"
    if end - start == timedelta(hours=12) and start.hour in (0, 12) and not start.minute:
        return f"{_day(start)}{'上午' if start.hour == 0 else '下午'}"
    if start.date() == end.date() or (_midnight(end) and end - start < timedelta(days=1)):
        return f"{_day(start)} {start:%-H:%M}–{'24:00' if _midnight(end) else f'{end:%-H:%M}'}"
    return f"{_day(start)} {start:%-H:%M} 至 {_day(end)} {end:%-H:%M}"


def gap_words(stretch: Stretch, zone: tzinfo) -> str:
    """``周四（11月26日）夜里 22:00–次日8:00``, ``周四（11月26日）全天``; what lasts longer, from when to when."""
    start, end = stretch.start.astimezone(zone), stretch.end.astimezone(zone)
    day = f"周{WEEKDAYS[start.weekday()]}（{_day(start)}）"
    if _midnight(start) and end - start == timedelta(days=1):
        return f"{day}全天"
    first, last = _span(start, end)
    if last > first + DAY:
        return f"{day}{start:%-H:%M} 至 周{WEEKDAYS[end.weekday()]}（{_day(end)}）{end:%-H:%M}"
    night = "夜里" if first >= _NIGHT_FROM and last <= _NIGHT_TO else ""
    return f"{day}{night} {hours_words(first, last)}".replace("） ", "）")


def weekly_words(stretches: Iterable[Stretch], zone: tzinfo) -> str:
    """Stretches of one week that comes again and again: ``周一至周四 18:00–次日8:00；周五 18:00 至 周一 8:00``."""
    stretches = tuple(stretches)
    if any(stretch.end - stretch.start >= timedelta(days=7) for stretch in stretches):
        return "每天全天"
    same: dict[tuple[int, int], set[int]] = defaultdict(set)
    for stretch in stretches:
        start, end = stretch.start.astimezone(zone), stretch.end.astimezone(zone)
        first, last = _span(start, end)
        same[first, last].add(start.weekday())
    parts: list[str] = []
    for (first, last), days in same.items():
        named = days_words(frozenset(days))
        if last <= first + DAY:
            hours = "全天" if (first, last) == (0, DAY) else hours_words(first, last)
            parts.append(f"{named} {hours}")
            continue
        parts += [
            f"周{WEEKDAYS[day]} {clock_words(first)} 至 周{WEEKDAYS[(day + last // DAY) % 7]} {clock_words(last % DAY)}"
            for day in sorted(days)
        ]
    return "；".join(parts)


def _span(start: datetime, end: datetime) -> tuple[int, int]:
    first = start.hour * 60 + start.minute
    return first, first + int((end - start).total_seconds()) // 60


def _midnight(moment: datetime) -> bool:
    return (moment.hour, moment.minute) == (0, 0)


def _day(moment: datetime) -> str:
    return f"{moment.month}月{moment.day}日"
