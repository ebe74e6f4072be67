"""Days said together with names: "11-20 11-23 李四", "老李 明天下午到后天中午 李四代班", "下周一至周三"."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from bot.calendar.moments import parse_moment
from bot.domain.shifts import Stretch

_DAY = (
    r"(?:\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}[日号]?|\d{1,2}[-/.月]\d{1,2}[日号]?(?![\d:点])|\d{1,2}[日号]"
    r"|大后[天日]|[今明后](?:[天日]|(?=[早晚上下中夜]))|[这本下]?(?:周|星期|礼拜)[一二三四五六日天])"
)
_PART = r"全天|整天|一天|上午|早上|早|中午|下午|晚上|晚|夜里|夜"
_CLOCK = r"\d{1,2}(?::\d{2}|点半?)"
_SPAN = re.compile(
    rf"(?P<first>{_DAY})(?:\s*(?P<from>{_PART}))?(?:\s*(?P<at>{_CLOCK}))?"
    r"(?:\s*(?:-+|—+|~|至|到|,|、|\s)\s*"
    rf"(?:(?P<last>{_DAY})|(?P<bare>(?<=[-~至到])\d{{1,2}})(?![\d:点]))?"
    rf"(?:\s*(?P<to>{_PART}))?(?:\s*(?P<by>{_CLOCK}))?)?"
)
_LEAD = re.compile(r"^(?:休|请假|从|自|是|由|让|请|找|给|和|跟|与|同|把|@|[-,、。:;\s])+")
_TAIL = re.compile(r"(?:代我?班|代我?|替我?班|替我|顶我?班|顶我?|换班|换|对调|值班|请假|[-,、。:;\s])+$")
_STARTS = {"上午": 0, "早上": 0, "早": 0, "中午": 12, "下午": 12, "晚上": 18, "晚": 18, "夜里": 18, "夜": 18}
_ENDS = {"上午": 12, "早上": 12, "早": 12, "中午": 12, "下午": 18, "晚上": 24, "晚": 24, "夜里": 24, "夜": 24}


@dataclass(frozen=True, slots=True)
class Said:
    """Names before and after the days."""

    before: str
    stretch: Stretch | None
    """None where no days are said, or none that the calendar has."""
    after: str
    backwards: bool = False
    """The end is said to be before the start."""


def read_stretch(text: str, now: datetime, zone: tzinfo) -> Said:
    """Days and what stands around them; a day without an hour is whole, 上午 ends and 下午 begins at noon.

    Raises ValueError for a naive ``now``.
    """
    if now.tzinfo is None:
        raise ValueError("days need a time zone")
    said = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip()
    for found in _SPAN.finditer(said):
        start = _start(found, now, zone)
        if start is None:
            continue
        end = _end(found, start, now, zone)
        before, after = _bare(said[: found.start()]), _bare(said[found.end() :])
        if end is None or end <= start:
            return Said(before, None, after, backwards=end is not None)
        return Said(before, Stretch(start, end), after)
    return Said(_bare(said), None, "")


def _start(found: re.Match[str], now: datetime, zone: tzinfo) -> datetime | None:
    day = _midnight(found["first"], now, zone)
    if day is None:
        return None
    if found["at"]:
        return _clock(day, found["from"], found["at"])
    return day + timedelta(hours=_STARTS.get(found["from"] or "", 0))


def _end(found: re.Match[str], start: datetime, now: datetime, zone: tzinfo) -> datetime | None:
    first = start.replace(hour=0, minute=0)
    day: datetime | None = first
    if found["last"]:
        # 下周一至周三 and 12-30 1-2 are meant seen from the first day, 明天 from today.
        seen_from = now if re.match(r"大|[今明后]|[这本下]", found["last"]) else start
        day = _midnight(found["last"], seen_from, zone)
    elif found["bare"]:
        try:
            day = first.replace(day=int(found["bare"]))
        except ValueError:
            return None
    if day is None:
        return None
    if found["by"]:
        # 下午2点-6点 ends in the afternoon too.
        return _clock(day, found["to"] or (None if found["last"] else found["from"]), found["by"])
    if found["to"]:
        return day + timedelta(hours=_ENDS.get(found["to"], 24))
    if found["last"] or found["bare"]:
        return day + timedelta(days=1)
    if found["at"]:
        return day + timedelta(days=1)
    # One half of one day: 下午 lasts until the evening's end, since nobody comes back for it.
    return day + timedelta(hours=12 if found["from"] in ("上午", "早上", "早") else 24)


def _midnight(said: str, now: datetime, zone: tzinfo) -> datetime | None:
    day = f"{said}天" if re.fullmatch(r"大后|[今明后]", said) else said
    moment = parse_moment(f"{day} 0:00", now, zone)
    return moment.astimezone(zone).replace(hour=0, minute=0) if moment else None


def _clock(day: datetime, part: str | None, said: str) -> datetime | None:
    hour, _, minute = said.replace("点半", ":30").replace("点", ":").partition(":")
    hours = int(hour) + (12 if part in ("下午", "晚上", "晚", "夜里", "夜") and int(hour) < 12 else 0)
    minutes = int(minute or 0)
    if hours > 24 or minutes > 59:
        return None
    return day + timedelta(hours=hours, minutes=minutes)


def _bare(text: str) -> str:
    """Names without the words around them."""
    return _TAIL.sub("", _LEAD.sub("", text.strip())).strip()
