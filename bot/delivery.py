"""Handing one letter or card to its platform, and which letters may go together in one message."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.domain.choices import in_words
from bot.domain.messages import (
    Answer,
    Befriend,
    Cause,
    Face,
    Fetch,
    Leave,
    Outgoing,
    Priority,
    PublishMenu,
    React,
    Say,
    SendFile,
)
from bot.drawing import draw_into
from bot.fetching import MediaLimits, fetch_photo
from bot.platforms.base import Misused, Platform, TryLater, pin_kindly
from bot.texts import load_texts
from storage.cards import Card
from storage.outbox import Letter

log = logging.getLogger(__name__)

STORM = 6
"""Plain messages of one kind that wait for one chat; fewer are sent one by one."""
_BETWEEN = "\n\n"

_GIVE_UP_AFTER = 12
"""Tries of an answer, a reaction or a menu before it is let go: half an hour."""
_GIVE_UP_PHOTO_AFTER = 300
"""Tries of a photo: a day. A message is never let go."""


async def carry(platform: Platform, what: Outgoing, media: MediaLimits) -> tuple[str | None, Cause | None]:
    """Send a letter: its message's id where it becomes one, and what came of it where somebody must be told."""
    match what:
        case Say():
            face = _fit_for(platform, what.face)
            message = await platform.send(
                what.to, face, reply_to=what.reply_to, mentions=what.mentions, silent=what.silent
            )
            if what.pin:
                await pin_kindly(platform, what.to, message)
            return message, None
        case SendFile():
            return await platform.send_file(what, await _made(what, media.folder / what.path)), None
        case Answer():
            await platform.answer(what)
        case React():
            await platform.react(what)
        case Fetch():
            return None, await fetch_photo(platform, what, media)
        case Leave():
            await platform.leave(what)
        case PublishMenu():
            await platform.publish(what)
        case Befriend():
            await platform.befriend(what)
    return None, None


async def _made(what: SendFile, path: Path) -> Path:
    """The file, drawn first where it is a chart. Raises TryLater where the disk refuses."""
    if what.chart is not None:
        try:
            await asyncio.to_thread(draw_into, path, what.chart)
        except OSError as trouble:
            raise TryLater(f"chart not drawn: {type(trouble).__name__}", timedelta(minutes=1)) from None
    return path


async def show(platform: Platform, card: Card) -> str:
    """Make a card's message show what it should, sent anew where it cannot be edited; the message's id."""
    if card.message is not None and platform.able.edits:
        try:
            await platform.edit(card.to, card.message, _fit_for(platform, card.face))
        except Misused:
            # The message is gone (deleted by an admin, or too old): show the state anew.
            log.info("card sent anew: its message cannot be edited")
        else:
            return card.message
    face = _fit_for(platform, card.face)
    return await platform.send(card.to, face, reply_to=card.reply_to, mentions=card.mentions)


def _fit_for(platform: Platform, face: Face) -> Face:
    """A face as the platform can show it: where there are no buttons its choices are words, which are never cut off."""
    if platform.able.buttons:
        return face
    made = _in_words(face)
    over = _units(made.text) - platform.able.text_limit
    if over <= 0:
        return made
    return _in_words(replace(face, text=face.text[: max(len(face.text) - over - 1, 0)] + "…"))


def _in_words(face: Face) -> Face:
    texts = load_texts()
    return in_words(
        face,
        lambda words: texts("choices.offer", words=words),
        lambda words: texts("choices.more", words=words),
    )


def seen_twice(item: Letter | Card) -> bool:
    """Whether people would see it twice if it were sent twice."""
    if isinstance(item, Card):
        return item.message is None
    return isinstance(item.what, Say | SendFile)


def worn(letter: Letter) -> bool:
    """Whether a letter has been tried so often that it is let go; words and files never are."""
    match letter.what:
        case Say() | SendFile():
            return False
        case Fetch():
            return letter.tries >= _GIVE_UP_PHOTO_AFTER
        case _:
            return letter.tries >= _GIVE_UP_AFTER


def together(items: Sequence[Letter | Card], limit: int, least: int = STORM) -> list[Letter]:
    """The letters from the first on that may stand in one message of at most ``limit`` UTF-16 units.

    In a storm plain messages of one kind are joined, which loses nothing: they have no buttons, no photo, ring
    nobody by name and answer no message. The first alone where fewer than ``least`` wait; none where it is a card.
    """
    first = items[0]
    if not isinstance(first, Letter):
        return []
    if not _plain(first):
        return [first]
    found: list[Letter] = []
    for item in items:
        if not isinstance(item, Letter) or not _plain(item) or _sort(item) != _sort(first):
            break
        found.append(item)
    if len(found) < least:
        return [first]
    length, fitting = 0, 0
    for letter in found:
        length += _units(_text(letter)) + len(_BETWEEN)
        if length - len(_BETWEEN) > limit:
            break
        fitting += 1
    return found[: max(fitting, 1)]


def joined(letters: Sequence[Letter]) -> Outgoing:
    """One message that says what all of these say, in order."""
    first = letters[0].what
    if len(letters) == 1 or not isinstance(first, Say):
        return first
    return replace(first, face=Face(_BETWEEN.join(map(_text, letters))))


def _plain(letter: Letter) -> bool:
    """Words alone. An emergency stands alone; what has been tried before may have been refused for its company."""
    what = letter.what
    if not isinstance(what, Say) or letter.tries or what.priority == Priority.EMERGENCY:
        return False
    bare = not (what.face.buttons or what.face.photo or what.mentions or what.reply_to)
    return bare and not what.pin and what.useful_until is None


def _sort(letter: Letter) -> tuple[object, ...]:
    what = letter.what
    said = (what.to, what.silent) if isinstance(what, Say) else ()
    return (letter.priority, letter.key.partition(":")[0], *said)


def _text(letter: Letter) -> str:
    return letter.what.face.text if isinstance(letter.what, Say) else ""


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
