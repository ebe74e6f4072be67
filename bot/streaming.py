"""Listening to WeChat: events in their order, fetched, taken in batches; the line is made anew after every break."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from bot.clock import Clock
from bot.domain.messages import Account, Address, Cause, FriendRequest, Membership, Standing, Unheard
from bot.intake import Arrival, Intake
from bot.platforms.base import TryLater
from bot.platforms.wechat.account import WeChat, is_room
from bot.platforms.wechat.incoming import NAME, Names, translate
from bot.platforms.wechat.puppet import Event, Gateway, Line, NotDone, RawMessage, Sort, Taken, WrongKey
from bot.texts import Texts

log = logging.getLogger(__name__)

_AT_ONCE = 8
"""Payloads that are fetched side by side; a slow one holds up only what was said after it."""
_BATCH = 100
_TRIES = 4
_NAMES_KEPT = 5000


@dataclass(frozen=True, slots=True)
class Pauses:
    """How long listening rests before the next try."""

    shortest_s: float = 0.5
    longest_s: float = 4.0
    for_a_person_s: float = 60.0
    """Where a person has to act: a wrong token, another client at the same gateway."""
    fetch_s: float = 0.5
    """Between two tries to fetch a message."""


@dataclass(slots=True)
class Streaming:
    """One WeChat account's loop. Nothing that a gateway does ends it, only being stopped does."""

    gateway: Gateway
    token: str = field(repr=False)
    account: WeChat
    intake: Intake
    on_writer: Callable[[Callable[[], None]], Awaitable[None]]
    clock: Clock
    texts: Texts
    tell: Callable[[str], None]
    """Says a line to the operator."""
    show_code: Callable[[str], None]
    """Shows the operator the code that logs the account in."""
    pauses: Pauses = field(default_factory=Pauses)
    _lost_at: datetime | None = None
    _names: dict[tuple[str, str], str] = field(default_factory=dict)
    _told: str = ""

    async def run(self, stop: asyncio.Event, wake: asyncio.Event) -> None:
        """Listen until stopped. ``wake`` is set after each batch. Raises DatabaseTrouble."""
        tries = 0
        take_over = True
        left: list[str] = []
        while not stop.is_set():
            line = Line(self.gateway, self.token)
            began = asyncio.get_running_loop().time()
            pause = self.pauses.for_a_person_s
            try:
                # A predecessor that was killed may still be listening as far as the gateway knows.
                await line.open(take_over=take_over)
                take_over = False
                left = await self._listen(line, left, stop, wake)
                self._say_once("wechat.taken_over")
            except WrongKey:
                self._say_once("wechat.wrong_token")
            except Taken:
                self._say_once("wechat.taken_over")
                take_over = True
            except TryLater as trouble:
                pause = self._pause(tries)
                log.warning("wechat: %s (try %d)", trouble, tries + 1)
            finally:
                await self._closed(line)
            tries = 0 if asyncio.get_running_loop().time() - began > self.pauses.longest_s else tries + 1
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), pause)

    def _pause(self, tries: int) -> float:
        spread = random.uniform(0.8, 1.2)  # noqa: S311  # not a secret, only not all at once
        return min(self.pauses.shortest_s * 2.0 ** min(tries, 8), self.pauses.longest_s) * spread

    async def _closed(self, line: Line) -> None:
        if self.account.me is not None and self._lost_at is None:
            self._lost_at = self.clock.now()
        self.account.line = None
        self.account.me = None
        await line.shut()

    def _say_once(self, key: str, **values: object) -> None:
        """Tell the operator, but not the same thing at every try."""
        text = self.texts(key, **values)
        if text != self._told:
            self._told = text
            self.tell(text)

    # -- one line ------------------------------------------------------------------------------------

    async def _listen(
        self, line: Line, left: Sequence[str], stop: asyncio.Event, wake: asyncio.Event
    ) -> list[str]:
        """Take events until the line ends; returns the messages that were announced and not fetched yet."""
        waiting: asyncio.Queue[tuple[str, asyncio.Task[Arrival]]] = asyncio.Queue()
        at_once = asyncio.Semaphore(_AT_ONCE)
        unfetched: list[str] = list(left)

        def announce(identity: str, cause: Awaitable[Cause | None]) -> None:
            waiting.put_nowait((identity, asyncio.ensure_future(self._arrival(identity, cause, at_once))))

        for identity in left:
            announce(identity, self._message(line, identity))
        taking = asyncio.create_task(self._take(waiting, unfetched, wake))
        stopping = asyncio.create_task(stop.wait())
        hearing = asyncio.create_task(self._hear(line, announce, unfetched))
        try:
            await asyncio.wait({taking, stopping, hearing}, return_when=asyncio.FIRST_COMPLETED)
            if taking.done():
                taking.result()
            if hearing.done():
                hearing.result()
        finally:
            hearing.cancel()
            taking.cancel()
            stopping.cancel()
            await asyncio.gather(hearing, taking, stopping, return_exceptions=True)
            while not waiting.empty():
                waiting.get_nowait()[1].cancel()
        return unfetched

    async def _hear(
        self,
        line: Line,
        announce: Callable[[str, Awaitable[Cause | None]], None],
        unfetched: list[str],
    ) -> None:
        async for event, payload in line.heard():
            match event:
                case Event.MESSAGE:
                    identity = str(payload.get("messageId", ""))
                    if identity:
                        unfetched.append(identity)
                        announce(identity, self._message(line, identity))
                case Event.LOGIN:
                    await self._logged_in(line, str(payload.get("contactId", "")), announce)
                case Event.LOGOUT:
                    self._logged_out()
                case Event.SCAN if payload.get("qrcode"):
                    self.tell(self.texts("wechat.scan"))
                    self.show_code(str(payload["qrcode"]))
                case Event.FRIENDSHIP:
                    request = str(payload.get("friendshipId", ""))
                    announce(f"friend:{request}", self._friend(line, request))
                case Event.ROOM_JOIN | Event.ROOM_LEAVE | Event.ROOM_TOPIC:
                    room = str(payload.get("roomId", ""))
                    moment = payload.get("timestamp", "")
                    self._forget(room)
                    announce(f"room:{room}:{event.name}:{moment}", self._standing(line, room))
                case Event.DIRTY:
                    self._forget(str(payload.get("payloadId", "")))
                case Event.ERROR:
                    log.warning("wechat: the gateway reports an error")
                case _:
                    pass

    async def _arrival(
        self, identity: str, cause: Awaitable[Cause | None], at_once: asyncio.Semaphore
    ) -> Arrival:
        async with at_once:
            try:
                return Arrival(_number(identity), await cause)
            except NotDone as gone:
                return Arrival(_number(identity), gone)

    async def _take(
        self,
        waiting: asyncio.Queue[tuple[str, asyncio.Task[Arrival]]],
        unfetched: list[str],
        wake: asyncio.Event,
    ) -> None:
        """Hand over what was fetched, in the order in which it was said."""
        while True:
            identity, task = await waiting.get()
            batch = [(identity, await task)]
            while len(batch) < _BATCH and not waiting.empty():
                identity, task = waiting.get_nowait()
                batch.append((identity, await task))
            await self.on_writer(self._taking([arrival for _, arrival in batch]))
            for identity, _ in batch:
                with suppress(ValueError):
                    unfetched.remove(identity)
            wake.set()

    def _taking(self, arrivals: Sequence[Arrival]) -> Callable[[], None]:
        return lambda: self.intake.take(NAME, arrivals, bot=NAME, pushed=True)

    # -- events --------------------------------------------------------------------------------------

    async def _message(self, line: Line, identity: str) -> Cause | None:
        raw = await self._fetched(line, identity)
        me = self.account.me or ""
        if raw.talker == me:
            self.account.echo(raw)
            return None
        if raw.sort is Sort.OTHER:
            return None
        return translate(raw, me, await self._names_of(line, raw, me), self.clock.now())

    async def _fetched(self, line: Line, identity: str) -> RawMessage:
        for _ in range(_TRIES - 1):
            try:
                return await line.message(identity)
            except NotDone:
                await asyncio.sleep(self.pauses.fetch_s)
        return await line.message(identity)

    async def _names_of(self, line: Line, raw: RawMessage, me: str) -> Names:
        talker = await self._name(line, raw.room, raw.talker)
        if not raw.room:
            return Names(talker, (await self._name(line, "", me),))
        mine = (await self._name(line, raw.room, me), await self._name(line, "", me))
        mentioned = [await self._name(line, raw.room, one) for one in raw.mentions]
        mentioned += [await self._name(line, "", one) for one in raw.mentions]
        return Names(talker, mine, tuple(mentioned))

    async def _name(self, line: Line, room: str, contact: str) -> str:
        """What somebody is called in a room, else everywhere; empty where the gateway does not know."""
        known = self._names.get((room, contact))
        if known is not None:
            return known
        name = ""
        with suppress(TryLater):
            if room:
                name = await line.alias(room, contact)
            name = name or (await line.contact(contact)).name
            if len(self._names) > _NAMES_KEPT:
                self._names.clear()
            self._names[room, contact] = name
        return name

    def _forget(self, identity: str) -> None:
        for key in [key for key in self._names if identity in key]:
            del self._names[key]

    async def _friend(self, line: Line, request: str) -> Cause | None:
        contact, words = await line.asked_for(request)
        if not contact:
            return None
        return FriendRequest(Account(NAME, contact, await self._name(line, "", contact)), words, request)

    async def _standing(self, line: Line, room: str) -> Cause | None:
        """How the account stands in a room now."""
        where = Address(NAME, room)
        try:
            found = await line.room(room)
        except NotDone:
            return Membership(where, "", Standing.GONE, self.clock.now(), in_group=True)
        standing = Standing.MEMBER if self.account.me in found.members else Standing.GONE
        return Membership(where, found.topic, standing, self.clock.now(), in_group=True)

    async def _logged_in(
        self, line: Line, me: str, announce: Callable[[str, Awaitable[Cause | None]], None]
    ) -> None:
        self.account.me = me
        self.account.line = line
        self._told = ""
        name = await self._name(line, "", me)
        log.info("wechat: logged in")
        self.tell(self.texts("wechat.logged_in", name=name or me))
        if self._lost_at is not None:
            gap = Unheard(NAME, self._lost_at, self.clock.now())
            announce(f"gap:{gap.since.isoformat()}", _at_once(gap))
            self.tell(self.texts("wechat.gap", since=_hour(self._lost_at), until=_hour(self.clock.now())))
            self._lost_at = None
        with suppress(TryLater):
            for room in await line.rooms():
                if is_room(room):
                    announce(f"room:{room}:LOGIN:{self.clock.now().isoformat()}", self._standing(line, room))

    def _logged_out(self) -> None:
        self._lost_at = self._lost_at or self.clock.now()
        self.account.me = None
        self._say_once("wechat.logged_out")


async def _at_once(cause: Cause) -> Cause:
    return cause


def _number(identity: str) -> str:
    """A message's id as the number under which it is remembered as taken."""
    return str(int.from_bytes(sha256(identity.encode()).digest()[:8]) >> 1)


def _hour(moment: datetime) -> str:
    return f"{moment.astimezone():%H:%M:%S}"
