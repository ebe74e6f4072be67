"""Wishes that wait for a committee member's assent: which still matter, and how a card shows them."""

from __future__ import annotations

from datetime import datetime

from bot.domain.tickets import State, Ticket, Verb, after
from handlers.clocks import clocked, working
from handlers.confidence import confided
from handlers.context import Context
from storage.assents import Assent

_REACHED = {Verb.PAUSE.value: State.PAUSED, Verb.REFER.value: State.REFERRED}
"""States in which a wish has come true."""


def wishes_of(context: Context, ticket: Ticket) -> tuple[Assent, ...]:
    """What waits for assent for a ticket and still matters."""
    if not ticket.going_on or not clocked(ticket):
        return ()
    return tuple(
        wish
        for wish in context.store.assents.waiting(ticket.id)
        if _REACHED.get(wish.what) is not ticket.state and not moot(context, wish, ticket)
    )


def referral_wished(context: Context, ticket: Ticket) -> Assent | None:
    """The referral to a department that waits for assent, or None; it has been made all the same."""
    return next((wish for wish in wishes_of(context, ticket) if wish.what == Verb.REFER.value), None)


def moot(context: Context, wish: Assent, ticket: Ticket) -> bool:
    """Whether nobody needs to answer a wish any more: its moment is over, or its author has nothing to do with it."""
    until = until_of(wish)
    return (
        not ticket.going_on
        # A department keeps a matter also where its day of follow-up has come.
        or (until is not None and until <= context.now and wish.what != Verb.REFER.value)
        or after(ticket.kind, ticket.state, Verb(wish.what)) is None
        # Somebody else has it in hand, who has wished nothing.
        or (working(ticket) and ticket.assignee not in (None, wish.by))
        or not context.store.people.accounts_of(wish.by)
        or not context.roster.of(wish.by, context.today)
        or (ticket.confidential and not confided(context, wish.by))
    )


def until_of(wish: Assent) -> datetime | None:
    """Until when, where a wish says so."""
    said = wish.data.get("until")
    return datetime.fromisoformat(said) if isinstance(said, str) else None


def wish_lines(context: Context, ticket: Ticket, *, named: bool) -> list[str]:
    """What a card says of them; ``named``: also a department that nobody configured, which may be a person's name."""
    lines = []
    for wish in wishes_of(context, ticket):
        until = until_of(wish)
        department = str(wish.data.get("department", ""))
        if department and not named and department not in context.config.routing.departments:
            department = context.say("referral.some_department")
        key = "card.wished_referral" if department else "card.wished"
        what = context.say(f"button.{wish.what}")
        clock = context.clock(until) if until else ""
        lines.append(context.say(key, what=what, department=department, until=clock))
    return lines
