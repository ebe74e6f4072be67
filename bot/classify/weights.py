"""How much each rule counts for each kind: fitted in ``weights.toml``, or the rule's own word."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources

from bot.classify.matcher import Hit
from bot.classify.rules import Rule
from bot.domain.verdicts import Kind

KINDS: tuple[Kind, ...] = (Kind.COMPLAINT, Kind.WISH, Kind.NOTICE, Kind.CHATTER)

Vector = tuple[float, float, float, float]
"""One number per kind, in the order of ``KINDS``."""

_SILENCE: Vector = (0.0, 0.0, 0.0, 1.7)
"""Without fitted weights: what has to be outweighed before anybody is troubled."""


@dataclass(frozen=True, slots=True)
class Weights:
    """A linear model over rule hits."""

    bias: Vector
    of: Mapping[str, Vector]

    def vector(self, rule: Rule) -> Vector:
        """A rule's weight per kind: the fitted one, else its own weight for its own kind."""
        fitted = self.of.get(rule.id)
        if fitted is not None:
            return fitted
        return _own(rule)

    def scores(self, hits: Iterable[Hit]) -> Vector:
        """The sum of what the rules say, per kind."""
        totals = list(self.bias)
        for hit in hits:
            for index, weight in enumerate(self.vector(hit.rule)):
                totals[index] += weight
        return (totals[0], totals[1], totals[2], totals[3])


def _own(rule: Rule) -> Vector:
    values = [rule.weight if kind is rule.kind else 0.0 for kind in KINDS]
    return (values[0], values[1], values[2], values[3])


def shares(scores: Vector) -> Vector:
    """Scores as shares of one (softmax)."""
    top = max(scores)
    powers = [math.exp(score - top) for score in scores]
    total = sum(powers)
    return (powers[0] / total, powers[1] / total, powers[2] / total, powers[3] / total)


def load_weights() -> Weights:
    """The fitted weights that come with Linli, or the rules' own where none have been fitted."""
    source = resources.files("bot") / "data" / "weights.toml"
    if not source.is_file():
        return Weights(_SILENCE, {})
    table = tomllib.loads(source.read_text(encoding="utf-8"))
    return Weights(_vector(table["bias"]), {name: _vector(row) for name, row in table["weights"].items()})


def _vector(row: list[float]) -> Vector:
    complaint, wish, notice, chatter = (float(value) for value in row)
    return (complaint, wish, notice, chatter)
