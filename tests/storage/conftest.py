"""``database``: an empty Linli database, once on SQLite and once on a real PostgreSQL."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import pytest
from alembic.config import Config

from storage import migrations
from storage.database import Database
from storage.migrations import upgrade
from tests.storage.postgresql import NoServer, Server

BOTH = ("sqlite", pytest.param("postgresql", marks=pytest.mark.slow))


class Make(Protocol):
    """Makes a database of a kind, with Linli's tables or without any; it is removed after the test."""

    def __call__(self, kind: str, *, tables: bool = True) -> Database: ...


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the tables: copying it is faster than making them for every test."""
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
    database = Database(f"sqlite:///{path}")
    upgrade(database)
    database.close()
    return path


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """PostgreSQL. Where it cannot run its tests are skipped, with the reason, but not where CI is set."""
    try:
        server = Server()
    except NoServer as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no PostgreSQL here: {error}")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgresql_template(server: Server) -> str:
    """A database with the tables."""
    name = server.create()
    database = Database(server.url(name))
    upgrade(database)
    database.close()
    return name


@pytest.fixture
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Make]:
    """Databases by kind, as many as a test needs."""
    with ExitStack() as after:

        def made(kind: str, *, tables: bool = True) -> Database:
            url: str
            if kind == "sqlite":
                path = tmp_path / f"linli{len(list(tmp_path.glob('linli*.sqlite3'))) or ''}.sqlite3"
                if tables:
                    shutil.copy(request.getfixturevalue("sqlite_template"), path)
                url = f"sqlite:///{path}"
            else:
                server: Server = request.getfixturevalue("server")
                name = server.create(
                    request.getfixturevalue("postgresql_template") if tables else "template0"
                )
                after.callback(server.drop, name)
                url = server.url(name)
            database = Database(url)
            after.callback(database.close)
            return database

        yield made


@pytest.fixture(params=BOTH)
def kind(request: pytest.FixtureRequest) -> str:
    """``sqlite`` and ``postgresql`` in turn."""
    return str(request.param)


@pytest.fixture
def database(kind: str, make: Make) -> Database:
    """Linli's tables without rows."""
    return make(kind)


@pytest.fixture
def empty(kind: str, make: Make) -> Database:
    """A database without tables."""
    return make(kind, tables=False)


@pytest.fixture
def another() -> Iterator[Callable[[Database], Database]]:
    """The same database as another process would have it."""
    with ExitStack() as after:

        def opened(database: Database) -> Database:
            other = Database(database.url)
            after.callback(other.close)
            return other

        yield opened


_NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "{next}"
down_revision = "{newest}"


def upgrade():
    with op.batch_alter_table("compounds") as batch:
        batch.add_column(sa.Column("motto", sa.Text(), nullable=False, server_default="远亲不如近邻"))
        batch.alter_column("name", existing_type=sa.String(200), type_=sa.Text(), existing_nullable=False)
"""


@pytest.fixture
def next_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Once called, there is a newer Linli: one that adds a column and changes the type of another."""

    def released() -> None:
        newest = migrations.newest()
        folder = tmp_path / "migrations"
        shutil.copytree(
            Path(migrations.__file__).parent, folder, ignore=shutil.ignore_patterns("__pycache__")
        )
        number = f"{int(newest) + 1:04d}"
        (folder / "versions" / f"v{number}_next.py").write_text(_NEXT.format(next=number, newest=newest))
        config = migrations.configured()
        config.set_main_option("script_location", str(folder).replace("%", "%%"))

        def configured() -> Config:
            config.attributes.clear()
            return config

        monkeypatch.setattr(migrations, "configured", configured)

    return released
