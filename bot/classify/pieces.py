"""Pieces of text: Chinese characters, and each two that follow each other. They tell topics, and which danger."""

from __future__ import annotations

import re
from operator import add

PIECE = "~"
"""With it begin the keys of pieces, beside those of rules, groups, words and marks."""
_FAR = 100
"""Characters whose pieces count; in a long letter everything is said somewhere."""
_UNITS = frozenset("栋幢座层楼室号期元")
_NUMBERED = re.compile("[0-9a-z一二三四五六七八九十]+(?:号楼|单元|[栋幢座层楼室号期])")
"""Where somebody lives says nothing about what has happened there."""
_CHINESE = re.compile("[\u4e00-\u9fff]{1,2}")


def pieces(text: str) -> set[str]:
    """The Chinese characters of a normalised text, and each two that follow each other; what is numbered is left out."""
    text = unnumbered(text)
    return {piece for piece in {*text, *map(add, text, text[1:])} if _CHINESE.fullmatch(piece)}


def unnumbered(text: str) -> str:
    """The beginning of a text, without numbers of buildings and units."""
    text = text[:_FAR]
    return text if _UNITS.isdisjoint(text) else _NUMBERED.sub(" ", text)
