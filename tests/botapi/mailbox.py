"""What waits for the bot: updates in order, forgotten when a later one is asked for or after a day."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

KEPT_S = 24 * 3600
"""The server forgets updates that nobody has asked for within a day."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An update in the queue, ready to be sent."""

    number: int
    at: float
    raw: bytes


class Mailbox:
    """The queue of updates. ``clock`` tells seconds since 1970."""

    def __init__(self, lock: threading.RLock, clock: Callable[[], float]) -> None:
        self.lock = lock
        self.clock = clock
        self.queue: deque[Waiting] = deque()
        self.last_update = 500_000
        self.changed: Callable[[], object] = lambda: None
        """Called after something was put into the queue."""

    def enqueue(self, raw: object, number: int | None = None) -> int:
        """Put anything at all into the queue, also what no real server would send; what confirms it.

        An object gets the next ``update_id``, unless it brings its own and ``number`` says so.
        """
        with self.lock:
            self.last_update = self.last_update + 1 if number is None else number
            if isinstance(raw, dict) and number is None and "update_id" in raw:
                raw = raw | {"update_id": self.last_update}
            body = json.dumps(raw, ensure_ascii=False).encode("utf-8", "surrogatepass")
            self.queue.append(Waiting(self.last_update, self.clock(), body))
        self.changed()
        return self.last_update

    def pending(self) -> int:
        """How many updates the bot has not confirmed."""
        with self.lock:
            self._expire()
            return len(self.queue)

    def updates(self, offset: int | None, limit: int) -> list[bytes]:
        """What getUpdates gives. Below an offset all is forgotten; a negative one counts from the end."""
        with self.lock:
            self._expire()
            if offset is not None and offset < 0:
                while len(self.queue) > -offset:
                    self.queue.popleft()
            while offset is not None and offset > 0 and self.queue and self.queue[0].number < offset:
                self.queue.popleft()
            return [waiting.raw for waiting, _ in zip(self.queue, range(limit), strict=False)]

    def _expire(self) -> None:
        oldest = self.clock() - KEPT_S
        while self.queue and self.queue[0].at < oldest:
            self.queue.popleft()
