"""Listening to Telegram by webhook: an update is answered with 200 once its transaction is committed, and not before."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from bot.http_server import Head, HttpServer
from bot.intake import Arrival, Intake
from bot.platforms.base import TryLater
from bot.platforms.telegram.account import Telegram
from bot.platforms.telegram.incoming import Unreadable

log = logging.getLogger(__name__)

_HEADER = "x-telegram-bot-api-secret-token"
_MANY = 100
"""Updates in one transaction."""
_LOOK_AGAIN_S = 600.0
"""How often Telegram is asked whether the webhook still stands: anybody with the token can take it down."""
_FAREWELL_S = 4.0


@dataclass(frozen=True, slots=True)
class Door:
    """Where Telegram knocks, and what it has to know. Both secrets follow from the token: there is none to keep."""

    url: str
    """As Telegram sees it: https, without the secret at its end."""
    host: str
    port: int
    path: str
    header: str

    @property
    def full_url(self) -> str:
        """What Telegram is told."""
        return f"{self.url}/{self.path}"

    def admits(self, head: Head) -> HTTPStatus:
        """OK for Telegram; for everybody else the same answer, whatever was wrong."""
        path = head.path.partition("?")[0].rpartition("/")[2]
        # All of it is compared, in a time that tells nothing.
        known = hmac.compare_digest(path.encode(), self.path.encode()) & hmac.compare_digest(
            head.headers.get(_HEADER, "").encode(), self.header.encode()
        )
        return HTTPStatus.OK if known and head.method == "POST" else HTTPStatus.FORBIDDEN


def door(token: str, url: str, listen: str) -> Door:
    """The door of a bot account; ``listen`` is ``host:port``."""
    host, _, port = listen.rpartition(":")

    def derived(what: str) -> str:
        return hmac.new(token.encode(), f"linli webhook {what}".encode(), hashlib.sha256).hexdigest()

    return Door(url.rstrip("/"), host.strip("[]"), int(port), derived("path")[:32], derived("header"))


@dataclass(slots=True, eq=False)
class _Waiting:
    """An update whose sender waits for its answer."""

    arrival: Arrival
    taken: asyncio.Future[HTTPStatus]


class Webhook:
    """One bot account's door. Updates that come while a transaction runs share the next one."""

    def __init__(
        self,
        telegram: Telegram,
        intake: Intake,
        bot: str,
        on_writer: Callable[[Callable[[], None]], Awaitable[None]],
        at: Door,
    ) -> None:
        self._telegram = telegram
        self._intake = intake
        self._bot = bot
        self._on_writer = on_writer
        self._door = at
        self._waiting: list[_Waiting] = []
        self._came = asyncio.Event()
        self._closing = False

    async def run(self, stop: asyncio.Event, wake: asyncio.Event) -> None:
        """Listen until stopped or cancelled; what is in hand then is still answered. ``wake`` is set after each batch.

        Raises DatabaseTrouble: what could not be stored is answered with 500, and Telegram sends it again.
        OSError where the address cannot be listened on.
        """
        server = HttpServer(self._door.host, self._door.port, self._door.admits, self._take)
        port = await server.open()
        log.info("listening for updates at %s:%d", self._door.host, port)
        keeping = asyncio.create_task(self._keep(stop))
        try:
            while not stop.is_set():
                await self._came.wait()
                await self._store(wake)
        finally:
            self._closing = True
            keeping.cancel()
            await self._store(wake)
            await server.close(_FAREWELL_S)
            await asyncio.gather(keeping, return_exceptions=True)

    async def _take(self, body: bytes) -> HTTPStatus:
        if self._closing:
            return HTTPStatus.SERVICE_UNAVAILABLE
        waiting = _Waiting(self._read(body), asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        self._came.set()
        return await waiting.taken

    def _read(self, body: bytes) -> Arrival:
        """What was posted. What nobody can read becomes a dead letter: sent again it would be no better."""
        try:
            raw = json.loads(body)
        except (ValueError, RecursionError):
            return Arrival("?", Unreadable("no JSON"))
        try:
            number = str(self._telegram.confirmed(raw))
        except Unreadable as bad:
            return Arrival("?", bad)
        try:
            return Arrival(number, self._telegram.to_cause(raw))
        except Unreadable as bad:
            return Arrival(number, bad)

    async def _store(self, wake: asyncio.Event) -> None:
        """What has come, in transactions; each is answered after its own."""
        self._came.clear()
        while self._waiting:
            batch, self._waiting = self._waiting[:_MANY], self._waiting[_MANY:]
            try:
                await self._on_writer(self._taking([each.arrival for each in batch]))
            except BaseException:
                for each in batch:
                    _settle(each, HTTPStatus.INTERNAL_SERVER_ERROR)
                raise
            for each in batch:
                _settle(each, HTTPStatus.OK)
            wake.set()

    def _taking(self, arrivals: Sequence[Arrival]) -> Callable[[], None]:
        return lambda: self._intake.take("telegram", arrivals, bot=self._bot, pushed=True)

    async def _keep(self, stop: asyncio.Event) -> None:
        """Hang up the sign at Telegram, and look now and then whether it still hangs."""
        wait_s = 3.0
        while not stop.is_set():
            try:
                await self._telegram.point_here(self._door.full_url, self._door.header)
                wait_s = _LOOK_AGAIN_S
            except TryLater as trouble:
                log.warning("telegram: webhook not set: %s", trouble)
                wait_s = min(wait_s * 2, 60.0)
            await asyncio.sleep(wait_s)


def _settle(waiting: _Waiting, status: HTTPStatus) -> None:
    if not waiting.taken.done():
        waiting.taken.set_result(status)
