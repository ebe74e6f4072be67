"""What the methods do that send, change or delete messages."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, UnidentifiedImageError

from tests.botapi import updates as u
from tests.botapi.markup import check_entities, check_keyboard
from tests.botapi.table import Refused, Upload, bad
from tests.botapi.town import Group, Json, Town

LARGEST_PHOTO = 10 * 1024 * 1024
LARGEST_DOCUMENT = 50 * 1024 * 1024
_UNMODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)


def send_message(town: Town, p: Json) -> Json:
    return _send(town, p, "messages", {"text": p["text"].strip()}, p.get("entities", []))


def send_photo(town: Town, p: Json) -> Json:
    return _send(
        town, p, "photos", {"photo": _photo(town, p["photo"])} | _caption(p), p.get("caption_entities", [])
    )


def send_document(town: Town, p: Json) -> Json:
    given = p["document"]
    if isinstance(given, str) and given not in town.files:
        raise bad("wrong file identifier/HTTP URL specified")
    if isinstance(given, Upload) and not given.content:
        raise bad("file must be non-empty")
    if isinstance(given, Upload) and len(given.content) > LARGEST_DOCUMENT:
        raise Refused(413, "Request Entity Too Large")
    name = _file(town, given)
    document: Json = {"file_id": name, "file_unique_id": f"u{name}", "file_size": len(town.files[name][0])}
    if isinstance(given, Upload):
        document["file_name"] = given.filename
    return _send(town, p, "documents", {"document": document} | _caption(p), p.get("caption_entities", []))


def edit_message_text(town: Town, p: Json) -> Json:
    if "text" not in p:
        raise bad("message text is empty")
    return _edit(town, p, "text", {"text": p["text"].strip()}, p.get("entities", []))


def edit_message_caption(town: Town, p: Json) -> Json:
    return _edit(town, p, "caption", _caption(p), p.get("caption_entities", []))


def edit_message_media(town: Town, p: Json) -> Json:
    media = p["media"]
    if media["type"] != "photo":
        raise bad("this stand-in knows no media but photos")
    given = p["media"]["media"]
    source = p["_files"][given.removeprefix("attach://")] if given.startswith("attach://") else given
    return _edit(
        town, p, "media", {"photo": _photo(town, source)} | _caption(media), media.get("caption_entities", [])
    )


def edit_message_reply_markup(town: Town, p: Json) -> Json:
    return _edit(town, p, "markup", {}, [])


_DELETABLE_S = 48 * 3600
"""A bot may delete what it sent for two days."""


def delete_message(town: Town, p: Json) -> bool:
    town.reachable(chat_of(p))
    if (chat_of(p), p["message_id"]) not in town.messages:
        raise bad("message to delete not found")
    if town.messages[chat_of(p), p["message_id"]]["from"]["id"] != town.me["id"]:
        raise bad("message can't be deleted")
    if town.date() - town.messages[chat_of(p), p["message_id"]]["date"] > _DELETABLE_S:
        raise bad("message can't be deleted for everyone")
    del town.messages[chat_of(p), p["message_id"]]
    return True


def chat_of(p: Json) -> int:
    """The chat a call is about; user names are of no chat here."""
    if not isinstance(p.get("chat_id"), int):
        raise bad("chat not found")
    number: int = p["chat_id"]
    return number


def _caption(p: Json) -> Json:
    caption = p.get("caption", "").strip()
    return {"caption": caption} if caption else {}


def _send(town: Town, p: Json, what: str, content: Json, entities: list[Json]) -> Json:
    chat = chat_of(p)
    near = town.reachable(chat)
    message: Json = {"from": town.me, "date": town.date(), **content}
    if isinstance(near, Group):
        _check_rights(near, what)
        message["chat"] = near.chat
    else:
        message["chat"] = u.private(near.user)
    if (thread := p.get("message_thread_id")) is not None:
        if not isinstance(near, Group) or thread not in near.topics:
            raise bad("message thread not found")
        if not near.topics[thread]:
            raise bad("TOPIC_CLOSED")
        message |= {"message_thread_id": thread, "is_topic_message": True}
    _check_content(p, content, entities)
    _answers(town, p, message)
    if entities:
        message["entities" if "text" in content else "caption_entities"] = entities
    if "inline_keyboard" in p.get("reply_markup", {}):
        message["reply_markup"] = p["reply_markup"]
    town.count_sending(chat)
    message["message_id"] = town.next_message(chat)
    town.keep(message)
    return message


def _answers(town: Town, p: Json, message: Json) -> None:
    reply = p.get("reply_parameters")
    if reply is None:
        return
    answered = town.messages.get((chat_of(p), reply["message_id"]))
    if answered is not None:
        message["reply_to_message"] = town.bare(answered)
    elif not reply.get("allow_sending_without_reply") or "message_thread_id" in p:
        raise bad("message to be replied not found")


def _check_rights(near: Group, what: str) -> None:
    if near.bot["status"] != "restricted":
        return
    if not near.bot["can_send_messages"]:
        raise bad("not enough rights to send text messages to the chat")
    if not near.bot.get(f"can_send_{what}", True):
        raise bad(f"not enough rights to send {what} to the chat")


def _check_content(p: Json, content: Json, entities: list[Json]) -> None:
    check_entities(content.get("text") or content.get("caption") or "", entities)
    check_keyboard(p.get("reply_markup", {}))


def _edit(town: Town, p: Json, what: str, content: Json, entities: list[Json]) -> Json:
    chat = chat_of(p)
    town.reachable(chat)
    message = town.messages.get((chat, p.get("message_id", 0)))
    if message is None:
        raise bad("message to edit not found")
    if message["from"]["id"] != town.me["id"]:
        raise bad("message can't be edited")
    if what == "text" and "text" not in message:
        raise bad("there is no text in the message to edit")
    if what == "caption" and "text" in message:
        raise bad("there is no caption in the message to edit")
    _check_content(p, content, entities)
    old = {key: value for key, value in message.items() if key != "edit_date"}
    new = dict(old)
    new.pop("reply_markup", None)
    if what != "markup":
        for key in ("text", "entities", "caption", "caption_entities"):
            new.pop(key, None)
        new |= content
        if entities:
            new["entities" if "text" in content else "caption_entities"] = entities
    if "reply_markup" in p and p["reply_markup"]["inline_keyboard"]:
        new["reply_markup"] = p["reply_markup"]
    if new == old:
        raise bad(_UNMODIFIED)
    town.count_sending(chat)
    new["edit_date"] = town.date()
    town.keep(new)
    return new


def _file(town: Town, given: object) -> str:
    """The file id of what is sent; an upload gets a new one."""
    if isinstance(given, str):
        return given
    assert isinstance(given, Upload)
    name = f"sent-{len(town.files) + 1}"
    town.files[name] = (given.content, 0)
    return name


def _photo(town: Town, given: object) -> list[Json]:
    if isinstance(given, str) and given not in town.files:
        raise bad("wrong file identifier/HTTP URL specified")
    content = given.content if isinstance(given, Upload) else town.files[str(given)][0]
    if not content:
        raise bad("file must be non-empty")
    if len(content) > LARGEST_PHOTO:
        raise Refused(413, "Request Entity Too Large")
    try:
        with Image.open(BytesIO(content)) as image:
            width, height = image.size
    except (UnidentifiedImageError, OSError):
        raise bad("IMAGE_PROCESS_FAILED") from None
    if width + height > 10_000 or max(width, height) > 20 * min(width, height):
        raise bad("PHOTO_INVALID_DIMENSIONS")
    name = _file(town, given)
    return [
        {
            "file_id": name,
            "file_unique_id": f"u{name}",
            "width": width,
            "height": height,
            "file_size": len(content),
        }
    ]
