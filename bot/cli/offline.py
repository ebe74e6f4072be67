"""The store without a running bot: for looking at it, and for changing it from the terminal."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from datetime import datetime

from sqlalchemy import Connection

from bot.app import open_database
from bot.classify.classifier import Classifier
from bot.classify.own import extend
from bot.cli.folders import sqlite_file
from bot.files.config import Config
from bot.texts import load_texts
from handlers.context import Context, Files
from handlers.learning import additions, with_own_rules
from storage.compound import find_compound, open_compound
from storage.database import Database
from storage.migrations import SchemaMismatch, require_current, schema_state, upgrade
from storage.store import open_store


@contextmanager
def present_database(config: Config, *, any_age: bool = False) -> Generator[Database]:
    """The database that is there, without making one. Raises DatabaseTrouble.

    Its tables must be this Linli's, unless ``any_age`` leaves that to whoever asked.
    """
    path = sqlite_file(config)
    if path is not None and not path.exists():
        raise SchemaMismatch("empty")
    database = Database(config.database.url)
    try:
        if not any_age:
            require_current(database)
        yield database
    finally:
        database.close()


@contextmanager
def looking(files: Files, now: datetime, *, stand_in: bool = False) -> Generator[Context]:
    """A view that changes nothing. Raises DatabaseTrouble.

    With ``stand_in`` an empty database in memory takes the place of one that is not there yet.
    """
    with ExitStack() as stack:
        if stand_in and not _there(files.config):
            database = Database("sqlite://")
            stack.callback(database.close)
            upgrade(database)
        else:
            database = stack.enter_context(present_database(files.config))
        conn = stack.enter_context(database.reading())
        # No row has the number 0: of a compound that is not there yet nothing is found.
        yield _context(files, conn, find_compound(conn, files.config.compound.code) or 0, now)


def own_reader(classifier: Classifier, config: Config) -> Classifier:
    """The classifier with what the compound's database adds, where there is one. Raises DatabaseTrouble."""
    if not _there(config):
        return classifier
    with present_database(config) as database, database.reading() as conn:
        row = find_compound(conn, config.compound.code)
        if row is None:
            return classifier
        return extend(classifier, additions(open_store(conn, row)), load_texts()).classifier


@contextmanager
def changing(files: Files, now: datetime, *, make: bool = False) -> Generator[Context]:
    """One transaction on the database; with ``make`` it is made if there is none. Raises DatabaseTrouble."""
    compound = files.config.compound
    with ExitStack() as stack:
        if make:
            database = open_database(files.config)
            stack.callback(database.close)
        else:
            database = stack.enter_context(present_database(files.config))
        conn = stack.enter_context(database.writing())
        row = open_compound(conn, compound.code, compound.name, files.config.mode, now)
        yield _context(files, conn, row, now)


def _there(config: Config) -> bool:
    """Whether there is a database with tables, whosever they are."""
    path = sqlite_file(config)
    if path is not None and not path.exists():
        return False
    with present_database(config, any_age=True) as database:
        return schema_state(database) != "empty"


def _context(files: Files, conn: Connection, compound: int, now: datetime) -> Context:
    store, texts = open_store(conn, compound), load_texts()
    files = with_own_rules(files, store, texts)
    return Context(
        store=store,
        now=now,
        files=files,
        texts=texts,
        link=lambda _platform, _payload: None,
        reload=lambda: files,
        moves=store.compound.moves(),
    )
