"""Which process runs a bot account: one row, held for a short time and renewed; a second process waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.database import Database
from storage.tables import leases

_NOBODY = ""
"""The owner of what was given back; the row stays and tells until when somebody ran it."""


class LeaseLost(Exception):
    """Another process has taken over; nothing more may be written or sent."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to run ``name`` (a bot account), if ``owner`` has it.

    Each method is one conditional statement: of two processes that ask at once, one gets it. ``owner`` must
    differ between processes and starts (a random word will do). Processes compare their own clocks, so
    ``seconds`` has to be well above what the clocks of two machines may differ.
    """

    database: Database
    name: str
    owner: str
    seconds: int = 30

    def take(self, now: datetime) -> bool:
        """Take the lease if nobody has it, or if it has run out; True if it is ours from now on."""
        insert = postgresql.insert if self.database.dialect == "postgresql" else sqlite.insert
        until = self._until(now)
        statement = (
            insert(leases)
            .values(name=self.name, owner=self.owner, until=until)
            .on_conflict_do_update(
                index_elements=[leases.c.name],
                set_={"owner": self.owner, "until": until},
                where=or_(leases.c.owner == self.owner, leases.c.until <= now),
            )
            .returning(leases.c.owner)
        )
        with self.database.writing() as conn:
            return conn.execute(statement).first() is not None

    def renew(self, now: datetime) -> bool:
        """Hold it for another while; False if somebody else has taken it over: then stop at once."""
        with self.database.writing() as conn:
            return self.renew_within(conn, now)

    def renew_within(self, conn: Connection, now: datetime) -> bool:
        """``renew`` inside a transaction whose effects must not exist unless the lease is still ours."""
        statement = (
            update(leases)
            .where(leases.c.name == self.name, leases.c.owner == self.owner)
            .values(until=self._until(now))
        )
        return conn.execute(statement).rowcount == 1

    def held_within(self, conn: Connection) -> bool:
        """Whether it is still ours. Writes nothing: for what looks often and seldom finds anything to do."""
        query = select(leases.c.owner).where(leases.c.name == self.name)
        return conn.execute(query).scalar() == self.owner

    def release(self, now: datetime) -> None:
        """Give it back, so that the next one need not wait. Somebody else's lease is left alone."""
        ours = (leases.c.name == self.name, leases.c.owner == self.owner)
        with self.database.writing() as conn:
            conn.execute(update(leases).where(*ours).values(owner=_NOBODY, until=now))

    def holder(self) -> tuple[str, datetime] | None:
        """Who had it last and until when, for telling people; None where it was given back."""
        row = self._row()
        return row if row and row[0] != _NOBODY else None

    def ran_until(self) -> datetime | None:
        """Until when whoever had it last was surely running; None where nobody ever had it."""
        row = self._row()
        if row is None:
            return None
        owner, until = row
        return until if owner == _NOBODY else until - timedelta(seconds=self.seconds)

    def _row(self) -> tuple[str, datetime] | None:
        query = select(leases.c.owner, leases.c.until).where(leases.c.name == self.name)
        with self.database.reading() as conn:
            row = conn.execute(query).first()
        return (row.owner, row.until) if row else None

    def _until(self, now: datetime) -> datetime:
        return now + timedelta(seconds=self.seconds)
