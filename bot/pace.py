"""How fast a messenger may be written to: one message a second in a chat, twenty a minute in a group, thirty overall."""

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


@dataclass(slots=True)
class Pace:
    """Sliding windows over what was sent lately. Held by the one dispatcher, forgotten at a restart."""

    limits: Limits = field(default_factory=Limits)
    _chats: dict[Address, deque[datetime]] = field(default_factory=dict)
    _all: deque[datetime] = field(default_factory=deque)

    def earliest(self, chat: Address, group: bool, now: datetime) -> datetime:
        """The first moment at which a message to this chat keeps all limits; ``now`` or later."""
        sent = self._lately(self._chats.setdefault(_key(chat), deque()), now, timedelta(minutes=1))
        moment = now
        if sent:
            moment = max(moment, sent[-1] + self.limits.chat_gap)
        if group and len(sent) >= self.limits.group_per_minute:
            moment = max(moment, sent[-self.limits.group_per_minute] + timedelta(minutes=1))
        total = self._lately(self._all, now, timedelta(seconds=1))
        if len(total) >= self.limits.overall_per_second:
            moment = max(moment, total[-self.limits.overall_per_second] + timedelta(seconds=1))
        return moment

    def sent(self, chat: Address, now: datetime) -> None:
        """A message has just gone to this chat."""
        self._chats.setdefault(_key(chat), deque()).append(now)
        self._all.append(now)

    @staticmethod
    def _lately(sent: deque[datetime], now: datetime, span: timedelta) -> deque[datetime]:
        # A clock that was set back leaves moments in the future: they would hold everything up.
        while sent and (sent[0] <= now - span or sent[0] > now):
            sent.popleft()
        return sent


def _key(chat: Address) -> Address:
    return Address(chat.platform, chat.chat)
