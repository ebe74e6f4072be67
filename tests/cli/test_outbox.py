"""``linli outbox`` shows what has not arrived and never what it says, and sends it again when told to."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app import open_database
from bot.domain.messages import Address, Face, Priority, Say, Standing
from bot.files.config import load_config
from storage.compound import open_compound
from storage.store import Store, open_store
from tests.cli.conftest import Linli

NOW = datetime.now(UTC)
PERSON = Address("console", "7")
GROUP = Address("console", "-1001234567890")
LINK = "https://t.me/linli_bot?start=b2x7abcdefghijklmnopqrstuvw"


@contextmanager
def store(config: Path) -> Iterator[Store]:
    """The store behind a configuration."""
    database = open_database(load_config(config))
    with database.writing() as conn:
        yield open_store(conn, open_compound(conn, "main", "春晖苑", "live", NOW))
    database.close()


@pytest.fixture
def waiting(write: Callable[..., Path]) -> Path:
    """A configuration whose bot could not deliver one thing, failed with one, and has one waiting for a muted group."""
    config = write('[database]\nurl = "sqlite:///linli.sqlite3"')
    with store(config) as kept:
        for key, to in (("invitation:ab", PERSON), ("answer:b", PERSON), ("told:c", GROUP)):
            said = Say(to, key, Face(f"张阿姨说水管爆了 {LINK}"))
            kept.outbox.put(said, key, to, Priority.GROUP, NOW - timedelta(hours=3))
        invitation, answer, told = kept.outbox.take(["console"], NOW)
        kept.outbox.give_up(invitation.id, "Forbidden: bot was blocked by the user", NOW)
        kept.outbox.later(answer.id, NOW + timedelta(days=9), "network: timed out", tried=True, unsure=True)
        kept.outbox.later(told.id, NOW, "", tried=False)
        kept.compound.set_group(GROUP, standing=Standing.MUTED.value)
    return config


def test_without_anything_waiting_all_is_well(linli: Linli, write: Callable[..., Path]) -> None:
    config = write('[database]\nurl = "sqlite:///linli.sqlite3"')
    with store(config):
        pass
    result = linli("outbox", "--config", config)

    assert (result.exit_code, result.stdout) == (0, "都送到了，没有在等的。\n")
    assert linli("outbox", "--as-json", "--config", config).stdout == "[]\n"


def test_it_lists_what_has_not_arrived_and_why(linli: Linli, waiting: Path) -> None:
    result = linli("outbox", "--config", waiting)

    assert result.exit_code == 1
    gone, again, parked = result.stdout.splitlines()[1:]
    assert [word in gone for word in ("没送到", "console 7", "3 小时", "blocked")] == [True] * 4
    assert "可能到了，会再发" in again
    assert "群里不能发言" in parked


@pytest.mark.parametrize("options", [(), ("--as-json",)])
def test_nothing_that_was_said_is_shown(linli: Linli, waiting: Path, options: tuple[str, ...]) -> None:
    shown = linli("outbox", *options, "--config", waiting).stdout

    for secret in ("张阿姨", "水管", "t.me", "b2x7"):
        assert secret not in shown


def test_as_json_each_has_its_state_age_and_reason(linli: Linli, waiting: Path) -> None:
    gone, again, parked = json.loads(linli("outbox", "--as-json", "--config", waiting).stdout)

    assert (gone["state"], gone["what"], gone["about"], gone["tries"]) == ("given_up", "Say", "invitation", 0)
    assert gone["age_s"] >= 3 * 3600
    assert (again["state"], again["tries"], again["unsure"]) == ("again", 1, 1)
    assert (parked["state"], parked["chat"]) == ("parked", GROUP.chat)


def test_one_is_sent_again_by_its_number(linli: Linli, waiting: Path) -> None:
    gone = json.loads(linli("outbox", "--as-json", "--config", waiting).stdout)[0]["id"]
    result = linli("outbox", "retry", gone, "--config", waiting)

    assert (result.exit_code, result.stdout) == (0, "再发 1 条。\n")
    with store(waiting) as kept:
        assert [letter.key for letter in kept.outbox.take(["console"], NOW + timedelta(days=1))] == [
            "invitation:ab"
        ]


def test_all_are_sent_again_the_muted_group_s_too(linli: Linli, waiting: Path) -> None:
    assert linli("outbox", "retry", "--all", "--config", waiting).exit_code == 0
    with store(waiting) as kept:
        assert len(kept.outbox.take(["console"], NOW + timedelta(days=1))) == 3


def test_a_number_that_is_not_there_is_told(linli: Linli, waiting: Path) -> None:
    result = linli("outbox", "retry", "999", "c5", "--config", waiting)

    assert (result.exit_code, result.stderr) == (1, "不在了，或正在发：999、c5\n")


@pytest.mark.parametrize("words", [(), ("1", "--all"), ("eins",), ("c",), ("-1",)])
def test_wrong_usage_changes_nothing(linli: Linli, waiting: Path, words: tuple[str, ...]) -> None:
    assert linli("outbox", "retry", *words, "--config", waiting).exit_code == 2
    assert json.loads(linli("outbox", "--as-json", "--config", waiting).stdout)[0]["state"] == "given_up"
