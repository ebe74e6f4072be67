"""催: residents ask to hurry. It is counted, and whoever holds the ticket is reminded once."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.messages import Account, Face, Outgoing, Priority, Say
from bot.domain.tickets import State, Ticket
from handlers.cards import refresh
from handlers.context import Context
from handlers.faces import status_line

_AGAIN = timedelta(hours=1)
"""How soon the same person's next urging counts again."""


def urge(context: Context, ticket: Ticket, account: Account, kind: str) -> tuple[Ticket, list[Outgoing]]:
    """Count it, show it on the cards, and remind the holder the first time in an episode."""
    if not ticket.going_on or ticket.listened or ticket.state is State.HELD:
        return ticket, []
    earlier = [
        event.at
        for event in context.store.tickets.diary(ticket)
        if event.verb == "urged" and event.account is not None and event.account.id == account.id
    ]
    if earlier and context.now - earlier[-1] < _AGAIN:
        return ticket, []
    context.store.tickets.note(ticket, context.now, "urged", kind, account)
    ticket = context.store.tickets.change(ticket, urged=ticket.urged + 1)
    refresh(context, ticket)
    chat = context.store.people.reach(ticket.assignee) if ticket.assignee else None
    if ticket.urged > 1 or chat is None or ticket.pinged_at is None:
        return ticket, []
    text = context.say("worker.urged", line=status_line(context, ticket))
    key = f"ticket:{ticket.id}:urged:{ticket.episode}"
    by_day = context.now if ticket.emergency else context.hours.awake(context.now)
    return ticket, [Say(chat, key, Face(text), Priority.CARD, ticket=ticket.id, not_before=by_day)]
