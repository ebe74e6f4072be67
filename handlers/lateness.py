"""Which complaints are late, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.stages import Fate, Lap, Stage
from bot.domain.tickets import GOING_ON, State, Ticket
from handlers.clocks import clocked, laps_of
from handlers.context import Context
from storage.questions import diaries_of
from storage.tables import tickets
from storage.tickets import among


@dataclass(frozen=True, slots=True)
class Late:
    """A ticket whose promise was not kept, or whose clock stands."""

    ticket: Ticket
    lap: Lap
    """The stage that has been late the longest, or that stands."""

    @property
    def stage(self) -> Stage:
        """What is missing."""
        return self.lap.stage


def late_tickets(context: Context) -> tuple[Late, ...]:
    """Every ticket with a stage whose time is over, the longest overdue first. A night or a pause makes nothing late."""
    found: list[Late] = []
    diaries = diaries_of(context.store, tickets.c.state.in_([state.value for state in GOING_ON]))
    for ticket in context.store.tickets.going_on():
        if not clocked(ticket):
            continue
        laps = laps_of(context, ticket, diaries.get(ticket.id, ()))
        over = [lap for lap in laps if lap.fate is Fate.LATE]
        if over:
            found.append(Late(ticket, min(over, key=lambda lap: lap.due)))
    return tuple(sorted(found, key=lambda late: late.lap.due))


def late_ones(context: Context) -> frozenset[int]:
    """Row ids of the tickets that are late."""
    referred = context.store.tickets.find(among(State.REFERRED), tickets.c.paused_until <= context.now)
    # What a department should have answered by now is late too, if not by anybody's fault here.
    return frozenset([*(late.ticket.id for late in late_tickets(context)), *(t.id for t in referred)])


def overdue(context: Context, late: Late) -> timedelta:
    """For how long, as clocks on the wall count."""
    return max(context.now - late.lap.due, timedelta(0))
