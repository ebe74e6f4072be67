"""Time that counts (时限): quiet hours, working hours and days off stop every clock but an emergency's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

_FAR = 3 * 366
"""Days after which a calendar that never opens is no longer searched."""


@dataclass(frozen=True, slots=True)
class Hours:
    """The compound's quiet hours (安静时段), which may span midnight; equal ends mean there are none."""

    quiet_from: time
    quiet_to: time
    zone: ZoneInfo

    def quiet(self, moment: datetime) -> bool:
        """Whether people should be left in peace."""
        t = moment.astimezone(self.zone).time()
        if self.quiet_from <= self.quiet_to:
            return self.quiet_from <= t < self.quiet_to
        return t >= self.quiet_from or t < self.quiet_to

    def awake(self, moment: datetime) -> datetime:
        """The moment itself, or in quiet hours the end of them."""
        if not self.quiet(moment):
            return moment
        local = moment.astimezone(self.zone)
        end = datetime.combine(local.date(), self.quiet_to, self.zone)
        if end <= local:
            end = datetime.combine(local.date() + timedelta(days=1), self.quiet_to, self.zone)
        return end.astimezone(moment.tzinfo)

    def after(self, start: datetime, span: timedelta) -> datetime:
        """``span`` of waking time after ``start``: what does not fit before the night goes on in the morning."""
        moment, left = self.awake(start), span
        while True:
            night = self._next_night(moment)
            if night is None or moment + left <= night:
                return moment + left
            left -= night - moment
            moment = self.awake(night)

    def _next_night(self, moment: datetime) -> datetime | None:
        if self.quiet_from == self.quiet_to:
            return None
        local = moment.astimezone(self.zone)
        night = datetime.combine(local.date(), self.quiet_from, self.zone)
        if night <= local:
            night = datetime.combine(local.date() + timedelta(days=1), self.quiet_from, self.zone)
        return night.astimezone(moment.tzinfo)


class Count(StrEnum):
    """Which hours a clock counts (计时方式)."""

    ALWAYS = "always"
    """Every hour: lives may be at stake."""
    WAKING = "waking"
    """Every hour outside the quiet hours, on every day."""
    OFFICE = "office"
    """Working hours of working days."""
    WORKDAYS = "workdays"
    """Working days from midnight to midnight: for what is promised in days."""


@dataclass(frozen=True, slots=True)
class Pause:
    """A time in which a clock stands. ``end`` is when it ended, or when it is to end."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which hours of which days count, in the compound's time zone."""

    hours: Hours
    working_from: time
    working_to: time
    works: Callable[[date], bool]
    """Whether a day is a working day, public holidays, make-up days and the committee's exceptions considered."""

    def open(self, day: date, count: Count) -> tuple[tuple[datetime, datetime], ...]:
        """The spans of a day that count, in order, in UTC."""
        if count in (Count.OFFICE, Count.WORKDAYS) and not self.works(day):
            return ()
        if count is Count.OFFICE:
            return ((self._at(day, self.working_from), self._at(day, self.working_to)),)
        start, end = self._at(day, time()), self._at(day + timedelta(days=1), time())
        quiet_from, quiet_to = self.hours.quiet_from, self.hours.quiet_to
        if count is not Count.WAKING or quiet_from == quiet_to:
            return ((start, end),)
        night, morning = self._at(day, quiet_from), self._at(day, quiet_to)
        spans = ((start, night), (morning, end)) if quiet_from < quiet_to else ((morning, night),)
        return tuple(span for span in spans if span[0] < span[1])

    def after(self, start: datetime, span: timedelta, count: Count, pauses: Iterable[Pause] = ()) -> datetime:
        """The moment ``span`` of counted time after ``start``; during a pause nothing counts.

        A pause never makes it earlier. In UTC.
        """
        moment, left = start.astimezone(UTC), span
        for pause in sorted(pauses, key=lambda p: (p.start, p.end)):
            if pause.end <= max(moment, pause.start):
                continue
            end = self._after(moment, left, count)
            if pause.start >= end:
                return end
            left -= self._between(moment, pause.start, count)
            moment = pause.end.astimezone(UTC)
        return self._after(moment, left, count)

    def between(
        self, start: datetime, end: datetime, count: Count, pauses: Iterable[Pause] = ()
    ) -> timedelta:
        """The counted time in [start, end), pauses left out."""
        moment, counted = start.astimezone(UTC), timedelta(0)
        for pause in sorted(pauses, key=lambda p: (p.start, p.end)):
            if pause.end <= max(moment, pause.start) or pause.start >= end:
                continue
            counted += self._between(moment, pause.start, count)
            moment = pause.end.astimezone(UTC)
        return counted + self._between(moment, end, count)

    def _after(self, start: datetime, span: timedelta, count: Count) -> datetime:
        if count is Count.ALWAYS:
            return start + span
        left = span
        for opens, closes in self._from(start, count):
            begin = max(start, opens)
            if left <= closes - begin:
                return begin + left
            left -= closes - begin
        return start + span

    def _between(self, start: datetime, end: datetime, count: Count) -> timedelta:
        if end <= start:
            return timedelta(0)
        if count is Count.ALWAYS:
            return end - start
        counted = timedelta(0)
        for opens, closes in self._from(start, count):
            if opens >= end:
                break
            counted += min(end, closes) - max(start, opens)
        return counted

    def _from(self, start: datetime, count: Count) -> Iterator[tuple[datetime, datetime]]:
        """The open spans that end after a moment."""
        first = start.astimezone(self.hours.zone).date()
        for days in range(_FAR):
            for span in self.open(first + timedelta(days=days), count):
                if span[1] > start:
                    yield span

    def _at(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, self.hours.zone).astimezone(UTC)
