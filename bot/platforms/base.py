"""What a platform must be able to do. Platforms only translate; no rule of Linli's lives here."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from bot.domain.able import Able
from bot.domain.messages import Account, Address, Answer, Befriend, Face, Leave, PublishMenu, React, SendFile

log = logging.getLogger(__name__)


class TryLater(Exception):
    """A passing trouble: network, overload, rate limit. ``after`` is the platform's own word, if it gave one."""

    def __init__(self, reason: str, after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.after = after


class Unsure(TryLater):
    """It was on its way when the answer failed to come: nobody knows whether it arrived."""


class Undeliverable(Exception):
    """This chat cannot be written to, and trying again will not help."""


class ChatMoved(Exception):
    """The chat has a new id; everything that is stored for the old one follows."""

    def __init__(self, old: Address, new: Address) -> None:
        super().__init__(f"{old.chat} is now {new.chat}")
        self.old = old
        self.new = new


class Misused(Exception):
    """The platform refuses what was asked (too long, a message that is gone): a fault of ours, not of the chat."""


class Platform(Protocol):
    """One messenger. All methods may raise TryLater, Undeliverable, ChatMoved or Misused."""

    name: str
    able: Able

    def link(self, payload: str) -> str | None:
        """An address that opens the bot's private chat with a payload ([A-Za-z0-9_-], up to 64), if there is one."""
        ...

    async def send(
        self,
        to: Address,
        face: Face,
        *,
        reply_to: str | None = None,
        mentions: Sequence[Account] = (),
        silent: bool = False,
    ) -> str:
        """Send a message and return its id. A ``reply_to`` that is gone is no error. Text is sent as it is, unparsed."""
        ...

    async def edit(self, to: Address, message: str, face: Face) -> None:
        """Make a message show something else; showing the same is no error. Raises Misused where it is gone."""
        ...

    async def send_file(self, file: SendFile, path: Path) -> str:
        """Send a file with its caption and return the message's id."""
        ...

    async def pin(self, to: Address, message: str) -> bool:
        """Pin a message quietly; False where the bot has no right to."""
        ...

    async def answer(self, answer: Answer) -> None:
        """Answer a press; one that is too old is no error."""
        ...

    async def react(self, reaction: React) -> None:
        """Put an emoji on a message; where the group allows none, or the message is gone, that is no error."""
        ...

    async def leave(self, leave: Leave) -> None:
        """Leave a group."""
        ...

    async def befriend(self, wanted: Befriend) -> None:
        """Accept a friend request; a platform without friends does nothing."""
        ...

    async def publish(self, menu: PublishMenu) -> None:
        """Publish the command menu of a chat."""
        ...

    async def fetch(self, file: str, into: Path, limit_bytes: int) -> None:
        """Write a photo's bytes into a file. Raises Misused where it is too large or gone."""
        ...


async def pin_kindly(platform: Platform, to: Address, message: str) -> None:
    """Pin a message if it can be: the words are there already, and must not be sent twice for its sake."""
    try:
        await platform.pin(to, message)
    except (TryLater, Undeliverable, Misused, ChatMoved) as trouble:
        log.info("not pinned: %s", trouble)
