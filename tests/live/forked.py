"""The bot's process without the seconds that loading takes: forked off one that has loaded everything and does nothing.

It is a process like any other: it can be killed, and takes nothing with it. Once per process of the test suite
``tests.live.warm`` is imported where nothing else runs; from there it is forked as often as a bot is started.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from multiprocessing.context import ForkServerContext
from pathlib import Path
from signal import Signals


@cache
def _loaded() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.live.warm"])
    return context


class Forked:
    """What ``subprocess.Popen`` offers, as far as tests need it."""

    def __init__(self, arguments: Sequence[str], folder: Path, log: Path) -> None:
        """Run ``tests.live.start`` with these arguments in a folder; what it prints goes to a file."""
        self._process = _loaded().Process(
            target=_live, args=(tuple(arguments), folder, log, dict(os.environ)), daemon=True
        )
        self._process.start()

    @property
    def pid(self) -> int:
        """The process's number."""
        assert self._process.pid is not None
        return self._process.pid

    def poll(self) -> int | None:
        """The exit code (of a signal, its negative number), or None while it runs."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it ends; returns the exit code. Raises subprocess.TimeoutExpired."""
        self._process.join(timeout)
        code = self._process.exitcode
        if code is None:
            raise subprocess.TimeoutExpired("tests.live.start", timeout or 0)
        return code

    def send_signal(self, number: Signals) -> None:
        """Any signal; none where it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)


def _live(arguments: Sequence[str], folder: Path, log: Path, environment: Mapping[str, str]) -> None:
    """In the new process."""
    printed = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
    for stream in (1, 2):
        os.dup2(printed, stream)
    os.close(printed)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    # Loaded here long ago; the tests' own process knows neither.
    from tests.live.start import main
    from tests.loaded import loaded_once

    with loaded_once():
        sys.exit(main(arguments))
