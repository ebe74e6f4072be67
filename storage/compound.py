"""The compound itself: its mode, its groups, its calendar of duties done, its dead letters, its announcements."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    delete,
    func,
    insert,
    select,
    true,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from bot.domain.messages import Address, Standing
from storage import prepared
from storage.tables import announcements, chat_moves, compounds, dead_letters, groups, occurrences, offsets


@dataclass(frozen=True, slots=True)
class CompoundRow:
    """How the compound's bot stands."""

    id: int
    code: str
    name: str
    mode: str
    listening_since: datetime
    muted_until: datetime | None
    first_code_hash: str | None


@dataclass(frozen=True, slots=True)
class GroupRow:
    """What became of a group."""

    chat: Address
    title: str
    standing: Standing
    introduced_at: datetime | None


@dataclass(frozen=True, slots=True)
class Announcement:
    """An announcement with its hour."""

    id: int
    text: str
    by: str
    at: datetime
    state: str


def open_compound(conn: Connection, code: str, name: str, mode: str, now: datetime) -> int:
    """The row id of a compound, made at first sight with the configured mode."""
    row = conn.execute(select(compounds.c.id).where(compounds.c.code == code)).scalar()
    if row is not None:
        conn.execute(update(compounds).where(compounds.c.id == row).values(name=name))
        return int(row)
    return int(
        conn.execute(
            insert(compounds)
            .values(code=code, name=name, mode=mode, listening_since=now, created_at=now)
            .returning(compounds.c.id)
        ).scalar_one()
    )


def find_compound(conn: Connection, code: str) -> int | None:
    """The row id of a compound, or None where nothing has been kept of it yet."""
    row = conn.execute(select(compounds.c.id).where(compounds.c.code == code)).scalar()
    return None if row is None else int(row)


def not_in_chats(table: Table, chats: Collection[Address]) -> ColumnElement[bool]:
    """The condition that a row is for none of these chats."""
    if not chats:
        return true()
    return tuple_(table.c.platform, table.c.chat).not_in([(chat.platform, chat.chat) for chat in chats])


@dataclass(frozen=True, slots=True)
class Compound:
    """One compound's own rows, inside one transaction."""

    conn: Connection
    compound: int

    def row(self) -> CompoundRow:
        """The compound's row."""
        r = self.conn.execute(select(compounds).where(compounds.c.id == self.compound)).one()
        return CompoundRow(r.id, r.code, r.name, r.mode, r.listening_since, r.muted_until, r.first_code_hash)

    def change(self, **values: Any) -> None:
        """Set columns of the compound."""
        self.conn.execute(update(compounds).where(compounds.c.id == self.compound).values(**values))

    # -- groups -------------------------------------------------------------------------------------

    def group(self, chat: Address) -> GroupRow | None:
        """What became of a group."""
        values = {"compound": self.compound, "platform": chat.platform, "chat": chat.chat}
        r = self.conn.execute(prepared.group(), values).one_or_none()
        return (
            GroupRow(Address(r.platform, r.chat), r.title, Standing(r.standing), r.introduced_at)
            if r
            else None
        )

    def set_group(self, chat: Address, **values: Any) -> None:
        """Set facts about a group, made at first sight as one the bot is a member of."""
        where = (
            (groups.c.compound_id == self.compound)
            & (groups.c.platform == chat.platform)
            & (groups.c.chat == chat.chat)
        )
        if not self.conn.execute(update(groups).where(where).values(**values)).rowcount:
            made = {"standing": Standing.MEMBER.value, **values}
            self.conn.execute(
                insert(groups).values(
                    compound_id=self.compound, platform=chat.platform, chat=chat.chat, **made
                )
            )

    def muted_somewhere(self) -> bool:
        """Whether the bot is muted in a group."""
        return self.conn.execute(prepared.muted(), {"compound": self.compound}).first() is not None

    def unmute_groups(self) -> None:
        """What waits for the groups the bot was muted in is tried again."""
        self.conn.execute(
            update(groups)
            .where(groups.c.compound_id == self.compound, groups.c.standing == Standing.MUTED.value)
            .values(standing=Standing.MEMBER.value)
        )

    def moved(self, old: Address, new: Address) -> None:
        """A group has a new id."""
        where = (groups.c.platform == old.platform) & (groups.c.chat == old.chat)
        self.conn.execute(delete(groups).where(groups.c.platform == new.platform, groups.c.chat == new.chat))
        self.conn.execute(update(groups).where(where).values(chat=new.chat))
        make = postgresql.insert if self.conn.dialect.name == "postgresql" else sqlite.insert
        self.conn.execute(
            make(chat_moves)
            .values(compound_id=self.compound, platform=old.platform, old_chat=old.chat, new_chat=new.chat)
            .on_conflict_do_update(index_elements=["platform", "old_chat"], set_={"new_chat": new.chat})
        )

    def moves(self) -> dict[tuple[str, str], str]:
        """(platform, old chat) → new chat, for all groups that moved."""
        rows = self.conn.execute(select(chat_moves).where(chat_moves.c.compound_id == self.compound))
        return {(r.platform, r.old_chat): r.new_chat for r in rows}

    # -- duties, offsets, dead letters ---------------------------------------------------------------

    def claim(self, job: str, at: datetime) -> bool:
        """Claim a periodic duty's occurrence: True for the one who does it, once for ever."""
        make = postgresql.insert if self.conn.dialect.name == "postgresql" else sqlite.insert
        # The count of rows is not told by every driver for an insert that may do nothing; the row itself is.
        claimed = self.conn.execute(
            make(occurrences)
            .values(compound_id=self.compound, job=job, at=at)
            .on_conflict_do_nothing(index_elements=["compound_id", "job", "at"])
            .returning(occurrences.c.id)
        )
        return claimed.first() is not None

    def last_claimed(self, job: str) -> datetime | None:
        """The latest occurrence of a duty that has been claimed."""
        return self.conn.execute(
            select(func.max(occurrences.c.at)).where(
                occurrences.c.compound_id == self.compound, occurrences.c.job == job
            )
        ).scalar()

    def offset(self, bot: str) -> int | None:
        """Up to where a bot account's updates have been taken."""
        return self.conn.execute(select(offsets.c.next_offset).where(offsets.c.bot == bot)).scalar()

    def set_offset(self, bot: str, next_offset: int, now: datetime) -> None:
        """Remember it, in the transaction of what came of them."""
        make = postgresql.insert if self.conn.dialect.name == "postgresql" else sqlite.insert
        values = {"next_offset": next_offset, "updated_at": now}
        self.conn.execute(
            make(offsets).values(bot=bot, **values).on_conflict_do_update(index_elements=["bot"], set_=values)
        )

    def bury(self, platform: str, update_id: str, chat: str, cause: str, error: str, at: datetime) -> None:
        """Keep what could not be handled, without its text."""
        self.conn.execute(
            insert(dead_letters).values(
                compound_id=self.compound,
                platform=platform,
                update_id=update_id,
                chat=chat,
                cause=cause,
                error=error[:500],
                at=at,
            )
        )

    def dead(self, since: datetime) -> int:
        """How many could not be handled since a moment."""
        return self.conn.execute(
            select(func.count())
            .select_from(dead_letters)
            .where(dead_letters.c.compound_id == self.compound, dead_letters.c.at >= since)
        ).scalar_one()

    def sweep_dead(self, before: datetime) -> int:
        """Delete old dead letters."""
        return self.conn.execute(
            delete(dead_letters).where(
                dead_letters.c.compound_id == self.compound, dead_letters.c.at < before
            )
        ).rowcount

    # -- announcements ------------------------------------------------------------------------------

    def plan(self, text: str, by: str, at: datetime, now: datetime) -> int:
        """Keep an announcement for its hour; returns its row."""
        return int(
            self.conn.execute(
                insert(announcements)
                .values(compound_id=self.compound, text=text, by=by, at=at, state="planned", created_at=now)
                .returning(announcements.c.id)
            ).scalar_one()
        )

    def planned(self, until: datetime | None = None) -> tuple[Announcement, ...]:
        """Announcements still to be sent, due until a moment if one is given."""
        query = select(announcements).where(
            announcements.c.compound_id == self.compound, announcements.c.state == "planned"
        )
        if until is not None:
            query = query.where(announcements.c.at <= until)
        rows = self.conn.execute(query.order_by(announcements.c.at))
        return tuple(Announcement(r.id, r.text, r.by, r.at, r.state) for r in rows)

    def settle(self, announcement: int, state: str) -> bool:
        """An announcement was ``sent``, ``cancelled`` or ``missed``; False where it was settled already."""
        return bool(
            self.conn.execute(
                update(announcements)
                .where(
                    announcements.c.compound_id == self.compound,
                    announcements.c.id == announcement,
                    announcements.c.state == "planned",
                )
                .values(state=state)
            ).rowcount
        )
