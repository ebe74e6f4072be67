"""Backups: one file with every row that is kept and every photo, for SQLite and PostgreSQL alike."""

from __future__ import annotations

import os
import secrets
import tarfile
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO

from sqlalchemy import Connection, MetaData, Table, select
from sqlalchemy.exc import StatementError

from storage import rows
from storage.archive import (
    CHUNK,
    BackupTrouble,
    Manifest,
    Part,
    add,
    add_manifest,
    digest,
    examine,
    members,
    opened,
)
from storage.database import Database, DatabaseTrouble, make_folder, trouble_of
from storage.migrations import SchemaMismatch, newest, revision_of, revisions, state_of, upgrade_to


def backup(database: Database, media: Path, into: Path, now: datetime) -> Path:
    """Writes a backup, named by its time, into a folder (0700) and returns it (0600). The bot may run on.

    All rows are those of one moment. A photo that is removed meanwhile is left out. The file appears whole or
    not at all. Raises DatabaseTrouble, among others for a full disk.
    """
    try:
        make_folder(into)
        partial = into / f".linli-{secrets.token_hex(8)}.partial"
        try:
            with os.fdopen(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
                with tarfile.open(fileobj=file, mode="w:gz", compresslevel=6) as tar:
                    _pack(tar, database, media, into, now)
                file.flush()
                os.fsync(file.fileno())
            return _appear(partial, into, now)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise (trouble_of(error) or DatabaseTrouble("disk")) from error


def restore(
    archive: Path, database: Database, media: Path, *, now: datetime, replace: bool = False
) -> Manifest:
    """Puts a backup's rows and photos back, in one transaction, and brings older tables up to date.

    Everything is checked before anything is changed. Raises DatabaseTrouble: for a file that is no whole
    backup, a newer Linli's backup, a database that holds rows (unless ``replace``) or is in use at ``now``,
    a full disk.
    """
    manifest = examine(archive)
    if manifest.schema not in revisions():
        raise BackupTrouble("backup_newer")
    try:
        with database.rebuilding() as conn, opened(archive) as tar:
            _clear(conn, now, replace=replace)
            upgrade_to(conn, manifest.schema)
            _unpack(tar, manifest, rows.reflected(conn), conn, media)
            upgrade_to(conn, newest())
    except OSError as error:
        raise (trouble_of(error) or DatabaseTrouble("disk")) from error
    return manifest


def expire(folder: Path, keep: int) -> list[Path]:
    """Removes all but the newest ``keep`` backups, and what a killed one left behind; returns those gone."""
    if keep < 1:
        raise ValueError("at least one backup is kept")
    # The names begin with the time: their order is that of the backups.
    backups = sorted(folder.glob("linli-*.tar.gz"), key=lambda path: path.name.removesuffix(".tar.gz"))
    gone = backups[:-keep]
    if backups:
        newest_time = backups[-1].stat().st_mtime
        gone += [path for path in folder.glob(".linli-*.partial") if path.stat().st_mtime < newest_time]
    for path in gone:
        path.unlink(missing_ok=True)
    return gone


def _pack(tar: tarfile.TarFile, database: Database, media: Path, scratch: Path, now: datetime) -> None:
    parts: dict[str, Part] = {}
    with database.reading() as conn:
        state, schema = state_of(conn), revision_of(conn)
        if schema is None or state not in ("current", "behind"):
            raise SchemaMismatch(state)
        tables = rows.reflected(conn)
        codes = tuple(conn.scalars(select(tables.tables["compounds"].c.code)))
        for table in rows.kept(tables):
            # A tar file needs the size first. The scratch file has no name that could be left behind.
            with tempfile.TemporaryFile(dir=scratch) as lines:
                count = 0
                for line in rows.dump(conn, table):
                    lines.write(line)
                    count += 1
                name = f"tables/{table.name}.jsonl"
                parts[name] = Part(add(tar, name, lines, now), count)
    for name, path in _media_files(media):
        try:
            with path.open("rb") as content:
                parts[name] = Part(add(tar, name, content, now))
        except FileNotFoundError:
            continue
    add_manifest(tar, Manifest(schema, now.astimezone(UTC), codes, parts), scratch)


def _media_files(media: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(media.rglob("*")):
        name = path.relative_to(media)
        # A name with a leading dot is a file that is still being written.
        if path.is_file() and not path.is_symlink() and not any(part.startswith(".") for part in name.parts):
            yield f"media/{name.as_posix()}", path


def _appear(partial: Path, into: Path, now: datetime) -> Path:
    stem = f"linli-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    # A second one in the same second sorts after the first.
    names = (f"{stem}{f'-{number:03d}' if number else ''}.tar.gz" for number in range(1000))
    target = next(into / name for name in names if not (into / name).exists())
    partial.rename(target)
    folder = os.open(into, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return target


def _clear(conn: Connection, now: datetime, *, replace: bool) -> None:
    state = state_of(conn)
    if state in ("ahead", "foreign"):
        # Nothing is removed of which this Linli does not know what it is.
        raise SchemaMismatch(state)
    present = rows.reflected(conn)
    leases = present.tables.get("leases")
    if leases is not None and any(until > now for until in conn.scalars(select(leases.c.until))):
        raise BackupTrouble("backup_running")
    filled = any(conn.execute(select(table).limit(1)).first() for table in rows.kept(present))
    if filled and not replace:
        raise BackupTrouble("backup_not_empty")
    present.drop_all(conn)


def _unpack(
    tar: tarfile.TarFile, manifest: Manifest, tables: MetaData, conn: Connection, media: Path
) -> None:
    awaited = {f"tables/{table.name}.jsonl": table for table in rows.kept(tables)}
    if set(awaited) != {name for name in manifest.parts if name.startswith("tables/")}:
        raise BackupTrouble("backup_damaged")
    for name, content in members(tar):
        if name in awaited:
            _fill(conn, awaited[name], content, manifest.parts[name].rows)
        elif name in manifest.parts:
            _put(content, media, PurePosixPath(name).relative_to("media"), manifest.parts[name].sha256)


def _fill(conn: Connection, table: Table, content: IO[bytes], count: int) -> None:
    try:
        loaded = rows.load(conn, table, content)
    except (ValueError, TypeError) as error:
        raise BackupTrouble("backup_damaged") from error
    except StatementError as error:
        # SQLite keeps texts of any length and with any character, PostgreSQL does not.
        raise (trouble_of(error) or BackupTrouble("backup_misfit", table=table.name)) from error
    if loaded != count:
        raise BackupTrouble("backup_damaged")
    rows.continue_numbering(conn, table)


def _put(content: IO[bytes], media: Path, name: PurePosixPath, sha256: str) -> None:
    target = media / name
    if target.is_file():
        with target.open("rb") as present:
            if digest(present) == sha256:
                return
    make_folder(target.parent)
    partial = target.with_name(f".{secrets.token_hex(8)}.partial")
    try:
        with os.fdopen(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            while chunk := content.read(CHUNK):
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
