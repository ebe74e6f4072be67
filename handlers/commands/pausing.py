"""挂起 and 方案 as people say them: a reason or a plan, and the moment."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.tickets import State, Ticket, Verb
from bot.files.problems import shown
from handlers.assents import waits_for_resident
from handlers.changes import Step
from handlers.commands.taking import LONGEST_NOTE
from handlers.commands.until import split_until
from handlers.context import Context, Refused

_LONGEST = timedelta(days=180)
_RESIDENT_HAS = timedelta(days=3)
"""How long a resident is waited for where nobody says until when."""


def pause_of(context: Context, ticket: Ticket, said: str) -> Step:
    """The pause that somebody asks for. Raises Refused where its reason or its end is missing."""
    reason, until = split_until(said, context.now, context.zone, context.config.hours.working_from)
    if until is None and waits_for_resident(reason):
        until = context.now + _RESIDENT_HAS
    if until is None:
        raise Refused(
            "command_pause.until",
            number=ticket.number,
            reason=shown(reason, 20) or context.say("command_pause.example"),
        )
    if not reason:
        raise Refused("command_pause.reason", number=ticket.number, until=shown(said, 30))
    # Nobody is to be woken by the end of a pause.
    return Step(Verb.PAUSE, reason[:LONGEST_NOTE], context.hours.awake(_in_time(context, until)))


def plan_of(context: Context, ticket: Ticket, said: str) -> Step:
    """The plan and its date. Raises Refused where one of them is missing."""
    plan, until = split_until(said, context.now, context.zone, context.config.hours.working_to)
    if until is None or not plan:
        raise Refused("command_plan.usage", number=ticket.number)
    return Step(Verb.PLAN, plan[:LONGEST_NOTE], _in_time(context, until))


def said_of(context: Context, ticket: Ticket, step: Step) -> str:
    """What to answer: that it is so, or that the committee has been asked."""
    until = context.clock(step.until) if step.until else ""
    taken = ticket.state is State.PAUSED if step.verb is Verb.PAUSE else ticket.planned_for == step.until
    if not taken:
        return context.say(
            "assent.asked", number=ticket.number, what=context.say(f"button.{step.verb.value}")
        )
    key = "worker.paused" if step.verb is Verb.PAUSE else "worker.planned"
    return context.say(key, number=ticket.number, until=until)


def _in_time(context: Context, until: datetime) -> datetime:
    if until <= context.now:
        raise Refused("command_pause.past", until=context.clock(until))
    if until - context.now > _LONGEST:
        raise Refused("command_pause.far", days=_LONGEST.days)
    return until
