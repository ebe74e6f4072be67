"""Updates that were pushed to us: which have been taken, in whatever order they came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.tables import offsets, taken_updates


@dataclass(frozen=True, slots=True)
class Updates:
    """The pushed updates of bot accounts, inside one transaction."""

    conn: Connection

    def claim(self, bot: str, number: int, now: datetime) -> bool:
        """Take an update: True the first time, in the transaction of what comes of it."""
        make = postgresql.insert if self.conn.dialect.name == "postgresql" else sqlite.insert
        claimed = self.conn.execute(
            make(taken_updates)
            .values(bot=bot, number=number, at=now)
            .on_conflict_do_nothing(index_elements=["bot", "number"])
            .returning(taken_updates.c.number)
        ).first()
        if claimed is not None:
            self._heard(bot, now)
        return claimed is not None

    def taken(self, bot: str) -> frozenset[int]:
        """The numbers of all that are remembered."""
        return frozenset(
            self.conn.execute(select(taken_updates.c.number).where(taken_updates.c.bot == bot)).scalars()
        )

    def sweep(self, before: datetime) -> int:
        """Forget those taken before a moment: their sender has long ceased to repeat them."""
        return self.conn.execute(delete(taken_updates).where(taken_updates.c.at < before)).rowcount

    def _heard(self, bot: str, now: datetime) -> None:
        """Where updates are asked for is left as it is; only when something last came is noted."""
        known = self.conn.execute(update(offsets).where(offsets.c.bot == bot).values(updated_at=now))
        if not known.rowcount:
            self.conn.execute(offsets.insert().values(bot=bot, next_offset=0, updated_at=now))
