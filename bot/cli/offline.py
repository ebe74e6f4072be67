"""The store without a running bot: for looking at it, and for changing it from the terminal."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from datetime import datetime

from sqlalchemy import Connection

from bot.app import open_database
from bot.cli.folders import sqlite_file
from bot.config import Config
from bot.texts import load_texts
from handlers.context import Context, Files
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
def looking(files: Files, now: datetime) -> Generator[Context]:
    """A view that changes nothing. Where there is no database yet, an empty one in memory stands in for it."""
    with ExitStack() as stack:
        database = _there_or_empty(files.config, stack)
        conn = stack.enter_context(database.reading())
        # No row has the number 0: of a compound that is not there yet nothing is found.
        yield _context(files, conn, find_compound(conn, files.config.compound.code) or 0, now)


@contextmanager
def changing(files: Files, now: datetime) -> Generator[Context]:
    """One transaction on the database, which is made if there is none. Raises DatabaseTrouble."""
    config = files.config
    database = open_database(config)
    try:
        with database.writing() as conn:
            compound = open_compound(conn, config.compound.code, config.compound.name, config.mode, now)
            yield _context(files, conn, compound, now)
    finally:
        database.close()


def _there_or_empty(config: Config, stack: ExitStack) -> Database:
    path = sqlite_file(config)
    if path is None or path.exists():
        database = Database(config.database.url)
        stack.callback(database.close)
        if schema_state(database) != "empty":
            require_current(database)
            return database
    database = Database("sqlite://")
    stack.callback(database.close)
    upgrade(database)
    return database


def _context(files: Files, conn: Connection, compound: int, now: datetime) -> Context:
    store = open_store(conn, compound)
    return Context(
        store=store,
        now=now,
        files=files,
        texts=load_texts(),
        link=lambda _platform, _payload: None,
        reload=lambda: files,
        moves=store.compound.moves(),
    )
