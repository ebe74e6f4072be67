"""A platform that writes each chat's own script; everything else is left to the platform itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from bot.domain.messages import (
    Account,
    Address,
    Answer,
    Befriend,
    Button,
    Face,
    Leave,
    PublishMenu,
    React,
    SendFile,
)
from bot.platforms.base import Platform
from bot.script import Script, written


class Scripted:
    """Fulfils Platform. ``script_of`` says how Chinese is written in a chat."""

    def __init__(self, platform: Platform, script_of: Callable[[Address], Script]) -> None:
        self._platform = platform
        self._script_of = script_of
        self.name = platform.name
        self.able = platform.able

    def link(self, payload: str) -> str | None:
        """See Platform."""
        return self._platform.link(payload)

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
        return await self._platform.send(
            to, self._face(to, face), reply_to=reply_to, mentions=mentions, silent=silent
        )

    async def edit(self, to: Address, message: str, face: Face) -> None:
        """See Platform."""
        await self._platform.edit(to, message, self._face(to, face))

    async def send_file(self, file: SendFile, path: Path) -> str:
        """See Platform. Only the caption is converted, never what is in the file."""
        caption = written(file.caption, self._script_of(file.to))
        return await self._platform.send_file(replace(file, caption=caption), path)

    async def pin(self, to: Address, message: str) -> bool:
        """See Platform."""
        return await self._platform.pin(to, message)

    async def answer(self, answer: Answer) -> None:
        """See Platform."""
        text = written(answer.text, self._script_of(answer.to))
        await self._platform.answer(replace(answer, text=text))

    async def react(self, reaction: React) -> None:
        """See Platform."""
        await self._platform.react(reaction)

    async def leave(self, leave: Leave) -> None:
        """See Platform."""
        await self._platform.leave(leave)

    async def befriend(self, wanted: Befriend) -> None:
        """See Platform."""
        await self._platform.befriend(wanted)

    async def publish(self, menu: PublishMenu) -> None:
        """See Platform."""
        script = self._script_of(menu.to)
        commands = tuple((name, written(words, script)) for name, words in menu.commands)
        await self._platform.publish(replace(menu, commands=commands))

    async def fetch(self, file: str, into: Path, limit_bytes: int) -> None:
        """See Platform."""
        await self._platform.fetch(file, into, limit_bytes)

    def _face(self, to: Address, face: Face) -> Face:
        script = self._script_of(to)
        if script is Script.SIMPLIFIED:
            return face
        buttons = tuple(tuple(_button(button, script) for button in row) for row in face.buttons)
        return replace(face, text=written(face.text, script), buttons=buttons)


def _button(button: Button, script: Script) -> Button:
    return replace(button, label=written(button.label, script))
