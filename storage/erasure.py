"""Taking away what was said, while what happened stays."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import ColumnElement, select, update

from bot.domain.messages import Account
from bot.domain.tickets import Ticket
from storage.store import Store
from storage.tables import accounts, assents, events, photos, ticket_messages, tickets
from storage.ticket_rows import of_reporter

_STAFF_WORDS = frozenset({"note", "department", "reference"})
"""Facts of a diary's line, or of a wish, in which staff's own words stand."""


def erase_words(store: Store, ticket: Ticket, instead: str) -> Ticket:
    """Remove the residents' words and photos of a ticket everywhere in the store; ``instead`` stands in their place.

    The rules that decided keep their ids and lose the words they saw. Photo files are left to the sweep, which
    takes those that no ticket shows.
    """
    rules = [_id(reason) for reason in ticket.because]
    store.conn.execute(
        update(tickets)
        .where(tickets.c.compound_id == store.id, tickets.c.id == ticket.id)
        .values(text=instead, because=rules)
    )
    store.conn.execute(
        update(ticket_messages).where(ticket_messages.c.ticket_id == ticket.id).values(text="")
    )
    store.conn.execute(
        update(photos).where(photos.c.ticket_id == ticket.id, photos.c.purpose != "proof").values(media=None)
    )
    rows = store.conn.execute(select(events.c.id, events.c.data).where(events.c.ticket_id == ticket.id))
    for row in rows.all():
        if row.data.get("because"):
            data = {**row.data, "because": [_id(str(reason)) for reason in row.data["because"]]}
            store.conn.execute(update(events).where(events.c.id == row.id).values(data=data))
    return store.tickets.get(ticket.id) or ticket


def _id(reason: str) -> str:
    """``电梯停运`` of ``电梯停运(电梯,又停了)``."""
    return reason.partition("(")[0]


def touched_by(store: Store, account: Account) -> tuple[int, ...]:
    """Row ids of the tickets that somebody reported, or had anything to do with."""
    mine = select(tickets.c.id).where(
        tickets.c.compound_id == store.id,
        of_reporter(account),
    )
    said = select(ticket_messages.c.ticket_id).where(_theirs(store, account, ticket_messages))
    done = select(events.c.ticket_id).where(_acted(store, account))
    rows = store.conn.execute(mine.union(said, done))
    return tuple(sorted(row[0] for row in rows if row[0] is not None))


def known_as(store: Store, account: Account) -> frozenset[str]:
    """Every display name, and every way to reach them, under which somebody is kept."""
    queries = (
        select(accounts.c.name).where(_theirs(store, account, accounts)),
        select(ticket_messages.c.name).where(_theirs(store, account, ticket_messages)),
        select(events.c.actor_name).where(_acted(store, account)),
        *(
            select(column).where(
                tickets.c.compound_id == store.id,
                of_reporter(account),
            )
            for column in (tickets.c.reporter_name, tickets.c.contact)
        ),
    )
    found = (name for query in queries for name in store.conn.execute(query.distinct()).scalars())
    return frozenset(name for name in found if name)


def others_known(store: Store, account: Account) -> frozenset[str]:
    """The display names of everybody else."""
    others = select(accounts.c.name).where(
        accounts.c.compound_id == store.id,
        (accounts.c.platform != account.platform) | (accounts.c.account != account.id),
    )
    return frozenset(name for name in store.conn.execute(others.distinct()).scalars() if name)


def change_words(store: Store, ids: Collection[int], changed: Callable[[str], str]) -> None:
    """Change what anybody has said or noted of some tickets: diaries, reasons, wishes, messages."""
    for table, column in ((tickets, tickets.c.paused_reason), (ticket_messages, ticket_messages.c.text)):
        key = tickets.c.id if table is tickets else ticket_messages.c.ticket_id
        for row in store.conn.execute(select(table.c.id, column.label("words")).where(key.in_(ids))).all():
            words = changed(row.words)
            if words != row.words:
                store.conn.execute(update(table).where(table.c.id == row.id).values({column: words}))
    for table in (events, assents):
        query = select(table.c.id, table.c.data).where(table.c.ticket_id.in_(ids))
        for row in store.conn.execute(query).all():
            data = {
                k: changed(v) if k in _STAFF_WORDS and isinstance(v, str) else v for k, v in row.data.items()
            }
            if data != row.data:
                store.conn.execute(update(table).where(table.c.id == row.id).values(data=data))


def _theirs(store: Store, account: Account, table: Any) -> ColumnElement[bool]:
    found: ColumnElement[bool] = (
        (table.c.compound_id == store.id)
        & (table.c.platform == account.platform)
        & (table.c.account == account.id)
    )
    return found


def _acted(store: Store, account: Account) -> ColumnElement[bool]:
    return (
        (events.c.compound_id == store.id)
        & (events.c.actor_platform == account.platform)
        & (events.c.actor_account == account.id)
    )
