"""What a ticket's diary says of departments it was referred to; on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.messages import Account
from bot.domain.places import Place
from bot.domain.tickets import Ticket
from storage.compound import open_compound
from storage.database import Database
from storage.referrals import REMINDED, Referral, referrals_of
from storage.store import Store, open_store
from storage.tables import tickets

NOON = datetime(2026, 5, 12, 4, 0, tzinfo=UTC)
WANG = Account("console", "王主任", "王主任")


@pytest.fixture
def store(database: Database) -> Iterator[Store]:
    """The empty store of one compound."""
    with database.writing() as conn:
        yield open_store(conn, open_compound(conn, "main", "春晖苑", "live", NOON))


@pytest.fixture
def ticket(store: Store) -> Ticket:
    """A gas leak that was smelled."""
    return store.tickets.file(
        kind="complaint",
        topic="燃气",
        severity="ordinary",
        state="referred",
        text="3栋有煤气味",
        place=Place(buildings=("3",)),
        filed_at=NOON,
        role="物业维修",
        because=(),
    )


def _refer(store: Store, ticket: Ticket, day: int, department: str, reference: str, until: int) -> None:
    facts = {"department": department, "reference": reference, "until": _day(until).isoformat()}
    store.tickets.note(ticket, _day(day), "refer", "committee", WANG, **facts)


def _day(day: int) -> datetime:
    return NOON + timedelta(days=day)


def _of(store: Store, ticket: Ticket) -> tuple[Referral, ...]:
    return referrals_of(store, tickets.c.id == ticket.id).get(ticket.id, ())


def test_one_that_waits_says_where_since_when_and_by_whom(store: Store, ticket: Ticket) -> None:
    _refer(store, ticket, 0, "燃气公司", "77", 3)
    store.tickets.note(ticket, _day(3), REMINDED, "linli")

    (found,) = _of(store, ticket)
    assert (found.department, found.reference, found.at, found.follow_up) == ("燃气公司", "77", NOON, _day(3))
    assert found.by == WANG
    assert found.reminded == 1
    assert found.answered_at is None


def test_more_time_is_the_same_referral_reminded_anew(store: Store, ticket: Ticket) -> None:
    _refer(store, ticket, 0, "燃气公司", "77", 3)
    store.tickets.note(ticket, _day(3), REMINDED, "linli")
    _refer(store, ticket, 3, "燃气公司", "78", 9)

    (found,) = _of(store, ticket)
    assert (found.at, found.follow_up, found.reference, found.reminded) == (NOON, _day(9), "78", 0)


def test_an_answer_ends_it_and_the_next_one_is_another(store: Store, ticket: Ticket) -> None:
    _refer(store, ticket, 0, "燃气公司", "", 3)
    store.tickets.note(ticket, _day(1), "answer", "committee", WANG, note="已更换阀门")
    _refer(store, ticket, 2, "燃气公司", "80", 5)

    first, second = _of(store, ticket)
    assert (first.answered_at, first.answer) == (_day(1), "已更换阀门")
    assert (second.at, second.answered_at) == (_day(2), None)


def test_another_department_begins_another_one(store: Store, ticket: Ticket) -> None:
    _refer(store, ticket, 0, "燃气公司", "1", 3)
    _refer(store, ticket, 1, "消防队", "2", 4)

    assert [found.department for found in _of(store, ticket)] == ["燃气公司", "消防队"]


def test_what_was_never_referred_has_none(store: Store, ticket: Ticket) -> None:
    store.tickets.note(ticket, NOON, "filed", "resident")

    assert _of(store, ticket) == ()
