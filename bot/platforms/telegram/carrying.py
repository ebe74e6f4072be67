"""What goes to Telegram's chats and comes from its store: messages, cards, pictures, files."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from telegram import InputFile, InputMediaPhoto, LinkPreviewOptions, ReplyParameters

from bot.domain.messages import Account, Address, Face, SendFile
from bot.platforms.base import ChatMoved, Misused, TryLater, Undeliverable, Unsure
from bot.platforms.telegram.http import Caller, Refusal
from bot.platforms.telegram.incoming import NAME
from bot.platforms.telegram.outgoing import (
    CAPTION_LIMIT,
    TEXT_LIMIT,
    cut,
    keyboard,
    units,
    with_mentions,
)

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
class Carrier:
    """Carries what one bot account sends."""

    caller: Caller
    media: Path
    """The folder of what ``Face.photo`` names."""

    async def send(
        self,
        to: Address,
        face: Face,
        reply_to: str | None,
        mentions: Sequence[Account],
        *,
        silent: bool,
    ) -> str:
        """See Platform. A photo that Telegram refuses does not hold up the words, whose id is returned."""
        common: dict[str, object] = {
            "reply_markup": keyboard(face.buttons),
            "reply_parameters": _reply(reply_to),
            "disable_notification": silent or None,
        }
        photo = await self._photo(face.photo)
        text, entities = with_mentions(face.text, mentions, TEXT_LIMIT)
        with explained(to):
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
        told = number(message)
        if face.bare:
            with suppress(Refusal):  # after two days it stays, and its words are edited
                await self.caller.call("deleteMessage", chat_id=chat_id(to), message_id=told)
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
        with explained(to):
            for left, (method, parameters) in zip(reversed(range(len(attempts))), attempts, strict=True):
                try:
                    await self.caller.call(
                        method, chat_id=chat_id(to), message_id=told, reply_markup=buttons, **parameters
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
        with explained(file.to):
            if Path(file.path).suffix.lower() in _PICTURES:
                try:
                    return _id(await self._deliver("sendPhoto", file.to, photo=upload, caption=caption))
                except Refusal as refusal:
                    if refusal.moved_to is not None or refusal.code == 403:
                        raise
                    # Too long, too narrow, too large to be shown: it still goes as a document.
            return _id(await self._deliver("sendDocument", file.to, document=upload, caption=caption))

    async def fetch(self, file: str, into: Path, limit_bytes: int) -> None:
        """See Platform. The file appears whole or not at all, readable by its owner only."""
        with explained(Address(NAME, "")):
            found = await self.caller.call("getFile", file_id=file)
            if not isinstance(found, dict):
                raise TryLater("getFile: no file in the answer")
            size, where = found.get("file_size"), found.get("file_path")
            if type(size) is int and size > limit_bytes:
                raise Misused(f"the file has {size} bytes, more than {limit_bytes}")
            if not isinstance(where, str) or not where or where.startswith("/") or ".." in where.split("/"):
                # A server in local mode names a path on its own disk and offers no download.
                raise Misused("the server offers no download of this file")
            content = await self.caller.download(where)
        if len(content) > limit_bytes:
            raise Misused(f"the file has {len(content)} bytes, more than {limit_bytes}")
        await asyncio.to_thread(_write, into, content)

    async def _deliver(self, method: str, to: Address, **parameters: object) -> Any:
        """Send into a chat's topic as an answer, and without these two where they are gone."""
        parameters["message_thread_id"] = number(to.thread) if to.thread else None
        while True:
            try:
                return await self.caller.call(method, chat_id=chat_id(to), **parameters)
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
        path = self.media / name
        if not path.resolve().is_relative_to(self.media.resolve()):
            raise Misused("photo outside the media folder")
        try:
            content = await asyncio.to_thread(path.read_bytes)
        except OSError as error:
            _log.warning("stored photo cannot be read: %s", type(error).__name__)
            return None
        return InputFile(content, filename=path.name)


@contextmanager
def explained(to: Address) -> Iterator[None]:
    """Turns a refusal into what every platform raises."""
    try:
        yield
    except Refusal as refusal:
        if refusal.moved_to is not None:
            raise ChatMoved(Address(NAME, to.chat), Address(NAME, str(refusal.moved_to))) from None
        if refusal.code == 403 or refusal.says(*_CLOSED):
            raise Undeliverable(str(refusal)) from None
        raise Misused(str(refusal)) from None


def chat_id(to: Address) -> int:
    """The number of a chat. Raises Misused where it is none."""
    return number(to.chat)


def number(text: str) -> int:
    """The number of a chat, a message or a topic. Raises Misused where it is none."""
    try:
        return int(text)
    except ValueError:
        raise Misused(f"no Telegram id: {text[:40]!r}") from None


def _reply(message: str | None) -> ReplyParameters | None:
    if message is None:
        return None
    return ReplyParameters(number(message), allow_sending_without_reply=True)


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
