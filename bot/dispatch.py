"""The one way out: sends what the outbox and the cards hold until the platform has taken it."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.delivery import STORM, carry, joined, seen_twice, show, together, worn
from bot.domain.messages import Address, Cause, Fetch, Moved, Priority, Say, Standing, Undelivered
from bot.fetching import MediaLimits
from bot.intake import Arrival, Intake, stamp
from bot.platforms.base import ChatMoved, Misused, Platform, TryLater, Undeliverable, Unsure
from bot.platforms.pace import Pace, Waits
from storage.agenda import sends_by
from storage.cards import Card
from storage.database import Database, DatabaseTrouble
from storage.lease import LeaseLost
from storage.outbox import USELESS, Letter, backoff, undelivered
from storage.store import Store, open_store

log = logging.getLogger(__name__)

T = TypeVar("T")
_Item = tuple[int, int, Letter | Card]
"""Priority, 0 for letters and 1 for cards, and the thing itself."""


class Dispatch:
    """Takes what is due, most urgent first, and sends it: chats side by side, in order within a chat."""

    def __init__(
        self,
        database: Database,
        compound: int,
        intake: Intake,
        platforms: Mapping[str, Platform],
        clock: Clock,
        media: MediaLimits,
        *,
        is_group: Callable[[Address], bool],
        writer: Executor | None,
        pace: Pace | None,
        guard: Callable[[Connection], None] | None = None,
    ) -> None:
        """``writer`` is the thread that may write; without one, writing happens in place. ``pace`` None: no limits.

        ``guard`` is asked first in every transaction and raises LeaseLost where another process has taken over.

        What cannot be delivered to a group waits until the bot may write there again; to a person it never arrives.
        """
        self._is_group = is_group
        self._database = database
        self._compound = compound
        self._intake = intake
        self._platforms = platforms
        self._clock = clock
        self._media = media
        self._writer = writer
        self._pace = pace
        self._guard = guard
        self._waits = Waits()

    async def resume(self) -> int:
        """After a start: what was in flight when the last process ended is due again where its platform allows that."""
        repeating = [name for name, platform in self._platforms.items() if platform.able.repeats]

        def again(store: Store) -> int:
            store.cards.resume(repeating)
            return store.outbox.resume(repeating, self._clock.now())

        return await self._write(again)

    async def run(self, stop: asyncio.Event, wake: asyncio.Event, idle_s: float = 0.5) -> None:
        """Send until stopped; what is on its way then is waited for. ``wake`` is set by whoever fills the outbox.

        No chat waits for another one: a slow download or upload holds up its own chat only.
        """
        busy: dict[Address, asyncio.Task[None]] = {}
        try:
            while not stop.is_set():
                wake.clear()
                chats = await self._due(tuple(busy))
                for chat, items in chats:
                    busy[chat] = asyncio.create_task(self._chat(items, stop))
                    busy[chat].add_done_callback(lambda _: wake.set())
                if not chats:
                    with suppress(TimeoutError):
                        await asyncio.wait_for(wake.wait(), idle_s)
                for chat in [chat for chat, sending in busy.items() if sending.done()]:
                    busy.pop(chat).result()
            await asyncio.gather(*busy.values())
        finally:
            for sending in busy.values():
                sending.cancel()
            await asyncio.gather(*busy.values(), return_exceptions=True)

    async def drain(self) -> int:
        """Send everything that is due now; returns how many things were tried."""
        chats = await self._due(())
        await asyncio.gather(*(self._chat(items) for _, items in chats))
        return sum(len(items) for _, items in chats)

    async def _due(self, but_for: Collection[Address]) -> list[tuple[Address, list[_Item]]]:
        """What is due, by chat; the chat with the most urgent thing first, and in each the most urgent first."""
        names = list(self._platforms)
        now = self._clock.now()
        if not await self._on_writer(lambda: sends_by(self._database, self._compound, now)):
            return []

        def due(store: Store) -> tuple[Sequence[Letter], Sequence[Card]]:
            return (
                store.outbox.take(names, now, but_for=but_for),
                store.cards.stale(names, now, but_for=but_for),
            )

        letters, cards = await self._write(due)
        chats: dict[Address, list[_Item]] = {}
        for letter in letters:
            chats.setdefault(stamp(letter.what)[1].whole, []).append((letter.priority, 0, letter))
        for card in cards:
            chats.setdefault(card.to.whole, []).append((card.priority, 1, card))
        for waiting in chats.values():
            # Stable: within a priority and a kind the older comes first.
            waiting.sort(key=lambda item: item[:2])
        return sorted(chats.items(), key=lambda pair: pair[1][0][0])

    async def _chat(self, items: Sequence[_Item], stop: asyncio.Event | None = None) -> None:
        left: deque[Letter | Card] = deque(item for _, _, item in items)
        least = STORM
        while left:
            item = left[0]
            if stop is not None and stop.is_set():
                await self._later(left, self._clock.now(), "")
                return
            to = item.to if isinstance(item, Card) else stamp(item.what)[1]
            held = self._held(to, item)
            if held is not None:
                await self._later(left, held, "")
                return
            try:
                if isinstance(item, Card):
                    goes_on, count = await self._card(item), 1
                else:
                    limit = self._platforms[to.platform].able.text_limit
                    goes_on, count = await self._letters(together(left, limit, least))
                    # What does not fit into a storm's first message comes joined as well.
                    least = 2 if count > 1 else least
                for _ in range(count):
                    left.popleft()
                if not goes_on:
                    # Kept in order for when the group opens again, or under its new id.
                    await self._later(left, self._clock.now(), "")
                    return
            except TryLater as trouble:
                left.popleft()
                if await self._failed(item, to, trouble, left):
                    return
            except (DatabaseTrouble, LeaseLost, SQLAlchemyError):
                raise
            except Exception as fault:
                # A fault of ours with one message must not hold up everybody's.
                log.error("not sent: %s", type(fault).__name__, exc_info=log.isEnabledFor(logging.DEBUG))  # noqa: TRY400
                left.popleft()
                at = self._clock.now() + backoff(item.tries, None)
                await self._later([item], at, type(fault).__name__, tried=True)

    async def _failed(
        self, item: Letter | Card, to: Address, trouble: TryLater, left: Collection[Letter | Card]
    ) -> bool:
        """Put off what could not be sent now; True where its chat waits with it."""
        unsure = isinstance(trouble, Unsure) and seen_twice(item)
        if unsure and not self._platforms[to.platform].able.repeats:
            log.warning("%s: nobody knows whether it arrived: %s", to.platform, trouble)
            await self._leave_unknown(item, str(trouble))
            return False
        pause = backoff(item.tries, trouble.after)
        log.info("%s: trying again in %.0f s: %s", to.platform, pause.total_seconds(), trouble)
        now = self._clock.now()
        at = now + pause
        # A wait that the platform asked for is no failure: the next one begins with a short pause.
        await self._later([item], at, str(trouble), tried=trouble.after is None, unsure=unsure)
        if isinstance(item, Letter) and isinstance(item.what, Fetch):
            # Files have no order among them: one that cannot be had holds up no other.
            return False
        # Everything behind it waits too, and what is written meanwhile: the order within a chat is kept.
        # Only what is more urgent may try its luck, unless it is the platform that asked for the pause.
        self._waits.begin(to, now, at, item.priority if trouble.after is None else 0)
        await self._later(left, at, "")
        return True

    def _held(self, to: Address, item: Letter | Card) -> datetime | None:
        now = self._clock.now()
        if (moment := self._waits.until(to, item.priority, now)) > now:
            return moment
        if self._pace is None or (isinstance(item, Letter) and not seen_twice(item)):
            return None
        moment = self._pace.earliest(to, self._is_group(to), now, urgent=item.priority == Priority.EMERGENCY)
        if moment > now:
            return moment
        self._pace.sent(to, now)
        return None

    async def _later(
        self,
        items: Collection[Letter | Card],
        at: datetime,
        error: str,
        *,
        tried: bool = False,
        unsure: bool = False,
    ) -> None:
        def put_off(store: Store) -> None:
            for item in items:
                if isinstance(item, Card):
                    store.cards.later(item.id, at, error, tried=tried, unsure=unsure)
                elif tried and worn(item):
                    store.outbox.give_up(item.id, error, self._clock.now())
                else:
                    store.outbox.later(item.id, at, error, tried=tried, unsure=unsure)

        if items:
            await self._write(put_off)

    # -- letters ------------------------------------------------------------------------------------

    async def _letters(self, letters: Sequence[Letter]) -> tuple[bool, int]:
        """Send letters in one message: whether their chat takes more, and how many of them are settled."""
        letter, now = letters[0], self._clock.now()
        what = letter.what
        if isinstance(what, Say) and what.useful_until and what.useful_until < now:
            await self._write(lambda s: s.outbox.give_up(letter.id, USELESS, now))
            return True, 1
        _, to, _ = stamp(what)
        try:
            message, came = await carry(self._platforms[to.platform], joined(letters), self._media)
        except Undeliverable as gone:
            await self._closed(letter, undelivered(letter, to, str(gone)))
            return not self._is_group(to), 1
        except ChatMoved as moved:
            await self._moved(letter, moved)
            return False, 1
        except Misused as ours:
            if len(letters) > 1:
                # One of them may be to blame: each has its own chance.
                return await self._letters(letters[:1])
            log.error("refused by %s: %s", to.platform, ours)  # noqa: TRY400
            await self._drop(letter, str(ours))
            return True, 1
        if came is not None:
            await self._tell(came)

        words = not self._platforms[to.platform].able.buttons
        await self._write(lambda s: s.outbox.sent(letters, message, self._clock.now(), answerable=words))
        return True, len(letters)

    # -- cards --------------------------------------------------------------------------------------

    async def _card(self, card: Card) -> bool:
        """Show a card; False where its chat takes no more."""
        platform = self._platforms[card.to.platform]
        try:
            message = await show(platform, card)
        except Undeliverable as gone:
            await self._closed(card, Undelivered(card.to, f"card:{card.id}", card.ticket, str(gone)))
            return not self._is_group(card.to)
        except ChatMoved as moved:
            await self._moved(card, moved)
            return False
        except Misused as ours:
            log.error("card refused by %s: %s", card.to.platform, ours)  # noqa: TRY400
            await self._drop(card, str(ours))
        else:
            await self._write(lambda s: s.cards.shown(card.id, card.version, message))
        return True

    # -- where nothing can be written -----------------------------------------------------------------

    async def _closed(self, item: Letter | Card, gone: Undelivered) -> None:
        """A group's messages are parked until the bot may write there again; a person's never arrive."""
        if not self._is_group(gone.to):
            await self._drop(item, gone.reason)
            await self._tell(gone)
            return
        await self._later([item], self._clock.now(), gone.reason)
        await self._tell(gone)

        def parked(store: Store) -> bool:
            row = store.compound.group(gone.to.whole)
            return row is not None and row.standing is not Standing.MEMBER

        if not await self._write(parked):
            # A group that is none of ours: nobody will open it again.
            await self._drop(item, gone.reason)

    async def _moved(self, item: Letter | Card, moved: ChatMoved) -> None:
        """Every row follows, this one too, unless the chat is none of ours."""
        await self._later([item], self._clock.now(), "")
        await self._tell(Moved(moved.old, moved.new))
        moves = await self._write(lambda store: store.compound.moves())
        if (moved.old.platform, moved.old.chat) not in moves:
            await self._drop(item, str(moved))

    async def _drop(self, item: Letter | Card, reason: str) -> None:
        if isinstance(item, Card):
            await self._write(lambda store: store.cards.lose(item.id, reason))
        else:
            await self._write(lambda store: store.outbox.give_up(item.id, reason, self._clock.now()))

    async def _leave_unknown(self, item: Letter | Card, reason: str) -> None:
        if isinstance(item, Card):
            await self._write(lambda store: store.cards.lose(item.id, reason, unsure=True))
        else:
            await self._write(lambda store: store.outbox.leave_unknown(item.id, reason, self._clock.now()))

    # -- store --------------------------------------------------------------------------------------

    async def _tell(self, cause: Cause) -> None:
        await self._on_writer(lambda: self._intake.take("linli", [Arrival("", cause)]))

    async def _write(self, change: Callable[[Store], T]) -> T:
        def work() -> T:
            with self._database.writing() as conn:
                if self._guard is not None:
                    self._guard(conn)
                return change(open_store(conn, self._compound))

        return await self._on_writer(work)

    async def _on_writer(self, work: Callable[[], T]) -> T:
        if self._writer is None:
            return work()
        done: Awaitable[T] = asyncio.get_running_loop().run_in_executor(self._writer, work)
        return await done
