"""Time that counts (时限): quiet hours stop every clock but an emergency's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo


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
