"""A small HTTP server for one thing: a body is posted, and answered once it has been dealt with. Knows no messenger."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

import h11

log = logging.getLogger(__name__)

_READ = 65_536
_LONGEST_HEAD = 16_384


@dataclass(frozen=True, slots=True)
class Limits:
    """What a caller may cost. Everything is cut off without many words."""

    body_bytes: int = 2_000_000
    connections: int = 100
    request_s: float = 20.0
    """From a request's first byte to its last."""
    idle_s: float = 75.0
    """How long a connection may be kept open between requests, as nginx does."""


@dataclass(frozen=True, slots=True)
class Head:
    """A request before its body is read."""

    method: str
    path: str
    headers: Mapping[str, str]
    """By lower-case name; the last of several."""


Admit = Callable[[Head], HTTPStatus]
"""Whether a request's body is read at all: OK, or what to answer instead."""
Take = Callable[[bytes], Awaitable[HTTPStatus]]
"""Deals with a body; its answer is sent only then."""


@dataclass(slots=True, eq=False)
class HttpServer:
    """Listens on one address, plain HTTP: a reverse proxy in front of it does the encryption."""

    host: str
    port: int
    admit: Admit
    take: Take
    limits: Limits = Limits()
    _server: asyncio.Server | None = None
    _talks: set[asyncio.Task[None]] = field(default_factory=set)
    _busy: set[asyncio.Task[None]] = field(default_factory=set)
    """Those that have a request in hand."""
    _closing: bool = False

    async def open(self) -> int:
        """Listen; returns the port, which with 0 is any free one. OSError where it is taken."""
        self._server = await asyncio.start_server(self._accept, self.host, self.port, limit=_READ)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def close(self, within_s: float) -> None:
        """Take no more requests; those in hand are answered, if that takes no longer than ``within_s`` seconds."""
        self._closing = True
        if self._server is not None:
            self._server.close()
        for idle in self._talks - self._busy:
            idle.cancel()
        if self._busy:
            await asyncio.wait(self._busy, timeout=within_s)
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.current_task()
        if talk is None or len(self._talks) >= self.limits.connections:
            writer.close()
            return
        self._talks.add(talk)
        try:
            await self._talk(reader, writer, talk)
        except (OSError, TimeoutError, h11.ProtocolError, asyncio.CancelledError):
            # Whoever broke off, was too slow or speaks something else is let go; so is everybody at the end.
            pass
        finally:
            self._talks.discard(talk)
            self._busy.discard(talk)
            writer.close()

    async def _talk(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, talk: asyncio.Task[None]
    ) -> None:
        peer = _Peer(h11.Connection(h11.SERVER, max_incomplete_event_size=_LONGEST_HEAD), reader, writer)
        while True:
            if not await peer.waits_for(self.limits.idle_s):
                return
            self._busy.add(talk)
            try:
                async with asyncio.timeout(self.limits.request_s):
                    body = await self._request(peer)
            except h11.RemoteProtocolError:
                body = HTTPStatus.BAD_REQUEST
            if body is None:
                return
            status = body if isinstance(body, HTTPStatus) else await self._taken(body)
            # What was refused before it was read makes the connection useless.
            last = self._closing or isinstance(body, HTTPStatus)
            if not await peer.answer(status, last=last):
                return
            self._busy.discard(talk)

    async def _request(self, peer: _Peer) -> bytes | HTTPStatus | None:
        """A request's body, or the answer to one that is not read; None where nothing comes."""
        event = await peer.event()
        if not isinstance(event, h11.Request):
            return None
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in event.headers}
        head = Head(event.method.decode("latin-1"), event.target.decode("latin-1"), headers)
        status = self.admit(head)
        if status is not HTTPStatus.OK:
            return status
        stated = headers.get("content-length", "0")
        if int(stated) > self.limits.body_bytes:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        await peer.encourage()
        body = bytearray()
        while isinstance(event := await peer.event(), h11.Data):
            body += event.data
            if len(body) > self.limits.body_bytes:
                return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        return bytes(body) if isinstance(event, h11.EndOfMessage) else None

    async def _taken(self, body: bytes) -> HTTPStatus:
        try:
            return await self.take(body)
        except Exception as fault:
            log.error("request failed: %s", type(fault).__name__)  # noqa: TRY400  # its words may quote somebody
            return HTTPStatus.INTERNAL_SERVER_ERROR


@dataclass(slots=True, eq=False)
class _Peer:
    """One connection, as HTTP's events."""

    http: h11.Connection
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def waits_for(self, idle_s: float) -> bool:
        """Whether another request begins."""
        if self.http.trailing_data[0]:
            return True
        async with asyncio.timeout(idle_s):
            data = await self.reader.read(_READ)
        self.http.receive_data(data)
        return bool(data)

    async def event(self) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        """The next event; what comes from the network is read as it is needed."""
        while True:
            event = self.http.next_event()
            if event is not h11.NEED_DATA:
                return event
            self.http.receive_data(await self.reader.read(_READ))

    async def encourage(self) -> None:
        """Tell a caller that waits for leave to send its body."""
        if self.http.they_are_waiting_for_100_continue:
            self._send(h11.InformationalResponse(status_code=100, headers=[]))
            await self.writer.drain()

    async def answer(self, status: HTTPStatus, *, last: bool) -> bool:
        """Answer with a bare status; False where the connection ends with it."""
        if self.http.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            return False
        headers = [("Content-Length", "0"), *([("Connection", "close")] if last else [])]
        self._send(h11.Response(status_code=status.value, headers=headers, reason=status.phrase.encode()))
        self._send(h11.EndOfMessage())
        await self.writer.drain()
        ended = {h11.SERVER: h11.DONE, h11.CLIENT: h11.DONE}
        if self.http.states != ended:
            return False
        self.http.start_next_cycle()
        return True

    def _send(self, event: h11.Event) -> None:
        data = self.http.send(event)
        if data:
            self.writer.write(data)
