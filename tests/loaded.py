"""What nothing changes and every bot loads for itself, loaded once for all tests of a process that start whole bots."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

from bot.classify.matcher import Matcher
from bot.classify.rulebook import Rulebook, load_rulebook
from bot.classify.segment import Segmenter
from bot.classify.weightfile import load_weights
from bot.classify.weights import Weights
from storage.database import Database
from storage.migrations import schema_state, upgrade

WORDS = Path(tempfile.gettempdir()) / "linli-test-jieba"
"""A warm cache of jieba's dictionary."""

_MAKES_TABLES = ("bot.app", "bot.replay.compound", "bot.cli.offline")
_READS_RULES = (
    "bot.app",
    "bot.replay.compound",
    *(f"bot.cli.{module}" for module in ("checkup", "errands", "measuring", "rules")),
)

_shipped_weights = cache(load_weights)
_shipped_rules = cache(load_rulebook)


@cache
def statements() -> tuple[str, ...]:
    """The statements that make all tables, read off a database that was migrated once."""
    database = Database("sqlite://")
    upgrade(database)
    with database.reading() as conn:
        made = conn.exec_driver_sql("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL").scalars().all()
        revision = conn.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()
    database.close()
    own = (sql for sql in made if "sqlite_sequence" not in sql)
    return (*own, f"INSERT INTO alembic_version VALUES ('{revision}')")  # noqa: S608


def load() -> None:
    """Load it all now, the modules as well."""
    with loaded_once():
        pass
    _dictionary()
    _shipped_matcher()
    statements()


@contextmanager
def loaded_once() -> Iterator[None]:
    """Within it bots share the dictionary, the shipped rules and weights, and the tables of an empty SQLite file.

    What is a compound's own is read as ever; whatever these tests are not about is tested where it lives.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.classify.classifier.Segmenter", _segmenter)
        patch.setattr("bot.classify.classifier.load_weights", _shipped_weights)
        patch.setattr("bot.classify.classifier.Matcher", _matcher)
        for module in _READS_RULES:
            patch.setattr(f"{module}.load_rulebook", _rulebook)
        for module in _MAKES_TABLES:
            patch.setattr(f"{module}.upgrade", _upgrade)
        yield


def _segmenter(cache_dir: Path) -> Segmenter:
    """The words are the same in every folder."""
    cache_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    return _dictionary()


@cache
def _dictionary() -> Segmenter:
    return Segmenter(WORDS)


def _matcher(book: Rulebook, weights: Weights) -> Matcher:
    shipped = book is _shipped_rules() and weights is _shipped_weights()
    return _shipped_matcher() if shipped else Matcher(book, weights)


@cache
def _shipped_matcher() -> Matcher:
    return Matcher(_shipped_rules(), _shipped_weights())


def _rulebook(own: Path | None = None) -> Rulebook:
    return _shipped_rules() if own is None else load_rulebook(own)


def _upgrade(database: Database) -> None:
    if database.dialect != "sqlite" or schema_state(database) != "empty":
        upgrade(database)
        return
    with database.rebuilding() as conn:
        for statement in statements():
            conn.exec_driver_sql(statement)
