"""Several tickets for one person in one message, each with its button."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.messages import Address, Button, Face, Outgoing, Priority, Say
from bot.domain.tickets import Ticket
from handlers.borders import crosses
from handlers.context import Context

_PART = 20
"""Tickets in one message."""
_WORDS = 24
"""Characters of a report shown in a list."""


def bundle(
    context: Context,
    chat: Address,
    key: str,
    head: str,
    found: Sequence[Ticket],
    priority: Priority = Priority.CARD,
) -> list[Outgoing]:
    """One message for all of them, or a few where they are very many. ``key`` names the occasion."""
    out: list[Outgoing] = []
    for start in range(0, len(found), _PART):
        part = found[start : start + _PART]
        lines = [head] if start == 0 else []
        lines += [_line(context, ticket, chat) for ticket in part]
        lines.append(context.say("jobs_morning.accept"))
        accept = context.say("button.accept")
        buttons = [Button(f"{accept} #{t.number}", f"t:{t.id}:accept", number=t.number) for t in part]
        rows = tuple(tuple(buttons[index : index + 2]) for index in range(0, len(buttons), 2))
        out.append(Say(chat, f"{key}:{start}", Face("\n".join(lines), rows), priority))
    return out


def _line(context: Context, ticket: Ticket, chat: Address) -> str:
    abroad = crosses(context, ticket, chat)
    words = context.say("choices.words_stay") if abroad else " ".join(ticket.text.split())
    return context.say(
        "jobs_morning.worker_line",
        number=ticket.number,
        topic=ticket.topic,
        place=(ticket.place.public() if abroad else ticket.place.full()) or context.say("card.no_place"),
        time=f"{ticket.filed_at.astimezone(context.zone):%H:%M}",
        words=words if len(words) <= _WORDS else words[: _WORDS - 1] + "…",
    )
