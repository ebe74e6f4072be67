"""Where Linli keeps what has no key of its own in ``config.toml``."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bot.files.config import Config


def backups(config: Config) -> Path:
    """Where ``linli db backup`` writes unless it is told otherwise."""
    return config.files.media.parent / "backups"


def sqlite_file(config: Config) -> Path | None:
    """The database's file; None in memory and on a server."""
    path = config.database.url.removeprefix("sqlite:///")
    return Path(path) if path and path != config.database.url else None


@contextmanager
def private_cache(environ: Mapping[str, str] = os.environ) -> Generator[Path]:
    """A cache for use without a configuration: the user's own (XDG), else a folder that is removed at the end.

    jieba unmarshals what lies there, so a folder that others may write to is not used.
    """
    base = environ.get("XDG_CACHE_HOME", "")
    try:
        folder = (Path(base) if base.startswith("/") else Path("~/.cache").expanduser()) / "linli"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        usable = _ours(folder)
    except (OSError, RuntimeError):
        usable = False
    if usable:
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="linli-") as name:
        yield Path(name)


def _ours(folder: Path) -> bool:
    """Whether this user can write there and nobody else."""
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o022:
        return False
    with tempfile.TemporaryFile(dir=folder):
        return True
