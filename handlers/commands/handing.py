"""转交: one ticket, or everything somebody has in hand, is offered to a colleague."""

from __future__ import annotations

import re

from bot.domain.messages import Button, Outgoing
from bot.domain.permissions import STEPS, Right
from bot.domain.tickets import State, Ticket, Verb
from handlers import handover
from handlers.commands.base import Command, Invocation, answer
from handlers.commands.numbers import numbered, parse_numbers
from handlers.commands.persons import among_staff, person_named, short_hash, standing
from handlers.context import Actor, Context, Refused
from handlers.duty import crew
from handlers.routing import ladder_of
from handlers.steps import check, rights

_TO = re.compile(r"^(?:给|到|转给|交给|请|让|@|\s)+|(?:接手|接一下|接)$")
_ALL = re.compile(r"^(?:全部|所有|都|手上的)\s*")
_NUMBERS_LAST = re.compile(r"(?P<names>.*[^\d\s#,、])\s*(?P<numbers>(?:#?\d{1,7}号?[\s,、]*)+)")
_CHOICES = 6


def handing(invocation: Invocation) -> list[Outgoing]:
    """Offer tickets to a colleague: by their numbers, or all that one has; the committee also somebody else's."""
    context, actor = invocation.context, invocation.actor
    among_staff(invocation)
    numbers, rest = parse_numbers(invocation.rest)
    last = _NUMBERS_LAST.fullmatch(rest) if not numbers else None
    if last:
        (numbers, _), rest = parse_numbers(last["numbers"]), last["names"]
    names = [word for word in re.split(r"\s+|[,、>]|->|→|给", _ALL.sub("", rest)) if _TO.sub("", word)]
    if not names:
        return _choose(invocation, numbers)
    taker = person_named(context, _TO.sub("", names[-1]), "转交")
    giver = person_named(context, names[0], "转交") if len(names) > 1 else actor.person or ""
    if numbers:
        found = tuple(_ticket(invocation, number) for number in numbers)
    elif giver != actor.person and not actor.committee:
        raise Refused("refused.needs_committee", command=context.say("command_handover.other"))
    else:
        found = handover.in_hand(context, giver)
    return _offered(invocation, found, taker)


def offered_to(context: Context, actor: Actor, hashed: str) -> tuple[str, list[Outgoing]]:
    """Everything in the presser's hands is offered to the colleague whose button it was."""
    people = dict.fromkeys(d.person for d in context.roster.on(context.today))
    taker = next((p for p in people if short_hash(p) == hashed), None)
    if taker is None or actor.person is None:
        raise Refused("refused.stale")
    found = handover.in_hand(context, actor.person)
    if not found:
        raise Refused("command_handover.nothing", name=actor.name)
    intro = context.say("handover.ask", name=actor.name, count=len(found))
    out = handover.offer(context, found, actor.person, taker, actor.person, intro)
    return context.say("command_handover.done", name=context.name_of(taker), count=len(found)), out


def _offered(invocation: Invocation, found: tuple[Ticket, ...], taker: str) -> list[Outgoing]:
    context, actor = invocation.context, invocation.actor
    found = tuple(ticket for ticket in found if ticket.assignee != taker)
    if not found:
        raise Refused("command_handover.nothing", name=context.name_of(taker))
    out: list[Outgoing] = []
    for giver in dict.fromkeys(ticket.assignee or "" for ticket in found):
        part = [ticket for ticket in found if (ticket.assignee or "") == giver]
        intro = context.say("handover.ask", name=context.name_of(giver) or actor.name, count=len(part))
        out += handover.offer(context, part, giver, taker, actor.person or "", intro)
    text = context.say("command_handover.done", name=context.name_of(taker), count=len(found))
    return [answer(invocation, text), *out]


def _choose(invocation: Invocation, numbers: tuple[int, ...]) -> list[Outgoing]:
    """Nobody is named: colleagues as buttons, those of the same rungs first."""
    context, actor = invocation.context, invocation.actor
    person = actor.person or ""
    if numbers:
        raise Refused("command_handover.whom", number=numbers[0])
    found = handover.in_hand(context, person)
    if not found:
        raise Refused("command_handover.nothing", name=actor.name)
    near = [p for ticket in found for rung in ladder_of(context, ticket)[:2] for p in rung.people]
    others = crew(context, context.roster.on(context.today)).on
    people = [p for p in dict.fromkeys([*near, *others]) if p != person and standing(context, p) == "ready"]
    if not people:
        raise Refused("refused.nobody")
    rows = tuple(
        (Button(context.say("command_handover.to", name=context.name_of(p)), f"d:give:{short_hash(p)}"),)
        for p in people[:_CHOICES]
    )
    return [answer(invocation, context.say("command_handover.choose", count=len(found)), rows)]


def _ticket(invocation: Invocation, number: int) -> Ticket:
    """A ticket that the asker may hand over and that is in somebody's hands."""
    ticket = numbered(invocation, number)
    allowed = rights(invocation.context, ticket, invocation.actor) & STEPS[Verb.ASSIGN]
    if ticket.state is not State.REFERRED or not allowed:
        # What a department has is nobody else's to do, but somebody's to ask after.
        check(invocation.context, ticket, Verb.ASSIGN, invocation.actor)
    if ticket.assignee is None or invocation.context.roster.team(ticket.assignee, invocation.context.today):
        raise Refused("command_handover.nobody_s", number=number)
    return ticket


COMMANDS: tuple[Command, ...] = (Command("handover", ("转交", "交接"), Right.STAFF, handing),)
