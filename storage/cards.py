"""Cards (工单卡片): what a message about a ticket should show, and which version of that it shows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from bot.domain.messages import Account, Address, Face, Priority
from storage import prepared
from storage.compound import not_in_chats
from storage.outbox import CUT_OFF, Entry
from storage.tables import cards
from storage.wire import accounts_from_json, accounts_to_json, face_from_json, face_to_json

RETIRED = "retired"
"""The audience of a card whose reader has lost the right to it."""


@dataclass(frozen=True, slots=True)
class Card:
    """One card: at most one per ticket, audience and chat."""

    id: int
    ticket: int
    audience: str
    to: Address
    message: str | None
    reply_to: str | None
    person: str | None
    mentions: tuple[Account, ...]
    priority: int
    face: Face
    version: int
    shown: int
    lost: bool
    tries: int


@dataclass(frozen=True, slots=True)
class Cards:
    """The cards of one compound, inside one transaction."""

    conn: Connection
    compound: int

    def show(
        self,
        ticket: int,
        audience: str,
        to: Address,
        face: Face,
        priority: int,
        now: datetime,
        *,
        reply_to: str | None = None,
        person: str | None = None,
        mentions: tuple[Account, ...] = (),
        not_before: datetime | None = None,
        aloud: bool = True,
        anew: bool = False,
    ) -> None:
        """Make the ticket's card in a chat show ``face``; made if there is none. The same face again changes nothing.

        A face with a gist stands where nothing can be edited: it is said anew where its gist has changed, and only
        kept where it has not, or where its reader knows already (not ``aloud``). ``anew`` says it in any case.

        A new message may wait until ``not_before``; what waits goes on waiting, unless it has become an emergency.
        """
        wanted = face_to_json(face)
        heard_from = not_before if not_before and face.gist else now
        place = {"ticket": ticket, "audience": audience, "platform": to.platform, "chat": to.chat}
        row = self.conn.execute(prepared.card_for(), place).one_or_none()
        if row is None:
            self.conn.execute(
                insert(cards).values(
                    compound_id=self.compound,
                    ticket_id=ticket,
                    audience=audience,
                    platform=to.platform,
                    chat=to.chat,
                    thread=to.thread,
                    reply_to=reply_to,
                    person=person,
                    mentions=accounts_to_json(mentions),
                    priority=priority,
                    wanted=wanted,
                    next_at=max(now, not_before) if not_before else now,
                )
            )
        elif face.gist and not anew and (not aloud or row.wanted.get("gist") == face.gist):
            self._set(row.id, wanted=wanted)
        elif row.wanted != wanted or (anew and face.gist):
            self._set(
                row.id,
                wanted=wanted,
                wanted_version=row.wanted_version + 1,
                priority=min(row.priority, priority),
                next_at=now if priority == Priority.EMERGENCY else max(row.next_at, now, heard_from),
                **(_said_anew(row, mentions) if face.gist else {}),
            )

    def repost(self, card: Card, now: datetime) -> None:
        """Send the card anew instead of editing it (its message is gone, or it must be noticed again)."""
        self._set(card.id, message=None, shown_version=0, lost=False, tries=0, next_at=now)

    def of_person(self, person: str) -> tuple[Card, ...]:
        """The cards that were brought to a person."""
        query = select(cards).where(cards.c.compound_id == self.compound, cards.c.person == person)
        return tuple(_card(row) for row in self.conn.execute(query.order_by(cards.c.id)))

    def in_chat(self, chat: Address) -> tuple[Card, ...]:
        """The cards in a chat."""
        query = select(cards).where(
            cards.c.compound_id == self.compound,
            cards.c.platform == chat.platform,
            cards.c.chat == chat.chat,
        )
        return tuple(_card(row) for row in self.conn.execute(query.order_by(cards.c.id)))

    def said_since(self, chat: Address, since: datetime) -> tuple[tuple[datetime, Face], ...]:
        """When a card was last said in a chat and what it shows, since a moment, the newest first."""
        own = (cards.c.compound_id == self.compound) & (cards.c.audience != RETIRED)
        here = (cards.c.platform == chat.platform) & (cards.c.chat == chat.chat)
        query = select(cards.c.next_at, cards.c.wanted).where(own, here, cards.c.next_at >= since)
        rows = self.conn.execute(query.order_by(cards.c.next_at.desc(), cards.c.id.desc()))
        return tuple((row.next_at, face_from_json(row.wanted)) for row in rows)

    def retire(self, card: Card, last: Face | None, now: datetime) -> None:
        """A card that its chat may not have any more: it shows ``last`` and never anything else again.

        Without a ``last`` face, or where it has not been sent yet, it is forgotten as it is.
        """
        self.conn.execute(
            delete(cards).where(
                cards.c.ticket_id == card.ticket,
                cards.c.audience == RETIRED,
                cards.c.platform == card.to.platform,
                cards.c.chat == card.to.chat,
            )
        )
        if last is None or card.message is None or card.lost:
            self.conn.execute(delete(cards).where(cards.c.id == card.id))
            return
        self._set(
            card.id,
            audience=RETIRED,
            person=None,
            wanted=face_to_json(last),
            wanted_version=card.version + 1,
            next_at=now,
        )

    def of(self, ticket: int, audience: str | None = None) -> tuple[Card, ...]:
        """A ticket's cards, without those that have been retired."""
        of = {"compound": self.compound, "ticket": ticket, "retired": RETIRED}
        rows = self.conn.execute(prepared.cards_of(), of)
        return tuple(_card(row) for row in rows if audience in (None, row.audience))

    def at(self, chat: Address, message: str) -> Card | None:
        """The card that a message in a chat is."""
        row = self.conn.execute(
            select(cards).where(
                cards.c.compound_id == self.compound,
                cards.c.platform == chat.platform,
                cards.c.chat == chat.chat,
                cards.c.message == message,
                cards.c.audience != RETIRED,
            )
        ).first()
        return _card(row) if row else None

    def get(self, card: int) -> Card | None:
        """A card by its row."""
        row = self.conn.execute(
            select(cards).where(cards.c.compound_id == self.compound, cards.c.id == card)
        ).one_or_none()
        return _card(row) if row else None

    def stale(
        self, platforms: Sequence[str], now: datetime, limit: int = 50, *, but_for: Collection[Address] = ()
    ) -> tuple[Card, ...]:
        """Cards that do not show what they should, the most urgent first; none in the chats ``but_for``.

        Those that have no message yet are marked as being sent.
        """
        query = (
            prepared.stale_cards().where(not_in_chats(cards, but_for)) if but_for else prepared.stale_cards()
        )
        asked = {"compound": self.compound, "now": now, "platforms": platforms, "limit": limit}
        rows = self.conn.execute(query, asked).all()
        fresh = [row.id for row in rows if row.message is None]
        if fresh:
            # An edit can be repeated unseen; a new message that was cut off may stand there already.
            self.conn.execute(update(cards).where(cards.c.id.in_(fresh)).values(sending=True))
        return tuple(_card(row) for row in rows)

    def resume(self, repeating: Collection[str]) -> None:
        """After a crash: what was in flight is sent again on ``repeating`` platforms, on others it counts as lost."""
        own = (cards.c.compound_id == self.compound) & cards.c.sending
        counted = {"sending": False, "unsure": cards.c.unsure + 1, "error": CUT_OFF}
        again = cards.c.platform.in_(repeating)
        self.conn.execute(update(cards).where(own, again).values(**counted))
        self.conn.execute(update(cards).where(own).values(**counted, lost=True))

    def shown(self, card: int, version: int, message: str) -> None:
        """The platform shows this version."""
        self._set(card, shown_version=version, message=message, tries=0, error="", sending=False)

    def later(self, card: int, at: datetime, error: str, *, tried: bool, unsure: bool = False) -> None:
        """Try again at a moment; ``tried``: it was really tried, and failed; ``unsure``: it may have arrived."""
        self._set(
            card,
            next_at=at,
            tries=cards.c.tries + int(tried),
            unsure=cards.c.unsure + int(unsure),
            error=error,
            sending=False,
        )

    def lose(self, card: int, error: str, *, unsure: bool = False) -> None:
        """It can never be shown there; ``unsure``: or nobody knows whether it is."""
        self._set(card, lost=True, error=error, sending=False, unsure=cards.c.unsure + int(unsure))

    def entries(self, limit: int) -> tuple[Entry, ...]:
        """Cards that do not show what they should, as an operator sees them; the oldest first."""
        rows = self.conn.execute(
            select(cards)
            .where(cards.c.compound_id == self.compound, cards.c.shown_version < cards.c.wanted_version)
            .order_by(cards.c.id)
            .limit(limit)
        )
        return tuple(_entry(row) for row in rows)

    def retry(self, now: datetime, card: int | None = None) -> int:
        """Try a card now that waits or was lost; all of them without ``card``. Says how many."""
        where = [cards.c.compound_id == self.compound, cards.c.shown_version < cards.c.wanted_version]
        if card is not None:
            where.append(cards.c.id == card)
        return self.conn.execute(
            update(cards).where(*where).values(next_at=now, tries=0, lost=False)
        ).rowcount

    def hold_chat(self, chat: Address, until: datetime) -> None:
        """Nothing goes to a chat before a moment."""
        self.conn.execute(
            update(cards)
            .where(cards.c.platform == chat.platform, cards.c.chat == chat.chat, cards.c.next_at < until)
            .values(next_at=until)
        )

    def waiting(self) -> int:
        """How many cards do not show what they should."""
        return self.conn.execute(
            select(func.count())
            .select_from(cards)
            .where(
                cards.c.compound_id == self.compound,
                cards.c.shown_version < cards.c.wanted_version,
                cards.c.lost.is_(False),
            )
        ).scalar_one()

    def next_at(self) -> datetime | None:
        """When the next stale card is due."""
        return self.conn.execute(
            select(func.min(cards.c.next_at)).where(
                cards.c.compound_id == self.compound,
                cards.c.shown_version < cards.c.wanted_version,
                cards.c.lost.is_(False),
            )
        ).scalar()

    def follow_move(self, old: Address, new: Address) -> None:
        """A chat has a new id. Old message ids do not hold there, so its cards are sent anew when they change."""
        self.conn.execute(
            update(cards)
            .where(cards.c.platform == old.platform, cards.c.chat == old.chat)
            .values(chat=new.chat, message=None, reply_to=None)
        )

    def _set(self, card: int, **values: Any) -> None:
        self.conn.execute(update(cards).where(cards.c.id == card).values(**values))


def _said_anew(row: Row[Any], mentions: tuple[Account, ...]) -> dict[str, Any]:
    """A new message, which mentions whom it is for now, and whom one was for that has not been sent yet."""
    waiting = accounts_from_json(row.mentions) if row.message is None else ()
    both = tuple(dict.fromkeys([*waiting, *mentions]))
    return {"message": None, "shown_version": 0, "mentions": accounts_to_json(both)}


def _entry(row: Row[Any]) -> Entry:
    return Entry(
        id=row.id,
        key=f"card:{row.ticket_id}",
        what="Card",
        chat=Address(row.platform, row.chat),
        state="given_up" if row.lost else "sending" if row.sending else "due",
        created_at=row.next_at,
        next_at=row.next_at,
        tries=row.tries,
        unsure=row.unsure,
        error=row.error,
    )


def _card(row: Row[Any]) -> Card:
    return Card(
        id=row.id,
        ticket=row.ticket_id,
        audience=row.audience,
        to=Address(row.platform, row.chat, row.thread),
        message=row.message,
        reply_to=row.reply_to,
        person=row.person,
        mentions=accounts_from_json(row.mentions),
        priority=row.priority,
        face=face_from_json(row.wanted),
        version=row.wanted_version,
        shown=row.shown_version,
        lost=row.lost,
        tries=row.tries,
    )
