"""Connections and transactions. The only file that makes a connection to a database."""

from __future__ import annotations

import os
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, QueuePool, StaticPool, create_engine, event, make_url
from sqlalchemy.engine import URL, ExceptionContext
from sqlalchemy.exc import ArgumentError, DBAPIError

from storage.trouble import DatabaseTrouble, trouble_of

__all__ = ["Database", "DatabaseTrouble", "make_folder", "trouble_of"]

_WAIT_SECONDS = 15
"""How long another process may hold the database, or a server may take to answer, before it is a trouble."""

_READING = "linli_reading"
_UNCHECKED = "linli_unchecked"


class Database:
    """The database of one address: ``sqlite:///path``, ``sqlite://`` (in memory) or ``postgresql://…``.

    Usable from several threads. Within a process one thread writes at a time; the others wait for their turn.
    Every method raises DatabaseTrouble for what an operator can mend, without ever naming a password.
    """

    def __init__(self, url: str) -> None:
        """Prepares the file (missing folders 0700, itself 0600) or the driver; a server is not asked yet."""
        self._url = _parsed(url)
        self.dialect = self._url.get_backend_name()
        self.path: Path | None = None
        """SQLite's file; None in memory and on a server."""
        if self.dialect == "sqlite":
            if self._url.database not in (None, "", ":memory:"):
                self.path = Path(str(self._url.database)).expanduser().absolute()
                _prepare(self.path)
            self._writer = _sqlite(self.path)
            self._reader = self._writer.execution_options(**{_READING: True})
        else:
            self._writer = _postgresql(self._url)
            self._reader = self._writer.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        self._one_connection = self.dialect == "sqlite" and self.path is None
        self._turn = threading.Lock()
        self._whose: int | None = None

    @contextmanager
    def writing(self) -> Generator[Connection]:
        """One transaction: committed at the end, rolled back on any exception.

        ``with conn.begin_nested():`` in it is a savepoint. RuntimeError if this thread is writing already.
        """
        with _told(), self._in_turn(), self._writer.begin() as conn:
            yield conn

    @contextmanager
    def reading(self) -> Generator[Connection]:
        """A connection of its own that sees one moment and changes nothing; it neither waits for a writer nor
        stops one.

        Only in memory, where there is but one connection, readers and writers take turns.
        """
        with _told():
            if self._one_connection:
                with self._in_turn(), self._reader.begin() as conn:
                    yield conn
            else:
                with self._reader.begin() as conn:
                    yield conn

    @contextmanager
    def rebuilding(self) -> Generator[Connection]:
        """A writing transaction in which tables may be rebuilt: other processes' rebuilding waits.

        On SQLite foreign keys are checked at its end instead of at each step.
        """
        writer = self._writer.execution_options(**{_UNCHECKED: True})
        with _told(), self._in_turn(), writer.begin() as conn:
            if self.dialect == "postgresql":
                conn.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('linli schema'))")
            yield conn
            if self.dialect == "sqlite":
                broken = conn.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(5)
                if broken:
                    tables = ", ".join(sorted({str(row[0]) for row in broken}))
                    raise RuntimeError(f"rows without what they refer to, in: {tables}")

    def sweep(self) -> None:
        """Removes what was deleted from SQLite's log too, where it stays readable for a while; call it after
        deleting what must not be kept. A server does so by itself.
        """
        if self.path is None:
            return
        with _told(), self._in_turn():
            raw = self._writer.raw_connection()
            try:
                raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                raw.close()

    @property
    def url(self) -> str:
        """The address with its secrets, for another connection; never for people or logs."""
        return self._url.render_as_string(hide_password=False)

    def redacted_url(self) -> str:
        """The address for logs and people: what could be a secret is ``***``."""
        secret = {key: "***" for key in self._url.query if "pass" in key.lower()}
        shown = self._url.update_query_dict(secret).render_as_string(hide_password=True)
        return shown.replace("%2A%2A%2A", "***")

    def close(self) -> None:
        """Closes all connections. A database in memory is gone then."""
        self._writer.dispose()

    @contextmanager
    def _in_turn(self) -> Generator[None]:
        me = threading.get_ident()
        if self._whose == me:
            raise RuntimeError("this thread is inside a transaction already: pass its connection on")
        with self._turn:
            self._whose = me
            try:
                yield
            finally:
                self._whose = None


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        # Not chained: the parser's words could show a part of the password.
        raise DatabaseTrouble("url") from None
    if parsed.drivername in ("sqlite", "sqlite+pysqlite"):
        return parsed
    if parsed.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        return parsed.set(drivername="postgresql+psycopg")
    raise DatabaseTrouble("url")


def make_folder(path: Path) -> None:
    """Makes a folder, and those above it that are missing, for their owner alone (0700)."""
    for folder in (*reversed(path.absolute().parents), path):
        if not folder.exists():
            folder.mkdir(mode=0o700, exist_ok=True)


def _prepare(path: Path) -> None:
    try:
        make_folder(path.parent)
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        except FileExistsError:
            # Not opened to try it: closing a file drops every lock this process holds on it, SQLite's too.
            if not path.is_file() or not os.access(path, os.R_OK | os.W_OK):
                raise DatabaseTrouble("unwritable") from None
    except OSError as error:
        raise (trouble_of(error) or DatabaseTrouble("unwritable")) from error


def _sqlite(path: Path | None) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(path) if path else None),
        # The writer never waits for a connection that readers hold.
        **({"poolclass": QueuePool, "max_overflow": -1} if path else {"poolclass": StaticPool}),
        connect_args={"timeout": _WAIT_SECONDS, "check_same_thread": False},
        # Errors reach logs and dead letters, which must not carry what people wrote.
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def connected(raw: object, _record: object) -> None:
        # Python's own BEGIN comes late and breaks savepoints; ours is below.
        raw.isolation_level = None  # type: ignore[attr-defined]
        for pragma in (
            "journal_mode = WAL",
            # A commit is on the disk when it returns: then only is an update taken off Telegram's queue.
            "synchronous = FULL",
            # Deleted talk is overwritten, not just forgotten.
            "secure_delete = ON",
        ):
            raw.execute(f"PRAGMA {pragma}").close()  # type: ignore[attr-defined]

    @event.listens_for(engine, "begin")
    def begun(conn: Connection) -> None:
        options = conn.get_execution_options()
        reading = options.get(_READING, False)
        raw: Any = conn.connection.dbapi_connection
        # Not as statements of SQLAlchemy's, which would take longer than most transactions.
        raw.execute(f"PRAGMA foreign_keys = {'OFF' if options.get(_UNCHECKED) else 'ON'}").close()
        raw.execute(f"PRAGMA query_only = {'ON' if reading else 'OFF'}").close()
        # A transaction that starts by reading and then writes cannot wait for its turn: it fails at once.
        conn.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def _postgresql(url: URL) -> Engine:
    if "connect_timeout" not in url.query:
        url = url.update_query_dict({"connect_timeout": str(_WAIT_SECONDS)})
    if "application_name" not in url.query:
        url = url.update_query_dict({"application_name": "linli"})
    try:
        engine = create_engine(url, pool_pre_ping=True, max_overflow=-1, hide_parameters=True)
    except ImportError as error:
        raise DatabaseTrouble("driver") from error

    @event.listens_for(engine, "handle_error")
    def silenced(context: ExceptionContext) -> None:
        # PostgreSQL repeats the row it refuses; errors must not carry what people wrote.
        for error in (context.original_exception, context.sqlalchemy_exception):
            if error is not None and error.args and isinstance(error.args[0], str):
                error.args = (error.args[0].partition("\nDETAIL:")[0], *error.args[1:])

    return engine


@contextmanager
def _told() -> Generator[None]:
    try:
        yield
    except DBAPIError as error:
        trouble = trouble_of(error)
        if trouble is None:
            raise
        raise trouble from error
