"""What is said about a ticket without adding to its report: remarks, questions for its state, word that it is over."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.messages import Button, Buttons, Face, Incoming, Outgoing, Priority, Say
from bot.domain.tickets import State, Ticket, Verb, after
from handlers.cards import refresh
from handlers.context import Actor, Context
from handlers.faces import matter, status_line

_AGAIN = timedelta(hours=1)
"""How soon the same ticket's state is told again."""
COMMENT, QUESTION, SOLVED = "comment", "question", "solved"


def remark(said: Incoming, context: Context, ticket: Ticket, *, keep: bool) -> list[Outgoing]:
    """Something about the matter. Only what may help to settle it is kept with its words and its author."""
    context.store.tickets.add_message(
        ticket,
        said.chat,
        said.message,
        said.author if keep and not said.anonymous else None,
        purpose=COMMENT,
        text=said.text if keep else "",
        at=said.sent_at,
    )
    if keep:
        refresh(context, ticket)
    return []


def tell_state(said: Incoming, context: Context, ticket: Ticket) -> list[Outgoing]:
    """Somebody asks how far it is: the ticket's state, in the group, once an hour for each ticket."""
    if not _tie(said, context, ticket, QUESTION):
        return []
    told = [event.at for event in context.store.tickets.diary(ticket) if event.verb == "state_told"]
    if told and context.now - told[-1] < _AGAIN:
        return []
    if ticket.listened or context.muted or (context.quiet and not ticket.emergency):
        return []
    context.store.tickets.note(ticket, context.now, "state_told", "linli")
    key = f"state:{ticket.id}:{context.now.isoformat()}"
    line = status_line(context, ticket)
    return [
        Say(said.chat, key, Face(line), Priority.ANSWER, reply_to=said.message, silent=True, ticket=ticket.id)
    ]


def propose_closing(said: Incoming, context: Context, ticket: Ticket, actor: Actor) -> list[Outgoing]:
    """Somebody says it is over. The cards say so, and who may close it is asked, once; nothing is closed by hearsay."""
    asked = bool(context.store.tickets.messages(ticket, SOLVED))
    if not _tie(said, context, ticket, SOLVED):
        return []
    if not ticket.going_on and ticket.state is not State.RESOLVED:
        return []
    context.store.tickets.note(ticket, context.now, "said_solved", actor.kind, said.author)
    refresh(context, ticket)
    if asked or ticket.listened:
        return []
    return [*_ask_reporter(said, context, ticket), *_ask_worker(context, ticket)]


def _ask_reporter(said: Incoming, context: Context, ticket: Ticket) -> list[Outgoing]:
    """One line in the group with the button that the reporter alone may press."""
    if context.muted or context.quiet or ticket.state is State.RESOLVED or ticket.confidential:
        # Where it is said to be done, the question stands on the card already.
        return []
    buttons: Buttons = ()
    if after(ticket.kind, ticket.state, Verb.CONFIRM) is not None:
        label = context.say(f"button.{Verb.CONFIRM.value}")
        buttons = ((Button(label, f"t:{ticket.id}:{Verb.CONFIRM.value}", number=ticket.number),),)
    text = context.say("conversation.is_it_over", number=ticket.number, matter=matter(ticket))
    key = f"ticket:{ticket.id}:said_solved:{ticket.episode}"
    return [
        Say(said.chat, key, Face(text, buttons), Priority.GROUP, reply_to=ticket.message, ticket=ticket.id)
    ]


def _ask_worker(context: Context, ticket: Ticket) -> list[Outgoing]:
    """Whoever holds it is asked to look and to say 办结 themselves."""
    chat = context.store.people.reach(ticket.assignee) if ticket.assignee else None
    if chat is None or not ticket.going_on:
        return []
    text = context.say("conversation.look_and_close", line=status_line(context, ticket), number=ticket.number)
    key = f"ticket:{ticket.id}:look_and_close:{ticket.episode}"
    by_day = context.hours.awake(context.now)
    return [Say(chat, key, Face(text), Priority.CARD, ticket=ticket.id, not_before=by_day)]


def _tie(said: Incoming, context: Context, ticket: Ticket, purpose: str) -> bool:
    """Keep a message with the ticket; False where it was kept already."""
    return context.store.tickets.add_message(
        ticket,
        said.chat,
        said.message,
        None if said.anonymous else said.author,
        purpose=purpose,
        text=said.text,
        at=said.sent_at,
        album=said.album,
    )
