"""Taking a step with a ticket: the one place where rights and the transition table are checked."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from bot.domain.messages import Address, Outgoing
from bot.domain.people import Role
from bot.domain.permissions import STEPS, Audience, Right
from bot.domain.tickets import State, Ticket, Verb, after, possible
from handlers.assents import ask, needs_assent
from handlers.cards import refresh, told
from handlers.changes import Step
from handlers.clocks import after_step
from handlers.confidence import may_know
from handlers.context import Actor, Context, Refused
from handlers.effects import EFFECTS, step_back
from handlers.in_person import SAID, speaks_for
from handlers.lapses import expire, wake
from handlers.learning import TEACHES, learn

_FULL_WIDTH = {",": "，", ";": "；", "!": "！", "?": "？", ":": "：", "(": "（", ")": "）"}
_BETWEEN = re.compile(r"(?:(?<=[\u4e00-\u9fff])|(?<=[）。]))([,;!?:()])(?!\d) ?")

__all__ = ["Step", "check", "expire", "rights", "take", "wake"]


def rights(context: Context, ticket: Ticket, actor: Actor) -> frozenset[Right]:
    """What somebody is to a ticket."""
    found = {Right.ANYBODY}
    if ticket.reporter == actor.account:
        found.add(Right.REPORTER)
    if not may_know(ticket, actor):
        return frozenset(found)
    if any(d.role is Role.MEDIATOR for d in actor.duties):
        found.add(Right.MEDIATOR)
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
    if not rights(context, ticket, actor) & STEPS[verb] and not speaks_for(context, ticket, verb, actor):
        if not may_know(ticket, actor) and ticket.reporter != actor.account:
            raise Refused("group.confided", number=ticket.number)
        key = "refused.reporter" if STEPS[verb] == {Right.REPORTER} else "refused.right"
        raise Refused(key, number=ticket.number, step=context.say(f"button.{verb.value}"))
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
    if step.verb is Verb.WITHDRAW and ticket.voices and ticket.going_on:
        return step_back(context, ticket, actor), []
    before = ticket
    step = replace(step, note=_in_chinese(step.note))
    if needs_assent(context, ticket, step, actor):
        out = ask(context, ticket, step, actor)
        refresh(context, ticket, {Address(actor.account.platform, actor.account.id)})
        return ticket, out
    changes, afterwards = EFFECTS[step.verb]
    columns = {"state": state.value, **changes(context, ticket, step, actor)}
    ticket = context.store.tickets.change(ticket, **columns)
    facts = _facts(before, ticket, step)
    if step.verb in SAID and Right.REPORTER not in rights(context, before, actor):
        facts["in_person"] = True
    context.store.tickets.note(ticket, context.now, step.verb.value, actor.kind, actor.account, **facts)
    if step.verb in TEACHES and rights(context, before, actor) & {Right.IN_CHARGE, Right.COMMITTEE}:
        learn(context, before, ticket, step.verb, actor, note=step.note, kind=step.kind)
    ticket, out = afterwards(context, before, ticket, step)
    ticket = after_step(context, before, ticket)
    own = Address(actor.account.platform, actor.account.id)
    refresh(context, ticket, {own, *told(out)})
    return ticket, out


def _facts(before: Ticket, ticket: Ticket, step: Step) -> dict[str, Any]:
    """What the diary keeps of a step."""
    facts: dict[str, Any] = {"note": step.note} if step.note else {}
    if step.until:
        facts["until"] = step.until.isoformat()
    if step.person:
        facts["person"] = step.person
    if step.into:
        facts["into"] = step.into.number
    if step.department:
        facts |= {"department": step.department, "reference": step.reference}
    if ticket.assignee and (ticket.role != before.role or step.verb in (Verb.ACCEPT, Verb.ASSIGN)):
        facts["role"] = ticket.role
    if step.agreed_by:
        facts["agreed_by"] = step.agreed_by
    if step.verb is Verb.GRADE:
        facts |= {"severity": ticket.severity.value, "before": before.severity.value}
    if step.verb is Verb.RECLASS:
        facts |= {"kind": ticket.kind.value, "topic": ticket.topic, "was": [before.kind.value, before.topic]}
        facts["because"] = list(before.because)
    return facts


def _in_chinese(note: str) -> str:
    """Reading a command makes full-width punctuation plain; between Chinese words it is put back."""
    return _BETWEEN.sub(lambda found: _FULL_WIDTH[found[1]], note)


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
        or (step.verb is Verb.MEDIATE and ticket.confidential)
        or (step.verb is Verb.DISCLOSE and not ticket.confidential)
    )


def _cannot(context: Context, ticket: Ticket, verb: Verb) -> Refused:
    """A forbidden step says where the ticket stands and what is possible."""
    steps = "、".join(
        context.say(f"button.{v.value}")
        for v in possible(ticket.kind, ticket.state)
        if STEPS[v] and v not in (Verb.MEDIATE, Verb.DISCLOSE)
    )
    return Refused(
        "refused.state",
        number=ticket.number,
        step=context.say(f"button.{verb.value}"),
        state=context.say(f"state.{ticket.state.value}"),
        steps=steps or context.say("refused.nothing"),
    )
