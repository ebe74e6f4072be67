"""What comes in and what goes out, in words that no platform owns."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum

from bot.domain.charts import Chart


@dataclass(frozen=True, slots=True)
class Address:
    """A chat (会话): a group, one of its topics, or a person's private chat."""

    platform: str
    chat: str
    thread: str | None = None

    @property
    def whole(self) -> Address:
        """The chat with all its topics."""
        return Address(self.platform, self.chat)


@dataclass(frozen=True, slots=True)
class Account:
    """A person's account (账号) on a platform. The name is for reading and never proves who somebody is."""

    platform: str
    id: str
    name: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo as the platform names it; its bytes are fetched at the edge, if at all."""

    file: str
    """The platform's own handle for fetching it."""
    unique: str
    """The same for the same picture, whoever sends it."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message somebody wrote or edited."""

    chat: Address
    message: str
    """The platform's id of the message, unique within its chat."""
    author: Account
    text: str
    sent_at: datetime
    in_group: bool
    reply_to: str | None = None
    """Id of the message it answers."""
    reply_to_bot: bool = False
    mentions_bot: bool = False
    photos: tuple[Photo, ...] = ()
    album: str | None = None
    """Shared by the messages of one album; each carries one photo, only one the caption."""
    edited: bool = False
    forwarded: bool = False
    voice: bool = False
    anonymous: bool = False
    """Written in the group's own name (an anonymous admin, a linked channel): nobody in particular."""


@dataclass(frozen=True, slots=True)
class Press:
    """Somebody pressed a button under one of the bot's messages."""

    id: str
    """To be answered, or the platform shows a waiting clock."""
    chat: Address
    message: str
    author: Account
    data: str
    sent_at: datetime
    in_group: bool


class Standing(StrEnum):
    """How the bot stands in a chat."""

    MEMBER = "member"
    MUTED = "muted"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Membership:
    """The bot was added to a chat, muted in it, removed from it, or blocked by a person."""

    chat: Address
    title: str
    standing: Standing
    at: datetime
    in_group: bool
    by: Account | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """A chat has a new id (a Telegram group that became a supergroup)."""

    old: Address
    new: Address


@dataclass(frozen=True, slots=True)
class Fetched:
    """A photo was fetched and stored, or could not be."""

    photo: int
    media: str | None
    """The stored file's name, or None where it could not be had."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A message, card or file could not be delivered and never will be (blocked, never started, thrown out)."""

    to: Address
    key: str
    ticket: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Reacted:
    """Somebody put emoji on a message or took them away."""

    chat: Address
    """The chat as a whole: which of its topics it was in is not told."""
    message: str
    author: Account
    emoji: tuple[str, ...]
    """All that are theirs on it now."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Recalled:
    """Somebody took back what they had written."""

    chat: Address
    message: str
    author: Account


@dataclass(frozen=True, slots=True)
class FriendRequest:
    """Somebody asks to be allowed to write to the bot alone."""

    author: Account
    words: str
    """What they wrote with it."""
    request: str
    """To be named where it is accepted."""


@dataclass(frozen=True, slots=True)
class Unheard:
    """A messenger could not be heard for a time, and does not tell afterwards what was said."""

    platform: str
    since: datetime
    until: datetime


Cause = (
    Incoming
    | Press
    | Membership
    | Moved
    | Fetched
    | Undelivered
    | Reacted
    | Recalled
    | FriendRequest
    | Unheard
)


class Priority(IntEnum):
    """What goes first when several things wait to be sent; lower is sooner."""

    EMERGENCY = 0
    ESCALATION = 10
    ANSWER = 20
    CARD = 30
    GROUP = 40
    DIGEST = 50


@dataclass(frozen=True, slots=True)
class Button:
    """A choice under a message. ``data`` is at most 64 bytes: ``t:<ticket>:<verb>``. ``url`` opens a link instead."""

    label: str
    data: str = ""
    url: str = ""
    number: int | None = None
    """What it is about, as people would name it: a ticket's number, a proposal's."""


Buttons = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Face:
    """What a message shows: its words, its buttons, its first photo."""

    text: str
    buttons: Buttons = ()
    photo: str | None = None
    """A stored file's name."""
    gist: str | None = None
    """Where nothing can be edited: what it says in short. As long as that stays the same it is not said again."""
    bare: bool = False
    """The photo that stood there before must go, where the platform lets it be taken away."""


@dataclass(frozen=True, slots=True)
class Say:
    """Send a message once. ``key`` is unique in the compound: saying it again with the same key changes nothing."""

    to: Address
    key: str
    face: Face
    priority: Priority = Priority.GROUP
    reply_to: str | None = None
    mentions: tuple[Account, ...] = ()
    silent: bool = False
    pin: bool = False
    ticket: int | None = None
    not_before: datetime | None = None
    useful_until: datetime | None = None
    """Not sent at all once this moment has passed."""


@dataclass(frozen=True, slots=True)
class SendFile:
    """Send a stored file (a workbook, a picture) with a caption."""

    to: Address
    key: str
    path: str
    """A name inside the media folder."""
    caption: str = ""
    priority: Priority = Priority.DIGEST
    chart: Chart | None = None
    """Drawn into the file just before it is sent: drawing takes a while, and handlers never wait."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Answer a button's press: a short toast, or an alert to be closed by hand."""

    press: str
    to: Address
    text: str = ""
    alert: bool = False


@dataclass(frozen=True, slots=True)
class React:
    """Put one emoji on a message, as a quiet sign of having heard."""

    to: Address
    message: str
    emoji: str


@dataclass(frozen=True, slots=True)
class Fetch:
    """Fetch a photo from the platform and answer with ``Fetched``."""

    platform: str
    photo: int
    """The photo's row."""
    file: str


@dataclass(frozen=True, slots=True)
class Leave:
    """Leave a group that is not configured."""

    to: Address


@dataclass(frozen=True, slots=True)
class Befriend:
    """Accept somebody's friend request."""

    to: Address
    request: str


EVERY_PRIVATE_CHAT = "every private chat"
"""Instead of a chat: the menu of all private chats that have none of their own."""
EVERY_GROUP = "every group"
"""The same for groups."""


@dataclass(frozen=True, slots=True)
class PublishMenu:
    """Publish the command menu that belongs to a chat: ``commands`` is (name, description) in order."""

    to: Address
    commands: tuple[tuple[str, str], ...]
    language: str = ""
    """Only for people whose app speaks this (two letters, ISO 639-1); empty: for all others."""


Outgoing = Say | SendFile | Answer | React | Fetch | Leave | PublishMenu | Befriend
