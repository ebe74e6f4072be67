"""What ``linli check`` finds out about the Telegram account and its groups, without changing anything there."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.app import door_of
from bot.cli.findings import Finding, Findings
from bot.domain.messages import Standing
from bot.files.config import BadFiles, Config, GroupConfig
from bot.files.problems import shown
from bot.files.settings import EXAMPLE_CHAT, telegram_token
from bot.logs import redactor
from bot.platforms.base import ChatMoved, Misused, TryLater, Undeliverable
from bot.platforms.telegram.account import Telegram
from bot.platforms.telegram.http import WrongToken
from bot.platforms.telegram.incoming import Me

_CONNECT_S, _ANSWER_S = 5, 10
"""How long a person at a terminal is to wait for a network that is not there."""


@dataclass(frozen=True, slots=True)
class _Account:
    """The account while it is asked."""

    telegram: Telegram
    say: Findings
    hidden: Callable[[str], str]
    server: str

    def why(self, error: Exception) -> str:
        """The reason in one line and without secrets."""
        words = re.sub(r"^network: (?:httpx\.\w+: )?", "", str(error))
        return shown(self.hidden(words), 120)


def telegram_findings(config: Config, say: Findings, environ: Mapping[str, str]) -> Iterator[Finding]:
    """The account, its privacy mode, then each group; nothing where Telegram is not used."""
    groups = [(key, group) for key, group in _groups(config) if group.platform == "telegram"]
    if config.telegram is None and not groups:
        return
    try:
        token = telegram_token(config, environ)
    except BadFiles:
        yield say.odd("telegram_unasked")
        return
    yield from asyncio.run(_ask(config, say, token, groups))


def _groups(config: Config) -> Iterator[tuple[str, GroupConfig]]:
    groups = config.groups
    for group in groups.owners:
        yield "owners", group
    others = (("staff", groups.staff), ("committee", groups.committee), ("supervision", groups.supervision))
    yield from ((key, group) for key, group in others if group is not None)


async def _ask(
    config: Config, say: Findings, token: str, groups: list[tuple[str, GroupConfig]]
) -> list[Finding]:
    settings = config.telegram
    server = settings.base_url if settings else "https://api.telegram.org"
    proxy = settings.proxy if settings else None
    telegram = Telegram(
        token,
        media=config.files.media,
        base_url=server,
        proxy=proxy,
        connect_timeout_s=_CONNECT_S,
        timeout_s=_ANSWER_S,
    )
    at = door_of(config, token)
    hidden = [token, proxy or "", *([at.path, at.header] if at else [])]
    account = _Account(telegram, say, redactor(hidden), urlsplit(server).netloc)
    try:
        try:
            me = await telegram.identify()
        except WrongToken:
            return [say.wrong("wrong_token", server=account.server)]
        except (TryLater, Misused, Undeliverable) as error:
            key = "no_network_proxy" if proxy else "no_network"
            return [say.wrong(key, server=account.server, why=account.why(error))]
        found = [say.fine("telegram", username=me.username, name=shown(me.name)), _privacy(say, me)]
        found += await _webhook(account, config, token)
        found += [
            await _group(account, me, key, group)
            for key, group in groups
            # Told already as a fault of the configuration.
            if not group.chat.startswith(EXAMPLE_CHAT)
        ]
        return found
    finally:
        await telegram.stop()


def _privacy(say: Findings, me: Me) -> Finding:
    if me.can_read_all_group_messages:
        return say.fine("privacy_off")
    return say.odd("privacy_on", username=me.username)


async def _webhook(account: _Account, config: Config, token: str) -> list[Finding]:
    """Whether updates are posted where they should be, and what Telegram says of its last attempts."""
    say, at = account.say, door_of(config, token)
    try:
        sign = await account.telegram.webhook()
    except TryLater as error:
        return [say.odd("webhook_unknown", why=account.why(error))]
    host = shown(urlsplit(sign.url).netloc)
    if at is None:
        return [say.odd("webhook_in_the_way", host=host)] if sign.url else []
    if sign.url != at.full_url:
        return [say.odd("webhook_elsewhere", host=host) if sign.url else say.odd("webhook_not_yet")]
    if sign.error:
        moment = sign.error_at.astimezone(config.compound.zone) if sign.error_at else None
        when = f"{moment:%m-%d %H:%M}" if moment else "?"
        why = shown(account.hidden(sign.error), 120)
        return [say.odd("webhook_failing", host=host, when=when, why=why, pending=sign.pending)]
    return [say.fine("webhook", host=host, pending=sign.pending)]


async def _group(account: _Account, me: Me, key: str, group: GroupConfig) -> Finding:
    say = account.say
    values = {
        "purpose": say.texts(f"check.group_{key}"),
        "chat": group.chat,
        "name": shown(group.name or group.chat),
        "username": me.username,
    }
    try:
        room = await account.telegram.room(group.address)
    except ChatMoved as moved:
        return say.odd("group_moved", **values | {"new": moved.new.chat})
    except Undeliverable:
        return say.wrong("group_missing", **values)
    except (TryLater, Misused) as error:
        return say.wrong("group_unknown", **values, why=account.why(error))
    values["name"] = shown(room.title) or values["name"]
    if room.standing is Standing.GONE:
        return say.wrong("group_missing", **values)
    if room.standing is Standing.MUTED:
        return say.wrong("group_muted", **values)
    if not room.hears_all and key == "owners":
        return say.wrong("group_deaf", **values)
    standing = say.texts("check.group_admin" if room.admin else "check.group_member")
    hears = say.texts("check.group_hears" if room.hears_all else "check.group_commands")
    return say.fine("group", **values, standing=standing, hears=hears)
