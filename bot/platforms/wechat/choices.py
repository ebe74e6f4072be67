"""Choices as words: what a platform without buttons shows instead of them, and how an answer is read back."""

from __future__ import annotations

import re
import unicodedata

from bot.domain.messages import Button, Face

_MARKS = re.compile(r"^[^\w\u4e00-\u9fff]+|[^\w\u4e00-\u9fff]+$")


def word(button: Button) -> str:
    """A button's label as people would write it: without its emoji."""
    return _MARKS.sub("", unicodedata.normalize("NFKC", button.label)).strip()


def with_choices(face: Face, offer: str) -> str:
    """The face's text with its buttons as words. ``offer`` has one place: ``回复：{words}``."""
    rows = [[button for button in row if button.data or button.url] for row in face.buttons]
    links = [f"{word(button)}：{button.url}" for row in rows for button in row if button.url]
    words = [word(button) for row in rows for button in row if button.data]
    lines = [face.text, *links]
    if words:
        lines.append(offer.format(words=" / ".join(dict.fromkeys(words))))
    return "\n".join(lines)
