"""What the characters of a message say: stretches of one to four, words or not, added up. They know what no word list has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property
from operator import add
from types import MappingProxyType

from ahocorasick_rs import AhoCorasick

from bot.classify.pieces import unnumbered

EVEN = 0.4
"""The sum is divided by the number of stretches to this power, lest a long message say everything louder."""
STEPS = 100
"""Steps to 1 in which weights are kept."""
_BITS = 32
_HALF, _ALL = 1 << (_BITS - 1), (1 << _BITS) - 1
_COLUMNS = 4
_LONGEST = 4
"""Characters of a stretch."""

Said = tuple[float, float, float, float]
"""For danger, complaint, wish and notice."""
SILENT: Said = (0.0, 0.0, 0.0, 0.0)


class Characters:
    """A linear model over stretches of characters: a second opinion beside the evidence that has a name.

    ``of`` holds by the stretch its weights, ``packed``. It is made ready when first asked, which takes a tenth of a second.
    """

    def __init__(self, of: Mapping[str, int] = MappingProxyType({})) -> None:
        self.of = of

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Characters) and self.of == other.of

    def __hash__(self) -> int:
        return hash(frozenset(self.of.items()))

    def __bool__(self) -> bool:
        """Whether it has been fitted."""
        return bool(self.of)

    def say(self, text: str) -> Said:
        """What a normalised text says by its characters."""
        if not self.of:
            return SILENT
        text = _heard(text)
        said, hits = self._said, self._automaton.find_matches_as_indexes(text, overlapping=True)
        return _evened(sum([said[index] for index, _, _ in hits]), _count(text))

    def told(self, text: str) -> list[tuple[str, Said]]:
        """What each stretch of a normalised text adds to what the text says, as far as any is known."""
        found = Counter(stretches(text))
        return [
            (stretch, _evened(self.of[stretch] * count, found.total()))
            for stretch, count in sorted(found.items())
            if stretch in self.of
        ]

    @cached_property
    def _automaton(self) -> AhoCorasick:
        return AhoCorasick(list(self.of), store_patterns=False)

    @cached_property
    def _said(self) -> list[int]:
        return list(self.of.values())


def stretches(text: str) -> list[str]:
    """All stretches of one to four characters in the beginning of a normalised text, without numbers of homes."""
    text = _heard(text)
    pairs = list(map(add, text, text[1:]))
    return [*text, *pairs, *map(add, pairs, text[2:]), *map(add, pairs, pairs[2:])]


def evenly(stretches: int) -> float:
    """The part that each of so many stretches has in what all of them say."""
    return float(max(stretches, 1) ** -EVEN)


def _heard(text: str) -> str:
    return unnumbered(text).replace("\n", " ")


def _count(text: str) -> int:
    """How many stretches it has."""
    length = len(text)
    return 4 * length - 6 if length >= _LONGEST else length * (length + 1) // 2


def packed(weights: Iterable[int]) -> int:
    """Four whole numbers in one, so that all of them are added up at once, which takes half the time."""
    danger, complaint, wish, notice = weights
    return danger + (complaint << _BITS) + (wish << 2 * _BITS) + (notice << 3 * _BITS)


def unpacked(total: int) -> tuple[int, ...]:
    """The four numbers, also of a sum of such; each has to be less than 2³¹."""
    weights: list[int] = []
    for _ in range(_COLUMNS):
        weight = ((total + _HALF) & _ALL) - _HALF
        weights.append(weight)
        total = (total - weight) >> _BITS
    return tuple(weights)


def _evened(total: int, stretches: int) -> Said:
    if not total:
        return SILENT
    even = evenly(stretches) / STEPS
    danger, complaint, wish, notice = unpacked(total)
    return danger * even, complaint * even, wish * even, notice * even
