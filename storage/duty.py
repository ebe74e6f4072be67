"""Who is away and who stands in (请假、换班), and which tickets are being handed over (转交)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, select, update

from storage import prepared
from storage.tables import duty_changes, handovers

LEAVE, SWAP = "leave", "swap"
ASKED, HOLDS, REFUSED, UNDONE = "asked", "holds", "refused", "undone"
OFFERED, TAKEN, VOID = "offered", "taken", "void"


@dataclass(frozen=True, slots=True)
class Change:
    """Somebody does not do their duty in [starts_at, ends_at); the stand-in does, if there is one."""

    id: int
    kind: str
    """``leave`` or ``swap``."""
    person: str
    stand_in: str | None
    starts_at: datetime
    ends_at: datetime
    state: str
    """``asked`` until the colleague agrees, ``holds``, ``refused``, ``undone``."""
    pair: int | None
    """What belongs to one agreement shares the row id of its first part; None for what stands alone."""
    made_by: str
    made_at: datetime

    def at(self, moment: datetime) -> bool:
        """Whether it is in force at a moment."""
        return self.state == HOLDS and self.starts_at <= moment < self.ends_at

    def touches(self, since: datetime, until: datetime) -> bool:
        """Whether it lies in [since, until) in part or whole."""
        return self.starts_at < until and self.ends_at > since


@dataclass(frozen=True, slots=True)
class Handover:
    """One ticket of an offer."""

    id: int
    offer: str
    ticket: int
    giver: str
    taker: str
    state: str
    """``offered``, ``taken``, ``refused``, ``void``."""
    offered_by: str
    offered_at: datetime


@dataclass(frozen=True, slots=True)
class DutyBook:
    """Changes of duty and handovers of one compound, inside one transaction."""

    conn: Connection
    compound: int

    # -- leave and swaps ------------------------------------------------------------------------------

    def add(
        self,
        kind: str,
        person: str,
        stand_in: str | None,
        span: tuple[datetime, datetime],
        by: str,
        now: datetime,
        *,
        state: str = HOLDS,
        pair: int | None = None,
    ) -> Change:
        """Keep that a person is away in a span; a swap waits as ``asked``."""
        row = self.conn.execute(
            insert(duty_changes)
            .values(
                compound_id=self.compound,
                kind=kind,
                person=person,
                stand_in=stand_in,
                starts_at=span[0],
                ends_at=span[1],
                state=state,
                pair=pair,
                made_by=by,
                made_at=now,
            )
            .returning(duty_changes)
        ).one()
        return _change(row)

    def get(self, change: int) -> Change | None:
        """One change."""
        row = self.conn.execute(
            select(duty_changes).where(self._mine(), duty_changes.c.id == change)
        ).one_or_none()
        return _change(row) if row else None

    def pair(self, change: Change) -> tuple[Change, ...]:
        """Everything that belongs to the same agreement, itself included."""
        first = change.pair or change.id
        own = (duty_changes.c.id == first) | (duty_changes.c.pair == first)
        rows = self.conn.execute(select(duty_changes).where(self._mine(), own).order_by(duty_changes.c.id))
        return tuple(map(_change, rows))

    def lasting(self, since: datetime) -> tuple[Change, ...]:
        """What holds and is not over at ``since``, the earliest first."""
        rows = self.conn.execute(prepared.duty_changes(), {"compound": self.compound, "since": since})
        return tuple(map(_change, rows))

    def over(self, since: datetime, until: datetime) -> tuple[Change, ...]:
        """What held and was over at some moment in (since, until]."""
        rows = self.conn.execute(
            select(duty_changes)
            .where(
                self._mine(),
                duty_changes.c.state == HOLDS,
                duty_changes.c.ends_at > since,
                duty_changes.c.ends_at <= until,
            )
            .order_by(duty_changes.c.id)
        )
        return tuple(map(_change, rows))

    def asked(self, since: datetime) -> tuple[Change, ...]:
        """What still waits for a colleague's yes and is not over."""
        return self._in_state(ASKED, since)

    def settle(self, change: Change, state: str, now: datetime) -> None:
        """A change holds, was refused or was taken back."""
        self.conn.execute(
            update(duty_changes)
            .where(self._mine(), duty_changes.c.id == change.id)
            .values(state=state, settled_at=now)
        )

    def stands_in(self, change: Change, stand_in: str | None) -> None:
        """Somebody else stands in, or nobody does."""
        self.conn.execute(
            update(duty_changes).where(self._mine(), duty_changes.c.id == change.id).values(stand_in=stand_in)
        )

    def ends(self, change: Change, at: datetime) -> None:
        """Somebody is back earlier."""
        self.conn.execute(
            update(duty_changes).where(self._mine(), duty_changes.c.id == change.id).values(ends_at=at)
        )

    def _in_state(self, state: str, since: datetime) -> tuple[Change, ...]:
        rows = self.conn.execute(
            select(duty_changes)
            .where(self._mine(), duty_changes.c.state == state, duty_changes.c.ends_at > since)
            .order_by(duty_changes.c.starts_at, duty_changes.c.id)
        )
        return tuple(map(_change, rows))

    def _mine(self) -> ColumnElement[bool]:
        return duty_changes.c.compound_id == self.compound

    def loads(self) -> dict[str, int]:
        """How many tickets each person (or team) has in hand; what is put off does not count."""
        rows = self.conn.execute(prepared.loads(), {"compound": self.compound})
        return {row.assignee: row.held for row in rows}

    def holders(self) -> set[str]:
        """Whoever has anything in hand that goes on, put off or not: persons and teams."""
        return set(self.conn.execute(prepared.holders(), {"compound": self.compound}).scalars())

    # -- handovers ------------------------------------------------------------------------------------

    def offer(self, offer: str, ticket: int, giver: str, taker: str, by: str, now: datetime) -> None:
        """Offer a ticket to a colleague; an earlier offer of the same ticket is void."""
        self.conn.execute(
            update(handovers)
            .where(self._ours(), handovers.c.ticket_id == ticket, handovers.c.state == OFFERED)
            .values(state=VOID, settled_at=now)
        )
        self.conn.execute(
            insert(handovers).values(
                compound_id=self.compound,
                offer=offer,
                ticket_id=ticket,
                giver=giver,
                taker=taker,
                state=OFFERED,
                offered_by=by,
                offered_at=now,
            )
        )

    def offered(self, offer: str) -> tuple[Handover, ...]:
        """All tickets of an offer, whatever became of them."""
        return self._handovers(handovers.c.offer == offer)

    def given_by(self, person: str, since: datetime) -> tuple[Handover, ...]:
        """What colleagues have taken over from a person since a moment."""
        return self._handovers(
            handovers.c.giver == person, handovers.c.state == TAKEN, handovers.c.settled_at >= since
        )

    def close(self, handover: Handover, state: str, now: datetime) -> None:
        """An offer was taken, refused or came to nothing."""
        self.conn.execute(
            update(handovers)
            .where(self._ours(), handovers.c.id == handover.id)
            .values(state=state, settled_at=now)
        )

    def _handovers(self, *where: ColumnElement[bool]) -> tuple[Handover, ...]:
        rows = self.conn.execute(select(handovers).where(self._ours(), *where).order_by(handovers.c.id))
        return tuple(
            Handover(r.id, r.offer, r.ticket_id, r.giver, r.taker, r.state, r.offered_by, r.offered_at)
            for r in rows
        )

    def _ours(self) -> ColumnElement[bool]:
        return handovers.c.compound_id == self.compound


def _change(row: Row[Any]) -> Change:
    return Change(
        row.id,
        row.kind,
        row.person,
        row.stand_in,
        row.starts_at,
        row.ends_at,
        row.state,
        row.pair,
        row.made_by,
        row.made_at,
    )
