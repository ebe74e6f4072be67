"""Owners' groups that have fallen silent: perhaps nobody speaks, perhaps nobody listens any more."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.messages import Outgoing, Priority
from handlers.context import Context, Purpose
from handlers.jobs.base import to_committee
from storage.agenda import Agenda

_SILENT = timedelta(days=2)
"""An owners' group in which nobody says a word for so long is more likely unheard than quiet."""


def silence(context: Context) -> list[Outgoing]:
    """Tell the committee, once for each silence, of an owners' group that nothing has been heard of for long."""
    if context.quiet:
        return []
    out: list[Outgoing] = []
    for chat in context.groups(Purpose.OWNERS):
        last = context.store.hearing.last(chat)
        if last is None or context.now - last < _SILENT:
            continue
        row = context.store.compound.group(chat)
        text = context.say(
            "hearing.silent", group=(row.title if row else "") or chat.chat, since=context.clock(last)
        )
        out += to_committee(
            context, f"silent:{chat.platform}:{chat.chat}:{last.isoformat()}", text, Priority.ESCALATION
        )
    return out


def all_speak(context: Context, agenda: Agenda) -> bool:
    """No group has been silent for long."""
    return context.quiet or agenda.heard is None or context.now - agenda.heard < _SILENT
