"""Corrections and own rules, on both databases: sorted, versioned, settled once, each compound its own."""

from __future__ import annotations

from bot.domain.places import NOWHERE
from storage.compound import open_compound
from storage.corrections import Standing
from storage.database import Database
from storage.store import Store, open_store
from tests.storage.filled import NOON


def ticket_in(store: Store) -> int:
    return store.tickets.file(
        kind="complaint",
        topic="电梯",
        severity="ordinary",
        state="open",
        text="电梯坏了",
        place=NOWHERE,
        filed_at=NOON,
        role="物业维修",
        because=[],
    ).id


def test_a_correction_is_kept_without_the_order_in_which_things_were_said(database: Database) -> None:
    with database.writing() as conn:
        store = open_store(conn, open_compound(conn, "main", "春晖苑", "live", NOON))
        ticket = ticket_in(store)
        store.corrections.add(
            ticket,
            NOON,
            "王主任",
            "reclass",
            before={"kind": "complaint"},
            after={"kind": "chatter"},
            rules=[("电梯·坏", ["电梯", "坏了"])],
            evidence=["@电梯", "<问>", "@坏", "@坏"],
            words=["电梯", "坏了", "电梯"],
        )
        (one,) = store.corrections.all()
    assert (one.ticket, one.at, one.by, one.verb) == (ticket, NOON, "王主任", "reclass")
    assert one.rules == (("电梯·坏", ("电梯", "坏了")),)
    assert one.evidence == ("<问>", "@坏", "@电梯")
    assert one.words == ("坏了", "电梯")
    assert not one.staff


def test_versions_count_up_and_are_settled_once(database: Database) -> None:
    with database.writing() as conn:
        kept = open_store(conn, open_compound(conn, "main", "春晖苑", "live", NOON)).corrections
        assert kept.next_version() == 1
        first = kept.propose("word", {"group": "坏", "word": "罢工"}, "王主任", NOON)
        second = kept.propose("rule", {"all": ["拼单"]}, "王主任", NOON, active=True)
        assert [first.version, second.version, kept.next_version()] == [1, 2, 3]
        assert kept.settle(1, Standing.ACTIVE, "谢委员", NOON)
        assert not kept.settle(1, Standing.ACTIVE, "谢委员", NOON)
        assert not kept.settle(1, Standing.DROPPED, "谢委员", NOON)
        assert [c.version for c in kept.changes(Standing.ACTIVE)] == [1, 2]
        assert kept.settle(2, Standing.UNDONE, "王主任", NOON)
        change = kept.change(1)
        assert change is not None
        assert (change.standing, change.settled_by, change.body["word"]) == (
            Standing.ACTIVE,
            "谢委员",
            "罢工",
        )
        assert [c.standing for c in kept.changes()] == [Standing.ACTIVE, Standing.UNDONE]
        assert kept.change(3) is None


def test_each_compound_has_its_own(database: Database) -> None:
    with database.writing() as conn:
        here = open_store(conn, open_compound(conn, "main", "春晖苑", "live", NOON)).corrections
        there = open_store(conn, open_compound(conn, "other", "秋实苑", "live", NOON)).corrections
        here.propose("word", {"group": "坏", "word": "罢工"}, "王主任", NOON)
        assert there.changes() == ()
        assert there.propose("word", {"group": "坏", "word": "趴窝"}, "李主任", NOON).version == 1
        assert not there.settle(2, Standing.ACTIVE, "李主任", NOON)
