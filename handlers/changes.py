"""A step of a ticket, and what it sets in the ticket itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.domain.tickets import NEXT, Outcome, State, Ticket, Verb, first_state
from bot.domain.verdicts import Kind, Severity
from handlers.confidence import confided
from handlers.context import Actor, Context, Refused
from handlers.routing import ladder_of
from handlers.stars import discard


@dataclass(frozen=True, slots=True)
class Step:
    """A step with what it needs: a proof, a reason, a moment, a person, another ticket, a class, a department."""

    verb: Verb
    note: str = ""
    until: datetime | None = None
    person: str | None = None
    into: Ticket | None = None
    kind: Kind | None = None
    topic: str | None = None
    department: str = ""
    reference: str = ""
    severity: Severity | None = None
    agreed_by: str = ""
    """Who of the committee agreed to what moves a deadline."""


def _holder(ticket: Ticket, actor: Actor) -> dict[str, Any]:
    """Whoever takes a step holds the ticket from then on."""
    holder: dict[str, Any] = {"assignee": actor.person or ticket.assignee}
    if actor.duties and actor.person != ticket.assignee:
        holder["role"] = actor.duties[0].role.value
    return holder


def goes_on(_context: Context, ticket: Ticket, _step: Step, actor: Actor) -> dict[str, Any]:
    """Somebody has it in hand."""
    return {**_holder(ticket, actor), "due_at": None, "paused_until": None, "paused_reason": ""}


def resolves(context: Context, ticket: Ticket, _step: Step, actor: Actor) -> dict[str, Any]:
    """It is said to be done; the reporter has so many hours to say that it is not."""
    until = context.now + timedelta(hours=context.config.promises.confirm_hours)
    return {**_holder(ticket, actor), "due_at": until, "paused_until": None, "paused_reason": ""}


def pauses(_context: Context, ticket: Ticket, step: Step, actor: Actor) -> dict[str, Any]:
    """It waits until a moment."""
    # Whoever puts off what nobody has accepted holds it: they are told when the pause ends.
    holder = {} if ticket.state in (State.ACCEPTED, State.ON_SITE) else _holder(ticket, actor)
    return {**holder, "due_at": step.until, "paused_until": step.until, "paused_reason": step.note}


def plans(_context: Context, ticket: Ticket, step: Step, actor: Actor) -> dict[str, Any]:
    """There is a plan with its date."""
    return {**_holder(ticket, actor), "planned_for": step.until}


def grades(_context: Context, ticket: Ticket, step: Step, _actor: Actor) -> dict[str, Any]:
    """Another severity."""
    return {"severity": (step.severity or ticket.severity).value}


def refers(_context: Context, ticket: Ticket, step: Step, actor: Actor) -> dict[str, Any]:
    """It is with a department outside."""
    holder = _holder(ticket, actor) if ticket.state is State.OPEN or not ticket.assignee else {}
    return {**holder, "due_at": step.until, "paused_until": step.until, "paused_reason": step.department}


def comes_back(context: Context, ticket: Ticket, step: Step, actor: Actor) -> dict[str, Any]:
    """The department has answered."""
    # Whoever notes the answer does not take the ticket from whoever holds it.
    holder = {"assignee": ticket.assignee, "role": ticket.role} if ticket.assignee else {}
    return {**goes_on(context, ticket, step, actor), **holder}


def declines(_context: Context, _ticket: Ticket, step: Step, _actor: Actor) -> dict[str, Any]:
    """It is not done, and why."""
    return {"due_at": None, "paused_reason": step.note, "paused_until": None}


def confirms(_context: Context, _ticket: Ticket, _step: Step, _actor: Actor) -> dict[str, Any]:
    """The reporter says that it is solved."""
    return {"due_at": None, "outcome": Outcome.CONFIRMED.value}


_NOTHING_YET = {"mark": 0, "rings": 0, "urged": 0, "planned_for": None}
"""What an episode begins with."""


def reopens(context: Context, ticket: Ticket, _step: Step, _actor: Actor) -> dict[str, Any]:
    """A new episode begins."""
    discard(context, ticket)
    return {
        "rung": 0,
        "episode": ticket.episode + 1,
        "outcome": None,
        "paused_reason": "",
        "paused_until": None,
        "assignee": None,
        **_NOTHING_YET,
    }


def rejects(context: Context, ticket: Ticket, step: Step, actor: Actor) -> dict[str, Any]:
    """The reporter says that it is not solved."""
    # The one who said it was done had their say; the next level hears that it is not.
    return {**reopens(context, ticket, step, actor), "rung": ticket.rung + 1}


def assigns(context: Context, ticket: Ticket, step: Step, _actor: Actor) -> dict[str, Any]:
    """It is handed to somebody by name."""
    person = step.person or ""
    if ticket.confidential and not confided(context, person):
        raise Refused("refused.confided", number=ticket.number)
    duties = context.roster.of(person, context.today)
    rungs = ladder_of(context, ticket)
    # Somebody decided: from here on it is a ticket like any other, also where it was heard in listening mode.
    return {
        "assignee": person,
        "role": duties[0].role.value if duties else ticket.role,
        "rung": next((n for n, rung in enumerate(rungs) if person in rung.people), 0),
        "listened": False,
        "paused_until": None,
        "paused_reason": "",
        "mark": 0,
        "rings": 0,
    }


def confides(context: Context, ticket: Ticket, _step: Step, _actor: Actor) -> dict[str, Any]:
    """Only the mediator and the committee see it from now on."""
    if ticket.emergency and ticket.going_on:
        # Lives come first, and whoever can help must know.
        raise Refused("refused.mediate", number=ticket.number)
    if not ticket.going_on or ticket.state is State.HELD or confided(context, ticket.assignee):
        return {"confidential": True}
    changes: dict[str, Any] = {"confidential": True, "assignee": None, "rung": 0}
    if ticket.state in (State.PAUSED, State.REFERRED):
        return changes
    return {**changes, "state": State.OPEN.value, "due_at": None}


def discloses(_context: Context, _ticket: Ticket, _step: Step, _actor: Actor) -> dict[str, Any]:
    """It is a matter like any other again."""
    return {"confidential": False}


def merges(_context: Context, _ticket: Ticket, step: Step, _actor: Actor) -> dict[str, Any]:
    """It goes on as part of another."""
    return {"due_at": None, "merged_into": step.into.number if step.into else None}


def unmerges(_context: Context, _ticket: Ticket, _step: Step, _actor: Actor) -> dict[str, Any]:
    """It was a matter of its own after all."""
    return {"merged_into": None, "rung": 0}


def stops(_context: Context, _ticket: Ticket, _step: Step, _actor: Actor) -> dict[str, Any]:
    """Nothing more will happen."""
    return {"due_at": None, "awaits_place": False}


def reclasses(_context: Context, ticket: Ticket, step: Step, _actor: Actor) -> dict[str, Any]:
    """It is something else than it was taken for."""
    kind = step.kind or ticket.kind
    changes: dict[str, Any] = {"kind": kind.value, "topic": step.topic or ticket.topic}
    if kind is ticket.kind:
        return changes
    if ticket.going_on or ticket.state is State.POSTED:
        changes |= {"state": first_state(kind).value, "due_at": None, "rung": 0, "assignee": None}
    elif ticket.state not in NEXT[kind]:
        # What has ended stays ended: a correction for the record rings nobody.
        changes |= {"state": (State.ENDED if kind is Kind.NOTICE else State.CLOSED).value, "due_at": None}
    return changes


def nothing(_context: Context, _ticket: Ticket, _step: Step, _actor: Actor) -> dict[str, Any]:
    """Nothing but the state."""
    return {}
