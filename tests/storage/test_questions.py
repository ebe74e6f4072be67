"""Questions about many tickets at once, and taking words away; on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.messages import Account, Address, Incoming, Photo
from bot.domain.places import Place
from bot.domain.tickets import Ticket
from storage.compound import open_compound
from storage.database import Database
from storage.erasure import erase_words
from storage.questions import (
    accounts_named,
    author_of,
    diaries_since,
    ended_since,
    filed_in,
    reported_by,
    steps_in_state,
    steps_since,
)
from storage.store import Store, open_store

NOON = datetime(2026, 5, 12, 4, 0, tzinfo=UTC)
GROUP = Address("console", "-100")
LIU = Account("console", "刘叔", "刘叔")


@pytest.fixture
def store(database: Database) -> Iterator[Store]:
    """The empty store of one compound."""
    with database.writing() as conn:
        yield open_store(conn, open_compound(conn, "main", "春晖苑", "live", NOON))


def _file(store: Store, *, hours: float = 0, state: str = "open", reporter: Account | None = LIU) -> Ticket:
    ticket = store.tickets.file(
        kind="complaint",
        topic="电梯",
        severity="ordinary",
        state=state,
        text="5栋电梯又停了",
        place=Place(buildings=("5",)),
        filed_at=NOON + timedelta(hours=hours),
        reporter=reporter,
        reporter_name=reporter.name if reporter else "",
        role="物业维修",
        because=("电梯停运(电梯,又停了)",),
        score=0.9,
    )
    store.tickets.note(ticket, ticket.filed_at, "filed", "resident", reporter, because=list(ticket.because))
    return ticket


def test_tickets_of_a_period_come_oldest_first_and_cut_at_the_old_end(store: Store) -> None:
    for hours in range(4):
        _file(store, hours=hours)
    found = filed_in(store, NOON + timedelta(hours=1), NOON + timedelta(hours=3))
    assert [t.number for t in found] == [2, 3]
    assert [t.number for t in filed_in(store, NOON, limit=2)] == [3, 4]


def test_everybody_finds_their_own_reports(store: Store) -> None:
    _file(store)
    _file(store, reporter=None)
    assert [t.number for t in reported_by(store, LIU)] == [1]


def test_what_ended_lately_is_told_by_its_last_step(store: Store) -> None:
    old, fresh = _file(store, state="closed"), _file(store, state="closed")
    _file(store)
    store.tickets.note(fresh, NOON + timedelta(days=40), "confirm", "resident", LIU)
    found = ended_since(store, ["closed"], NOON + timedelta(days=20))
    assert [t.number for t in found] == [fresh.number]
    assert old.number not in {t.number for t in found}


def test_steps_come_in_order_for_many_tickets_at_once(store: Store) -> None:
    first, second = _file(store), _file(store, state="accepted")
    for minutes, verb in ((5, "accept"), (9, "resolve"), (12, "rang")):
        store.tickets.note(second, NOON + timedelta(minutes=minutes), verb, "worker")
    steps = steps_since(store, ["accept", "resolve"], NOON)
    assert [verb for _, verb in steps[second.id]] == ["accept", "resolve"]
    assert first.id not in steps
    assert list(steps_in_state(store, ["filed"], "open")) == [first.id]


def test_diaries_of_many_tickets_are_those_of_each(store: Store) -> None:
    made = [_file(store), _file(store, reporter=None)]
    diaries = diaries_since(store, NOON)
    assert {t.id: store.tickets.diary(t) for t in made} == diaries


def test_the_author_of_a_message_is_known_while_it_is_remembered(store: Store) -> None:
    store.people.remember(LIU)
    store.memory.keep(Incoming(GROUP, "7", LIU, "今天天气不错", NOON, in_group=True))
    found = author_of(store, GROUP, "7")
    assert found == LIU
    assert found.name == "刘叔"
    assert author_of(store, GROUP, "8") is None
    store.memory.sweep(NOON + timedelta(minutes=1))
    assert author_of(store, GROUP, "7") is None


def test_a_name_finds_everybody_who_carries_it(store: Store) -> None:
    for number in ("1", "2"):
        store.people.remember(Account("console", number, "刘叔"))
    assert {a.id for a in accounts_named(store, "刘叔")} == {"1", "2"}
    assert accounts_named(store, "刘") == ()


def test_erased_words_are_gone_and_what_happened_stays(store: Store) -> None:
    ticket = _file(store)
    store.tickets.add_message(ticket, GROUP, "7", LIU, "origin", "5栋电梯又停了", NOON)
    photo = store.tickets.add_photo(ticket, "console", Photo("f", "u"), "report", NOON)
    assert photo is not None
    store.tickets.photo_stored(photo, "a.jpg")
    other = _file(store)
    erased = erase_words(store, ticket, "（已删除）")
    assert (erased.text, erased.because) == ("（已删除）", ("电梯停运",))
    assert [m.text for m in store.tickets.messages(ticket)] == [""]
    assert store.tickets.media_in_use() == frozenset()
    assert [(e.verb, e.data["because"]) for e in store.tickets.diary(ticket)] == [("filed", ["电梯停运"])]
    kept = store.tickets.get(other.id)
    assert kept is not None
    assert kept.text == "5栋电梯又停了"
