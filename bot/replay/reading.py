"""Which kind of history a file is, and its messages in the order in which they were said."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.replay import lines, telegram_export, wechat_text
from bot.replay.history import BadHistory, Said, Trouble, in_order, text_of


def read_history(path: Path, zone: ZoneInfo, today: date) -> list[Said]:
    """A history in any of the three shapes, in order of time. Raises BadHistory, OSError."""
    text = text_of(path)
    start = text.lstrip()
    if not start.startswith("{"):
        return in_order(wechat_text.read(text, zone, today))
    first = start.split("\n", 1)[0].strip()
    if _object(first) is None or '"messages"' in first[:10_000]:
        export = _object(text)
        if export is not None and ("messages" in export or "chats" in export):
            return in_order(telegram_export.read(export, zone))
        if first == "{" or export is not None:
            raise BadHistory([Trouble(1, "no_messages" if export is not None else "not_json")])
    return in_order(lines.read(text, zone))


def _object(text: str) -> dict[str, object] | None:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
