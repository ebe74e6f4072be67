"""What the night has kept back: one list per worker and one per group, and the groups after a silence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

from bot.domain.messages import Address, Face, Outgoing, Priority, Say
from bot.domain.tickets import State, Ticket
from bot.domain.verdicts import Kind
from handlers.cards import reachable, refresh, ring_by_day, tell_group
from handlers.clocks import start_rung
from handlers.context import Context, Purpose
from handlers.faces import matter
from handlers.jobs.base import claim_morning
from handlers.jobs.bundles import bundle
from handlers.routing import ladder_of
from storage.agenda import Agenda

_PART = 20
"""Tickets in one message."""


def morning(context: Context) -> list[Outgoing]:
    """Once a day, at the morning hour or as soon after it as the bot runs by day: everybody hears of the night."""
    if not claim_morning(context, "morning"):
        return []
    return [*_ask_workers(context), *_tell_groups(context, "morning")]


def unmuted(context: Context) -> list[Outgoing]:
    """After a silence that the committee asked for, each owners' group hears what it missed. Not at night."""
    until = context.store.compound.row().muted_until
    if until is None or until > context.now or context.quiet:
        return []
    context.store.compound.change(muted_until=None)
    return _tell_groups(context, "unmuted")


def still_muted(context: Context, agenda: Agenda) -> bool:
    """Nobody has asked for silence, or it lasts."""
    return agenda.muted is None or agenda.muted > context.now or context.quiet


def _ask_workers(context: Context) -> list[Outgoing]:
    """Whoever is responsible is asked; the minutes to accept begin now."""
    lists: dict[str, list[Ticket]] = defaultdict(list)
    for ticket in context.store.tickets.going_on():
        if ticket.state is not State.OPEN or ticket.pinged_at is not None or ticket.listened:
            continue
        rungs = ladder_of(context, ticket)
        rung = rungs[ticket.rung] if ticket.rung < len(rungs) else None
        person = reachable(context, ticket, rung) if rung else None
        if person is None or ticket.emergency:
            _ring(context, ticket)
        else:
            lists[person].append(ticket)
    out: list[Outgoing] = []
    for person, found in lists.items():
        chat = context.store.people.reach(person)
        if len(found) == 1 or chat is None:
            # A single one comes as its card, which shows more.
            for ticket in found:
                _ring(context, ticket)
        else:
            given = [_given(context, ticket, person) for ticket in found]
            key = f"morning:{context.today}:{chat.platform}:{chat.chat}"
            out += bundle(context, chat, key, context.say("jobs_morning.worker", count=len(found)), given)
    return out


def _ring(context: Context, ticket: Ticket) -> None:
    refresh(context, ring_by_day(context, ticket))


def _given(context: Context, ticket: Ticket, person: str) -> Ticket:
    """The same as ringing, but for the card: the list stands for it until the ticket is accepted."""
    rung = ladder_of(context, ticket)[ticket.rung]
    ticket = context.store.tickets.change(
        ticket, role=rung.role.value, assignee=person, pinged_at=context.now
    )
    context.store.tickets.note(ticket, context.now, "rang", "linli", person=person, role=rung.role.value)
    ticket = start_rung(context, ticket)
    refresh(context, ticket)
    return ticket


def _tell_groups(context: Context, occasion: str) -> list[Outgoing]:
    """One list per group of what it has not been told: numbers and matters only, and whose place is missing."""
    if context.muted:
        return []
    lists: dict[Address, list[Ticket]] = defaultdict(list)
    for ticket in context.store.tickets.going_on():
        if ticket.told_group_at is None and ticket.origin is not None and _public(ticket):
            lists[ticket.origin].append(ticket)
    out: list[Outgoing] = []
    for chat, found in lists.items():
        if len(found) == 1 or context.purpose(chat) is not Purpose.OWNERS:
            # As its own card, under the message it began with.
            for ticket in found:
                tell_group(context, ticket)
        else:
            out += _group_lists(context, occasion, chat, found)
        for ticket in found:
            _await_place(context, ticket)
    return out


def _public(ticket: Ticket) -> bool:
    hidden = ticket.state is State.HELD or ticket.listened or ticket.confidential
    return ticket.kind is not Kind.NOTICE and not hidden


def _group_lists(context: Context, occasion: str, chat: Address, found: Sequence[Ticket]) -> list[Outgoing]:
    out: list[Outgoing] = []
    for start in range(0, len(found), _PART):
        part = found[start : start + _PART]
        lines = [context.say(f"jobs_{occasion}.group", count=len(found))] if start == 0 else []
        for ticket in part:
            key = "jobs_morning.ask_place" if ticket.awaits_place else "jobs_morning.group_line"
            lines.append(context.say(key, number=ticket.number, matter=matter(ticket)))
            context.store.tickets.change(ticket, told_group_at=context.now)
        key = f"{occasion}:{context.now.isoformat()}:{chat.platform}:{chat.chat}:{start}"
        out.append(Say(chat, key, Face("\n".join(lines)), Priority.GROUP))
    return out


def _await_place(context: Context, ticket: Ticket) -> None:
    if ticket.awaits_place and ticket.reporter is not None and ticket.origin is not None:
        until = context.now + timedelta(minutes=context.config.promises.place_minutes)
        context.store.memory.expect(ticket.origin, ticket.reporter, "place", until, ticket.id)
