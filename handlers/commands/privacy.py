"""What is kept about people, and how they have it removed."""

from __future__ import annotations

from collections.abc import Sequence

from bot.classify.normalise import simplified
from bot.domain.messages import Account, Address, Outgoing
from bot.domain.permissions import Right
from bot.domain.privacy import without_names
from handlers.blotting import names_of, on_roster
from handlers.cards import refresh
from handlers.commands.base import Command, Invocation, answer, ask_first
from handlers.context import Actor, Context, Refused
from handlers.routing import areas_in_words
from storage.erasure import change_words, known_as, others_known, touched_by
from storage.upkeep import blot_reports

_FORGET = frozenset({"删除我", "删除", "删掉我", "忘记我", "忘了我", "delete", "forget"})
_LEAVE = frozenset({"别记我", "不要记我", "不记我", "off"})
_RETURN = frozenset({"记我", "恢复", "可以记我", "on"})


def privacy(invocation: Invocation) -> list[Outgoing]:
    """What is kept and for how long; with a word: be forgotten, no longer be read, be read again."""
    context, word = invocation.context, "".join(invocation.words).lower()
    if word and invocation.said.anonymous:
        # All anonymous admins share one account: none of them may speak for the others.
        raise Refused("refused.anonymous")
    if word in _FORGET:
        return _ask_to_forget(invocation)
    if word in _LEAVE | _RETURN:
        return [answer(invocation, _read(invocation, leaving=word in _LEAVE))]
    if word:
        raise Refused("command.usage", usage=context.say("command.privacy.usage"))
    keep, compound = context.config.keep, context.config.compound
    tickets = (
        context.say("command_privacy.days", days=keep.ticket_days)
        if keep.ticket_days
        else context.say("command_privacy.always")
    )
    text = context.say(
        "command_privacy.kept",
        compound=compound.name,
        minutes=keep.context_minutes,
        tickets=tickets,
        media=keep.media_days,
        run_by=compound.run_by,
        contact=compound.contact,
    )
    return [answer(invocation, text)]


def _ask_to_forget(invocation: Invocation) -> list[Outgoing]:
    context, actor = invocation.context, invocation.actor
    if actor.staff:
        # Whoever has duties is in the diary of every ticket they worked on; they step back first.
        raise Refused("command_privacy.staff", duties=areas_in_words(actor.duties))
    return ask_first(invocation, context.say("command_privacy.ask"), "forget")


def _read(invocation: Invocation, *, leaving: bool) -> str:
    context, account = invocation.context, invocation.actor.account
    context.store.people.remember(account, opted_out_at=context.now if leaving else None)
    if leaving:
        context.store.memory.forget(account)
    key = "resident.opted_out" if leaving else "resident.opted_in"
    return context.say(key, phone=context.config.compound.phone)


def _forget(context: Context, actor: Actor, _data: dict[str, object]) -> str:
    if actor.staff:
        raise Refused("command_privacy.staff", duties=areas_in_words(actor.duties))
    account, store = actor.account, context.store
    touching = touched_by(store, account)
    _blot_name(context, account, touching)
    _, going_on = blot_reports(store, account)
    touched = store.tickets.forget(account)
    for ticket in store.tickets.get_all(touching).values():
        # What the cards show is kept in their rows.
        refresh(context, ticket)
    for card in store.cards.in_chat(Address(account.platform, account.id)):
        store.cards.retire(card, None, context.now)
    store.people.forget(account)
    store.memory.forget(account)
    key = "command_privacy.gone_later" if going_on else "command_privacy.gone"
    return context.say(key, count=touched, going_on=going_on)


def _blot_name(context: Context, account: Account, ids: Sequence[int]) -> None:
    """Staff write names into reasons, proofs and notes: this one is taken out of all that they had to do with."""
    known = known_as(context.store, account)
    # Who is called like somebody on duty, or like a thing, is not taken out of sentences about those.
    names = names_of(context, {*known, *map(simplified, known)})
    others = others_known(context.store, account) | on_roster(context)
    change_words(context.store, ids, lambda text: without_names(text, names, others))


COMMANDS: tuple[Command, ...] = (Command("privacy", ("隐私",), Right.ANYBODY, privacy),)

CONFIRMED = {"forget": _forget}
