"""The schema's history: which one a database has, and how it gets the one this Linli needs."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Literal

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from storage.database import Database, DatabaseTrouble

SchemaState = Literal["current", "empty", "behind", "ahead", "foreign"]


class SchemaMismatch(DatabaseTrouble):
    """The database's tables are not those of this Linli; ``remedy`` names the command that mends it."""

    def __init__(self, state: SchemaState) -> None:
        super().__init__(f"schema_{state}")
        self.state = state


def schema_state(database: Database) -> SchemaState:
    """Whether the tables are this Linli's, none at all, an older or a newer Linli's, or somebody else's."""
    with database.reading() as conn:
        return state_of(conn)


def require_current(database: Database) -> None:
    """Raises SchemaMismatch unless the tables are those of this Linli."""
    state = schema_state(database)
    if state != "current":
        raise SchemaMismatch(state)


def upgrade(database: Database) -> None:
    """Brings the tables to this Linli's, from none at all or from any older Linli's, in one transaction.

    Raises SchemaMismatch for a newer Linli's or somebody else's tables, which are left as they are.
    """
    with database.rebuilding() as conn:
        state = state_of(conn)
        if state in ("ahead", "foreign"):
            raise SchemaMismatch(state)
        upgrade_to(conn, newest())


def state_of(conn: Connection) -> SchemaState:
    """``schema_state`` on a connection."""
    tables = set(inspect(conn).get_table_names())
    if not tables:
        return "empty"
    revision = revision_of(conn)
    if revision is None:
        return "foreign"
    if revision == newest():
        return "current"
    if revision in revisions():
        return "behind"
    # Somebody else may use Alembic too.
    return "ahead" if {"compounds", "tickets"} <= tables else "foreign"


def revision_of(conn: Connection) -> str | None:
    """The schema's revision, or None where it has none."""
    return MigrationContext.configure(conn).get_current_revision()


def revisions() -> tuple[str, ...]:
    """All revisions this Linli knows, the newest first."""
    return tuple(script.revision for script in ScriptDirectory.from_config(configured()).walk_revisions())


def newest() -> str:
    """The revision whose tables are those in ``storage/tables.py``."""
    return revisions()[0]


def upgrade_to(conn: Connection, revision: str) -> None:
    """Runs the steps up to a revision, inside the caller's rebuilding transaction."""
    config = configured()
    config.attributes["connection"] = conn
    command.upgrade(config, revision)


def configured() -> Config:
    """Alembic's settings; there is no alembic.ini. What it prints goes nowhere."""
    config = Config(stdout=io.StringIO(), output_buffer=io.StringIO())
    # A percent sign in a folder's name would be taken for a placeholder.
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("file_template", "v%%(rev)s_%%(slug)s")
    config.set_main_option("path_separator", "os")
    return config
