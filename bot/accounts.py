"""What a messenger's account is to the running bot, and what listening to one needs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.intake import Intake
from bot.platforms.base import Platform


@dataclass(frozen=True, slots=True)
class Ear:
    """Where what is heard goes."""

    intake: Intake
    on_writer: Callable[[Callable[[], None]], Awaitable[None]]
    """Runs something on the one thread that may write."""
    stop: asyncio.Event
    wake: asyncio.Event
    """Set when there may be something to send."""
    greet: Callable[[], Awaitable[None]]
    """Once an account is logged in: what the operator must know, the menus."""
    left_off: datetime | None = None
    """Until when this account was listened to before; None where it never was."""


class Account(Protocol):
    """One messenger's account."""

    @property
    def key(self) -> str:
        """Names the lease that lets only one process run it: ``telegram:4200000000``."""
        ...

    @property
    def platform(self) -> Platform:
        """How it writes."""
        ...

    def is_group(self, chat: str) -> bool:
        """Whether a chat of this messenger is a group."""
        ...

    async def listen(self, ear: Ear) -> None:
        """Log in, then listen until stopped. The network may come later than we do. Raises DatabaseTrouble."""
        ...

    async def close(self) -> None:
        """Close what is open; whatever happened before."""
        ...
