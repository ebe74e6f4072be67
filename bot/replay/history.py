"""A chat history as people export it: JSON lines, a Telegram export or pasted WeChat text, read into one shape."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

_LARGEST = 200_000_000
"""Bytes of a file; a year of a busy group has a tenth of it."""
_MOST_PROBLEMS = 20

_PICTURE = re.compile(r"\[(?:图片|圖片|照片|相片|视频|視頻|影片|小视频|Photo|Image|Video)\]", re.IGNORECASE)
_VOICE = re.compile(r"\[(?:语音|語音|语音消息|語音訊息|Voice|Audio)\](?:\s*\d+[\"″''秒]*)?", re.IGNORECASE)
_HEARD = re.compile(r"\[(?:语音转文字|語音轉文字)\]")
_QUOTE = re.compile(r"\A「(?P<who>[^：:」]{1,64})[：:](?P<what>.*?)」\s*(?:-[ -]*-)?\s*", re.DOTALL)


class Part(StrEnum):
    """What somebody is in the group."""

    RESIDENT = "resident"
    STAFF = "staff"
    COMMITTEE = "committee"


@dataclass(frozen=True, slots=True)
class Said:
    """One message of a history."""

    id: object
    """As the file has it; given back in the result."""
    line: int
    """Where it stands in the file, counted from 1; of an export, the how-manieth message it is."""
    at: datetime
    speaker: str
    account: str
    """The same for the same person, whatever they call themselves."""
    part: Part
    text: str
    reply_to: object = None
    photos: int = 0
    voice: bool = False


@dataclass(frozen=True, slots=True)
class Trouble:
    """One line that cannot be read: its number, and a key of the catalogue's [replay] table."""

    line: int
    kind: str


class BadLine(ValueError):
    """One line that is no message; its words are a key of the catalogue's [replay] table."""


class BadHistory(ValueError):
    """A history that cannot be read, with what is wrong in which line."""

    def __init__(self, troubles: list[Trouble]) -> None:
        super().__init__(", ".join(f"{trouble.line}: {trouble.kind}" for trouble in troubles))
        self.troubles = tuple(troubles[:_MOST_PROBLEMS])


def text_of(path: Path) -> str:
    """The file's text. Raises BadHistory where it is too large, empty or no UTF-8, OSError where it cannot be read."""
    if path.stat().st_size > _LARGEST:
        raise BadHistory([Trouble(1, "too_large")])
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadHistory([Trouble(content.count(b"\n", 0, error.start) + 1, "not_utf8")]) from None
    if not text.strip():
        raise BadHistory([Trouble(1, "empty")])
    return text


def plainly(said: Said) -> Said:
    """What stands for a photo or a voice becomes one; a quoted message is not said again."""
    quoted = _QUOTE.match(said.text)
    text = said.text[quoted.end() :] if quoted and said.text[quoted.end() :].strip() else said.text
    photos = len(_PICTURE.findall(text))
    text, spoken = _VOICE.subn("", _PICTURE.sub("", text))
    text = _HEARD.sub("", text).strip()
    return replace(
        said, text=text, photos=said.photos + photos, voice=said.voice or (spoken > 0 and not text)
    )


def in_order(history: list[Said]) -> list[Said]:
    """As it happened: exports that were pasted together may jump back. Equal times keep the file's order."""
    return sorted(_with_quotes(history), key=lambda said: said.at)


def _with_quotes(history: list[Said]) -> list[Said]:
    """A quotation pasted as text ("「张三：…」") is a reply to the message it quotes, where that can be found."""
    found: list[Said] = []
    latest: dict[tuple[str, str], object] = {}
    for said in history:
        quoted = _QUOTE.match(said.text)
        reply_to = said.reply_to
        if quoted and reply_to is None:
            reply_to = latest.get((quoted["who"].strip(), quoted["what"].strip()))
        latest[said.speaker, said.text.strip()] = said.id
        found.append(plainly(replace(said, reply_to=reply_to)))
    return found
