"""Histories exported by Telegram Desktop (``result.json``)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.replay.history import BadHistory, BadLine, Part, Said, Trouble
from bot.replay.lines import moment, whole

_VOICES = frozenset({"voice_message", "audio_file"})
_PICTURES = frozenset({"video_file", "video_message"})


def read(export: dict[str, Any], zone: ZoneInfo) -> list[Said]:
    """The messages of one chat's export, service messages left out. Raises BadHistory: ``line`` counts messages."""
    rows = export.get("messages")
    if not isinstance(rows, list):
        raise BadHistory([Trouble(1, "whole_account" if "chats" in export else "no_messages")])
    found: list[Said] = []
    troubles: list[Trouble] = []
    for number, row in enumerate(rows, 1):
        if isinstance(row, dict) and row.get("type", "message") != "message":
            continue
        try:
            found.append(_said(number, row, zone))
        except BadLine as bad:
            troubles.append(Trouble(number, str(bad)))
    if troubles:
        raise BadHistory(troubles)
    return found


def _said(number: int, row: Any, zone: ZoneInfo) -> Said:
    if not isinstance(row, dict):
        raise BadLine("no_object")
    if not isinstance(row.get("id"), int):
        raise BadLine("no_id")
    # A deleted account has no name any more.
    speaker = row.get("from") if isinstance(row.get("from"), str) else ""
    media = row.get("media_type")
    return Said(
        id=row["id"],
        line=number,
        at=_at(row, zone),
        speaker=whole(speaker or str(row.get("from_id") or "?")),
        account=str(row.get("from_id") or speaker or "?"),
        part=Part.RESIDENT,
        text=whole(_text(row.get("text", ""))),
        reply_to=row["reply_to_message_id"] if isinstance(row.get("reply_to_message_id"), int) else None,
        photos=1 if "photo" in row or media in _PICTURES else 0,
        voice=media in _VOICES,
    )


def _at(row: dict[str, Any], zone: ZoneInfo) -> datetime:
    """``date_unixtime`` says the moment; ``date`` only the clock of the computer that exported."""
    seconds = row.get("date_unixtime")
    if isinstance(seconds, str) and seconds.isdecimal() and len(seconds) < 12:
        return datetime.fromtimestamp(int(seconds), UTC).astimezone(zone)
    return moment(row.get("date"), zone)


def _text(value: Any) -> str:
    """A text is a string, or a list of strings and of entities that hold one."""
    if isinstance(value, str):
        return value
    if not isinstance(value, list):
        raise BadLine("no_text")
    pieces = (piece.get("text", "") if isinstance(piece, dict) else piece for piece in value)
    return "".join(piece for piece in pieces if isinstance(piece, str))
