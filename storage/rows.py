"""Rows as JSON lines, the same from SQLite and PostgreSQL, whatever revision their tables have."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    DateTime,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    event,
    insert,
    select,
    text,
)

from storage.tables import UtcDateTime

TRANSIENT = frozenset({"recents", "leases"})
"""What no backup holds: a few minutes of talk, and which process is running."""

READABLE = (UtcDateTime, JSON, Boolean, Float, Integer, String)
"""The types that JSON can carry there and back; a column of another type needs its translation here."""

_BATCH = 500


def reflected(conn: Connection) -> MetaData:
    """All tables as they are in the database now, which may be an older revision's."""
    found = MetaData()

    @event.listens_for(found, "column_reflect")
    def typed(_inspector: object, _table: object, column: dict[str, Any]) -> None:
        if isinstance(column["type"], DateTime):
            column["type"] = UtcDateTime()
        elif isinstance(column["type"], JSON):
            # None in a column that may be empty is emptiness, not JSON's null.
            column["type"] = JSON(none_as_null=column["nullable"])

    found.reflect(conn)
    return found


def kept(tables: MetaData) -> list[Table]:
    """The tables that a backup holds, each after those it refers to."""
    return [table for table in tables.sorted_tables if table.name not in {*TRANSIENT, "alembic_version"}]


def dump(conn: Connection, table: Table) -> Iterator[bytes]:
    """One line for each row, by primary key."""
    query = select(table).order_by(*table.primary_key)
    for row in conn.execute(query, execution_options={"yield_per": _BATCH}).mappings():
        values = {column.name: _to_json(column, row[column.name]) for column in table.columns}
        yield json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def load(conn: Connection, table: Table, lines: Iterable[bytes]) -> int:
    """Puts rows in and says how many. Raises ValueError for a line that is no row of this table."""
    rows = (_row(table, line) for line in lines)
    count = 0
    while batch := list(islice(rows, _BATCH)):
        conn.execute(insert(table), batch)
        count += len(batch)
    return count


def continue_numbering(conn: Connection, table: Table) -> None:
    """Lets PostgreSQL give the next new row an id after the highest one; SQLite does so by itself."""
    if conn.dialect.name == "postgresql" and "id" in table.c:
        quoted = conn.dialect.identifier_preparer.format_table(table)
        sequence = conn.scalar(text("SELECT pg_get_serial_sequence(:t, 'id')"), {"t": quoted})
        if sequence:
            top = conn.scalar(select(table.c.id).order_by(table.c.id.desc()).limit(1)) or 0
            conn.execute(text("SELECT setval(:s, :n, false)"), {"s": sequence, "n": top + 1})


def _to_json(column: Column[Any], value: Any) -> Any:
    if not isinstance(column.type, READABLE):
        raise TypeError(f"{column} has a type that backups cannot carry: {column.type!r}")
    return value.isoformat() if isinstance(value, datetime) else value


def _row(table: Table, line: bytes) -> dict[str, Any]:
    values = json.loads(line)
    if not isinstance(values, dict) or set(values) != set(table.c.keys()):
        raise ValueError(f"not a row of {table.name}")
    for column in table.columns:
        if isinstance(column.type, UtcDateTime) and values[column.name] is not None:
            moment = datetime.fromisoformat(values[column.name])
            if moment.tzinfo is None:
                raise ValueError(f"a time without a time zone in {table.name}")
            values[column.name] = moment
    return values
