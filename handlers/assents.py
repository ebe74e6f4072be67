"""What would move a deadline waits for a committee member's assent (请业委会同意); until then the clock runs on."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from bot.domain.messages import Button, Face, Outgoing, Priority, Say
from bot.domain.terms import Promise
from bot.domain.tickets import State, Ticket, Verb
from handlers.changes import Step
from handlers.clocks import clocked
from handlers.confidence import confided_chats
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
        case Verb.REFER:
            # Where the clock stands for a department already, another number or day moves nothing.
            return ticket.state is not State.REFERRED
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
    what = step.verb.value
    wish = context.store.assents.ask(ticket.id, what, actor.person or "", context.now, _data(step))
    note_wish(context, ticket, step, actor)
    text = context.say(
        f"assent.{what}",
        name=actor.name,
        number=ticket.number,
        matter=matter(ticket),
        reason=f"{step.note}。" if step.note and step.department else step.note,
        until=context.clock(step.until) if step.until else "",
        severity=context.say(f"severity.{step.severity.value}") if step.severity else "",
        department=named(context, step.department, step.reference),
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


def amend(context: Context, ticket: Ticket, wish: Assent, step: Step, actor: Actor) -> None:
    """The same wish with another number or another day: nobody of the committee is asked anew."""
    context.store.assents.amend(wish.id, _data(step))
    note_wish(context, ticket, step, actor)


def note_wish(context: Context, ticket: Ticket, step: Step, actor: Actor) -> None:
    """The diary's line of a wish, with all that was said."""
    facts = {key: value for key, value in _data(step).items() if key != "severity"}
    context.store.tickets.note(
        ticket, context.now, "asked", actor.kind, actor.account, what=step.verb.value, **facts
    )


def named(context: Context, department: object, reference: object) -> str:
    """``燃气公司（单号 77）``: for private eyes."""
    known = context.say("referral.reference", reference=str(reference)) if reference else ""
    return f"{department or ''}{known}"


def _data(step: Step) -> dict[str, Any]:
    """What a wish is made of, as it is kept."""
    data: dict[str, Any] = {"note": step.note}
    if step.until:
        data["until"] = step.until.isoformat()
    if step.severity:
        data["severity"] = step.severity.value
    if step.department:
        data |= {"department": step.department, "reference": step.reference}
    return data


def waits_for_resident(reason: str) -> bool:
    """Whether a pause lasts until somebody at home is heard: 等住户在家."""
    return bool(_FOR_THE_RESIDENT.match(reason.strip()))


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
