"""The compound's own rows, on SQLite and PostgreSQL."""

from __future__ import annotations

import contextlib
from datetime import timedelta

from bot.domain.messages import Address, Standing
from storage.compound import open_compound
from storage.database import Database
from tests.storage.townhall import GROUP, MINUTE, NOW, two

NEW = Address("telegram", "-1009")


def test_a_compound_is_made_once_and_keeps_its_mode(database: Database) -> None:
    with database.writing() as conn:
        first = open_compound(conn, "main", "春晖苑", "listen", NOW)
    with database.writing() as conn:
        again = open_compound(conn, "main", "春晖新苑", "live", NOW + MINUTE)
        assert again == first
    with two(database) as both:
        assert both.ours.compound.row().name == "春晖苑"
        assert both.ours.id != first


def test_a_compound_s_settings_are_its_own(database: Database) -> None:
    with two(database) as both:
        both.ours.compound.change(mode="listen", muted_until=NOW)

        assert both.ours.compound.row().mode == "listen"
        assert both.theirs.compound.row().mode == "live"
        assert both.theirs.compound.row().muted_until is None


def test_a_group_seen_first_is_one_the_bot_is_in(database: Database) -> None:
    with two(database) as both:
        assert both.ours.compound.group(GROUP) is None
        both.ours.compound.set_group(GROUP, introduced_at=NOW)
        group = both.ours.compound.group(GROUP)
        assert group is not None
        assert (group.standing, group.introduced_at) == (Standing.MEMBER, NOW)

        both.ours.compound.set_group(GROUP, standing=Standing.GONE.value, title="业主群")
        group = both.ours.compound.group(GROUP)
        assert group is not None
        assert (group.standing, group.title, group.introduced_at) == (Standing.GONE, "业主群", NOW)


def test_a_group_s_move_is_remembered_also_when_it_moves_twice(database: Database) -> None:
    third = Address("telegram", "-1010")
    with two(database) as both:
        both.ours.compound.set_group(GROUP, introduced_at=NOW, title="业主群")
        both.ours.follow_move(GROUP, NEW)
        moved = both.ours.compound.group(NEW)
        assert moved is not None
        assert moved.introduced_at == NOW
        assert both.ours.compound.group(GROUP) is None
        assert both.ours.compound.moves() == {("telegram", "-100"): "-1009"}

        both.ours.follow_move(GROUP, third)
        assert both.ours.compound.moves() == {("telegram", "-100"): "-1010"}
        assert both.theirs.compound.moves() == {}


def test_a_duty_s_occurrence_is_claimed_once_for_ever(database: Database) -> None:
    with two(database) as both:
        assert both.ours.compound.claim("morning", NOW)
        assert not both.ours.compound.claim("morning", NOW)
        assert both.ours.compound.claim("morning", NOW + timedelta(days=1))
        assert both.ours.compound.claim("listening", NOW)
        assert both.theirs.compound.claim("morning", NOW)
        assert both.ours.compound.last_claimed("morning") == NOW + timedelta(days=1)
        assert both.ours.compound.last_claimed("never") is None


def test_a_claim_that_is_rolled_back_is_free_again(database: Database) -> None:
    with two(database) as both, contextlib.suppress(KeyError), both.ours.conn.begin_nested():
        assert both.ours.compound.claim("morning", NOW)
        raise KeyError("a crash")
    with two(database) as both:
        assert both.ours.compound.claim("morning", NOW)


def test_the_offset_is_kept_per_bot_account(database: Database) -> None:
    with two(database) as both:
        assert both.ours.compound.offset("bot-1") is None
        both.ours.compound.set_offset("bot-1", 42, NOW)
        both.ours.compound.set_offset("bot-2", 7, NOW)
        both.ours.compound.set_offset("bot-1", 43, NOW)
        assert both.ours.compound.offset("bot-1") == 43
        assert both.ours.compound.offset("bot-2") == 7


def test_an_offset_as_large_as_telegram_s_fits(database: Database) -> None:
    with two(database) as both:
        both.ours.compound.set_offset("bot-1", 2**31 + 5, NOW)
        assert both.ours.compound.offset("bot-1") == 2**31 + 5


def test_dead_letters_are_counted_and_swept(database: Database) -> None:
    with two(database) as both:
        both.ours.compound.bury("telegram", "1", "", "Incoming", "ValueError at x.py:1" * 100, NOW)
        both.ours.compound.bury("telegram", "2", "", "Press", "KeyError", NOW + MINUTE)

        assert both.ours.compound.dead(NOW) == 2
        assert both.theirs.compound.dead(NOW) == 0
        assert both.ours.compound.sweep_dead(NOW + MINUTE) == 1
        assert both.ours.compound.dead(NOW) == 1


def test_an_announcement_is_settled_once(database: Database) -> None:
    with two(database) as both:
        row = both.ours.compound.plan("周六清洗水箱", "王主任", NOW + MINUTE, NOW)
        assert both.ours.compound.planned(until=NOW) == ()
        (planned,) = both.ours.compound.planned(until=NOW + MINUTE)
        assert (planned.id, planned.text, planned.by, planned.at) == (
            row,
            "周六清洗水箱",
            "王主任",
            NOW + MINUTE,
        )
        assert both.theirs.compound.planned() == ()
        assert not both.theirs.compound.settle(row, "sent")

        assert both.ours.compound.settle(row, "sent")
        assert not both.ours.compound.settle(row, "cancelled")
        assert both.ours.compound.planned() == ()
