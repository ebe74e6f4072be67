"""Everything one compound remembers, inside one transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.domain.messages import Address
from storage.assents import Assents
from storage.cards import Cards
from storage.compound import Compound
from storage.corrections import Corrections
from storage.days import Days
from storage.duty import DutyBook
from storage.hearing import Hearing
from storage.memory import Memory
from storage.notices import Notices
from storage.outbox import Outbox
from storage.people import People
from storage.stars import Stars
from storage.tickets import Tickets
from storage.updates import Updates


@dataclass(frozen=True, slots=True)
class Store:
    """The rooms of the store. Nothing is kept between transactions."""

    conn: Connection
    id: int
    tickets: Tickets
    people: People
    cards: Cards
    outbox: Outbox
    memory: Memory
    compound: Compound
    corrections: Corrections
    notices: Notices
    updates: Updates
    assents: Assents
    days: Days
    duty: DutyBook
    stars: Stars
    hearing: Hearing

    def follow_move(self, old: Address, new: Address) -> None:
        """A chat has a new id: every row follows, in this transaction."""
        movers: tuple[Callable[[Address, Address], None], ...] = (
            self.tickets.follow_move,
            self.cards.follow_move,
            self.outbox.follow_move,
            self.memory.follow_move,
            self.compound.moved,
        )
        for move in movers:
            move(old, new)


def open_store(conn: Connection, compound: int) -> Store:
    """The store of one compound on a connection."""
    return Store(
        conn=conn,
        id=compound,
        tickets=Tickets(conn, compound),
        people=People(conn, compound),
        cards=Cards(conn, compound),
        outbox=Outbox(conn, compound),
        memory=Memory(conn, compound),
        compound=Compound(conn, compound),
        corrections=Corrections(conn, compound),
        notices=Notices(conn, compound),
        updates=Updates(conn),
        assents=Assents(conn, compound),
        days=Days(conn, compound),
        duty=DutyBook(conn, compound),
        stars=Stars(conn, compound),
        hearing=Hearing(conn, compound),
    )
