"""What workers wish that would move a deadline, and what the committee said to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from storage import prepared
from storage.tables import assents


class Standing(StrEnum):
    """What became of a wish."""

    ASKED = "asked"
    AGREED = "agreed"
    REFUSED = "refused"
    VOID = "void"
    """The ticket went on meanwhile, or a newer wish took its place."""


@dataclass(frozen=True, slots=True)
class Assent:
    """One wish."""

    id: int
    ticket: int
    what: str
    """The step: ``pause``, ``grade``, ``plan`` or ``refer``."""
    data: dict[str, Any]
    by: str
    """Who wishes it, by their key on the roster."""
    at: datetime
    standing: Standing


@dataclass(frozen=True, slots=True)
class Assents:
    """One compound's wishes, inside one transaction."""

    conn: Connection
    compound: int

    def ask(self, ticket: int, what: str, by: str, at: datetime, data: dict[str, Any]) -> Assent:
        """A new wish; one for the same step that still waits gives way."""
        self.settle_all(ticket, what)
        row = self.conn.execute(
            insert(assents)
            .values(
                compound_id=self.compound,
                ticket_id=ticket,
                what=what,
                data=data,
                by=by,
                at=at,
                state=Standing.ASKED.value,
            )
            .returning(assents)
        ).one()
        return _assent(row)

    def amend(self, wish: int, data: dict[str, Any]) -> None:
        """The same wish, said better."""
        self.conn.execute(
            update(assents)
            .where(assents.c.compound_id == self.compound, assents.c.id == wish)
            .values(data=data)
        )

    def get(self, wish: int) -> Assent | None:
        """A wish by its row."""
        query = select(assents).where(assents.c.compound_id == self.compound, assents.c.id == wish)
        row = self.conn.execute(query.with_for_update()).one_or_none()
        return _assent(row) if row else None

    def waiting(self, ticket: int | None = None) -> tuple[Assent, ...]:
        """Wishes that the committee has not answered, of one ticket or of all, the oldest first."""
        state = Standing.ASKED.value
        if ticket is not None:
            of = {"compound": self.compound, "ticket": ticket, "state": state}
            return tuple(_assent(row) for row in self.conn.execute(prepared.wishes(), of))
        query = select(assents).where(assents.c.compound_id == self.compound, assents.c.state == state)
        return tuple(_assent(row) for row in self.conn.execute(query.order_by(assents.c.id)))

    def settle(self, wish: int, standing: Standing, by: str, at: datetime) -> None:
        """The committee has answered."""
        self.conn.execute(
            update(assents)
            .where(assents.c.compound_id == self.compound, assents.c.id == wish)
            .values(state=standing.value, settled_by=by, settled_at=at)
        )

    def settle_all(self, ticket: int, *what: str) -> None:
        """What waits for a ticket is of no use any more; only for these steps, if any are named."""
        query = update(assents).where(
            assents.c.compound_id == self.compound,
            assents.c.ticket_id == ticket,
            assents.c.state == Standing.ASKED.value,
        )
        if what:
            query = query.where(assents.c.what.in_(what))
        self.conn.execute(query.values(state=Standing.VOID.value))


def _assent(row: Row[Any]) -> Assent:
    return Assent(row.id, row.ticket_id, row.what, dict(row.data), row.by, row.at, Standing(row.state))
