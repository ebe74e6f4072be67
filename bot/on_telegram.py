"""The Telegram account in the running bot: logs in, looks how it stands in its groups, polls or is posted to."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from bot.accounts import Ear
from bot.clock import Clock
from bot.domain.messages import Address, Membership, Moved
from bot.files.config import Config, GroupConfig
from bot.intake import Arrival
from bot.platforms.base import ChatMoved, Misused, Platform, TryLater, Undeliverable
from bot.platforms.telegram.account import Telegram
from bot.platforms.telegram.http import WrongToken
from bot.platforms.telegram.incoming import Me
from bot.polling import Pauses, Polling
from bot.resting import rest
from bot.texts import Texts
from bot.webhook import Door, Webhook

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OnTelegram:
    """One bot account."""

    telegram: Telegram
    bot: str
    """The account's number, which a token begins with."""
    config: Config
    clock: Clock
    texts: Texts
    tell: Callable[[str], None]
    """Says a line to the operator."""
    pauses: Pauses
    door: Door | None = None
    """Where Telegram posts updates to; None: it is asked for them."""

    @property
    def key(self) -> str:
        """See Account."""
        return f"{Telegram.name}:{self.bot}"

    @property
    def platform(self) -> Platform:
        """See Account."""
        return self.telegram

    def is_group(self, chat: str) -> bool:
        """Telegram numbers groups below zero and people above."""
        return chat.startswith("-")

    async def close(self) -> None:
        """See Account."""
        await self.telegram.stop()

    async def listen(self, ear: Ear) -> None:
        """See Account. Raises WrongToken at the start."""
        me = await self._logged_in(ear.stop)
        if me is None:
            return
        log.info("logged in as @%s, mode %s", me.username, self.config.mode)
        await ear.greet()
        groups = [group for group in self.config.groups.all if group.platform == Telegram.name]
        # Side by side: each is two calls to a server that may be far away.
        found = await asyncio.gather(*(self._look(group) for group in groups))
        arrivals = [arrival for arrival in found if arrival]
        await ear.on_writer(lambda: ear.intake.take(Telegram.name, arrivals))
        ear.wake.set()
        if self.door is not None:
            webhook = Webhook(self.telegram, ear.intake, self.bot, ear.on_writer, self.door)
            await webhook.run(ear.stop, ear.wake)
        else:
            polling = Polling(self.telegram, ear.intake, self.bot, ear.on_writer, self.pauses)
            await polling.run(ear.stop, ear.wake)

    async def _logged_in(self, stop: asyncio.Event) -> Me | None:
        """Who we are; None if told to stop before Telegram could be reached."""
        wait_s = 3.0
        while not stop.is_set():
            try:
                return await (self.telegram.identify() if self.door else self.telegram.start())
            except WrongToken:
                raise
            except TryLater as trouble:
                log.warning("telegram cannot be reached yet: %s", trouble)
                await rest(stop, wait_s)
                wait_s = min(wait_s * 2, 60.0)
        return None

    async def _look(self, group: GroupConfig) -> Arrival | None:
        """How we stand in a group, told to the operator where that is not as it should be."""
        where = Address(Telegram.name, group.chat)
        try:
            room = await self.telegram.room(where)
        except (Undeliverable, Misused):
            self.tell(self.texts("run.group_missing", chat=group.chat, name=group.name))
            return None
        except ChatMoved as moved:
            return Arrival("start", Moved(moved.old, moved.new))
        except TryLater as trouble:
            log.warning("group %s not looked at: %s", group.chat, trouble)
            return None
        if not room.hears_all:
            self.tell(self.texts("run.cannot_hear", group=room.title))
        return Arrival("start", Membership(where, room.title, room.standing, self.clock.now(), in_group=True))
