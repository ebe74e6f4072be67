"""The supervision group's daily list: what is late and why, without persons and without anybody's words."""

from __future__ import annotations

from bot.domain.messages import Face, Outgoing, Priority, Say
from handlers.commands.late import late_lines
from handlers.context import Context, Purpose
from handlers.jobs.base import claim_morning
from storage.agenda import Agenda

_LINES = 40


def nobody_supervises(context: Context, agenda: Agenda) -> bool:
    """There is no such group, or it is told nothing yet."""
    return agenda.listening is not None or context.group(Purpose.SUPERVISION) is None


def supervision(context: Context) -> list[Outgoing]:
    """Once a day, in the morning; nothing is said where nothing is late and nothing stands still."""
    group = context.group(Purpose.SUPERVISION)
    if group is None or context.listening or not claim_morning(context, "supervision"):
        return []
    lines = late_lines(context, persons=False)
    if len(lines) < 2:
        return []
    text = "\n".join([context.say("late.digest"), *lines[:_LINES]])
    key = f"supervision:{context.today}:{group.platform}:{group.chat}"
    return [Say(group, key, Face(text), Priority.DIGEST)]
