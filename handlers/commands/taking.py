"""Taking a step by command, and saying that it was taken."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.messages import Incoming, Outgoing, Photo, React
from bot.domain.permissions import Audience
from bot.domain.tickets import Ticket, Verb
from handlers.commands.base import Invocation, answer
from handlers.commands.numbers import ticket_of
from handlers.context import Context
from handlers.faces import matter
from handlers.filing import JOINED
from handlers.steps import Step, take

LONGEST_NOTE = 500
MORE_PROOF = "more_proof"
"""What is waited for once something is done: further photos of it."""
PROOF_ASKED_FOR = timedelta(minutes=30)
"""How long the question for a proof stays open."""
_PROOF_GOES_ON = timedelta(minutes=10)
"""How long before and after 办结 a photo belongs to it: many messengers send each by itself, and words apart."""


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


def await_more(context: Context, said: Incoming, ticket: Ticket) -> None:
    """Photos that follow within minutes, from the same person in the same chat, are proof as well."""
    until = context.now + _PROOF_GOES_ON
    context.store.memory.expect(
        said.chat, said.author, MORE_PROOF, until, ticket.id, wordless=not said.text.strip()
    )


def photos_before(context: Context, said: Incoming) -> tuple[Photo, ...]:
    """Photos that somebody sent just before, and that belong to nothing yet."""
    recent = context.store.memory.recent(said.chat, said.author, said.sent_at - _PROOF_GOES_ON)
    return tuple(photo for piece in recent if not piece.text for photo in piece.photos)
