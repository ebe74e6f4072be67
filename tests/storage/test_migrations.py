"""The migrations make the tables that storage/tables.py describes, and know what they have before them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Column, Connection, Integer, MetaData, delete, inspect, text
from sqlalchemy.exc import IntegrityError

from storage.database import Database
from storage.migrations import (
    SchemaMismatch,
    SchemaState,
    newest,
    require_current,
    revisions,
    schema_state,
    upgrade,
)
from storage.tables import compounds, metadata
from tests.storage.conftest import Make
from tests.storage.filled import content, fill


def differences(conn: Connection, described: MetaData) -> list[object]:
    options = {"compare_type": True, "compare_server_default": True}
    return list(compare_metadata(MigrationContext.configure(conn, opts=options), described))


def described(conn: Connection) -> dict[str, Any]:
    """Everything the database itself says of its tables."""
    looked = inspect(conn)

    def sorted_by_name(items: list[Any]) -> list[Any]:
        return sorted(items, key=lambda item: str(item["name"]))

    return {
        table: {
            "columns": [{**column, "type": str(column["type"])} for column in looked.get_columns(table)],
            "key": looked.get_pk_constraint(table),
            "foreign": sorted_by_name(looked.get_foreign_keys(table)),
            "unique": sorted_by_name(looked.get_unique_constraints(table)),
            "indexes": sorted_by_name([_plain(index) for index in looked.get_indexes(table)]),
        }
        for table in looked.get_table_names()
        if table != "alembic_version"
    }


def _plain(index: Any) -> dict[str, Any]:
    """An index with the condition of its rows in words, so that two can be compared."""
    options = {name: str(value) for name, value in index.get("dialect_options", {}).items()}
    return {**index, "dialect_options": options}


def test_migrated_tables_are_those_described(database: Database) -> None:
    with database.reading() as conn:
        assert differences(conn, metadata) == []


def test_migrated_tables_are_those_created(database: Database, kind: str, make: Make) -> None:
    created = make(kind, tables=False)
    with created.rebuilding() as conn:
        metadata.create_all(conn)
    with created.reading() as made, database.reading() as migrated:
        wanted = described(made)
        assert set(wanted) == set(metadata.tables)
        assert described(migrated) == wanted


def test_the_comparison_sees_a_forgotten_column(database: Database) -> None:
    changed = MetaData(naming_convention=metadata.naming_convention)
    for table in metadata.tables.values():
        table.to_metadata(changed)
    changed.tables["tickets"].append_column(Column("forgotten", Integer))
    with database.reading() as conn:
        assert len(differences(conn, changed)) == 1


def test_upgrade_of_an_empty_database_makes_it_current(
    empty: Database, capfd: pytest.CaptureFixture[str]
) -> None:
    assert schema_state(empty) == "empty"
    upgrade(empty)
    assert schema_state(empty) == "current"
    require_current(empty)
    assert capfd.readouterr() == ("", "")


def test_upgrading_twice_changes_nothing(database: Database) -> None:
    with database.reading() as conn:
        before = described(conn)
    upgrade(database)
    with database.reading() as conn:
        assert described(conn) == before


def test_upgrade_works_in_memory() -> None:
    database = Database("sqlite://")
    upgrade(database)
    require_current(database)
    database.close()


@pytest.mark.parametrize(
    ("state", "statements", "mended_by"),
    [
        ("empty", (), "linli db upgrade"),
        ("foreign", ("CREATE TABLE orders (id INTEGER)",), "linli db upgrade"),
        (
            "foreign",
            (
                "CREATE TABLE alembic_version (version_num VARCHAR(32))",
                "INSERT INTO alembic_version VALUES ('3f2a')",
                "CREATE TABLE orders (id INTEGER)",
            ),
            "linli db upgrade",
        ),
        (
            "ahead",
            (
                "CREATE TABLE alembic_version (version_num VARCHAR(32))",
                "INSERT INTO alembic_version VALUES ('9999')",
                "CREATE TABLE compounds (id INTEGER)",
                "CREATE TABLE tickets (id INTEGER)",
            ),
            "升级 Linli",
        ),
    ],
)
def test_a_schema_that_does_not_fit_is_refused_with_what_mends_it(
    empty: Database, state: SchemaState, statements: tuple[str, ...], mended_by: str
) -> None:
    with empty.writing() as conn:
        for statement in statements:
            conn.execute(text(statement))
    assert schema_state(empty) == state
    with pytest.raises(SchemaMismatch) as refused:
        require_current(empty)
    assert refused.value.state == state
    assert mended_by in refused.value.remedy


def test_an_older_schema_is_refused_until_it_is_upgraded_with_all_its_rows(
    database: Database, next_revision: Callable[[], None]
) -> None:
    fill(database)
    before = content(database)
    next_revision()
    with pytest.raises(SchemaMismatch, match="linli db upgrade") as refused:
        require_current(database)
    assert refused.value.state == "behind"

    upgrade(database)

    require_current(database)
    assert content(database) == before
    with database.reading() as conn:
        assert set(conn.scalars(text("SELECT motto FROM compounds"))) == {"远亲不如近邻"}
    with pytest.raises(IntegrityError), database.writing() as conn:
        conn.execute(delete(compounds))


@pytest.mark.parametrize("revision", ["9999", None])
def test_upgrade_leaves_alone_what_is_not_an_older_linli(database: Database, revision: str | None) -> None:
    with database.writing() as conn:
        if revision:
            conn.execute(text("UPDATE alembic_version SET version_num = :r"), {"r": revision})
        else:
            conn.execute(text("DROP TABLE alembic_version"))
    with database.reading() as conn:
        before = described(conn)
    with pytest.raises(SchemaMismatch):
        upgrade(database)
    with database.reading() as conn:
        assert described(conn) == before


def test_every_revision_follows_the_one_before() -> None:
    assert newest() == revisions()[0]
    assert list(revisions()) == [f"{number:04d}" for number in range(len(revisions()), 0, -1)]


def test_a_step_that_fails_leaves_the_schema_as_it_was(empty: Database) -> None:
    with pytest.raises(ZeroDivisionError), empty.rebuilding() as conn:
        compounds.create(conn)
        raise ZeroDivisionError
    assert schema_state(empty) == "empty"
