"""Updates as Telegram sends them: every builder has defaults for all but the interesting part.

Pure: nothing here knows the town. What comes out is checked against the published types in the tests.
"""

from __future__ import annotations

import re
from typing import Any

from tests.botapi.table import published, units

Json = dict[str, Any]

DATE = 1_780_000_000
"""When things happen unless a test says otherwise (2026-05-28 20:26:40 UTC)."""

ANONYMOUS_ADMIN: Json = {
    "id": 1087968824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}
CHANNEL: Json = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
TELEGRAM: Json = {"id": 777000, "is_bot": False, "first_name": "Telegram"}

_COMMAND = re.compile(r"(?<!\S)/[a-zA-Z0-9_]{1,32}(?:@\w{4,32})?(?!\w)")
_MENTION = re.compile(r"(?<!\w)@[a-zA-Z]\w{3,31}")


def user(number: int = 1001, first_name: str = "张阿姨", **more: Any) -> Json:
    """A person; ``is_bot=True`` for a bot."""
    return {"id": number, "is_bot": False, "first_name": first_name, **more}


def bot(number: int = 42, first_name: str = "邻里", username: str = "linli_bot", **more: Any) -> Json:
    """The bot itself, unless told otherwise."""
    return {"id": number, "is_bot": True, "first_name": first_name, "username": username, **more}


def group(number: int = -1001, title: str = "春晖苑业主群", kind: str = "supergroup", **more: Any) -> Json:
    """A group."""
    return {"id": number, "type": kind, "title": title, **more}


def private(person: Json | None = None) -> Json:
    """A person's private chat; it has the person's own id."""
    person = person or user()
    names: Json = {key: person[key] for key in ("first_name", "last_name", "username") if key in person}
    return {"id": person["id"], "type": "private", **names}


def update(kind: str, content: Json, update_id: int = 1) -> Json:
    """An update around its content."""
    return {"update_id": update_id, kind: content}


def entities(text: str) -> list[Json]:
    """The commands and mentions that Telegram itself finds in a text; counted in UTF-16 units."""
    found = [("bot_command", m) for m in _COMMAND.finditer(text)] + [
        ("mention", m) for m in _MENTION.finditer(text)
    ]
    return [
        {"type": kind, "offset": units(text[: m.start()]), "length": units(m[0])}
        for kind, m in sorted(found, key=lambda pair: pair[1].start())
    ]


def content(
    text: str = "",
    *,
    author: Json | None = None,
    chat: Json | None = None,
    message_id: int = 1,
    date: int = DATE,
    **more: Any,
) -> Json:
    """A message without the update around it; ``more`` are further fields, under their published names."""
    inside: Json = {
        "message_id": message_id,
        "from": author or user(),
        "chat": chat or group(),
        "date": date,
    }
    if text and not more.keys() & {"photo", "voice", "video_note", "document", "video"}:
        inside["text"] = text
        marks = "entities"
    elif text:
        inside["caption"] = text
        marks = "caption_entities"
    if text and marks not in more and (found := entities(text)):
        inside[marks] = found
    return inside | more


def message(text: str = "3栋电梯又停了", *, update_id: int = 1, **more: Any) -> Json:
    """Somebody writes; see ``content``."""
    return update("message", content(text, **more), update_id)


def edited(
    text: str = "3栋2单元电梯又停了", *, update_id: int = 1, edit_date: int = DATE + 30, **more: Any
) -> Json:
    """Somebody changes what they wrote."""
    return update("edited_message", content(text, edit_date=edit_date, **more), update_id)


def photo(name: str = "leak", width: int = 1280, height: int = 960) -> list[Json]:
    """A photo's sizes, smallest first; the largest file is ``<name>-x``."""
    return [
        {"file_id": f"{name}-s", "file_unique_id": f"u{name}-s", "width": width // 8, "height": height // 8},
        {"file_id": f"{name}-m", "file_unique_id": f"u{name}-m", "width": width // 4, "height": height // 4},
        {"file_id": f"{name}-x", "file_unique_id": f"u{name}-x", "width": width, "height": height},
    ]


def voice(seconds: int = 4) -> Json:
    """A voice note."""
    return {"file_id": "voice-1", "file_unique_id": "uvoice-1", "duration": seconds}


def album(
    *names: str,
    caption: str = "",
    group_id: str = "album-1",
    first_update: int = 1,
    first_message: int = 1,
    **more: Any,
) -> list[Json]:
    """One update per photo with the same ``media_group_id``; the first carries the caption."""
    return [
        message(
            caption if at == 0 else "",
            update_id=first_update + at,
            message_id=first_message + at,
            photo=photo(name),
            media_group_id=group_id,
            **more,
        )
        for at, name in enumerate(names)
    ]


def press(
    data: str | None = "t:1:accept",
    *,
    author: Json | None = None,
    under: Json | None = None,
    press_id: str = "press-1",
    update_id: int = 1,
) -> Json:
    """Somebody presses a button under one of the bot's messages."""
    inside: Json = {
        "id": press_id,
        "from": author or user(),
        "chat_instance": "1",
        "message": under or content("#1 电梯", author=bot()),
    }
    return update("callback_query", inside | ({} if data is None else {"data": data}), update_id)


def gone(chat: Json | None = None, message_id: int = 1) -> Json:
    """What stands for a message that the bot can no longer see."""
    return {"chat": chat or group(), "message_id": message_id, "date": 0}


def _rights(type_name: str) -> Json:
    """Every right that a ChatMember of this type must state, withheld."""
    fields: dict[str, str] = published()["types"][type_name]
    return {name: False for name, spec in fields.items() if spec == "Boolean!"}


def member(status: str = "member", who: Json | None = None, **rights: Any) -> Json:
    """A ChatMember: creator, administrator, member, restricted (all rights gone), left or kicked."""
    fields: Json = {"status": status, "user": who or bot()}
    if status == "creator":
        fields["is_anonymous"] = False
    elif status == "administrator":
        fields |= _rights("ChatMemberAdministrator") | {"can_manage_chat": True}
    elif status == "restricted":
        fields |= _rights("ChatMemberRestricted") | {"is_member": True, "until_date": 0}
    elif status == "kicked":
        fields["until_date"] = 0
    return fields | rights


def membership(
    status: str = "member",
    *,
    before: str = "left",
    chat: Json | None = None,
    by: Json | None = None,
    who: Json | None = None,
    date: int = DATE,
    update_id: int = 1,
    **rights: Any,
) -> Json:
    """The bot's standing in a chat changes."""
    inside = {
        "chat": chat or group(),
        "from": by or user(),
        "date": date,
        "old_chat_member": member(before, who),
        "new_chat_member": member(status, who, **rights),
    }
    return update("my_chat_member", inside, update_id)


def reaction(
    *emoji: str,
    chat: Json | None = None,
    message_id: int = 101,
    by: Json | None = None,
    date: int = DATE,
    update_id: int = 1,
) -> Json:
    """Somebody's emoji on a message, all that are theirs now."""
    change = {
        "chat": chat or group(),
        "message_id": message_id,
        "user": by or user(),
        "date": date,
        "old_reaction": [],
        "new_reaction": [{"type": "emoji", "emoji": one} for one in emoji],
    }
    return update("message_reaction", change, update_id)


def migration(
    old: int = -55, new: int = -1002, title: str = "春晖苑业主群", update_id: int = 1
) -> list[Json]:
    """A group becomes a supergroup: told once in the old one and once in the new one."""
    return [
        message("", update_id=update_id, chat=group(old, title, "group"), migrate_to_chat_id=new),
        message(
            "",
            update_id=update_id + 1,
            author=ANONYMOUS_ADMIN,
            sender_chat=group(new, title),
            chat=group(new, title),
            migrate_from_chat_id=old,
        ),
    ]


def anonymous(text: str = "/tickets", *, chat: Json | None = None, **more: Any) -> Json:
    """An anonymous admin writes in the group's own name."""
    chat = chat or group()
    return message(text, author=ANONYMOUS_ADMIN, sender_chat=chat, chat=chat, **more)


def from_channel(text: str = "社区通知", *, automatic: bool = True, **more: Any) -> Json:
    """A post of a channel: forwarded from the linked one, or written by a person in a channel's name."""
    channel = {"id": -1009, "type": "channel", "title": "社区之声"}
    if not automatic:
        return message(text, author=CHANNEL, sender_chat=channel, **more)
    origin = {"type": "channel", "date": DATE, "chat": channel, "message_id": 7}
    return message(
        text, author=TELEGRAM, sender_chat=channel, is_automatic_forward=True, forward_origin=origin, **more
    )


def forwarded(text: str = "转：明天停水", **more: Any) -> Json:
    """A message that somebody else wrote, passed on."""
    origin = {"type": "hidden_user", "date": DATE - 3600, "sender_user_name": "老李"}
    return message(text, forward_origin=origin, **more)


def in_topic(text: str = "路灯坏了", *, thread: int = 7, chat: Json | None = None, **more: Any) -> Json:
    """A message in a forum's topic, marked as an answer to the topic's beginning, as Telegram does."""
    chat = chat or group(is_forum=True)
    begin = content(
        "",
        chat=chat,
        message_id=thread,
        is_topic_message=True,
        message_thread_id=thread,
        forum_topic_created={"name": "报修", "icon_color": 7322096},
    )
    more.setdefault("reply_to_message", begin)
    return message(text, chat=chat, message_thread_id=thread, is_topic_message=True, **more)
