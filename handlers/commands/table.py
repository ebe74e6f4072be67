"""The one table of commands, and how a message is read as one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from bot.classify.normalise import simplified
from bot.domain.messages import Address, Face, Incoming, Outgoing, Priority, Say
from bot.domain.permissions import Right
from handlers.commands import compound, duty, files, handing, lists, news, people, rates, rules, spoken, work
from handlers.commands.base import Command, Invocation
from handlers.context import Actor, Context, Refused

COMMANDS: tuple[Command, ...] = (
    *lists.COMMANDS,
    *work.COMMANDS,
    *handing.COMMANDS,
    *duty.COMMANDS,
    *spoken.COMMANDS,
    *files.COMMANDS,
    *rates.COMMANDS,
    *people.COMMANDS,
    *rules.COMMANDS,
    *compound.COMMANDS,
    *news.COMMANDS,
)
"""In the order of help."""

Confirmed = Callable[[Context, Actor, dict[str, object]], "list[Outgoing] | str"]

CONFIRMED: dict[str, Confirmed] = {
    **files.CONFIRMED,
    **people.CONFIRMED,
    **compound.CONFIRMED,
    **news.CONFIRMED,
}
"""What is done once somebody has confirmed it."""

_SLASH = re.compile(r"[/／]([^\s@/／]{1,32})(?:@(\w{1,64}))?\s*(.*)", re.DOTALL)


def read(said: Incoming, *, bare: bool) -> tuple[str, str] | None:
    """(word, rest) where a message is a command; ``bare`` also takes a Chinese alias without its slash."""
    text = unicodedata.normalize("NFKC", said.text).strip()
    found = _SLASH.match(text)
    if found:
        word = simplified(found[1].lower())
        # Who types in a hurry leaves out the space: /接单12.
        together = _run_together(text[1:], loosely=bare) if word not in _BY_WORD else None
        return together or (word, found[3].strip())
    if text.startswith("/"):
        return _run_together(text[1:].lstrip())
    return _run_together(text) if bare else None


def _run_together(text: str, *, loosely: bool = False) -> tuple[str, str] | None:
    """A command's word at the beginning, and what follows: a number or a pause, or ``loosely`` anything in Chinese."""
    for length in range(min(6, len(text)), 1, -1):
        word, rest = simplified(text[:length].lower()), text[length:]
        plain = not rest or rest[0] in " #:" or rest[0].isdigit()
        if word in _BY_WORD and (plain or (loosely and not word.isascii())):
            return word, rest.lstrip(" :").strip()
    return None


def find(word: str) -> Command | None:
    """The command of this name or alias."""
    return _BY_WORD.get(word)


def run(command: Command, said: Incoming, rest: str, context: Context) -> list[Outgoing]:
    """Check rights, in this one place, and run. Raises Refused."""
    actor = context.actor(said.author)
    if said.anonymous and command.needs is not Right.ANYBODY:
        raise Refused("refused.anonymous")
    allowed = {
        Right.ANYBODY: True,
        Right.STAFF: actor.staff,
        Right.COMMITTEE: actor.committee,
    }[command.needs]
    if not allowed:
        raise Refused(f"refused.needs_{command.needs.value}", command=command.aliases[0])
    return command.run(Invocation(context, actor, said, command.name, rest))


def confirmed(
    context: Context, actor: Actor, data: dict[str, object], chat: Address, key: str
) -> list[Outgoing]:
    """Carry out what was asked about, now that it has been confirmed."""
    facts = data.get("data")
    done = CONFIRMED[str(data.get("verb"))](context, actor, facts if isinstance(facts, dict) else {})
    return [Say(chat, key, Face(done), Priority.ANSWER)] if isinstance(done, str) else done


def menu(context: Context, needs: frozenset[Right]) -> tuple[tuple[str, str], ...]:
    """(name, description) of the commands that somebody with these rights may give, for the platform's menu."""
    return tuple(
        (c.name, f"{c.aliases[0]}:{context.say(f'command.{c.name}.does')}")
        for c in COMMANDS
        if c.needs in needs
    )


_BY_WORD: dict[str, Command] = {
    word: command for command in COMMANDS for word in (command.name, *command.aliases)
}
