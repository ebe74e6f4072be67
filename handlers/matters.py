"""Which ticket a report belongs to that is about a matter already filed."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.messages import Incoming
from bot.domain.tickets import Ticket
from bot.domain.verdicts import OTHER_TOPIC, Verdict
from handlers.context import Context
from handlers.conversation import Talk, home_of
from handlers.likeness import SHARED_TOPICS, agree

_AS_LONG_AS_OPEN = timedelta(days=7)
"""How long an outage that nobody has settled can be joined, where the place agrees or the words are alike."""


def own_matter(said: Incoming, context: Context, verdict: Verdict) -> Ticket | None:
    """The same person goes on about what they reported minutes ago."""
    if said.anonymous:
        return None
    since = said.sent_at - timedelta(minutes=context.config.promises.burst_minutes)
    latest = context.store.tickets.latest_of(said.author, since, said.chat)
    if latest is None or not latest.going_on or latest.kind is not verdict.kind:
        return None
    if latest.listened and not context.listening:
        return None
    if latest.confidential and verdict.danger is not None:
        # Whoever can help must know: danger is filed as a matter of its own.
        return None
    same_topic = OTHER_TOPIC in (verdict.topic, latest.topic) or verdict.topic == latest.topic
    agrees = not verdict.place.known or not latest.place.known or latest.place.contains(verdict.place)
    return latest if same_topic and agrees else None


def same_matter(said: Incoming, context: Context, verdict: Verdict) -> Ticket | None:
    """A ticket of the last hour on the same matter: topic, kind and place agree; without a place the words do."""
    if verdict.topic == OTHER_TOPIC and verdict.danger is None:
        return None
    now, place = context.now, verdict.place
    if not place.known:
        place = place.over(home_of(said, context))
    hour = timedelta(minutes=context.config.promises.join_minutes)
    outage = verdict.topic in SHARED_TOPICS and verdict.danger is None
    for ticket in context.store.tickets.alike(
        verdict.kind, verdict.topic, now - (_AS_LONG_AS_OPEN if outage else hour)
    ):
        if ticket.listened and not context.listening:
            # Of what was only listened to nobody has been told.
            continue
        if ticket.confidential and verdict.danger is not None:
            continue
        if verdict.danger is not None and ticket.danger is None and not agree(ticket.place, place):
            continue
        # Danger is where it is: gas in another building is another emergency.
        shared = outage and ticket.danger is None
        if (
            shared
            # Of two groups that each name no place nobody knows whether they mean one.
            and (ticket.origin == said.chat or ticket.place.known or place.known)
            and not ticket.place.spots
            and not place.spots
            and _heard_since(context, ticket, now - hour)
        ):
            return ticket
        if ticket.place.known and place.known:
            if agree(ticket.place, place):
                return ticket
        elif ticket.origin == said.chat and _near(ticket.text, said.text):
            return ticket
    return None


def _heard_since(context: Context, ticket: Ticket, since: datetime) -> bool:
    """Whether somebody reported it after a moment."""
    messages = context.store.tickets.messages(ticket, "origin", "voice", "detail")
    return ticket.filed_at >= since or any(message.at >= since for message in messages)


def spoken_of(talk: Talk, verdict: Verdict) -> Ticket | None:
    """The ticket that the chat is talking about, where a report is one more voice on it."""
    for thread in talk.threads:
        if thread.ticket.going_on and talk.goes_with(thread, verdict):
            return thread.ticket
    return None


def _near(one: str, other: str) -> bool:
    """Whether two texts share a third of the smaller one's pairs of characters."""
    a, b = ({text[i : i + 2] for i in range(len(text) - 1)} for text in (one, other))
    smaller = min(len(a), len(b))
    return smaller > 0 and len(a & b) * 3 >= smaller
