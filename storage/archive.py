"""The file that is a backup: its parts, its manifest, and how it is checked. Knows no database."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import tarfile
import tempfile
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

from storage.trouble import DatabaseTrouble

CHUNK = 1 << 20
"""Bytes read at once."""

_FORMAT = 1
_MANIFEST = "manifest.json"


class BackupTrouble(DatabaseTrouble):
    """A backup cannot be made or used; nothing has been changed."""


@dataclass(frozen=True, slots=True)
class Part:
    """A file inside a backup. ``rows`` is 0 for a photo."""

    sha256: str
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds."""

    schema: str
    """The revision of its tables."""
    made_at: datetime
    compounds: tuple[str, ...]
    """Their codes."""
    parts: dict[str, Part]
    """By name: ``tables/tickets.jsonl``, ``media/…``."""

    @property
    def rows(self) -> int:
        """Rows in all tables."""
        return sum(part.rows for part in self.parts.values())

    @property
    def media(self) -> int:
        """Photos and other files."""
        return sum(name.startswith("media/") for name in self.parts)


def examine(archive: Path) -> Manifest:
    """Reads a whole backup, compares every part with its manifest, and returns that; nothing is changed."""
    found: dict[str, str] = {}
    manifest: Manifest | None = None
    with opened(archive) as tar:
        for member, content in members(tar):
            if member in found or (member == _MANIFEST and manifest):
                raise BackupTrouble("backup_damaged")
            if member == _MANIFEST:
                manifest = _manifest(content.read())
            else:
                found[member] = digest(content)
    if manifest is None or found != {name: part.sha256 for name, part in manifest.parts.items()}:
        raise BackupTrouble("backup_damaged")
    return manifest


def add(tar: tarfile.TarFile, name: str, content: IO[bytes], now: datetime) -> str:
    """Adds a file and returns its SHA-256."""
    content.flush()
    entry = tarfile.TarInfo(name)
    entry.size = os.fstat(content.fileno()).st_size
    entry.mtime = int(now.timestamp())
    entry.mode = 0o600
    content.seek(0)
    sha256 = digest(content)
    content.seek(0)
    tar.addfile(entry, content)
    return sha256


def add_manifest(tar: tarfile.TarFile, manifest: Manifest, scratch: Path) -> None:
    """Ends a backup with the list of what it holds."""
    described = {
        "format": _FORMAT,
        "schema": manifest.schema,
        "made_at": manifest.made_at.isoformat(),
        "compounds": manifest.compounds,
        "parts": {name: asdict(part) for name, part in manifest.parts.items()},
    }
    with tempfile.TemporaryFile(dir=scratch) as content:
        content.write(json.dumps(described, ensure_ascii=False, indent=1).encode())
        add(tar, _MANIFEST, content, manifest.made_at)


@contextmanager
def opened(archive: Path) -> Generator[tarfile.TarFile]:
    """An archive for reading. Raises BackupTrouble if it is missing, and for damage found while reading."""
    try:
        file = archive.open("rb")
    except OSError as error:
        raise BackupTrouble("backup_missing") from error
    with file:
        try:
            with tarfile.open(fileobj=file, mode="r:gz") as tar:
                yield tar
        except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise BackupTrouble("backup_damaged") from error


def members(tar: tarfile.TarFile) -> Iterator[tuple[str, IO[bytes]]]:
    """The files inside, by names that stay inside; links, folders and anything else are refused."""
    for member in tar:
        name = member.name
        path = PurePosixPath(name)
        inside = len(path.parts) > 1 and path.parts[0] in ("tables", "media") and ".." not in path.parts
        content = tar.extractfile(member) if member.isreg() else None
        if content is None or str(path) != name or not (inside or name == _MANIFEST):
            raise BackupTrouble("backup_damaged")
        yield name, content


def digest(content: IO[bytes]) -> str:
    """The SHA-256 of what is left to read."""
    so_far = hashlib.sha256()
    while chunk := content.read(CHUNK):
        so_far.update(chunk)
    return so_far.hexdigest()


def _manifest(content: bytes) -> Manifest:
    try:
        values: dict[str, Any] = json.loads(content)
        if values["format"] != _FORMAT:
            raise BackupTrouble("backup_newer")
        return Manifest(
            schema=str(values["schema"]),
            made_at=datetime.fromisoformat(values["made_at"]),
            compounds=tuple(map(str, values["compounds"])),
            parts={
                name: Part(str(part["sha256"]), int(part["rows"])) for name, part in values["parts"].items()
            },
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackupTrouble("backup_damaged") from error
