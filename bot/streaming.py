"""Listening to WeChat: events in their order, fetched, taken in batches; the line is made anew after every break."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from hashlib import sha256
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.domain.messages import Account, Address, Cause, FriendRequest, Membership, Standing, Unheard
from bot.intake import Arrival, Intake
from bot.platforms.base import TryLater
from bot.platforms.wechat.account import WeChat, is_room
from bot.platforms.wechat.incoming import NAME, Names, translate
from bot.platforms.wechat.puppet import Event, Gateway, Line, NotDone, RawMessage, Sort, Taken, WrongKey
from bot.resting import growing_s, rest
from bot.texts import Texts

log = logging.getLogger(__name__)

_AT_ONCE = 8
"""Payloads that are fetched side by side; a slow one holds up only what was said after it."""
_BATCH = 100
_TRIES = 4
"""Of fetching what was announced: on one line, and again on so many lines."""
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


Fetch = Callable[[Line], Awaitable[Cause | None]]
"""Gets what was announced over an open line."""


@dataclass(slots=True)
class _Announced:
    """What a gateway has told of and nobody has taken yet."""

    fetch: Fetch
    broken: int = 0
    """How many lines have failed to bring it."""


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
    zone: ZoneInfo
    """The compound's, for moments that the operator reads."""
    tell: Callable[[str], None]
    """Says a line to the operator."""
    show_code: Callable[[str], None]
    """Shows the operator the code that logs the account in."""
    pauses: Pauses = field(default_factory=Pauses)
    lost_at: datetime | None = None
    """Since when nothing is heard; at the start, until when it was listened to before."""
    _names: dict[tuple[str, str], str] = field(default_factory=dict)
    _told: str = ""
    _announced: dict[str, _Announced] = field(default_factory=dict)
    """In the order in which it was told; it outlives a line."""

    async def run(self, stop: asyncio.Event, wake: asyncio.Event) -> None:
        """Listen until stopped. ``wake`` is set after each batch. Raises DatabaseTrouble."""
        failures = 0
        take_over = True
        while not stop.is_set():
            line = Line(self.gateway, self.token)
            began = asyncio.get_running_loop().time()
            pause = self.pauses.for_a_person_s
            try:
                # A predecessor that was killed may still be listening as far as the gateway knows.
                await line.open(take_over=take_over)
                take_over = False
                await self._listen(line, stop, wake)
                self._say_once("wechat.taken_over")
            except WrongKey:
                self._say_once("wechat.wrong_token")
            except Taken:
                self._say_once("wechat.taken_over")
                take_over = True
            except TryLater as trouble:
                pause = growing_s(self.pauses.shortest_s, self.pauses.longest_s, failures + 1)
                log.warning("wechat: %s (try %d)", trouble, failures + 1)
            finally:
                await self._closed(line)
            lasted = asyncio.get_running_loop().time() - began > self.pauses.longest_s
            failures = 0 if lasted else failures + 1
            await rest(stop, pause)

    async def _closed(self, line: Line) -> None:
        if self.account.me is not None and self.lost_at is None:
            self.lost_at = self.clock.now()
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

    async def _listen(self, line: Line, stop: asyncio.Event, wake: asyncio.Event) -> None:
        """Take events until the line ends: raises TryLater, or returns where another client took over."""
        waiting: asyncio.Queue[tuple[str, asyncio.Task[Arrival]]] = asyncio.Queue()
        fetching: set[asyncio.Task[Arrival]] = set()
        at_once = asyncio.Semaphore(_AT_ONCE)

        def announce(identity: str, fetch: Fetch) -> None:
            announced = self._announced.setdefault(identity, _Announced(fetch))
            task = asyncio.create_task(self._arrival(line, identity, announced, at_once))
            fetching.add(task)
            task.add_done_callback(fetching.discard)
            waiting.put_nowait((identity, task))

        taking = asyncio.create_task(self._take(waiting, wake))
        stopping = asyncio.create_task(stop.wait())
        hearing = asyncio.create_task(self._hear(line, announce))
        try:
            await asyncio.wait({taking, stopping, hearing}, return_when=asyncio.FIRST_COMPLETED)
            if taking.done():
                taking.result()
            if hearing.done():
                hearing.result()
        finally:
            tasks = (hearing, taking, stopping, *fetching)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _hear(self, line: Line, announce: Callable[[str, Fetch], None]) -> None:
        left = dict(self._announced)
        async for event, payload in line.heard():
            match event:
                case Event.MESSAGE:
                    identity = str(payload.get("messageId", ""))
                    if identity:
                        announce(identity, partial(self._message, identity))
                case Event.LOGIN:
                    self.account.me, self.account.line = str(payload.get("contactId", "")), line
                    # What an earlier line could not bring: only who is logged in can ask for it.
                    for identity, announced in left.items():
                        announce(identity, announced.fetch)
                    left.clear()
                    await self._logged_in(line, self.account.me, announce)
                case Event.LOGOUT:
                    self._logged_out()
                case Event.SCAN if payload.get("qrcode"):
                    self.tell(self.texts("wechat.scan"))
                    self.show_code(str(payload["qrcode"]))
                case Event.FRIENDSHIP:
                    request = str(payload.get("friendshipId", ""))
                    announce(f"friend:{request}", partial(self._friend, request))
                case Event.ROOM_JOIN | Event.ROOM_LEAVE | Event.ROOM_TOPIC:
                    room = str(payload.get("roomId", ""))
                    moment = payload.get("timestamp", "")
                    self._forget(room)
                    announce(f"room:{room}:{event.name}:{moment}", partial(self._standing, room))
                case Event.DIRTY:
                    self._forget(str(payload.get("payloadId", "")))
                case Event.ERROR:
                    log.warning("wechat: the gateway reports an error")
                case _:
                    pass

    async def _take(
        self, waiting: asyncio.Queue[tuple[str, asyncio.Task[Arrival]]], wake: asyncio.Event
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
                self._announced.pop(identity, None)
            wake.set()

    def _taking(self, arrivals: Sequence[Arrival]) -> Callable[[], None]:
        return lambda: self.intake.take(NAME, arrivals, bot=NAME, pushed=True)

    async def _arrival(
        self, line: Line, identity: str, announced: _Announced, at_once: asyncio.Semaphore
    ) -> Arrival:
        """What was announced, or why it cannot be had. Raises TryLater where the next line may still bring it."""
        arrival = Arrival(_number(identity), None)
        for _ in range(_TRIES):
            try:
                async with at_once:
                    return replace(arrival, cause=await announced.fetch(line))
            except NotDone as gone:
                arrival = replace(arrival, cause=gone)
            except TryLater as trouble:
                announced.broken += 1
                if announced.broken < _TRIES:
                    raise
                return replace(arrival, cause=trouble)
            # Outside the semaphore: what a gateway no longer has must not hold up what it does have.
            await asyncio.sleep(self.pauses.fetch_s)
        return arrival

    # -- events --------------------------------------------------------------------------------------

    async def _message(self, identity: str, line: Line) -> Cause | None:
        raw = await line.message(identity)
        me = self.account.me or ""
        if raw.talker == me:
            self.account.echo(raw)
            return None
        if raw.sort is Sort.OTHER:
            return None
        return translate(raw, me, await self._names_of(line, raw, me), self.clock.now())

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

    async def _friend(self, request: str, line: Line) -> Cause | None:
        contact, words = await line.asked_for(request)
        if not contact:
            return None
        return FriendRequest(Account(NAME, contact, await self._name(line, "", contact)), words, request)

    async def _standing(self, room: str, line: Line) -> Cause | None:
        """How the account stands in a room now."""
        where = Address(NAME, room)
        try:
            found = await line.room(room)
        except NotDone:
            return Membership(where, "", Standing.GONE, self.clock.now(), in_group=True)
        standing = Standing.MEMBER if self.account.me in found.members else Standing.GONE
        return Membership(where, found.topic, standing, self.clock.now(), in_group=True)

    async def _logged_in(self, line: Line, me: str, announce: Callable[[str, Fetch], None]) -> None:
        self._told = ""
        name = await self._name(line, "", me)
        log.info("wechat: logged in")
        self.tell(self.texts("wechat.logged_in", name=name or me))
        if self.lost_at is not None:
            # A clock that was set back makes no gap of less than nothing.
            gap = Unheard(NAME, min(self.lost_at, self.clock.now()), self.clock.now())
            announce(f"gap:{gap.since.isoformat()}", partial(_known, gap))
            self.tell(self.texts("wechat.gap", since=self._hour(gap.since), until=self._hour(gap.until)))
            self.lost_at = None
        with suppress(TryLater):
            for room in await line.rooms():
                if is_room(room):
                    announce(
                        f"room:{room}:LOGIN:{self.clock.now().isoformat()}", partial(self._standing, room)
                    )

    def _logged_out(self) -> None:
        self.lost_at = self.lost_at or self.clock.now()
        self.account.me = None
        self._say_once("wechat.logged_out")

    def _hour(self, moment: datetime) -> str:
        return f"{moment.astimezone(self.zone):%H:%M:%S}"


async def _known(cause: Cause, _line: Line) -> Cause:
    """What need not be fetched: it is known here."""
    return cause


def _number(identity: str) -> str:
    """A message's id as the number under which it is remembered as taken."""
    return str(int.from_bytes(sha256(identity.encode()).digest()[:8]) >> 1)
