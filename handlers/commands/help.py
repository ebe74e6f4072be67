"""Help (帮助): which commands somebody may give, and how each is written."""

from __future__ import annotations

from difflib import get_close_matches

from bot.domain.messages import Outgoing
from bot.domain.permissions import Right
from handlers.commands.base import Command, Invocation, answer, privately
from handlers.context import Refused

_ORDER = (Right.ANYBODY, Right.STAFF, Right.COMMITTEE)


def help_(invocation: Invocation) -> list[Outgoing]:
    """The commands that this person may give, or how one is written. A resident needs none: that is said first."""
    context, actor = invocation.context, invocation.actor
    if invocation.rest:
        return [answer(invocation, _usage(invocation, invocation.words[0].lstrip("/／").lower()))]
    blocks = [context.say("command_help.staff" if actor.staff else "command_help.resident")]
    for right in _ORDER:
        mine = [c for c in every_command() if c.needs is right and _allowed(invocation, c)]
        if mine:
            lines = [context.say(f"command_help.for_{right.value}")] if actor.staff else []
            lines += [
                context.say(
                    "command_help.line", alias=c.aliases[0], does=context.say(f"command.{c.name}.does")
                )
                for c in mine
            ]
            blocks.append("\n".join(lines))
    if actor.staff:
        blocks.append(context.say("command_help.more"))
        # Thirty lines are too many for a group.
        return privately(invocation, "\n\n".join(blocks))
    return [answer(invocation, "\n\n".join(blocks))]


def every_command() -> tuple[Command, ...]:
    """The whole table, this command included."""
    # The table holds this command, so it can only be read when it is whole.
    from handlers.commands import table  # noqa: PLC0415

    return table.COMMANDS


def _allowed(invocation: Invocation, command: Command) -> bool:
    actor = invocation.actor
    return {Right.STAFF: actor.staff, Right.COMMITTEE: actor.committee}.get(command.needs, True)


def _usage(invocation: Invocation, word: str) -> str:
    context = invocation.context
    mine = {w: c for c in every_command() if _allowed(invocation, c) for w in (c.name, *c.aliases)}
    command = mine.get(word)
    if command is None:
        near = get_close_matches(word, list(mine), n=1, cutoff=0.4) or [w for w in mine if word in w]
        if near:
            raise Refused("command_help.unknown_near", word=word[:32], near=near[0])
        raise Refused("command_help.unknown", word=word[:32])
    return context.say(
        "command_help.usage",
        does=context.say(f"command.{command.name}.does"),
        usage=context.say(f"command.{command.name}.usage"),
        words="、".join(f"/{w}" for w in (command.name, *command.aliases)),
    )


COMMANDS: tuple[Command, ...] = (Command("help", ("帮助",), Right.ANYBODY, help_),)
