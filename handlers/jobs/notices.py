"""Reminders before what a notice announces, and the end of notices whose time is over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from bot.classify.outages import outage_of
from bot.domain.messages import Address, Face, Outgoing, Priority, Say
from bot.domain.tickets import State, Ticket
from bot.domain.verdicts import Kind
from handlers.context import Context, Purpose
from handlers.notices import end, read, reminder
from storage.agenda import Agenda
from storage.notices import NoticeTime
from storage.tables import tickets

_EVENING = time(19)
_BEFORE = timedelta(hours=1)
_JUST_SAID = timedelta(hours=1)
"""Nobody is reminded of what was said less than this ago."""
_BEFORE_NIGHT = timedelta(minutes=15)
"""How long before the quiet hours the last reminder comes: a bucket can still be filled."""
_LEAST = timedelta(minutes=15)
"""How long before it begins a reminder still helps."""
_APART = timedelta(hours=4)
"""Two reminders of one thing are at least so far apart, and a missed evening's is made up for only so long before."""
_READ_BACK = timedelta(days=30)


def notices(context: Context) -> list[Outgoing]:
    """What is due now: each reminder once for ever, late only while it still helps; and what is over ends."""
    posted = {**_unread(context), **context.store.notices.posted()}
    out: list[Outgoing] = []
    for number, spans in posted.items():
        if all(span.over_at <= context.now for span in spans):
            ticket = context.store.tickets.get(number, lock=True)
            if ticket is not None and ticket.state is State.POSTED:
                end(context, ticket)
        elif not (context.listening or context.muted or context.quiet):
            out += _reminders(context, number, spans)
    return out


def none_posted(_context: Context, agenda: Agenda) -> bool:
    """No notice holds."""
    return agenda.notice is None


def _unread(context: Context) -> dict[int, tuple[NoticeTime, ...]]:
    """Notices that came to be ones by a correction or an import."""
    known = context.store.notices.posted()
    found = context.store.tickets.find(
        tickets.c.kind == Kind.NOTICE.value,
        tickets.c.state == State.POSTED.value,
        tickets.c.filed_at >= context.now - _READ_BACK,
    )
    read_now = {ticket.id: read(context, ticket) for ticket in found if ticket.id not in known}
    return {number: spans for number, spans in read_now.items() if spans}


def _reminders(context: Context, number: int, spans: Sequence[NoticeTime]) -> list[Outgoing]:
    # Of several days in a row the next one is told; the first with both reminders, the others the evening before.
    span = next((span for span in spans if context.now < span.starts_at), None)
    ticket = context.store.tickets.get(number, lock=True) if span else None
    if span is None or ticket is None or (span != spans[0] and outage_of(ticket.text) is None):
        return []
    for which, due, until in _due(context, ticket, span):
        if which == "hour" and span != spans[0]:
            continue
        if due <= context.now < until and context.store.compound.claim(
            f"notice:{ticket.id}:{which}", span.starts_at
        ):
            # One at a time: what has been missed is made up for once.
            return _said(context, ticket, span, which)
    return []


def _due(context: Context, ticket: Ticket, span: NoticeTime) -> tuple[tuple[str, datetime, datetime], ...]:
    """(which, when it is due, until when it helps) of the reminders that a notice gets, the later one first."""
    start = span.starts_at.astimezone(context.zone)
    eve = datetime.combine(start.date() - timedelta(1), _EVENING, context.zone)
    evening = _waking(context, eve, start)
    hour = _waking(context, start - _BEFORE, start) if span.timed else None
    fresh = ticket.filed_at + _JUST_SAID
    found: list[tuple[str, datetime, datetime]] = []
    if hour is not None and hour >= fresh and not (evening >= fresh and hour - evening < _APART):
        found.append(("hour", hour, start))
    if evening >= fresh:
        found.append(("evening", evening, start - _APART if hour is not None else start))
    return tuple(found)


def _waking(context: Context, due: datetime, start: datetime) -> datetime:
    """The moment itself; at night the morning, where that leaves time enough, else shortly before the night."""
    hours = context.hours
    if not hours.quiet(due):
        return due
    morning = hours.awake(due)
    if start - morning >= _LEAST:
        return morning
    local = due.astimezone(context.zone)
    night = datetime.combine(local.date(), hours.quiet_from, context.zone)
    if night > local:
        night -= timedelta(1)
    return night - _BEFORE_NIGHT


def _said(context: Context, ticket: Ticket, span: NoticeTime, which: str) -> list[Outgoing]:
    """The line for the owners' groups that it concerns."""
    face = Face(reminder(context, ticket, span))
    return [
        Say(
            chat,
            f"notice:{ticket.id}:{which}:{span.starts_at.isoformat()}:{chat.platform}:{chat.chat}",
            face,
            Priority.GROUP,
            ticket=ticket.id,
            useful_until=span.starts_at,
        )
        for chat in _concerned(context, ticket)
    ]


def _concerned(context: Context, ticket: Ticket) -> list[Address]:
    """The owners' groups with people of the notice's buildings: all, where no group says whose it is."""
    chats = list(context.groups(Purpose.OWNERS))
    named = set(ticket.place.buildings)
    if not named:
        return chats
    groups = zip(context.config.groups.owners, chats, strict=True)
    return [chat for group, chat in groups if not group.buildings or named & set(group.buildings)] or chats
