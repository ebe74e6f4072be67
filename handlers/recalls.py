"""What somebody takes back in the messenger itself (撤回), and who asks to be the bot's friend there."""

from __future__ import annotations

from bot.domain.messages import Address, Befriend, Face, FriendRequest, Outgoing, Priority, Recalled, Say
from bot.domain.tickets import Verb
from handlers.bindings import is_code, redeem
from handlers.cards import refresh
from handlers.context import Context
from handlers.follow_ups import leave, whole
from handlers.steps import Step, take


def recalled(cause: Recalled, context: Context) -> list[Outgoing]:
    """A report that its author takes back in the messenger is withdrawn; a voice, a detail, a remark is forgotten."""
    context.store.memory.forget_message(cause.chat, cause.message)
    message = context.store.tickets.message_at(cause.chat, cause.message)
    if message is None or message.account != cause.author:
        # Somebody else's recall (a group's owner tidies up) does not undo a report.
        return []
    ticket = context.store.tickets.get(message.ticket, lock=True)
    if ticket is None or not ticket.going_on:
        return []
    actor = context.actor(cause.author)
    if message.purpose == "origin":
        return take(context, ticket, Step(Verb.WITHDRAW), actor)[1] if ticket.reporter == cause.author else []
    if message.purpose == "voice":
        leave(context, ticket, actor)
        return []
    context.store.tickets.drop_message(message)
    if message.purpose == "piece":
        ticket = context.store.tickets.change(ticket, text=whole(context, ticket))
    refresh(context, ticket)
    return []


def friend_request(cause: FriendRequest, context: Context) -> list[Outgoing]:
    """Whoever shows an invitation's code with the request becomes a friend and is bound; nobody else is answered.

    Raises Refused for a code that is not good.
    """
    code = next((word for word in cause.words.split() if is_code(word.strip().lower())), None)
    if code is None:
        return []
    chat = Address(cause.author.platform, cause.author.id)
    text, out = redeem(context, cause.author, code, cause.author.name)
    context.store.people.remember(cause.author, started_at=context.now, blocked_at=None)
    hello = Say(chat, f"befriended:{chat.platform}:{cause.request}", Face(text), Priority.ANSWER)
    return [Befriend(chat, cause.request), hello, *out]
