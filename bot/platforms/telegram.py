"""Telegram: asks for updates, translates them, and carries messages, cards, files and answers there."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from telegram import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    InputFile,
    InputMediaPhoto,
    LinkPreviewOptions,
    ReactionTypeEmoji,
    ReplyParameters,
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
from bot.platforms.base import ChatMoved, Misused, TryLater, Undeliverable, Unsure
from bot.platforms.telegram_account import LISTENS_TO, Sign, asked, hang_sign, sign, take_sign_down, who
from bot.platforms.telegram_http import OFFICIAL, Caller, Conflict, Refusal, WrongToken, checked_base_url
from bot.platforms.telegram_incoming import (
    NAME,
    Me,
    Unreadable,
    standing_of,
    title_of,
    translate,
    update_id,
)
from bot.platforms.telegram_outgoing import (
    ANSWER_LIMIT,
    CAPTION_LIMIT,
    DESCRIPTION_LIMIT,
    TEXT_LIMIT,
    cut,
    keyboard,
    units,
    with_mentions,
)

__all__ = ["Conflict", "Me", "Room", "Telegram", "Unreadable", "WrongToken", "checked_base_url"]

BATCH = 100
"""The most updates Telegram gives at a time."""

_CLOSED = (
    "chat not found",
    "user not found",
    "user is deactivated",
    "user_is_blocked",
    "input_user_deactivated",
    "peer_id_invalid",
    "channel_private",
    "bot was kicked",
    "bot was blocked",
    "bot is not a member",
    "group chat was",  # deactivated, upgraded
    "rights to send",  # not enough …, have no …
    "need administrator rights",
    "chat_write_forbidden",
    "chat_restricted",
    "chat_admin_required",
    "_forbidden",  # CHAT_SEND_PLAIN_FORBIDDEN and its kin
    "topic_closed",
)
"""Words of a 400 that mean: nothing can be written there, whatever it is."""

_REPLY_GONE = ("replied not found", "reply message not found", "replied message not found", "reply not found")
_PICTURES = frozenset({".jpg", ".jpeg", ".png"})
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_log = logging.getLogger(__name__)


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
        self._media = media
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
        with _explained(to):
            chat = await self._caller.call("getChat", chat_id=_chat(to))
            member = await self._caller.call("getChatMember", chat_id=_chat(to), user_id=int(me.id))
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
        common: dict[str, object] = {
            "reply_markup": keyboard(face.buttons),
            "reply_parameters": _reply(reply_to),
            "disable_notification": silent or None,
        }
        photo = await self._photo(face.photo)
        text, entities = with_mentions(face.text, mentions, TEXT_LIMIT)
        with _explained(to):
            if photo is not None and units(text) <= CAPTION_LIMIT:
                try:
                    return _id(
                        await self._deliver(
                            "sendPhoto",
                            to,
                            photo=photo,
                            caption=text,
                            caption_entities=entities or None,
                            **common,
                        )
                    )
                except Refusal as refusal:
                    if refusal.moved_to is not None or refusal.code == 403:
                        raise
                    _log.warning("photo refused, sending the words alone: %s", refusal)
                    photo = None
            sent = _id(
                await self._deliver(
                    "sendMessage",
                    to,
                    text=text,
                    entities=entities or None,
                    link_preview_options=_NO_PREVIEW,
                    **common,
                )
            )
        if photo is not None:
            await self._add_photo(to, photo, sent)
        return sent

    async def edit(self, to: Address, message: str, face: Face) -> None:
        """See Platform. A photo that comes later is added where the words fit under it."""
        number = _number(message)
        if face.bare:
            with suppress(Refusal):  # after two days it stays, and its words are edited
                await self._caller.call("deleteMessage", chat_id=_chat(to), message_id=number)
                raise Misused("taken away with its photo: it is to be sent anew")
        buttons = keyboard(face.buttons)
        attempts: list[tuple[str, dict[str, object]]] = [
            (
                "editMessageText",
                {"text": cut(face.text, TEXT_LIMIT), "link_preview_options": _NO_PREVIEW},
            ),
            ("editMessageCaption", {"caption": cut(face.text, CAPTION_LIMIT)}),
        ]
        photo = await self._photo(face.photo) if units(face.text) <= CAPTION_LIMIT else None
        if photo is not None:
            attached = InputFile(photo.input_file_content, filename=photo.filename, attach=True)
            media = InputMediaPhoto(attached, caption=face.text, parse_mode=None)
            # The caption first: nearly always the photo has been there from the beginning.
            attempts = [attempts[1], ("editMessageMedia", {"media": media}), attempts[0]]
        with _explained(to):
            for left, (method, parameters) in zip(reversed(range(len(attempts))), attempts, strict=True):
                try:
                    await self._caller.call(
                        method, chat_id=_chat(to), message_id=number, reply_markup=buttons, **parameters
                    )
                except Refusal as refusal:
                    if refusal.says("message is not modified"):
                        return
                    other_kind = refusal.says("there is no caption in", "there is no text in")
                    if left and (other_kind or method == "editMessageMedia"):
                        continue
                    raise
                return

    async def send_file(self, file: SendFile, path: Path) -> str:
        """See Platform. Pictures are shown, all else is a document. Misused where the file is missing."""
        try:
            content = await asyncio.to_thread(path.read_bytes)
        except OSError as error:
            raise Misused(f"file cannot be read: {type(error).__name__}") from None
        upload = InputFile(content, filename=Path(file.path).name)
        caption = cut(file.caption, CAPTION_LIMIT) or None
        with _explained(file.to):
            if Path(file.path).suffix.lower() in _PICTURES:
                try:
                    return _id(await self._deliver("sendPhoto", file.to, photo=upload, caption=caption))
                except Refusal as refusal:
                    if refusal.moved_to is not None or refusal.code == 403:
                        raise
                    # Too long, too narrow, too large to be shown: it still goes as a document.
            return _id(await self._deliver("sendDocument", file.to, document=upload, caption=caption))

    async def pin(self, to: Address, message: str) -> bool:
        """See Platform."""
        with _explained(to):
            try:
                await self._caller.call(
                    "pinChatMessage",
                    chat_id=_chat(to),
                    message_id=_number(message),
                    disable_notification=True,
                )
            except Refusal as refusal:
                if refusal.says("rights", "chat_admin_required"):
                    return False
                raise
        return True

    async def answer(self, answer: Answer) -> None:
        """See Platform."""
        with _explained(answer.to):
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
        with _explained(reaction.to):
            try:
                await self._caller.call(
                    "setMessageReaction",
                    chat_id=_chat(reaction.to),
                    message_id=_number(reaction.message),
                    reaction=[ReactionTypeEmoji(reaction.emoji)],
                )
            except Refusal as refusal:
                # The words for a forbidden emoji or a vanished message vary; a reaction is not worth a fuss.
                if refusal.moved_to is not None or refusal.code != 400 or refusal.says("chat not found"):
                    raise

    async def leave(self, leave: Leave) -> None:
        """See Platform. Having left is no error."""
        try:
            with _explained(leave.to):
                await self._caller.call("leaveChat", chat_id=_chat(leave.to))
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
        scope = everywhere() if everywhere else BotCommandScopeChat(_chat(menu.to))
        with _explained(menu.to):
            language = menu.language or None
            if not menu.commands:
                await self._caller.call("deleteMyCommands", scope=scope, language_code=language)
                return
            commands = [BotCommand(name, cut(words, DESCRIPTION_LIMIT)) for name, words in menu.commands]
            await self._caller.call("setMyCommands", commands=commands, scope=scope, language_code=language)

    async def fetch(self, file: str, into: Path, limit_bytes: int) -> None:
        """See Platform. The file appears whole or not at all, readable by its owner only."""
        with _explained(Address(NAME, "")):
            found = await self._caller.call("getFile", file_id=file)
            if not isinstance(found, dict):
                raise TryLater("getFile: no file in the answer")
            size, where = found.get("file_size"), found.get("file_path")
            if type(size) is int and size > limit_bytes:
                raise Misused(f"the file has {size} bytes, more than {limit_bytes}")
            if not isinstance(where, str) or not where or where.startswith("/") or ".." in where.split("/"):
                # A server in local mode names a path on its own disk and offers no download.
                raise Misused("the server offers no download of this file")
            content = await self._caller.download(where)
        if len(content) > limit_bytes:
            raise Misused(f"the file has {len(content)} bytes, more than {limit_bytes}")
        await asyncio.to_thread(_write, into, content)

    async def _deliver(self, method: str, to: Address, **parameters: object) -> Any:
        """Send into a chat's topic as an answer, and without these two where they are gone."""
        parameters["message_thread_id"] = _number(to.thread) if to.thread else None
        while True:
            try:
                return await self._caller.call(method, chat_id=_chat(to), **parameters)
            except Refusal as refusal:
                if parameters.get("reply_parameters") and refusal.says(*_REPLY_GONE):
                    # In topics Telegram does not heed allow_sending_without_reply.
                    parameters["reply_parameters"] = None
                elif parameters["message_thread_id"] and refusal.says("thread not found", "topic_deleted"):
                    parameters["message_thread_id"] = None
                else:
                    raise

    async def _add_photo(self, to: Address, photo: InputFile, under: str) -> None:
        """A photo after its words. They are delivered; were this to raise, they would be sent again."""
        for last in (False, True):
            try:
                await self._deliver(
                    "sendPhoto", to, photo=photo, reply_parameters=_reply(under), disable_notification=True
                )
            except TryLater as trouble:
                if last or trouble.after is None or trouble.after > timedelta(seconds=5):
                    _log.warning("photo not added: %s", trouble)
                    return
                await asyncio.sleep(trouble.after.total_seconds())
            except Refusal as refusal:
                _log.warning("photo not added: %s", refusal)
                return
            else:
                return

    async def _photo(self, name: str | None) -> InputFile | None:
        """A stored photo for sending, or None where there is none (a missing one is logged)."""
        if name is None:
            return None
        path = self._media / name
        if not path.resolve().is_relative_to(self._media.resolve()):
            raise Misused("photo outside the media folder")
        try:
            content = await asyncio.to_thread(path.read_bytes)
        except OSError as error:
            _log.warning("stored photo cannot be read: %s", type(error).__name__)
            return None
        return InputFile(content, filename=path.name)


@contextmanager
def _explained(to: Address) -> Iterator[None]:
    """Turns a refusal into what every platform raises."""
    try:
        yield
    except Refusal as refusal:
        if refusal.moved_to is not None:
            raise ChatMoved(Address(NAME, to.chat), Address(NAME, str(refusal.moved_to))) from None
        if refusal.code == 403 or refusal.says(*_CLOSED):
            raise Undeliverable(str(refusal)) from None
        raise Misused(str(refusal)) from None


def _chat(to: Address) -> int:
    return _number(to.chat)


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise Misused(f"no Telegram id: {text[:40]!r}") from None


def _reply(message: str | None) -> ReplyParameters | None:
    if message is None:
        return None
    return ReplyParameters(_number(message), allow_sending_without_reply=True)


def _id(sent: object) -> str:
    number = sent.get("message_id") if isinstance(sent, dict) else None
    if type(number) is not int:
        raise Unsure("no message id in the answer")
    return str(number)


def _write(into: Path, content: bytes) -> None:
    part = into.with_name(f".{into.name}.part")
    part.touch(mode=0o600)
    part.write_bytes(content)
    part.replace(into)
