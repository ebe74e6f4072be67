"""How fast a messenger may be written to, and which chats wait after a failure."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.messages import Address


@dataclass(frozen=True, slots=True)
class Limits:
    """A messenger's published limits (Telegram Bot API FAQ: 1/s in a chat, 20/min in a group, 30/s overall)."""

    chat_gap: timedelta = timedelta(seconds=1)
    group_per_minute: int = 20
    overall_per_second: int = 30
    group_reserve: int = 2
    """Of a group's minute, kept free for emergencies."""
    overall_reserve: int = 3
    """Of everybody's second, kept free for emergencies."""


@dataclass(slots=True)
class Pace:
    """Sliding windows over what was sent lately. Held by the one dispatcher, forgotten at a restart."""

    limits: Limits = field(default_factory=Limits)
    _chats: dict[Address, deque[datetime]] = field(default_factory=dict)
    _all: deque[datetime] = field(default_factory=deque)

    def earliest(self, chat: Address, group: bool, now: datetime, *, urgent: bool = False) -> datetime:
        """The first moment at which a message to this chat keeps all limits; ``now`` or later.

        What is not ``urgent`` leaves the reserves alone, so that an emergency overtakes whatever fills the windows.
        """
        in_group, overall = self.limits.group_per_minute, self.limits.overall_per_second
        if not urgent:
            # A limit that is hardly more than its reserve is no limit to share.
            in_group = max(in_group - self.limits.group_reserve, (in_group + 1) // 2)
            overall = max(overall - self.limits.overall_reserve, (overall + 1) // 2)
        sent = self._lately(self._chats.setdefault(chat.whole, deque()), now, timedelta(minutes=1))
        moment = now
        if sent:
            moment = max(moment, sent[-1] + self.limits.chat_gap)
        if group and len(sent) >= in_group:
            moment = max(moment, sent[-in_group] + timedelta(minutes=1))
        total = self._lately(self._all, now, timedelta(seconds=1))
        if len(total) >= overall:
            moment = max(moment, total[-overall] + timedelta(seconds=1))
        return moment

    def sent(self, chat: Address, now: datetime) -> None:
        """A message has just gone to this chat."""
        self._chats.setdefault(chat.whole, deque()).append(now)
        self._all.append(now)

    @staticmethod
    def _lately(sent: deque[datetime], now: datetime, span: timedelta) -> deque[datetime]:
        # A clock that was set back leaves moments in the future: they would hold everything up.
        while sent and (sent[0] <= now - span or sent[0] > now):
            sent.popleft()
        return sent


@dataclass(slots=True)
class Waits:
    """Chats in which something failed and is to be tried again: what is written there meanwhile does not overtake it."""

    _chats: dict[Address, tuple[datetime, datetime, int]] = field(default_factory=dict)
    """Since when, until when, and from which priority on."""

    def begin(self, chat: Address, now: datetime, until: datetime, priority: int) -> None:
        """What is no more urgent than ``priority`` waits from now on; 0 makes everything wait."""
        self._chats[chat.whole] = (now, until, priority)

    def until(self, chat: Address, priority: int, now: datetime) -> datetime:
        """The first moment at which something of this priority may go to the chat; ``now`` or later."""
        since, until, waiting = self._chats.get(chat.whole, (now, now, 0))
        # A clock that was set back must not hold anything up.
        if not since <= now < until:
            self._chats.pop(chat.whole, None)
            return now
        return until if priority >= waiting else now
