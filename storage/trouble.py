"""What can be wrong with the database, said so that the operator can mend it, and never with a password."""

from __future__ import annotations

import errno
import sqlite3

from sqlalchemy.exc import DBAPIError

from bot.texts import load_texts


class DatabaseTrouble(Exception):
    """The database cannot do what is asked; ``what`` and ``remedy`` are in the operator's words.

    ``kind`` is the trouble's key in the catalogue's ``[database]`` table, for those who have to choose.
    """

    def __init__(self, kind: str, **values: object) -> None:
        texts = load_texts()
        self.kind = kind
        self.what = texts(f"database.{kind}.what", **values)
        self.remedy = texts(f"database.{kind}.remedy", **values)
        super().__init__(f"{self.what}{self.remedy}")


_SQLITE = {
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_READONLY: "readonly",
    sqlite3.SQLITE_CANTOPEN: "unwritable",
    sqlite3.SQLITE_PERM: "unwritable",
    sqlite3.SQLITE_AUTH: "unwritable",
    sqlite3.SQLITE_NOTADB: "not_a_database",
    sqlite3.SQLITE_CORRUPT: "corrupt",
    sqlite3.SQLITE_BUSY: "busy",
    sqlite3.SQLITE_LOCKED: "busy",
    sqlite3.SQLITE_IOERR: "disk",
}

# https://www.postgresql.org/docs/current/errcodes-appendix.html
_POSTGRESQL = {
    "53100": "full",
    "53300": "crowded",
    "25006": "readonly",
    "42501": "denied",
    "55P03": "busy",
    "40P01": "busy",
    "40001": "busy",
    "58030": "disk",
    "XX001": "corrupt",
    "XX002": "corrupt",
}

# A refused connection carries no error code, only words, which a server may also say in its own language:
# what is not recognised is told as "unreachable".
_REFUSALS = (
    ("password authentication failed", "password"),
    ("no password supplied", "password"),
    ("no pg_hba.conf entry", "password"),
    ("too many", "crowded"),
)

_OS = {
    errno.ENOSPC: "full",
    errno.EDQUOT: "full",
    errno.EFBIG: "full",
    errno.EROFS: "readonly",
    errno.EACCES: "unwritable",
    errno.EPERM: "unwritable",
    errno.EIO: "disk",
}


def trouble_of(error: BaseException) -> DatabaseTrouble | None:
    """The trouble behind an error of SQLAlchemy, SQLite, psycopg or the system; None for any other.

    SQLite ends the whole transaction where the disk is full, so that the savepoint cannot be rolled back, which
    is what is complained of then: the reason is what was being handled.
    """
    seen: set[int] = set()
    at: BaseException | None = error
    while at is not None and id(at) not in seen:
        trouble = _trouble(at)
        if trouble is not None:
            return trouble
        seen.add(id(at))
        at = at.__context__
    return None


def _trouble(error: BaseException) -> DatabaseTrouble | None:
    if isinstance(error, DatabaseTrouble):
        return error
    found = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(found, sqlite3.Error):
        # The low byte is the error, the rest says more exactly which (https://sqlite.org/rescode.html).
        kind = _SQLITE.get(getattr(found, "sqlite_errorcode", 0) & 0xFF)
    elif type(found).__module__.partition(".")[0] == "psycopg":
        kind = _postgresql(found)
    elif isinstance(found, OSError) and found.errno is not None:
        kind = _OS.get(found.errno)
    else:
        kind = None
    return DatabaseTrouble(kind) if kind else None


def _postgresql(error: BaseException | None) -> str | None:
    state = getattr(error, "sqlstate", None)
    if state is None:
        if type(error).__name__ != "OperationalError":
            return None
        said = str(error)
        if "database" in said and "does not exist" in said:
            return "no_database"
        return next((kind for words, kind in _REFUSALS if words in said), "unreachable")
    if state.startswith(("08", "57P")):
        return "unreachable"
    return _POSTGRESQL.get(state)
