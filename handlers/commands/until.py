"""A moment said together with a reason: "等配件 明天9点", "三天 等水泵", "下周一等厂家来"."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta, tzinfo

from bot.calendar.moments import parse_moment

_COUNT = r"(?P<count>\d{1,3}|半|[一二两三四五六七八九十]{1,3})"
_SPAN = re.compile(
    rf"(?P<lead>再?等?)\s*{_COUNT}\s*个?\s*(?P<unit>小时|钟头|h|天|日|周|星期|礼拜|分钟|月)\s*(?:以?后|之后|左右)?",
    re.IGNORECASE,
)
_SPANS = {
    "h": timedelta(hours=1),
    "小时": timedelta(hours=1),
    "钟头": timedelta(hours=1),
    "天": timedelta(days=1),
    "日": timedelta(days=1),
    "周": timedelta(weeks=1),
    "星期": timedelta(weeks=1),
    "礼拜": timedelta(weeks=1),
    "分钟": timedelta(minutes=1),
    "月": timedelta(days=30),
}
_NUMERALS = "零一二三四五六七八九"
_HALVES = (
    ("中午", "12:00"),
    ("下午", "2:00"),
    ("午后", "2:00"),
    ("晚上", "7:00"),
    ("晚", "7:00"),
    ("早", "8:30"),
)
_DAY = re.compile(r"[天日号早晚午上一二三四五六]$|\d[-/]\d{1,2}$")
_EDGE = " ,.;:、。;到至于在期"
_LONGEST = 40


def split_until(text: str, now: datetime, zone: tzinfo, day_begins: time) -> tuple[str, datetime | None]:
    """The reason and the moment that a text says, the moment last or first; None where it says none.

    A day without its hour is meant from ``day_begins`` on. Raises ValueError for a naive ``now``.
    """
    text = text.strip()
    for start in range(max(len(text) - _LONGEST, 0), len(text)):
        if _inside_number(text, start):
            continue
        moment = moment_in(text[start:], now, zone, day_begins)
        if moment is not None:
            return _bare(text[:start]), moment
    for end in range(min(len(text), _LONGEST), 0, -1):
        if _inside_number(text, end):
            continue
        moment = moment_in(text[:end], now, zone, day_begins)
        if moment is not None:
            return _bare(text[end:]), moment
    return text, None


def moment_in(text: str, now: datetime, zone: tzinfo, day_begins: time) -> datetime | None:
    """The moment that a text as a whole says: a moment, a day, or a span from now."""
    text = text.strip()
    if not text or text[0] in _EDGE or text[-1] in _EDGE:
        return None
    span = _SPAN.fullmatch(text)
    if span is not None and (span["unit"] not in "日月" or "后" in text):
        return now + _SPANS[span["unit"].lower()] * _count(span["count"])
    moment = parse_moment(text, now, zone)
    if moment is not None or not _DAY.search(text):
        return moment
    hour = next((hour for half, hour in _HALVES if text.endswith(half)), f"{day_begins:%H:%M}")
    # The blank keeps 2026-06-20 from running into the hour.
    return parse_moment(f"{text} {hour}", now, zone)


def _inside_number(text: str, position: int) -> bool:
    """Whether a cut here would tear a number or a word like 下周 apart."""
    if not 0 < position < len(text):
        return False
    before, after = text[position - 1], text[position]
    return (before.isdigit() and after.isdigit()) or (before in "下本这大" and after in "周星礼后")


def _bare(text: str) -> str:
    """The reason without what only ties it to its moment."""
    return re.sub(r"(?:[,，、。;；:：\s]|等到|直到|到|至)+$|^(?:[,，、。;；:：\s])+", "", text).strip()


def _count(said: str) -> float:
    if said == "半":
        return 0.5
    if said.isdecimal():
        return int(said)
    tens, ten, ones = said.replace("两", "二").rpartition("十")
    value = _NUMERALS.find(ones) if ones else 0
    return (_NUMERALS.find(tens) if tens else 1) * 10 + value if ten else value
