"""One of several names, by the sum of what all evidence says for each: which danger, which topic, how grave."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from bot.classify.characters import STEPS, evenly, stretches

Weighed = Mapping[str, float]
"""Name → weight."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A linear model between names."""

    bias: Weighed = field(default_factory=dict)
    """Where the sum of each name begins."""
    of: Mapping[str, Weighed] = field(default_factory=dict)
    """By the key of the evidence."""
    characters: Mapping[str, Weighed] = field(default_factory=dict)
    """By the stretch of characters: a second opinion, of which each stretch has its part (``evenly``)."""

    def __bool__(self) -> bool:
        """Whether it has been fitted."""
        return bool(self.bias)

    def sums(self, keys: Iterable[str], text: str = "") -> dict[str, float]:
        """What all evidence, and the characters of a normalised text, say for each name."""
        sums = dict(self.bias)
        _add(sums, self.of, keys, 1.0)
        if self.characters and text:
            found = stretches(text)
            _add(sums, self.characters, found, evenly(len(found)))
        return sums

    def likeliest(self, keys: Iterable[str], text: str = "", *, least: float = 0.0) -> str | None:
        """The name that has most; None where its share of one (softmax) is less than ``least``, or none was fitted."""
        if not self.bias:
            return None
        sums = self.sums(keys, text)
        top = max(sums, key=sums.__getitem__)
        share = 1 / sum(math.exp(value - sums[top]) for value in sums.values())
        return top if share >= least else None


class Unread(Mapping[str, Weighed]):
    """Weights by their key as a file holds them, ``电梯=120|噪音=-30`` in hundredths: of thousands a few are ever asked for."""

    def __init__(self, rows: Mapping[str, str] = MappingProxyType({})) -> None:
        self._rows = rows

    def __getitem__(self, key: str) -> Weighed:
        pairs = (pair.rpartition("=") for pair in self._rows[key].split("|"))
        return {name: int(weight) / STEPS for name, _, weight in pairs}

    def __contains__(self, key: object) -> bool:
        return key in self._rows

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


def _add(sums: dict[str, float], of: Mapping[str, Weighed], keys: Iterable[str], part: float) -> None:
    for key in keys:
        if key in of:
            for name, weight in of[key].items():
                sums[name] += part * weight
