"""Leave that begins and ends, and gaps in the coming week, each told once."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.messages import Outgoing, Priority
from handlers import leave
from handlers.context import Context
from handlers.gaps import Gap, gaps_ahead
from handlers.jobs.base import to_committee
from storage.agenda import Agenda

_LINES = 20
_LOOK_BACK = timedelta(days=3)
"""Whoever is back for longer than this has found out by themselves."""


def leave_begins_and_ends(context: Context) -> list[Outgoing]:
    """By day: what somebody on leave has in hand is offered, whoever is back hears where their tickets are, and
    whoever asked for a swap that it has not been answered.
    """
    if context.quiet or context.listening:
        return []
    out = leave.unanswered(context)
    for change in context.store.duty.lasting(context.now):
        if change.kind == "leave" and change.at(context.now):
            out += leave.begins(context, change)[1]
    for change in context.store.duty.over(context.now - _LOOK_BACK, context.now):
        if change.kind == "leave":
            out += leave.ended(context, change)
    return out


def nobody_away(context: Context, agenda: Agenda) -> bool:
    """No leave and no swap lasts, waits or has just ended."""
    if context.quiet or agenda.listening is not None:
        return True
    return agenda.away is None or agenda.away <= context.now - _LOOK_BACK


def duty_gaps(context: Context) -> list[Outgoing]:
    """By day: when nobody of a grid or role will be on duty, as far as the committee has not heard of it."""
    if context.quiet:
        return []
    fresh = [gap for gap in gaps_ahead(context) if _claim(context, gap)]
    if not fresh:
        return []
    lines = [context.say("jobs_duty.gaps")]
    lines += [
        context.say("jobs_duty.weekly" if gap.weekly else "jobs_duty.gap", post=gap.post, when=gap.words)
        for gap in fresh[:_LINES]
    ]
    lines.append(context.say("jobs_duty.remedy"))
    return to_committee(context, f"gaps:{context.now.isoformat()}", "\n".join(lines), Priority.CARD)


def no_gaps(context: Context, _agenda: Agenda) -> bool:
    """Somebody is on duty at any time of the coming week."""
    return context.quiet or not gaps_ahead(context)


def _claim(context: Context, gap: Gap) -> bool:
    """Once for each gap; what recurs every week once for as long as its hours stay the same."""
    name = f"gap:{gap.post}:{gap.words}" if gap.weekly else f"gap:{gap.post}"
    return context.store.compound.claim(name[:120], gap.since)
