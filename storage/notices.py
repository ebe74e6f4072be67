"""When the notices of staff hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from bot.domain.tickets import State
from storage.tables import notice_times, tickets


@dataclass(frozen=True, slots=True)
class NoticeTime:
    """From when until when a notice holds."""

    starts_at: datetime
    ends_at: datetime | None
    """None where no end was said."""
    over_at: datetime
    """When it is taken to be over."""
    timed: bool
    """Whether hours were said; else whole days or parts of a day."""


@dataclass(frozen=True, slots=True)
class Notices:
    """The times of one compound's notices, inside one transaction."""

    conn: Connection
    compound: int

    def keep(self, ticket: int, times: Sequence[NoticeTime]) -> None:
        """A notice holds at these times and no others."""
        self.conn.execute(delete(notice_times).where(notice_times.c.ticket_id == ticket))
        once = {time.starts_at: time for time in times}
        rows = [
            {
                "compound_id": self.compound,
                "ticket_id": ticket,
                "starts_at": time.starts_at,
                "ends_at": time.ends_at,
                "over_at": time.over_at,
                "timed": time.timed,
            }
            for time in once.values()
        ]
        if rows:
            self.conn.execute(insert(notice_times), rows)

    def of(self, ticket: int) -> tuple[NoticeTime, ...]:
        """The times of one notice, in order."""
        return self._times(ticket).get(ticket, ())

    def posted(self) -> dict[int, tuple[NoticeTime, ...]]:
        """Row id → times in order, of every notice that is posted and has times."""
        return self._times()

    def _times(self, ticket: int | None = None) -> dict[int, tuple[NoticeTime, ...]]:
        query = select(notice_times).where(notice_times.c.compound_id == self.compound)
        if ticket is not None:
            query = query.where(notice_times.c.ticket_id == ticket)
        else:
            query = query.join(tickets, tickets.c.id == notice_times.c.ticket_id)
            query = query.where(tickets.c.state == State.POSTED.value)
        found: defaultdict[int, list[NoticeTime]] = defaultdict(list)
        for row in self.conn.execute(query.order_by(notice_times.c.starts_at)):
            found[row.ticket_id].append(NoticeTime(row.starts_at, row.ends_at, row.over_at, row.timed))
        return {number: tuple(times) for number, times in found.items()}
