"""Taking a step with a ticket: the one place where rights and the transition table are checked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.domain.messages import Address, Face, Outgoing, Priority, Say
from bot.domain.permissions import STEPS, Audience, Right
from bot.domain.tickets import Outcome, State, Ticket, Verb, after, possible
from bot.domain.verdicts import Kind
from handlers.cards import accept_by, bring_to, refresh, ring, tell_committee, tell_group, tell_reporter
from handlers.context import Actor, Context, Refused
from handlers.faces import matter, status_line


@dataclass(frozen=True, slots=True)
class Step:
    """A step with what it needs: a proof, a reason, a moment, a person, another ticket, a class."""

    verb: Verb
    note: str = ""
    until: datetime | None = None
    person: str | None = None
    into: Ticket | None = None
    kind: Kind | None = None
    topic: str | None = None


def rights(context: Context, ticket: Ticket, actor: Actor) -> frozenset[Right]:
    """What somebody is to a ticket."""
    found = {Right.ANYBODY}
    if ticket.reporter == actor.account:
        found.add(Right.REPORTER)
    if actor.staff:
        found.add(Right.STAFF)
        brought = {card.person for card in context.store.cards.of(ticket.id, Audience.WORKER.value)}
        if actor.person and (actor.person == ticket.assignee or actor.person in brought):
            found.add(Right.IN_CHARGE)
    if actor.committee:
        found.add(Right.COMMITTEE)
    return frozenset(found)


def check(context: Context, ticket: Ticket, verb: Verb, actor: Actor) -> State:
    """The state after the step. Raises Refused where the person may not take it, or the ticket cannot."""
    if not rights(context, ticket, actor) & STEPS[verb]:
        raise Refused("refused.right", number=ticket.number, step=context.say(f"button.{verb.value}"))
    following = after(ticket.kind, ticket.state, verb)
    if following is None:
        raise _cannot(context, ticket, verb)
    return following


def take(context: Context, ticket: Ticket, step: Step, actor: Actor) -> tuple[Ticket, list[Outgoing]]:
    """Take a step: check it, change the ticket, write its diary, make every card true, tell whom it concerns.

    Taking a step that the same person has just taken changes nothing (a button pressed twice).
    """
    ticket = context.store.tickets.get(ticket.id, lock=True) or ticket
    if _taken_already(ticket, step, actor):
        return ticket, []
    state = check(context, ticket, step.verb, actor)
    before = ticket
    ticket = context.store.tickets.change(ticket, state=state.value, **_changes(context, ticket, step, actor))
    facts: dict[str, Any] = {"note": step.note} if step.note else {}
    if step.until:
        facts["until"] = step.until.isoformat()
    if step.person:
        facts["person"] = step.person
    if step.into:
        facts["into"] = step.into.number
    if step.verb is Verb.RECLASS:
        facts |= {"kind": ticket.kind.value, "topic": ticket.topic, "was": [before.kind.value, before.topic]}
        facts["because"] = list(before.because)
    context.store.tickets.note(ticket, context.now, step.verb.value, actor.kind, actor.account, **facts)
    ticket, out = _consequences(context, before, ticket, step, actor)
    refresh(context, ticket)
    return ticket, out


def _taken_already(ticket: Ticket, step: Step, actor: Actor) -> bool:
    return (
        step.verb is Verb.ACCEPT
        and ticket.state is State.ACCEPTED
        and ticket.assignee == actor.person is not None
    ) or (
        ticket.state
        is {
            Verb.ARRIVE: State.ON_SITE,
            Verb.RESOLVE: State.RESOLVED,
            Verb.CONFIRM: State.CLOSED,
            Verb.FALSE_ALARM: State.FALSE_ALARM,
            Verb.WITHDRAW: State.WITHDRAWN,
        }.get(step.verb)
    )


def _cannot(context: Context, ticket: Ticket, verb: Verb) -> Refused:
    """A forbidden step says where the ticket stands and what is possible."""
    steps = "、".join(
        context.say(f"button.{v.value}") for v in possible(ticket.kind, ticket.state) if STEPS[v]
    )
    return Refused(
        "refused.state",
        number=ticket.number,
        step=context.say(f"button.{verb.value}"),
        state=context.say(f"state.{ticket.state.value}"),
        steps=steps or context.say("refused.nothing"),
    )


def _changes(context: Context, ticket: Ticket, step: Step, actor: Actor) -> dict[str, Any]:
    """The columns a step sets."""
    holder = {"assignee": actor.person or ticket.assignee}
    if actor.duties and actor.person != ticket.assignee:
        holder["role"] = actor.duties[0].role.value
    reopened = {
        "rung": 0,
        "episode": ticket.episode + 1,
        "outcome": None,
        "paused_reason": "",
        "paused_until": None,
    }
    match step.verb:
        case Verb.ACCEPT | Verb.ARRIVE | Verb.RESUME:
            return {**holder, "due_at": None, "paused_until": None, "paused_reason": ""}
        case Verb.RESOLVE:
            until = context.now + timedelta(hours=context.config.promises.confirm_hours)
            return {**holder, "due_at": until, "paused_until": None, "paused_reason": ""}
        case Verb.PAUSE:
            return {"due_at": step.until, "paused_until": step.until, "paused_reason": step.note}
        case Verb.DECLINE:
            return {"due_at": None, "paused_reason": step.note, "paused_until": None}
        case Verb.CONFIRM:
            return {"due_at": None, "outcome": Outcome.CONFIRMED.value}
        case Verb.EXPIRE:
            return {"due_at": None, "outcome": Outcome.UNCONFIRMED.value}
        case Verb.REJECT:
            # The one who said it was done had their say; the next level hears that it is not.
            return {**reopened, "rung": ticket.rung + 1, "assignee": None}
        case Verb.REOPEN:
            return {**reopened, "assignee": None}
        case Verb.ASSIGN:
            duties = context.roster.of(step.person or "", context.today)
            return {
                "assignee": step.person,
                "role": duties[0].role.value if duties else ticket.role,
                "rung": 0,
            }
        case Verb.MERGE:
            return {"due_at": None, "merged_into": step.into.number if step.into else None}
        case Verb.UNMERGE:
            return {"merged_into": None, "rung": 0}
        case Verb.WITHDRAW | Verb.FALSE_ALARM | Verb.END:
            return {"due_at": None, "awaits_place": False}
        case Verb.RECLASS:
            return _reclassed(context, ticket, step)
        case Verb.RELEASE:
            return {}


def _reclassed(context: Context, ticket: Ticket, step: Step) -> dict[str, Any]:
    kind = step.kind or ticket.kind
    changes: dict[str, Any] = {"kind": kind.value, "topic": step.topic or ticket.topic}
    if kind is not ticket.kind:
        changes["state"] = (State.POSTED if kind is Kind.NOTICE else State.OPEN).value
        changes |= {"due_at": None, "rung": 0, "assignee": None}
    return changes


def _consequences(
    context: Context, before: Ticket, ticket: Ticket, step: Step, actor: Actor
) -> tuple[Ticket, list[Outgoing]]:
    match step.verb:
        case Verb.ACCEPT:
            if actor.person:
                chat = context.store.people.reach(actor.person)
                if chat is not None:
                    bring_to(context, ticket, chat, actor.person)
            return ticket, []
        case Verb.RESOLVE:
            return _ask_reporter(context, ticket)
        case Verb.REJECT:
            ticket = _ring_again(context, ticket)
            return ticket, _tell_again(context, before, ticket)
        case Verb.REOPEN | Verb.UNMERGE | Verb.RELEASE | Verb.ASSIGN:
            if step.verb is Verb.UNMERGE and before.merged_into:
                _take_voices_back(context, before)
            if ticket.state is not State.OPEN:
                return ticket, []
            if step.verb is Verb.ASSIGN and ticket.listened:
                # Somebody decided: from here on it is a ticket like any other.
                ticket = context.store.tickets.change(ticket, listened=False)
            ticket = _ring_again(context, ticket)
            if ticket.told_group_at is None:
                ticket = tell_group(context, ticket)
            return ticket, []
        case Verb.MERGE if step.into is not None:
            return ticket, _join(context, ticket, step.into)
        case Verb.DECLINE | Verb.PAUSE:
            tell_reporter(context, ticket)
            return ticket, []
        case Verb.CONFIRM | Verb.EXPIRE | Verb.FALSE_ALARM:
            return ticket, []
        case Verb.RECLASS if ticket.kind is not before.kind or ticket.topic != before.topic:
            if ticket.state is State.OPEN and ticket.pinged_at is not None:
                ticket = context.store.tickets.change(ticket, assignee=None, rung=0)
                ticket = _ring_again(context, ticket)
            return ticket, []
        case _:
            return ticket, []


def _ring_again(context: Context, ticket: Ticket) -> Ticket:
    if context.quiet and not ticket.emergency:
        # The morning list tells it; its clock starts then.
        return context.store.tickets.change(ticket, pinged_at=None, due_at=accept_by(context, ticket))
    ticket = ring(context, ticket)
    for card in context.store.cards.of(ticket.id, Audience.WORKER.value):
        if card.person == ticket.assignee and card.message:
            # An edited card makes no sound; a ticket that comes back must be heard.
            context.store.cards.repost(card, context.now)
    return context.store.tickets.change(ticket, due_at=accept_by(context, ticket))


def _ask_reporter(context: Context, ticket: Ticket) -> tuple[Ticket, list[Outgoing]]:
    """After 办结: the question stands in the group's card and, where possible, in private; one line points to it."""
    if ticket.listened:
        return ticket, []
    if ticket.told_group_at is None:
        ticket = tell_group(context, ticket)
    tell_reporter(context, ticket)
    if ticket.origin is None:
        return ticket, []
    line = Say(
        to=ticket.origin,
        key=f"ticket:{ticket.id}:resolved:{ticket.episode}",
        face=Face(context.say("group.closing", number=ticket.number, matter=matter(ticket))),
        reply_to=ticket.message,
        ticket=ticket.id,
        not_before=context.hours.awake(context.now),
    )
    return ticket, [line]


def _tell_again(context: Context, before: Ticket, ticket: Ticket) -> list[Outgoing]:
    """Whoever said it was done hears that it was not."""
    chat = context.store.people.reach(before.assignee) if before.assignee else None
    if chat is None or before.assignee == ticket.assignee:
        return []
    text = context.say("worker.rejected", line=status_line(context, ticket))
    key = f"ticket:{ticket.id}:rejected:{ticket.episode}"
    return [
        Say(
            chat,
            key,
            Face(text),
            Priority.CARD,
            ticket=ticket.id,
            not_before=context.hours.awake(context.now),
        )
    ]


def _join(context: Context, ticket: Ticket, into: Ticket) -> list[Outgoing]:
    """A merged ticket's people count as voices of the other."""
    if into.state is State.MERGED or into.id == ticket.id:
        raise Refused("refused.merge", number=into.number)
    into = context.store.tickets.change(into, voices=into.voices + 1 + ticket.voices)
    context.store.tickets.note(into, context.now, "joined", "linli", merged=ticket.number)
    refresh(context, into)
    return []


def _take_voices_back(context: Context, merged: Ticket) -> None:
    into = context.store.tickets.numbered(merged.merged_into or 0)
    if into is not None:
        into = context.store.tickets.change(into, voices=max(into.voices - 1 - merged.voices, 0))
        context.store.tickets.note(into, context.now, "parted", "linli", merged=merged.number)
        refresh(context, into)


def expire(context: Context, ticket: Ticket) -> tuple[Ticket, list[Outgoing]]:
    """Nobody confirmed in time: closed as unconfirmed."""
    state = after(ticket.kind, ticket.state, Verb.EXPIRE)
    if state is None:
        return ticket, []
    ticket = context.store.tickets.change(
        ticket, state=state.value, due_at=None, outcome=Outcome.UNCONFIRMED.value
    )
    context.store.tickets.note(ticket, context.now, Verb.EXPIRE.value, "linli")
    refresh(context, ticket)
    return ticket, []


def wake(context: Context, ticket: Ticket) -> tuple[Ticket, list[Outgoing]]:
    """A pause has ended: whoever holds it is told, and its clock runs again."""
    state = State.ACCEPTED if ticket.assignee else State.OPEN
    ticket = context.store.tickets.change(
        ticket, state=state.value, due_at=None, paused_until=None, paused_reason=""
    )
    context.store.tickets.note(ticket, context.now, Verb.RESUME.value, "linli")
    if state is State.OPEN:
        ticket = _ring_again(context, ticket)
    refresh(context, ticket)
    chat: Address | None = context.store.people.reach(ticket.assignee) if ticket.assignee else None
    if chat is None:
        tell_committee(context, ticket)
        return ticket, []
    text = context.say("worker.resumed", line=status_line(context, ticket))
    key = f"ticket:{ticket.id}:resumed:{context.now.isoformat()}"
    return ticket, [Say(chat, key, Face(text), Priority.CARD, ticket=ticket.id)]
