"""What time takes away, and what an operator wants to know about the state of things."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, literal, select, union_all, update

from bot.domain.messages import Account, Address
from bot.domain.places import Place
from bot.domain.privacy import without_persons
from bot.domain.tickets import GOING_ON, State
from storage.outbox import GivenUp
from storage.store import Store
from storage.tables import (
    cards,
    dead_letters,
    events,
    occurrences,
    offsets,
    outbox,
    photos,
    ticket_messages,
    tickets,
)
from storage.ticket_rows import of_reporter

_UNFINISHED = tuple(state.value for state in (*GOING_ON, State.RESOLVED))
"""Tickets in these states keep what is needed to act on them, however old they are."""


def faded(store: Store, before: datetime, limit: int = 200) -> int:
    """Take the words and persons from finished tickets filed before a moment, at most ``limit`` of them.

    Number, kind, topic, building and the steps with their times stay, so that counts stay true.
    Returns how many.
    """
    rows = store.conn.execute(
        select(tickets.c.id, tickets.c.place)
        .where(
            tickets.c.compound_id == store.id,
            tickets.c.filed_at < before,
            tickets.c.state.not_in(_UNFINISHED),
            tickets.c.text != "",
        )
        .order_by(tickets.c.id)
        .limit(limit)
    ).all()
    for row in rows:
        store.conn.execute(
            update(tickets)
            .where(tickets.c.id == row.id)
            .values(
                text="",
                place=_public(row.place),
                reporter_platform=None,
                reporter_account=None,
                reporter_name="",
                contact="",
                paused_reason="",
                because=[],
            )
        )
        store.conn.execute(delete(ticket_messages).where(ticket_messages.c.ticket_id == row.id))
        _fade_events(store, row.id)
    return len(rows)


def expire_photos(store: Store, before: datetime) -> int:
    """Untie photos older than a moment from their tickets: their files are nobody's then. Says how many."""
    return store.conn.execute(
        update(photos)
        .where(photos.c.compound_id == store.id, photos.c.at < before, photos.c.media.is_not(None))
        .values(media=None, failed="expired")
    ).rowcount


def blot_reports(store: Store, account: Account) -> tuple[int, int]:
    """Take the person out of the words, places and photos of what an account reported.

    Returns (how many were blotted, how many still go on and therefore keep their place until they end).
    """
    mine = (tickets.c.compound_id == store.id) & of_reporter(account)
    rows = store.conn.execute(
        select(tickets.c.id, tickets.c.state, tickets.c.text, tickets.c.place).where(mine)
    ).all()
    for row in rows:
        _blot(store, row.id, row.text, None if row.state in _UNFINISHED else row.place)
    going_on = sum(row.state in _UNFINISHED for row in rows)
    return len(rows) - going_on, going_on


def blot_orphans(store: Store) -> int:
    """Finished tickets whose reporter has been removed lose unit, room and floor too. Returns how many."""
    rows = store.conn.execute(
        select(tickets.c.id, tickets.c.text, tickets.c.place).where(
            tickets.c.compound_id == store.id,
            tickets.c.reporter_account.is_(None),
            tickets.c.reporter_name == "",
            tickets.c.contact == "",
            tickets.c.on_behalf.is_(False),
            tickets.c.text != "",
            tickets.c.state.not_in(_UNFINISHED),
        )
    ).all()
    found = [row for row in rows if _public(row.place) != row.place]
    for row in found:
        _blot(store, row.id, row.text, row.place)
    return len(found)


def sweep_occurrences(store: Store, before: datetime) -> int:
    """Forget duties done before a moment; none of them asks about so long ago again. Returns how many."""
    return store.conn.execute(
        delete(occurrences).where(occurrences.c.compound_id == store.id, occurrences.c.at < before)
    ).rowcount


def dead_by_cause(store: Store, since: datetime, until: datetime) -> dict[str, int]:
    """How many causes of each kind could not be handled in [since, until)."""
    rows = store.conn.execute(
        select(dead_letters.c.cause, func.count().label("many"))
        .where(dead_letters.c.compound_id == store.id, dead_letters.c.at >= since, dead_letters.c.at < until)
        .group_by(dead_letters.c.cause)
        .order_by(dead_letters.c.cause)
    )
    return {row.cause: row.many for row in rows}


def given_up_by_reason(store: Store, since: datetime) -> dict[str, int]:
    """Why messages could not be delivered since a moment, the commonest first."""
    rows = store.conn.execute(
        select(outbox.c.error, func.count().label("many"))
        .where(outbox.c.compound_id == store.id, outbox.c.state == "given_up", outbox.c.done_at >= since)
        .group_by(outbox.c.error)
        .order_by(func.count().desc(), outbox.c.error)
        .limit(5)
    )
    return {row.error: row.many for row in rows}


def last_failure(store: Store, chat: Address) -> GivenUp | None:
    """The last message or card that could not be delivered to a chat."""
    said = select(outbox.c.key, outbox.c.error, outbox.c.done_at.label("at")).where(
        outbox.c.compound_id == store.id,
        outbox.c.platform == chat.platform,
        outbox.c.chat == chat.chat,
        outbox.c.state == "given_up",
    )
    shown = select(literal("card").label("key"), cards.c.error, cards.c.next_at.label("at")).where(
        cards.c.compound_id == store.id,
        cards.c.platform == chat.platform,
        cards.c.chat == chat.chat,
        cards.c.lost,
    )
    failed = union_all(said, shown).subquery()
    row = store.conn.execute(select(failed).order_by(failed.c.at.desc()).limit(1)).one_or_none()
    return GivenUp(row.key, chat, row.error, row.at) if row else None


def unsure_since(store: Store, since: datetime) -> tuple[int, int]:
    """How many messages may stand somewhere twice since a moment, and of how many nobody knows whether they arrived."""
    own = (outbox.c.compound_id == store.id) & (outbox.c.done_at >= since)
    counted = select(func.count()).select_from(outbox)
    repeated = store.conn.execute(counted.where(own, outbox.c.state == "sent", outbox.c.unsure > 0))
    unknown = store.conn.execute(counted.where(own, outbox.c.state == "unknown"))
    return repeated.scalar_one(), unknown.scalar_one()


def last_heard(store: Store) -> datetime | None:
    """When anything last came in."""
    return store.conn.execute(select(func.max(offsets.c.updated_at))).scalar()


def _public(place: dict[str, object]) -> dict[str, object]:
    whole = Place.from_json(place)
    return Place(whole.phase, whole.buildings, spots=whole.spots).to_json()


def _blot(store: Store, ticket: int, text: str, place: dict[str, object] | None) -> None:
    """Blot a ticket's words; with a place given, that too is cut down to what everybody may see."""
    values: dict[str, object] = {"text": without_persons(text)}
    if place is not None:
        values["place"] = _public(place)
    store.conn.execute(update(tickets).where(tickets.c.id == ticket).values(**values))
    messages = store.conn.execute(
        select(ticket_messages.c.id, ticket_messages.c.text).where(ticket_messages.c.ticket_id == ticket)
    ).all()
    for message in messages:
        store.conn.execute(
            update(ticket_messages)
            .where(ticket_messages.c.id == message.id)
            .values(text=without_persons(message.text))
        )
    store.conn.execute(
        update(photos)
        .where(photos.c.ticket_id == ticket, photos.c.purpose == "report", photos.c.media.is_not(None))
        .values(media=None, failed="removed")
    )


def _fade_events(store: Store, ticket: int) -> None:
    store.conn.execute(
        update(events)
        .where(events.c.ticket_id == ticket, events.c.actor == "resident")
        .values(actor_platform=None, actor_account=None, actor_name="")
    )
    rows = store.conn.execute(select(events.c.id, events.c.data).where(events.c.ticket_id == ticket)).all()
    for row in rows:
        if {"note", "because"} & set(row.data):
            kept = {key: value for key, value in row.data.items() if key not in ("note", "because")}
            store.conn.execute(update(events).where(events.c.id == row.id).values(data=kept))
