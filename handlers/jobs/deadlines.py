"""What happens when a ticket's time has come: it is marked, climbs, closes unconfirmed, or wakes from its pause."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from bot.domain.messages import Outgoing, Priority
from bot.domain.tickets import State, Ticket
from handlers import steps
from handlers.cards import refresh, ring_by_day, told
from handlers.clocks import LATE, clocked, running, start_rung, wind, working
from handlers.context import Context
from handlers.jobs.base import morning_of_today
from handlers.jobs.bundles import bundle
from handlers.ladder import climb, next_of, press_on, take_back
from handlers.referrals import remind
from storage.agenda import Agenda, without_clock
from storage.tables import tickets
from storage.tickets import among

_UNDER_CLOCKS = (State.OPEN, State.ACCEPTED, State.ON_SITE)


def deadlines(context: Context) -> list[Outgoing]:
    """Everything that is due now. Whatever is handled is due later or never, so a second run finds nothing."""
    for ticket in context.store.tickets.ahead(context.now):
        _set_back(context, ticket)
    out: list[Outgoing] = []
    rising: list[Ticket] = []
    for ticket in context.store.tickets.due(context.now):
        if _over(context, ticket):
            rising.append(ticket)
        else:
            out += _due(context, ticket)
    return [*out, *_rise(context, rising)]


def nothing_due(context: Context, agenda: Agenda) -> bool:
    """No ticket's time has come, and no clock began in the future."""
    nothing_ahead = agenda.lap is None or agenda.lap <= context.now
    return nothing_ahead and (agenda.ticket is None or agenda.ticket > context.now)


def unwound(context: Context) -> list[Outgoing]:
    """What is under no clock and should be (other promises since a /reload): its clock is wound."""
    for ticket in context.store.tickets.going_on(among(*_UNDER_CLOCKS), tickets.c.due_at.is_(None)):
        if clocked(ticket):
            refresh(context, wind(context, ticket))
    return []


def all_wound(context: Context, _agenda: Agenda) -> bool:
    """Whatever goes on is under a clock."""
    return not without_clock(context.store.conn, context.store.id, _UNDER_CLOCKS)


def _set_back(context: Context, ticket: Ticket) -> None:
    """The machine's clock was wrong and has been put right: what runs begins now, or it would wait for days."""
    if ticket.state is State.OPEN:
        refresh(context, start_rung(context, ticket))
    else:
        at = context.now if working(ticket) else None
        refresh(context, wind(context, context.store.tickets.change(ticket, lap_at=at)))


def _over(context: Context, ticket: Ticket) -> bool:
    """Whether the time of whoever must act is over, so that somebody else is told now."""
    if context.quiet and not ticket.emergency:
        return False
    if ticket.state is State.OPEN and ticket.pinged_at is None:
        return False
    clock = running(context, ticket)
    return clock is not None and context.now >= clock.deadline


def _due(context: Context, ticket: Ticket) -> list[Outgoing]:
    if context.quiet and not ticket.emergency:
        # Nobody is rung at night, and nobody's pause ends in their sleep.
        context.store.tickets.change(ticket, due_at=context.hours.awake(context.now))
        return []
    match ticket.state:
        case State.OPEN | State.ACCEPTED | State.ON_SITE:
            _look(context, ticket)
            return []
        case State.RESOLVED:
            return steps.expire(context, ticket)[1]
        case State.PAUSED:
            return steps.wake(context, ticket)[1]
        case State.REFERRED:
            return remind(context, ticket)
        case _:
            context.store.tickets.change(ticket, due_at=None)
            return []


def _look(context: Context, ticket: Ticket) -> None:
    """Half or four fifths of the time are over: the card says so, quietly."""
    if ticket.state is not State.OPEN or ticket.pinged_at is not None:
        refresh(context, wind(context, ticket))
        return
    # It waits for the morning list, and nobody has been asked yet: only once that is over may it ring by itself.
    if context.now < morning_of_today(context) and not ticket.emergency:
        context.store.tickets.change(ticket, due_at=morning_of_today(context))
        return
    refresh(context, ring_by_day(context, ticket))


def _rise(context: Context, rising: Iterable[Ticket]) -> list[Outgoing]:
    """Each goes one step up; what one person is asked to accept at once comes as one message."""
    out: list[Outgoing] = []
    for person, found in _by_person(context, rising).items():
        chat = context.store.people.reach(person) if person and len(found) > 1 else None
        steps_taken = [_one_step(context, ticket, listed=chat is not None) for ticket in found]
        risen = [ticket for ticket, _ in steps_taken]
        out += [told for _, more in steps_taken for told in more]
        if chat is not None:
            head = context.say("jobs_deadlines.late", count=len(risen))
            key = f"late:{context.now.isoformat()}:{chat.platform}:{chat.chat}"
            out += bundle(context, chat, key, head, risen, Priority.ESCALATION)
    return out


def _by_person(context: Context, rising: Iterable[Ticket]) -> dict[str, list[Ticket]]:
    """Who would be asked for which; what cannot share a message stands alone."""
    people: dict[str, list[Ticket]] = defaultdict(list)
    for ticket in rising:
        to = next_of(context, ticket)
        alone = ticket.emergency or not _to_be_accepted(ticket) or not to.next_door(ticket)
        people["" if alone or to.person is None else to.person].append(ticket)
    return people


def _to_be_accepted(ticket: Ticket) -> bool:
    return ticket.state is State.OPEN or _idle(ticket)


def _idle(ticket: Ticket) -> bool:
    """Accepted, and neither on site nor planned."""
    return ticket.state is State.ACCEPTED and ticket.planned_for is None and ticket.mark != LATE


def _one_step(context: Context, ticket: Ticket, *, listed: bool) -> tuple[Ticket, list[Outgoing]]:
    out: list[Outgoing] = []
    if ticket.state is State.OPEN:
        ticket = climb(context, ticket, listed=listed)
    elif _idle(ticket):
        ticket, out = take_back(context, ticket, listed=listed)
    else:
        ticket = press_on(context, ticket)
    refresh(context, ticket, told(out))
    return ticket, out
