"""Taking away what was said, while what happened stays."""

from __future__ import annotations

from sqlalchemy import select, update

from bot.domain.tickets import Ticket
from storage.store import Store
from storage.tables import events, photos, ticket_messages, tickets


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
