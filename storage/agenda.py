"""What waits for which moment: one question for all periodic duties, and one for whoever sends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    Table,
    bindparam,
    func,
    literal,
    select,
    union_all,
)

from bot.domain.tickets import State
from storage import prepared
from storage.database import Database
from storage.duty import ASKED, HOLDS
from storage.tables import (
    announcements,
    cards,
    compounds,
    dead_letters,
    duty_changes,
    expectations,
    groups,
    occurrences,
    outbox,
    recents,
    tickets,
)

_CLAIMED = "claimed:"


@dataclass(frozen=True, slots=True)
class Agenda:
    """The moments of one compound, each None where there is no such thing."""

    ticket: datetime | None = None
    """The first ticket's time comes."""
    lap: datetime | None = None
    """The latest clock began: in the future it was the machine's that was wrong."""
    announcement: datetime | None = None
    """The first planned one is to be sent."""
    muted: datetime | None = None
    """The owners' groups hear again."""
    listening: datetime | None = None
    """Only the committee has been told anything since."""
    notice: datetime | None = None
    """The newest notice that holds was filed."""
    away: datetime | None = None
    """The last leave or swap is over."""
    said: datetime | None = None
    """The oldest of the last minutes' talk was said."""
    awaited: datetime | None = None
    """The first of what is waited for in a chat is waited for no longer."""
    heard: datetime | None = None
    """The group that has been silent for longest was last heard."""
    buried: datetime | None = None
    """The last cause that could not be handled."""
    claimed: AbstractSet[str] = frozenset()
    """Which of the occurrences that were asked about are claimed."""


def agenda(conn: Connection, compound: int, occasions: Mapping[str, datetime]) -> Agenda:
    """What waits; ``occasions`` are occurrences of duties by the duties' names. Changes nothing."""
    asked = {"jobs": list(occasions), "moments": list(occasions.values())}
    moments: dict[str, datetime] = {}
    claimed: set[str] = set()
    for what, at in conn.execute(_moments(), {"compound": compound, **asked}):
        job = what.removeprefix(_CLAIMED)
        if at is None:
            continue
        if job == what:
            moments[what] = at
        elif occasions.get(job) == at:
            claimed.add(job)
    return Agenda(**moments, claimed=claimed)


def without_clock(conn: Connection, compound: int, states: Iterable[State]) -> bool:
    """Whether a ticket in one of these states is under no clock."""
    of = {"compound": compound, "states": [state.value for state in states]}
    return conn.execute(prepared.without_clock(), of).first() is not None


def sends_by(database: Database, compound: int, now: datetime) -> bool:
    """Whether anything may be to be sent by a moment; asked beside whoever writes."""
    with database.reading() as conn:
        at = next_sending(conn, compound)
    return at is not None and at <= now


def next_sending(conn: Connection, compound: int) -> datetime | None:
    """When the first letter or card is to be sent, whether or not its chat takes anything. Changes nothing."""
    rows = conn.execute(_sendings(), {"compound": compound}).scalars()
    return min((at for at in rows if at is not None), default=None)


@cache
def _moments() -> CompoundSelect[Any]:
    claims = select((_CLAIMED + occurrences.c.job).label("what"), occurrences.c.at.label("at")).where(
        _own(occurrences),
        occurrences.c.job.in_(bindparam("jobs", expanding=True)),
        occurrences.c.at.in_(bindparam("moments", expanding=True)),
    )
    changes, first = duty_changes, func.min
    live = compounds.c.id == bindparam("compound")
    return union_all(
        # Said so, or the empty ones, which come first in the index, would be read one by one.
        _moment("ticket", first(tickets.c.due_at), _own(tickets), tickets.c.due_at.is_not(None)),
        _moment("lap", func.max(tickets.c.lap_at), _own(tickets)),
        _moment(
            "announcement", first(announcements.c.at), _own(announcements), announcements.c.state == "planned"
        ),
        _moment("muted", first(compounds.c.muted_until), live),
        _moment("listening", first(compounds.c.listening_since), live, compounds.c.mode == "listen"),
        _moment("notice", func.max(tickets.c.filed_at), _own(tickets), tickets.c.state == State.POSTED.value),
        _moment("away", func.max(changes.c.ends_at), _own(changes), changes.c.state.in_((ASKED, HOLDS))),
        _moment("said", first(recents.c.at), _own(recents)),
        _moment("awaited", first(expectations.c.until), _own(expectations)),
        _moment("heard", first(groups.c.heard_at), _own(groups)),
        _moment("buried", func.max(dead_letters.c.at), _own(dead_letters)),
        claims,
    )


@cache
def _sendings() -> CompoundSelect[Any]:
    stale = cards.c.shown_version < cards.c.wanted_version
    return union_all(
        select(func.min(outbox.c.next_at)).where(_own(outbox), outbox.c.state == "due"),
        select(func.min(cards.c.next_at)).where(_own(cards), stale, cards.c.lost.is_(False)),
    )


def _moment(what: str, at: ColumnElement[Any], *where: ColumnElement[bool]) -> Select[Any]:
    return select(literal(what).label("what"), at.label("at")).where(*where)


def _own(table: Table) -> ColumnElement[bool]:
    return table.c.compound_id == bindparam("compound")
