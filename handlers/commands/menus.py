"""Command menus: each chat is shown the commands its readers may give. Display only; rights are checked at the command."""

from __future__ import annotations

from bot.domain.messages import EVERY_GROUP, EVERY_PRIVATE_CHAT, Address, Outgoing, PublishMenu
from bot.domain.permissions import Right
from bot.texts import english_menu
from handlers.commands.table import menu
from handlers.context import Context, Purpose

_EVERYBODY = frozenset({Right.ANYBODY})
_STAFF = frozenset({Right.ANYBODY, Right.STAFF})
_ALL = frozenset({Right.ANYBODY, Right.STAFF, Right.COMMITTEE})


def publish_menus(context: Context) -> list[Outgoing]:
    """The menus of all chats; each is sent only when it has changed."""
    out: list[Outgoing] = []
    for platform in dict.fromkeys(group.platform for group in context.config.groups.all):
        for everywhere in (EVERY_PRIVATE_CHAT, EVERY_GROUP):
            out.append(PublishMenu(Address(platform, everywhere), menu(context, _EVERYBODY)))
            out.append(PublishMenu(Address(platform, everywhere), _in_english(context), "en"))
    # A group that writes traditional characters has a menu of its own: no app's language tells the two apart.
    for group in context.config.groups.owners:
        if group.script != "simplified":
            chat = context.configured(group.address)
            out += [PublishMenu(chat, menu(context, _EVERYBODY))] if chat else []
    for purpose, rights in ((Purpose.STAFF, _STAFF), (Purpose.COMMITTEE, _ALL)):
        out += [PublishMenu(chat, menu(context, rights)) for chat in context.groups(purpose)]
    for binding in context.store.people.bindings():
        out += menu_of(context, binding.person)
    return out


def _in_english(context: Context) -> tuple[tuple[str, str], ...]:
    words = english_menu()
    return tuple((name, words[name]) for name, _ in menu(context, _EVERYBODY) if name in words)


def menu_of(context: Context, person: str) -> list[Outgoing]:
    """The menu in a bound person's private chat, by the rights of today."""
    chat = context.store.people.reach(person)
    if chat is None:
        return []
    actors = [context.actor(account) for account in context.store.people.accounts_of(person)]
    committee = any(actor.committee for actor in actors)
    staff = any(actor.staff for actor in actors)
    return [PublishMenu(chat, menu(context, _ALL if committee else _STAFF if staff else _EVERYBODY))]
