"""What was referred to departments outside, and what came back, as the diaries of the tickets have it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, select

from bot.domain.messages import Account
from bot.domain.tickets import Verb
from storage.store import Store
from storage.tables import events, tickets
from storage.ticket_rows import account_of

REMINDED = "referral_reminded"
"""The diary's word for a follow-up that was due."""

WISHED = "asked"
"""The diary's word for what waits for assent: a worker's referral has been made, though its clock still runs."""


@dataclass(frozen=True, slots=True)
class Referral:
    """One time that a ticket was handed to a department."""

    at: datetime
    department: str
    reference: str
    """The number under which the department keeps it; empty where there is none."""
    follow_up: datetime
    """When they are to be asked again unless they answer."""
    by: Account | None
    reminded: int = 0
    answered_at: datetime | None = None
    answer: str = ""
    agreed: bool = True
    """Whether its clock stands: a worker's referral waits for the committee's assent."""


def referrals_of(store: Store, *conditions: ColumnElement[bool]) -> dict[int, tuple[Referral, ...]]:
    """Row id → every referral of the tickets that meet the conditions, in order.

    Another date or another number for the same department goes on with the same referral.
    """
    rows = store.conn.execute(
        select(events)
        .join(tickets, tickets.c.id == events.c.ticket_id)
        .where(
            events.c.compound_id == store.id,
            events.c.verb.in_((Verb.REFER.value, Verb.ANSWER.value, REMINDED, WISHED)),
            *conditions,
        )
        .order_by(events.c.id)
    )
    found: defaultdict[int, list[Referral]] = defaultdict(list)
    for row in rows:
        if row.verb == WISHED and row.data.get("what") != Verb.REFER.value:
            continue
        known = found[row.ticket_id]
        last = known[-1] if known and known[-1].answered_at is None else None
        if row.verb in (Verb.REFER.value, WISHED):
            fresh = Referral(
                at=row.at,
                department=str(row.data.get("department", "")),
                reference=str(row.data.get("reference", "")),
                follow_up=datetime.fromisoformat(row.data["until"]),
                by=account_of(row.actor_platform, row.actor_account, row.actor_name),
                agreed=row.verb == Verb.REFER.value,
            )
            if last is not None and last.department == fresh.department:
                known[-1] = replace(
                    last,
                    reference=fresh.reference,
                    follow_up=fresh.follow_up,
                    reminded=0,
                    agreed=last.agreed or fresh.agreed,
                )
            else:
                known.append(fresh)
        elif last is not None and row.verb == Verb.ANSWER.value:
            known[-1] = replace(last, answered_at=row.at, answer=str(row.data.get("note", "")))
        elif last is not None:
            known[-1] = replace(last, reminded=last.reminded + 1)
    return {ticket: tuple(known) for ticket, known in found.items()}
