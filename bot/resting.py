"""Waiting between two tries: it ends early when told to stop, and grows with the failures."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress


async def rest(stop: asyncio.Event, seconds: float) -> None:
    """Wait, but no longer than until ``stop`` is set."""
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


def growing_s(shortest_s: float, longest_s: float, failures: int) -> float:
    """Seconds to wait after so many failures in a row, the first being 1: doubled each time, never quite the same."""
    spread = random.uniform(0.8, 1.2)  # noqa: S311  # not a secret, only not all at once
    return min(shortest_s * 2.0 ** min(failures - 1, 16), longest_s) * spread
