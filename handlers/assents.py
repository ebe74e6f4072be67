"""What would move a deadline waits for a committee member's assent (请业委会同意); until then the clock runs on."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from bot.domain.messages import Button, Face, Outgoing, Priority, Say
from bot.domain.terms import Promise
from bot.domain.tickets import Ticket, Verb, after
from handlers.changes import Step
from handlers.clocks import clocked, working
from handlers.confidence import confided, confided_chats
from handlers.context import Actor, Context
from handlers.faces import matter
from storage.assents import Assent

_FOR_EVER = timedelta(days=10_000)
_FOR_THE_RESIDENT = re.compile(r"^(?:在?等|待)(?:居民|住户|业主|报修人|邻居|家里|用户)")


def needs_assent(context: Context, ticket: Ticket, step: Step, actor: Actor) -> bool:
    """Whether a step may only be wished: it would give more time, and nobody of the committee takes it."""
    if actor.committee or step.agreed_by or not clocked(ticket):
        return False
    match step.verb:
        case Verb.PAUSE:
            return True
        case Verb.PLAN:
            return (
                ticket.planned_for is not None and step.until is not None and step.until > ticket.planned_for
            )
        case Verb.GRADE:
            return _gives_more_time(context, ticket, step)
        case _:
            return False


def ask(context: Context, ticket: Ticket, step: Step, actor: Actor) -> list[Outgoing]:
    """The committee's members are asked, each with two buttons; nothing changes until one of them agrees."""
    data: dict[str, Any] = {"note": step.note}
    if step.until:
        data["until"] = step.until.isoformat()
    if step.severity:
        data["severity"] = step.severity.value
    what = step.verb.value
    wish = context.store.assents.ask(ticket.id, what, actor.person or "", context.now, data)
    context.store.tickets.note(
        ticket, context.now, "asked", actor.kind, actor.account, what=what, note=step.note, **_until(step)
    )
    text = context.say(
        f"assent.{what}",
        name=actor.name,
        number=ticket.number,
        matter=matter(ticket),
        reason=step.note,
        until=context.clock(step.until) if step.until else "",
        severity=context.say(f"severity.{step.severity.value}") if step.severity else "",
    )
    buttons = (
        (
            Button(context.say("button.agree"), f"a:{wish.id}:yes", number=ticket.number),
            Button(context.say("button.disagree"), f"a:{wish.id}:no", number=ticket.number),
        ),
    )
    chats = confided_chats(context) if ticket.confidential else context.committee_chats()
    by_day = context.now if ticket.emergency else context.hours.awake(context.now)
    return [
        Say(
            chat,
            f"assent:{wish.id}:{chat.platform}:{chat.chat}",
            Face(text, buttons),
            Priority.ESCALATION,
            ticket=ticket.id,
            not_before=by_day,
        )
        for chat in chats
    ]


def moot(context: Context, wish: Assent, ticket: Ticket) -> bool:
    """Whether nobody needs to answer a wish any more: its moment is over, or its author has nothing to do with it."""
    until = until_of(wish)
    return (
        not ticket.going_on
        or (until is not None and until <= context.now)
        or after(ticket.kind, ticket.state, Verb(wish.what)) is None
        # Somebody else has it in hand, who has wished nothing.
        or (working(ticket) and ticket.assignee not in (None, wish.by))
        or not context.store.people.accounts_of(wish.by)
        or not context.roster.of(wish.by, context.today)
        or (ticket.confidential and not confided(context, wish.by))
    )


def until_of(wish: Assent) -> datetime | None:
    """Until when, where a wish says so."""
    said = wish.data.get("until")
    return datetime.fromisoformat(said) if isinstance(said, str) else None


def waits_for_resident(reason: str) -> bool:
    """Whether a pause lasts until somebody at home is heard: 等住户在家."""
    return bool(_FOR_THE_RESIDENT.match(reason.strip()))


def _until(step: Step) -> dict[str, str]:
    return {"until": step.until.isoformat()} if step.until else {}


def _gives_more_time(context: Context, ticket: Ticket, step: Step) -> bool:
    severity = step.severity or ticket.severity
    now = context.terms.of(ticket.severity, ticket.topic, ticket.role)
    then = context.terms.of(severity, ticket.topic, ticket.role)
    return any(new > old for old, new in zip(_spans(now), _spans(then), strict=True)) or (
        # An emergency's clock runs day and night.
        ticket.emergency and severity is not ticket.severity
    )


def _spans(promise: Promise) -> tuple[timedelta, ...]:
    """Each stage's time; what is not promised takes for ever. A plan's date follows the plan."""
    end = promise.solve or _FOR_EVER
    return (promise.accept, promise.arrive or _FOR_EVER, end)
