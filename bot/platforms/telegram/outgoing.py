"""Faces put into Telegram's terms: text within its limits, mentions, buttons. Lengths are UTF-16 units."""

from __future__ import annotations

from collections.abc import Sequence

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity, User

from bot.domain.messages import Account, Buttons
from bot.platforms.telegram.incoming import NAME

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
ANSWER_LIMIT = 200
DESCRIPTION_LIMIT = 256
MOST_MENTIONS = 50
"""Telegram takes 100 entities a message and rings about half as many people."""

_NAME_LIMIT = 32


def units(text: str) -> int:
    """Length as Telegram counts it: an emoji outside the basic plane is two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, limit: int) -> str:
    """The text; where it is longer than ``limit`` (at least 2), its beginning up to a line's end and "…"."""
    text = _sendable(text)
    if units(text) <= limit:
        return text
    head = text.encode("utf-16-le")[: 2 * (limit - 2)].decode("utf-16-le", "ignore")
    end = text.rfind("\n", 0, len(head) + 1)
    # A single endless line is cut where it has to be, or hardly anything would remain.
    return f"{text[:end].rstrip()}\n…" if end > len(head) // 2 else f"{head.rstrip()}…"


def _sendable(text: str) -> str:
    """Without halves of surrogate pairs, which no request can carry."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def with_mentions(text: str, mentions: Sequence[Account], limit: int) -> tuple[str, list[MessageEntity]]:
    """The text, cut so that a last line with everybody's name fits, and the entities that ring them."""
    people = [account for account in mentions if account.platform == NAME][:MOST_MENTIONS]
    if not people:
        return cut(text, limit), []
    body = cut(text, limit - 1 - sum(units(_called(person)) + 1 for person in people))
    entities = []
    line = ""
    for person in people:
        name = _called(person)
        line += " " if line else ""
        if person.id.isascii() and person.id.isdigit():
            user = User(id=int(person.id), first_name=name.removeprefix("@"), is_bot=False)
            start = units(body) + 1 + units(line)
            entities.append(MessageEntity(MessageEntity.TEXT_MENTION, start, units(name), user=user))
        line += name
    return f"{body}\n{line}", entities


def _called(person: Account) -> str:
    name = " ".join(person.name.split()) or person.id
    return f"@{cut(name, _NAME_LIMIT)}"


def keyboard(buttons: Buttons) -> InlineKeyboardMarkup | None:
    """The buttons, row by row, or None where there are none."""
    rows = [
        [
            InlineKeyboardButton(button.label, url=button.url)
            if button.url
            else InlineKeyboardButton(button.label, callback_data=button.data)
            for button in row
        ]
        for row in buttons
        if row
    ]
    return InlineKeyboardMarkup(rows) if rows else None
