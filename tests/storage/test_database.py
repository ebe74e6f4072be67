"""What connections and transactions promise, on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from storage.database import Database, DatabaseTrouble, trouble_of
from storage.migrations import schema_state, upgrade
from storage.tables import compounds, groups, offsets, recents
from tests.storage.conftest import Make
from tests.storage.postgresql import PASSWORD, Server

NOON = datetime(2026, 6, 16, 12, tzinfo=UTC)


def add(conn: Connection, code: str, name: str = "春晖苑") -> int:
    row = {"code": code, "name": name, "mode": "live", "listening_since": NOON, "created_at": NOON}
    key = conn.execute(insert(compounds).values(row)).inserted_primary_key
    assert key is not None
    return int(key[0])


def codes(database: Database) -> set[str]:
    with database.reading() as conn:
        return set(conn.scalars(select(compounds.c.code)))


def everything_said(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))


def test_a_transaction_is_kept_whole(database: Database) -> None:
    with database.writing() as conn:
        add(conn, "a")
        add(conn, "b")
    assert codes(database) == {"a", "b"}


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_an_exception_undoes_the_whole_transaction(database: Database, error: type[BaseException]) -> None:
    with pytest.raises(error), database.writing() as conn:
        add(conn, "a")
        raise error
    assert codes(database) == set()
    with database.writing() as conn:
        add(conn, "b")
    assert codes(database) == {"b"}


def test_a_savepoint_undoes_only_its_own_part(database: Database) -> None:
    with database.writing() as conn:
        add(conn, "before")
        with pytest.raises(ValueError, match="this message"), conn.begin_nested():
            add(conn, "broken")
            raise ValueError("this message cannot be handled")
        with conn.begin_nested():
            add(conn, "after")
    assert codes(database) == {"before", "after"}


def test_a_savepoint_survives_a_refused_row(database: Database) -> None:
    with database.writing() as conn:
        add(conn, "a")
        with pytest.raises(IntegrityError), conn.begin_nested():
            add(conn, "a")
        add(conn, "b")
    assert codes(database) == {"a", "b"}


def test_an_undone_transaction_takes_its_finished_savepoints_along(database: Database) -> None:
    with pytest.raises(ValueError, match="later"), database.writing() as conn:
        with conn.begin_nested():
            add(conn, "a")
        raise ValueError("later")
    assert codes(database) == set()


def test_a_reader_neither_waits_for_the_writer_nor_sees_what_is_not_committed(database: Database) -> None:
    with database.writing() as conn:
        add(conn, "a")
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(codes, database).result() == set()
        assert codes(database) == set()
    assert codes(database) == {"a"}


def test_a_reader_sees_one_moment_while_others_write_on(database: Database) -> None:
    count = select(func.count()).select_from(compounds)
    with database.reading() as reader:
        before = reader.scalar(count)
        with database.writing() as conn:
            add(conn, "a")
        assert reader.scalar(count) == before == 0
    assert codes(database) == {"a"}


def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(DatabaseTrouble) as refused, database.reading() as conn:
        add(conn, "a")
    assert refused.value.kind == "readonly"
    assert codes(database) == set()
    with database.writing() as conn:
        add(conn, "b")


def test_many_readers_do_not_keep_the_writer_from_its_connection(database: Database) -> None:
    everybody_reads = threading.Barrier(13)
    finished = threading.Event()

    def read() -> None:
        with database.reading() as conn:
            conn.scalar(select(func.count()).select_from(compounds))
            everybody_reads.wait()
            finished.wait()

    with ThreadPoolExecutor(12) as pool:
        for _ in range(12):
            pool.submit(read)
        everybody_reads.wait()
        try:
            with database.writing() as conn:
                add(conn, "a")
        finally:
            finished.set()
    assert codes(database) == {"a"}


def test_threads_write_in_turn(database: Database) -> None:
    def count_up(_: int) -> None:
        with database.writing() as conn:
            seen = conn.scalars(select(offsets.c.next_offset)).one()
            conn.execute(update(offsets).values(next_offset=seen + 1))

    with database.writing() as conn:
        conn.execute(insert(offsets).values(bot="b", next_offset=0, updated_at=NOON))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count_up, range(40)))
    with database.reading() as conn:
        assert conn.scalars(select(offsets.c.next_offset)).one() == 40


def test_two_sqlite_processes_write_in_turn(make: Make, another: Callable[[Database], Database]) -> None:
    one = make("sqlite")
    other = another(one)

    def count_up(database: Database) -> None:
        with database.writing() as conn:
            seen = conn.scalars(select(offsets.c.next_offset)).one()
            conn.execute(update(offsets).values(next_offset=seen + 1))

    with one.writing() as conn:
        conn.execute(insert(offsets).values(bot="b", next_offset=0, updated_at=NOON))
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(count_up, [one, other] * 20))
    with one.reading() as conn:
        assert conn.scalars(select(offsets.c.next_offset)).one() == 40


def test_a_transaction_inside_another_is_refused_instead_of_waiting_for_itself(database: Database) -> None:
    with database.writing() as outer, pytest.raises(RuntimeError), database.writing():
        add(outer, "never")
    with database.writing() as conn:
        add(conn, "a")
    assert codes(database) == {"a"}


def test_a_row_must_belong_to_a_compound_that_exists(database: Database) -> None:
    with pytest.raises(IntegrityError), database.writing() as conn:
        conn.execute(
            insert(groups).values(compound_id=77, platform="console", chat="1", standing="member", title="")
        )


def test_times_come_back_as_they_were_with_their_zone(database: Database) -> None:
    with database.writing() as conn:
        add(conn, "a")
    with database.reading() as conn:
        assert conn.scalars(select(compounds.c.created_at)).one() == NOON


def test_errors_do_not_carry_what_people_wrote(database: Database) -> None:
    words = "三栋的李某欠物业费"
    with pytest.raises(IntegrityError) as refused, database.writing() as conn:
        add(conn, "a", words)
        add(conn, "a", words)
    assert words not in everything_said(refused.value)
    with pytest.raises(IntegrityError) as refused, database.writing() as conn:
        conn.execute(insert(compounds).values(code="b", name=words))
    assert words not in everything_said(refused.value)


# SQLite


def test_the_file_and_its_new_folders_are_the_owners_alone(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    database = Database(f"sqlite:///{tmp_path}/var/deep/linli.sqlite3")
    upgrade(database)
    with database.writing():
        assert {path.name for path in (tmp_path / "var/deep").iterdir()} >= {
            "linli.sqlite3",
            "linli.sqlite3-wal",
        }
        for path in (tmp_path / "var").rglob("*"):
            assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path
    assert (tmp_path / "var").stat().st_mode & 0o777 == 0o700
    assert tmp_path.stat().st_mode & 0o777 == 0o755
    database.close()


def test_sqlite_writes_ahead_waits_for_the_disk_and_checks_references(make: Make) -> None:
    database = make("sqlite")
    for opened in (database.writing, database.reading):
        with opened() as conn:
            pragmas = ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout")
            values = [conn.exec_driver_sql(f"PRAGMA {pragma}").scalar() for pragma in pragmas]
        assert values == ["wal", 2, 1, 1, 15_000]


def test_deleted_talk_is_gone_from_the_disk_after_a_sweep(make: Make, tmp_path: Path) -> None:
    words = "今晚谁去跳广场舞"
    database = make("sqlite")

    def on_disk() -> bool:
        return any(words.encode() in path.read_bytes() for path in tmp_path.glob("linli.sqlite3*"))

    with database.writing() as conn:
        compound = add(conn, "a")
        row = {"platform": "console", "chat": "1", "account": "2", "message": "3", "photos": [], "at": NOON}
        conn.execute(insert(recents).values(compound_id=compound, text=words, **row))
    assert on_disk()
    with database.writing() as conn:
        conn.execute(delete(recents))
    database.sweep()
    assert not on_disk()
    assert codes(database) == {"a"}


def test_a_database_in_memory_serves_several_threads() -> None:
    database = Database("sqlite://")
    upgrade(database)

    def write(number: int) -> None:
        with database.writing() as conn:
            add(conn, str(number))
        assert str(number) in codes(database)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(30)))
    assert len(codes(database)) == 30
    with pytest.raises(DatabaseTrouble), database.reading() as conn:
        add(conn, "read only here too")
    with pytest.raises(RuntimeError), database.writing(), database.reading():
        pass
    assert len(codes(database)) == 30
    database.close()


# Killed


@pytest.mark.slow
def test_a_killed_process_leaves_nothing_half(database: Database) -> None:
    with database.writing() as conn:
        conn.execute(insert(offsets).values(bot="b", next_offset=0, updated_at=NOON))
    committed = 0
    for stop_after in ("half", "done", "half", "half", "done"):
        with subprocess.Popen(
            [sys.executable, "-m", "tests.storage.writer_process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdin is not None and process.stdout is not None
            process.stdin.write(f"{database.url}\n{committed + 1}\n")
            process.stdin.flush()
            for pairs, line in enumerate(process.stdout):
                word, number = line.split()
                if word == "done":
                    committed = int(number)
                if pairs >= 5 and word == stop_after:
                    process.kill()
                    break
            else:
                pytest.fail("the writing process ended by itself")
            # What it still said before it died is committed too.
            for line in process.stdout:
                word, _, number = line.partition(" ")
                if word == "done" and number.endswith("\n"):
                    committed = int(number)
        with database.writing() as conn:
            if database.dialect == "postgresql":
                # The server may still be busy with what the dead process asked for.
                conn.execute(text("LOCK TABLE offsets IN EXCLUSIVE MODE"))
            rows = conn.scalar(select(func.count()).select_from(compounds))
            offset = conn.scalars(select(offsets.c.next_offset)).one()
        assert rows == offset
        assert offset in (committed, committed + 1), "only what was in flight may be there or not"
        committed = offset
    assert committed >= 10
    if database.dialect == "sqlite":
        with database.reading() as conn:
            assert conn.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


# Troubles


@pytest.mark.parametrize(
    "url",
    ["", "linli.sqlite3", "mysql://u:geheim@h/d", "sqlite+aiosqlite:///x", "postgresql://u:geheim@h:port/d"],
)
def test_an_address_that_cannot_be_used_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(DatabaseTrouble) as refused:
        Database(url)
    assert refused.value.kind == "url"
    assert "sqlite:///" in refused.value.remedy
    assert "geheim" not in everything_said(refused.value)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("sqlite:///var/x.sqlite3", "sqlite:///var/x.sqlite3"),
        ("postgresql://u:geheim@h:5433/d", "postgresql+psycopg://u:***@h:5433/d"),
        (
            "postgres://u@h/d?password=geheim&sslmode=require",
            "postgresql+psycopg://u@h/d?password=***&sslmode=require",
        ),
    ],
)
def test_the_address_is_shown_without_secrets(
    url: str, shown: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    database = Database(url)
    assert database.redacted_url() == shown
    assert "geheim" not in repr(database)
    database.close()


def test_a_missing_driver_is_named_with_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(DatabaseTrouble, match=r"pip install 'linli\[postgres\]'"):
        Database("postgresql://u:geheim@h/d")


def test_a_folder_that_cannot_be_made_is_a_trouble(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(DatabaseTrouble) as refused:
        Database(f"sqlite:///{tmp_path}/file/linli.sqlite3")
    assert refused.value.kind == "unwritable"


def test_a_folder_in_the_files_place_is_a_trouble(tmp_path: Path) -> None:
    with pytest.raises(DatabaseTrouble) as refused:
        Database(f"sqlite:///{tmp_path}")
    assert refused.value.kind == "unwritable"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_file_that_may_not_be_written_is_a_trouble(tmp_path: Path) -> None:
    (tmp_path / "linli.sqlite3").touch(mode=0o400)
    with pytest.raises(DatabaseTrouble) as refused:
        Database(f"sqlite:///{tmp_path}/linli.sqlite3")
    assert refused.value.kind == "unwritable"


def test_a_file_that_is_no_database_is_a_trouble_and_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "roster.sqlite3"
    path.write_text("楼栋,姓名\n" * 200)
    before = path.read_bytes()
    database = Database(f"sqlite:///{path}")
    with pytest.raises(DatabaseTrouble) as refused:
        schema_state(database)
    assert refused.value.kind == "not_a_database"
    database.close()
    assert path.read_bytes() == before


def test_a_damaged_file_is_told_as_such(make: Make) -> None:
    database = make("sqlite")
    path = database.path
    assert path is not None
    database.close()
    whole = path.read_bytes()
    path.write_bytes(whole[:8192] + b"\xff" * (len(whole) - 8192))
    with pytest.raises(DatabaseTrouble) as refused, database.writing() as conn:
        add(conn, "a")
    assert refused.value.kind == "corrupt"


def test_a_full_disk_loses_nothing_and_is_told(make: Make) -> None:
    database = make("sqlite")
    with database.writing() as conn:
        add(conn, "a")
    with pytest.raises(DatabaseTrouble) as refused, database.writing() as conn:
        pages = conn.exec_driver_sql("PRAGMA page_count").scalar_one()
        conn.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        for number in range(1000):
            add(conn, f"more {number}", "很长的名字" * 30)
    assert refused.value.kind == "full"
    assert codes(database) == {"a"}


def test_a_database_held_by_another_program_is_told(make: Make) -> None:
    database = make("sqlite")
    with database.writing(), sqlite3.connect(str(database.path), timeout=0) as other:
        with pytest.raises(sqlite3.OperationalError) as refused:
            other.execute("BEGIN IMMEDIATE")
        trouble = trouble_of(refused.value)
    other.close()
    assert trouble is not None and trouble.kind == "busy"


def test_other_errors_are_no_trouble_of_the_database() -> None:
    assert trouble_of(ValueError("x")) is None
    assert trouble_of(sqlite3.IntegrityError("x")) is None
    full = trouble_of(OSError(28, "No space left on device"))
    assert full is not None and full.kind == "full"
    assert trouble_of(full) is full


# PostgreSQL


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "spoil"),
    [
        ("password", lambda server: server.url("postgres", "falsch-geheim")),
        ("no_database", lambda server: server.url("nirgends")),
        ("unreachable", lambda server: server.url("postgres") + "/nowhere"),
        ("unreachable", lambda _: f"postgresql://linli:{PASSWORD}@127.0.0.1:1/linli"),
    ],
)
def test_a_server_that_refuses_is_told_without_the_password(
    server: Server, kind: str, spoil: Callable[[Server], str]
) -> None:
    database = Database(spoil(server))
    with pytest.raises(DatabaseTrouble) as refused:
        schema_state(database)
    assert refused.value.kind == kind
    assert "geheim" not in everything_said(refused.value)
    database.close()


@pytest.mark.slow
def test_a_connection_that_the_server_ends_undoes_the_transaction_and_the_next_one_works(make: Make) -> None:
    database = make("postgresql")
    end = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = :pid")
    with pytest.raises(DatabaseTrouble) as ended, database.writing() as conn:
        pid = conn.scalar(text("SELECT pg_backend_pid()"))
        add(conn, "a")
        with database.reading() as other:
            other.execute(end, {"pid": pid})
        add(conn, "b")
    assert ended.value.kind == "unreachable"
    with database.writing() as conn:
        add(conn, "c")
    assert codes(database) == {"c"}
