"""One to five stars (评价): asked once after a reporter has confirmed, and never shown with a name."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.messages import Account, Address, Button, Buttons, Face, Incoming, Outgoing, Priority, Say
from bot.domain.stars import BEST, stars_in
from bot.domain.tickets import Outcome, State, Ticket
from handlers.context import Context, Refused

_ANSWERED_WITHIN = timedelta(days=7)
_UNDER_THE_CARD = timedelta(days=2)
"""How long the question stands in a group, where it is in everybody's way."""
_SAID_IN_GROUP = timedelta(minutes=30)
"""How soon after the question stars said in a group without a reply are meant for it."""


def ask(context: Context, ticket: Ticket) -> list[Outgoing]:
    """After the reporter has confirmed: the question, in private where the bot may write to them.

    Where it may not, the stars stand under the group's card until somebody answers or two days have passed.
    """
    reporter = ticket.reporter
    if reporter is None or ticket.listened or ticket.outcome is not Outcome.CONFIRMED:
        return []
    known = context.store.people.known(reporter)
    private = known is not None and known.reachable
    until = context.now + (_ANSWERED_WITHIN if private else _UNDER_THE_CARD)
    if not context.store.stars.ask(ticket.id, context.now, until, in_group=not private) or not private:
        return []
    text = context.say("stars.ask", number=ticket.number, topic=ticket.topic)
    # Whoever has just pressed is awake.
    return [
        Say(
            Address(reporter.platform, reporter.id),
            f"ticket:{ticket.id}:stars:{ticket.episode}",
            Face(text, _row(context, ticket)),
            Priority.ANSWER,
            ticket=ticket.id,
        )
    ]


def under_card(context: Context, ticket: Ticket) -> Buttons:
    """The stars to choose from under the group's card, as long as the question stands there."""
    if ticket.state is not State.CLOSED or ticket.outcome is not Outcome.CONFIRMED:
        return ()
    asked = context.store.stars.of(ticket.id)
    open_here = asked is not None and asked.in_group and asked.stars is None and asked.until > context.now
    return _row(context, ticket) if open_here else ()


def give(context: Context, ticket: Ticket, account: Account, count: int) -> str:
    """Keep the reporter's stars; the last word counts until the time is over. Returns the thanks. Raises Refused."""
    if ticket.reporter != account:
        raise Refused("stars.not_yours", number=ticket.number)
    asked = context.store.stars.of(ticket.id)
    if asked is None or asked.until <= context.now or not 1 <= count <= BEST:
        raise Refused("stars.over", number=ticket.number)
    context.store.stars.give(ticket.id, count, context.now)
    # No line in the diary: whoever worked on it reads that.
    key = "stars.thanks" if asked.stars is None else "stars.changed"
    return context.say(key, number=ticket.number, stars=count)


def discard(context: Context, ticket: Ticket) -> None:
    """It was not solved after all: what was said of it no longer counts."""
    context.store.stars.discard(ticket.id)


def said_in_words(said: Incoming, context: Context, answered: int | None) -> tuple[Ticket, int] | None:
    """The ticket and the stars where a message gives some; ``answered`` is the ticket that it replies to.

    In a group only as an answer to the ticket's card or soon after the question, so that talk of stars stays talk.
    """
    count = stars_in(said.text, asked=not said.in_group) if said.text and not said.edited else None
    if count is None:
        return None
    within = _SAID_IN_GROUP if said.in_group and answered is None else _ANSWERED_WITHIN
    open_to = context.store.stars.open_to(said.author, context.now, within)
    found = next((a for a in open_to if answered in (None, a.ticket)), None)
    ticket = context.store.tickets.get(found.ticket) if found else None
    return (ticket, count) if ticket is not None else None


def _row(context: Context, ticket: Ticket) -> Buttons:
    return (
        tuple(
            Button(
                context.say("stars.button", stars=count), f"t:{ticket.id}:star:{count}", number=ticket.number
            )
            for count in range(1, BEST + 1)
        ),
    )
