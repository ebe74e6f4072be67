"""An emoji instead of a message: a neighbour's thumb on a matter is one more household, and taking it back is one less."""

from __future__ import annotations

from hashlib import sha256

from bot.domain.messages import Address, Outgoing, Reacted
from bot.domain.tickets import Ticket
from handlers.cards import audience_at, refresh
from handlers.context import Context, Purpose
from storage.tickets import distinct_voices

AGREES = frozenset({"👍", "🙏"})
"""Emoji that mean 附议, as written words would. All others say nothing to us."""


def reacted(change: Reacted, context: Context) -> list[Outgoing]:
    """Count a voice or take it back, without a word; only on a matter that is going on, in an owners' group."""
    ticket = _about(change, context)
    if ticket is None or not ticket.going_on or ticket.listened or ticket.confidential:
        return []
    key = _key(change)
    counted = context.store.tickets.message_at(change.chat, key)
    agrees = not AGREES.isdisjoint(change.emoji)
    if agrees is (counted is not None) or (agrees and not _may(change, context, ticket)):
        return []
    before = _voices(context, ticket)
    if counted is not None:
        context.store.tickets.drop_message(counted)
    else:
        context.store.tickets.add_message(
            ticket, change.chat, key, change.author, purpose="voice", text="", at=change.at
        )
    count = max(ticket.voices + _voices(context, ticket) - before, 0)
    ticket = context.store.tickets.change(ticket, voices=count)
    verb = "parted" if counted is not None else "voice"
    context.store.tickets.note(ticket, context.now, verb, "resident", change.author)
    refresh(context, ticket)
    return []


def _key(change: Reacted) -> str:
    """Stands for a message's id: one for each person and marked message, and names nobody."""
    who = sha256(f"{change.author.platform}:{change.author.id}".encode()).hexdigest()[:24]
    return f"r:{change.message[:36]}:{who}"


def _about(change: Reacted, context: Context) -> Ticket | None:
    """The ticket whose card, or whose first message, was marked."""
    home = context.configured(change.chat)
    if home is None or context.purpose(home) is not Purpose.OWNERS:
        return None
    card = context.store.cards.at(change.chat, change.message)
    if card is not None:
        group = Address(card.to.platform, card.to.chat, home.thread)
        return (
            context.store.tickets.get(card.ticket)
            if card.audience == audience_at(context, group).value
            else None
        )
    said = context.store.tickets.message_at(change.chat, change.message)
    return context.store.tickets.get(said.ticket) if said is not None and said.purpose == "origin" else None


def _may(change: Reacted, context: Context, ticket: Ticket) -> bool:
    """Not the reporter's own, not staff's, and nobody's who does not want to be read."""
    known = context.store.people.known(change.author)
    unread = known is not None and (
        known.opted_out_at is not None
        or (known.ignored_until is not None and known.ignored_until > context.now)
    )
    return not unread and change.author != ticket.reporter and not context.actor(change.author).staff


def _voices(context: Context, ticket: Ticket) -> int:
    return distinct_voices(context.store.tickets.messages(ticket, "voice"), ticket.reporter)
