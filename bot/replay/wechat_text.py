"""Histories pasted from WeChat: a line with name and time, then what was said."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.replay.history import BadHistory, Part, Said, Trouble

_DAY = r"(?:(?P<year>\d{4})\s*[年/.-]\s*)?(?P<month>\d{1,2})\s*[月/.-]\s*(?P<day>\d{1,2})\s*日?"
_WEEKDAY = r"(?:(?:星期|周|週|礼拜)[一二三四五六日天])"
_TIME = r"(?P<half>凌晨|早上|清晨|上午|中午|下午|傍晚|晚上)?\s*(?P<hour>[01]?\d|2[0-3])[:：](?P<minute>[0-5]\d)(?:[:：](?P<second>[0-5]\d))?"
_WHEN = rf"(?:{_DAY}\s*)?(?:{_WEEKDAY}\s*)?{_TIME}"

_NAME_FIRST = re.compile(rf"(?P<name>\S.{{0,40}}?)[:：]?\s+[(（\[]?{_WHEN}[)）\]]?\s*[:：]?")
_TIME_FIRST = re.compile(rf"[(（\[]?{_WHEN}[)）\]]?\s+(?P<name>\S.{{0,40}}?)\s*[:：]?")
_DATE_ALONE = re.compile(rf"[—–=*\s-]*{_DAY}\s*{_WEEKDAY}?[—–=*\s-]*")
_TIME_ALONE = re.compile(rf"[—–=*\s-]*{_WHEN}[—–=*\s-]*")
_SENTENCE = re.compile(r"[，。！？,!?；;]")
_AFTERNOON = frozenset({"下午", "傍晚", "晚上"})
_BACK = timedelta(hours=6)
"""Clock times that fall by more than this, with no date said, are of the next day."""


@dataclass(slots=True)
class _Days:
    """Which day it is while the lines go by."""

    today: date
    said: date | None = None
    last: datetime | None = None

    def moment(self, found: re.Match[str], zone: ZoneInfo) -> datetime:
        """The moment of a header. Raises ValueError for a day that no calendar has."""
        day = self.day(found)
        hour = int(found["hour"])
        if (found["half"] in _AFTERNOON and hour < 12) or (found["half"] == "中午" and hour < 3):
            hour += 12
        elif found["half"] == "凌晨" and hour == 12:
            hour = 0
        clock = time(hour, int(found["minute"]), int(found["second"] or 0))
        at = datetime.combine(day or self.said or self.today, clock, zone)
        if day is None and self.last is not None and self.last - at > _BACK:
            at += timedelta(days=1)
            self.said = at.date()
        elif day is not None:
            self.said = day
        self.last = at
        return at

    def day(self, found: re.Match[str]) -> date | None:
        """The day that a line names; one without a year is of the year the history is in."""
        if not found["month"]:
            return None
        year = int(found["year"]) if found["year"] else (self.said or self.today).year
        return date(year, int(found["month"]), int(found["day"]))


def read(text: str, zone: ZoneInfo, today: date) -> list[Said]:
    """The messages in the file's order. Times without any date are of ``today``. Raises BadHistory."""
    days = _Days(today)
    found: list[Said] = []
    troubles: list[Trouble] = []
    header: tuple[int, str, datetime] | None = None
    body: list[str] = []

    def close() -> None:
        words = "\n".join(body).strip()
        body.clear()
        if header is not None and words:
            line, name, at = header
            found.append(Said(len(found) + 1, line, at, name, name, Part.RESIDENT, words))

    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        try:
            match = _header(stripped)
            if match is not None:
                at = days.moment(match, zone)
                close()
                header = (number, match["name"].strip(), at)
                continue
            alone = _DATE_ALONE.fullmatch(stripped)
            if alone is not None:
                days.said = days.day(alone)
                days.last = None
                continue
        except ValueError:
            troubles.append(Trouble(number, "bad_time"))
            continue
        if _TIME_ALONE.fullmatch(stripped):
            # The app prints the hour between messages; each message has its own.
            continue
        if header is None and stripped:
            troubles.append(Trouble(number, "no_header"))
            break
        body.append(line)
    close()
    if not found and not troubles:
        troubles.append(Trouble(1, "no_header"))
    if troubles:
        raise BadHistory(troubles)
    return found


def _header(line: str) -> re.Match[str] | None:
    """A line with a name and a time and nothing else; what reads like a sentence is none."""
    if len(line) > 80:
        return None
    for pattern in (_TIME_FIRST, _NAME_FIRST):
        match = pattern.fullmatch(line)
        if match is not None and not _SENTENCE.search(match["name"]):
            return match
    return None
