"""Text as the rules see it: one script, one width, emoji and dialect as words, nothing invisible."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources

from ahocorasick_rs import AhoCorasick, MatchKind

LIMIT = 4000
"""Characters that are looked at; what a neighbour has to say stands at the beginning."""

_INVISIBLE: tuple[tuple[int, int], ...] = (
    (0x00, 0x08),
    (0x0B, 0x1F),
    (0x7F, 0x9F),
    (0xAD, 0xAD),
    (0x600, 0x605),
    (0x61C, 0x61C),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFF9, 0xFFFB),
    (0xE0000, 0xE01EF),
)
"""Control, bidirectional, zero-width and variation characters."""


@cache
def _plain_characters() -> dict[int, str | None]:
    """Traditional to simplified, one character for one, and the invisible ones to nothing."""
    source = resources.files("opencc") / "dictionary" / "TSCharacters.txt"
    table: dict[int, str | None] = {}
    for line in source.read_text(encoding="utf-8").splitlines():
        traditional, _, simplified = line.partition("\t")
        if len(traditional) == 1 and simplified:
            table[ord(traditional)] = simplified.split(" ")[0]
    for first, last in _INVISIBLE:
        table.update(dict.fromkeys(range(first, last + 1)))
    table[ord("\t")] = " "
    return table


def simplified(text: str) -> str:
    """The text in simplified characters, one for one; invisible ones are gone."""
    return text if text.isascii() else text.translate(_plain_characters())


_SPACED = re.compile(r" (?<=[\d一二三四五六七八九十] ) *(?=[栋幢座层室期]|号楼|#楼|单元|楼(?![上下]))")
"""A dictated "3 栋 2 单元". It begins with the space itself, which is found faster than what stands before it."""


class Normaliser:
    """Normalises text. ``rewrites``: dialect, short forms, typos and emoji → the plain word."""

    def __init__(self, rewrites: Mapping[str, str]) -> None:
        self._words = tuple(rewrites)
        self._plain = tuple(rewrites.values())
        self._automaton = (
            AhoCorasick(self._words, matchkind=MatchKind.LeftmostLongest) if self._words else None
        )

    def __call__(self, text: str) -> str:
        """The text, NFKC, simplified, lower case, at most ``LIMIT`` characters; newlines stay."""
        text = plain(text)
        if self._automaton is None:
            return text
        hits = self._automaton.find_matches_as_indexes(text)
        return _replace(text, hits, self._plain) if hits else text


def plain(text: str) -> str:
    """The text in one script and one width, without rewriting any word."""
    text = text[:LIMIT]
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)[:LIMIT]
    text = text.translate(_plain_characters()).lower()
    return _SPACED.sub("", text) if " " in text else text


def _replace(text: str, hits: Iterable[tuple[int, int, int]], words: tuple[str, ...]) -> str:
    pieces: list[str] = []
    position = 0
    for index, start, end in hits:
        # A short form in Latin letters is a word of its own: "wy" stands for 物业, but not inside "skywalk".
        if _latin(text, start) and (_latin(text, start - 1) or _latin(text, end)):
            continue
        pieces += (text[position:start], words[index])
        position = end
    pieces.append(text[position:])
    return "".join(pieces)[:LIMIT]


def _latin(text: str, position: int) -> bool:
    return 0 <= position < len(text) and text[position].isascii() and text[position].isalpha()
