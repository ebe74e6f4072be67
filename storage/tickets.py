"""Tickets, their events, messages and photos."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from bot.domain.messages import Account, Address, Photo
from bot.domain.tickets import GOING_ON, State, Ticket
from bot.domain.verdicts import Kind
from storage import prepared
from storage.tables import compounds, events, photos, ticket_messages, tickets
from storage.ticket_rows import (
    Event,
    Message,
    StoredPhoto,
    account_of,
    columns_of,
    message_of,
    of_reporter,
    photo_of,
    ticket_of,
)


@dataclass(frozen=True, slots=True)
class Tickets:
    """The tickets of one compound, inside one transaction."""

    conn: Connection
    compound: int

    # -- filing and finding ------------------------------------------------------------------------

    def file(self, **values: Any) -> Ticket:
        """Insert a ticket under the compound's next number."""
        number = self.conn.execute(
            update(compounds)
            .where(compounds.c.id == self.compound)
            .values(next_ticket=compounds.c.next_ticket + 1)
            .returning(compounds.c.next_ticket)
        ).scalar_one()
        row = self.conn.execute(
            insert(tickets)
            .values(compound_id=self.compound, number=number - 1, **columns_of(values))
            .returning(tickets)
        ).one()
        return ticket_of(row)

    def get(self, ticket: int, *, lock: bool = False) -> Ticket | None:
        """A ticket by its row id; ``lock`` holds it against others until the transaction ends."""
        query = select(tickets).where(self._own(), tickets.c.id == ticket)
        row = self.conn.execute(query.with_for_update() if lock else query).one_or_none()
        return ticket_of(row) if row else None

    def get_all(self, ids: Collection[int]) -> dict[int, Ticket]:
        """Tickets by their row ids, in one query."""
        rows = self.conn.execute(select(tickets).where(self._own(), tickets.c.id.in_(ids))) if ids else ()
        return {row.id: ticket_of(row) for row in rows}

    def numbered(self, number: int, *, lock: bool = False) -> Ticket | None:
        """A ticket by the number people call it."""
        if not 0 < number < 2**31:
            return None
        query = select(tickets).where(self._own(), tickets.c.number == number)
        row = self.conn.execute(query.with_for_update() if lock else query).one_or_none()
        return ticket_of(row) if row else None

    def change(self, ticket: Ticket, **values: Any) -> Ticket:
        """Set columns and return the ticket as it is now."""
        row = self.conn.execute(
            update(tickets)
            .where(self._own(), tickets.c.id == ticket.id)
            .values(**columns_of(values))
            .returning(tickets)
        ).one()
        return ticket_of(row)

    def find(
        self,
        *conditions: ColumnElement[bool],
        newest_first: bool = False,
        limit: int | None = None,
    ) -> tuple[Ticket, ...]:
        """Tickets of the compound that meet all conditions."""
        order = tickets.c.number.desc() if newest_first else tickets.c.number
        query = select(tickets).where(self._own(), *conditions).order_by(order)
        return tuple(ticket_of(row) for row in self.conn.execute(query.limit(limit)))

    def going_on(self, *conditions: ColumnElement[bool]) -> tuple[Ticket, ...]:
        """Tickets that somebody still has to act on."""
        return self.find(tickets.c.state.in_([s.value for s in GOING_ON]), *conditions)

    def due(self, now: datetime) -> tuple[Ticket, ...]:
        """Tickets whose time has come, locked for this transaction."""
        query = (
            select(tickets)
            .where(self._own(), tickets.c.due_at <= now)
            .order_by(tickets.c.due_at)
            .with_for_update(skip_locked=True)
        )
        return tuple(ticket_of(row) for row in self.conn.execute(query))

    def ahead(self, now: datetime) -> tuple[Ticket, ...]:
        """Tickets whose clock began after now: the machine's was set back."""
        query = select(tickets).where(self._own(), tickets.c.lap_at > now).with_for_update(skip_locked=True)
        return tuple(ticket_of(row) for row in self.conn.execute(query.order_by(tickets.c.number)))

    def filed_since(self, since: datetime, account: Account) -> int:
        """How many complaints and wishes an account has filed since a moment."""
        return self.conn.execute(
            select(func.count())
            .select_from(tickets)
            .where(
                self._own(),
                tickets.c.kind != Kind.NOTICE.value,
                of_reporter(account),
                tickets.c.filed_at > since,
            )
        ).scalar_one()

    def alike(self, kind: Kind, topic: str, since: datetime) -> tuple[Ticket, ...]:
        """Tickets of a topic that somebody still has to act on, heard of since a moment, newest first."""
        heard = (
            select(func.max(ticket_messages.c.at))
            # Remarks and questions keep no matter fresh.
            .where(
                ticket_messages.c.ticket_id == tickets.c.id,
                ticket_messages.c.purpose.not_in(("comment", "question", "solved")),
            )
            .scalar_subquery()
        )
        return self.find(
            tickets.c.kind == kind.value,
            tickets.c.topic == topic,
            tickets.c.state.in_([s.value for s in GOING_ON]),
            or_(tickets.c.filed_at >= since, heard >= since),
            newest_first=True,
        )

    def latest_of(self, account: Account, since: datetime, chat: Address | None = None) -> Ticket | None:
        """The newest ticket an account has reported (in a chat, if given) since a moment."""
        found = self.find(
            of_reporter(account),
            tickets.c.filed_at >= since,
            *(
                [tickets.c.origin_platform == chat.platform, tickets.c.origin_chat == chat.chat]
                if chat
                else []
            ),
            newest_first=True,
            limit=1,
        )
        return found[0] if found else None

    # -- diary --------------------------------------------------------------------------------------

    def note(
        self, ticket: Ticket, at: datetime, verb: str, actor: str, account: Account | None = None, **data: Any
    ) -> None:
        """Write a line into a ticket's diary."""
        self.conn.execute(
            insert(events).values(
                compound_id=self.compound,
                ticket_id=ticket.id,
                at=at,
                verb=verb,
                actor=actor,
                actor_platform=account.platform if account else None,
                actor_account=account.id if account else None,
                actor_name=account.name if account else "",
                data=data,
            )
        )

    def diary(self, ticket: Ticket) -> tuple[Event, ...]:
        """Everything that happened to a ticket, in order."""
        query = select(events).where(events.c.ticket_id == ticket.id).order_by(events.c.id)
        return tuple(
            Event(
                row.at,
                row.verb,
                row.actor,
                account_of(row.actor_platform, row.actor_account, row.actor_name),
                row.actor_name,
                dict(row.data),
            )
            for row in self.conn.execute(query)
        )

    def count_events(self, verb: str, since: datetime, until: datetime) -> int:
        """How often something happened in [since, until)."""
        return self.conn.execute(
            select(func.count())
            .select_from(events)
            .where(
                events.c.compound_id == self.compound,
                events.c.verb == verb,
                events.c.at >= since,
                events.c.at < until,
            )
        ).scalar_one()

    # -- messages -----------------------------------------------------------------------------------

    def add_message(
        self,
        ticket: Ticket,
        chat: Address,
        message: str,
        account: Account | None,
        purpose: str,
        text: str,
        at: datetime,
        album: str | None = None,
    ) -> bool:
        """Tie a message to a ticket; False where it is tied to one already."""
        make = postgresql.insert if self.conn.dialect.name == "postgresql" else sqlite.insert
        tied = self.conn.execute(
            make(ticket_messages)
            .values(
                compound_id=self.compound,
                ticket_id=ticket.id,
                platform=chat.platform,
                chat=chat.chat,
                message=message,
                account=account.id if account else None,
                name=account.name if account else "",
                purpose=purpose,
                text=text,
                album=album,
                at=at,
            )
            .on_conflict_do_nothing(index_elements=["compound_id", "platform", "chat", "message"])
            .returning(ticket_messages.c.id)
        )
        return tied.first() is not None

    def message_at(self, chat: Address, message: str) -> Message | None:
        """The ticket's message with this id in a chat."""
        row = self.conn.execute(
            select(ticket_messages).where(
                ticket_messages.c.compound_id == self.compound,
                ticket_messages.c.platform == chat.platform,
                ticket_messages.c.chat == chat.chat,
                ticket_messages.c.message == message,
            )
        ).one_or_none()
        return message_of(row) if row else None

    def of_album(self, chat: Address, album: str) -> Message | None:
        """A message of a ticket that came in this album."""
        row = self.conn.execute(
            select(ticket_messages)
            .where(
                ticket_messages.c.compound_id == self.compound,
                ticket_messages.c.platform == chat.platform,
                ticket_messages.c.chat == chat.chat,
                ticket_messages.c.album == album,
            )
            .order_by(ticket_messages.c.id)
            .limit(1)
        ).one_or_none()
        return message_of(row) if row else None

    def messages(self, ticket: Ticket, *purposes: str) -> tuple[Message, ...]:
        """A ticket's messages, in order; only those of the purposes given, if any are."""
        query = prepared.messages(chosen=bool(purposes))
        of = {"ticket": ticket.id, **({"purposes": purposes} if purposes else {})}
        return tuple(message_of(row) for row in self.conn.execute(query, of))

    def change_message(self, message: Message, **values: Any) -> None:
        """Set columns of a message."""
        self.conn.execute(update(ticket_messages).where(ticket_messages.c.id == message.id).values(**values))

    def drop_message(self, message: Message) -> None:
        """Untie a message from its ticket."""
        self.conn.execute(delete(ticket_messages).where(ticket_messages.c.id == message.id))

    # -- photos -------------------------------------------------------------------------------------

    def add_photo(
        self, ticket: Ticket, platform: str, photo: Photo, purpose: str, at: datetime
    ) -> int | None:
        """Remember a photo; returns its row, or None where the ticket has it already."""
        try:
            with self.conn.begin_nested():
                row = self.conn.execute(
                    insert(photos)
                    .values(
                        compound_id=self.compound,
                        ticket_id=ticket.id,
                        platform=platform,
                        file=photo.file,
                        unique_id=photo.unique,
                        purpose=purpose,
                        at=at,
                    )
                    .returning(photos.c.id)
                ).scalar_one()
                return int(row)
        except IntegrityError:
            return None

    def photo(self, row: int) -> StoredPhoto | None:
        """A photo by its row."""
        found = self.conn.execute(
            select(photos).where(photos.c.compound_id == self.compound, photos.c.id == row)
        ).one_or_none()
        return photo_of(found) if found else None

    def photos(self, ticket: Ticket) -> tuple[StoredPhoto, ...]:
        """A ticket's photos, in order."""
        rows = self.conn.execute(prepared.photos_of(), {"ticket": ticket.id})
        return tuple(photo_of(row) for row in rows)

    def photo_stored(self, row: int, media: str | None, failed: str = "") -> None:
        """A photo was stored under a name, or could not be had."""
        self.conn.execute(update(photos).where(photos.c.id == row).values(media=media, failed=failed))

    def media_in_use(self) -> frozenset[str]:
        """Names of all stored files that a ticket shows."""
        rows = self.conn.execute(select(photos.c.media).where(photos.c.media.is_not(None)))
        return frozenset(row.media for row in rows)

    # -- people -------------------------------------------------------------------------------------

    def forget(self, account: Account) -> int:
        """Remove a person from all tickets; what happened stays. Returns how many tickets were touched."""
        mine = of_reporter(account)
        touched = self.conn.execute(
            update(tickets)
            .where(self._own(), mine)
            .values(reporter_platform=None, reporter_account=None, reporter_name="", contact="")
        ).rowcount
        self.conn.execute(
            update(events)
            .where(
                events.c.compound_id == self.compound,
                events.c.actor_platform == account.platform,
                events.c.actor_account == account.id,
            )
            .values(actor_platform=None, actor_account=None, actor_name="")
        )
        self.conn.execute(
            update(ticket_messages)
            .where(
                ticket_messages.c.compound_id == self.compound,
                ticket_messages.c.platform == account.platform,
                ticket_messages.c.account == account.id,
            )
            .values(account=None, name="")
        )
        return touched

    def follow_move(self, old: Address, new: Address) -> None:
        """A chat has a new id: every row follows.

        Messages are counted anew there: an old number would be taken for the new message that gets it.
        """
        self.conn.execute(
            update(tickets)
            .where(self._own(), tickets.c.origin_platform == old.platform, tickets.c.origin_chat == old.chat)
            .values(origin_chat=new.chat, message=None)
        )
        self.conn.execute(
            update(ticket_messages)
            .where(
                ticket_messages.c.compound_id == self.compound,
                ticket_messages.c.platform == old.platform,
                ticket_messages.c.chat == old.chat,
            )
            .values(chat=new.chat, message=old.chat + "/" + ticket_messages.c.message)
        )

    def _own(self) -> ColumnElement[bool]:
        return tickets.c.compound_id == self.compound


def among(*states: State) -> ColumnElement[bool]:
    """The condition that a ticket is in one of these states."""
    return tickets.c.state.in_([s.value for s in states])


def distinct_voices(messages: Iterable[Message], reporter: Account | None) -> int:
    """How many accounts other than the reporter's have joined."""
    return len({m.account for m in messages if m.purpose == "voice" and m.account and m.account != reporter})
