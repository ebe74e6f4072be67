"""Questions about many tickets at once, and about who said what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select

from bot.domain.messages import Account, Address
from bot.domain.tickets import Ticket
from storage import prepared
from storage.store import Store
from storage.tables import accounts, events, outbox, photos, recents, ticket_messages, tickets
from storage.ticket_rows import Event, of_reporter

Steps = dict[int, tuple[tuple[datetime, str], ...]]
"""A ticket's row id → what happened to it and when, in order."""


@dataclass(frozen=True, slots=True)
class Tie:
    """One message of a chat that belongs to a ticket."""

    ticket: int
    message: str
    account: str | None
    name: str
    purpose: str
    at: datetime
    text: str
    """Its words, where they are kept."""


def filed_in(
    store: Store, since: datetime, until: datetime | None = None, limit: int | None = None
) -> tuple[Ticket, ...]:
    """Tickets filed in [since, until); with a limit the newest of them. Oldest first."""
    conditions = [tickets.c.filed_at >= since, *([tickets.c.filed_at < until] if until else [])]
    return tuple(reversed(store.tickets.find(*conditions, newest_first=True, limit=limit)))


def reported_by(store: Store, account: Account, limit: int = 50) -> tuple[Ticket, ...]:
    """An account's own reports, the newest first."""
    return store.tickets.find(
        of_reporter(account),
        newest_first=True,
        limit=limit,
    )


def ended_since(store: Store, states: Collection[str], since: datetime) -> tuple[Ticket, ...]:
    """Tickets in one of these states whose last step was taken since a moment, the newest first."""
    last = (
        select(events.c.ticket_id)
        .where(events.c.compound_id == store.id, events.c.at >= since, events.c.ticket_id == tickets.c.id)
        .exists()
    )
    return store.tickets.find(tickets.c.state.in_(states), last, newest_first=True)


def steps_of(store: Store, verbs: Collection[str], *conditions: ColumnElement[bool]) -> Steps:
    """When which of these steps were taken, for all tickets that meet the conditions, in one query."""
    rows = store.conn.execute(
        select(events.c.ticket_id, events.c.at, events.c.verb)
        .join(tickets, tickets.c.id == events.c.ticket_id)
        .where(events.c.compound_id == store.id, events.c.verb.in_(verbs), *conditions)
        .order_by(events.c.id)
    )
    found: defaultdict[int, list[tuple[datetime, str]]] = defaultdict(list)
    for row in rows:
        found[row.ticket_id].append((row.at, row.verb))
    return {ticket: tuple(steps) for ticket, steps in found.items()}


def steps_since(store: Store, verbs: Collection[str], since: datetime) -> Steps:
    """``steps_of`` the tickets filed since a moment."""
    return steps_of(store, verbs, tickets.c.filed_at >= since)


def steps_in_state(store: Store, verbs: Collection[str], state: str) -> Steps:
    """``steps_of`` the tickets that are in a state."""
    return steps_of(store, verbs, tickets.c.state == state)


def diaries_since(store: Store, since: datetime) -> dict[int, tuple[Event, ...]]:
    """``diaries_of`` the tickets filed since a moment."""
    return diaries_of(store, tickets.c.filed_at >= since)


def diaries_of(store: Store, *conditions: ColumnElement[bool]) -> dict[int, tuple[Event, ...]]:
    """The whole diaries of the tickets that meet the conditions, by row id, in one query."""
    rows = store.conn.execute(
        select(events)
        .join(tickets, tickets.c.id == events.c.ticket_id)
        .where(events.c.compound_id == store.id, *conditions)
        .order_by(events.c.id)
    )
    found: defaultdict[int, list[Event]] = defaultdict(list)
    for row in rows:
        account = (
            Account(row.actor_platform, row.actor_account, row.actor_name) if row.actor_account else None
        )
        found[row.ticket_id].append(
            Event(row.at, row.verb, row.actor, account, row.actor_name, dict(row.data))
        )
    return {ticket: tuple(diary) for ticket, diary in found.items()}


def proofs_of(store: Store, *conditions: ColumnElement[bool]) -> dict[int, tuple[datetime, ...]]:
    """When photos that show the work came, of the tickets that meet the conditions, by row id."""
    rows = store.conn.execute(
        select(photos.c.ticket_id, photos.c.at)
        .join(tickets, tickets.c.id == photos.c.ticket_id)
        .where(photos.c.compound_id == store.id, photos.c.purpose == "proof", *conditions)
        .order_by(photos.c.id)
    )
    found: defaultdict[int, list[datetime]] = defaultdict(list)
    for row in rows:
        found[row.ticket_id].append(row.at)
    return {ticket: tuple(moments) for ticket, moments in found.items()}


def ties_in(store: Store, chat: Address, since: datetime) -> tuple[Tie, ...]:
    """What a chat has said about tickets since a moment, in order."""
    rows = store.conn.execute(prepared.ties(), _since(store, chat, since))
    return tuple(Tie(*row) for row in rows)


def talk_since(store: Store, chat: Address, since: datetime) -> tuple[datetime, ...]:
    """When messages that belong to nothing were said in a chat after a moment, as far as they are remembered."""
    return tuple(store.conn.execute(prepared.talk(), _since(store, chat, since)).scalars())


def _since(store: Store, chat: Address, since: datetime) -> dict[str, object]:
    return {"compound": store.id, "platform": chat.platform, "chat": chat.chat, "since": since}


def remembered_at(store: Store, chat: Address, message: str, since: datetime) -> datetime | None:
    """When a message that belongs to nothing was said, if it is still remembered."""
    query = select(recents.c.at).where(
        recents.c.compound_id == store.id,
        recents.c.platform == chat.platform,
        recents.c.chat == chat.chat,
        recents.c.message == message,
        recents.c.at >= since,
    )
    return store.conn.execute(query.limit(1)).scalar_one_or_none()


def letters_to(store: Store, chat: Address) -> tuple[tuple[datetime, str], ...]:
    """Everything the outbox holds or held for a chat: when it was put there, and its key."""
    query = select(outbox.c.created_at, outbox.c.key).where(
        outbox.c.compound_id == store.id, outbox.c.platform == chat.platform, outbox.c.chat == chat.chat
    )
    return tuple((row.created_at, row.key) for row in store.conn.execute(query.order_by(outbox.c.id)))


def author_of(store: Store, chat: Address, message: str) -> Account | None:
    """Who wrote a message: known for those of tickets, and for a few minutes for all others."""
    for table in (ticket_messages, recents):
        row = store.conn.execute(
            select(table.c.account)
            .where(
                table.c.compound_id == store.id,
                table.c.platform == chat.platform,
                table.c.chat == chat.chat,
                table.c.message == message,
            )
            .limit(1)
        ).one_or_none()
        if row is not None and row.account:
            return _named(store, chat.platform, row.account)
    return None


def accounts_named(store: Store, name: str) -> tuple[Account, ...]:
    """The remembered accounts that carry exactly this name. A name is a way to find somebody, never a proof."""
    rows = store.conn.execute(
        select(accounts.c.platform, accounts.c.account, accounts.c.name).where(
            accounts.c.compound_id == store.id, accounts.c.name == name
        )
    )
    return tuple(Account(row.platform, row.account, row.name) for row in rows)


def _named(store: Store, platform: str, account: str) -> Account:
    name = store.conn.execute(
        select(accounts.c.name).where(
            accounts.c.compound_id == store.id, accounts.c.platform == platform, accounts.c.account == account
        )
    ).scalar()
    return Account(platform, account, name or "")
