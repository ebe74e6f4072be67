"""The running clock of a ticket: which stage counts, from when until when, and when to look at it again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.course import course
from bot.domain.sla import Count
from bot.domain.stages import HALF, MOST, Lap, Stage, current
from bot.domain.terms import Promise
from bot.domain.tickets import State, Ticket
from bot.domain.verdicts import Kind
from handlers.context import Context
from storage.ticket_rows import Event

LATE = 100
"""The mark of a stage whose time is over."""
_LONGEST_REPEAT = 3
"""Doublings after which an emergency is rung again at the same pace."""
_NOT_YET = frozenset({"release", "would_ring"})
"""Diary lines of what was filed for the committee's eyes only: its clocks begin once it is released or handed on."""


@dataclass(frozen=True, slots=True)
class Running:
    """A clock: since when it counts, when its marks are due, and when it has run out."""

    since: datetime
    half: datetime
    most: datetime
    deadline: datetime

    def mark(self, now: datetime) -> int:
        """What the card shows of it."""
        shares = ((LATE, self.deadline), (80, self.most), (50, self.half))
        return next((mark for mark, moment in shares if now >= moment), 0)

    def next(self, now: datetime) -> datetime:
        """When to look again; the deadline, where everything else is over."""
        return next((moment for moment in (self.half, self.most) if moment > now), self.deadline)


def clocked(ticket: Ticket) -> bool:
    """Whether minutes are promised for it: complaints, unless Linli only listens."""
    return ticket.kind is Kind.COMPLAINT and not ticket.listened


def promise_for(context: Context, ticket: Ticket) -> Promise:
    """What is promised for a ticket as it is now."""
    return context.terms.of(ticket.severity, ticket.topic, ticket.role)


def laps_of(
    context: Context, ticket: Ticket, diary: tuple[Event, ...] | None = None, *, work_of: str | None = None
) -> tuple[Lap, ...]:
    """Every stage of a ticket as it went, from its diary; none for what has no minutes.

    Each is judged by what the role promises that has it then, or, with ``work_of``, by that one role throughout.
    """
    if not clocked(ticket):
        return ()
    lines = context.store.tickets.diary(ticket) if diary is None else diary
    # Where the clock was set back, what it noted before lies ahead: that counts as now.
    known = [line if line.at <= context.now else replace(line, at=context.now) for line in lines]

    def promises(role: str) -> Promise:
        return context.terms.of(ticket.severity, ticket.topic, work_of or role)

    return course(
        promises,
        asked_first(ticket, lines),
        min(ticket.filed_at, context.now),
        known,
        context.calendar,
        context.now,
        held=ticket.state is State.HELD or any(line.verb in _NOT_YET for line in lines),
    )


def asked_first(ticket: Ticket, diary: Sequence[Event]) -> str:
    """The role whose work a matter is: the first that was asked; whoever steps in later does it for them."""
    return next((str(e.data["role"]) for e in diary if e.verb == "rang" and e.data.get("role")), ticket.role)


def running(context: Context, ticket: Ticket) -> Running | None:
    """The clock that a ticket is under now, or None where nothing counts."""
    if not clocked(ticket):
        return None
    if ticket.state is State.OPEN or (working(ticket) and ticket.mark == LATE):
        return _rung_clock(context, ticket)
    if not working(ticket):
        return None
    lap = current(laps_of(context, ticket))
    return Running(lap.begun, lap.half, lap.most, lap.fair_due) if lap else None


def working(ticket: Ticket) -> bool:
    """Whether somebody has it in hand."""
    return ticket.state in (State.ACCEPTED, State.ON_SITE)


def start_rung(context: Context, ticket: Ticket) -> Ticket:
    """Whoever is asked now has their minutes from now on."""
    return wind(context, context.store.tickets.change(ticket, lap_at=context.now, mark=0))


def wind(context: Context, ticket: Ticket) -> Ticket:
    """Set when to look at a ticket again, by the clock it is under. A ticket that nothing runs for keeps none."""
    clock = running(context, ticket)
    if clock is None:
        due = ticket.due_at if not (ticket.state is State.OPEN or working(ticket)) else None
        return context.store.tickets.change(ticket, due_at=due, lap_at=None, deadline_at=None, mark=0)
    late = working(ticket) and ticket.mark == LATE
    return context.store.tickets.change(
        ticket,
        lap_at=clock.since,
        deadline_at=clock.deadline,
        mark=LATE if late else min(clock.mark(context.now), 80),
        due_at=clock.deadline if late else clock.next(context.now),
    )


def after_step(context: Context, before: Ticket, ticket: Ticket) -> Ticket:
    """The clock once a step has been taken: of the stage that runs now, or of none."""
    if ticket.state is State.OPEN:
        # Ringing has wound it.
        return ticket
    if working(ticket) and ticket.mark == LATE and working(before):
        lap = current(laps_of(context, ticket))
        if lap is not None and lap.fair_due <= context.now:
            return wind(context, ticket)
    return wind(context, context.store.tickets.change(ticket, mark=0))


def stage_of(context: Context, ticket: Ticket) -> Stage | None:
    """The stage that a card names."""
    if not clocked(ticket):
        return None
    if ticket.state is State.OPEN:
        return Stage.ACCEPT
    promise = promise_for(context, ticket)
    if ticket.state is State.ACCEPTED and promise.arrive and not ticket.planned_for:
        return Stage.ARRIVE
    if not working(ticket):
        return None
    return Stage.PLAN if promise.plan and not ticket.planned_for else Stage.SOLVE


def _rung_clock(context: Context, ticket: Ticket) -> Running:
    since = min(ticket.lap_at or context.now, context.now)
    promise = promise_for(context, ticket)
    span = _rung_span(context, ticket, promise)
    if span is None:
        morning = _next_morning(context, since)
        return Running(since, morning, morning, morning)
    after = context.calendar.after
    return Running(
        since,
        after(since, span * HALF, promise.heard),
        after(since, span * MOST, promise.heard),
        after(since, span, promise.heard),
    )


def _rung_span(context: Context, ticket: Ticket, promise: Promise) -> timedelta | None:
    """How long the present rung has; None once the last one is told only every morning."""
    clocks = context.config.clocks
    if ticket.emergency:
        return promise.accept * float(2 ** min(ticket.rings, _LONGEST_REPEAT))
    if ticket.rings > clocks.repeats:
        return None
    minutes = clocks.rung_minutes
    span = timedelta(minutes=minutes[min(ticket.rung, len(minutes)) - 1]) if ticket.rung else promise.accept
    return span * float(2**ticket.rings)


def _next_morning(context: Context, since: datetime) -> datetime:
    """The morning hour after a moment."""
    local = since.astimezone(context.zone)
    morning = datetime.combine(local.date(), context.config.hours.morning, context.zone)
    if morning <= local:
        morning = datetime.combine(local.date() + timedelta(days=1), morning.timetz())
    return context.calendar.after(morning, timedelta(0), Count.WAKING)
