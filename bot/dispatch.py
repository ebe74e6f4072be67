"""The one way out: sends what the outbox and the cards hold until the platform has taken it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.domain.messages import (
    Address,
    Answer,
    Cause,
    Fetch,
    Leave,
    Moved,
    Outgoing,
    PublishMenu,
    React,
    Say,
    SendFile,
    Standing,
    Undelivered,
)
from bot.fetching import MediaLimits, fetch_photo
from bot.intake import Arrival, Intake, stamp
from bot.platforms.base import ChatMoved, Misused, Platform, TryLater, Undeliverable, pin_kindly
from bot.platforms.pace import Pace, Waits
from storage.cards import Card
from storage.database import Database, DatabaseTrouble
from storage.lease import LeaseLost
from storage.outbox import Letter, backoff, undelivered
from storage.store import Store, open_store

log = logging.getLogger(__name__)

T = TypeVar("T")
_Item = tuple[int, int, Letter | Card]
"""Priority, 0 for letters and 1 for cards, and the thing itself."""

_GIVE_UP_AFTER = 12
"""Tries of an answer, a reaction or a menu before it is let go: half an hour."""
_GIVE_UP_PHOTO_AFTER = 300
"""Tries of a photo: a day. A message is never let go."""


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
        """After a start: what was in flight when the last process ended is due again."""
        return await self._write(lambda store: store.outbox.resume())

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
        for index, (_, _, item) in enumerate(items):
            if stop is not None and stop.is_set():
                # The rest is due again at the next start.
                return
            to = item.to if isinstance(item, Card) else stamp(item.what)[1]
            held = self._held(to, item)
            if held is not None:
                await self._later([i for _, _, i in items[index:]], held, "")
                return
            try:
                goes_on = await (self._card(item) if isinstance(item, Card) else self._letter(item))
                if not goes_on:
                    # Kept in order for when the group opens again, or under its new id.
                    await self._later([i for _, _, i in items[index + 1 :]], self._clock.now(), "")
                    return
            except TryLater as trouble:
                pause = backoff(item.tries, trouble.after)
                log.info("%s: trying again in %.0f s: %s", to.platform, pause.total_seconds(), trouble)
                now = self._clock.now()
                at = now + pause
                # A wait that the platform asked for is no failure: the next one begins with a short pause.
                await self._later([item], at, str(trouble), tried=trouble.after is None)
                if isinstance(item, Letter) and isinstance(item.what, Fetch):
                    # Files have no order among them: one that cannot be had holds up no other.
                    continue
                # Everything behind it waits too, and what is written meanwhile: the order within a chat is kept.
                # Only what is more urgent may try its luck, unless it is the platform that asked for the pause.
                self._waits.begin(to, now, at, item.priority if trouble.after is None else 0)
                await self._later([i for _, _, i in items[index + 1 :]], at, "")
                return
            except (DatabaseTrouble, LeaseLost, SQLAlchemyError):
                raise
            except Exception as fault:
                # A fault of ours with one message must not hold up everybody's.
                log.error("not sent: %s", type(fault).__name__, exc_info=log.isEnabledFor(logging.DEBUG))  # noqa: TRY400
                at = self._clock.now() + backoff(item.tries, None)
                await self._later([item], at, type(fault).__name__, tried=True)

    def _held(self, to: Address, item: Letter | Card) -> datetime | None:
        now = self._clock.now()
        if (moment := self._waits.until(to, item.priority, now)) > now:
            return moment
        if self._pace is None or (isinstance(item, Letter) and not isinstance(item.what, Say | SendFile)):
            return None
        moment = self._pace.earliest(to, self._is_group(to), now)
        if moment > now:
            return moment
        self._pace.sent(to, now)
        return None

    async def _later(
        self, items: Sequence[Letter | Card], at: datetime, error: str, *, tried: bool = False
    ) -> None:
        def put_off(store: Store) -> None:
            for item in items:
                if isinstance(item, Card):
                    store.cards.later(item.id, at, error, tried=tried)
                elif tried and _worn(item):
                    store.outbox.give_up(item.id, error, self._clock.now())
                else:
                    store.outbox.later(item.id, at, error, tried=tried)

        await self._write(put_off)

    # -- letters ------------------------------------------------------------------------------------

    async def _letter(self, letter: Letter) -> bool:
        """Send a letter; False where its chat takes no more."""
        what = letter.what
        if isinstance(what, Say) and what.useful_until and what.useful_until < self._clock.now():
            await self._write(lambda s: s.outbox.give_up(letter.id, "no longer useful", self._clock.now()))
            return True
        _, to, _ = stamp(what)
        try:
            message = await self._send(self._platforms[to.platform], what)
        except Undeliverable as gone:
            await self._closed(letter, undelivered(letter, to, str(gone)))
            return not self._is_group(to)
        except ChatMoved as moved:
            await self._moved(letter, moved)
            return False
        except Misused as ours:
            log.error("refused by %s: %s", to.platform, ours)  # noqa: TRY400
            await self._drop(letter, str(ours))
        else:
            await self._write(lambda s: s.outbox.sent(letter.id, message, self._clock.now()))
        return True

    async def _send(self, platform: Platform, what: Outgoing) -> str | None:
        match what:
            case Say():
                message = await platform.send(
                    what.to, what.face, reply_to=what.reply_to, mentions=what.mentions, silent=what.silent
                )
                if what.pin:
                    await pin_kindly(platform, what.to, message)
                return message
            case SendFile():
                return await platform.send_file(what, self._media.folder / what.path)
            case Answer():
                await platform.answer(what)
            case React():
                await platform.react(what)
            case Fetch():
                await self._tell(await fetch_photo(platform, what, self._media))
            case Leave():
                await platform.leave(what)
            case PublishMenu():
                await platform.publish(what)
        return None

    # -- cards --------------------------------------------------------------------------------------

    async def _card(self, card: Card) -> bool:
        """Show a card; False where its chat takes no more."""
        platform = self._platforms[card.to.platform]
        try:
            message = await self._show(platform, card)
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

    async def _show(self, platform: Platform, card: Card) -> str:
        if card.message is not None and platform.able.edits:
            try:
                await platform.edit(card.to, card.message, card.face)
            except Misused:
                # The message is gone (deleted by an admin, or too old): show the state anew.
                log.info("card sent anew: its message cannot be edited")
            else:
                return card.message
        return await platform.send(card.to, card.face, reply_to=card.reply_to, mentions=card.mentions)

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


def _worn(letter: Letter) -> bool:
    match letter.what:
        case Say() | SendFile():
            return False
        case Fetch():
            return letter.tries >= _GIVE_UP_PHOTO_AFTER
        case _:
            return letter.tries >= _GIVE_UP_AFTER
