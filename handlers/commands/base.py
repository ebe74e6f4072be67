"""What a command is, how it is read, and how it answers."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.messages import Address, Button, Buttons, Face, Incoming, Outgoing, Priority, Say
from bot.domain.permissions import Right
from handlers.context import Actor, Context, Refused


@dataclass(frozen=True, slots=True)
class Invocation:
    """A command as somebody gave it."""

    context: Context
    actor: Actor
    said: Incoming
    name: str
    """The Latin name, whatever alias was typed."""
    rest: str
    """Everything after the command's word, normalised (full-width digits and spaces made plain), stripped."""

    @property
    def words(self) -> tuple[str, ...]:
        """The rest, word by word."""
        return tuple(self.rest.split())


Run = Callable[[Invocation], list[Outgoing]]


@dataclass(frozen=True, slots=True)
class Command:
    """A row of the table. Its texts are ``command.<name>.does`` and ``command.<name>.usage``."""

    name: str
    aliases: tuple[str, ...]
    """Chinese words, the first one shown in help."""
    needs: Right
    """ANYBODY, STAFF or COMMITTEE; rights to a single ticket are checked by its step."""
    run: Run
    private: bool = False
    """Its answer shows persons: it is given in private only, wherever it was asked."""


def answer(invocation: Invocation, text: str, buttons: Buttons = (), part: str = "") -> Say:
    """The answer, in the chat where the command was given. ``part`` tells several answers to one command apart."""
    said = invocation.said
    return Say(
        to=said.chat,
        key=_key(said, part),
        face=Face(text, buttons),
        priority=Priority.ANSWER,
        reply_to=said.message if said.in_group else None,
    )


def private_chat(invocation: Invocation) -> Address:
    """Where an answer that shows persons goes. Raises Refused where the asker has not pressed Start."""
    said = invocation.said
    if not said.in_group:
        return said.chat
    known = invocation.context.store.people.known(invocation.actor.account)
    if known is None or not known.reachable:
        raise Refused("refused.start_first")
    return Address(said.author.platform, said.author.id)


def privately(invocation: Invocation, text: str, buttons: Buttons = (), part: str = "") -> list[Outgoing]:
    """The answer in the asker's private chat; in a group one short line says so."""
    said = invocation.said
    chat = private_chat(invocation)
    out: list[Outgoing] = [Say(chat, _key(said, "private" + part), Face(text, buttons), Priority.ANSWER)]
    if said.in_group:
        out.append(answer(invocation, invocation.context.say("command.sent_privately")))
    return out


def ask_first(invocation: Invocation, question: str, verb: str, **data: object) -> list[Outgoing]:
    """Ask before something that cannot be undone easily; the answer is a button or the word 确认 within ten minutes."""
    context, said = invocation.context, invocation.said
    token = secrets.token_hex(6)
    context.store.memory.expect(
        said.chat,
        said.author,
        "confirm",
        context.now + timedelta(minutes=10),
        verb=verb,
        token=token,
        data=data,
    )
    buttons = (
        (
            Button(context.say("button.yes"), f"c:{token}:yes"),
            Button(context.say("button.no"), f"c:{token}:no"),
        ),
    )
    return [answer(invocation, question, buttons)]


def _key(said: Incoming, part: str) -> str:
    return f"answer:{said.chat.platform}:{said.chat.chat}:{said.message}{':' + part if part else ''}"
