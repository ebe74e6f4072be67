"""Histories as JSON lines: one message a line, with id, time, speaker, text, and role and reply_to where known."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from bot.replay.history import BadHistory, BadLine, Part, Said, Trouble


def read(text: str, zone: ZoneInfo) -> list[Said]:
    """The messages in the file's order; times without an offset are of ``zone``. Raises BadHistory."""
    found: list[Said] = []
    troubles: list[Trouble] = []
    seen: set[str] = set()
    for number, line in _filled(text):
        try:
            said = _said(number, line, zone)
            if str(said.id) in seen:
                raise BadLine("same_id")  # noqa: TRY301  # one place says which line it is
        except BadLine as bad:
            troubles.append(Trouble(number, str(bad)))
        else:
            seen.add(str(said.id))
            found.append(said)
    if troubles:
        raise BadHistory(troubles)
    return found


def _filled(text: str) -> Iterator[tuple[int, str]]:
    # Not splitlines: a message may hold a line separator that JSON leaves as it is.
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield number, line


def _said(number: int, line: str, zone: ZoneInfo) -> Said:
    try:
        row = json.loads(line, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise BadLine("not_json") from None
    if not isinstance(row, dict):
        raise BadLine("no_object")
    if not isinstance(row.get("id"), str | int) or isinstance(row["id"], bool) or row["id"] == "":
        raise BadLine("no_id")
    speaker = row.get("speaker")
    if not isinstance(speaker, str) or not speaker.strip():
        raise BadLine("no_speaker")
    if not isinstance(row.get("text"), str):
        raise BadLine("no_text")
    role = row.get("role") or Part.RESIDENT.value
    if role not in set(Part):
        raise BadLine("bad_role")
    reply_to = row.get("reply_to")
    if reply_to is not None and not isinstance(reply_to, str | int):
        raise BadLine("bad_reply")
    return Said(
        id=whole(row["id"]) if isinstance(row["id"], str) else row["id"],
        line=number,
        at=moment(row.get("time"), zone),
        speaker=whole(speaker),
        account=whole(speaker),
        part=Part(role),
        text=whole(row["text"]),
        reply_to=reply_to,
    )


def moment(value: Any, zone: ZoneInfo) -> datetime:
    """An ISO 8601 moment. Raises BadLine."""
    if not isinstance(value, str):
        raise BadLine("no_time")
    try:
        at = datetime.fromisoformat(value.strip())
        return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(zone)
    except (ValueError, OverflowError):
        raise BadLine("bad_time") from None


def whole(text: str) -> str:
    """JSON can say half a surrogate pair; no text that people see has one."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _refuse(_constant: str) -> NoReturn:
    raise ValueError("NaN and Infinity are no JSON")
