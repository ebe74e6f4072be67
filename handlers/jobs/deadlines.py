"""What happens when a ticket's time has come: it climbs, closes unconfirmed, or wakes from its pause."""

from __future__ import annotations

from bot.domain.messages import Outgoing
from bot.domain.tickets import State, Ticket
from handlers import steps
from handlers.cards import climb, refresh, ring_by_day
from handlers.context import Context
from handlers.jobs.base import morning_of_today
from handlers.referrals import remind


def deadlines(context: Context) -> list[Outgoing]:
    """Everything that is due now. Whatever is handled is due later or never, so a second run finds nothing."""
    out: list[Outgoing] = []
    for ticket in context.store.tickets.due(context.now):
        out += _due(context, ticket)
    return out


def _due(context: Context, ticket: Ticket) -> list[Outgoing]:
    if context.quiet and not ticket.emergency:
        # Nobody is rung at night, and nobody's pause ends in their sleep.
        context.store.tickets.change(ticket, due_at=context.hours.awake(context.now))
        return []
    match ticket.state:
        case State.OPEN:
            _unanswered(context, ticket)
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


def _unanswered(context: Context, ticket: Ticket) -> None:
    if ticket.pinged_at is not None:
        refresh(context, climb(context, ticket))
        return
    # It waits for the morning list, and nobody has been asked yet: only once that is over may it ring by itself.
    if context.now < morning_of_today(context) and not ticket.emergency:
        context.store.tickets.change(ticket, due_at=morning_of_today(context))
        return
    refresh(context, ring_by_day(context, ticket))
