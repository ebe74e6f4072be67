"""Buttons: every press is answered, checked against rights and the ticket's present state, and safe to repeat."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.messages import Answer, Button, Face, Outgoing, Press, Priority, Say
from bot.domain.permissions import Right
from bot.domain.tickets import Ticket, Verb
from bot.domain.verdicts import Kind
from handlers import assenting
from handlers.borders import crosses
from handlers.cards import refresh
from handlers.commands import referring, rules
from handlers.commands.correcting import as_chatter
from handlers.commands.duty_buttons import duty_pressed
from handlers.commands.persons import short_hash
from handlers.commands.table import confirmed
from handlers.context import Actor, Context, Refused
from handlers.filing import Report, file
from handlers.follow_ups import leave
from handlers.stars import give
from handlers.steps import Step, check, rights, take
from handlers.urging import urge

_NEEDS_WORDS = {
    Verb.RESOLVE: "proof",
    Verb.PAUSE: "pause",
    Verb.PLAN: "plan",
    Verb.DECLINE: "decline",
    Verb.ANSWER: "answer",
}
"""Steps that ask for a line (or a photo) before they are taken."""

_GLANCE = 30
"""Characters that are read before a toast is gone; what is longer stays until it is closed."""

ASKED_FOR = timedelta(minutes=30)
"""How long a question to a worker stays open."""


@dataclass(frozen=True, slots=True)
class _Pressed:
    press: Press
    context: Context
    actor: Actor
    ticket: Ticket
    argument: str


def handle(press: Press, context: Context) -> list[Outgoing]:
    """Do what the button says. Raises Refused for what is not allowed; the router answers with its text."""
    kind, _, rest = press.data.partition(":")
    actor = context.actor(press.author)
    if kind == "c":
        token, _, said = rest.partition(":")
        return _settle(press, context, actor, token, said == "yes")
    if kind == "d":
        text, out = duty_pressed(context, actor, rest)
        return [toast(press, text[:190], alert=len(text) > _GLANCE), *out]
    if kind == "r":
        return [toast(press, rules.pressed(context, actor, rest)[:190], alert=True)]
    if kind == "a":
        text, out = assenting.pressed(context, actor, rest)
        return [toast(press, text), *out]
    if kind != "t":
        raise Refused("refused.stale")
    number, _, word = rest.partition(":")
    word, _, argument = word.partition(":")
    ticket = (
        context.store.tickets.get(int(number), lock=True) if number.isdecimal() and len(number) < 12 else None
    )
    if ticket is None:
        raise Refused("refused.stale")
    pressed = _Pressed(press, context, actor, ticket, argument)
    special = _SPECIAL.get(word)
    if special is not None:
        return special(pressed)
    try:
        verb = Verb(word)
    except ValueError:
        raise Refused("refused.stale") from None
    return _step(pressed, verb)


def toast(press: Press, text: str, *, alert: bool = False) -> Answer:
    """The answer that every press gets."""
    return Answer(press.id, press.chat, text, alert)


def _step(pressed: _Pressed, verb: Verb) -> list[Outgoing]:
    press, context, ticket = pressed.press, pressed.context, pressed.ticket
    if verb in _NEEDS_WORDS:
        check(context, ticket, verb, pressed.actor)
        return _ask(pressed, _NEEDS_WORDS[verb])
    before = ticket
    ticket, out = take(context, ticket, Step(verb), pressed.actor)
    same = (ticket.state, ticket.confidential) == (before.state, before.confidential)
    key = "toast.again" if same and verb is not Verb.ACCEPT else f"toast.{verb.value}"
    return [toast(press, context.say(key, number=ticket.number)), *out]


def _ask(pressed: _Pressed, what: str) -> list[Outgoing]:
    press, context, ticket = pressed.press, pressed.context, pressed.ticket
    context.store.memory.expect(press.chat, press.author, what, context.now + ASKED_FOR, ticket.id)
    text = context.say(f"ask.{what}", number=ticket.number)
    return [toast(press, context.say("toast.asked")), _prompt(press, text)]


def _prompt(press: Press, text: str, buttons: tuple[tuple[Button, ...], ...] = ()) -> Say:
    return Say(
        press.chat,
        f"prompt:{press.id}",
        Face(text, buttons),
        Priority.ANSWER,
        reply_to=press.message if press.in_group else None,
    )


def _choose_person(pressed: _Pressed) -> list[Outgoing]:
    context, ticket = pressed.context, pressed.ticket
    check(context, ticket, Verb.ASSIGN, pressed.actor)
    near = [
        d
        for d in context.roster.on(context.today)
        if not ticket.place.known or d.area.covers(ticket.place) or d.area.whole
    ]
    people = [p for p in dict.fromkeys(d.person for d in near) if p != ticket.assignee][:12]
    rows = [
        (
            Button(
                f"{_role(context, p)} {context.name_of(p)}",
                f"t:{ticket.id}:to:{short_hash(p)}",
                number=ticket.number,
            ),
        )
        for p in people
    ]
    teams = (team for team in context.roster.teams if team != ticket.assignee and not ticket.confidential)
    rows += [(Button(team, f"t:{ticket.id}:to:{short_hash(team)}"),) for team in teams]
    if not rows:
        raise Refused("refused.nobody")
    return [
        toast(pressed.press, ""),
        _prompt(pressed.press, context.say("ask.assign", number=ticket.number), tuple(rows)),
    ]


def _role(context: Context, person: str) -> str:
    duties = context.roster.of(person, context.today)
    return duties[0].role.value if duties else ""


def _assign(pressed: _Pressed) -> list[Outgoing]:
    context = pressed.context
    names = (*(d.person for d in context.roster.on(context.today)), *context.roster.teams)
    found = [name for name in names if short_hash(name) == pressed.argument]
    if not found:
        raise Refused("refused.stale")
    ticket, out = take(context, pressed.ticket, Step(Verb.ASSIGN, person=found[0]), pressed.actor)
    text = context.say("toast.assigned", number=ticket.number, name=context.name_of(found[0]))
    return [toast(pressed.press, text), *out]


def _choose_class(pressed: _Pressed) -> list[Outgoing]:
    context, ticket = pressed.context, pressed.ticket
    check(context, ticket, Verb.RECLASS, pressed.actor)
    kinds = tuple(
        Button(context.say(f"kind.{kind.value}"), f"t:{ticket.id}:kind:{kind.value}", number=ticket.number)
        for kind in Kind
        if kind is not ticket.kind
    )
    topics = [t for t in context.files.rulebook.topics if t != ticket.topic]
    rows = [kinds]
    for start in range(0, len(topics), 4):
        row = (Button(t, f"t:{ticket.id}:topic:{t}", number=ticket.number) for t in topics[start : start + 4])
        rows.append(tuple(row))
    return [
        toast(pressed.press, ""),
        _prompt(pressed.press, context.say("ask.reclass", number=ticket.number), tuple(rows)),
    ]


def _reclass_kind(pressed: _Pressed) -> list[Outgoing]:
    context = pressed.context
    try:
        kind = Kind(pressed.argument)
    except ValueError:
        raise Refused("refused.stale") from None
    if kind is Kind.CHATTER:
        ticket, out = as_chatter(context, pressed.ticket, pressed.actor)
        return [toast(pressed.press, context.say("command_reclass.chatter", number=ticket.number)), *out]
    ticket, out = take(context, pressed.ticket, Step(Verb.RECLASS, kind=kind), pressed.actor)
    return [toast(pressed.press, _reclassed(context, ticket)), *out]


def _reclass_topic(pressed: _Pressed) -> list[Outgoing]:
    context = pressed.context
    if pressed.argument not in context.files.rulebook.topics:
        raise Refused("refused.stale")
    ticket, out = take(context, pressed.ticket, Step(Verb.RECLASS, topic=pressed.argument), pressed.actor)
    return [toast(pressed.press, _reclassed(context, ticket)), *out]


def _reclassed(context: Context, ticket: Ticket) -> str:
    kind = context.say(f"kind.{ticket.kind.value}")
    return context.say("toast.reclassed", number=ticket.number, kind=kind, topic=ticket.topic)


def _persons(pressed: _Pressed) -> list[Outgoing]:
    """The committee may see who it was; the look is written into the diary."""
    context, ticket, press = pressed.context, pressed.ticket, pressed.press
    if Right.COMMITTEE not in rights(context, ticket, pressed.actor):
        raise Refused("refused.persons")
    if crosses(context, ticket, press.chat):
        raise Refused("card.abroad")
    context.store.tickets.note(ticket, context.now, "persons_seen", "committee", pressed.actor.account)
    name = ticket.reporter_name or context.say("card.reporter_removed")
    how = "、".join(part for part in (ticket.contact, ticket.place.full()) if part)
    # An alert is seen by the one who pressed alone, even in the committee's group.
    return [
        toast(press, context.say("toast.persons", number=ticket.number, name=name, how=how)[:190], alert=True)
    ]


def _refer(pressed: _Pressed) -> list[Outgoing]:
    """转办: the department, its number and the day of the follow-up, one question after the other."""
    press = pressed.press
    reply = referring.pressed(pressed.context, pressed.actor, press.chat, pressed.ticket, pressed.argument)
    return [toast(press, ""), _prompt(press, reply.text, reply.buttons), *reply.out]


def _split(pressed: _Pressed) -> list[Outgoing]:
    """ "不是一回事": a voice that was joined by mistake becomes a ticket of its own."""
    context, ticket, press = pressed.context, pressed.ticket, pressed.press
    mine = leave(context, ticket, pressed.actor)
    text = "\n".join(message.text for message in mine)
    verdict = context.files.classifier.classify(text)
    if verdict.kind not in (Kind.COMPLAINT, Kind.WISH):
        return [toast(press, context.say("toast.split", number=ticket.number))]
    last = mine[-1]
    own = Report(text, verdict, press.author, press.author.name, last.at, last.chat, last.message)
    filed, out = file(context, own)
    return [toast(press, context.say("toast.split_filed", number=ticket.number, own=filed.number)), *out]


def _star(pressed: _Pressed) -> list[Outgoing]:
    count = int(pressed.argument) if pressed.argument in set("12345") else 0
    thanks = give(pressed.context, pressed.ticket, pressed.actor.account, count)
    refresh(pressed.context, pressed.ticket)
    return [toast(pressed.press, thanks)]


def _urge(pressed: _Pressed) -> list[Outgoing]:
    """催一下: counted once an hour for each neighbour; staff have other ways."""
    context, before = pressed.context, pressed.ticket
    ticket, out = urge(context, before, pressed.actor.account, pressed.actor.kind)
    key = "toast.urged" if ticket.urged > before.urged else "toast.urged_again"
    return [toast(pressed.press, context.say(key, number=ticket.number, count=ticket.urged)), *out]


def _settle(press: Press, context: Context, actor: Actor, token: str, agreed: bool) -> list[Outgoing]:
    waits = context.store.memory.expected(press.chat, press.author, context.now, "confirm")
    if waits is None or waits.data.get("token") != token:
        raise Refused("refused.stale")
    context.store.memory.met(press.chat, press.author, "confirm")
    if not agreed:
        return [toast(press, context.say("toast.cancelled"))]
    out = confirmed(context, actor, waits.data, press.chat, f"confirmed:{token}")
    return [toast(press, context.say("toast.done")), *out]


_SPECIAL: dict[str, Callable[[_Pressed], list[Outgoing]]] = {
    Verb.ASSIGN.value: _choose_person,
    "to": _assign,
    Verb.RECLASS.value: _choose_class,
    "kind": _reclass_kind,
    "topic": _reclass_topic,
    "persons": _persons,
    "split": _split,
    "urge": _urge,
    Verb.REFER.value: _refer,
    "star": _star,
}
