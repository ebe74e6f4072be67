"""What the methods do. Each takes the town and checked parameters and answers, or is Refused.

Methods that are published but not here are checked like all others and then refused as not played.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from tests.botapi import sending
from tests.botapi import updates as u
from tests.botapi.sending import chat_of
from tests.botapi.table import Upload, bad, reactions
from tests.botapi.town import DEFAULT_UPDATES, Group, Json, Person, Town

LARGEST_DOWNLOAD = 20 * 1024 * 1024
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")


def get_me(town: Town, _: Json) -> Json:
    return town.me


def get_webhook_info(town: Town, _: Json) -> Json:
    hook = town.webhook or {}
    more: Json = {key: hook[key] for key in ("max_connections", "allowed_updates") if key in hook}
    return {
        "url": hook.get("url", ""),
        "has_custom_certificate": False,
        "pending_update_count": town.pending(),
        **more,
        **town.push_error,
    }


def set_webhook(town: Town, p: Json) -> bool:
    if p["url"] and not p["url"].startswith("https://"):
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", p.get("secret_token", "")):
        raise bad("secret token contains unallowed characters")
    town.webhook = p if p["url"] else None
    town.push_error = {}
    if "allowed_updates" in p:
        town.allowed = frozenset(p["allowed_updates"]) or DEFAULT_UPDATES
    town.changed()
    if p.get("drop_pending_updates"):
        town.queue.clear()
    return True


def delete_webhook(town: Town, p: Json) -> bool:
    town.webhook = None
    if p.get("drop_pending_updates"):
        town.queue.clear()
    return True


def get_chat(town: Town, p: Json) -> Json:
    near = town.reachable(chat_of(p))
    chat = near.chat if isinstance(near, Group) else u.private(near.user)
    return chat | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": {
            "unlimited_gifts": False,
            "limited_gifts": False,
            "unique_gifts": False,
            "premium_subscription": False,
            "gifts_from_channels": False,
        },
    }


def get_chat_member(town: Town, p: Json) -> Json:
    near = _group(town, p)
    if p["user_id"] == town.me["id"]:
        return near.bot
    if p["user_id"] not in town.people:
        raise bad("PARTICIPANT_ID_INVALID")
    status = near.members.get(p["user_id"], "left")
    return u.member(status, town.people[p["user_id"]].user)


def get_chat_administrators(town: Town, p: Json) -> list[Json]:
    near = _group(town, p)
    found = [
        u.member(status, town.people[who].user)
        for who, status in near.members.items()
        if status in ("administrator", "creator")
    ]
    return found + ([near.bot] if near.bot["status"] == "administrator" else [])


def leave_chat(town: Town, p: Json) -> bool:
    near = _group(town, p)
    before, near.bot = near.bot, u.member("left", town.me)
    change = u.membership("left", chat=near.chat, by=town.me, who=town.me, date=town.date())
    change["my_chat_member"]["old_chat_member"] = before
    town.deliver(change)
    return True


def pin_chat_message(town: Town, p: Json) -> bool:
    near = town.reachable(chat_of(p))
    if isinstance(near, Group) and not near.bot.get("can_pin_messages"):
        raise bad("not enough rights to manage pinned messages in the chat")
    if (chat_of(p), p["message_id"]) not in town.messages:
        raise bad("message to pin not found")
    town.pinned.setdefault(chat_of(p), []).append(p["message_id"])
    return True


def answer_callback_query(town: Town, p: Json) -> bool:
    if not town.presses.get(p["callback_query_id"], False):
        raise bad("query is too old and response timeout expired or query ID is invalid")
    town.answers.append(p)
    return True


def set_message_reaction(town: Town, p: Json) -> bool:
    near = town.reachable(chat_of(p))
    if (chat_of(p), p["message_id"]) not in town.messages:
        raise bad("message to react not found")
    wanted = p.get("reaction", [])
    if len(wanted) > 1:
        raise bad("REACTIONS_TOO_MANY")
    for reaction in wanted:
        emoji = reaction.get("emoji", "").replace("\ufe0f", "")
        if emoji not in reactions():
            raise bad("REACTION_INVALID")
        if isinstance(near, Group) and near.reactions is not None and emoji not in near.reactions:
            raise bad("REACTION_INVALID")
    town.reactions[chat_of(p), p["message_id"]] = [reaction["emoji"] for reaction in wanted]
    return True


def set_my_commands(town: Town, p: Json) -> bool:
    key = _scope(town, p)
    for command in p["commands"]:
        if not _COMMAND.fullmatch(command["command"]):
            raise bad("BOT_COMMAND_INVALID")
    town.menus[key] = p["commands"]
    return True


def delete_my_commands(town: Town, p: Json) -> bool:
    town.menus.pop(_scope(town, p), None)
    return True


def get_my_commands(town: Town, p: Json) -> list[Json]:
    return town.menus.get(_scope(town, p), [])


def get_file(town: Town, p: Json) -> Json:
    if p["file_id"] not in town.files:
        raise bad("wrong file_id or the file is temporarily unavailable")
    content, stated = town.files[p["file_id"]]
    size = stated or len(content)
    if size > LARGEST_DOWNLOAD:
        raise bad("file is too big")
    name = p["file_id"]
    return {
        "file_id": name,
        "file_unique_id": f"u{name}",
        "file_size": size,
        "file_path": f"photos/{name}.jpg",
    }


def send_chat_action(town: Town, p: Json) -> bool:
    town.reachable(chat_of(p))
    return True


METHODS: dict[str, Callable[[Town, Json], Any]] = {
    "getMe": get_me,
    "getWebhookInfo": get_webhook_info,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatAdministrators": get_chat_administrators,
    "leaveChat": leave_chat,
    "sendMessage": sending.send_message,
    "sendPhoto": sending.send_photo,
    "sendDocument": sending.send_document,
    "sendChatAction": send_chat_action,
    "editMessageText": sending.edit_message_text,
    "editMessageCaption": sending.edit_message_caption,
    "editMessageMedia": sending.edit_message_media,
    "editMessageReplyMarkup": sending.edit_message_reply_markup,
    "deleteMessage": sending.delete_message,
    "pinChatMessage": pin_chat_message,
    "answerCallbackQuery": answer_callback_query,
    "setMessageReaction": set_message_reaction,
    "setMyCommands": set_my_commands,
    "deleteMyCommands": delete_my_commands,
    "getMyCommands": get_my_commands,
    "getFile": get_file,
}
"""getUpdates is played by the server itself, since it waits."""


def play(town: Town, method: str, parameters: Json, files: dict[str, Upload]) -> Any:
    """The answer of a method to parameters that are as published."""
    if method not in METHODS:
        raise bad(f"{method} is not played by this stand-in")
    with town.lock:
        return METHODS[method](town, parameters | ({"_files": files} if method == "editMessageMedia" else {}))


def _group(town: Town, p: Json) -> Group:
    near = town.reachable(chat_of(p))
    if isinstance(near, Person):
        raise bad("method is available for group and supergroup chats only")
    return near


def _scope(town: Town, p: Json) -> str:
    """A menu's key; the chat of a scope must be one the bot can see."""
    scope = p.get("scope", {"type": "default"})
    if "chat_id" in scope:
        near = town.reachable(chat_of(scope))
        if scope["type"] != "chat" and isinstance(near, Person):
            raise bad("scope is available for group and supergroup chats only")
    return json.dumps([scope, p.get("language_code", "")], sort_keys=True)
