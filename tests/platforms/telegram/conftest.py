"""A bot on Telegram against the stand-in server, in a small compound."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.platforms.telegram.account import Telegram
from tests.botapi import Server, Town

GROUP = -1001
AUNT, WORKER, STRANGER = 7, 8, 9


@pytest.fixture
def town() -> Town:
    """张阿姨 writes in the group only; 老李 has pressed Start."""
    town = Town()
    town.person(AUNT, "张阿姨")
    town.person(WORKER, "老李", started=True)
    town.person(STRANGER, "王大爷")
    town.group(GROUP)
    # Tests ask many times a second; that rule has a test of its own.
    town.repoll_limit(False)
    return town


@pytest.fixture
def server(town: Town) -> Iterator[Server]:
    """The town behind a server."""
    with Server(town) as server:
        yield server


Use = Callable[[Callable[[Telegram], Awaitable[Any]]], Any]


@pytest.fixture
def media(tmp_path: Path) -> Path:
    """The folder of stored photos."""
    folder = tmp_path / "media"
    folder.mkdir()
    return folder


@pytest.fixture
def use(server: Server, media: Path) -> Use:
    """``use(story)`` starts a bot, lets the story act with it, and stops it."""

    def run(story: Callable[[Telegram], Awaitable[Any]]) -> Any:
        async def whole() -> Any:
            bot = Telegram(server.town.token, media=media, base_url=server.url, timeout_s=5)
            await bot.start()
            try:
                return await story(bot)
            finally:
                await bot.stop()

        return asyncio.run(whole())

    return run
