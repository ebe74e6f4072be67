"""Leave (请假), stand-ins (代班) and swapped shifts (换班): agreed, told to whom it concerns, taken back."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from bot.domain.messages import Button, Buttons, Face, Outgoing, Priority, Say
from bot.domain.shifts import Stretch
from bot.domain.tickets import Ticket
from bot.files.shiftwords import stretch_words
from handlers import handover
from handlers.context import Actor, Context, Refused
from handlers.routing import ladder_of
from storage.duty import ASKED, HOLDS, LEAVE, REFUSED, SWAP, UNDONE, Change

_LONGEST = timedelta(days=180)
_SOON = timedelta(hours=12)
_TIME_TO_ANSWER = timedelta(hours=1)
"""Nobody is called slow before that."""


def days(context: Context, change: Change) -> str:
    """``11月20日至23日``"""
    return stretch_words(Stretch(change.starts_at, change.ends_at), context.zone)


def line(context: Context, change: Change) -> str:
    """``老李 11月20日至23日 请假，李四代班``: one change for those who plan."""
    name, when = context.name_of(change.person), days(context, change)
    if change.stand_in is None:
        return context.say("leave.line_alone", name=name, when=when)
    other = context.name_of(change.stand_in)
    return context.say(f"leave.line_{change.kind}", name=name, other=other, when=when)


# -- leave ---------------------------------------------------------------------------------------------


def take_leave(
    context: Context, person: str, other: str | None, stretch: Stretch, by: str
) -> tuple[str, list[Outgoing]]:
    """Somebody is away, and somebody may stand in: the answer, and who else hears of it. Raises Refused."""
    _check(context, person, stretch)
    if other is not None:
        _check_stand_in(context, person, other, stretch)
    earlier = _overlapping(context, person, stretch)
    if earlier is None:
        change = context.store.duty.add(LEAVE, person, other, (stretch.start, stretch.end), by, context.now)
    elif (earlier.starts_at, earlier.ends_at) == (stretch.start, stretch.end) and earlier.kind == LEAVE:
        # Said once more with somebody else: only the stand-in changes.
        context.store.duty.stands_in(earlier, other)
        change = context.store.duty.get(earlier.id) or earlier
    else:
        key = "leave.overlap" if earlier.kind == LEAVE else "leave.overlap_swap"
        raise Refused(key, name=context.name_of(person), when=days(context, earlier))
    lines = [line(context, change)]
    lines += [
        context.say("leave.was_stand_in", name=context.name_of(c.person), when=days(context, c))
        for c in context.store.duty.lasting(context.now)
        if c.stand_in == person and c.touches(stretch.start, stretch.end)
    ]
    # What is over before anybody may be woken is no news in the morning.
    over = change.ends_at <= _morning(context)
    out = [] if over else _tell_stand_in(context, change)
    if other is None:
        lines.append(context.say("leave.no_stand_in"))
    elif not out and not over:
        lines.append(context.say("leave.unreachable", name=context.name_of(other)))
    key = f"leave:{change.id}:{context.now.isoformat()}"
    out += to_committee(context, f"{key}:committee", "\n".join(lines), but=by)
    if by != person:
        out += _tell(
            context, person, f"{key}:person", context.say("leave.entered", line=line(context, change))
        )
    if change.at(context.now) and not over:
        more, offered = begins(context, change)
        lines += more
        out += offered
    lines.append(context.say("leave.undo"))
    return "\n".join(lines), out


def begins(context: Context, change: Change) -> tuple[list[str], list[Outgoing]]:
    """Somebody's leave has begun: what they have in hand is offered to their stand-in, else to whoever is next.

    Each leave does so once. Returns what came of it in words, and what is said.
    """
    if not context.store.compound.claim(f"leave-begins:{change.id}", change.starts_at):
        return [], []
    takers: dict[str, list[Ticket]] = defaultdict(list)
    alone: list[Ticket] = []
    for ticket in handover.in_hand(context, change.person):
        taker = change.stand_in or _next(context, ticket, change.person)
        if taker:
            takers[taker].append(ticket)
        else:
            alone.append(ticket)
    lines: list[str] = []
    out: list[Outgoing] = []
    name = context.name_of(change.person)
    for taker, found in takers.items():
        intro = context.say("leave.offer", name=name, when=days(context, change), count=len(found))
        try:
            out += handover.offer(context, found, change.person, taker, change.made_by, intro)
        except Refused:
            alone += found
            continue
        lines.append(context.say("leave.offered", name=context.name_of(taker), count=len(found)))
    if alone:
        numbers = "、".join(f"#{ticket.number}" for ticket in alone)
        text = context.say("leave.alone", name=name, numbers=numbers, number=alone[0].number)
        lines.append(text)
        out += to_committee(context, f"leave:{change.id}:alone", text)
    return lines, out


def ended(context: Context, change: Change) -> list[Outgoing]:
    """Somebody is back: nothing changes hands by itself, and they are told where their tickets are."""
    if not context.store.compound.claim(f"leave-ends:{change.id}", change.ends_at):
        return []
    given = context.store.duty.given_by(change.person, change.starts_at)
    found = ((part, context.store.tickets.get(part.ticket)) for part in given)
    still = [(part, t) for part, t in found if t is not None and t.going_on and t.assignee == part.taker]
    if not still:
        return []
    numbers = "、".join(f"#{t.number}（{context.name_of(part.taker)}）" for part, t in still)
    text = context.say("leave.back", name=context.name_of(change.person), numbers=numbers)
    return _tell(context, change.person, f"leave:{change.id}:back", text)


def cannot_stand_in(context: Context, actor: Actor, change_id: int) -> tuple[str, list[Outgoing]]:
    """The stand-in cannot: the leave holds, the committee and the one on leave look for another."""
    change = context.store.duty.get(change_id)
    if change is None or change.state != HOLDS or change.ends_at <= context.now:
        raise Refused("refused.stale")
    if actor.person is None or actor.person != change.stand_in:
        raise Refused("handover.not_yours")
    context.store.duty.stands_in(change, None)
    text = context.say(
        "leave.cannot_told", other=actor.name, name=context.name_of(change.person), when=days(context, change)
    )
    key = f"leave:{change.id}:cannot:{context.now.isoformat()}"
    out = to_committee(context, key, text, but=actor.person, priority=Priority.CARD)
    return context.say("leave.cannot"), [*out, *_tell(context, change.person, f"{key}:person", text)]


# -- swaps ---------------------------------------------------------------------------------------------


def ask_swap(
    context: Context, person: str, other: str, mine: Stretch, theirs: Stretch | None
) -> tuple[str, list[Outgoing]]:
    """Ask a colleague to do a shift, against one of theirs if that is said. Raises Refused."""
    for who, whose, stretch in _parts(person, other, mine, theirs):
        _check_swap(context, who, whose, stretch)
    chat = context.store.people.reach(other)
    if chat is None:
        raise Refused("handover.unreachable", name=context.name_of(other))
    pair: int | None = None
    for who, whose, stretch in _parts(person, other, mine, theirs):
        change = context.store.duty.add(
            SWAP, who, whose, (stretch.start, stretch.end), person, context.now, state=ASKED, pair=pair
        )
        pair = pair or change.id
    values = {"name": context.name_of(person), "when": stretch_words(mine, context.zone)}
    if theirs is None:
        question = context.say("swap.ask", **values)
    else:
        question = context.say("swap.ask_both", theirs=stretch_words(theirs, context.zone), **values)
    row = (
        Button(context.say("swap.yes"), f"d:swap:{pair}:yes"),
        Button(context.say("swap.no"), f"d:swap:{pair}:no"),
    )
    out = Say(chat, f"swap:{pair}:ask", Face(question, (row,)), Priority.CARD, not_before=_morning(context))
    return context.say("swap.asked", name=context.name_of(other)), [out]


def settle_swap(context: Context, actor: Actor, change_id: int, *, yes: bool) -> tuple[str, list[Outgoing]]:
    """The colleague agrees or not; the one who asked hears it, and the committee if it holds."""
    first = context.store.duty.get(change_id)
    if first is None or first.kind != SWAP:
        raise Refused("refused.stale")
    if actor.person is None or actor.person != first.stand_in or not actor.staff:
        raise Refused("handover.not_yours")
    if first.state != ASKED:
        raise Refused("swap.settled")
    parts = context.store.duty.pair(first)
    if any(part.starts_at <= context.now for part in parts):
        raise Refused("swap.too_late")
    if yes:
        for part in parts:
            _check_swap(context, part.person, part.stand_in or "", Stretch(part.starts_at, part.ends_at))
    for part in parts:
        context.store.duty.settle(part, HOLDS if yes else REFUSED, context.now)
    lines = "\n".join(line(context, part) for part in parts)
    key = f"swap:{first.id}:settled"
    if not yes:
        text = context.say("swap.refused_told", name=actor.name, when=days(context, first))
        return context.say("swap.refused"), _tell(context, first.person, key, text)
    out = _tell(context, first.person, key, context.say("swap.agreed_told", name=actor.name, lines=lines))
    out += to_committee(context, f"{key}:committee", lines, but=actor.person)
    return context.say("swap.agreed", lines=lines), out


def unanswered(context: Context) -> list[Outgoing]:
    """A swap that nobody has answered half a day before: the one who asked hears it once; then it lapses."""
    out: list[Outgoing] = []
    for change in context.store.duty.asked(context.now):
        if change.starts_at <= context.now:
            context.store.duty.settle(change, UNDONE, context.now)
        elif (
            change.pair is None
            and change.starts_at - context.now <= _SOON
            and context.now - change.made_at >= _TIME_TO_ANSWER
            and context.store.compound.claim(f"swap-unanswered:{change.id}", change.starts_at)
        ):
            other = context.name_of(change.stand_in or "")
            text = context.say("swap.unanswered", name=other, when=days(context, change))
            out += _tell(context, change.person, f"swap:{change.id}:unanswered", text)
    return out


# -- taking back ---------------------------------------------------------------------------------------


def take_back(context: Context, person: str, by: str, stretch: Stretch | None) -> tuple[str, list[Outgoing]]:
    """Leave or a swap is taken back, the next one unless days are said; leave that has begun ends now."""
    mine = [
        change
        for change in (*context.store.duty.lasting(context.now), *context.store.duty.asked(context.now))
        if person == change.person or (change.kind == SWAP and change.made_by == person)
    ]
    if stretch is not None:
        mine = [change for change in mine if change.touches(stretch.start, stretch.end)]
    if not mine:
        raise Refused("leave.nothing", name=context.name_of(person))
    change = min(mine, key=lambda found: found.starts_at)
    parts = context.store.duty.pair(change)
    for part in parts:
        if part.at(context.now) and part.kind == LEAVE:
            context.store.duty.ends(part, context.now)
        else:
            context.store.duty.settle(part, UNDONE, context.now)
    lines = "\n".join(line(context, part) for part in parts)
    text = context.say("leave.taken_back", lines=lines)
    key = f"leave:{change.id}:undone:{context.now.isoformat()}"
    told = {who for part in parts for who in (part.person, part.stand_in) if who} - {by}
    out = [o for n, who in enumerate(sorted(told)) for o in _tell(context, who, f"{key}:{n}", text)]
    out += to_committee(context, f"{key}:committee", text, but=by)
    now = context.store.duty.get(change.id)
    if now is not None and now.state == HOLDS:
        out += ended(context, now)
    return text, out


# -- checks and words ----------------------------------------------------------------------------------


def _check(context: Context, person: str, stretch: Stretch) -> None:
    when = stretch_words(stretch, context.zone)
    if stretch.end <= context.now:
        raise Refused("leave.past", when=when)
    if stretch.end - max(stretch.start, context.now) > _LONGEST:
        raise Refused("leave.too_long", days=_LONGEST.days)
    if not context.roster.of(person, stretch.start.astimezone(context.zone).date()):
        raise Refused("leave.no_duty", name=context.name_of(person), when=when)


def _check_stand_in(context: Context, person: str, other: str, stretch: Stretch) -> None:
    name = context.name_of(other)
    if other == person:
        raise Refused("leave.same", name=name)
    _check(context, other, stretch)
    gone = _overlapping(context, other, stretch)
    if gone is not None:
        raise Refused("leave.stand_in_away", name=name, when=days(context, gone))


def _check_swap(context: Context, person: str, other: str, stretch: Stretch) -> None:
    _check(context, person, stretch)
    if stretch.start <= context.now:
        raise Refused("swap.too_late")
    _check_stand_in(context, person, other, stretch)
    earlier = _overlapping(context, person, stretch)
    if earlier is not None:
        key = "leave.overlap" if earlier.kind == LEAVE else "leave.overlap_swap"
        raise Refused(key, name=context.name_of(person), when=days(context, earlier))


def _overlapping(context: Context, person: str, stretch: Stretch) -> Change | None:
    found = (c for c in context.store.duty.lasting(context.now) if c.person == person)
    return next((c for c in found if c.touches(stretch.start, stretch.end)), None)


def _parts(
    person: str, other: str, mine: Stretch, theirs: Stretch | None
) -> tuple[tuple[str, str, Stretch], ...]:
    first = (person, other, mine)
    return (first,) if theirs is None else (first, (other, person, theirs))


def _next(context: Context, ticket: Ticket, person: str) -> str | None:
    """Who of the ladder could take a ticket over: the first on duty who can be reached."""
    people = (p for rung in ladder_of(context, ticket) for p in rung.people if p != person)
    return next((p for p in people if context.store.people.reach(p)), None)


def _tell_stand_in(context: Context, change: Change) -> list[Outgoing]:
    if change.stand_in is None:
        return []
    name = context.name_of(change.person)
    text = context.say("leave.please", name=name, when=days(context, change))
    buttons = ((Button(context.say("leave.cannot_button"), f"d:cannot:{change.id}"),),)
    key = f"leave:{change.id}:stand-in:{context.now.isoformat()}"
    return _tell(context, change.stand_in, key, text, buttons)


def _tell(context: Context, person: str, key: str, text: str, buttons: Buttons = ()) -> list[Outgoing]:
    chat = context.store.people.reach(person)
    if chat is None:
        return []
    return [Say(chat, key, Face(text, buttons), Priority.CARD, not_before=_morning(context))]


def to_committee(
    context: Context, key: str, text: str, *, but: str = "", priority: Priority = Priority.DIGEST
) -> list[Outgoing]:
    """The committee hears of it by day, except the member who did it."""
    own = context.store.people.reach(but) if but else None
    chats = [chat for chat in context.committee_chats() if chat != own]
    return [
        Say(chat, f"{key}:{n}", Face(text), priority, not_before=_morning(context))
        for n, chat in enumerate(chats)
    ]


def _morning(context: Context) -> datetime:
    return context.hours.awake(context.now)
