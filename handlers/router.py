"""Which handler a cause belongs to, and the polite answer to what is refused."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from bot.domain.messages import (
    Cause,
    Face,
    Fetched,
    FriendRequest,
    Incoming,
    Membership,
    Moved,
    Outgoing,
    Press,
    Priority,
    Reacted,
    Recalled,
    Say,
    Undelivered,
    Unheard,
)
from handlers import answers, expected, groups, hearing, presses, reactions, recalls, reports
from handlers.bindings import is_code
from handlers.cards import photo_beside, refresh
from handlers.commands import table
from handlers.context import Actor, Context, Purpose, Refused

_QUOTED = re.compile(r"#(\d{1,9})\s+(?=\S)")
_AGE = timedelta(hours=24)
"""Telegram keeps updates for a day; a message older than that is history, not a report."""


def handle(cause: Cause, context: Context) -> list[Outgoing]:
    """What a cause brings about. Changes the store; sends nothing.

    Raises Refused for what somebody may not do: then nothing of it may stay, and ``refusal`` is the answer.
    """
    match cause:
        case Incoming():
            return _message(cause, context)
        case Press():
            return presses.handle(cause, context)
        case Membership():
            return groups.membership(cause, context)
        case Moved():
            return groups.moved(cause, context)
        case Fetched():
            return _fetched(cause, context)
        case Undelivered():
            return groups.undelivered(cause, context)
        case Reacted():
            return reactions.reacted(cause, context)
        case Recalled():
            return recalls.recalled(cause, context)
        case FriendRequest():
            return recalls.friend_request(cause, context)
        case Unheard():
            return hearing.unheard(cause, context)


def refusal(cause: Cause, context: Context, no: Refused) -> list[Outgoing]:
    """The polite answer to a message or a press that was refused."""
    text = context.say(no.key, **no.values)
    if isinstance(cause, Press):
        return [presses.toast(cause, text[:190], alert=True)]
    if not isinstance(cause, Incoming):
        return []
    if not cause.in_group:
        _reachable_now(cause, context)
    key = f"answer:{cause.chat.platform}:{cause.chat.chat}:{cause.message}"
    reply_to = cause.message if cause.in_group else None
    return [Say(cause.chat, key, Face(text), Priority.ANSWER, reply_to=reply_to)]


def _reachable_now(said: Incoming, context: Context) -> None:
    """Who writes to the bot alone can be answered there."""
    known = context.store.people.known(said.author)
    if known is None or not known.reachable:
        context.store.people.remember(said.author, started_at=context.now, blocked_at=None)


def _message(said: Incoming, context: Context) -> list[Outgoing]:
    if context.now - said.sent_at > _AGE:
        return []
    purpose = context.purpose(said.chat)
    if said.in_group and purpose is None:
        # A configured group's other topics are not ours; a group that is not configured at all is left.
        known = any(
            (g.platform, g.chat) == (said.chat.platform, said.chat.chat)
            for p in Purpose
            for g in context.groups(p)
        )
        return [] if known else groups.turned_away(context, said.chat)
    actor = context.actor(said.author)
    pressed = answers.answered(said, context, actor)
    if pressed is not None:
        return pressed
    said = _as_reply(said, context)
    inside = purpose in (Purpose.STAFF, Purpose.COMMITTEE) or (not said.in_group and actor.staff)
    order = table.read(said, bare=inside) if said.text and not said.edited and not said.forwarded else None
    if order is None and not said.in_group:
        order = _as_if_pressed(said, context)
    if order is not None:
        command = table.find(order[0])
        if command is not None:
            return table.run(command, said, order[1], context)
        if said.mentions_bot or not said.in_group:
            raise Refused("refused.unknown_command", command=order[0][:32])
        return []
    if actor.staff and not said.edited:
        awaited = expected.answered(said, context, actor)
        if awaited is not None:
            return awaited
    if purpose is Purpose.OWNERS:
        context.store.hearing.heard(said.chat, context.now)
        return reports.heard(said, context, actor)
    if said.in_group:
        return []
    return _private(said, context, actor)


def _as_reply(said: Incoming, context: Context) -> Incoming:
    """Where a quotation names no message, its number says which card is answered: ``#12 我家也是`` is a reply to it."""
    found = _QUOTED.match(said.text)
    if said.reply_to is not None or not said.reply_to_bot or found is None:
        return said
    ticket = context.store.tickets.numbered(int(found[1]))
    cards = context.store.cards.of(ticket.id) if ticket is not None else ()
    card = next((c.message for c in cards if c.message and c.to.whole == said.chat.whole), None)
    own = ticket.message if ticket is not None and ticket.origin == said.chat else None
    return replace(said, text=said.text[found.end() :], reply_to=card or own)


def _as_if_pressed(said: Incoming, context: Context) -> tuple[str, str] | None:
    """What a resident, or whoever is not bound yet, writes alone to the bot in place of opening a link or pressing.

    An invitation's code; where there are no buttons also a command's bare word with nothing but a number.
    """
    word = said.text.strip()
    if said.edited or said.forwarded:
        return None
    if is_code(word):
        return "start", word
    order = table.read(said, bare=True) if not context.able(said.chat.platform).buttons else None
    return order if order is not None and not order[1].strip(" #号.。").strip("0123456789") else None


def _private(said: Incoming, context: Context, actor: Actor) -> list[Outgoing]:
    """Somebody writes to the bot alone: a report like any other, or a hint what it is for."""
    _reachable_now(said, context)
    known = context.store.people.known(said.author)
    awaited = expected.answered(said, context, actor) if not actor.staff else None
    if awaited is not None:
        return awaited
    act = context.files.classifier.act(said.text) if said.text else None
    if act is not None and act.kind.value in ("opt_out", "opt_in"):
        return reports.opt(said, context, act)
    if known is not None and known.opted_out_at is not None and not actor.staff:
        return reports.answer_unread(said, context)
    out = reports.listen(said, context, actor, act)
    if out or said.edited or context.store.tickets.message_at(said.chat, said.message) is not None:
        return out
    key = f"hint:{said.chat.platform}:{said.chat.chat}:{context.local:%Y-%m-%d}"
    return [Say(said.chat, key, Face(context.say("private.hint")), Priority.ANSWER)]


def _fetched(done: Fetched, context: Context) -> list[Outgoing]:
    """A photo has arrived: the cards show it."""
    photo = context.store.tickets.photo(done.photo)
    if photo is None:
        return []
    context.store.tickets.photo_stored(done.photo, done.media, done.reason)
    ticket = context.store.tickets.get(photo.ticket)
    if ticket is None:
        return []
    refresh(context, ticket)
    return photo_beside(context, ticket, photo.id, done.media) if photo.purpose == "report" else []
