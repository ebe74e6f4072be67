"""One process runs a bot account; the second one waits until the first has stopped or fallen silent."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from storage.database import Database
from storage.lease import Lease

NOON = datetime(2026, 6, 16, 12, tzinfo=UTC)
BOT = "telegram:4711"


def seconds(number: float) -> datetime:
    return NOON + timedelta(seconds=number)


def test_a_second_process_waits(database: Database) -> None:
    first, second = Lease(database, BOT, "first"), Lease(database, BOT, "second")
    assert first.take(NOON)
    assert not second.take(seconds(1))
    assert not second.take(seconds(29.9))
    assert second.holder() == ("first", seconds(30))


def test_a_renewed_lease_keeps_the_second_one_waiting(database: Database) -> None:
    first, second = Lease(database, BOT, "first"), Lease(database, BOT, "second")
    first.take(NOON)
    assert first.renew(seconds(20))
    assert not second.take(seconds(49))
    assert second.take(seconds(50))


def test_who_was_taken_over_cannot_renew_any_more(database: Database) -> None:
    first, second = Lease(database, BOT, "first"), Lease(database, BOT, "second")
    first.take(NOON)
    assert second.take(seconds(30))
    assert not first.renew(seconds(31))
    assert not first.take(seconds(32))
    assert second.holder() == ("second", seconds(60))


def test_nobody_renews_what_was_never_taken(database: Database) -> None:
    assert not Lease(database, BOT, "first").renew(NOON)
    assert Lease(database, BOT, "first").holder() is None


def test_a_released_lease_is_free_at_once(database: Database) -> None:
    first, second = Lease(database, BOT, "first"), Lease(database, BOT, "second")
    first.take(NOON)
    first.release(seconds(1))
    assert second.holder() is None
    assert second.take(seconds(1))


def test_releasing_leaves_somebody_elses_lease_alone(database: Database) -> None:
    first, second = Lease(database, BOT, "first"), Lease(database, BOT, "second")
    first.take(NOON)
    second.release(NOON)
    assert first.renew(seconds(1))


def test_the_next_one_learns_until_when_the_one_before_was_running(database: Database) -> None:
    first, second = Lease(database, BOT, "first"), Lease(database, BOT, "second")
    assert first.ran_until() is None
    first.take(NOON)
    first.renew(seconds(20))
    # Killed: it renewed the last time then, and nobody knows what it did after that.
    assert second.ran_until() == seconds(20)
    first.release(seconds(25))
    assert second.ran_until() == seconds(25)


def test_taking_what_one_has_prolongs_it(database: Database) -> None:
    lease = Lease(database, BOT, "first")
    assert lease.take(NOON)
    assert lease.take(seconds(10))
    assert lease.holder() == ("first", seconds(40))


def test_leases_of_different_bots_do_not_meet(database: Database) -> None:
    assert Lease(database, BOT, "first").take(NOON)
    assert Lease(database, "telegram:4712", "second").take(NOON)


def test_a_transaction_learns_that_the_lease_was_lost_before_it_commits(database: Database) -> None:
    first, second = Lease(database, BOT, "first"), Lease(database, BOT, "second")
    first.take(NOON)
    with database.writing() as conn:
        assert first.renew_within(conn, seconds(1))
    second.take(seconds(31))
    with database.writing() as conn:
        assert not first.renew_within(conn, seconds(32))


@pytest.mark.parametrize("round_", range(3))
def test_of_many_who_ask_at_once_one_gets_it(
    database: Database, another: Callable[[Database], Database], round_: int
) -> None:
    # Databases of their own, since within one the threads take turns anyway.
    asking = [Lease(another(database), BOT, f"process {number}") for number in range(6)]
    with ThreadPoolExecutor(len(asking)) as pool:
        took = list(pool.map(lambda lease: lease.take(NOON), asking))
    assert took.count(True) == 1
    held = asking[0].holder()
    assert held == (asking[took.index(True)].owner, seconds(30))
