"""What ``linli check`` finds out about the WeChat gateway and its groups, without taking it away from a running bot."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

from bot.cli.findings import Finding, Findings
from bot.files.config import BadFiles, Config, GroupConfig
from bot.files.problems import shown
from bot.files.settings import wechat_token
from bot.platforms.base import TryLater
from bot.platforms.wechat.puppet import Event, Gateway, Line, Taken, WrongKey, gateway_of

_LOGIN_S = 3.0
"""How long the account's name is waited for; a gateway that is logged in tells it at once."""
_SHOWN = 20
"""Groups that are listed, so that their ids can be copied."""


def wechat_findings(config: Config, say: Findings, environ: Mapping[str, str]) -> Iterator[Finding]:
    """The gateway, the account, then each group."""
    groups = [group for group in config.groups.all if group.platform == "wechat"]
    try:
        token = wechat_token(config, environ)
    except BadFiles:
        yield say.odd("wechat_unasked")
        return
    if config.wechat is not None:
        yield from asyncio.run(_ask(gateway_of(config.wechat), say, token, groups))


async def _ask(gateway: Gateway, say: Findings, token: str, groups: Sequence[GroupConfig]) -> list[Finding]:
    endpoint = f"{gateway.host}:{gateway.port}"
    line = Line(gateway, token)
    try:
        await line.open()
        try:
            me = await _login(line)
        except Taken:
            found = [say.odd("wechat_busy")]
        else:
            if not me:
                return [say.wrong("wechat_logged_out")]
            found = [say.fine("wechat", name=shown((await line.contact(me)).name or me))]
        rooms = {room: (await line.room(room)).topic for room in await line.rooms()}
    except WrongKey:
        return [say.wrong("wechat_token", endpoint=endpoint)]
    except TryLater as trouble:
        return [say.wrong("wechat_gateway", endpoint=endpoint, why=shown(str(trouble), 120))]
    finally:
        await line.shut()
    for group in groups:
        topic = rooms.get(group.chat)
        values = {"chat": group.chat, "name": shown(topic or group.name or group.chat)}
        found.append(say.wrong("room_missing", **values) if topic is None else say.fine("room", **values))
    served = {group.chat for group in groups}
    others = [f"{shown(topic) or '?'} {room}" for room, topic in rooms.items() if room not in served]
    if others:
        found.append(say.fine("rooms_found", rooms="、".join(others[:_SHOWN])))
    return found


async def _login(line: Line) -> str:
    """The id of the account that is logged in; empty where none is. Raises TryLater."""
    events = line.heard()
    with suppress(TimeoutError):
        async with asyncio.timeout(_LOGIN_S):
            async for event, payload in events:
                if event is Event.LOGIN:
                    return str(payload.get("contactId", ""))
    return ""
