"""What each step of a ticket sets, and what else comes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.domain.messages import Address, Face, Outgoing, Priority, Say
from bot.domain.permissions import Audience
from bot.domain.tickets import NEXT, Outcome, State, Ticket, Verb, after, first_state
from bot.domain.verdicts import Kind
from handlers.cards import (
    audience_at,
    bring_to,
    group_may_hear,
    refresh,
    ring_by_day,
    tell_committee,
    tell_group,
    tell_reporter,
)
from handlers.confidence import confided
from handlers.context import Actor, Context, Refused
from handlers.faces import matter, status_line
from handlers.routing import ladder_of
from handlers.stars import ask, discard


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


Changes = Callable[[Context, Ticket, Step, Actor], dict[str, Any]]
Afterwards = Callable[[Context, Ticket, Ticket, Step], "tuple[Ticket, list[Outgoing]]"]
"""(context, ticket before, ticket now, step) → what else comes of it."""


def _holder(ticket: Ticket, actor: Actor) -> dict[str, Any]:
    """Whoever takes a step holds the ticket from then on."""
    holder: dict[str, Any] = {"assignee": actor.person or ticket.assignee}
    if actor.duties and actor.person != ticket.assignee:
        holder["role"] = actor.duties[0].role.value
    return holder


def _goes_on(_context: Context, ticket: Ticket, _step: Step, actor: Actor) -> dict[str, Any]:
    return {**_holder(ticket, actor), "due_at": None, "paused_until": None, "paused_reason": ""}


def _resolves(context: Context, ticket: Ticket, _step: Step, actor: Actor) -> dict[str, Any]:
    until = context.now + timedelta(hours=context.config.promises.confirm_hours)
    return {**_holder(ticket, actor), "due_at": until, "paused_until": None, "paused_reason": ""}


def _pauses(_context: Context, ticket: Ticket, step: Step, actor: Actor) -> dict[str, Any]:
    # Whoever puts off what nobody has accepted holds it: they are told when the pause ends.
    holder = {} if ticket.state in (State.ACCEPTED, State.ON_SITE) else _holder(ticket, actor)
    return {**holder, "due_at": step.until, "paused_until": step.until, "paused_reason": step.note}


def _refers(_context: Context, ticket: Ticket, step: Step, actor: Actor) -> dict[str, Any]:
    holder = _holder(ticket, actor) if ticket.state is State.OPEN or not ticket.assignee else {}
    return {**holder, "due_at": step.until, "paused_until": step.until, "paused_reason": step.department}


def _comes_back(context: Context, ticket: Ticket, step: Step, actor: Actor) -> dict[str, Any]:
    # Whoever notes the answer does not take the ticket from whoever holds it.
    holder = {"assignee": ticket.assignee, "role": ticket.role} if ticket.assignee else {}
    return {**_goes_on(context, ticket, step, actor), **holder}


def _declines(_context: Context, _ticket: Ticket, step: Step, _actor: Actor) -> dict[str, Any]:
    return {"due_at": None, "paused_reason": step.note, "paused_until": None}


def _confirms(_context: Context, _ticket: Ticket, _step: Step, _actor: Actor) -> dict[str, Any]:
    return {"due_at": None, "outcome": Outcome.CONFIRMED.value}


def _reopens(context: Context, ticket: Ticket, _step: Step, _actor: Actor) -> dict[str, Any]:
    discard(context, ticket)
    return {
        "rung": 0,
        "episode": ticket.episode + 1,
        "outcome": None,
        "paused_reason": "",
        "paused_until": None,
        "assignee": None,
    }


def _rejects(context: Context, ticket: Ticket, step: Step, actor: Actor) -> dict[str, Any]:
    # The one who said it was done had their say; the next level hears that it is not.
    return {**_reopens(context, ticket, step, actor), "rung": ticket.rung + 1}


def _assigns(context: Context, ticket: Ticket, step: Step, _actor: Actor) -> dict[str, Any]:
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
    }


def _confides(context: Context, ticket: Ticket, _step: Step, _actor: Actor) -> dict[str, Any]:
    if ticket.emergency and ticket.going_on:
        # Lives come first, and whoever can help must know.
        raise Refused("refused.mediate", number=ticket.number)
    if not ticket.going_on or ticket.state is State.HELD or confided(context, ticket.assignee):
        return {"confidential": True}
    changes: dict[str, Any] = {"confidential": True, "assignee": None, "rung": 0}
    if ticket.state in (State.PAUSED, State.REFERRED):
        return changes
    return {**changes, "state": State.OPEN.value, "due_at": None}


def _discloses(_context: Context, _ticket: Ticket, _step: Step, _actor: Actor) -> dict[str, Any]:
    return {"confidential": False}


def _merges(_context: Context, _ticket: Ticket, step: Step, _actor: Actor) -> dict[str, Any]:
    return {"due_at": None, "merged_into": step.into.number if step.into else None}


def _unmerges(_context: Context, _ticket: Ticket, _step: Step, _actor: Actor) -> dict[str, Any]:
    return {"merged_into": None, "rung": 0}


def _stops(_context: Context, _ticket: Ticket, _step: Step, _actor: Actor) -> dict[str, Any]:
    return {"due_at": None, "awaits_place": False}


def _reclasses(_context: Context, ticket: Ticket, step: Step, _actor: Actor) -> dict[str, Any]:
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


def _nothing(_context: Context, _ticket: Ticket, _step: Step, _actor: Actor) -> dict[str, Any]:
    return {}


def _card_to_holder(
    context: Context, _before: Ticket, ticket: Ticket, _step: Step
) -> tuple[Ticket, list[Outgoing]]:
    chat = context.store.people.reach(ticket.assignee) if ticket.assignee else None
    if chat is not None and ticket.assignee:
        bring_to(context, ticket, chat, ticket.assignee)
    return ticket, []


def _rung_after_no(
    context: Context, before: Ticket, ticket: Ticket, _step: Step
) -> tuple[Ticket, list[Outgoing]]:
    ticket = _ring_again(context, ticket)
    return ticket, _tell_again(context, before, ticket)


def _begins_anew(
    context: Context, before: Ticket, ticket: Ticket, _step: Step
) -> tuple[Ticket, list[Outgoing]]:
    if before.state is State.MERGED:
        _take_voices_back(context, before)
    if ticket.state is not State.OPEN:
        return ticket, []
    ticket = _ring_again(context, ticket)
    if ticket.told_group_at is None and not context.quiet:
        ticket = tell_group(context, ticket)
    return ticket, []


def _rung_in_confidence(
    context: Context, before: Ticket, ticket: Ticket, _step: Step
) -> tuple[Ticket, list[Outgoing]]:
    if ticket.state is State.OPEN and (ticket.assignee is None or before.state is not State.OPEN):
        ticket = _ring_again(context, ticket)
    return ticket, []


def _joins(context: Context, _before: Ticket, ticket: Ticket, step: Step) -> tuple[Ticket, list[Outgoing]]:
    if step.into is None or step.into.state is State.MERGED or step.into.id == ticket.id:
        raise Refused("refused.merge", number=step.into.number if step.into else ticket.number)
    into = context.store.tickets.change(step.into, voices=step.into.voices + 1 + ticket.voices)
    context.store.tickets.note(into, context.now, "joined", "linli", merged=ticket.number)
    refresh(context, into)
    return ticket, []


def _answers(context: Context, _before: Ticket, ticket: Ticket, _step: Step) -> tuple[Ticket, list[Outgoing]]:
    if ticket.told_group_at is not None and not context.quiet:
        ticket = _card_in_group(context, ticket)
    tell_reporter(context, ticket)
    return ticket, []


def _asks(context: Context, _before: Ticket, ticket: Ticket, _step: Step) -> tuple[Ticket, list[Outgoing]]:
    return _ask_reporter(context, ticket)


def _rerouted(context: Context, before: Ticket, ticket: Ticket, _step: Step) -> tuple[Ticket, list[Outgoing]]:
    changed = ticket.kind is not before.kind or ticket.topic != before.topic
    if changed and ticket.state is State.OPEN and ticket.pinged_at is not None:
        ticket = _ring_again(context, context.store.tickets.change(ticket, assignee=None, rung=0))
    return ticket, []


def _quiet_end(
    _context: Context, _before: Ticket, ticket: Ticket, _step: Step
) -> tuple[Ticket, list[Outgoing]]:
    return ticket, []


def _asks_for_stars(
    context: Context, _before: Ticket, ticket: Ticket, _step: Step
) -> tuple[Ticket, list[Outgoing]]:
    return ticket, ask(context, ticket)


EFFECTS: dict[Verb, tuple[Changes, Afterwards]] = {
    Verb.RELEASE: (_nothing, _begins_anew),
    Verb.ACCEPT: (_goes_on, _card_to_holder),
    Verb.ARRIVE: (_goes_on, _card_to_holder),
    Verb.RESUME: (_goes_on, _card_to_holder),
    Verb.RESOLVE: (_resolves, _asks),
    Verb.CONFIRM: (_confirms, _asks_for_stars),
    Verb.REJECT: (_rejects, _rung_after_no),
    Verb.REOPEN: (_reopens, _begins_anew),
    Verb.PAUSE: (_pauses, _answers),
    Verb.REFER: (_refers, _answers),
    Verb.ANSWER: (_comes_back, _card_to_holder),
    Verb.DECLINE: (_declines, _answers),
    Verb.MEDIATE: (_confides, _rung_in_confidence),
    Verb.DISCLOSE: (_discloses, _quiet_end),
    Verb.MERGE: (_merges, _joins),
    Verb.UNMERGE: (_unmerges, _begins_anew),
    Verb.WITHDRAW: (_stops, _quiet_end),
    Verb.FALSE_ALARM: (_stops, _quiet_end),
    Verb.ASSIGN: (_assigns, _begins_anew),
    Verb.RECLASS: (_reclasses, _rerouted),
    Verb.END: (_stops, _quiet_end),
}
"""What each step sets, and what else comes of it."""


def _ring_again(context: Context, ticket: Ticket) -> Ticket:
    ticket = ring_by_day(context, ticket)
    for card in context.store.cards.of(ticket.id, Audience.WORKER.value):
        rung = ticket.emergency or (ticket.pinged_at is not None and card.person == ticket.assignee)
        if rung and card.message:
            # An edited card makes no sound; a ticket that comes back must be heard.
            context.store.cards.repost(card, context.now)
    return ticket


def _ask_reporter(context: Context, ticket: Ticket) -> tuple[Ticket, list[Outgoing]]:
    """After 办结: the question stands in the group's card and, where possible, in private; one line points to it."""
    if ticket.listened:
        return ticket, []
    ticket = _card_in_group(context, ticket)
    tell_reporter(context, ticket)
    if ticket.origin is None or ticket.confidential:
        return ticket, []
    line = Say(
        to=ticket.origin,
        key=f"ticket:{ticket.id}:resolved:{ticket.episode}",
        face=Face(context.say("group.closing", number=ticket.number, matter=matter(ticket))),
        reply_to=ticket.message,
        ticket=ticket.id,
        not_before=group_may_hear(context, ticket),
    )
    return ticket, [line]


def _card_in_group(context: Context, ticket: Ticket) -> Ticket:
    """A ticket told in a morning list has no card of its own in the group: it gets one once there is more to say."""
    if ticket.origin is None:
        return ticket
    audience = audience_at(context, ticket.origin)
    if any(card.to == context.cards_at(ticket.origin) for card in context.store.cards.of(ticket.id, audience.value)):
        return ticket
    return tell_group(context, ticket, after_silence=True)


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


def step_back(context: Context, ticket: Ticket, actor: Actor) -> Ticket:
    """The reporter takes their own report back while others have joined: the matter goes on with the next of them."""
    others = [
        m for m in context.store.tickets.messages(ticket, "voice") if m.account not in (None, actor.account)
    ]
    heir = others[0] if others else None
    context.store.tickets.note(ticket, context.now, "stepped_back", actor.kind, actor.account)
    ticket = context.store.tickets.change(
        ticket,
        reporter=heir.account if heir else None,
        reporter_name=heir.name if heir else "",
        contact="",
        voices=ticket.voices - 1,
    )
    refresh(context, ticket)
    return ticket
