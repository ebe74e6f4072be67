"""What is to be said, once each, and in what order."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.domain.messages import Address, Face, Outgoing, React, Say, SendFile, Undelivered
from storage import prepared
from storage.compound import not_in_chats
from storage.tables import outbox
from storage.wire import face_from_json, face_to_json, outgoing_from_json, outgoing_to_json

CUT_OFF = "cut off while it was being sent"
"""The error of what was in flight when the process ended."""
USELESS = "no longer useful"
"""The error of what nobody needs to hear any more."""
TWICE = frozenset({Say.__name__, SendFile.__name__})
"""Kinds that would be seen twice if they were sent twice."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A row of the outbox that is being sent."""

    id: int
    key: str
    what: Outgoing
    priority: int
    tries: int


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A row that could not be delivered."""

    key: str
    chat: Address
    error: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """A row as an operator sees it: what became of it, never what it says."""

    id: int
    key: str
    what: str
    """Its kind: ``Say``, ``SendFile`` …"""
    chat: Address
    state: str
    created_at: datetime
    next_at: datetime
    tries: int
    unsure: int
    error: str


@dataclass(frozen=True, slots=True)
class Outbox:
    """The outbox of one compound, inside one transaction."""

    conn: Connection
    compound: int

    def put(
        self,
        what: Outgoing,
        key: str,
        to: Address,
        priority: int,
        now: datetime,
        not_before: datetime | None = None,
    ) -> None:
        """Add something to be sent; a key that is there already changes nothing."""
        make = postgresql.insert if self.conn.dialect.name == "postgresql" else sqlite.insert
        self.conn.execute(
            make(outbox)
            .values(
                compound_id=self.compound,
                key=key,
                platform=to.platform,
                chat=to.chat,
                payload=outgoing_to_json(what),
                priority=priority,
                state="due",
                created_at=now,
                next_at=max(now, not_before) if not_before else now,
            )
            .on_conflict_do_nothing(index_elements=["compound_id", "key"])
        )

    def take(
        self, platforms: Sequence[str], now: datetime, limit: int = 50, *, but_for: Collection[Address] = ()
    ) -> tuple[Letter, ...]:
        """Mark what is due as being sent and return it: the most urgent first, then the oldest.

        ``but_for`` are chats whose messages wait, since earlier ones are on their way there.
        """
        query = (
            prepared.due_letters().where(not_in_chats(outbox, but_for)) if but_for else prepared.due_letters()
        )
        asked = {"compound": self.compound, "now": now, "platforms": platforms, "limit": limit}
        rows = self.conn.execute(query, asked).all()
        if rows:
            self.conn.execute(
                update(outbox).where(outbox.c.id.in_([r.id for r in rows])).values(state="sending")
            )
        return tuple(_letter(row) for row in rows)

    def sent(
        self, letters: Sequence[Letter], message: str | None, now: datetime, *, answerable: bool = False
    ) -> None:
        """The platform has taken them, in one message. Their words, an invitation's link among them, are kept no longer.

        ``answerable``: their choices are, since they are answered in words there.
        """
        for letter in letters:
            bare: dict[str, Any] = {"what": type(letter.what).__name__}
            if answerable and isinstance(letter.what, Say) and letter.what.face.buttons:
                bare["choices"] = face_to_json(Face("", letter.what.face.buttons))
            self._set(letter.id, state="sent", message=message, done_at=now, error="", payload=bare)

    def choices_since(self, chat: Address, since: datetime) -> tuple[tuple[datetime, Face], ...]:
        """When choices were offered in a chat since a moment, and which, the newest first."""
        rows = self.conn.execute(
            select(outbox.c.done_at, outbox.c.payload)
            .where(
                self._own(),
                outbox.c.platform == chat.platform,
                outbox.c.chat == chat.chat,
                outbox.c.state == "sent",
                outbox.c.done_at >= since,
            )
            .order_by(outbox.c.done_at.desc(), outbox.c.id.desc())
        )
        return tuple((at, face_from_json(p["choices"])) for at, p in rows if "choices" in p)

    def later(self, letter: int, at: datetime, error: str, *, tried: bool, unsure: bool = False) -> None:
        """Try again at a moment; ``tried``: it was really tried, and failed; ``unsure``: it may have arrived."""
        self._set(
            letter,
            state="due",
            next_at=at,
            tries=outbox.c.tries + int(tried),
            unsure=outbox.c.unsure + int(unsure),
            error=error,
        )

    def give_up(self, letter: int, error: str, now: datetime) -> None:
        """It will never be delivered."""
        self._set(letter, state="given_up", error=error, done_at=now)

    def leave_unknown(self, letter: int, error: str, now: datetime) -> None:
        """Nobody knows whether it arrived, and it is not repeated unless a person says so."""
        self._set(letter, state="unknown", error=error, done_at=now, unsure=outbox.c.unsure + 1)

    def hold_chat(self, chat: Address, until: datetime) -> None:
        """Nothing goes to a chat before a moment (its own rate limit)."""
        self.conn.execute(
            update(outbox)
            .where(
                self._own(),
                outbox.c.platform == chat.platform,
                outbox.c.chat == chat.chat,
                outbox.c.state == "due",
                outbox.c.next_at < until,
            )
            .values(next_at=until)
        )

    def resume(self, repeating: Collection[str], now: datetime) -> int:
        """After a crash: what was in flight is due again on ``repeating`` platforms; on others nobody knows of it.

        Returns how many are due again.
        """
        rows = self.conn.execute(
            select(outbox.c.id, outbox.c.platform, outbox.c.payload).where(
                self._own(), outbox.c.state == "sending"
            )
        ).all()
        again = 0
        for row in rows:
            twice = row.payload["what"] in TWICE
            if row.platform in repeating or not twice:
                self.later(row.id, now, CUT_OFF if twice else "", tried=False, unsure=twice)
                again += 1
            else:
                self.leave_unknown(row.id, CUT_OFF, now)
        return again

    def cancel(self, key: str) -> bool:
        """Take back what has not been sent yet."""
        return bool(
            self.conn.execute(
                delete(outbox).where(self._own(), outbox.c.key == key, outbox.c.state == "due")
            ).rowcount
        )

    def take_back(self, begins: str) -> None:
        """Take back everything whose key begins so and that has not been sent yet: something newer replaces it."""
        self.conn.execute(
            delete(outbox).where(
                self._own(), outbox.c.key.startswith(begins, autoescape=True), outbox.c.state == "due"
            )
        )

    def message_of(self, key: str) -> tuple[Address, str] | None:
        """Where a sent message stands."""
        row = self.conn.execute(
            select(outbox).where(
                self._own(), outbox.c.key == key, outbox.c.state == "sent", outbox.c.message.is_not(None)
            )
        ).one_or_none()
        return (Address(row.platform, row.chat), row.message) if row else None

    def waiting(self) -> int:
        """How many are still to be sent."""
        return self.conn.execute(
            select(func.count())
            .select_from(outbox)
            .where(self._own(), outbox.c.state.in_(["due", "sending"]))
        ).scalar_one()

    def next_at(self) -> datetime | None:
        """When the next one is due."""
        return self.conn.execute(
            select(func.min(outbox.c.next_at)).where(self._own(), outbox.c.state == "due")
        ).scalar()

    def given_up(self, since: datetime, limit: int = 20) -> tuple[GivenUp, ...]:
        """What could not be delivered lately, the newest first."""
        rows = self.conn.execute(
            select(outbox)
            .where(self._own(), outbox.c.state == "given_up", outbox.c.done_at >= since)
            .order_by(outbox.c.id.desc())
            .limit(limit)
        )
        return tuple(GivenUp(r.key, Address(r.platform, r.chat), r.error, r.done_at) for r in rows)

    def entries(self, limit: int) -> tuple[Entry, ...]:
        """All that has not arrived: what waits, what was given up, what nobody knows of; the oldest first."""
        rows = self.conn.execute(
            select(outbox).where(self._own(), outbox.c.state != "sent").order_by(outbox.c.id).limit(limit)
        )
        return tuple(_entry(row) for row in rows)

    def retry(self, now: datetime, letter: int | None = None) -> int:
        """Send a letter now that waits, was given up or is unknown; all of them without ``letter``. Says how many."""
        where = [self._own(), outbox.c.state.in_(["due", "given_up", "unknown"])]
        if letter is not None:
            where.append(outbox.c.id == letter)
        return self.conn.execute(
            update(outbox).where(*where).values(state="due", next_at=now, tries=0, done_at=None)
        ).rowcount

    def follow_move(self, old: Address, new: Address) -> None:
        """A chat has a new id: what waits for it follows, but for what was about one of its old messages."""
        rows = self.conn.execute(
            select(outbox).where(
                self._own(),
                outbox.c.platform == old.platform,
                outbox.c.chat == old.chat,
                outbox.c.state.in_(["due", "sending"]),
            )
        ).all()
        for row in rows:
            payload = {**row.payload, "to": {**row.payload["to"], "chat": new.chat}}
            if payload["what"] == React.__name__:
                self._set(row.id, state="given_up", error="moved")
                continue
            # Messages are counted anew there: an old number may be another message's.
            if "reply_to" in payload:
                payload["reply_to"] = None
            self._set(row.id, chat=new.chat, payload=payload)

    def park(self, chat: Address, until: datetime) -> None:
        """Keep everything for a chat back (the bot is muted there)."""
        self.hold_chat(chat, until)

    def sweep(self, before: datetime) -> int:
        """Delete what was settled before a moment. Keys of what lasts longer than that must not be repeated by then."""
        return self.conn.execute(
            delete(outbox).where(
                self._own(),
                and_(outbox.c.state.in_(["sent", "given_up", "unknown"]), outbox.c.done_at < before),
            )
        ).rowcount

    def _set(self, letter: int, **values: Any) -> None:
        self.conn.execute(update(outbox).where(outbox.c.id == letter).values(**values))

    def _own(self) -> Any:
        return outbox.c.compound_id == self.compound


def undelivered(letter: Letter, to: Address, reason: str) -> Undelivered:
    """The cause that a letter which never arrives becomes."""
    return Undelivered(to=to, key=letter.key, ticket=getattr(letter.what, "ticket", None), reason=reason)


def _entry(row: Row[Any]) -> Entry:
    return Entry(
        id=row.id,
        key=row.key,
        what=row.payload["what"],
        chat=Address(row.platform, row.chat),
        state=row.state,
        created_at=row.created_at,
        next_at=row.next_at,
        tries=row.tries,
        unsure=row.unsure,
        error=row.error,
    )


def _letter(row: Row[Any]) -> Letter:
    return Letter(row.id, row.key, outgoing_from_json(row.payload), row.priority, row.tries)


def backoff(tries: int, after: timedelta | None) -> timedelta:
    """How long to wait after a passing failure: the platform's own word, else 2, 4, 8 … s up to 5 minutes."""
    return after if after is not None else timedelta(seconds=min(2.0 ** (tries + 1), 300.0))
