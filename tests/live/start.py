"""Starts the bot as ``linli run`` does, less patient, or on a disk that is nearly full: ``python -m tests.live.start``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Engine, event

from bot.app import run
from bot.polling import Pauses


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until stopped; the exit code is the bot's. Without ``arguments``, the command line's."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("config", type=Path)
    parser.add_argument(
        "--shortest", type=float, default=Pauses().shortest_s, help="seconds after a failed poll"
    )
    parser.add_argument(
        "--longest", type=float, default=Pauses().longest_s, help="seconds after a 409 or a 401"
    )
    parser.add_argument(
        "--pages", type=int, help="how large SQLite's file may become before the disk is full"
    )
    chosen = parser.parse_args(arguments)
    if chosen.pages is not None:
        _limit(chosen.pages)
    return run(chosen.config, Pauses(chosen.shortest, chosen.longest))


def _limit(pages: int) -> None:
    """SQLite's own way to run into a full disk: what it says and does is the same."""

    @event.listens_for(Engine, "connect")
    def limited(raw: object, _record: object) -> None:
        raw.execute(f"PRAGMA max_page_count = {pages}").close()  # type: ignore[attr-defined]


if __name__ == "__main__":
    sys.exit(main())
