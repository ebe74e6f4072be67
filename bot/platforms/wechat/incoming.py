"""WeChat's messages, put into Linli's own words. Pure: one payload and some names in, one cause or none out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.domain.messages import Account, Address, Incoming, Photo, Recalled
from bot.platforms.wechat.puppet import RawMessage, Sort

NAME = "wechat"

_QUOTE = re.compile(r"「([^：「」]{0,64})[：:](.{0,2000}?)」\n(?:- ){5,40}-\n", re.DOTALL)
"""How WeChat writes a quotation as text: who said what, a line of dashes, the answer."""
_NUMBER = re.compile(r"#(\d{1,9})")
_LATEST_MS = 32_503_680_000_000


@dataclass(frozen=True, slots=True)
class Names:
    """What the people and the account are called where a message was written."""

    talker: str = ""
    """The talker's name in the room, else the contact's."""
    me: tuple[str, ...] = ()
    """Every name of the account there."""
    mentioned: tuple[str, ...] = ()
    """Names of those who are mentioned."""


def translate(raw: RawMessage, me: str, names: Names, now: datetime) -> Incoming | Recalled | None:
    """What a message means, or None where it does not concern Linli: its own, stickers, links, red packets."""
    if not raw.talker or raw.talker == me:
        return None
    chat = Address(NAME, raw.room or raw.talker)
    author = Account(NAME, raw.talker, names.talker)
    if raw.sort is Sort.RECALLED:
        return Recalled(chat, raw.text.strip(), author)
    if raw.sort is Sort.OTHER:
        return None
    text, quoted_me = _unquoted(raw.text if raw.sort is Sort.TEXT else "", names)
    mentions_me = me in raw.mentions
    if raw.mentions:
        text = _without_mentions(text, (*names.me, *names.mentioned))
    if raw.sort is Sort.TEXT and not text and not mentions_me:
        return None
    return Incoming(
        chat=chat,
        message=raw.id,
        author=author,
        text=text,
        sent_at=_moment(raw.sent_ms, now),
        in_group=bool(raw.room),
        reply_to_bot=quoted_me,
        mentions_bot=mentions_me,
        photos=(Photo(raw.id, raw.id),) if raw.sort is Sort.IMAGE else (),
        voice=raw.sort is Sort.VOICE,
    )


def _unquoted(text: str, names: Names) -> tuple[str, bool]:
    """The words without what they quote, and whether it is one of the account's messages that they quote.

    The number of a quoted card stays, so that the answer is known to be about it.
    """
    found = _QUOTE.match(text)
    if found is None:
        return text.strip(), False
    own = found[1].strip() in names.me
    number = _NUMBER.search(found[2]) if own else None
    rest = text[found.end() :].strip()
    return (f"#{number[1]} {rest}" if number else rest), own


def _without_mentions(text: str, names: tuple[str, ...]) -> str:
    """The words without ``@name`` and the thin space that WeChat puts behind it; names may hold any sign."""
    for name in sorted({name for name in names if name}, key=len, reverse=True):
        text = re.sub(rf"@{re.escape(name)}(?:\u2005|\s|$)", " ", text)
    return text.strip()


def _moment(sent_ms: int, now: datetime) -> datetime:
    # Some gateways tell seconds.
    stamp = sent_ms if sent_ms > 10_000_000_000 else sent_ms * 1000
    if not 0 < stamp < _LATEST_MS:
        return now
    return datetime.fromtimestamp(stamp / 1000, UTC)
