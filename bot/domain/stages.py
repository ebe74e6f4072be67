"""The stages of a matter (5341): accepted, on site, planned, solved; what is promised for each, and how each may end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

HALF, MOST = 0.5, 0.8
"""Shares of a stage's time at which the card is marked."""


class Stage(StrEnum):
    """What is promised (时限的环节)."""

    ACCEPT = "accept"
    """Somebody takes it, counted from the first message, or from when it came back."""
    ARRIVE = "arrive"
    """On site, counted from acceptance."""
    PLAN = "plan"
    """There is a plan with a date, counted from the first message."""
    SOLVE = "solve"
    """It is solved: counted from the first message, or by the plan's date where a plan was promised."""


class Fate(StrEnum):
    """What became of a stage."""

    RUNNING = "running"
    LATE = "late"
    """Still running, its time is over."""
    MET = "met"
    MISSED = "missed"
    DROPPED = "dropped"
    """It ended before its time was over, without being done: handed on, withdrawn, merged."""


@dataclass(frozen=True, slots=True)
class Lap:
    """One stage of one episode as it went."""

    stage: Stage
    episode: int
    """Counts from 1; a matter that came back begins a new one."""
    begun: datetime
    due: datetime
    """What the residents were promised, pauses included."""
    fair_due: datetime
    """By when the one who holds it must have done it: never less time than if it had been accepted on time."""
    half: datetime
    most: datetime
    """When half and four fifths of the running time are over."""
    counted: timedelta
    """Counted time from ``begun`` to the end, or to now; nights, days off and pauses are left out as promised."""
    ended: datetime | None
    """When it stopped; None while it runs."""
    done: bool
    """Whether it stopped because it was done."""
    fate: Fate
    """Against ``due``."""

    @property
    def running(self) -> bool:
        """Whether its clock still runs (or stands in a pause)."""
        return self.ended is None


def current(laps: Iterable[Lap]) -> Lap | None:
    """The stage that must be done next: of those running the one whose holder has the least time left."""
    return min((lap for lap in laps if lap.running), key=lambda lap: lap.fair_due, default=None)
