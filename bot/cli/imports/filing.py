"""Rows of a table become tickets: compared with what is there, and filed without ringing anybody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.cli.imports.tickets import TicketRow
from bot.domain.places import Place
from bot.domain.tickets import Outcome, State, Ticket, Verb
from handlers.context import Context
from handlers.routing import grid_of, ladder


def known_already(
    rows: Sequence[TicketRow], there: Sequence[Ticket], zone: ZoneInfo
) -> dict[int, tuple[str, int]]:
    """Row → ("ticket", number) or ("row", number) for every row that has been filed or stands further up.

    The same words on the same day are one matter, unless they are said of two different places.
    """
    seen: defaultdict[tuple[date, str], list[tuple[Place, str, int]]] = defaultdict(list)
    for ticket in there:
        seen[_key(ticket.filed_at, ticket.text, zone)].append((ticket.place, "ticket", ticket.number))
    doubles: dict[int, tuple[str, int]] = {}
    for row in rows:
        same = seen[_key(row.filed_at, row.text, zone)]
        first = next(((kind, number) for place, kind, number in same if _agree(place, row.place)), None)
        if first is not None:
            doubles[row.number] = first
        else:
            same.append((row.place, "row", row.number))
    return doubles


def _key(filed_at: datetime, text: str, zone: ZoneInfo) -> tuple[date, str]:
    return filed_at.astimezone(zone).date(), "".join(text.split())


def _agree(one: Place, other: Place) -> bool:
    """Whether both may be the same place, one told more exactly: an export without persons names no rooms."""
    rooms = {place.room for place in (one, other) if place.room}
    return len(rooms) < 2 and (one.contains(other) or other.contains(one))


def file_tickets(rows: Sequence[TicketRow], context: Context, source: str) -> list[Ticket]:
    """File the rows with their past. Nobody is rung and nothing is due: what is open waits for a person's step."""
    return [_file(row, context, source) for row in rows]


def _file(row: TicketRow, context: Context, source: str) -> Ticket:
    verdict, store = row.verdict, context.store
    rungs = ladder(context, verdict.kind, verdict.topic, row.place)
    closed = row.state is State.CLOSED
    ticket = store.tickets.file(
        kind=verdict.kind.value,
        topic=verdict.topic,
        severity=verdict.severity.value,
        state=row.state.value,
        text=row.text,
        place=row.place,
        filed_at=row.filed_at,
        reporter=None,
        reporter_name=row.name,
        contact=row.phone,
        origin=None,
        message=None,
        grid=grid_of(context, row.place),
        role=rungs[0].role.value if rungs else context.config.routing.dispatcher.value,
        assignee=row.assignee,
        outcome=Outcome.UNCONFIRMED.value if closed else None,
        because=verdict.because,
        score=verdict.score,
        on_behalf=True,
        # Told of on paper: neither the morning's list nor the group is to bring it up again.
        pinged_at=context.now,
        told_group_at=context.now,
    )
    store.tickets.note(
        ticket,
        row.filed_at,
        "filed",
        "committee",
        kind=verdict.kind.value,
        topic=verdict.topic,
        severity=verdict.severity.value,
        because=list(verdict.because),
    )
    if closed and row.closed_at is not None:
        store.tickets.note(ticket, row.closed_at, Verb.RESOLVE.value, "committee")
    note = context.say("import.diary", file=source, row=row.number)
    store.tickets.note(ticket, context.now, "imported", "committee", note=note)
    return ticket
