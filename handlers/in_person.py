"""What is in mediation and whose reporter the bot cannot write to: whoever mediated asks them, and answers for them."""

from __future__ import annotations

from bot.domain.messages import Button, Face, Outgoing, Priority, Say
from bot.domain.tickets import State, Ticket, Verb
from handlers.confidence import confided_chats, is_confided
from handlers.context import Actor, Context

SAID = frozenset({Verb.CONFIRM, Verb.REJECT})
"""What a reporter answers, and whoever asked them may pass on."""


def unasked(context: Context, ticket: Ticket) -> bool:
    """Whether nobody but a person can ask the reporter whether they are satisfied: no group may read of it."""
    if not ticket.confidential or ticket.listened or ticket.state is not State.RESOLVED:
        return False
    known = context.store.people.known(ticket.reporter) if ticket.reporter else None
    return known is None or not known.reachable


def speaks_for(context: Context, ticket: Ticket, verb: Verb, actor: Actor) -> bool:
    """Whether somebody may pass on what the reporter answered face to face."""
    return verb in SAID and is_confided(actor) and unasked(context, ticket)


def ask(context: Context, ticket: Ticket) -> list[Outgoing]:
    """Whoever holds it is asked to ask, with a link that the reporter alone can use; the committee, where nobody can."""
    holder = context.store.people.reach(ticket.assignee) if ticket.assignee else None
    platform = ticket.reporter.platform if ticket.reporter else ""
    link = context.link(platform, f"t{ticket.number}") if platform else None
    text = context.say("in_person.ask", number=ticket.number)
    if link:
        text += context.say("in_person.link", link=link)
    row = tuple(
        Button(context.say(f"button.{verb.value}"), f"t:{ticket.id}:{verb.value}", number=ticket.number)
        for verb in (Verb.CONFIRM, Verb.REJECT)
    )
    return [
        Say(
            chat,
            f"ticket:{ticket.id}:in_person:{ticket.episode}:{chat.platform}:{chat.chat}",
            Face(text, (row,)),
            Priority.CARD,
            ticket=ticket.id,
            not_before=context.hours.awake(context.now),
        )
        for chat in ((holder,) if holder else confided_chats(context))
    ]
