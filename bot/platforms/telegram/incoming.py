"""Telegram's updates, put into Linli's own words. Pure: one raw update in, one cause or none out.

Read straight from the dictionaries: building python-telegram-bot's objects for every line of chatter takes
about twelve times as long.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.domain.messages import (
    Account,
    Address,
    Cause,
    Incoming,
    Membership,
    Moved,
    Photo,
    Press,
    Reacted,
    Standing,
)

NAME = "telegram"

NOBODY = frozenset({1087968824, 136817688, 777000})
"""Stand-ins that Telegram names as the sender: for an anonymous admin, a channel, Telegram itself."""

_GROUPS = ("supergroup", "group")
_LATEST = 32_503_680_000
"""The year 3000; a date beyond it is no date."""


class Unreadable(Exception):
    """An update that breaks Telegram's own rules. Names the field and never quotes what people wrote."""


@dataclass(frozen=True, slots=True)
class Me:
    """The bot's own account, as ``getMe`` tells."""

    id: str
    username: str
    name: str = ""
    can_read_all_group_messages: bool = False
    """Whether privacy mode is off; with it on, a bot that is no admin hears only commands and replies."""


def update_id(raw: object) -> int:
    """The update's number; asking for a later one makes Telegram forget it. Unreadable where it has none."""
    if not isinstance(raw, dict):
        raise Unreadable("update is no object")
    return _int(raw, "update_id")


def translate(raw: object, me: Me | None, now: datetime) -> Cause | None:
    """What an update means, or None where it does not concern Linli.

    ``now`` becomes the moment of a press, which Telegram does not tell. Raises Unreadable and nothing else.
    """
    update_id(raw)
    update: dict[str, Any] = raw  # type: ignore[assignment]  # update_id has looked
    if update.get("message") is not None:
        return _message(_dict(update, "message"), me, edited=False)
    if update.get("edited_message") is not None:
        return _message(_dict(update, "edited_message"), me, edited=True)
    if update.get("callback_query") is not None:
        return _press(_dict(update, "callback_query"), now)
    if update.get("my_chat_member") is not None:
        return _membership(_dict(update, "my_chat_member"), me)
    if update.get("message_reaction") is not None:
        return _reacted(_dict(update, "message_reaction"))
    # "chat_member": who comes into a group and leaves it is nobody's business. It is heard, and nothing is kept of it.
    return None


def _message(message: dict[str, Any], me: Me | None, *, edited: bool) -> Incoming | Moved | None:
    number = _int(message, "message_id")
    sent_at = _moment(message, "date")
    chat = _dict(message, "chat")
    chat_id, kind = _int(chat, "id"), _str(chat, "type")
    in_group = kind in _GROUPS
    if not in_group and kind != "private":
        return None
    if message.get("migrate_to_chat_id") is not None:
        return _moved(chat_id, _int(message, "migrate_to_chat_id"))
    if message.get("migrate_from_chat_id") is not None:
        return _moved(_int(message, "migrate_from_chat_id"), chat_id)
    author, anonymous = _author(message)
    if author is None:
        return None
    raw = _optional_str(message, "text") or _optional_str(message, "caption")
    photos = _photos(message)
    voice = message.get("voice") is not None or message.get("video_note") is not None
    if not (raw or photos or voice):
        return None
    entities = message.get("entities") or message.get("caption_entities")
    mentions = False
    if entities and me is not None:
        mentions, command = _marks(raw, entities, me)
        if command is not None:
            addressee = command.partition("@")[2].lower()
            if addressee and addressee != me.username.lower():
                return None
            # "/help@linli_bot" is how a group writes "/help" when several bots listen.
            if addressee:
                raw = command.partition("@")[0] + raw[len(command) :]
    reply_to, reply_to_bot = _reply(message, me)
    return Incoming(
        chat=_address(message, chat_id),
        message=str(number),
        author=author,
        text=_clean(raw),
        sent_at=sent_at,
        in_group=in_group,
        reply_to=reply_to,
        reply_to_bot=reply_to_bot,
        mentions_bot=mentions,
        photos=photos,
        album=_optional_str(message, "media_group_id") or None,
        edited=edited,
        forwarded=message.get("forward_origin") is not None or message.get("forward_date") is not None,
        voice=voice,
        anonymous=anonymous,
    )


def _press(query: dict[str, Any], now: datetime) -> Press | None:
    identity = _str(query, "id")
    author = _account(_dict(query, "from"))
    if query.get("message") is None:
        # A button under an inline message; Linli sends none of these.
        return None
    message = _dict(query, "message")
    chat = _dict(message, "chat")
    return Press(
        id=identity,
        chat=_address(message, _int(chat, "id")),
        message=str(_int(message, "message_id")),
        author=author,
        # Without data it is still a press that waits for its answer.
        data=_clean(_optional_str(query, "data")),
        sent_at=now,
        in_group=_str(chat, "type") in _GROUPS,
    )


def _reacted(change: dict[str, Any]) -> Reacted | None:
    chat = _dict(change, "chat")
    number, at = _int(change, "message_id"), _moment(change, "date")
    if change.get("user") is None or _str(chat, "type") not in _GROUPS:
        # In a group's own name it is nobody's in particular; in private nobody else can have the same.
        return None
    user = _dict(change, "user")
    found = change.get("new_reaction")
    if not isinstance(found, list):
        raise Unreadable("new_reaction")
    emoji = tuple(_str(one, "emoji") for one in found if isinstance(one, dict) and one.get("type") == "emoji")
    if user.get("is_bot") is True:
        return None
    return Reacted(Address(NAME, str(_int(chat, "id"))), str(number), _account(user), emoji, at)


def _membership(change: dict[str, Any], me: Me | None) -> Membership | None:
    chat = _dict(change, "chat")
    member = _dict(change, "new_chat_member")
    if me is not None and str(_int(_dict(member, "user"), "id")) != me.id:
        return None
    return Membership(
        chat=Address(NAME, str(_int(chat, "id"))),
        title=title_of(chat),
        standing=standing_of(member),
        at=_moment(change, "date"),
        in_group=_str(chat, "type") != "private",
        by=_account(_dict(change, "from")),
    )


def standing_of(member: dict[str, Any]) -> Standing:
    """What a ChatMember object says of the bot. Unreadable where the status is none that Telegram has."""
    status = _str(member, "status")
    if status in ("creator", "administrator", "member"):
        return Standing.MEMBER
    if status in ("left", "kicked"):
        return Standing.GONE
    if status == "restricted":
        if member.get("is_member") is False:
            return Standing.GONE
        return Standing.MUTED if member.get("can_send_messages") is False else Standing.MEMBER
    raise Unreadable("unknown member status")


def title_of(chat: dict[str, Any]) -> str:
    """A group's title, or a person's name."""
    return _clean(_optional_str(chat, "title")) or _name(chat)


def _moved(old: int, new: int) -> Moved:
    return Moved(Address(NAME, str(old)), Address(NAME, str(new)))


def _author(message: dict[str, Any]) -> tuple[Account | None, bool]:
    """Who wrote it, and whether that is nobody in particular; no account where it was another bot."""
    behalf = message.get("sender_chat")
    user = _dict(message, "sender_chat" if message.get("from") is None else "from")
    identity = _int(user, "id")
    if behalf is not None:
        return Account(NAME, str(identity), title_of(_dict(message, "sender_chat"))), True
    if identity in NOBODY:
        return Account(NAME, str(identity), _name(user)), True
    return (None if user.get("is_bot") is True else _account(user)), False


def _reply(message: dict[str, Any], me: Me | None) -> tuple[str | None, bool]:
    if message.get("reply_to_message") is None:
        return None, False
    answered = _dict(message, "reply_to_message")
    number = _int(answered, "message_id")
    if "forum_topic_created" in answered and number == message.get("message_thread_id"):
        # In a topic everything that answers nothing is marked as an answer to the topic's beginning.
        return None, False
    sender = answered.get("from")
    own = me is not None and isinstance(sender, dict) and str(sender.get("id")) == me.id
    return str(number), own


def _photos(message: dict[str, Any]) -> tuple[Photo, ...]:
    if message.get("photo") is not None:
        sizes = message["photo"]
        if not isinstance(sizes, list) or not sizes or not all(isinstance(size, dict) for size in sizes):
            raise Unreadable("photo")
        largest = max(sizes, key=lambda size: _int(size, "width") * _int(size, "height"))
        return (Photo(_str(largest, "file_id"), _str(largest, "file_unique_id")),)
    if message.get("document") is not None:
        document = _dict(message, "document")
        # A picture that was sent "as a file", to keep its full size.
        if _optional_str(document, "mime_type") in ("image/jpeg", "image/png", "image/webp"):
            return (Photo(_str(document, "file_id"), _str(document, "file_unique_id")),)
    return ()


def _marks(text: str, entities: object, me: Me) -> tuple[bool, str | None]:
    """Whether the bot is mentioned, and the command the text begins with. Senseless entities are ignored."""
    mentioned, command = False, None
    for entity in entities if isinstance(entities, list) else ():
        if not isinstance(entity, dict):
            continue
        kind = entity.get("type")
        if kind == "text_mention":
            user = entity.get("user")
            mentioned |= isinstance(user, dict) and str(user.get("id")) == me.id
        elif kind in ("mention", "bot_command"):
            words = _part(text, entity)
            if kind == "mention":
                mentioned |= words.lower() == f"@{me.username.lower()}"
            else:
                mentioned |= words.lower().endswith(f"@{me.username.lower()}")
                if entity.get("offset") == 0 and words.startswith("/"):
                    command = words
    return mentioned, command


def _part(text: str, entity: dict[str, Any]) -> str:
    """The words an entity marks; Telegram counts in UTF-16 units."""
    offset, length = entity.get("offset"), entity.get("length")
    if type(offset) is not int or type(length) is not int or offset < 0 or length < 0:
        return ""
    if text.isascii():
        return text[offset : offset + length]
    units = text.encode("utf-16-le", "surrogatepass")
    return units[2 * offset : 2 * (offset + length)].decode("utf-16-le", "replace")


def _address(message: dict[str, Any], chat_id: int) -> Address:
    thread = message.get("message_thread_id")
    # Replies in ordinary groups carry a thread id as well; only a topic is a place of its own.
    in_topic = message.get("is_topic_message") is True and type(thread) is int
    return Address(NAME, str(chat_id), str(thread) if in_topic else None)


def _account(user: dict[str, Any]) -> Account:
    return Account(NAME, str(_int(user, "id")), _name(user))


def _name(user: dict[str, Any]) -> str:
    first, last = _optional_str(user, "first_name"), _optional_str(user, "last_name")
    return _clean(f"{first} {last}".strip() if last else first)


def _clean(text: str) -> str:
    """Without what databases cannot hold: NUL, and halves of surrogate pairs."""
    if text.isascii():
        return text.replace("\0", "") if "\0" in text else text
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text.replace("\0", "") if "\0" in text else text


def _moment(values: dict[str, Any], key: str) -> datetime:
    seconds = _int(values, key)
    if not 0 <= seconds < _LATEST:
        raise Unreadable(key)
    return datetime.fromtimestamp(seconds, UTC)


def _int(values: dict[str, Any], key: str) -> int:
    value = values.get(key)
    # A bool is an int to Python, and is none to Telegram. Telegram's own numbers have at most 52 bits.
    if type(value) is not int or not -(2**63) <= value < 2**63:
        raise Unreadable(key)
    return value


def _str(values: dict[str, Any], key: str) -> str:
    value = values.get(key)
    if type(value) is not str:
        raise Unreadable(key)
    return value


def _optional_str(values: dict[str, Any], key: str) -> str:
    value = values.get(key)
    if value is None:
        return ""
    if type(value) is not str:
        raise Unreadable(key)
    return value


def _dict(values: dict[str, Any], key: str) -> dict[str, Any]:
    value = values.get(key)
    if type(value) is not dict:
        raise Unreadable(key)
    return value
