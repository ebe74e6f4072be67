"""One connection to a wechaty gateway. The only file that knows wechaty, its protocol and its flaws.

wechaty-puppet-service is used for its calls and its translation of payloads. Its own start and event loop are
not: they end without a word when the gateway goes away, ask the network for a gateway's address, and write
tokens into the log.
"""

from __future__ import annotations

import asyncio
import json
import logging
import ssl
import sys
import types
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from typing import Any

import pyee
import pyee.asyncio
from grpclib.client import Channel
from grpclib.config import Configuration
from grpclib.const import Status
from grpclib.exceptions import GRPCError, ProtocolError, StreamTerminatedError

from bot.files.gateway import WeChatConfig
from bot.platforms.base import TryLater, Unsure

_BEFORE = frozenset(logging.root.manager.loggerDict)

# pyee 12 moved the class. telnetlib, of which only a name is imported, warns in python 3.11 and is gone in 3.13.
vars(pyee).setdefault("AsyncIOEventEmitter", pyee.asyncio.AsyncIOEventEmitter)
_stand_in = types.ModuleType("telnetlib")
vars(_stand_in)["Telnet"] = object
_telnetlib = sys.modules.setdefault("telnetlib", _stand_in)

from wechaty_grpc.wechaty import PuppetStub  # noqa: E402  # only importable once repaired
from wechaty_grpc.wechaty.puppet import EventResponse  # noqa: E402
from wechaty_puppet import PuppetOptions  # noqa: E402
from wechaty_puppet_service import PuppetService  # noqa: E402

if _telnetlib is _stand_in:
    del sys.modules["telnetlib"]
for _name in frozenset(logging.root.manager.loggerDict) - _BEFORE:
    # They print tokens and every event, and bring handlers of their own.
    logging.getLogger(_name).handlers.clear()
    logging.getLogger(_name).setLevel(logging.CRITICAL + 1)

_FILE_S = 60.0
_GOODBYE_S = 0.1


class WrongKey(TryLater):
    """The gateway does not accept the token."""


class Taken(TryLater):
    """Another client listens to the gateway; it gives its events to one only."""


class NotDone(TryLater):
    """The gateway has answered that it could not do it."""


class Event(Enum):
    """What a gateway tells."""

    HEARTBEAT = 1
    MESSAGE = 2
    DONG = 3
    ERROR = 16
    FRIENDSHIP = 17
    ROOM_INVITE = 18
    ROOM_JOIN = 19
    ROOM_LEAVE = 20
    ROOM_TOPIC = 21
    SCAN = 22
    READY = 23
    RESET = 24
    LOGIN = 25
    LOGOUT = 26
    DIRTY = 27


class Sort(Enum):
    """What a message is made of; everything that Linli does not read is OTHER."""

    TEXT = "text"
    IMAGE = "image"
    VOICE = "voice"
    RECALLED = "recalled"
    OTHER = "other"


_SORTS = {
    # The numbers of the wire (wechaty-puppet's own), which the Python enumeration has in another order.
    2: Sort.VOICE,
    6: Sort.IMAGE,
    7: Sort.TEXT,
    13: Sort.RECALLED,
}


@dataclass(frozen=True, slots=True)
class Gateway:
    """Where a gateway listens and how it is spoken to."""

    host: str
    port: int
    tls: bool = False
    ca_file: str | None = None
    """Certificates to trust instead of the system's."""
    server_name: str | None = None
    """The name in the gateway's certificate, where that is not ``host``."""
    answer_s: float = 10.0
    """How long an answer is waited for."""
    alive_s: float = 5.0
    """How often it is asked whether it is still there, and how long it may take to say so."""


def gateway_of(account: WeChatConfig) -> Gateway:
    """Where a configuration's gateway listens."""
    ca_file = str(account.ca_file) if account.ca_file else None
    return Gateway(
        account.host, account.port, tls=account.tls, ca_file=ca_file, server_name=account.server_name
    )


@dataclass(frozen=True, slots=True)
class RawMessage:
    """A message's payload as the gateway has it."""

    id: str
    sort: Sort
    text: str
    talker: str
    listener: str
    room: str
    mentions: tuple[str, ...]
    sent_ms: int


@dataclass(frozen=True, slots=True)
class Contact:
    """A WeChat contact."""

    id: str
    name: str
    friend: bool


@dataclass(frozen=True, slots=True)
class Room:
    """A WeChat group."""

    id: str
    topic: str
    members: tuple[str, ...]


class Line(PuppetService):
    """A connection to a gateway: opened once, and made anew after every break."""

    def __init__(self, gateway: Gateway, token: str) -> None:
        # PuppetService's own constructor looks for tokens in the environment and logs them.
        super(PuppetService, self).__init__(PuppetOptions())
        self._gateway = gateway
        self._metadata = {"authorization": f"Wechaty {token}"}
        self.channel: Channel | None = None
        self._puppet_stub: PuppetStub | None = None

    async def open(self, *, take_over: bool = False) -> None:
        """Connect and start the account. ``take_over`` ends whoever listens. Raises TryLater."""
        where = self._gateway
        self.channel = Channel(where.host, where.port, ssl=_tls(where), config=_lively(where))
        self._puppet_stub = PuppetStub(self.channel, timeout=where.answer_s, metadata=self._metadata)
        if take_over:
            with suppress(NotDone):
                await _asked(self._puppet_stub.stop())
        await _asked(self._puppet_stub.start())

    async def heard(self) -> AsyncIterator[tuple[Event, dict[str, Any]]]:
        """Events until the line breaks: raises TryLater, or ends where another client took over."""
        stub = PuppetStub(self.channel, metadata=self._metadata)
        events = stub.event()
        try:
            async for response in events:
                read = _event(response)
                if read is not None:
                    yield read
        except (TimeoutError, OSError, GRPCError, StreamTerminatedError, ProtocolError) as fault:
            raise _trouble(fault) from None
        finally:
            with suppress(Exception):
                await events.aclose()

    async def shut(self) -> None:
        """Close the connection; what is being asked fails."""
        if self.channel is not None:
            self.channel.close()
            self.channel = None
            # Really closed a little later, when TLS has said goodbye; the loop may end before.
            await asyncio.sleep(_GOODBYE_S)

    async def message(self, identity: str) -> RawMessage:
        """A message by its id."""
        raw = await _asked(self.puppet_stub.message_payload(id=identity))
        return RawMessage(
            id=str(raw.id or identity),
            sort=_SORTS.get(int(raw.type), Sort.OTHER),
            text=str(raw.text),
            talker=str(raw.from_id),
            listener=str(raw.to_id),
            room=str(raw.room_id),
            mentions=tuple(str(one) for one in raw.mention_ids),
            sent_ms=int(raw.timestamp),
        )

    async def image(self, identity: str, limit_bytes: int) -> bytes | None:
        """The bytes of a message's picture, or None where they are too many or cannot be had."""
        parts: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(_FILE_S):
                stub = PuppetStub(self.channel, metadata=self._metadata)
                async for part in stub.message_file_stream(id=identity):
                    chunk = bytes(part.file_box_chunk.data)
                    size += len(chunk)
                    if size > limit_bytes:
                        return None
                    parts.append(chunk)
        except (TimeoutError, OSError, GRPCError, StreamTerminatedError, ProtocolError) as fault:
            raise _trouble(fault) from None
        return b"".join(parts) or None

    async def contact(self, identity: str) -> Contact:
        """A contact by its id."""
        raw = await _asked(self.contact_payload(identity))
        return Contact(str(raw.id or identity), str(raw.name), bool(raw.friend))

    async def room(self, identity: str) -> Room:
        """A room by its id."""
        raw = await _asked(self.room_payload(identity))
        return Room(str(raw.id or identity), str(raw.topic), tuple(str(one) for one in raw.member_ids))

    async def rooms(self) -> tuple[str, ...]:
        """Every room the account is in."""
        return tuple(str(one) for one in await _asked(self.room_list()))

    async def alias(self, room: str, contact: str) -> str:
        """What somebody is called in a room; empty where nothing was set."""
        return str((await _asked(self.room_member_payload(room, contact))).room_alias)

    async def say(self, conversation: str, text: str, mentions: tuple[str, ...]) -> str:
        """Send a text; returns its id, or an empty one where the gateway tells none."""
        return str(await _asked(self.message_send_text(conversation, text, list(mentions))) or "")

    async def hand(self, conversation: str, name: str, content: bytes) -> str:
        """Send a file; returns its id, or an empty one."""
        box = {"type": 1, "boxType": 1, "name": name, "base64": b64encode(content).decode(), "metadata": {}}
        stub = PuppetStub(self.channel, timeout=_FILE_S, metadata=self._metadata)
        response = await _asked(stub.message_send_file(conversation_id=conversation, filebox=json.dumps(box)))
        return str(response.id)

    async def quit(self, room: str) -> None:
        """Leave a room."""
        await _asked(self.room_quit(room))

    async def asked_for(self, friendship: str) -> tuple[str, str]:
        """(contact, words) of a friend request."""
        raw = await _asked(self.puppet_stub.friendship_payload(id=friendship))
        return str(raw.contact_id), str(raw.hello)

    async def befriend(self, friendship: str) -> None:
        """Accept a friend request."""
        await _asked(self.friendship_accept(friendship))


async def _asked(call: Any) -> Any:
    try:
        return await call
    except (TimeoutError, OSError, GRPCError, StreamTerminatedError, ProtocolError) as fault:
        raise _trouble(fault) from None


def _trouble(fault: Exception) -> TryLater:
    """What an exception of the protocol means. None of its words: they may hold the token."""
    if isinstance(fault, GRPCError):
        if fault.status is Status.UNAUTHENTICATED:
            return WrongKey("the gateway does not accept the token")
        if fault.status is Status.ALREADY_EXISTS:
            return Taken("another client listens to the gateway")
        if fault.status in (Status.UNAVAILABLE, Status.CANCELLED, Status.DEADLINE_EXCEEDED):
            return Unsure(f"gateway: {fault.status.name}")
        return NotDone(f"gateway: {fault.status.name}: {_short(fault.message)}")
    if isinstance(fault, ConnectionRefusedError | ssl.SSLError):
        return TryLater(f"gateway: {type(fault).__name__}")
    return Unsure(f"gateway: {type(fault).__name__}")


def _short(words: str | None) -> str:
    """The first line of what a gateway says, without anything after a quotation mark."""
    return (words or "").splitlines()[0].partition('"')[0][:80] if words else ""


def _event(response: EventResponse) -> tuple[Event, dict[str, Any]] | None:
    try:
        kind = Event(int(response.type))
        payload = json.loads(response.payload or "{}")
    except ValueError:
        return None
    return (kind, payload) if isinstance(payload, dict) else None


def _lively(where: Gateway) -> Configuration:
    """Ping every few seconds, also when nothing is said: a frozen gateway is noticed, and no router forgets us."""
    return Configuration(
        _keepalive_time=where.alive_s,
        _keepalive_timeout=where.alive_s,
        _keepalive_permit_without_calls=True,
        _http2_max_pings_without_data=0,
        _http2_min_sent_ping_interval_without_data=1,
        ssl_target_name_override=where.server_name or where.host,
    )


def _tls(where: Gateway) -> ssl.SSLContext | None:
    if not where.tls:
        return None
    context = ssl.create_default_context(cafile=where.ca_file)
    context.set_alpn_protocols(["h2"])
    return context
