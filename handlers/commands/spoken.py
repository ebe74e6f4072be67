"""Steps that are mostly pressed or said in passing, as commands and words of their own."""

from __future__ import annotations

from bot.domain.messages import Outgoing
from bot.domain.permissions import Right
from bot.domain.tickets import Verb
from handlers.commands.base import Command, Invocation
from handlers.commands.taking import step


def arrive(invocation: Invocation) -> list[Outgoing]:
    """到场 12: said to be on site."""
    return step(invocation, Verb.ARRIVE)


def resume(invocation: Invocation) -> list[Outgoing]:
    """继续 12: a pause ends early."""
    return step(invocation, Verb.RESUME)


def false_alarm(invocation: Invocation) -> list[Outgoing]:
    """误报 12: stops it everywhere."""
    return step(invocation, Verb.FALSE_ALARM)


def release(invocation: Invocation) -> list[Outgoing]:
    """放行 12: a held ticket goes its way."""
    return step(invocation, Verb.RELEASE)


def solved(invocation: Invocation) -> list[Outgoing]:
    """已解决 12: the reporter confirms."""
    return step(invocation, Verb.CONFIRM)


def unsolved(invocation: Invocation) -> list[Outgoing]:
    """未解决 12: the reporter says it is not."""
    return step(invocation, Verb.REJECT)


def withdraw(invocation: Invocation) -> list[Outgoing]:
    """撤回 12: the reporter takes it back."""
    return step(invocation, Verb.WITHDRAW)


COMMANDS: tuple[Command, ...] = (
    Command("arrive", ("到场",), Right.STAFF, arrive),
    Command("resume", ("继续", "继续办理"), Right.STAFF, resume),
    Command("falsealarm", ("误报",), Right.STAFF, false_alarm),
    Command("release", ("放行",), Right.COMMITTEE, release),
    Command("solved", ("已解决",), Right.ANYBODY, solved),
    Command("unsolved", ("未解决", "没解决"), Right.ANYBODY, unsolved),
    Command("withdraw", ("撤回",), Right.ANYBODY, withdraw),
)
