"""When somebody is on duty (值班): hours of days of the week, which may last over midnight."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

DAY = 24 * 60
"""Minutes."""
WEEKDAYS = "一二三四五六日"


class DayKind(StrEnum):
    """What a day is in the calendar of public holidays."""

    WORKDAY = "workday"
    """Also a Saturday or Sunday that is worked instead of another day (调休)."""
    WEEKEND = "weekend"
    HOLIDAY = "holiday"


Kinds = Callable[[date], DayKind]


def by_weekday(day: date) -> DayKind:
    """What a day is where no calendar of holidays is known."""
    return DayKind.WEEKEND if day.weekday() > 4 else DayKind.WORKDAY


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of time [start, end)."""

    start: datetime
    end: datetime

    def has(self, moment: datetime) -> bool:
        """Whether a moment lies in it."""
        return self.start <= moment < self.end


@dataclass(frozen=True, slots=True)
class Slot:
    """Hours of some days: weekdays (Monday is 0), kinds of days, or both."""

    weekdays: frozenset[int] = frozenset()
    kinds: frozenset[DayKind] = frozenset()
    start: int = 0
    """Minutes after midnight, below ``DAY``."""
    end: int = DAY
    """Minutes after the same midnight: beyond ``DAY`` where it ends the next day. At most a day after ``start``."""
    not_on_holidays: bool = False

    def begins_on(self, day: date, kinds: Kinds) -> bool:
        """Whether it begins on a day. The calendar is asked only where it matters."""
        if self.not_on_holidays and kinds(day) is DayKind.HOLIDAY:
            return False
        return day.weekday() in self.weekdays or (bool(self.kinds) and kinds(day) in self.kinds)


@dataclass(frozen=True, slots=True)
class Shift:
    """Somebody's hours of duty; without slots they are on duty at any time."""

    slots: tuple[Slot, ...] = ()

    @property
    def always(self) -> bool:
        """Whether no hours are given."""
        return not self.slots

    def beginning_on(self, day: date, zone: tzinfo, kinds: Kinds) -> tuple[Stretch, ...]:
        """The stretches of duty that begin on a day, the earliest first; the whole day where no hours are given."""
        midnight = datetime.combine(day, time(), zone)
        if self.always:
            return (Stretch(midnight, datetime.combine(day + timedelta(1), time(), zone)),)
        found = {(slot.start, slot.end) for slot in self.slots if slot.begins_on(day, kinds)}
        return tuple(
            Stretch(midnight + timedelta(minutes=start), midnight + timedelta(minutes=end))
            for start, end in sorted(found)
        )

    def within(self, since: datetime, until: datetime, zone: tzinfo, kinds: Kinds) -> Iterator[Stretch]:
        """The stretches of duty that touch [since, until), each whole."""
        day, last = since.astimezone(zone).date() - timedelta(1), until.astimezone(zone).date()
        while day <= last:
            for stretch in self.beginning_on(day, zone, kinds):
                if stretch.end > since and stretch.start < until:
                    yield stretch
            day += timedelta(1)

    def covers(self, moment: datetime, zone: tzinfo, kinds: Kinds) -> bool:
        """Whether somebody with these hours is on duty at a moment."""
        if self.always:
            return True
        today = moment.astimezone(zone).date()
        return any(
            stretch.has(moment)
            for day in (today - timedelta(1), today)
            for stretch in self.beginning_on(day, zone, kinds)
        )


ALWAYS = Shift()
"""On duty at any time."""
