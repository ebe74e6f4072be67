"""What somebody takes back in the messenger itself (撤回), and who asks to be the bot's friend there."""

from __future__ import annotations

import re

from bot.domain.messages import (
    Account,
    Address,
    Befriend,
    Face,
    FriendRequest,
    Outgoing,
    Priority,
    Recalled,
    Say,
)
from bot.domain.permissions import COMMITTEE_ROLES
from bot.domain.tickets import Verb
from handlers.bindings import bring_open, is_code, redeem
from handlers.cards import refresh
from handlers.context import Context, Refused
from handlers.follow_ups import leave, whole
from handlers.steps import Step, take

_WORDS = re.compile(r"[a-z0-9]+")


def recalled(cause: Recalled, context: Context) -> list[Outgoing]:
    """A report that its author takes back in the messenger is withdrawn; a voice, a detail, a remark is forgotten."""
    context.store.memory.forget_message(cause.chat, cause.message)
    message = context.store.tickets.message_at(cause.chat, cause.message)
    if message is None or message.account != cause.author:
        # Somebody else's recall (a group's owner tidies up) does not undo a report.
        return []
    ticket = context.store.tickets.get(message.ticket, lock=True)
    if ticket is None or not (ticket.going_on or message.purpose == "proof"):
        return []
    actor = context.actor(cause.author)
    if message.purpose == "origin":
        return take(context, ticket, Step(Verb.WITHDRAW), actor)[1] if ticket.reporter == cause.author else []
    if message.purpose == "voice":
        leave(context, ticket, actor)
        return []
    context.store.tickets.drop_message(message)
    for photo in context.store.tickets.photos(ticket):
        # Where each photo is a message of its own, its handle is the message's.
        if (photo.platform, photo.file) == (cause.chat.platform, cause.message):
            context.store.tickets.photo_stored(photo.id, None, "recalled")
    if message.purpose == "piece":
        ticket = context.store.tickets.change(ticket, text=whole(context, ticket))
    refresh(context, ticket)
    return []


def friend_request(cause: FriendRequest, context: Context) -> list[Outgoing]:
    """Whoever shows an invitation's good code becomes a friend and is bound; whoever is bound becomes one again.

    Nobody else is answered, whatever they are called: a nickname proves nothing. The committee hears of a code that
    is not good, since the person who was meant waits in vain.
    """
    account, chat = cause.author, Address(cause.author.platform, cause.author.id)
    code = next((word for word in _WORDS.findall(cause.words.lower()) if is_code(word)), None)
    person = context.store.people.person_of(account)
    if code is None:
        return _again(context, cause, person) if person else []
    try:
        text, out = redeem(context, account, code, _named(context, cause.words))
    except Refused as no:
        if person:
            return _again(context, cause, person)
        return _lost(context, account, context.say(no.key, **no.values))
    if context.store.people.person_of(account) is None:
        # Somebody else has used the code: the alarm is all that comes of it.
        return out
    context.store.people.remember(account, started_at=context.now, blocked_at=None)
    hello = Say(chat, f"befriended:{chat.platform}:{cause.request}", Face(text), Priority.ANSWER)
    return [Befriend(chat, cause.request), hello, *out]


def _again(context: Context, cause: FriendRequest, person: str) -> list[Outgoing]:
    """Somebody who is bound comes back as a friend: what waited for them is brought."""
    chat = Address(cause.author.platform, cause.author.id)
    context.store.people.remember(cause.author, started_at=context.now, blocked_at=None)
    bring_open(context, person, chat)
    return [Befriend(chat, cause.request)]


def _named(context: Context, words: str) -> str:
    """The committee member who is named beside the first code; the account's own name proves nothing."""
    people = context.people_with(*COMMITTEE_ROLES)
    return next((context.name_of(person) for person in people if context.name_of(person) in words), "")


def _lost(context: Context, account: Account, reason: str) -> list[Outgoing]:
    text = context.say("choices.lost_code", account=account.name or account.id, reason=reason)
    # Once a day for each account: whoever tries code after code is no news.
    key = f"lost-code:{account.platform}:{account.id}:{context.today}"
    by_day = context.hours.awake(context.now)
    return [
        Say(chat, f"{key}:{n}", Face(text), Priority.GROUP, not_before=by_day)
        for n, chat in enumerate(context.committee_chats())
    ]
