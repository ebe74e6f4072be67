"""``linli db``: the state of the database, its upgrade, backups and their return. Each returns its exit code."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from bot.cli import folders
from bot.cli.offline import present_database
from bot.clock import SystemClock
from bot.files.config import Config, load_config
from bot.files.problems import shown
from bot.texts import Texts, load_texts
from storage.archive import BackupTrouble, examine
from storage.backup import backup, expire, restore
from storage.database import Database, DatabaseTrouble, make_folder
from storage.migrations import SchemaMismatch, schema_state, upgrade

OK = 0


def db_status(config: Path) -> int:
    """Where the database is, whether its tables fit, and the newest backup. Raises SchemaMismatch if not."""
    texts, settings = load_texts(), load_config(config)
    with present_database(settings, any_age=True) as database:
        click.echo(texts("db.where", where=_where(settings, database)))
        _say_newest(texts, folders.backups(settings))
        state = schema_state(database)
    if state != "current":
        raise SchemaMismatch(state)
    click.echo(texts("db.current"))
    return OK


def db_upgrade(config: Path) -> int:
    """Make the tables, or bring older ones up to date."""
    texts, settings = load_texts(), load_config(config)
    database = Database(settings.database.url)
    try:
        before = schema_state(database)
        upgrade(database)
    finally:
        database.close()
    key = {"current": "current", "empty": "made"}.get(before, "upgraded")
    click.echo(texts(f"db.{key}"))
    return OK


def db_backup(config: Path, into: Path | None) -> int:
    """One file with all rows and photos; of older ones as many stay as the configuration says."""
    texts, settings = load_texts(), load_config(config)
    folder = into or folders.backups(settings)
    _require_writable(folder)
    with present_database(settings, any_age=True) as database:
        path = backup(database, settings.files.media, folder, SystemClock().now())
    click.echo(texts("db.backed_up", file=path, size=_size(path)))
    gone = [old for old in expire(folder, settings.keep.backups) if old.suffix == ".gz"]
    if gone:
        click.echo(texts("db.expired", count=len(gone), keep=settings.keep.backups))
    return OK


def db_restore(file: Path, config: Path, replace: bool) -> int:
    """Put a backup back. What is replaced is backed up first, so that this too can be undone."""
    texts, settings = load_texts(), load_config(config)
    # Before the database is opened, which would make an empty one.
    examine(file)
    now = SystemClock().now()
    database = Database(settings.database.url)
    try:
        try:
            manifest = restore(file, database, settings.files.media, now=now)
        except BackupTrouble as trouble:
            if not replace or trouble.kind != "backup_not_empty":
                raise
            _keep_present(texts, settings, database)
            manifest = restore(file, database, settings.files.media, now=now, replace=True)
    finally:
        database.close()
    made = manifest.made_at.astimezone(settings.compound.zone)
    click.echo(texts("db.restored", made=f"{made:%Y-%m-%d %H:%M}", rows=manifest.rows, media=manifest.media))
    return OK


def _keep_present(texts: Texts, settings: Config, database: Database) -> None:
    """A backup of what is about to be replaced; where that cannot be made, the operator's word still counts."""
    try:
        path = backup(database, settings.files.media, folders.backups(settings), SystemClock().now())
    except DatabaseTrouble as trouble:
        click.secho(texts("db.not_kept", why=trouble.what.removesuffix("。")), err=True, fg="yellow")
    else:
        click.echo(texts("db.kept", file=path))


def _require_writable(folder: Path) -> None:
    """Raises OSError, which names the folder, where a backup cannot be written."""
    make_folder(folder)
    with tempfile.TemporaryFile(dir=folder):
        pass


def _say_newest(texts: Texts, folder: Path) -> None:
    newest = max(folder.glob("linli-*.tar.gz"), key=lambda path: path.name, default=None)
    if newest is None:
        click.echo(texts("db.no_backup", folder=shown(folder, 200)))
    else:
        click.echo(texts("db.newest", file=newest, size=_size(newest)))


def _where(settings: Config, database: Database) -> str:
    return shown(folders.sqlite_file(settings) or database.redacted_url(), 200)


def _size(path: Path) -> str:
    size = path.stat().st_size
    return f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{max(1, size // 1000)} KB"
