"""What goes wrong on demand: broken answers and connections, and the limits of sending."""

from __future__ import annotations

import random
import threading
import time
from collections import deque
from dataclasses import dataclass

from tests.botapi.table import Refused

FAULTS = frozenset(
    {
        *("401", "403", "404", "409", "429", "500", "502", "503"),
        *("reset", "lost", "slow", "garbage", "truncated", "empty", "redirect"),
    }
)
"""An answer with that status. ``reset``: the connection breaks before the call has any effect; ``lost``:
after it. ``slow``: answered in the end. ``garbage``, ``truncated``, ``empty``: 200, but no Bot API answer."""


@dataclass(slots=True)
class Fault:
    """Something that goes wrong with the next calls."""

    kind: str
    method: str
    times: int
    seconds: float


class Trouble:
    """Faults that were ordered, and limits if they are kept."""

    def __init__(self, lock: threading.RLock) -> None:
        self.lock = lock
        self.faults: list[Fault] = []
        self.limited = False
        self.slowed = True
        """Whether asking again with the same offset within half a second gives one update only."""
        self._chaos: tuple[random.Random, float, list[str]] | None = None
        self._sent_at: dict[int, deque[float]] = {}

    def fail(self, kind: str, method: str = "*", times: int = 1, seconds: float = 1) -> None:
        """The next calls of a method (``*``: of any) go wrong; ``seconds`` is retry_after, or how slow."""
        if kind not in FAULTS:
            raise ValueError(f"no such fault: {kind}; there are {sorted(FAULTS)}")
        with self.lock:
            self.faults.append(Fault(kind, method, times, seconds))

    def chaos(self, rate: float, kinds: list[str], seed: int = 1) -> None:
        """From now on a share of all calls goes wrong; ``rate`` 0 ends it."""
        if set(kinds) - FAULTS:
            raise ValueError(f"no such fault: {sorted(set(kinds) - FAULTS)}")
        with self.lock:
            self._chaos = (random.Random(seed), rate, kinds) if rate else None

    def fault_for(self, method: str) -> Fault | None:
        """What goes wrong with this call, used up by asking."""
        with self.lock:
            for fault in self.faults:
                if fault.method in ("*", method):
                    fault.times -= 1
                    if fault.times <= 0:
                        self.faults.remove(fault)
                    return fault
            if self._chaos is not None:
                dice, rate, kinds = self._chaos
                if dice.random() < rate:
                    return Fault(dice.choice(kinds), method, 1, 1)
            return None

    def limits(self, on: bool = True) -> None:
        """Keep the limits: one message a second to a chat, twenty a minute to a group, thirty a second."""
        with self.lock:
            self.limited = on

    def repoll_limit(self, on: bool = True) -> None:
        """Whether asking again with the same offset within half a second gives one update only."""
        with self.lock:
            self.slowed = on

    def count_sending(self, chat: int) -> None:
        """Counts a message to a chat. Refused with 429 where it is one too many."""
        with self.lock:
            if not self.limited:
                return
            now = time.monotonic()
            own = self._sent_at.setdefault(chat, deque())
            everything = self._sent_at.setdefault(0, deque())
            waits = [1 - (now - own[-1])] if own else [0.0]
            if chat < 0 and len(own) >= 20:
                waits.append(60 - (now - own[-20]))
            if len(everything) >= 30:
                waits.append(1 - (now - everything[-30]))
            if (wait := max(waits)) > 0:
                seconds = int(wait) + 1
                raise Refused(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
            own.append(now)
            everything.append(now)
