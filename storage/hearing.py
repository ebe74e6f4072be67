"""When the groups were last heard, and when a messenger could not be heard at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, or_, select, update

from bot.domain.messages import Address
from storage.tables import gaps, groups

_EVERY = timedelta(minutes=10)
"""How exactly it is remembered when a group was last heard; less would be a write for every line of chatter."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A time in which what was said on a messenger is lost."""

    platform: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Hearing:
    """What one compound has heard, inside one transaction."""

    conn: Connection
    compound: int

    def heard(self, chat: Address, now: datetime) -> None:
        """Somebody has said something in a group."""
        self.conn.execute(
            update(groups)
            .where(
                groups.c.compound_id == self.compound,
                groups.c.platform == chat.platform,
                groups.c.chat == chat.chat,
                or_(groups.c.heard_at.is_(None), groups.c.heard_at < now - _EVERY),
            )
            .values(heard_at=now)
        )

    def last(self, chat: Address) -> datetime | None:
        """When a group was last heard, to within ten minutes; None where it never was."""
        return self.conn.execute(
            select(groups.c.heard_at).where(
                groups.c.compound_id == self.compound,
                groups.c.platform == chat.platform,
                groups.c.chat == chat.chat,
            )
        ).scalar()

    def note_gap(self, gap: Gap) -> None:
        """Remember a time in which nothing could be heard."""
        self.conn.execute(
            insert(gaps).values(
                compound_id=self.compound, platform=gap.platform, since=gap.since, until=gap.until
            )
        )

    def gaps(self, after: datetime) -> tuple[Gap, ...]:
        """Every such time that ended after a moment, the oldest first."""
        rows = self.conn.execute(
            select(gaps)
            .where(gaps.c.compound_id == self.compound, gaps.c.until > after)
            .order_by(gaps.c.since)
        )
        return tuple(Gap(row.platform, row.since, row.until) for row in rows)

    def sweep(self, before: datetime) -> None:
        """Forget what ended before a moment."""
        self.conn.execute(delete(gaps).where(gaps.c.compound_id == self.compound, gaps.c.until < before))
