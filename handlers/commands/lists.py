"""Looking things up: the list of tickets, one ticket's diary, why it was filed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.messages import Button, Buttons, Outgoing
from bot.domain.permissions import Right
from bot.domain.places import Place
from bot.domain.tickets import State, Ticket
from bot.domain.verdicts import Kind
from bot.files.problems import nearest, shown
from handlers.commands import single
from handlers.commands.base import Command, Invocation, answer, privately
from handlers.commands.numbers import mine_of, parse_number
from handlers.commands.vocabulary import KINDS, topic_named
from handlers.confidence import may_know
from handlers.context import Context, Purpose, Refused
from handlers.faces import holder, matter
from handlers.lateness import late_ones
from storage.questions import ended_since, reported_by

_PARTS: Mapping[str, str] = {
    "open": "open",
    "未结": "open",
    "未办结": "open",
    "待办": "open",
    "在办": "open",
    "late": "late",
    "超时": "late",
    "逾期": "late",
    "mine": "mine",
    "我的": "mine",
    "我": "mine",
    "我手上的": "mine",
    "reported": "reported",
    "我报的": "reported",
    "closed": "closed",
    "已结": "closed",
    "已办结": "closed",
    "办结": "closed",
    "完成": "closed",
    "held": "held",
    "待审": "held",
    "待过目": "held",
}
_ENDED = (State.RESOLVED, State.CLOSED, State.DECLINED)
_LATELY = timedelta(days=30)
_LINES = 20
_BUTTONS = 6


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which tickets somebody wants to see."""

    part: str = "open"
    place: Place | None = None
    topic: str | None = None
    kind: Kind | None = None

    def admits(self, ticket: Ticket) -> bool:
        """Whether a ticket is one of them, whatever its state."""
        return (
            (self.topic is None or ticket.topic == self.topic)
            and (self.kind is None or ticket.kind is self.kind)
            and (self.place is None or _there(self.place, ticket.place))
        )


def wanted(context: Context, text: str) -> Wanted:
    """What "超时 3栋 电梯" asks for, in any order, joined or not. Raises Refused for a word that says nothing."""
    found = Wanted()
    for token in re.split(r"[\s,、;]+", text.lower()):
        place = context.files.classifier.only_place(token) if token else None
        if place:
            found = replace(found, place=place.over(found.place) if found.place else place)
            continue
        left = token
        for word in _words(context):
            if word in left:
                found = _narrowed(context, found, word)
                left = left.replace(word, " ", 1)
        for rest in left.split():
            found = _understood(context, found, rest)
    return found


def _words(context: Context) -> list[str]:
    return sorted({*_PARTS, *KINDS, *context.files.rulebook.topics} - {"我"}, key=len, reverse=True)


def _narrowed(context: Context, found: Wanted, word: str) -> Wanted:
    if word in context.files.rulebook.topics:
        return replace(found, topic=word)
    if word in KINDS:
        return replace(found, kind=KINDS[word])
    return replace(found, part=_PARTS[word])


def _understood(context: Context, found: Wanted, word: str) -> Wanted:
    if word in _PARTS:
        return replace(found, part=_PARTS[word])
    place = context.files.classifier.only_place(word)
    if place:
        return replace(found, place=place)
    topic = topic_named(context.files.rulebook, word)
    if topic is not None:
        return replace(found, topic=topic)
    if re.fullmatch(r"[的件单了]|工单|所有|全部|all", word):
        return found
    near = nearest(word, [*_PARTS, *context.files.rulebook.topics])
    if near is None:
        raise Refused("command_tickets.unknown", word=shown(word, 20))
    raise Refused("command_tickets.unknown_near", word=shown(word, 20), near=near)


def tickets(invocation: Invocation) -> list[Outgoing]:
    """The list: staff see the compound's, residents their own. A bare number is a ticket, not a building."""
    context, actor = invocation.context, invocation.actor
    number, rest = parse_number(invocation.rest)
    if number is not None and not rest:
        return single.ticket(replace(invocation, name="ticket"))
    want = wanted(context, invocation.rest)
    if not actor.staff and want.part not in ("closed", "reported"):
        want = replace(want, part="reported")
    late = late_ones(context)
    found = [t for t in _chosen(invocation, want, late) if want.admits(t) and _may_list(invocation, t)]
    if invocation.said.in_group and context.purpose(invocation.said.chat) is not Purpose.COMMITTEE:
        # What waits for the committee's eyes is not the group's business yet.
        found = [t for t in found if t.state is not State.HELD]
    if want.part not in ("closed", "reported"):
        found.sort(key=lambda t: (not t.emergency, t.id not in late, t.number))
    text = _page(invocation, want, found, late)
    if want.part == "reported" or not actor.staff:
        return privately(invocation, text)
    return [answer(invocation, text, _accept(invocation, want, found))]


def _may_list(invocation: Invocation, ticket: Ticket) -> bool:
    """What is in mediation stands in no list that others read."""
    if not ticket.confidential:
        return True
    mine = ticket.reporter == invocation.actor.account
    return not invocation.said.in_group and (mine or may_know(ticket, invocation.actor))


def _chosen(invocation: Invocation, want: Wanted, late: frozenset[int]) -> Iterable[Ticket]:
    context, actor = invocation.context, invocation.actor
    since = context.now - _LATELY
    if want.part == "reported" or not actor.staff:
        own = reported_by(context.store, actor.account)
        return [t for t in own if want.part != "closed" or t.state in _ENDED]
    if want.part == "closed":
        return ended_since(context.store, [s.value for s in _ENDED], since)
    if want.part == "mine":
        return mine_of(invocation)
    going_on = context.store.tickets.going_on()
    if want.part == "late":
        return [t for t in going_on if t.id in late]
    if want.part == "held":
        return [t for t in going_on if t.state is State.HELD]
    return going_on


def _page(invocation: Invocation, want: Wanted, found: list[Ticket], late: frozenset[int]) -> str:
    context = invocation.context
    label = " ".join(
        part
        for part in (
            want.place.public() if want.place else "",
            want.topic or "",
            context.say(f"kind.{want.kind.value}") if want.kind else "",
        )
        if part
    )
    if not found:
        return context.say(f"command_tickets.none_{want.part}", label=f" {label}" if label else "")
    head = context.say(f"command_tickets.{want.part}", count=len(found), label=f" {label}" if label else "")
    lines = [head, *(_line(invocation, t, t.id in late) for t in found[:_LINES])]
    if len(found) > _LINES:
        lines.append(context.say("command_tickets.more", count=len(found) - _LINES))
    elif not invocation.said.in_group:
        lines.append(context.say("command_tickets.hint", number=found[0].number))
    return "\n".join(lines)


def _line(invocation: Invocation, ticket: Ticket, late: bool) -> str:
    """Number, matter, state, age: nothing of a resident. In private also who holds it."""
    context = invocation.context
    state = context.say(f"state.{ticket.state.value}")
    if not invocation.said.in_group and ticket.assignee and ticket.going_on:
        state = context.say("command_tickets.held_by", state=state, holder=holder(context, ticket))
    return context.say(
        "command_tickets.line",
        mark=context.say("command_tickets.emergency") if ticket.emergency and ticket.going_on else "",
        number=ticket.number,
        matter=matter(ticket),
        state=state,
        age=age(context, ticket.filed_at),
        late=context.say("command_tickets.mark_late") if late and ticket.going_on else "",
    )


def _accept(invocation: Invocation, want: Wanted, found: list[Ticket]) -> Buttons:
    """In private a worker takes what waits for them with one tap."""
    if invocation.said.in_group or want.part != "mine":
        return ()
    say = invocation.context.say
    return tuple(
        (Button(f"{say('button.accept')} #{t.number}", f"t:{t.id}:accept", number=t.number),)
        for t in [t for t in found if t.state is State.OPEN][:_BUTTONS]
    )


def age(context: Context, since: datetime) -> str:
    """How long ago, roughly: 5分钟, 3小时, 2天."""
    minutes = int((context.now - since).total_seconds() // 60)
    if minutes < 1:
        return context.say("age.now")
    if minutes < 60:
        return context.say("age.minutes", count=minutes)
    if minutes < 24 * 60:
        return context.say("age.hours", count=minutes // 60)
    return context.say("age.days", count=minutes // (24 * 60))


def _there(asked: Place, place: Place) -> bool:
    """Whether a ticket's place has to do with the one asked for."""
    if asked.phase and place.phase and asked.phase != place.phase:
        return False
    if asked.buildings:
        units = not asked.unit or not place.unit or asked.unit == place.unit
        return units and bool(set(asked.buildings) & set(place.buildings))
    if asked.spots:
        return bool(set(asked.spots) & set(place.spots))
    return bool(asked.phase) and asked.phase == place.phase


COMMANDS: tuple[Command, ...] = (
    Command("tickets", ("工单", "工单列表", "清单"), Right.ANYBODY, tickets),
    Command("ticket", ("查单", "日记"), Right.ANYBODY, single.ticket, private=True),
    Command("why", ("为什么",), Right.ANYBODY, single.why, private=True),
)
