"""Choices as words: what a message says where there are no buttons, and which of them an answer means."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable

from bot.domain.messages import Button, Face

Phrase = Callable[[str], str]
"""Words → the sentence that offers them."""

_EDGES = re.compile(r"^[^\w]+|[^\w]+$")
_ASIDE = re.compile(r"\([^()]*\)")
_NO_WORD = re.compile(r"[\W_]+")
_NUMBER = r"(?:#|第|工单|单号)?\s*(?<!\d)(\d{1,7})(?!\d)(?:号工?单?)?"
_NUMBER_FIRST = re.compile(rf"{_NUMBER}(?:[\s,.:;、。]+(?P<apart>.+)|(?P<close>[^\d\s].*))", re.DOTALL)
_NUMBER_LAST = re.compile(rf"(.+?)[\s,.:;、。]*{_NUMBER}", re.DOTALL)
_SEVERAL = re.compile(
    r"(?P<word>[^\d\s#]+)\s*(?P<numbers>#?\d{1,7}号?(?:(?:[\s,、;/]+|\s*[和与]\s*)#?\d{1,7}号?)+)"
)
_HANDING = ("转给", "派给", "交给", "转派给")
"""How people begin who name a person."""
_FEW = 5
"""Choices that stand side by side; where there are more, the first row counts most."""


def word(button: Button) -> str:
    """A button's label as people would write it: without its emoji, its aside and its ticket's number."""
    plain = _ASIDE.sub("", unicodedata.normalize("NFKC", button.label))
    plain = _EDGES.sub("", plain)
    if button.number is not None:
        plain = re.sub(rf"\s*#?{button.number}$", "", plain)
    return plain.strip()


def answer(button: Button) -> str:
    """What somebody writes who means this button and no other: ``接单 12``."""
    return word(button) if button.number is None else f"{word(button)} {button.number}"


def in_words(face: Face, offer: Phrase, more: Phrase) -> Face:
    """The same without buttons: its links, and one line that offers the choices.

    ``offer`` says what may be answered first of all, ``more`` what else.
    """
    if not face.buttons:
        return face
    rows = [[button for button in row if button.data] for row in face.buttons]
    rows = [row for row in rows if row]
    lines = [face.text, *(f"{word(b)}：{b.url}" for row in face.buttons for b in row if b.url)]
    if rows:
        every = _together(button for row in rows for button in row)
        first = every if len(every) <= _FEW else _together(rows[0])
        line = offer(" / ".join(_numbered(name, numbers) for name, numbers in first.items()))
        rest = [name for name in every if name not in first]
        lines.append(line + (more("、".join(rest)) if rest else ""))
    return Face("\n".join(lines), photo=face.photo, gist=face.gist)


def _together(buttons: Iterable[Button]) -> dict[str, list[int]]:
    """Word → the numbers that it is offered for."""
    found: dict[str, list[int]] = {}
    for button in buttons:
        numbers = found.setdefault(word(button), [])
        if button.number is not None:
            numbers.append(button.number)
    return found


def _numbered(name: str, numbers: list[int]) -> str:
    return " ".join([name, "、".join(map(str, numbers))]).strip()


def meant(buttons: Iterable[Button], text: str) -> list[tuple[Button, bool]]:
    """The buttons that a text names, and whether it names their number too. Anything said besides, and it names none."""
    readings = _readings(text)
    found: list[tuple[Button, bool]] = []
    for button in buttons:
        names = _names(button)
        if button.number is not None and any(n == button.number and said in names for said, n in readings):
            found.append((button, True))
        elif any(n is None and said in names for said, n in readings):
            found.append((button, False))
    return found


def several(text: str) -> tuple[str, ...]:
    """``接单 3、5、8`` as ``接单 3``, ``接单 5`` and ``接单 8``; nothing where a text is not of that kind."""
    found = _SEVERAL.fullmatch(unicodedata.normalize("NFKC", text).strip(" 。.!"))
    if found is None:
        return ()
    numbers = dict.fromkeys(re.findall(r"\d+", found["numbers"]))
    return tuple(f"{found['word']} {number}" for number in numbers)


def _names(button: Button) -> set[str]:
    """How a button may be named: ``网格员 老李`` also by its last word."""
    name = word(button)
    return {_key(name), _key(name.split()[-1])} if name.split() else set()


def _readings(text: str) -> tuple[tuple[str, int | None], ...]:
    """(word, number) in every way that a text can be read."""
    plain = _EDGES.sub("", unicodedata.normalize("NFKC", text).strip().lstrip("#"))
    found: list[tuple[str, int | None]] = [(_key(plain), None)]
    if first := _NUMBER_FIRST.fullmatch(plain):
        found.append((_key(first["apart"] or first["close"]), int(first[1])))
    if last := _NUMBER_LAST.fullmatch(plain):
        found.append((_key(last[1]), int(last[2])))
    found += [
        (said.removeprefix(prefix), number)
        for said, number in tuple(found)
        for prefix in _HANDING
        if said.startswith(prefix)
    ]
    return tuple((said, number) for said, number in found if said)


def _key(said: str) -> str:
    return _NO_WORD.sub("", said).casefold()
