"""What those who do the work say: I take it, it is done, it waits, it is not mine, it is yours."""

from __future__ import annotations

import re

from bot.domain.messages import Outgoing
from bot.domain.permissions import Right
from bot.domain.tickets import Ticket, Verb
from bot.files.problems import nearest, shown
from handlers.commands import clocks, correcting, referrals
from handlers.commands.base import Command, Invocation, answer
from handlers.commands.numbers import parse_number, parse_numbers, ticket_of
from handlers.commands.pausing import pause_of, said_of
from handlers.commands.taking import (
    LONGEST_NOTE,
    PROOF_ASKED_FOR,
    await_more,
    photos_before,
    said_done,
    step,
)
from handlers.context import Context, Refused
from handlers.duty import on_leave
from handlers.filing import add_photos
from handlers.routing import everybody, members
from handlers.steps import Step, check, take

__all__ = [
    "COMMANDS",
    "accept",
    "assign",
    "decline",
    "done",
    "parse_number",
    "parse_numbers",
    "pause",
    "ticket_of",
]

_TO = re.compile(r"(?:转?派?给|转给|交给|派|转|@)\s*@?")


def accept(invocation: Invocation) -> list[Outgoing]:
    """接单: I take it."""
    return step(invocation, Verb.ACCEPT)


def done(invocation: Invocation) -> list[Outgoing]:
    """办结 with a line or a photo of proof."""
    context, said = invocation.context, invocation.said
    ticket, note = ticket_of(invocation, invocation.rest, Verb.RESOLVE)
    check(context, ticket, Verb.RESOLVE, invocation.actor)
    photos = (*photos_before(context, said), *said.photos)
    if not note and not photos:
        until = context.now + PROOF_ASKED_FOR
        context.store.memory.expect(said.chat, said.author, "proof", until, ticket.id)
        return [answer(invocation, context.say("command_done.proof", number=ticket.number))]
    ticket, out = take(context, ticket, Step(Verb.RESOLVE, note=note[:LONGEST_NOTE]), invocation.actor)
    context.store.tickets.add_message(
        ticket,
        said.chat,
        said.message,
        said.author,
        purpose="proof",
        text=note,
        at=said.sent_at,
        album=said.album,
    )
    out += add_photos(context, ticket, said.chat.platform, photos, "proof")
    context.store.memory.drop(said.chat, said.author)
    await_more(context, said, ticket)
    return [*out, *said_done(invocation, ticket, context.say("worker.resolved", number=ticket.number))]


def pause(invocation: Invocation) -> list[Outgoing]:
    """挂起 with a reason and the moment it goes on, in either order."""
    context = invocation.context
    ticket, rest = ticket_of(invocation, invocation.rest, Verb.PAUSE)
    check(context, ticket, Verb.PAUSE, invocation.actor)
    wanted = pause_of(context, ticket, rest)
    ticket, out = take(context, ticket, wanted, invocation.actor)
    return [*out, *said_done(invocation, ticket, said_of(context, ticket, wanted))]


def decline(invocation: Invocation) -> list[Outgoing]:
    """不办 (不属本职) with a reason, which the reporter reads."""
    ticket, reason = ticket_of(invocation, invocation.rest, Verb.DECLINE)
    check(invocation.context, ticket, Verb.DECLINE, invocation.actor)
    if not reason:
        raise Refused("command_decline.reason", number=ticket.number)
    taken = Step(Verb.DECLINE, note=reason[:LONGEST_NOTE])
    ticket, out = take(invocation.context, ticket, taken, invocation.actor)
    text = invocation.context.say("worker.declined", number=ticket.number)
    return [*out, *said_done(invocation, ticket, text)]


def assign(invocation: Invocation) -> list[Outgoing]:
    """派单 to a person of the roster. Says so where that one cannot be reached and who was told instead."""
    context = invocation.context
    ticket, rest = ticket_of(invocation, invocation.rest, Verb.ASSIGN)
    check(context, ticket, Verb.ASSIGN, invocation.actor)
    person, note = _person(context, ticket, _TO.sub("", rest, count=1) if _TO.match(rest) else rest)
    away = on_leave(context, person)
    if away is not None:
        other = context.name_of(away.stand_in) if away.stand_in else context.say("command_assign.somebody")
        raise Refused("command_assign.away", name=context.name_of(person), other=other, number=ticket.number)
    taken = Step(Verb.ASSIGN, note=note[:LONGEST_NOTE], person=person)
    ticket, out = take(context, ticket, taken, invocation.actor)
    name, number = context.name_of(person), ticket.number
    asked = members(context, person) or (person,)
    if ticket.assignee != person or not any(map(context.store.people.reach, asked)):
        other = context.name_of(ticket.assignee) if ticket.assignee and ticket.assignee != person else ""
        key = "command_assign.instead" if other else "command_assign.unreachable"
        text = context.say(key, number=number, name=name, other=other)
    elif ticket.pinged_at is None:
        text = context.say("command_assign.morning", number=number, name=name, time=_morning(context))
    else:
        text = context.say("command_assign.done", number=number, name=name)
    return [*out, answer(invocation, text)]


def _person(context: Context, ticket: Ticket, said: str) -> tuple[str, str]:
    """The person that a text begins with, and what follows. Raises Refused where nobody or several are meant."""
    said = said.strip()
    duties = context.roster.on(context.today)
    if not said:
        raise Refused("command_assign.whom", number=ticket.number, people=_choices(context, ticket))
    names = (*(d.name for d in duties), *context.roster.teams)
    name = max((name for name in names if said.startswith(name)), key=len, default=None)
    if name is None:
        word = shown(re.split(r"[\s,。]", said)[0], 20)
        near = nearest(word, dict.fromkeys(names))
        if near is not None:
            raise Refused("command_assign.unknown_near", name=word, near=near, number=ticket.number)
        raise Refused("command_assign.unknown", name=word, people=_choices(context, ticket))
    rest = said[len(name) :].strip(" ,.:;。、")
    if context.roster.team(name, context.today):
        return name, rest
    people = list(dict.fromkeys(d.person for d in duties if d.name == name))
    if len(people) == 1:
        return people[0], rest
    tail = re.match(r"\d{3,}", rest)
    fitting = [p for p in people if tail and p.endswith(tail[0])]
    if len(fitting) != 1 or tail is None:
        tails = "、".join(p[-4:] for p in people)
        raise Refused(
            "command_assign.several", name=name, tails=tails, number=ticket.number, tail=people[0][-4:]
        )
    return fitting[0], rest[tail.end() :].strip(" ,.:;。、")


def _choices(context: Context, ticket: Ticket) -> str:
    """Whom the ticket could go to: those responsible for its place first."""
    near = everybody(context, ticket)
    people = dict.fromkeys([*near, *(d.person for d in context.roster.on(context.today))])
    return "、".join([*map(context.name_of, list(people)[:8]), *context.roster.teams])


def _morning(context: Context) -> str:
    return f"{context.config.hours.morning:%H:%M}"


COMMANDS: tuple[Command, ...] = (
    Command("accept", ("接单",), Right.STAFF, accept),
    Command("done", ("办结", "完成"), Right.STAFF, done),
    Command("pause", ("挂起",), Right.STAFF, pause),
    Command("decline", ("不办", "不属本职"), Right.STAFF, decline),
    Command("assign", ("派单", "转派"), Right.STAFF, assign),
    *clocks.COMMANDS,
    *referrals.COMMANDS,
    *correcting.COMMANDS,
)
