"""The stars that reporters give after a closing: a number for a ticket, and nobody's name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, delete, insert, select, update
from sqlalchemy.sql.elements import ColumnElement

from bot.domain.messages import Account
from storage import prepared
from storage.tables import stars, tickets
from storage.ticket_rows import of_reporter


@dataclass(frozen=True, slots=True)
class Asked:
    """A reporter was asked for stars, once for a closing."""

    ticket: int
    asked_at: datetime
    until: datetime
    """After this moment nobody answers any more."""
    in_group: bool
    """The question stands under the group's card, since the bot may not write to the reporter."""
    stars: int | None
    """1 to 5, or None as long as nothing was given."""
    given_at: datetime | None


@dataclass(frozen=True, slots=True)
class Stars:
    """The stars of one compound, inside one transaction."""

    conn: Connection
    compound: int

    def ask(self, ticket: int, now: datetime, until: datetime, *, in_group: bool) -> bool:
        """Remember that the reporter is asked; False where they have been asked about this closing already."""
        if self.of(ticket) is not None:
            return False
        self.conn.execute(
            insert(stars).values(
                compound_id=self.compound, ticket_id=ticket, asked_at=now, until=until, in_group=in_group
            )
        )
        return True

    def of(self, ticket: int) -> Asked | None:
        """What was asked about a ticket's closing, or None."""
        row = self.conn.execute(select(stars).where(self._own(), stars.c.ticket_id == ticket)).one_or_none()
        return _asked(row) if row else None

    def give(self, ticket: int, count: int, now: datetime) -> None:
        """The reporter gives stars, 1 to 5; the last word counts."""
        self.conn.execute(
            update(stars).where(self._own(), stars.c.ticket_id == ticket).values(stars=count, given_at=now)
        )

    def discard(self, ticket: int) -> None:
        """A ticket was reopened: question and stars are gone."""
        self.conn.execute(delete(stars).where(self._own(), stars.c.ticket_id == ticket))

    def open_to(self, account: Account, now: datetime, within: timedelta) -> tuple[Asked, ...]:
        """What a reporter has been asked lately and not answered, the newest first."""
        rows = self.conn.execute(
            select(stars)
            .join(tickets, tickets.c.id == stars.c.ticket_id)
            .where(
                self._own(),
                of_reporter(account),
                stars.c.stars.is_(None),
                stars.c.until > now,
                stars.c.asked_at >= now - within,
            )
            .order_by(stars.c.asked_at.desc(), stars.c.id.desc())
        )
        return tuple(_asked(row) for row in rows)

    def lapsing(self, now: datetime) -> bool:
        """Whether a question under a group's card has not been answered in time."""
        of = {"compound": self.compound, "now": now}
        return self.conn.execute(prepared.lapsing(), of).first() is not None

    def lapse(self, now: datetime) -> tuple[int, ...]:
        """Take back the questions under groups' cards that nobody answered in time; returns their tickets."""
        rows = self.conn.execute(
            update(stars)
            .where(self._own(), stars.c.in_group, stars.c.stars.is_(None), stars.c.until <= now)
            .values(in_group=False)
            .returning(stars.c.ticket_id)
        )
        return tuple(rows.scalars())

    def given_for(self, *conditions: ColumnElement[bool]) -> dict[int, tuple[int, datetime]]:
        """Stars and when they were given, by row id, of the tickets that meet the conditions."""
        rows = self.conn.execute(
            select(stars.c.ticket_id, stars.c.stars, stars.c.given_at)
            .join(tickets, tickets.c.id == stars.c.ticket_id)
            .where(self._own(), stars.c.stars.is_not(None), *conditions)
        )
        return {row.ticket_id: (row.stars, row.given_at) for row in rows}

    def _own(self) -> ColumnElement[bool]:
        return stars.c.compound_id == self.compound


def _asked(row: Row[tuple[object, ...]]) -> Asked:
    return Asked(row.ticket_id, row.asked_at, row.until, row.in_group, row.stars, row.given_at)
