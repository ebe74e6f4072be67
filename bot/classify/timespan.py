"""When something is to happen, read out of a notice: "11月25日8:00-18:00", "明早八点到下午五点", "今晚20时起"."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from bot.classify.days import day_said, duration, hours_of_part, midnight, on_clock, part_of_day
from bot.classify.normalise import plain
from bot.classify.numerals import NUMERALS
from bot.classify.time_patterns import (
    BEGIN,
    BRACKETED,
    CLOCK,
    DAILY,
    DATE,
    DEADLINE,
    ENDS,
    GAP,
    LASTS,
    LIST,
    NEXT_DAY,
    NOW,
    ONWARD,
    OPENING,
    PART,
    SOON,
    SOON_AT,
    TO,
    UNTIL,
    hours_of,
    minutes_of,
)

_MOST = 16
"""Spans read from one text; a notice with more is a timetable."""
_LONGEST_LIST = 31
"""Days of a "每天" that are counted one by one."""


@dataclass(frozen=True, slots=True)
class Timespan:
    """From when, and until when where that is said; both in the zone of the moment it was said.

    Without hours a span covers whole days (or a part of one) and ends where the last of them does.
    """

    start: datetime
    end: datetime | None = None
    timed: bool = field(default=True, compare=False)
    """Whether hours were said; else only days or parts of a day."""
    onward: bool = field(default=False, compare=False)
    """From then on, without an end ("12月1日起")."""
    at: tuple[int, int] = field(default=(0, 0), compare=False)
    """Where the normalised text (``plain``) says so."""


@dataclass(frozen=True, slots=True)
class _Moment:
    """A moment as it was said: a day, a part of it, an hour, or several of these."""

    day: date | None
    part: str = ""
    clock: tuple[int, int] | None = None
    until: int = 0


def read_timespan(text: str, said_at: datetime) -> Timespan | None:
    """The first time that a notice names, or None. ``said_at`` must have a time zone."""
    found = read_timespans(text, said_at)
    return found[0] if found else None


def read_timespans(text: str, said_at: datetime, day: date | None = None) -> tuple[Timespan, ...]:
    """All times that a notice names, in the order of the text; hours without a date are on ``day``, else today.

    A year that is not said is the near one; a day of the month or week without more is today or to come. Opening
    hours ("办公时间9:00-17:00", "每周一") are none. Raises ValueError for a moment without a time zone.
    """
    if said_at.tzinfo is None:
        raise ValueError("said_at needs a time zone")
    return tuple(_Reading(plain(text), said_at, day).spans())


class _Reading:
    """One reading of one text, from left to right; a day that was said holds for the hours after it."""

    def __init__(self, text: str, said_at: datetime, day: date | None) -> None:
        self._text = text
        self._now = said_at
        self._day = day
        self._end = 0
        """Up to where the text has been understood."""

    def spans(self) -> list[Timespan]:
        found: list[Timespan] = []
        position = 0
        while len(found) < _MOST and (begin := BEGIN.search(self._text, position)):
            position = begin.start() + 1
            try:
                more = self._from(begin.start())
            except (ValueError, OverflowError):
                # The calendar has no such day.
                continue
            if more is not None:
                for span in more:
                    self._add(found, span)
                position = max(position, self._end)
        return found[:_MOST]

    def _add(self, found: list[Timespan], span: Timespan) -> None:
        """One more span, unless it tells more of the one before it."""
        before = found[-1] if found else None
        if before is not None and self._ends(before, span):
            # "明早7:30开始停电，预计11点恢复"
            found[-1] = replace(before, end=span.end, onward=False, at=(before.at[0], span.at[1]))
        elif before is not None and _tells_more(before, span):
            # "11月25日停水（8:00-17:00）"
            found[-1] = replace(span, at=(before.at[0], span.at[1]))
        elif span not in found:
            found.append(span)

    def _ends(self, before: Timespan, span: Timespan) -> bool:
        """Whether what is over then is what began before."""
        return before.end is None and span.start == self._now and before.start < (span.end or before.start)

    def _from(self, at: int) -> list[Timespan] | None:
        """The spans that begin here; an empty list for what is understood and no span; None where nothing is."""
        if recurring := OPENING.match(self._text, at):
            self._end = recurring.end()
            return []
        if now := NOW.match(self._text, at):
            return self._from_now(at, now.end())
        if soon := SOON.match(self._text, at):
            self._end = soon.end()
            return self._span(at, self._now, self._now + duration(soon), timed=True)
        first = self._moment(at, self._now.date())
        if first is None:
            return None
        before = self._text[max(0, at - 12) : at]
        if first.day is None and SOON_AT.search(before):
            self._end = (self._second(first) or first).until
            return []
        days = self._listed(first) if first.clock is None and not first.part else []
        if days:
            first = days.pop()
        self._day = first.day or self._day
        if UNTIL.search(before):
            self._end = first.until
            return self._span(at, self._now, self._last(first), timed=first.clock is not None)
        second = self._second(first)
        if second is not None and not _hours(first) and not _hours(second):
            return self._whole_days(at, first, second)
        start = self._first(first)
        if second is not None:
            self._end = second.until
            found = self._span(at, start, self._closes(first, second, start), timed=_timed(first, second))
        else:
            found = self._alone(at, first, start)
        return [*self._moved(days, start, found), *found]

    def _from_now(self, at: int, position: int) -> list[Timespan]:
        self._end = position
        to = TO.match(self._text, position)
        last = self._moment(to.end(), self._now.date()) if to else None
        if last is None:
            return self._span(at, self._now, None, timed=False, onward=True)
        self._end = last.until
        return self._span(at, self._now, self._last(last), timed=last.clock is not None)

    def _alone(self, at: int, first: _Moment, start: datetime) -> list[Timespan]:
        """A moment without an end: a deadline, the hour it is over, the beginning of something."""
        self._end = first.until
        timed = first.clock is not None
        if ENDS.match(self._text, first.until) or DEADLINE.match(self._text, first.until):
            return self._span(at, self._now, self._last(first), timed=timed)
        if onward := ONWARD.match(self._text, first.until):
            self._end = onward.end()
        lasting = LASTS.search(self._text, self._end, self._end + 24)
        if lasting is not None:
            self._end = lasting.end()
            return self._span(at, start, start + duration(lasting), timed=timed)
        if timed or onward:
            return self._span(at, start, None, timed=timed, onward=onward is not None)
        return self._span(at, start, self._last(first), timed=False)

    def _whole_days(self, at: int, first: _Moment, second: _Moment) -> list[Timespan]:
        """ "25日至27日", with hours that hold on each of them or without."""
        start, end = first.day or self._now.date(), second.day or first.day or self._now.date()
        self._end = second.until
        daily = DAILY.match(self._text, second.until)
        hours = self._moment(daily.end() if daily else self._gap(second.until), start)
        if hours is not None and hours.day is None and hours.clock and (end - start).days < _LONGEST_LIST:
            closing = self._second(hours)
            on_first = _Moment(start, hours.part, hours.clock, hours.until)
            opens = self._first(on_first)
            closes = self._closes(on_first, closing, opens) if closing else None
            self._end = closing.until if closing else hours.until
            days = [_Moment(start + timedelta(n)) for n in range((end - start).days + 1)]
            return self._moved(days, opens, self._span(at, opens, closes, timed=True))
        return self._span(
            at, midnight(self._now.tzinfo, start), midnight(self._now.tzinfo, end + timedelta(1)), timed=False
        )

    def _listed(self, first: _Moment) -> list[_Moment]:
        """ "周三、周四9点": the days that share the hours of the last one, which is included; else nothing."""
        days = [first]
        while len(days) <= _LONGEST_LIST and days[-1].clock is None and not days[-1].part:
            link = LIST.match(self._text, days[-1].until)
            following = DATE.match(self._text, link.end()) if link else None
            more = self._moment(link.end(), days[-1].day or self._now.date()) if link and following else None
            if more is None or more.day is None:
                break
            days.append(more)
        return days if len(days) > 1 else []

    def _moved(self, days: list[_Moment], start: datetime, found: list[Timespan]) -> list[Timespan]:
        """The same hours on other days; a time until the last of the days has begun already and is one."""
        return [
            Timespan(
                span.start + (day.day - start.date()),
                span.end + (day.day - start.date()) if span.end else None,
                span.timed,
                span.onward,
                span.at,
            )
            for day in days
            if day.day is not None
            for span in found[:1]
            if span.start == start
        ]

    def _moment(self, at: int, today: date) -> _Moment | None:
        """The moment said here; days are counted from ``today``."""
        dated = DATE.match(self._text, at)
        day = day_said(dated, today, self._now.date()) if dated else None
        if dated and day is None:
            return None
        after = dated.end() if dated else at
        if dated and not dated["m"] and (bracket := BRACKETED.match(self._text, after)):
            exact = DATE.match(self._text, bracket.end())
            if exact and exact["m"]:
                # 下周二(12月1日): people count weeks in different ways, days in one.
                day = day_said(exact, today, self._now.date())
                after = exact.end() + self._text[exact.end() : exact.end() + 1].count(")")
        position = self._gap(after) if dated else at
        daily = DAILY.match(self._text, position) if dated else None
        clock = CLOCK.match(self._text, daily.end() if daily else position)
        if clock is not None and (dated is None and not _sure(clock, self._text, at)):
            clock = None
        if clock is not None:
            said = (hours_of(clock), minutes_of(clock))
            if said[0] <= 24 and said[1] < 60 and (said[0] < 24 or not said[1]):
                return _Moment(day, clock["part"] or "", said, clock.end())
        if dated is None:
            return None
        part = PART.match(self._text, position)
        return _Moment(day, part[0] if part else "", None, part.end() if part else after)

    def _second(self, first: _Moment) -> _Moment | None:
        """What "至 …" leads to."""
        to = TO.match(self._text, first.until)
        if to is None:
            return None
        following = NEXT_DAY.match(self._text, to.end())
        day = first.day or self._day or self._now.date()
        if following is None:
            said = self._moment(to.end(), day)
            dated = DATE.match(self._text, to.end())
            if said is None or dated is None or _hours(first) or not _hours(said):
                return said
            daily = DAILY.match(self._text, dated.end())
            ranged = said.clock is not None and TO.match(self._text, said.until)
            # "25日至27日8:00-18:00" is from eight to six on each of these days.
            return _Moment(said.day, until=dated.end()) if (daily and "每" in daily[0]) or ranged else said
        said = self._moment(following.end(), day)
        return _Moment(day + timedelta(1), said.part, said.clock, said.until) if said else None

    def _gap(self, position: int) -> int:
        gap = GAP.match(self._text, position)
        return gap.end() if gap else position

    def _first(self, said: _Moment) -> datetime:
        """When it begins."""
        day = said.day or self._day or self._now.date()
        if said.clock is None:
            return midnight(self._now.tzinfo, day) + timedelta(hours=hours_of_part(said.part)[0])
        start = on_clock(self._now.tzinfo, day, said.part, said.clock)
        # 凌晨2点, said in the evening, is still to come.
        if said.day is not None or self._day is not None:
            return start
        if part_of_day(said.part) == "凌晨" and self._now.hour >= 12:
            return start + timedelta(1)
        # 2点-5点, said at ten, is in the afternoon.
        afternoon = not said.part and said.clock[0] < 8 and start < self._now - timedelta(hours=1)
        return start + timedelta(hours=12) if afternoon and said.clock[0] else start

    def _last(self, said: _Moment) -> datetime:
        """When what lasts until then is over: with its hour, else with its day."""
        if said.clock is not None:
            return self._first(said)
        return midnight(self._now.tzinfo, said.day or self._now.date()) + timedelta(
            hours=hours_of_part(said.part)[1]
        )

    def _closes(self, first: _Moment, second: _Moment, start: datetime) -> datetime | None:
        if second.clock is None:
            return self._last(second)
        end = on_clock(self._now.tzinfo, second.day or start.date(), second.part, second.clock)
        if second.day is None and not second.part and second.clock[0] < 12:
            # "下午2点到4点", "8点到5点": the same half of the day, or the afternoon; "22:00-6:00" the next morning.
            later = end + timedelta(hours=12)
            halves = first.clock is None or first.clock[0] <= 12
            if end <= start < later and later.date() == start.date() and halves:
                end = later
        if end <= start and second.day is None:
            end += timedelta(1)
        return end

    def _span(
        self, at: int, start: datetime, end: datetime | None, *, timed: bool, onward: bool = False
    ) -> list[Timespan]:
        if end is not None and end <= start:
            return []
        return [Timespan(start, end, timed, onward, (at, self._end))]


def _sure(clock: re.Match[str], text: str, at: int) -> bool:
    """Whether it is an hour and not "快一点" or "有两点": numerals need a part of the day, a range or minutes."""
    if clock["part"] or clock["h"][0] not in NUMERALS:
        return True
    ranged = TO.match(text, clock.end()) is not None or re.search(r"[到至-]\s*$", text[max(0, at - 2) : at])
    return clock["min"] is not None or bool(ranged) or ONWARD.match(text, clock.end()) is not None


def _hours(said: _Moment) -> bool:
    return said.clock is not None or bool(said.part)


def _timed(first: _Moment, second: _Moment) -> bool:
    return first.clock is not None or second.clock is not None


def _tells_more(before: Timespan, span: Timespan) -> bool:
    """Whether hours belong to the day just named."""
    one_day = before.end is not None and before.end - before.start <= timedelta(1)
    return one_day and not before.timed and span.timed and before.start.date() == span.start.date()
