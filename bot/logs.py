"""The log: one line per record, without secrets."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, tzinfo
from types import TracebackType
from typing import TextIO
from urllib.parse import quote, quote_plus

from bot.domain.neutral import neutral

__all__ = ["neutral", "redactor", "set_up"]

HIDDEN = "***"
_SHORTEST = 4
"""A shorter secret is no secret, and hiding it would riddle every line."""
_BOT_TOKEN = re.compile(r"[0-9]{6,12}(?::|%3[Aa])[A-Za-z0-9_-]{30,}")
_INVITATION = re.compile(r"(?<![A-Za-z0-9])[bB][A-Za-z2-7]{26}(?![A-Za-z0-9])")
"""An invitation's code: whoever reads it within a day becomes the invited person."""
_PASSWORD_IN_URL = re.compile(r"://[^\s/?#:'\"]*:[^\s/?#'\"]*@")

_CHATTY = ("httpx", "httpcore", "telegram", "apscheduler", "sqlalchemy", "alembic", "asyncio", "PIL", "jieba")
"""Libraries that would log addresses with tokens, what people write, or every tick."""


def set_up(level: int | str, secrets: Iterable[str], stream: TextIO, zone: tzinfo = UTC) -> None:
    """Log to ``stream`` from ``level`` on, replacing what was set up before; libraries only from WARNING on.

    A line is ``2026-06-16T09:00:00+08:00 INFO bot.dispatch: words``; a traceback follows in the same line. What
    nobody caught is logged too. Secrets are hidden in all of it; no caller passes the text of a message.
    """
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_Line(redactor(secrets), zone))
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    sys.excepthook = _log_uncaught


def redactor(secrets: Iterable[str]) -> Callable[[str], str]:
    """A function that hides these secrets, however they are quoted, bot tokens, invitations, and passwords in URLs."""
    known = {secret for secret in secrets if len(secret) >= _SHORTEST}
    forms = {
        form
        for secret in known
        for form in (secret, quote(secret, safe=""), quote(secret), quote_plus(secret), repr(secret)[1:-1])
    }
    # The longest first, so that no secret is left in halves by another that it contains.
    ordered = sorted(forms, key=lambda form: (-len(form), form))
    exact = re.compile("|".join(map(re.escape, ordered))) if ordered else None

    def redact(text: str) -> str:
        if exact:
            text = exact.sub(HIDDEN, text)
        text = _INVITATION.sub(HIDDEN, _BOT_TOKEN.sub(HIDDEN, text))
        return _PASSWORD_IN_URL.sub(f"://{HIDDEN}@", text)

    return redact


class _Line(logging.Formatter):
    def __init__(self, redact: Callable[[str], str], zone: tzinfo) -> None:
        super().__init__()
        self._redact = redact
        self._zone = zone

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, self._zone).isoformat(timespec="seconds")
        try:
            said = record.getMessage()
        except (TypeError, ValueError, KeyError):
            # A slip in a log line must not cost the line, nor print its arguments raw as logging would.
            said = f"{record.msg} {record.args!r}"
        if record.exc_info:
            said += "\n" + self.formatException(record.exc_info)
        if record.stack_info:
            said += "\n" + record.stack_info
        # Redacted before the lines are joined, which could change a secret, and whole, wherever it came from.
        lines = [neutral(line, None).strip() for line in self._redact(said).splitlines()]
        return f"{at} {record.levelname} {record.name}: {' ⏎ '.join(line for line in lines if line)}"


def _log_uncaught(kind: type[BaseException], fault: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, fault, trace)
        return
    logging.getLogger("bot").critical("stopped by an error", exc_info=(kind, fault, trace))
