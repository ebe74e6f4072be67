"""A database in which every table has rows and every column a value, except in first rows where it may."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Float, Integer, String, insert, select

from storage.database import Database
from storage.tables import UtcDateTime, metadata

NOON = datetime(2026, 6, 16, 12, tzinfo=UTC)
ROWS = 3

Content = dict[str, list[dict[str, Any]]]


def fill(database: Database) -> None:
    """Three rows in every table; those of a table refer to the rows of the same number in others."""
    with database.writing() as conn:
        for table in metadata.sorted_tables:
            for number in range(ROWS):
                row = {column.name: _value(column, number) for column in table.columns}
                conn.execute(insert(table), row)


def content(database: Database) -> Content:
    """All rows of all tables."""
    with database.reading() as conn:
        return {
            table.name: [
                dict(row) for row in conn.execute(select(table).order_by(*table.primary_key)).mappings()
            ]
            for table in metadata.sorted_tables
        }


def _value(column: Column[Any], number: int) -> object:
    if column.nullable and number == 0 and not column.foreign_keys:
        return None
    match column.type:
        case UtcDateTime():
            return NOON + timedelta(days=number, microseconds=number)
        case JSON():
            return {"楼栋": [number, None, True, 0.1], "说": '电梯\n"又"停了\u2028'}
        case Boolean():
            return number % 2 == 1
        case Integer():
            return (number + 1) * 7 if column.primary_key or column.foreign_keys else number + 1
        case Float():
            return 0.1 + number
        case String():
            return f"{number}号{column.name}\n'\"\\"[: column.type.length]
    raise TypeError(f"{column} has a type that is not known here")
