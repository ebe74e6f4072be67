"""Telegram: asks for updates, translates them, and carries messages, cards, files and answers there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from telegram import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    ReactionTypeEmoji,
)

from bot.clock import Clock, SystemClock
from bot.domain.able import Able
from bot.domain.messages import (
    EVERY_GROUP,
    EVERY_PRIVATE_CHAT,
    Account,
    Address,
    Answer,
    Befriend,
    Cause,
    Face,
    Leave,
    Moved,
    PublishMenu,
    React,
    SendFile,
    Standing,
)
from bot.platforms.base import TryLater, Undeliverable
from bot.platforms.telegram.carrying import Carrier, chat_id, explained, number
from bot.platforms.telegram.http import OFFICIAL, Caller, Refusal
from bot.platforms.telegram.incoming import NAME, Me, Unreadable, standing_of, title_of, translate, update_id
from bot.platforms.telegram.outgoing import ANSWER_LIMIT, DESCRIPTION_LIMIT, TEXT_LIMIT, cut
from bot.platforms.telegram.updates import LISTENS_TO, Sign, asked, hang_sign, sign, take_sign_down, who

BATCH = 100
"""The most updates Telegram gives at a time."""


@dataclass(frozen=True, slots=True)
class Room:
    """How the bot finds a chat: for the check at start."""

    title: str
    standing: Standing
    hears_all: bool
    """Whether every message reaches the bot: privacy mode is off, or it is an admin there."""
    admin: bool = False


class Telegram:
    """The platform Telegram for one bot account. ``start`` before anything else, ``stop`` at the end."""

    name = NAME
    able = Able(buttons=True, edits=True, reactions=True, text_limit=TEXT_LIMIT)

    def __init__(
        self,
        token: str,
        *,
        media: Path,
        base_url: str = OFFICIAL,
        proxy: str | None = None,
        connect_timeout_s: float = 10,
        timeout_s: float = 20,
        clock: Clock | None = None,
    ) -> None:
        """``media`` is the folder of what ``Face.photo`` names. ValueError for an unsafe base_url."""
        self._caller = Caller(
            token, base_url=base_url, proxy=proxy, connect_timeout_s=connect_timeout_s, timeout_s=timeout_s
        )
        self._carrier = Carrier(self._caller, media)
        self._clock = clock or SystemClock()
        self._me: Me | None = None
        self._moves: dict[Moved, int] = {}

    def link(self, payload: str) -> str | None:
        """See Platform."""
        return f"https://t.me/{self._me.username}?start={payload}" if self._me else None

    async def identify(self) -> Me:
        """Learn who the bot is and change nothing: enough for ``room``. Raises WrongToken, TryLater."""
        await self._caller.open()
        self._me = await who(self._caller)
        return self._me

    async def start(self) -> Me:
        """``identify``, and take down a webhook, which would keep updates from us, without losing any.

        Raises WrongToken, TryLater.
        """
        me = await self.identify()
        await take_sign_down(self._caller)
        return me

    async def webhook(self) -> Sign:
        """Where Telegram posts updates to. Raises WrongToken, TryLater."""
        await self._caller.open()
        return await sign(self._caller)

    async def point_here(self, url: str, secret: str) -> None:
        """Have updates posted to a URL, with a secret in each request's header. Raises WrongToken, TryLater."""
        await hang_sign(self._caller, url, secret)

    async def stop(self) -> None:
        """Close the connections."""
        await self._caller.close()

    async def poll(self, offset: int | None, wait_s: int, limit: int = BATCH) -> list[object]:
        """The next updates as they came, oldest first; waits up to ``wait_s`` for the first one.

        Telegram forgets what lies below ``offset``: ask with it only once those updates are safe. Elements
        may be anything: hand each to ``to_cause``. Raises TryLater, WrongToken, Conflict.
        """
        updates = await asked(
            self._caller,
            "getUpdates",
            wait_s,
            offset=offset,
            limit=limit,
            timeout=wait_s,
            allowed_updates=list(LISTENS_TO),
        )
        if not isinstance(updates, list):
            raise TryLater("getUpdates: no list in the answer")
        return updates

    def confirmed(self, raw: object) -> int:
        """The update's number; asking for the one after it confirms it. Raises Unreadable."""
        return update_id(raw)

    def to_cause(self, raw: object) -> Cause | None:
        """What an update means, or None where it does not concern Linli. Raises Unreadable."""
        cause = translate(raw, self._me, self._clock.now())
        if isinstance(cause, Moved):
            # Telegram tells of a move twice, in the old group and in the new one. The first telling counts,
            # also when it is read again because its transaction failed.
            number = update_id(raw)
            if self._moves.setdefault(cause, number) != number:
                return None
        return cause

    async def room(self, to: Address) -> Room:
        """How the bot stands in a chat. Raises Undeliverable where it cannot see it, TryLater."""
        me = self._me or await self.identify()
        with explained(to):
            chat = await self._caller.call("getChat", chat_id=chat_id(to))
            member = await self._caller.call("getChatMember", chat_id=chat_id(to), user_id=int(me.id))
        try:
            admin = member["status"] in ("administrator", "creator")
            hears_all = me.can_read_all_group_messages or admin
            return Room(title_of(chat), standing_of(member), hears_all, admin)
        except (Unreadable, TypeError, KeyError, AttributeError):
            raise TryLater("getChatMember: no member in the answer") from None

    async def send(
        self,
        to: Address,
        face: Face,
        *,
        reply_to: str | None = None,
        mentions: Sequence[Account] = (),
        silent: bool = False,
    ) -> str:
        """See Platform. A photo that Telegram refuses does not hold up the words, whose id is returned."""
        return await self._carrier.send(to, face, reply_to, mentions, silent=silent)

    async def edit(self, to: Address, message: str, face: Face) -> None:
        """See Platform. A photo that comes later is added where the words fit under it."""
        await self._carrier.edit(to, message, face)

    async def send_file(self, file: SendFile, path: Path) -> str:
        """See Platform. Pictures are shown, all else is a document. Misused where the file is missing."""
        return await self._carrier.send_file(file, path)

    async def fetch(self, file: str, into: Path, limit_bytes: int) -> None:
        """See Platform. The file appears whole or not at all, readable by its owner only."""
        await self._carrier.fetch(file, into, limit_bytes)

    async def pin(self, to: Address, message: str) -> bool:
        """See Platform."""
        with explained(to):
            try:
                await self._caller.call(
                    "pinChatMessage",
                    chat_id=chat_id(to),
                    message_id=number(message),
                    disable_notification=True,
                )
            except Refusal as refusal:
                if refusal.says("rights", "chat_admin_required"):
                    return False
                raise
        return True

    async def answer(self, answer: Answer) -> None:
        """See Platform."""
        with explained(answer.to):
            try:
                await self._caller.call(
                    "answerCallbackQuery",
                    callback_query_id=answer.press,
                    text=cut(answer.text, ANSWER_LIMIT) or None,
                    show_alert=answer.alert or None,
                )
            except Refusal as refusal:
                if not refusal.says("query is too old", "query id is invalid", "query_id_invalid"):
                    raise

    async def react(self, reaction: React) -> None:
        """See Platform."""
        with explained(reaction.to):
            try:
                await self._caller.call(
                    "setMessageReaction",
                    chat_id=chat_id(reaction.to),
                    message_id=number(reaction.message),
                    reaction=[ReactionTypeEmoji(reaction.emoji)],
                )
            except Refusal as refusal:
                # The words for a forbidden emoji or a vanished message vary; a reaction is not worth a fuss.
                if refusal.moved_to is not None or refusal.code != 400 or refusal.says("chat not found"):
                    raise

    async def leave(self, leave: Leave) -> None:
        """See Platform. Having left is no error."""
        try:
            with explained(leave.to):
                await self._caller.call("leaveChat", chat_id=chat_id(leave.to))
        except Undeliverable:
            return

    async def befriend(self, wanted: Befriend) -> None:
        """Nobody has to be a friend here to be written to."""

    async def publish(self, menu: PublishMenu) -> None:
        """See Platform. No commands: the chat shows the bot's general menu again."""
        everywhere = {
            EVERY_PRIVATE_CHAT: BotCommandScopeAllPrivateChats,
            EVERY_GROUP: BotCommandScopeAllGroupChats,
        }.get(menu.to.chat)
        scope = everywhere() if everywhere else BotCommandScopeChat(chat_id(menu.to))
        with explained(menu.to):
            language = menu.language or None
            if not menu.commands:
                await self._caller.call("deleteMyCommands", scope=scope, language_code=language)
                return
            commands = [BotCommand(name, cut(words, DESCRIPTION_LIMIT)) for name, words in menu.commands]
            await self._caller.call("setMyCommands", commands=commands, scope=scope, language_code=language)
