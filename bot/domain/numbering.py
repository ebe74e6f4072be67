"""How buildings and phases are numbered, and the ways people write that: 1-12, 四十五甲, D1至D3, 二期."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

NUMERAL = r"(?:[0-9]{1,4}|(?=[零〇一二两三四五六七八九]{0,5}[十百廿])[零〇一二两三四五六七八九十百廿]{1,6}|[零〇一二两三四五六七八九]{1,4})"
STEM = rf"(?:[A-Z]{{0,2}}{NUMERAL}(?:[甲乙丙丁戊己庚辛壬癸]|[A-Z](?![A-Z0-9]))?|[A-Z](?![A-Z0-9]))"
"""A building's own name, as ``plain`` leaves it: 12, 45甲, D3, 7B, A."""
WORD = r"(?:号楼|栋楼|#楼|栋|幢|座|楼|号|#)"
"""What may follow it."""
TO = r"(?:-|至|到)"

_SPAN = re.compile(rf"(?P<first>{STEM}){WORD}?(?:{TO}(?P<last>{STEM}){WORD}?)?")
_PARTS = re.compile(rf"(?P<pre>[A-Z]{{0,2}})(?P<num>{NUMERAL})(?P<suf>[甲乙丙丁戊己庚辛壬癸]|[A-Z])?")
_DASHES = re.compile(r"\s*[-‐‑‒–—―−~〜]+\s*")
_LOOSE = re.compile(r"\s+(?=号楼|栋|幢|座|楼|号|#|单元|期)")
_DIGITS = {**{ch: i for i, ch in enumerate("零一二三四五六七八九")}, "〇": 0, "两": 2}
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LONGEST = 300


class BadSpan(ValueError):
    """A text that names no building or range. ``kind`` says why: unreadable, backwards, too_long, mixed."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(f"{kind}: {text}")
        self.kind = kind
        self.text = text


def plain(text: str) -> str:
    """The text with full-width letters, dashes and case made one, and no space where none is needed."""
    text = unicodedata.normalize("NFKC", text).strip().upper()
    return _LOOSE.sub("", _DASHES.sub("-", text))


def number(text: str) -> int | None:
    """What a numeral says, Arabic or Chinese (十二, 二十三, 一百零八, 一〇二); None for anything else."""
    if text.isascii():
        return int(text) if text.isdigit() else None
    text = text.replace("廿", "二十")
    if not text or any(ch not in _DIGITS and ch not in "十百" for ch in text):
        return None
    if not set(text) & set("十百"):
        return int("".join(str(_DIGITS[ch]) for ch in text))
    total, digit = 0, 0
    for ch in text:
        if ch in "十百":
            # 十二 says the one before 十 by leaving it out.
            total += (digit or 1) * (10 if ch == "十" else 100)
            digit = 0
        else:
            digit = _DIGITS[ch]
    return total + digit


def building(text: str) -> str | None:
    """A building's name in the one form Linli keeps ("三" → "3", "d3栋" → "D3", "０７" → "7"), or None."""
    found = _SPAN.fullmatch(plain(text))
    return _name(found["first"]) if found and not found["last"] else None


def buildings(text: str) -> tuple[str, ...]:
    """The buildings that one entry names, in order: "1-12", "45甲", "D1-D3", "A-C座". Raises BadSpan."""
    found = _SPAN.fullmatch(plain(text))
    if found is None:
        raise BadSpan("unreadable", text)
    return span(found["first"], found["last"])


def span(first: str, last: str | None) -> tuple[str, ...]:
    """All from one building to another, both given as ``STEM`` matches. Raises BadSpan."""
    if last is None:
        return (_name(first),)
    text = f"{first}-{last}"
    a, b = _split(first), _split(last)
    if a[1] is not None and b[1] is not None and not b[0]:
        b = (a[0], b[1], b[2])  # D1-3 means D1-D3
    if a[0] != b[0] or (a[1] is None) != (b[1] is None):
        raise BadSpan("mixed", text)
    if a[1] is not None and b[1] is not None and not a[2] and not b[2]:
        if b[1] < a[1]:
            raise BadSpan("backwards", text)
        if b[1] - a[1] >= _LONGEST:
            raise BadSpan("too_long", text)
        return tuple(f"{a[0]}{n}" for n in range(a[1], b[1] + 1))
    row = _STEMS if a[2] in _STEMS else _LETTERS
    if a[1] != b[1] or not a[2] or not b[2] or b[2] not in row:
        raise BadSpan("mixed", text)
    if row.index(b[2]) < row.index(a[2]):
        raise BadSpan("backwards", text)
    stem = "" if a[1] is None else f"{a[0]}{a[1]}"
    return tuple(f"{stem}{ch}" for ch in row[row.index(a[2]) : row.index(b[2]) + 1])


def phase(text: str) -> str | None:
    """A phase's name in the one form Linli keeps ("二期" → "2"), or None."""
    value = number(plain(text).removesuffix("期"))
    return str(value) if value else None


def fold(names: Iterable[str]) -> str:
    """Names as people would write them, runs shortened: ("1", "2", "3", "45甲") → "1-3、45甲"."""
    runs: list[list[str]] = []
    for name in names:
        if runs and _follows(runs[-1][-1], name):
            runs[-1].append(name)
        else:
            runs.append([name])
    return "、".join(part for run in runs for part in ([f"{run[0]}-{run[-1]}"] if len(run) > 2 else run))


def _follows(one: str, other: str) -> bool:
    a, b = _split(one), _split(other)
    return a[1] is not None and b[1] == a[1] + 1 and a[0] == b[0] and not a[2] and not b[2]


def _split(stem: str) -> tuple[str, int | None, str]:
    """Prefix, number, suffix; a letter alone is all suffix, so that A-C runs over it."""
    found = _PARTS.fullmatch(stem)
    if found is None:
        return ("", None, stem)
    return (found["pre"], number(found["num"]), found["suf"] or "")


def _name(stem: str) -> str:
    pre, num, suf = _split(stem)
    return f"{pre}{'' if num is None else num}{suf}"
