"""What is remembered for minutes: a little talk, and what the bot waits for from somebody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, insert, update

from bot.domain.messages import Account, Address, Incoming, Photo
from storage import prepared
from storage.tables import expectations, recents


@dataclass(frozen=True, slots=True)
class Recent:
    """A message of the last minutes that belongs to no ticket."""

    message: str
    text: str
    photos: tuple[Photo, ...]
    album: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the bot waits for from somebody in a chat."""

    what: str
    ticket: int | None
    data: dict[str, Any]
    until: datetime


@dataclass(frozen=True, slots=True)
class Memory:
    """The short memory of one compound, inside one transaction."""

    conn: Connection
    compound: int

    def keep(self, said: Incoming) -> None:
        """Keep a message for some minutes."""
        values = {
            "compound_id": self.compound,
            "platform": said.chat.platform,
            "chat": said.chat.chat,
            "account": said.author.id,
            "message": said.message,
            "text": said.text,
            "photos": [{"file": p.file, "unique": p.unique} for p in said.photos],
            "album": said.album,
            "at": said.sent_at,
        }
        self.conn.execute(prepared.keep(), values)

    def recent(self, chat: Address, account: Account, since: datetime) -> tuple[Recent, ...]:
        """What an account said in a chat since a moment, in order: the last dozen, however fast somebody types."""
        rows = self.conn.execute(prepared.recent(12), self._values(chat, account, since=since)).all()
        return tuple(
            Recent(r.message, r.text, tuple(Photo(p["file"], p["unique"]) for p in r.photos), r.album, r.at)
            for r in reversed(rows)
        )

    def drop(self, chat: Address, account: Account) -> None:
        """Forget what an account said in a chat, since it has become a ticket."""
        self.conn.execute(delete(recents).where(self._of(recents, chat, account)))

    def sweep(self, before: datetime) -> int:
        """Forget everything said before a moment."""
        return self.conn.execute(
            delete(recents).where(recents.c.compound_id == self.compound, recents.c.at < before)
        ).rowcount

    def expect(
        self,
        chat: Address,
        account: Account,
        what: str,
        until: datetime,
        ticket: int | None = None,
        **data: Any,
    ) -> None:
        """Wait for something from somebody; a newer wait for the same thing takes the older one's place."""
        self.met(chat, account, what)
        self.conn.execute(
            insert(expectations).values(
                compound_id=self.compound,
                platform=chat.platform,
                chat=chat.chat,
                account=account.id,
                what=what,
                ticket_id=ticket,
                data=data,
                until=until,
            )
        )

    def expected(
        self, chat: Address, account: Account, now: datetime, what: str | None = None
    ) -> Expectation | None:
        """What the bot waits for from somebody in a chat, the newest first."""
        named = {"what": what} if what else {}
        query = prepared.expected(named=bool(what))
        row = self.conn.execute(query, self._values(chat, account, now=now, **named)).one_or_none()
        return Expectation(row.what, row.ticket_id, dict(row.data), row.until) if row else None

    def met(self, chat: Address, account: Account, what: str) -> None:
        """Wait for it no longer."""
        self.conn.execute(
            delete(expectations).where(self._of(expectations, chat, account), expectations.c.what == what)
        )

    def sweep_expectations(self, now: datetime) -> int:
        """Forget waits that have ended."""
        return self.conn.execute(
            delete(expectations).where(
                expectations.c.compound_id == self.compound, expectations.c.until <= now
            )
        ).rowcount

    def forget_message(self, chat: Address, message: str) -> None:
        """Forget one message of the last minutes: it was taken back."""
        self.conn.execute(
            delete(recents).where(
                recents.c.compound_id == self.compound,
                recents.c.platform == chat.platform,
                recents.c.chat == chat.chat,
                recents.c.message == message,
            )
        )

    def forget(self, account: Account) -> None:
        """Forget everything about an account."""
        for table in (recents, expectations):
            self.conn.execute(
                delete(table).where(
                    table.c.compound_id == self.compound,
                    table.c.platform == account.platform,
                    table.c.account == account.id,
                )
            )

    def follow_move(self, old: Address, new: Address) -> None:
        """A chat has a new id. Messages are counted anew there, so their old numbers are marked as such."""
        marked = {"message": old.chat + "/" + recents.c.message}
        for table, more in ((recents, marked), (expectations, {})):
            self.conn.execute(
                update(table)
                .where(
                    table.c.compound_id == self.compound,
                    table.c.platform == old.platform,
                    table.c.chat == old.chat,
                )
                .values(chat=new.chat, **more)
            )

    def _values(self, chat: Address, account: Account, **more: object) -> dict[str, object]:
        return {
            "compound": self.compound,
            "platform": chat.platform,
            "chat": chat.chat,
            "account": account.id,
            **more,
        }

    def _of(self, table: Table, chat: Address, account: Account) -> ColumnElement[bool]:
        return (
            (table.c.compound_id == self.compound)
            & (table.c.platform == chat.platform)
            & (table.c.chat == chat.chat)
            & (table.c.account == account.id)
        )
