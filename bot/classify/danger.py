"""Whether somebody is in danger of life or limb: signs, each with a fitted weight, added up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Signs:
    """How much each sign speaks for danger now: above 0 all together, somebody is taken to be in danger."""

    bias: float = 0.0
    of: Mapping[str, float] = field(default_factory=dict)
    """By the key of the evidence: a rule, a group, a word, a mark or a piece of text."""

    def __bool__(self) -> bool:
        """Whether any have been fitted; otherwise the rules about danger decide alone."""
        return bool(self.of)

    def total(self, keys: Iterable[str]) -> float:
        """The sum of all signs in a message whose evidence is ``keys``."""
        of = self.of
        return sum((of[key] for key in keys if key in of), self.bias)

    def weightiest(self, keys: Iterable[str]) -> list[tuple[str, float]]:
        """The signs among ``keys``, those that say most first, whether for danger or against it."""
        found = [(key, self.of[key]) for key in keys if key in self.of]
        return sorted(found, key=lambda pair: (-abs(pair[1]), pair[0]))
