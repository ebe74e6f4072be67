"""Whether somebody is in danger of life or limb, and of which: signs, each with fitted weights, added up."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from operator import add

PIECE = "~"
"""With it begin the keys of pieces of text, beside those of rules, groups, words and marks."""
_FAR = 100
"""Characters whose pieces count; in a long letter everything is said somewhere."""
_PLAIN = 0.4
"""Share below which it is left open which danger it is."""
_NOTHING: Mapping[str, float] = {}
_UNITS = frozenset("栋幢座层楼室号期元")
_NUMBERED = re.compile("[0-9a-z一二三四五六七八九十]+(?:号楼|单元|[栋幢座层楼室号期])")
"""Where somebody lives says nothing about what has happened there."""
_CHINESE = re.compile("[\u4e00-\u9fff]{1,2}")


@dataclass(frozen=True, slots=True)
class Signs:
    """How much each sign speaks for danger now: above 0 all together, somebody is taken to be in danger."""

    bias: float = 0.0
    of: Mapping[str, float] = field(default_factory=dict)
    """By the key of the evidence: a rule, a group, a word or a mark."""
    pieces: Mapping[str, float] = field(default_factory=dict)
    """By the characters themselves: one, or two that follow each other. They know words that no group has."""

    def __bool__(self) -> bool:
        """Whether any have been fitted; otherwise the rules about danger decide alone."""
        return bool(self.of)

    def total(self, keys: Iterable[str], text: str) -> float:
        """The sum of all signs in a normalised text whose evidence is ``keys``."""
        of = self.of
        return sum((of[key] for key in keys if key in of), self.bias + self.in_pieces(text))

    def in_pieces(self, text: str) -> float:
        """What the characters alone say."""
        weights = self.pieces
        return sum(map(weights.__getitem__, weights.keys() & _stretches(text)))

    def weightiest(self, keys: Iterable[str], text: str) -> list[tuple[str, float]]:
        """The signs in a text, those that say most first, whether for danger or against it."""
        found = [(key, self.of[key]) for key in keys if key in self.of]
        found += [(PIECE + piece, self.pieces[piece]) for piece in self.pieces.keys() & pieces(text)]
        return sorted(found, key=lambda pair: (-abs(pair[1]), pair[0]))


@dataclass(frozen=True, slots=True)
class Names:
    """Which danger it is, by the same signs: how much each speaks for each name of the rules' ``[dangers]``."""

    bias: Mapping[str, float] = field(default_factory=dict)
    of: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """Key of a sign, or piece of text behind "~" → name → weight."""

    def likeliest(self, keys: Iterable[str], text: str) -> str | None:
        """The name that all signs together speak for; None where they leave it open."""
        if not self.bias:
            return None
        sums = dict(self.bias)
        for key in (*keys, *(PIECE + piece for piece in pieces(text))):
            for name, weight in self.of.get(key, _NOTHING).items():
                sums[name] += weight
        top = max(sums, key=sums.__getitem__)
        share = 1 / sum(math.exp(value - sums[top]) for value in sums.values())
        return top if share >= _PLAIN else None


def pieces(text: str) -> set[str]:
    """The Chinese characters of a normalised text, and each two that follow each other; what is numbered is left out."""
    return {piece for piece in _stretches(text) if _CHINESE.fullmatch(piece)}


def _stretches(text: str) -> set[str]:
    """All characters and pairs of them, Chinese or not, which takes half the time: only Chinese ones have weights."""
    text = text[:_FAR]
    found = set(text)
    if not _UNITS.isdisjoint(found):
        text = _NUMBERED.sub(" ", text)
        found = set(text)
    found.update(map(add, text, text[1:]))
    return found
