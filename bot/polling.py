"""Listening to Telegram: a batch of updates, one transaction, and only then the next batch."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.intake import Arrival, Intake, known_before
from bot.platforms.base import TryLater
from bot.platforms.telegram.account import Telegram
from bot.platforms.telegram.http import Conflict, WrongToken
from bot.platforms.telegram.incoming import Unreadable
from bot.resting import growing_s, rest

log = logging.getLogger(__name__)

_LONG_POLL_S = 25


@dataclass(frozen=True, slots=True)
class Pauses:
    """How long polling rests."""

    shortest_s: float = 3.0
    """After an empty or failed poll: asking again at once makes the server answer with single updates."""
    longest_s: float = 60.0
    """After many failures, and where a person has to act: a wrong token, another program with the same one."""


class Polling:
    """One bot account's loop. Nothing that Telegram answers ends it, only being stopped does."""

    def __init__(
        self,
        telegram: Telegram,
        intake: Intake,
        bot: str,
        on_writer: Callable[[Callable[[], None]], Awaitable[None]],
        pauses: Pauses,
    ) -> None:
        self._pauses = pauses
        self._telegram = telegram
        self._intake = intake
        self._bot = bot
        self._on_writer = on_writer
        self._pushed: frozenset[int] = frozenset()
        """What came by webhook before it was switched off, and may come once more."""

    async def run(self, stop: asyncio.Event, wake: asyncio.Event) -> None:
        """Poll until stopped. ``wake`` is set after each batch: there may be something to send.

        Raises DatabaseTrouble: a batch that cannot be stored is not confirmed, and comes again.
        """
        offset, self._pushed = self._intake.offset(self._bot), self._intake.pushed(self._bot)
        log.info("listening from update %s", "?" if offset is None else offset)
        failures = 0
        while not stop.is_set():
            began = asyncio.get_running_loop().time()
            try:
                batch = await self._telegram.poll(offset, _LONG_POLL_S)
            except TryLater as trouble:
                failures += 1
                if isinstance(trouble, Conflict) and trouble.webhook:
                    # Starting takes the webhook down; it was set by somebody else with this token.
                    await self._restart()
                await rest(stop, self._pause(trouble, failures))
                continue
            if failures:
                log.info("telegram answers again")
                failures = 0
            arrivals, following = self._read(batch, offset)
            if following is not None:
                await self._on_writer(self._taking(arrivals, following))
                offset = following
                wake.set()
            elif batch:
                # Nothing in it has a number: it cannot be confirmed, so it will come again for ever.
                failures += 1
                log.error("telegram sent %d updates without numbers", len(batch))
                await rest(stop, self._pause(TryLater("updates without numbers"), failures))
            elif asyncio.get_running_loop().time() - began < self._pauses.shortest_s:
                await rest(stop, self._pauses.shortest_s)

    async def _restart(self) -> None:
        try:
            await self._telegram.start()
        except TryLater as trouble:
            log.warning("telegram: %s", trouble)

    def _taking(self, arrivals: Sequence[Arrival], following: int) -> Callable[[], None]:
        return lambda: self._intake.take("telegram", arrivals, bot=self._bot, next_offset=following)

    def _read(self, batch: Sequence[object], offset: int | None) -> tuple[list[Arrival], int | None]:
        """The batch's arrivals that were not taken yet, and the offset that confirms all of it."""
        arrivals: list[Arrival] = []
        following = None
        for raw in batch:
            try:
                number = self._telegram.confirmed(raw)
            except Unreadable as bad:
                arrivals.append(Arrival("?", bad))
                continue
            if known_before(number, offset):
                continue
            following = max(following or 0, number + 1)
            if number in self._pushed:
                continue
            try:
                arrivals.append(Arrival(str(number), self._telegram.to_cause(raw)))
            except Unreadable as bad:
                arrivals.append(Arrival(str(number), bad))
        return arrivals, following

    def _pause(self, trouble: TryLater, failures: int) -> float:
        if isinstance(trouble, WrongToken):
            log.error("telegram does not accept the token any more: check it with @BotFather, then restart")
            return self._pauses.longest_s
        if isinstance(trouble, Conflict):
            log.error("another program polls with the same token: stop it; trying again in a minute")
            return self._pauses.longest_s
        log.warning("telegram: %s (try %d)", trouble, failures)
        if trouble.after is not None:
            return max(trouble.after / timedelta(seconds=1), self._pauses.shortest_s)
        return growing_s(self._pauses.shortest_s, self._pauses.longest_s, failures)
