"""The bot's process: started, listened to, killed."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from tests.live.forked import Forked

ROOT = Path(__file__).parents[2]
COLD = (sys.executable, "-m", "tests.live.start")
DEADLINE_S = 60.0
"""How long anything may take before a test gives up. Generous: it is no measure of speed."""

T = TypeVar("T")


class NotYet(AssertionError):
    """What was waited for did not happen, or the bot ended meanwhile."""


def until(holds: Callable[[], T], what: str, within_s: float = DEADLINE_S) -> T:
    """Wait until something is true, and return it. Raises NotYet after the deadline."""
    end = time.monotonic() + within_s
    while True:
        found = holds()
        if found:
            return found
        if time.monotonic() > end:
            raise NotYet(f"not within {within_s:.0f} s: {what}")
        time.sleep(0.02)


class Linli:
    """One bot of one folder. It is started and ended as often as a test likes; what it prints is kept in files."""

    def __init__(self, config: Path, *options: str, name: str = "linli"):
        self.options: tuple[str, ...] = (str(config), *options)
        """What ``tests.live.start`` is told."""
        self.command: tuple[str, ...] | None = None
        """What is started instead, where a test chooses something else."""
        self.folder = config.parent
        self._name = name
        self._process: Forked | subprocess.Popen[bytes] | None = None
        self._lives = 0

    def __enter__(self) -> Linli:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            print(f"--- {self._name} said last:\n{self.output[-4000:]}")
        self.kill()

    @property
    def pid(self) -> int:
        """The living process's number."""
        assert self._process is not None
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.poll() is None

    @property
    def output(self) -> str:
        """All it has printed since it was last started."""
        path = self._log_path()
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def start(self, *, cold: bool = False) -> Linli:
        """Start it; it must not be running. ``cold``: as an operator does, who waits until everything is loaded."""
        assert not self.alive, "it runs already"
        self._lives += 1
        command = self.command or ((*COLD, *self.options) if cold else None)
        if command is None:
            self._process = Forked(self.options, ROOT, self._log_path())
        else:
            with self._log_path().open("wb") as log:
                self._process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
        return self

    def says(self, words: str, within_s: float = DEADLINE_S) -> str:
        """Wait until it has printed these words; returns the line. Raises NotYet where it ends before."""

        def said() -> str | None:
            running = self.alive
            found = next((line for line in self.output.splitlines() if words in line), None)
            if found is None and not running:
                raise NotYet(f"it ended without saying {words!r}:\n{self.output[-4000:]}")
            return found

        return until(said, f"saying {words!r}, it said:\n{self.output[-4000:]}", within_s) or ""

    def ready(self) -> Linli:
        """Wait until it listens."""
        self.says("listening from update")
        return self

    def kill(self) -> None:
        """``kill -9``: nothing is finished, nothing is written any more. Harmless where it has ended."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()

    def send(self, number: signal.Signals) -> None:
        """Any signal."""
        assert self._process is not None
        self._process.send_signal(number)

    def stop(self, within_s: float = DEADLINE_S) -> int:
        """SIGTERM, as systemd stops it; returns the exit code."""
        self.send(signal.SIGTERM)
        return self.ends(within_s)

    def ends(self, within_s: float = DEADLINE_S) -> int:
        """Wait until it ends; returns the exit code."""
        assert self._process is not None
        try:
            return self._process.wait(within_s)
        except subprocess.TimeoutExpired:
            raise NotYet(f"it did not end, it said:\n{self.output[-4000:]}") from None

    def memory(self) -> int:
        """Kilobytes of memory it has in use (Linux)."""
        for line in Path(f"/proc/{self.pid}/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
        raise NotYet("it has no memory")

    def _log_path(self) -> Path:
        return self.folder / f"{self._name}.{self._lives}.log"
