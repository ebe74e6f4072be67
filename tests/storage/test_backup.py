"""A backup holds every row of one moment and every photo, and nothing else; a bad one changes nothing."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import resource
import shutil
import tarfile
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, text, update

from storage import rows
from storage.archive import examine
from storage.backup import backup, expire, restore
from storage.database import Database, DatabaseTrouble
from storage.migrations import newest, schema_state, upgrade
from storage.tables import accounts, compounds, leases, metadata, offsets, recents, tickets
from tests.storage.conftest import Make
from tests.storage.filled import NOON, ROWS, content, fill

LATER = NOON + timedelta(days=30)

PAIRS = [
    ("sqlite", "sqlite"),
    pytest.param("sqlite", "postgresql", marks=pytest.mark.slow),
    pytest.param("postgresql", "sqlite", marks=pytest.mark.slow),
    pytest.param("postgresql", "postgresql", marks=pytest.mark.slow),
]

PHOTO = bytes(range(256)) * 700


@pytest.fixture
def media(tmp_path: Path) -> Path:
    return photos(tmp_path / "media")


def photos(folder: Path) -> Path:
    (folder / "ab").mkdir(parents=True)
    (folder / "ab" / "abcd.jpg").write_bytes(PHOTO)
    (folder / "efgh.jpg").write_bytes(b"")
    (folder / ".half.partial").write_bytes(b"half a photo")
    (folder / "link.jpg").symlink_to("/etc/hostname")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups"


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def kept(of: dict[str, list[dict[str, object]]]) -> dict[str, list[dict[str, object]]]:
    return {name: found for name, found in of.items() if name not in ("recents", "leases")}


Members = dict[str, bytes]


def members(archive: Path) -> Members:
    with tarfile.open(archive) as tar:
        return {entry.name: reader.read() for entry in tar if (reader := tar.extractfile(entry))}


def packed(path: Path, parts: list[tuple[str | tarfile.TarInfo, bytes]]) -> Path:
    with tarfile.open(path, "w:gz") as tar:
        for name, data in parts:
            entry = name if isinstance(name, tarfile.TarInfo) else tarfile.TarInfo(name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    return path


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_everything_comes_back_on_the_same_and_on_the_other_database(
    make: Make, media: Path, folder: Path, tmp_path: Path, source: str, target: str
) -> None:
    one, other = make(source), make(target, tables=False)
    fill(one)
    archive = backup(one, media, folder, LATER)

    manifest = restore(archive, other, tmp_path / "restored", now=LATER)

    assert schema_state(other) == "current"
    assert kept(content(other)) == kept(content(one))
    assert content(other)["recents"] == content(other)["leases"] == []
    assert files(tmp_path / "restored") == {"ab/abcd.jpg": PHOTO, "efgh.jpg": b""}
    assert (tmp_path / "restored/ab/abcd.jpg").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "restored/ab").stat().st_mode & 0o777 == 0o700
    assert (manifest.rows, manifest.media) == (ROWS * (len(metadata.tables) - 2), 2)
    assert manifest.compounds == ("0号code\n'\"\\", "1号code\n'\"\\", "2号code\n'\"\\")
    assert manifest.made_at == LATER


def test_emptiness_stays_empty_and_does_not_become_a_null_of_json(
    database: Database, kind: str, make: Make, media: Path, folder: Path
) -> None:
    fill(database)
    other = make(kind)
    with database.writing() as conn:
        conn.execute(text("UPDATE accounts SET home = NULL WHERE id = 14"))
    restore(backup(database, media, folder, LATER), other, media, now=LATER)
    with other.reading() as conn:
        assert 14 in conn.scalars(text("SELECT id FROM accounts WHERE home IS NULL")).all()
        assert len(conn.execute(select(accounts.c.home)).all()) == ROWS


def test_new_rows_are_numbered_after_the_restored_ones(
    database: Database, kind: str, make: Make, media: Path, folder: Path
) -> None:
    fill(database)
    other = make(kind)
    restore(backup(database, media, folder, LATER), other, media, now=LATER)
    with other.writing() as conn:
        row = {"code": "new", "name": "x", "mode": "live", "listening_since": NOON, "created_at": NOON}
        key = conn.execute(insert(compounds).values(row)).inserted_primary_key
    assert key is not None and key[0] == ROWS * 7 + 1


def test_talk_is_in_no_backup(make: Make, media: Path, folder: Path) -> None:
    database = make("sqlite")
    fill(database)
    words = "今晚谁去跳广场舞"
    with database.writing() as conn:
        conn.execute(update(recents).values(text=words))
        conn.execute(update(tickets).values(text="三栋电梯又停了"))
    everything = gzip.decompress(backup(database, media, folder, LATER).read_bytes())
    assert words.encode() not in everything
    assert "三栋电梯又停了".encode() in everything


def test_a_backup_is_named_by_its_time_and_is_the_owners_alone(make: Make, media: Path, folder: Path) -> None:
    database = make("sqlite")
    made = [backup(database, media, folder / "deep", LATER) for _ in range(3)]
    assert [path.name for path in made] == [
        "linli-20260716T120000Z.tar.gz",
        "linli-20260716T120000Z-001.tar.gz",
        "linli-20260716T120000Z-002.tar.gz",
    ]
    assert sorted(path.name for path in (folder / "deep").iterdir()) == sorted(path.name for path in made)
    assert {path.stat().st_mode & 0o777 for path in made} == {0o600}
    assert folder.stat().st_mode & 0o777 == (folder / "deep").stat().st_mode & 0o777 == 0o700


def test_a_backup_holds_one_moment_while_the_bot_writes_on(
    database: Database, kind: str, make: Make, media: Path, folder: Path
) -> None:
    finished = threading.Event()
    writing = threading.Event()

    def write() -> None:
        number = 0
        while not finished.is_set():
            number += 1
            row = {"code": str(number), "name": "x", "mode": "live"}
            with database.writing() as conn:
                conn.execute(update(offsets).values(next_offset=number))
                conn.execute(insert(compounds).values(**row, listening_since=NOON, created_at=NOON))
            writing.set()

    with database.writing() as conn:
        conn.execute(insert(offsets).values(bot="b", next_offset=0, updated_at=NOON))
    writer = threading.Thread(target=write)
    writer.start()
    try:
        writing.wait()
        archives = [backup(database, media, folder, LATER) for _ in range(5)]
    finally:
        finished.set()
        writer.join()
    for archive in archives:
        other = make(kind)
        restore(archive, other, media, now=LATER)
        with other.reading() as conn:
            offset = conn.scalars(select(offsets.c.next_offset)).one()
            assert conn.scalar(select(func.count()).select_from(compounds)) == offset > 0


def test_a_database_with_rows_is_replaced_only_when_asked_to(
    database: Database, media: Path, folder: Path
) -> None:
    fill(database)
    archive = backup(database, media, folder, LATER)
    backed_up = content(database)
    with database.writing() as conn:
        conn.execute(update(compounds).values(name="后来改的"))
        conn.execute(update(offsets).where(offsets.c.bot.startswith("0")).values(next_offset=99))
    changed = content(database)

    with pytest.raises(DatabaseTrouble) as refused:
        restore(archive, database, media, now=LATER)
    assert refused.value.kind == "backup_not_empty"
    assert "--replace" in refused.value.remedy
    assert content(database) == changed

    restore(archive, database, media, now=LATER, replace=True)
    assert kept(content(database)) == kept(backed_up)


def test_a_database_in_use_is_not_replaced(database: Database, media: Path, folder: Path) -> None:
    archive = backup(database, media, folder, NOON)
    with database.writing() as conn:
        conn.execute(insert(leases).values(name="bot", owner="p", until=NOON + timedelta(seconds=30)))
    with pytest.raises(DatabaseTrouble) as refused:
        restore(archive, database, media, now=NOON, replace=True)
    assert refused.value.kind == "backup_running"
    restore(archive, database, media, now=NOON + timedelta(seconds=30))


def test_somebody_elses_or_a_newer_database_is_never_replaced(
    database: Database, media: Path, folder: Path
) -> None:
    archive = backup(database, media, folder, NOON)
    for statement, state in (
        ("UPDATE alembic_version SET version_num = '9999'", "ahead"),
        ("DROP TABLE alembic_version", "foreign"),
    ):
        with database.writing() as conn:
            conn.execute(text(statement))
        with pytest.raises(DatabaseTrouble) as refused:
            restore(archive, database, media, now=NOON, replace=True)
        assert refused.value.kind == f"schema_{state}"
        with pytest.raises(DatabaseTrouble) as refused:
            backup(database, media, folder, NOON)
        assert refused.value.kind == f"schema_{state}"
    assert [path.name for path in folder.iterdir()] == [archive.name]


def link(name: str, target: str) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = tarfile.SYMTYPE, target
    return entry


Parts = list[tuple[str | tarfile.TarInfo, bytes]]


def with_manifest(whole: Parts, **changes: object) -> Parts:
    return [
        (name, json.dumps(json.loads(data) | changes).encode()) if name == "manifest.json" else (name, data)
        for name, data in whole
    ]


def with_table(whole: Parts, table: str, change: Callable[[bytes], bytes]) -> Parts:
    """A table changed by somebody who corrects the manifest too."""
    name = f"tables/{table}.jsonl"
    spoilt = change({str(part): data for part, data in whole}[name])
    changed: Parts = [(part, spoilt if part == name else data) for part, data in whole]
    parts = json.loads({str(part): data for part, data in whole}["manifest.json"])["parts"]
    parts[name]["sha256"] = hashlib.sha256(spoilt).hexdigest()
    return with_manifest(changed, parts=parts)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Parts:
    """What a sound backup is made of."""
    folder = tmp_path_factory.mktemp("whole")
    shutil.copy(sqlite_template, folder / "linli.sqlite3")
    with closing(Database(f"sqlite:///{folder / 'linli.sqlite3'}")) as database:
        fill(database)
        return list(members(backup(database, photos(folder / "media"), folder, NOON)).items())


def test_a_backup_that_was_packed_anew_is_as_good(make: Make, tmp_path: Path, whole: Parts) -> None:
    database = make("sqlite", tables=False)
    restore(packed(tmp_path / "whole.tar.gz", whole), database, tmp_path / "media", now=LATER)
    assert schema_state(database) == "current"


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda parts: parts[:-1], id="without its manifest"),
        pytest.param(lambda parts: parts[1:], id="without a table"),
        pytest.param(lambda parts: [p for p in parts if p[0] != "media/efgh.jpg"], id="without a photo"),
        pytest.param(lambda parts: [parts[0], *parts], id="with a table twice"),
        pytest.param(lambda parts: [*parts, parts[-1]], id="with two manifests"),
        pytest.param(lambda parts: [*parts, ("media/more.jpg", b"x")], id="with a photo too many"),
        pytest.param(lambda parts: [*parts, ("notes.txt", b"x")], id="with another file"),
        pytest.param(lambda parts: [*parts, ("../outside", b"x")], id="with a path upwards"),
        pytest.param(lambda parts: [*parts, ("media/../../outside", b"x")], id="with a path up and out"),
        pytest.param(lambda parts: [*parts, ("/srv/outside", b"x")], id="with an absolute path"),
        pytest.param(lambda parts: [*parts, ("media", b"x")], id="with a file in the folder's place"),
        pytest.param(lambda parts: [*parts, (link("media/l.jpg", "/etc/passwd"), b"")], id="with a link"),
        pytest.param(lambda parts: [(n, d.replace(b'"id":7', b'"id":8')) for n, d in parts], id="changed"),
        pytest.param(lambda parts: with_manifest(parts, parts={}), id="with a manifest of nothing"),
        pytest.param(lambda parts: with_manifest(parts, parts=[1]), id="with a manifest of nonsense"),
        pytest.param(lambda parts: with_manifest(parts, made_at=None), id="with a manifest without time"),
        pytest.param(lambda parts: with_table(parts, "offsets", lambda _: b""), id="with too few rows"),
        pytest.param(lambda parts: with_table(parts, "offsets", lambda _: b"{}\n" * 3), id="with empty rows"),
        pytest.param(lambda parts: with_table(parts, "offsets", lambda _: b"\xff\n"), id="with no JSON"),
        pytest.param(
            lambda parts: with_table(parts, "offsets", lambda rows: rows.replace(b"2026-", b"x")),
            id="with a time that is none",
        ),
        pytest.param(
            lambda parts: with_table(parts, "offsets", lambda rows: rows.replace(b"+00:00", b"")),
            id="with a time without its zone",
        ),
    ],
)
def test_a_spoilt_backup_is_refused_and_nothing_changes(
    make: Make, tmp_path: Path, whole: Parts, spoil: Callable[[Parts], Parts]
) -> None:
    other = make("sqlite", tables=False)
    spoilt = packed(tmp_path / "spoilt.tar.gz", spoil(whole))
    with pytest.raises(DatabaseTrouble) as refused:
        restore(spoilt, other, tmp_path / "target" / "media", now=LATER)
    assert refused.value.kind == "backup_damaged"
    assert schema_state(other) == "empty"
    assert not (tmp_path / "target").exists()
    assert not list(tmp_path.rglob("outside"))


def test_every_single_damaged_byte_and_every_cut_is_noticed_or_harmless(
    make: Make, media: Path, folder: Path, tmp_path: Path
) -> None:
    database = make("sqlite")
    fill(database)
    archive = backup(database, media, folder, NOON)
    whole, manifest = archive.read_bytes(), examine(archive)
    spoilt = tmp_path / "spoilt.tar.gz"
    noticed = 0
    for position in range(0, len(whole), len(whole) // 150):
        for damaged in (
            whole[:position] + bytes([whole[position] ^ 0x55]) + whole[position + 1 :],
            whole[:position],
        ):
            spoilt.write_bytes(damaged)
            try:
                # The header's time and the padding at the end may change without harm.
                assert examine(spoilt) == manifest
            except DatabaseTrouble as trouble:
                assert trouble.kind in ("backup_damaged", "backup_newer")
                noticed += 1
    assert noticed > 250


def test_what_is_no_backup_is_told(make: Make, media: Path, tmp_path: Path) -> None:
    database = make("sqlite")
    (tmp_path / "photo.tar.gz").write_bytes(PHOTO)
    for name, kind in (
        ("photo.tar.gz", "backup_damaged"),
        ("nowhere.tar.gz", "backup_missing"),
        ("", "backup_missing"),
    ):
        with pytest.raises(DatabaseTrouble) as refused:
            restore(tmp_path / name, database, media, now=NOON)
        assert refused.value.kind == kind


@pytest.mark.parametrize("change", [{"schema": "9999"}, {"format": 2}])
def test_a_newer_backup_is_refused_with_the_reason(
    make: Make, media: Path, folder: Path, tmp_path: Path, change: dict[str, object]
) -> None:
    database = make("sqlite")
    parts: Parts = list(members(backup(database, media, folder, NOON)).items())
    newer = packed(tmp_path / "newer.tar.gz", with_manifest(parts, **change))
    with pytest.raises(DatabaseTrouble, match="升级 Linli") as refused:
        restore(newer, database, media, now=NOON)
    assert refused.value.kind == "backup_newer"


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_a_backup_made_before_an_upgrade_is_brought_up_to_date(
    make: Make,
    media: Path,
    folder: Path,
    next_revision: Callable[[], None],
    source: str,
    target: str,
) -> None:
    one, other = make(source), make(target)
    fill(one)
    before = kept(content(one))
    next_revision()
    assert schema_state(one) == "behind"
    manifest = restore(backup(one, media, folder, LATER), other, media, now=LATER)
    assert manifest.schema != newest()
    assert schema_state(other) == "current"
    assert kept(content(other)) == before
    with other.reading() as conn:
        assert set(conn.scalars(text("SELECT motto FROM compounds"))) == {"远亲不如近邻"}


@pytest.mark.slow
@pytest.mark.parametrize("words", ["很长" * 33, "\0"])
def test_what_postgresql_cannot_hold_is_told_and_nothing_changes(
    make: Make, media: Path, folder: Path, tmp_path: Path, words: str
) -> None:
    one, other = make("sqlite"), make("postgresql")
    fill(one)
    with one.writing() as conn:
        conn.execute(update(accounts).where(accounts.c.id == 14).values(account=words))
    fill(other)
    before = content(other)
    archive = backup(one, media, folder, LATER)
    with pytest.raises(DatabaseTrouble, match="accounts") as refused:
        restore(archive, other, tmp_path / "restored", now=LATER, replace=True)
    assert refused.value.kind == "backup_misfit"
    assert content(other) == before
    restore(archive, make("sqlite"), tmp_path / "restored", now=LATER)


def test_a_backup_that_finds_no_room_leaves_nothing_behind(make: Make, media: Path, folder: Path) -> None:
    database = make("sqlite")
    (media / "big.jpg").write_bytes(os.urandom(1 << 18))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 17, limits[1]))
    try:
        with pytest.raises(DatabaseTrouble) as refused:
            backup(database, media, folder, NOON)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert refused.value.kind == "full"
    assert list(folder.iterdir()) == []


def test_a_compound_without_photos_and_a_database_in_memory_have_backups_too(tmp_path: Path) -> None:
    one, other = Database("sqlite://"), Database("sqlite://")
    upgrade(one)
    fill(one)
    restore(backup(one, tmp_path / "none", tmp_path, NOON), other, tmp_path / "none", now=LATER)
    assert kept(content(other)) == kept(content(one))
    assert not (tmp_path / "none").exists()
    one.close()
    other.close()


def test_photos_are_put_back_only_where_they_differ(make: Make, media: Path, folder: Path) -> None:
    database = make("sqlite")
    archive = backup(database, media, folder, NOON)
    same, changed, later = media / "efgh.jpg", media / "ab/abcd.jpg", media / "later.jpg"
    untouched = same.stat().st_mtime_ns
    changed.write_bytes(b"damaged")
    later.write_bytes(b"later")
    restore(archive, database, media, now=NOON)
    assert same.stat().st_mtime_ns == untouched
    assert (changed.read_bytes(), later.read_bytes()) == (PHOTO, b"later")


def test_the_oldest_backups_expire(make: Make, media: Path, folder: Path) -> None:
    database = make("sqlite")
    made = [backup(database, media, folder, NOON + timedelta(days=day)) for day in (3, 1, 2, 3)]
    (folder / "notes.txt").write_text("the operator's own")
    (folder / ".linli-left.partial").write_bytes(b"by a killed one")
    os.utime(folder / ".linli-left.partial", (0, 0))
    (folder / ".linli-now.partial").write_bytes(b"in the making")
    os.utime(folder / ".linli-now.partial", (2**32, 2**32))

    gone = expire(folder, 2)

    assert {path.name for path in gone} == {made[1].name, made[2].name, ".linli-left.partial"}
    assert {path.name for path in folder.iterdir()} == {
        made[0].name,
        made[3].name,
        "notes.txt",
        ".linli-now.partial",
    }
    assert expire(folder, 2) == []
    with pytest.raises(ValueError, match="at least one"):
        expire(folder, 0)


def test_every_column_is_of_a_type_that_backups_carry() -> None:
    columns = [column for table in metadata.tables.values() for column in table.columns]
    assert len(columns) > 100
    assert [str(column) for column in columns if not isinstance(column.type, rows.READABLE)] == []
