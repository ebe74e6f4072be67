"""``linli groups``: the numbers of the groups a bot is in, for writing them into the configuration."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import click

from bot.app import door_of, telegram_of
from bot.domain.neutral import neutral
from bot.files.config import Config, load_config
from bot.files.settings import telegram_token
from bot.platforms.base import TryLater
from bot.platforms.telegram.account import Telegram
from bot.platforms.telegram.http import Conflict, WrongToken
from bot.texts import load_texts

_ROUNDS, _ROUND_S = 12, 10
"""Two minutes: enough to add a bot to a group and say a word there."""


def groups(config: Path) -> int:
    """Print each group that something is heard of, once; nothing is confirmed, so that ``linli run`` still hears it."""
    texts = load_texts()
    settings = load_config(config)
    token = telegram_token(settings, os.environ, config.name)
    click.echo(texts("groups.hint"), err=True)
    try:
        found = asyncio.run(_listen(settings, token, click.echo))
    except WrongToken:
        click.secho(texts("run.wrong_token"), err=True, fg="red")
        return 1
    except Conflict:
        click.secho(texts("groups.busy"), err=True, fg="red")
        return 1
    except TryLater as trouble:
        click.secho(texts("groups.unreachable", why=str(trouble)), err=True, fg="red")
        return 1
    if not found:
        click.secho(texts("groups.none"), err=True, fg="yellow")
    return 0 if found else 1


async def _listen(config: Config, token: str, show: Callable[[str], None]) -> int:
    telegram = telegram_of(config, token)
    seen: dict[int, str] = {}
    try:
        await telegram.start()
        for _ in range(_ROUNDS):
            for number, title in _heard(await _poll(telegram)):
                if number not in seen:
                    seen[number] = title
                    show(f'chat = "{number}"  # {neutral(title, 60)}')
            if seen:
                break
            await asyncio.sleep(1)
    finally:
        at = door_of(config, token)
        if at is not None:
            # Listening has taken the running bot's webhook down.
            with suppress(TryLater):
                await telegram.point_here(at.full_url, at.header)
        await telegram.stop()
    return len(seen)


async def _poll(telegram: Telegram) -> list[object]:
    # Without an offset nothing is confirmed: the same updates come again to whoever asks next.
    return await telegram.poll(None, _ROUND_S)


def _heard(updates: list[object]) -> Iterator[tuple[int, str]]:
    """(number, title) of every group that updates speak of."""
    for update in updates:
        for part in update.values() if isinstance(update, dict) else ():
            chat = part.get("chat") if isinstance(part, dict) else None
            if not isinstance(chat, dict) or chat.get("type") not in ("group", "supergroup"):
                continue
            number = chat.get("id")
            if type(number) is int:
                yield number, str(chat.get("title", ""))
