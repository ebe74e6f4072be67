"""The world behind the stand-in server: people, groups, messages, what waits for the bot and what goes wrong.

Nothing is kept on disk. Tests act on it directly, other processes through ``POST /control/<name>``; each
method named in ``CONTROLS`` takes and returns plain JSON values. Safe to use from any thread.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.botapi import updates as u
from tests.botapi.mailbox import Mailbox
from tests.botapi.table import Refused, bad
from tests.botapi.trouble import Trouble

Json = dict[str, Any]

TOKEN = "4200000000:AAstand-in-token-of-no-real-bot"
DEFAULT_UPDATES = frozenset({"message", "edited_message", "callback_query", "my_chat_member"})
"""What a bot gets that has never said what it wants, as far as the town can produce it."""


@dataclass(slots=True)
class Person:
    """A Telegram user and how they stand to the bot."""

    user: Json
    started: bool = False
    blocked: bool = False
    deactivated: bool = False


@dataclass(slots=True)
class Group:
    """A group with its members and the bot's standing in it."""

    chat: Json
    bot: Json
    """The bot's own ChatMember."""
    members: dict[int, str] = field(default_factory=dict)
    """User id → status."""
    moved_to: int | None = None
    topics: dict[int, bool] = field(default_factory=dict)
    """Thread → whether it is open."""
    reactions: frozenset[str] | None = None
    """Emoji that are allowed; None allows all."""


class Town(Mailbox, Trouble):
    """See the module. ``clock`` tells the server's time as seconds since 1970."""

    def __init__(
        self, token: str = TOKEN, *, clock: Callable[[], float] = time.time, privacy: bool = False
    ) -> None:
        lock = threading.RLock()
        Mailbox.__init__(self, lock, clock)
        Trouble.__init__(self, lock)
        self.token = token
        self.me = u.bot(int(token.partition(":")[0]), can_read_all_group_messages=not privacy)
        self.people: dict[int, Person] = {}
        self.groups: dict[int, Group] = {}
        self.messages: dict[tuple[int, int], Json] = {}
        self.files: dict[str, tuple[bytes, int]] = {}
        """file id → content, size to report."""
        self.presses: dict[str, bool] = {}
        """Callback query → whether it may still be answered."""
        self.answers: list[Json] = []
        self.reactions: dict[tuple[int, int], list[str]] = {}
        self.pinned: dict[int, list[int]] = {}
        self.menus: dict[str, list[Json]] = {}
        """Scope and language as JSON → commands."""
        self.calls: list[tuple[str, Json]] = []
        """Every call that was as published, with its parameters as they were understood."""
        self.refusals: list[tuple[str, str]] = []
        """(method, reason) of every call that was refused."""
        self.allowed = DEFAULT_UPDATES
        self.webhook: Json | None = None
        self.pushes: list[tuple[int, int]] = []
        """(update, status) of every answer that a webhook gave."""
        self.push_error: Json = {}
        self._proxies: dict[str, str] = {}
        self._last_message: dict[int, int] = {}

    # --- who and where

    def person(self, number: int, first_name: str, *, started: bool = False, **more: Any) -> Json:
        """A user; ``started``: has pressed Start, so the bot may write."""
        with self.lock:
            self.people[number] = Person(u.user(number, first_name, **more), started)
            return self.people[number].user

    def group(
        self,
        number: int,
        title: str = "春晖苑业主群",
        *,
        kind: str = "supergroup",
        bot: str = "member",
        forum: bool = False,
        reactions: list[str] | None = None,
        **rights: bool,
    ) -> Json:
        """A group, and the bot's status in it (``administrator``, ``left`` …) and rights. No update comes."""
        with self.lock:
            chat = u.group(number, title, kind, **({"is_forum": True} if forum else {}))
            allowed = None if reactions is None else frozenset(reactions)
            self.groups[number] = Group(chat, u.member(bot, self.me, **rights), reactions=allowed)
            return chat

    def topic(self, chat: int, name: str = "报修", *, open_: bool = True) -> int:
        """A new topic's thread id."""
        with self.lock:
            thread = self.next_message(chat)
            begin = u.content("", chat=self.groups[chat].chat, message_id=thread)
            self._keep(begin | {"forum_topic_created": {"name": name, "icon_color": 7322096}})
            self.groups[chat].topics[thread] = open_
            return thread

    def start(self, person: int, payload: str = "") -> int:
        """A person presses Start (anew, if they had blocked the bot)."""
        with self.lock:
            self.people[person].started, self.people[person].blocked = True, False
            return self.says(person, f"/start {payload}".strip())

    def block(self, person: int) -> None:
        """A person blocks the bot."""
        with self.lock:
            who = self.people[person]
            who.blocked = True
            self.deliver(
                u.membership(
                    "kicked",
                    before="member",
                    chat=u.private(who.user),
                    by=who.user,
                    who=self.me,
                    date=self.date(),
                )
            )

    def deactivate(self, person: int) -> None:
        """A person deletes their account."""
        with self.lock:
            self.people[person].deactivated = True

    def bot_becomes(self, chat: int, status: str, *, by: int | None = None, **rights: Any) -> None:
        """The bot is added, promoted, muted (``restricted``) or removed; it is told."""
        with self.lock:
            group = self.groups[chat]
            before, group.bot = group.bot, u.member(status, self.me, **rights)
            who = self.people[by].user if by is not None else u.user()
            change = u.membership(status, chat=group.chat, by=who, who=self.me, date=self.date(), **rights)
            change["my_chat_member"]["old_chat_member"] = before
            self.deliver(change)

    def migrate(self, old: int, new: int) -> None:
        """A group becomes a supergroup under a new id; writing to the old one is refused with the new id."""
        with self.lock:
            group = self.groups[old]
            chat = {**group.chat, "id": new, "type": "supergroup"}
            self.groups[new] = Group(chat, group.bot, group.members)
            group.moved_to = new
            for told, (chat_id, near) in zip(
                u.migration(old, new, group.chat["title"]), ((old, group.chat), (new, chat)), strict=True
            ):
                told["message"] |= {
                    "chat": near,
                    "message_id": self.next_message(chat_id),
                    "date": self.date(),
                }
                self.deliver(told)

    # --- what people do

    def says(
        self,
        person: int,
        text: str = "",
        chat: int | None = None,
        *,
        reply_to: int | None = None,
        thread: int | None = None,
        anonymous: bool = False,
        date: int | None = None,
        **more: Any,
    ) -> int:
        """A person writes into a group, or privately without ``chat``; the message's id."""
        with self.lock:
            who = self.people[person]
            if chat is None:
                # Who writes to a bot has pressed Start before.
                who.started = True
            near = u.private(who.user) if chat is None else self.groups[chat].chat
            number = self.next_message(near["id"])
            fields: Json = {**more}
            author = who.user
            if anonymous:
                author, fields["sender_chat"] = u.ANONYMOUS_ADMIN, near
            if thread is not None:
                fields |= {"message_thread_id": thread, "is_topic_message": True}
                fields["reply_to_message"] = self.bare(self.messages[near["id"], thread])
            if reply_to is not None:
                fields["reply_to_message"] = self.bare(self.messages[near["id"], reply_to])
            when = self.date() if date is None else date
            said = u.content(text, author=author, chat=near, message_id=number, date=when, **fields)
            self._keep(said)
            if self._heard(said):
                self.deliver(u.update("message", said))
            return number

    def edits(self, chat: int, message: int, text: str) -> None:
        """The author changes a message (``chat`` is their own id for a private one)."""
        with self.lock:
            said = self.messages[chat, message]
            key, marks = ("caption", "caption_entities") if "photo" in said else ("text", "entities")
            said.pop(marks, None)
            said |= {key: text, "edit_date": self.date()}
            if found := u.entities(text):
                said[marks] = found
            if self._heard(said):
                self.deliver(u.update("edited_message", said))

    def album(self, person: int, names: list[str], caption: str = "", chat: int | None = None) -> list[int]:
        """A person sends several photos at once; each can be downloaded."""
        with self.lock:
            shared = f"album-{self.last_update}"
            return [
                self.sends_photo(person, name, caption if at == 0 else "", chat, media_group_id=shared)
                for at, name in enumerate(names)
            ]

    def sends_photo(
        self, person: int, name: str, caption: str = "", chat: int | None = None, **more: Any
    ) -> int:
        """A person sends a photo; its sizes can be downloaded."""
        with self.lock:
            sizes = u.photo(name)
            for size in sizes:
                self.files.setdefault(size["file_id"], (picture(), 0))
            return self.says(person, caption, chat, photo=sizes, **more)

    def forgets_file(self, file_id: str) -> None:
        """A file can no longer be downloaded."""
        with self.lock:
            self.files.pop(file_id, None)

    def file(self, file_id: str, content: str = "", size: int = 0) -> None:
        """A file to download; ``size`` is what the server says of it, if not the truth."""
        with self.lock:
            self.files[file_id] = (content.encode(), size)

    def deletes(self, chat: int, message: int) -> None:
        """A message vanishes; bots are not told."""
        with self.lock:
            del self.messages[chat, message]

    def press(
        self, person: int, chat: int, message: int, data: str, *, forged: bool = False, late: bool = False
    ) -> str:
        """A person presses a button under a message of the bot's; the press's id.

        ValueError where there is no such button, unless ``forged``. ``late``: can no longer be answered.
        """
        with self.lock:
            under = self.messages.get((chat, message))
            shown = [] if under is None else [b.get("callback_data") for b in buttons_of(under)]
            if data not in shown and not forged:
                raise ValueError(f"there is no button {data!r}, only {shown}")
            near = self.groups[chat].chat if chat in self.groups else u.private(self.people[chat].user)
            identity = f"press-{len(self.presses) + 1}"
            self.presses[identity] = not late
            author = self.people[person].user
            seen = u.gone(near, message) if under is None else self.bare(under)
            self.deliver(u.press(data, author=author, under=seen, press_id=identity))
            return identity

    def reacts(self, person: int, chat: int, message: int, emoji: list[str]) -> None:
        """A person's emoji on a message; a bot is told where it is an admin."""
        with self.lock:
            group = self.groups[chat]
            if group.bot["status"] == "administrator":
                who = self.people[person].user
                self.deliver(
                    u.reaction(*emoji, chat=group.chat, message_id=message, by=who, date=self.date())
                )

    # --- what the bot did

    def sent(self, chat: int) -> list[Json]:
        """The bot's messages in a chat that are there now, oldest first, as they look now."""
        with self.lock:
            return [
                dict(message)
                for (where, _), message in self.messages.items()
                if where == chat and message["from"]["id"] == self.me["id"]
            ]

    def called(self, method: str) -> list[Json]:
        """The parameters of every call of a method, oldest first."""
        with self.lock:
            return [dict(parameters) for name, parameters in self.calls if name == method]

    def call_log(self) -> list[list[Any]]:
        """Every call as [method, parameters], oldest first."""
        with self.lock:
            return [[name, parameters] for name, parameters in self.calls]

    def refused(self) -> list[list[str]]:
        """Every call that was refused, as [method, reason]."""
        with self.lock:
            return [list(pair) for pair in self.refusals]

    def reactions_on(self, chat: int, message: int) -> list[str]:
        """The bot's emoji on a message."""
        with self.lock:
            return list(self.reactions.get((chat, message), []))

    # --- the webhook

    def forward(self, address: str, to: str) -> None:
        """The reverse proxy of a compound: what is posted to addresses that begin so arrives at ``to``."""
        with self.lock:
            self._proxies[address] = to

    def proxied(self, url: str) -> str:
        """Where a webhook's address leads to."""
        with self.lock:
            for address, to in self._proxies.items():
                if url.startswith(address):
                    return to + url.removeprefix(address)
            return url

    def pushed(self, number: int) -> None:
        """A webhook has taken an update: it is forgotten."""
        with self.lock:
            for waiting in list(self.queue):
                if waiting.number == number:
                    self.queue.remove(waiting)

    def push_failed(self, why: str) -> None:
        """A webhook has not taken an update; ``getWebhookInfo`` tells the last such trouble."""
        with self.lock:
            self.push_error = {"last_error_date": self.date(), "last_error_message": why}

    def push_log(self) -> list[list[int]]:
        """Every answer of a webhook, as [update, status]."""
        with self.lock:
            return [list(pair) for pair in self.pushes]

    # --- inside

    def date(self) -> int:
        """Now, in whole seconds, as messages carry it."""
        return int(self.clock())

    def next_message(self, chat: int) -> int:
        """A new message id."""
        self._last_message[chat] = self._last_message.get(chat, 100) + 1
        return self._last_message[chat]

    def keep(self, message: Json) -> None:
        """Remember a message that the bot has sent."""
        with self.lock:
            self._keep(message)

    def reachable(self, chat: int) -> Group | Person:
        """The chat, if the bot may do something there. Refused in the official server's words if not."""
        if chat in self.groups:
            group = self.groups[chat]
            kind = group.chat["type"]
            if group.moved_to is not None:
                raise Refused(
                    400,
                    "Bad Request: group chat was upgraded to a supergroup chat",
                    migrate_to_chat_id=group.moved_to,
                )
            if group.bot["status"] == "kicked":
                raise Refused(403, f"Forbidden: bot was kicked from the {kind} chat")
            if group.bot["status"] == "left" or group.bot.get("is_member") is False:
                raise Refused(403, f"Forbidden: bot is not a member of the {kind} chat")
            return group
        if chat not in self.people:
            raise bad("chat not found")
        person = self.people[chat]
        if person.user["is_bot"]:
            raise Refused(403, "Forbidden: bots can't send messages to bots")
        if person.deactivated:
            raise Refused(403, "Forbidden: user is deactivated")
        if person.blocked:
            raise Refused(403, "Forbidden: bot was blocked by the user")
        if not person.started:
            raise Refused(403, "Forbidden: bot can't initiate conversation with a user")
        return person

    def _keep(self, message: Json) -> None:
        self.messages[message["chat"]["id"], message["message_id"]] = message

    def deliver(self, update: Json) -> None:
        """Put an update into the queue, if the bot wants that kind."""
        if next(key for key in update if key != "update_id") in self.allowed:
            self.enqueue(update)

    def _heard(self, message: Json) -> bool:
        """Whether a message reaches the bot: in privacy mode only what is for it, unless it is admin."""
        chat = message["chat"]["id"]
        if chat not in self.groups:
            return True
        status = self.groups[chat].bot["status"]
        if status in ("left", "kicked"):
            return False
        if self.me["can_read_all_group_messages"] or status == "administrator":
            return True
        text = message.get("text") or message.get("caption") or ""
        answered = message.get("reply_to_message", {}).get("from", {}).get("id")
        return text.startswith("/") or f"@{self.me['username']}" in text or answered == self.me["id"]

    @staticmethod
    def bare(message: Json) -> Json:
        """A message as it is quoted in another one: without what it answers itself."""
        return {key: value for key, value in message.items() if key != "reply_to_message"}


CONTROLS = frozenset(
    {
        *("person", "group", "topic", "start", "block", "deactivate", "bot_becomes", "migrate"),
        *("says", "edits", "album", "sends_photo", "file", "forgets_file", "deletes", "press"),
        *("enqueue", "pending", "fail", "chaos", "limits", "repoll_limit"),
        *("sent", "called", "call_log", "refused", "reactions_on"),
        *("forward", "push_log", "reacts"),
    }
)
"""What other processes may do."""


def buttons_of(message: Json) -> list[Json]:
    """All buttons under a message, row by row."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button for row in rows for button in row]


def picture(size: tuple[int, int] = (64, 48)) -> bytes:
    """A small real JPEG."""
    from io import BytesIO

    from PIL import Image

    out = BytesIO()
    Image.new("RGB", size, (90, 120, 150)).save(out, "JPEG")
    return out.getvalue()
