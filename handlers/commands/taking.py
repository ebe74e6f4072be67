"""Taking a step by command, and saying that it was taken."""

from __future__ import annotations

from bot.domain.messages import Outgoing, React
from bot.domain.permissions import Audience
from bot.domain.tickets import Ticket, Verb
from handlers.commands.base import Invocation, answer
from handlers.commands.numbers import ticket_of
from handlers.faces import matter
from handlers.filing import JOINED
from handlers.steps import Step, take

LONGEST_NOTE = 500


def step(invocation: Invocation, verb: Verb) -> list[Outgoing]:
    """A step that needs nothing but the ticket; what else is said becomes its note."""
    ticket, note = ticket_of(invocation, invocation.rest, verb)
    taken = Step(verb, note=note[:LONGEST_NOTE])
    ticket, out = take(invocation.context, ticket, taken, invocation.actor)
    text = invocation.context.say(f"toast.{verb.value}", number=ticket.number)
    return [*out, *said_done(invocation, ticket, f"{text} {matter(ticket)}")]


def said_done(invocation: Invocation, ticket: Ticket, text: str) -> list[Outgoing]:
    """That it is done: one line, or a mere sign in a group whose own card says it already."""
    context, said = invocation.context, invocation.said
    cards = context.store.cards.of(ticket.id, Audience.OWNERS_GROUP.value)
    if said.in_group and any(card.to.chat == said.chat.chat and not card.lost for card in cards):
        return [React(said.chat, said.message, JOINED)]
    return [answer(invocation, text)]
