"""One of several names, by the sum of what all evidence says for each: which danger, which topic, how grave."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Weighed = Mapping[str, float]
"""Name → weight."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A linear model between names."""

    bias: Weighed = field(default_factory=dict)
    """Where the sum of each name begins."""
    of: Mapping[str, Weighed] = field(default_factory=dict)
    """By the key of the evidence."""

    def __bool__(self) -> bool:
        """Whether it has been fitted."""
        return bool(self.bias)

    def sums(self, keys: Iterable[str]) -> dict[str, float]:
        """What all evidence says for each name."""
        sums = dict(self.bias)
        of = self.of
        for key in keys:
            if key in of:
                for name, weight in of[key].items():
                    sums[name] += weight
        return sums

    def likeliest(self, keys: Iterable[str], least: float = 0.0) -> str | None:
        """The name that has most; None where its share of one (softmax) is less than ``least``, or none was fitted."""
        if not self.bias:
            return None
        sums = self.sums(keys)
        top = max(sums, key=sums.__getitem__)
        share = 1 / sum(math.exp(value - sums[top]) for value in sums.values())
        return top if share >= least else None
