"""The terminal as a platform: for the demo and for trying things out, with no account anywhere."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bot.domain.able import EVERYTHING, Able
from bot.domain.messages import (
    Account,
    Address,
    Answer,
    Befriend,
    Buttons,
    Face,
    Leave,
    PublishMenu,
    React,
    SendFile,
)
from bot.platforms.base import Misused


class Act(StrEnum):
    """What the bot did on the screen."""

    SAY = "say"
    EDIT = "edit"
    REACT = "react"
    TOAST = "toast"
    FILE = "file"
    PIN = "pin"


@dataclass(frozen=True, slots=True)
class Shown:
    """One thing to be shown."""

    act: Act
    chat: Address
    message: str
    text: str = ""
    buttons: Buttons = ()
    reply_to: str | None = None
    mentions: tuple[Account, ...] = ()
    photo: str | None = None
    silent: bool = False


class Console:
    """A messenger that lives in this process. Whoever shows it is told of everything that happens."""

    name = "console"
    able: Able = EVERYTHING

    def __init__(self, show: Callable[[Shown], None]) -> None:
        self._show = show
        self._last = 0
        self.faces: dict[tuple[str, str], Face] = {}
        """(chat, message) → what it shows now."""

    def next_id(self) -> str:
        """A message id, also for what people say."""
        self._last += 1
        return str(self._last)

    def link(self, payload: str) -> str | None:  # noqa: ARG002  # the protocol's signature
        """A terminal has no addresses."""
        return None

    async def send(
        self,
        to: Address,
        face: Face,
        *,
        reply_to: str | None = None,
        mentions: Sequence[Account] = (),
        silent: bool = False,
    ) -> str:
        """See Platform."""
        message = self.next_id()
        self.faces[to.chat, message] = face
        self._show(
            Shown(
                Act.SAY, to, message, face.text, face.buttons, reply_to, tuple(mentions), face.photo, silent
            )
        )
        return message

    async def edit(self, to: Address, message: str, face: Face) -> None:
        """See Platform."""
        before = self.faces.get((to.chat, message))
        if before is None:
            raise Misused("there is no such message")
        self.faces[to.chat, message] = face
        if before != face:
            self._show(Shown(Act.EDIT, to, message, face.text, face.buttons, photo=face.photo))

    async def send_file(self, file: SendFile, path: Path) -> str:
        """See Platform."""
        if not path.is_file():
            raise Misused("there is no such file")
        message = self.next_id()
        self._show(Shown(Act.FILE, file.to, message, f"{file.caption} [{path.name}]"))
        return message

    async def pin(self, to: Address, message: str) -> bool:
        """See Platform."""
        self._show(Shown(Act.PIN, to, message))
        return True

    async def answer(self, answer: Answer) -> None:
        """See Platform."""
        self._show(Shown(Act.TOAST, answer.to, answer.press, answer.text))

    async def react(self, reaction: React) -> None:
        """See Platform."""
        self._show(Shown(Act.REACT, reaction.to, reaction.message, reaction.emoji))

    async def leave(self, leave: Leave) -> None:
        """There is no group to leave in a terminal."""

    async def befriend(self, wanted: Befriend) -> None:
        """Nobody has to be a friend here to be written to."""

    async def publish(self, menu: PublishMenu) -> None:
        """There is no menu in a terminal: /help lists the commands."""

    async def fetch(self, file: str, into: Path, limit_bytes: int) -> None:
        """Photos of the terminal are files on this machine."""
        source = Path(file)
        if not source.is_file() or source.stat().st_size > limit_bytes:
            raise Misused("the photo is missing or too large")
        shutil.copyfile(source, into)
