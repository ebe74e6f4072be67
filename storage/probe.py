"""Trying whether a database can be written, without leaving anything in it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert

from storage.database import Database
from storage.tables import leases


def require_writable(database: Database, now: datetime) -> None:
    """Writes a row and takes it back; the tables must be this Linli's. Raises DatabaseTrouble."""
    with database.writing() as conn, conn.begin_nested() as tried:
        conn.execute(insert(leases).values(name="linli check", owner="check", until=now))
        tried.rollback()
