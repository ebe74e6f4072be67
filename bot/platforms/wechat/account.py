"""The WeChat account as a platform: it writes at a human pace, and never twice because an answer was lost."""

from __future__ import annotations

import asyncio
import logging
import random
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.domain.able import Able
from bot.domain.messages import (
    Account,
    Address,
    Answer,
    Befriend,
    Face,
    Leave,
    PublishMenu,
    React,
    SendFile,
)
from bot.platforms.base import Misused, TryLater, Undeliverable, Unsure
from bot.platforms.wechat.incoming import NAME
from bot.platforms.wechat.puppet import Line, NotDone, RawMessage

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Manner:
    """How a person writes: who writes faster, or to many at once, gets the account banned."""

    room_gap_s: float = 3.0
    """Between two messages in one conversation, at least."""
    overall_gap_s: float = 1.0
    """Between two messages anywhere."""
    jitter: float = 0.5
    """By how much of itself each gap may grow."""
    echo_s: float = 15.0
    """How long the account's own message is waited for where the answer was lost."""


@dataclass(slots=True)
class _Spoken:
    """What the account itself has written lately, as the gateway tells it back."""

    echoes: deque[RawMessage] = field(default_factory=lambda: deque(maxlen=300))
    new: asyncio.Event = field(default_factory=asyncio.Event)
    claimed: deque[str] = field(default_factory=lambda: deque(maxlen=300))
    """Ids that are known to be of something that was sent."""


class WeChat:
    """One WeChat account behind a gateway. The line comes and goes; whoever listens puts it in."""

    name = NAME
    able = Able(buttons=False, edits=False, reactions=False, text_limit=2000, repeats=False)

    def __init__(self, *, manner: Manner | None = None, media: Path | None = None) -> None:
        """``media`` is the folder of stored photos; without one none are shown."""
        self._media = media
        self._manner = manner or Manner()
        self._spoken = _Spoken()
        self._free_at: dict[str, float] = {}
        self._overall = asyncio.Lock()
        self._last = 0.0
        self.line: Line | None = None
        """The open line, or None while there is none."""
        self.me: str | None = None
        """The account's id while it is logged in."""

    def link(self, payload: str) -> str | None:  # noqa: ARG002  # the protocol's signature
        """WeChat has no addresses that open a chat."""
        return None

    def echo(self, raw: RawMessage) -> None:
        """The gateway tells of a message that the account itself has written."""
        self._spoken.echoes.append(raw)
        self._spoken.new.set()
        self._spoken.new = asyncio.Event()

    async def send(
        self,
        to: Address,
        face: Face,
        *,
        reply_to: str | None = None,  # noqa: ARG002  # WeChat's gateways cannot quote
        mentions: Sequence[Account] = (),
        silent: bool = False,  # noqa: ARG002  # nor send quietly
    ) -> str:
        """See Platform. A mention is written as ``@name`` and rings."""
        line = self._open()
        text = face.text[: self.able.text_limit]
        named = [account for account in mentions if account.platform == NAME]
        if named:
            text = "".join(f"@{account.name}\u2005" for account in named) + text
        await self._pace(to.chat)
        try:
            message = await line.say(to.chat, text, tuple(account.id for account in named))
        except Unsure as lost:
            return await self._echoed(to.chat, text, lost)
        except NotDone as refused:
            raise await self._why(line, to.chat, refused) from None
        self._spoken.claimed.append(message)
        await self._show_photo(line, to.chat, face.photo)
        return message

    async def _show_photo(self, line: Line, conversation: str, photo: str | None) -> None:
        """A photo is a message of its own. The words are there already and must not come twice for its sake."""
        path = self._media / photo if self._media is not None and photo else None
        if path is None or not path.is_file():
            return
        await self._pace(conversation)
        try:
            await line.hand(conversation, path.name, path.read_bytes())
        except TryLater as trouble:
            log.warning("wechat: a photo could not be shown: %s", trouble)

    async def edit(self, to: Address, message: str, face: Face) -> None:  # noqa: ARG002  # the protocol's signature
        """WeChat has no edits."""
        raise Misused("WeChat has no edits")

    async def send_file(self, file: SendFile, path: Path) -> str:
        """See Platform. The caption goes before the file."""
        line = self._open()
        if not path.is_file():
            raise Misused("there is no such file")
        if file.caption:
            await self.send(file.to, Face(file.caption))
        await self._pace(file.to.chat)
        try:
            return await line.hand(file.to.chat, path.name, path.read_bytes())
        except NotDone as refused:
            raise await self._why(line, file.to.chat, refused) from None

    async def pin(self, to: Address, message: str) -> bool:  # noqa: ARG002  # the protocol's signature
        """WeChat has no pinned messages that an account can set."""
        return False

    async def answer(self, answer: Answer) -> None:
        """What would be a toast is a line in a private chat; a group is not disturbed by it."""
        if answer.text and (answer.alert or not is_room(answer.to.chat)):
            await self.send(answer.to, Face(answer.text))

    async def react(self, reaction: React) -> None:
        """WeChat has no reactions: being heard shows when something comes of it."""

    async def leave(self, leave: Leave) -> None:
        """See Platform."""
        await self._open().quit(leave.to.chat)

    async def befriend(self, wanted: Befriend) -> None:
        """Accept a friend request."""
        await self._open().befriend(wanted.request)

    async def publish(self, menu: PublishMenu) -> None:
        """WeChat has no menus: 帮助 lists the words."""

    async def fetch(self, file: str, into: Path, limit_bytes: int) -> None:
        """See Platform. A photo's handle is its message's id."""
        content = await self._open().image(file, limit_bytes)
        if content is None:
            raise Misused("the photo is missing or too large")
        into.write_bytes(content)

    # -- how it is done -----------------------------------------------------------------------------

    def _open(self) -> Line:
        if self.line is None or self.me is None:
            raise TryLater("no connection to WeChat" if self.line is None else "not logged in to WeChat")
        return self.line

    async def _pace(self, conversation: str) -> None:
        """Wait until a person could write here again; each waits for its own turn."""
        loop = asyncio.get_running_loop()
        free = max(self._free_at.get(conversation, 0.0), loop.time())
        self._free_at[conversation] = free + self._gap(self._manner.room_gap_s)
        await asyncio.sleep(free - loop.time())
        async with self._overall:
            await asyncio.sleep(max(0.0, self._last + self._gap(self._manner.overall_gap_s) - loop.time()))
            self._last = loop.time()

    def _gap(self, seconds: float) -> float:
        return seconds * (1 + random.random() * self._manner.jitter)  # noqa: S311  # not a secret

    async def _echoed(self, conversation: str, text: str, lost: TryLater) -> str:
        """The id of our own message where it did arrive. Raises Unsure where nobody can tell."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self._manner.echo_s
        while True:
            new = self._spoken.new
            for raw in self._spoken.echoes:
                where = raw.room or raw.listener
                if where == conversation and raw.text == text and raw.id not in self._spoken.claimed:
                    self._spoken.claimed.append(raw.id)
                    log.info("wechat: the answer was lost, the message has arrived")
                    return raw.id
            try:
                await asyncio.wait_for(new.wait(), max(0.0, until - loop.time()))
            except TimeoutError:
                raise Unsure(str(lost)) from None

    async def _why(self, line: Line, conversation: str, refused: NotDone) -> TryLater | Undeliverable:
        """Whether a refusal is for good: no friend, no member."""
        try:
            if is_room(conversation):
                gone = conversation not in await line.rooms()
            else:
                gone = not (await line.contact(conversation)).friend
        except TryLater:
            return refused
        if gone:
            return Undeliverable("not in this group" if is_room(conversation) else "no friend on WeChat")
        return refused


def is_room(conversation: str) -> bool:
    """Whether an id names a group: wechaty's rooms end so, whatever the gateway."""
    return conversation.endswith("@chatroom")
