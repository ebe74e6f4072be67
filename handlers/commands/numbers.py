"""Which ticket somebody means: by its number, by a reply to its card, or because only one can be meant."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.domain.permissions import Right
from bot.domain.tickets import State, Ticket, Verb, after
from handlers.commands.base import Invocation
from handlers.confidence import may_know
from handlers.context import Refused
from handlers.faces import matter
from handlers.steps import rights
from storage.questions import reported_by

_MARKED = r"(?:#|工单号?|单号|no\.?)\s*#?\s*(?P<marked>\d{1,7})(?!\d)(?:\s*号工?单?)?"
# 12号 is a ticket, 12号楼 a building; 2个, 3点, 5栋, 1-2 and 13:00 are none either.
_BARE = (
    r"第?(?P<bare>\d{1,7})(?:号工?单?(?![楼院线门口梯馆])|(?!号))"
    r"(?!\d|[:/]|[.\-–—~至到]\s?\d|[栋幢座单楼层室户期区点时分秒天日月年周个只盏台次根条家元块米人件半小%℃])"
)
_NUMBER = re.compile(rf"(?:{_MARKED}|{_BARE})[\s,.:;。、]*", re.IGNORECASE)
_INSIDE = re.compile(r"#\s*(\d{1,7})(?!\d)\s*")
_INTO = re.compile(r"(?:并入|并到|合并到|合到|归到|->|→|=>)\s*")
_AND = re.compile(r"[&+]\s*|[和与跟]\s*(?=#|\d)")
_SHOWN = 5


def parse_number(rest: str) -> tuple[int | None, str]:
    """The ticket number that a text begins with (12, #12, 12号, 工单12) or has inside as #12, and what is left."""
    found = _NUMBER.match(rest)
    if found:
        return _value(found), rest[found.end() :].strip()
    found = _INSIDE.search(rest)
    if found:
        return int(found[1]), f"{rest[: found.start()].rstrip()} {rest[found.end() :]}".strip()
    return None, rest


def parse_numbers(rest: str) -> tuple[tuple[int, ...], str]:
    """All numbers that a text begins with: "12 15", "#12、#15和#16". "15 并入 12" comes with the last one first."""
    numbers: list[int] = []
    into = False
    while found := _NUMBER.match(rest):
        numbers.append(_value(found))
        rest = rest[found.end() :]
        arrow = _INTO.match(rest)
        into = into or arrow is not None
        link = arrow or _AND.match(rest)
        rest = rest[link.end() :] if link else rest
    if into:
        numbers.insert(0, numbers.pop())
    return tuple(dict.fromkeys(numbers)), rest.strip()


def numbered(invocation: Invocation, number: int) -> Ticket:
    """The ticket with a number. Raises Refused, naming the nearest ones that the asker may know of."""
    ticket = invocation.context.store.tickets.numbered(number)
    if ticket is not None:
        return _known_to(invocation, ticket)
    others = sorted(_known(invocation), key=lambda t: (abs(t.number - number), t.number))[:_SHOWN]
    if not others:
        raise Refused("command_number.unknown", number=number)
    raise Refused("command_number.unknown_near", number=number, others=listed(others))


def ticket_of(invocation: Invocation, rest: str, verb: Verb | None = None) -> tuple[Ticket, str]:
    """The ticket that is meant, and what was said besides.

    Its number counts first, then a reply to its card or message; without either the one ticket of the actor that
    could take the step. Raises Refused where none or several could be meant.
    """
    number, said = parse_number(rest)
    if number is not None:
        return numbered(invocation, number), said
    answered = _answered(invocation)
    if answered is not None:
        return _known_to(invocation, answered), rest
    mine = [t for t in mine_of(invocation) if verb is None or after(t.kind, t.state, verb) is not None]
    if len(mine) == 1:
        return mine[0], rest
    usage = usage_of(invocation)
    # In a group a resident's numbers would tell everybody what they reported.
    if mine and (invocation.actor.staff or not invocation.said.in_group):
        raise Refused("command_number.which", usage=usage, others=listed(mine[:_SHOWN]))
    raise Refused("command_number.none", usage=usage)


def mine_of(invocation: Invocation) -> tuple[Ticket, ...]:
    """What somebody has in hand: a worker what they hold or were asked to take, a resident what they reported."""
    context, actor = invocation.context, invocation.actor
    if not actor.staff:
        return reported_by(context.store, actor.account)
    return tuple(
        ticket
        for ticket in context.store.tickets.going_on()
        if may_know(ticket, actor)
        and (
            (actor.person is not None and ticket.assignee == actor.person)
            or (ticket.state is State.OPEN and Right.IN_CHARGE in rights(context, ticket, actor))
        )
    )


def _known_to(invocation: Invocation, ticket: Ticket) -> Ticket:
    """The ticket, unless it is confidential and none of the asker's business. Raises Refused."""
    if not may_know(ticket, invocation.actor) and ticket.reporter != invocation.actor.account:
        raise Refused("group.confided", number=ticket.number)
    return ticket


def listed(found: Iterable[Ticket]) -> str:
    """``#12 电梯·3栋、#15 路灯``."""
    return "、".join(f"#{t.number} {matter(t)}" for t in found)


def usage_of(invocation: Invocation) -> str:
    """How the command is written, with an example."""
    return invocation.context.say(f"command.{invocation.name}.usage")


def _value(found: re.Match[str]) -> int:
    return int(found["marked"] or found["bare"])


def _known(invocation: Invocation) -> tuple[Ticket, ...]:
    """The tickets whose numbers the asker may be shown."""
    if invocation.actor.staff:
        return tuple(t for t in invocation.context.store.tickets.going_on() if not t.confidential)
    return reported_by(invocation.context.store, invocation.actor.account)


def _answered(invocation: Invocation) -> Ticket | None:
    said, store = invocation.said, invocation.context.store
    if said.reply_to is None:
        return None
    card = store.cards.at(said.chat, said.reply_to)
    message = store.tickets.message_at(said.chat, said.reply_to)
    found = card.ticket if card else message.ticket if message else None
    return store.tickets.get(found) if found is not None else None
