"""Promise: once received, never lost; after an outage what is still useful is done, once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.messages import Incoming
from bot.domain.tickets import Outcome, State
from bot.intake import Arrival
from storage.database import Database
from tests.town import OWNERS, STAFF, Town

LIFT = "3栋电梯坏了，已经停了两天"


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    """A database file."""
    yield tmp_path / "linli.sqlite3"


def _town(path: Path, **more: object) -> Town:
    return Town(database=Database(f"sqlite:///{path}"), **more)  # type: ignore[arg-type]


def _again(old: Town) -> Town:
    """The bot is started again on the same file, at the same moment, with the same screen."""
    unbound = [duty.name for duty in old.roster.duties]
    new = Town(database=Database(old.database.url), at=old.clock.now(), unbound=unbound, start=False)
    new.platform.faces = old.platform.faces
    new.platform._last = old.platform._last
    new.shown = old.shown
    new.platform._show = old.shown.append
    new._read = old._read
    asyncio.run(new.dispatch.resume())
    old.database.close()
    return new


def test_tickets_cards_and_bindings_are_there_after_a_restart(path: Path) -> None:
    town = _town(path)
    town.says("张阿姨", LIFT)
    town.presses("王师傅", "接单")
    after = _again(town)
    after.presses("王师傅", "到场")

    assert after.ticket().state is State.ON_SITE
    assert after.stands_in(OWNERS)[-1] == "#1 电梯·3栋 物业维修王师傅已到场"
    assert after.heard_in(STAFF) == []


def test_what_was_not_sent_yet_is_sent_after_a_restart(path: Path) -> None:
    town = _town(path)
    town.says("张阿姨", LIFT, settle=False)
    after = _again(town)
    after.settle()

    assert len(after.heard_in()) == 1
    assert len(after.heard_by("王师傅")) == 1


def test_nothing_is_said_again_by_starting_again(path: Path) -> None:
    town = _town(path)
    town.says("张阿姨", LIFT)
    said = len(town.shown)
    for _ in range(3):
        town = _again(town)
        town.tick()

    assert len(town.shown) == said


def test_the_offset_is_where_it_was(path: Path) -> None:
    town = _town(path)
    town.intake.take("console", [Arrival("7", None)], bot="bot", next_offset=8)

    assert _again(town).intake.offset("bot") == 8


def test_a_batch_that_was_not_committed_comes_again_and_counts_once(path: Path) -> None:
    town = _town(path)
    said = Incoming(OWNERS, "501", town.account("张阿姨"), LIFT, town.clock.now(), True)
    for _ in range(2):
        town.intake.take("console", [Arrival("7", said)], bot="bot", next_offset=8)
    town.settle()

    assert len(town.tickets()) == 1
    assert len(town.heard_in()) == 1


def test_deadlines_that_passed_while_it_was_down_are_seen_to_at_once(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.sleeps(hours=2)
    town.tick()

    assert len(town.heard_by("丁经理")) == 1
    assert town.heard_by("冯书记") == [], "one rung at a time"


def test_two_days_down_close_what_nobody_answered(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.tells("王师傅", "接单 1")
    town.tells("王师傅", "办结 1 已换主板")
    town.sleeps(days=3)
    town.tick()

    assert town.ticket().state is State.CLOSED
    assert town.ticket().outcome is Outcome.UNCONFIRMED


def test_messages_of_the_outage_are_filed_when_they_arrive(town: Town) -> None:
    sent = town.clock.now()
    town.sleeps(hours=6)
    town.says("张阿姨", LIFT, sent_at=sent)

    assert len(town.tickets()) == 1
    assert town.ticket().deadline_at == town.clock.now() + timedelta(minutes=5), (
        "nobody could know of it before"
    )


def test_messages_older_than_a_day_are_history(town: Town) -> None:
    sent = town.clock.now()
    town.sleeps(hours=25)
    town.says("张阿姨", LIFT, sent_at=sent)

    assert town.tickets() == ()


def test_a_morning_missed_by_the_bot_is_made_up_for_by_day() -> None:
    town = Town(at=datetime(2026, 5, 12, 15, 0, tzinfo=UTC))
    town.says("张阿姨", LIFT)
    town.sleeps(hours=12)
    town.tick()

    assert len(town.heard_by("王师傅")) == 1
    assert len(town.heard_in()) == 1
    town.tick()
    assert town.heard_in() == []


def test_a_morning_missed_until_the_next_night_waits_for_the_next_morning() -> None:
    town = Town(at=datetime(2026, 5, 12, 15, 0, tzinfo=UTC))
    town.says("张阿姨", LIFT)
    town.sleeps(hours=24)
    town.tick()
    assert town.heard_in() == []

    town.until(9)
    assert len(town.heard_by("王师傅")) == 1
    assert len(town.heard_in()) == 1


def test_a_festival_is_announced_once_across_restarts_and_only_while_useful(path: Path) -> None:
    before = datetime(2026, 6, 18, 15, 0, tzinfo=UTC)
    town = _town(path, at=before)
    town.sleeps(hours=11)
    for _ in range(3):
        town = _again(town)
        town.tick()
    first = [text for text in town.heard_in() if "端午" in text]

    assert len(first) == len(set(first))
    assert first, "端午 is on the 19th of June"


def test_a_festival_long_past_is_not_announced() -> None:
    town = Town(at=datetime(2026, 6, 18, 4, 0, tzinfo=UTC))
    town.heard_in()
    town.sleeps(days=4)
    town.tick()

    assert not any("端午" in text for text in town.heard_in())
