"""Handing a matter to a department outside: what was said of it, and the questions for what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from bot.domain.messages import Address, Button, Buttons, Face, Outgoing, Priority, Say
from bot.domain.permissions import STEPS, Right
from bot.domain.tickets import State, Ticket, Verb
from handlers.assents import amend, named, needs_assent
from handlers.cards import refresh
from handlers.clocks import working
from handlers.commands.referral_words import Draft, none_given, plain, read
from handlers.commands.until import split_until
from handlers.confidence import confided_chats
from handlers.context import Actor, Context, Refused
from handlers.faces import matter
from handlers.referrals import referral_of
from handlers.steps import Step, check, rights, take
from handlers.wishes import referral_wished, until_of

ASKED_FOR = timedelta(minutes=30)
"""How long each question stays open."""
TO, NUMBER, UNTIL = "refer_to", "refer_number", "refer_until"
"""What is waited for: the department, its number, the day of the follow-up."""
_LONGEST = timedelta(days=180)
_DAYS = (1, 3, 7)
"""Days that are offered for the follow-up."""
_NAME, _NOTE = 20, 300


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered to whoever refers, and what else comes of it."""

    text: str
    buttons: Buttons = ()
    out: tuple[Outgoing, ...] = ()


def begin(context: Context, actor: Actor, chat: Address, ticket: Ticket, said: str) -> Reply:
    """``燃气 单号 20261122-7 11-25 已告知王工``: refer, or ask for what is missing. Raises Refused."""
    check(context, ticket, Verb.REFER, actor)
    known = _known(context, ticket)
    draft = read(context, said, replace(known, until=None))
    new_number = draft.department == known.department and draft.reference != known.reference
    if new_number and draft.until is None and known.until is not None and known.until > context.now:
        # Only the number was missing.
        draft = replace(draft, until=known.until)
    return _go_on(context, actor, chat, ticket, draft)


def told(context: Context, actor: Actor, chat: Address, ticket: Ticket, what: str, said: str) -> Reply:
    """The answer in words to one of the questions. Raises Refused."""
    waits = context.store.memory.expected(chat, actor.account, context.now, what)
    draft = _from_json(waits.data if waits else {})
    said = plain(said)
    if what == NUMBER:
        first, _, rest = said.partition(" ")
        if none_given(said):
            draft = replace(draft, reference="")
        elif none_given(first):
            draft = read(context, rest, replace(draft, reference=""), named=True)
        else:
            draft = read(context, said, draft, named=True)
        if draft.reference is None:
            raise Refused("referral.ask_number", number=ticket.number, department=draft.department)
    elif what == UNTIL:
        found = read(context, said, draft, named=True)
        if found.until is None:
            note, until = split_until(said, context.now, context.zone, context.config.hours.working_from)
            found = replace(draft, until=until, note=f"{draft.note} {note}".strip())
        if found.until is None:
            raise Refused("referral.ask_until", number=ticket.number, department=draft.department)
        draft = found
    else:
        draft = read(context, said, draft)
    return _go_on(context, actor, chat, ticket, draft)


def pressed(context: Context, actor: Actor, chat: Address, ticket: Ticket, argument: str) -> Reply:
    """One of the questions' buttons. Raises Refused, also where its question is no longer open."""
    check(context, ticket, Verb.REFER, actor)
    word, _, value = argument.partition("-")
    if word in ("", "longer"):
        draft = replace(_known(context, ticket), until=None)
    else:
        what = {"to": TO, "none": NUMBER, "in": UNTIL}.get(word, "")
        waits = context.store.memory.expected(chat, actor.account, context.now, what) if what else None
        if waits is None or waits.ticket != ticket.id:
            raise Refused("refused.stale")
        context.store.memory.met(chat, actor.account, what)
        draft = _chosen(context, _from_json(waits.data), word, value)
    return _go_on(context, actor, chat, ticket, draft)


def _chosen(context: Context, draft: Draft, word: str, value: str) -> Draft:
    if word == "none":
        return replace(draft, reference="")
    if word == "to":
        named = [d for d in context.config.routing.departments if _short(d) == value]
        if named:
            return replace(draft, department=named[0])
    if word == "in" and value in map(str, _DAYS):
        day = context.today + timedelta(days=int(value))
        return replace(draft, until=datetime.combine(day, context.config.hours.working_from, context.zone))
    raise Refused("refused.stale")


def _known(context: Context, ticket: Ticket) -> Draft:
    """The referral that a ticket has already, also one that waits for assent; another empty draft else."""
    referral = referral_of(context, ticket)
    if referral is not None:
        return Draft(referral.department, referral.reference, referral.follow_up)
    wish = referral_wished(context, ticket)
    if wish is None:
        return Draft()
    return Draft(str(wish.data["department"]), str(wish.data["reference"]), until_of(wish))


def _go_on(context: Context, actor: Actor, chat: Address, ticket: Ticket, draft: Draft) -> Reply:
    """Ask for what is missing first, or refer."""
    name, number = draft.department, ticket.number
    if not draft.department:
        rows = _rows([(d, f"to-{_short(d)}") for d in context.config.routing.departments], ticket, 3)
        return _ask(
            context, actor, chat, ticket, draft, TO, context.say("referral.ask_to", number=number), rows
        )
    if draft.reference is None:
        rows = _rows([(context.say("referral.no_number"), "none")], ticket, 1)
        text = context.say("referral.ask_number", number=number, department=name)
        return _ask(context, actor, chat, ticket, draft, NUMBER, text, rows)
    if draft.until is None:
        rows = _rows([(context.say("referral.in_days", count=n), f"in-{n}") for n in _DAYS], ticket, 3)
        text = context.say("referral.ask_until", number=number, department=name)
        return _ask(context, actor, chat, ticket, draft, UNTIL, text, rows)
    return _refer(context, actor, ticket, draft, draft.until)


def _ask(
    context: Context,
    actor: Actor,
    chat: Address,
    ticket: Ticket,
    draft: Draft,
    what: str,
    text: str,
    buttons: Buttons,
) -> Reply:
    until = context.now + ASKED_FOR
    context.store.memory.expect(chat, actor.account, what, until, ticket.id, **_to_json(draft))
    return Reply(text, buttons)


def _refer(context: Context, actor: Actor, ticket: Ticket, draft: Draft, until: datetime) -> Reply:
    if until <= context.now:
        raise Refused("command_pause.past", until=context.clock(until))
    if until - context.now > _LONGEST:
        raise Refused("referral.far", days=_LONGEST.days)
    # Nobody is to be woken by a follow-up.
    until = context.hours.awake(until)
    step = Step(
        Verb.REFER,
        note=draft.note[:_NOTE],
        until=until,
        department=draft.department[:_NAME],
        reference=draft.reference or "",
    )
    known = _known(context, ticket)
    if known.department == step.department:
        if (known.reference, known.until, step.note) == (step.reference, until, ""):
            return Reply(_said(context, ticket, step, "same"))
        wish = referral_wished(context, ticket)
        if wish is not None and not actor.committee:
            amend(context, ticket, wish, step, actor)
            refresh(context, ticket)
            return Reply(_said(context, ticket, step, "updated"))
    out: list[Outgoing] = []
    if ticket.state is State.OPEN and needs_assent(context, ticket, step, actor):
        # Whoever has called the department has it in hand; only the clock waits.
        ticket, out = take(context, ticket, Step(Verb.ACCEPT), actor)
    ticket, more = take(context, ticket, step, actor)
    out += more
    if ticket.state is not State.REFERRED:
        return Reply(_said(context, ticket, step, "wished"), out=tuple(out))
    moved = known.department != step.department
    if moved and not actor.committee:
        out += _tell_committee(context, actor, ticket, until)
    return Reply(_said(context, ticket, step, "done" if moved else "updated"), out=tuple(out))


def _said(context: Context, ticket: Ticket, step: Step, key: str) -> str:
    return context.say(
        f"referral.{key}",
        number=ticket.number,
        department=named(context, step.department, step.reference if key in ("same", "updated") else ""),
        until=context.clock(step.until) if step.until else "",
    )


def _tell_committee(context: Context, actor: Actor, ticket: Ticket, until: datetime) -> list[Outgoing]:
    """A worker's clock stands while others are at work: the committee hears of it and may end it."""
    text = context.say(
        "referral.told",
        name=actor.name,
        number=ticket.number,
        matter=matter(ticket),
        department=ticket.paused_reason,
        until=context.clock(until),
    )
    key = f"referred:{ticket.id}:{context.now.isoformat()}"
    by_day = context.hours.awake(context.now)
    return [
        Say(chat, f"{key}:{n}", Face(text), Priority.GROUP, ticket=ticket.id, not_before=by_day)
        for n, chat in enumerate(
            confided_chats(context) if ticket.confidential else context.committee_chats()
        )
    ]


def answer_came(context: Context, actor: Actor, ticket: Ticket, said: str) -> Reply:
    """What the department answered: the ticket goes on, and its holder is told. Raises Refused."""
    wish = referral_wished(context, ticket) if working(ticket) else None
    if wish is None or not rights(context, ticket, actor) & STEPS[Verb.ANSWER]:
        check(context, ticket, Verb.ANSWER, actor)
    if not said.strip():
        raise Refused("ask.answer", number=ticket.number)
    department = str(wish.data["department"]) if wish else ticket.paused_reason
    step = Step(Verb.ANSWER, note=said.strip()[:_NOTE])
    out: list[Outgoing] = []
    if wish is None:
        ticket, out = take(context, ticket, step, actor)
    else:
        # Its clock has never stood.
        context.store.assents.settle_all(ticket.id, Verb.REFER.value)
        note = context.store.tickets.note
        note(ticket, context.now, step.verb.value, actor.kind, actor.account, note=step.note)
        refresh(context, ticket)
    chat = context.store.people.reach(ticket.assignee) if ticket.assignee else None
    if chat is not None and ticket.assignee != actor.person:
        text = context.say(
            "referral.came_back", number=ticket.number, department=department, answer=said.strip()
        )
        key = f"answered:{ticket.id}:{context.now.isoformat()}"
        by_day = context.hours.awake(context.now)
        out = [*out, Say(chat, key, Face(text), Priority.CARD, ticket=ticket.id, not_before=by_day)]
    held = ticket.assignee == actor.person and Right.IN_CHARGE in rights(context, ticket, actor)
    key = "referral.answered_yours" if held else "referral.answered"
    return Reply(context.say(key, number=ticket.number, department=department), out=tuple(out))


def _rows(labels: list[tuple[str, str]], ticket: Ticket, width: int) -> Buttons:
    begins = f"t:{ticket.id}:{Verb.REFER.value}"
    buttons = [Button(label, f"{begins}:{data}", number=ticket.number) for label, data in labels]
    return tuple(tuple(buttons[n : n + width]) for n in range(0, len(buttons), width))


def _short(department: str) -> str:
    """A department in a button's few bytes."""
    return sha256(department.encode()).hexdigest()[:10]


def _to_json(draft: Draft) -> dict[str, object]:
    until = draft.until.isoformat() if draft.until else None
    return {"to": draft.department, "reference": draft.reference, "day": until, "note": draft.note}


def _from_json(data: Mapping[str, object]) -> Draft:
    reference, day = data.get("reference"), data.get("day")
    return Draft(
        str(data.get("to", "")),
        reference if isinstance(reference, str) else None,
        datetime.fromisoformat(day) if isinstance(day, str) else None,
        str(data.get("note", "")),
    )
