"""Days that the committee declared working days or days off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, delete, insert, select

from storage.tables import day_exceptions


@dataclass(frozen=True, slots=True)
class DayException:
    """A day that is not what the calendar says."""

    day: date
    works: bool
    by: str


@dataclass(frozen=True, slots=True)
class Days:
    """One compound's exceptions, inside one transaction."""

    conn: Connection
    compound: int

    def all(self) -> tuple[DayException, ...]:
        """Every exception, in order."""
        query = (
            select(day_exceptions)
            .where(day_exceptions.c.compound_id == self.compound)
            .order_by(day_exceptions.c.day)
        )
        return tuple(
            DayException(date.fromisoformat(row.day), row.works, row.by) for row in self.conn.execute(query)
        )

    def set(self, day: date, works: bool, by: str, at: datetime) -> None:
        """Declare a day; what was declared before gives way."""
        self.clear(day)
        self.conn.execute(
            insert(day_exceptions).values(
                compound_id=self.compound, day=day.isoformat(), works=works, by=by, at=at
            )
        )

    def clear(self, day: date) -> bool:
        """The calendar holds again for a day; False where it held already."""
        gone = delete(day_exceptions).where(
            day_exceptions.c.compound_id == self.compound, day_exceptions.c.day == day.isoformat()
        )
        return bool(self.conn.execute(gone).rowcount)
