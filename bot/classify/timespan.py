"""When something is to happen, read out of a notice: "11月25日8:00-18:00", "明早八点到下午五点", "今晚20时起"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.classify.normalise import plain
from bot.classify.numerals import NUMERALS, number

_NUM = rf"(?:\d{{1,2}}|[{NUMERALS}]{{1,3}})"
_PART = r"凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|晚间|夜间|夜里|半夜|朝早|下昼|今晚|明晚|明早|今早|听晚|早|晚"
_DATE = re.compile(
    rf"(?:(?P<y>\d{{4}})[年./-])?(?P<m>{_NUM})(?:月|[./](?=\d{{1,2}}(?:日|号|\s)))(?P<d>{_NUM})[日号]?"
    rf"|(?<![\d第a-z])(?P<only>{_NUM})[日号](?![楼院线店铺码房桌门栋])"
    r"|(?P<rel>大后天|后天|明天|明日|明早|明晚|听日|听晚|今天|今日|今晚|今早|当日|当天|今朝)"
    r"|(?P<week>下+|本|这|今)?(?:个)?(?:周|星期|礼拜)(?P<wd>[一二三四五六日天])"
)
_TIME = re.compile(
    rf"(?P<part>{_PART})?\s*(?P<h>{_NUM})(?:[:时点](?P<min>\d{{1,2}}|半|一刻|三刻|[{NUMERALS}]{{1,3}})?(?!\d)分?|(?=\s*-\s*{_NUM}[点时]))(?:钟|整)?"
)
_TO = re.compile(r"\s*(?:-|—|–|~|到|至|直至|直到)+\s*")
_NEXT_DAY = re.compile(r"(?:次日|翌日|第二天)\s*")
_LASTS = re.compile(rf"(?P<n>\d{{1,2}}|[{NUMERALS}两半]{{1,3}})个?(?P<unit>小时|钟头|天)(?!内|前|后|以)")
_ALL_DAY = re.compile(r"全天|整天|一整天")
_UNTIL = re.compile(r"(?:到|至|截止到?|截至)\s*$")
_ENDS = re.compile(r"\s*(?:之?前|左右|许)?\s*(?:可|能|将)?(?:恢复|来水|来电|结束|完成|完工|通水|送电)")
_DAYS = {"今": 0, "当": 0, "明": 1, "听": 1, "后": 2, "大": 3}
_LATE = ("下午", "傍晚", "晚上", "晚间", "夜间", "夜里", "今晚", "明晚", "听晚", "晚", "下昼")
_HALVES = {"半": 30, "一刻": 15, "三刻": 45}


@dataclass(frozen=True, slots=True)
class Timespan:
    """From when, and until when where that is said; both in the zone of the moment it was said."""

    start: datetime
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Clock:
    """A time of day as it was said: ``late`` says that it is after noon, None that nothing says so."""

    hour: int
    minute: int
    late: bool | None
    span: tuple[int, int]


def read_timespan(text: str, said_at: datetime) -> Timespan | None:
    """The first time that a notice names, or None. ``said_at`` must have a time zone.

    A date without a time is the whole day; a year that is not said is the one nearest to ``said_at``.
    """
    if said_at.tzinfo is None:
        raise ValueError("said_at needs a time zone")
    text = plain(text)
    match = next((m for m in _DATE.finditer(text) if _day(m, said_at.date()) is not None), None)
    day = _day(match, said_at.date()) if match is not None else None
    first = _first_clock(text, match)
    if first is None:
        if day is None:
            return None
        start = _at(day, _Clock(0, 0, None, (0, 0)), said_at)
        return Timespan(start, _until_day(text, match, start) or start + _lasting(text, timedelta(days=1)))
    start = _at(day or said_at.date(), first, said_at)
    if (_UNTIL.search(text[: first.span[0]]) and day is None) or _ENDS.match(text, first.span[1]):
        return Timespan(said_at, start) if start > said_at else None
    end = _end(text, first, start)
    if end is None and _LASTS.search(text, first.span[1]):
        end = start + _lasting(text[first.span[1] :], timedelta(0))
    return Timespan(start, end)


def _day(match: re.Match[str], today: date) -> date | None:
    if match["rel"]:
        return today + timedelta(days=_DAYS[match["rel"][0]])
    if match["wd"]:
        wanted = "一二三四五六日".index(match["wd"].replace("天", "日"))
        ahead = wanted - today.weekday()
        if match["week"] and match["week"][0] == "下":
            return today + timedelta(days=ahead + 7 * len(match["week"]))
        # Nobody announces what is over: 本周六, said on a Sunday, is the next one.
        return today + timedelta(days=ahead if ahead >= 0 else ahead + 7)
    try:
        if match["only"]:
            day = today.replace(day=int(number(match["only"])))
            return day if day >= today else _next_month(day)
        month, dom = int(number(match["m"])), int(number(match["d"]))
        if match["y"]:
            return date(int(match["y"]), month, dom)
        years = (date(today.year + step, month, dom) for step in (-1, 0, 1))
        return min(years, key=lambda day: abs((day - today).days - 30))
    except ValueError:
        return None


def _next_month(day: date) -> date:
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return day.replace(year=year, month=month)


def _first_clock(text: str, after: re.Match[str] | None) -> _Clock | None:
    start = after.start() if after is not None else 0
    for match in _TIME.finditer(text, start):
        clock = _clock(match)
        if clock is not None:
            return clock
    return _first_clock(text, None) if start else None


def _clock(match: re.Match[str]) -> _Clock | None:
    hour = int(number(match["h"]))
    said = match["min"]
    minute = _HALVES.get(said) if said in _HALVES else int(number(said)) if said else 0
    if hour > 24 or minute is None or minute > 59:
        return None
    part = match["part"] or ""
    late = True if part in _LATE else None if part in ("", "中午") else False
    if part == "中午":
        late = hour < 11
    return _Clock(hour, minute, late, match.span())


def _at(day: date, clock: _Clock, said_at: datetime) -> datetime:
    hour = clock.hour + 12 if clock.late and clock.hour < 12 else clock.hour
    start = datetime(day.year, day.month, day.day, tzinfo=said_at.tzinfo)
    # "晚上12点" is the end of the day.
    extra = timedelta(days=1) if clock.late and clock.hour == 12 else timedelta(0)
    return (
        start
        + timedelta(hours=hour % 24 if extra else hour, minutes=clock.minute)
        + (extra - timedelta(hours=12) if extra else timedelta(0))
    )


def _end(text: str, first: _Clock, start: datetime) -> datetime | None:
    to = _TO.match(text, first.span[1])
    if to is None:
        return None
    position = to.end()
    following = _NEXT_DAY.match(text, position)
    position = following.end() if following else position
    dated = _DATE.match(text, position)
    day = _day(dated, start.date()) if dated is not None else None
    match = _TIME.match(text, _past(text, dated.end() if dated is not None and day else position))
    clock = _clock(match) if match is not None else None
    if clock is None:
        return None
    end = _at(day or start.date(), clock, start)
    if following:
        return end + timedelta(days=1)
    if end <= start and clock.late is None and day is None and clock.hour < 12 and start.hour <= 12:
        # "8点到5点" ends in the afternoon.
        end += timedelta(hours=12)
    elif (
        clock.late is None
        and first.late
        and end.hour < 12
        and end + timedelta(hours=12) > start
        and day is None
    ):
        later = end + timedelta(hours=12)
        end = later if later.date() == start.date() else end
    if end <= start and day is None:
        end += timedelta(days=1)
    return end if end > start else None


def _past(text: str, position: int) -> int:
    while position < len(text) and text[position] in " ,(（":
        position += 1
    return position


def _until_day(text: str, match: re.Match[str] | None, start: datetime) -> datetime | None:
    """The end of "6月7日—9日", days counted whole."""
    if match is None:
        return None
    to = _TO.match(text, match.end())
    until = _DATE.match(text, to.end()) if to is not None else None
    day = _day(until, start.date()) if until is not None else None
    if day is None or day < start.date():
        return None
    return datetime(day.year, day.month, day.day, tzinfo=start.tzinfo) + timedelta(days=1)


def _lasting(text: str, otherwise: timedelta) -> timedelta:
    match = _LASTS.search(text)
    if match is None or _ALL_DAY.search(text):
        return otherwise
    count = 0.5 if match["n"] == "半" else float(number(match["n"].replace("半", "")))
    return timedelta(hours=count) if match["unit"] in ("小时", "钟头") else timedelta(days=count)
