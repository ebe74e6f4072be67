"""The fair record of a period: how each of its matters went, read from diaries, clocks, proofs and stars."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.cases import Line, Matter, cases_of
from bot.domain.messages import Account
from bot.domain.people import Role
from bot.domain.privacy import CONFIDED
from bot.domain.rates import Case
from bot.domain.verdicts import Kind
from handlers.clocks import asked_first, laps_of
from handlers.context import Context
from storage.questions import diaries_of, filed_in, proofs_of
from storage.tables import tickets
from storage.ticket_rows import Event

PROPERTY, NEIGHBOURS, COMMITTEE = "property", "neighbours", "committee"

COMPANY: Mapping[Role, str] = {
    Role.REPAIR: PROPERTY,
    Role.MANAGER: PROPERTY,
    Role.GRID_WORKER: NEIGHBOURS,
    Role.BUILDING_HEAD: NEIGHBOURS,
    Role.MEDIATOR: NEIGHBOURS,
    Role.CLEANER: NEIGHBOURS,
    Role.COMMITTEE: COMMITTEE,
    Role.COMMUNITY: COMMITTEE,
}
"""Whose work a role's is: the property company's, the grid's own people's (一长三员), or the committees'."""

_WORDS = frozenset({"note", "department", "reference"})
"""Facts of a diary's line in which people's words stand."""

MOST = 5000
"""Matters in one record: a few seconds of reading."""


@dataclass(frozen=True, slots=True)
class Record:
    """What a period's matters have become, as far as it is known now."""

    cases: tuple[Case, ...]
    cut: bool
    """There were more than ``MOST``: only the newest are in it."""


def record(context: Context, since: datetime, until: datetime) -> Record:
    """The record of the matters filed in [since, until); notices have none."""
    filed = filed_in(context.store, since, until, limit=MOST)
    then = (tickets.c.filed_at >= since, tickets.c.filed_at < until)
    diaries = diaries_of(context.store, *then)
    proofs = proofs_of(context.store, *then)
    stars = context.store.stars.given_for(*then)
    people = {b.account: b.person for b in context.store.people.bindings()}
    found: list[Case] = []
    for ticket in filed:
        if ticket.kind is Kind.NOTICE:
            continue
        diary = diaries.get(ticket.id, ())
        asked = asked_first(ticket, diary)
        given, given_at = stars.get(ticket.id, (None, None))
        matter = Matter(
            number=ticket.number,
            filed_at=ticket.filed_at,
            day=ticket.filed_at.astimezone(context.zone).date(),
            state=ticket.state,
            # What is in mediation counts, for the whole and for people; where and what it was is nobody's to read.
            grid="" if ticket.confidential else ticket.grid or "",
            topic=CONFIDED if ticket.confidential else ticket.topic,
            company=company_of(asked),
            lines=tuple(_line(event, people, words=not ticket.confidential) for event in diary),
            # Who is asked later takes their own hours along; what was promised to the residents stays.
            laps=laps_of(context, ticket, diary, work_of=asked),
            now=context.now,
            proofs=proofs.get(ticket.id, ()),
            stars=given,
            stars_at=given_at,
            listened=ticket.listened,
        )
        found += cases_of(matter)
    return Record(tuple(found), len(filed) == MOST)


def company_of(asked: str) -> str:
    """Whose people have a role."""
    known = next((role for role in Role if role.value == asked), None)
    return COMPANY[known] if known else NEIGHBOURS


def _line(event: Event, people: Mapping[Account, str], *, words: bool) -> Line:
    person = people.get(event.account) if event.account is not None else None
    data = event.data if words else {key: value for key, value in event.data.items() if key not in _WORDS}
    return Line(event.at, event.verb, data, person)
