"""User text made harmless for a terminal, a message or a cell."""

from __future__ import annotations

import re
import unicodedata


def neutral(text: str, limit: int | None = None, *, lines: bool = False) -> str:
    """User text without power over a terminal or a message's layout, in at most ``limit`` characters.

    Control, direction, invisible and tag characters go, lone surrogates become �; emoji keep their joiners and
    selectors; of stacked marks two stay. It becomes one line; with ``lines`` line breaks stay, at most one
    blank line in a row. What is cut ends with …. Applied again it changes nothing.
    """
    kept: list[str] = []
    marks = 0
    said = text.replace("\r\n", "\n")
    for index, char in enumerate(said):
        if char in "\n\r\v\f\x85\u2028\u2029":
            kept.append("\n" if lines else " ")
            marks = 0
        elif char == "\t":
            kept.append(" ")
            marks = 0
        elif char == "\u200d":
            following = said[index + 1 : index + 2]
            if kept and _ends_emoji(kept) and following and unicodedata.category(following) == "So":
                kept.append(char)
        elif char in "\ufe0e\ufe0f":
            if kept and _takes_selector(kept[-1]):
                kept.append(char)
        elif "\ud800" <= char <= "\udfff":
            kept.append("\ufffd")
            marks = 0
        elif not _invisible(char):
            marks = marks + 1 if unicodedata.category(char) in {"Mn", "Me"} else 0
            if marks <= 2:
                kept.append(char)
    found = re.sub(r"\n[ \n]*\n", "\n\n", "".join(kept)) if lines else "".join(kept)
    return found if limit is None or len(found) <= limit else _cut(found, limit)


def _cut(text: str, limit: int) -> str:
    if limit <= 0:
        return ""
    # Never between an emoji's parts: neither a joiner nor half a family stays at the end.
    end = limit - 1
    while end and (text[end] in "\u200d\ufe0e\ufe0f" or text[end - 1] == "\u200d"):
        end -= 1
    return f"{text[:end]}…"


def _ends_emoji(kept: list[str]) -> bool:
    last = kept[-1]
    return unicodedata.category(last) == "So" or "\U0001f3fb" <= last <= "\U0001f3ff" or last == "\ufe0f"


def _takes_selector(char: str) -> bool:
    return unicodedata.category(char) in {"So", "Sm", "Po", "Nd", "Pd"} or char in "\u3030\u2194\u203c"


def _invisible(char: str) -> bool:
    code = ord(char)
    return (
        unicodedata.category(char) in {"Cc", "Cf"}
        or char in "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
        or 0xFE00 <= code <= 0xFE0D
        or 0xE0000 <= code <= 0xE0FFF
        or 0xFDD0 <= code <= 0xFDEF
        or code & 0xFFFE == 0xFFFE
    )
