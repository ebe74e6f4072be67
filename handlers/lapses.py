"""What time alone does to a ticket: nobody confirmed it, or its pause is over."""

from __future__ import annotations

from bot.domain.messages import Address, Face, Outgoing, Priority, Say
from bot.domain.tickets import Outcome, State, Ticket, Verb, after
from handlers.cards import refresh, ring_again, tell_committee
from handlers.clocks import after_step
from handlers.context import Context
from handlers.duty import is_on_leave
from handlers.effects import pass_on
from handlers.faces import status_line


def expire(context: Context, ticket: Ticket) -> tuple[Ticket, list[Outgoing]]:
    """Nobody confirmed in time: closed as unconfirmed."""
    state = after(ticket.kind, ticket.state, Verb.EXPIRE)
    if state is None:
        return ticket, []
    ticket = context.store.tickets.change(
        ticket, state=state.value, due_at=None, outcome=Outcome.UNCONFIRMED.value
    )
    context.store.tickets.note(ticket, context.now, Verb.EXPIRE.value, "linli")
    refresh(context, ticket)
    return ticket, []


def wake(context: Context, ticket: Ticket) -> tuple[Ticket, list[Outgoing]]:
    """A pause has ended: whoever holds it is told, and its clock runs again."""
    state = State.ACCEPTED if ticket.assignee else State.OPEN
    ticket = context.store.tickets.change(
        ticket, state=state.value, due_at=None, paused_until=None, paused_reason=""
    )
    context.store.tickets.note(ticket, context.now, Verb.RESUME.value, "linli")
    if state is State.OPEN or is_on_leave(context, ticket.assignee):
        # Whoever is asked now has a card of their own.
        ticket = pass_on(context, ticket) if ticket.assignee else ring_again(context, ticket)
        refresh(context, ticket)
        return ticket, []
    ticket = after_step(context, ticket, ticket)
    chat: Address | None = context.store.people.reach(ticket.assignee) if ticket.assignee else None
    if chat is None:
        refresh(context, ticket)
        tell_committee(context, ticket)
        return ticket, []
    refresh(context, ticket, {chat})
    text = context.say("worker.resumed", line=status_line(context, ticket))
    key = f"ticket:{ticket.id}:resumed:{context.now.isoformat()}"
    return ticket, [Say(chat, key, Face(text), Priority.CARD, ticket=ticket.id)]
