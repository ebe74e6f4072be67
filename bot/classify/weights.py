"""How much each piece of evidence counts: fitted in ``weights.toml``, or a rule's own word."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bot.classify.characters import SILENT, Characters, Said
from bot.classify.choice import Choice
from bot.classify.danger import Signs
from bot.classify.rules import Rule
from bot.domain.verdicts import Kind

KINDS: tuple[Kind, ...] = (Kind.COMPLAINT, Kind.WISH, Kind.NOTICE, Kind.CHATTER)

Vector = tuple[float, float, float]
"""For complaint, wish, notice; always compared with chatter, which stands at 0."""

SILENCE: Vector = (-3.0, -3.0, -3.0)
"""Without fitted weights: what has to be outweighed before anybody is troubled."""


@dataclass(frozen=True, slots=True)
class Weights:
    """A linear model over evidence."""

    bias: Vector
    of: Mapping[str, Vector]
    danger: Signs = field(default_factory=Signs)
    """What tells danger to life and limb."""
    names: Choice = field(default_factory=Choice)
    """What tells which danger it is."""
    topics: Choice = field(default_factory=Choice)
    severities: Choice = field(default_factory=Choice)
    characters: Characters = field(default_factory=Characters)
    """What the characters of a message say, of danger and of the kinds."""

    def vector(self, key: str, rule: Rule | None = None) -> Vector:
        """What one piece of evidence counts: the fitted weight, else the rule's own weight for its own kind."""
        fitted = self.of.get(key)
        if fitted is None:
            return own_weight(rule) if rule is not None else (0.0, 0.0, 0.0)
        return fitted

    def scores(self, keys: Iterable[str], rules: Mapping[str, Rule], spelt: Said = SILENT) -> Vector:
        """The sum of what all evidence that has a name says, and of what the characters say."""
        complaint, wish, notice = (begin + said for begin, said in zip(self.bias, spelt[1:], strict=True))
        for key in keys:
            # Sure rules are never fitted, so that what is fitted always holds.
            fitted = self.of.get(key)
            if fitted is None:
                if key not in rules:
                    continue
                fitted = own_weight(rules[key])
            complaint += fitted[0]
            wish += fitted[1]
            notice += fitted[2]
        return (complaint, wish, notice)


def own_weight(rule: Rule) -> Vector:
    """A rule's own weight for its own kind; a rule for chatter speaks against the other three.

    A rule about danger says nothing of the kinds by itself, only what lines have shown: where the signs bear it out the
    message is a complaint anyway, and where they do not, it may be a hazard as well as a jest.
    """
    if rule.danger is not None:
        return (0.0, 0.0, 0.0)
    if rule.kind is Kind.CHATTER:
        return (-rule.weight, -rule.weight, -rule.weight)
    complaint, wish, notice = (rule.weight if kind is rule.kind else 0.0 for kind in KINDS[:3])
    return (complaint, wish, notice)


def shares(scores: Vector) -> dict[Kind, float]:
    """Scores as shares of one (softmax)."""
    values = (*scores, 0.0)
    top = max(values)
    powers = [math.exp(value - top) for value in values]
    total = sum(powers)
    return {kind: power / total for kind, power in zip(KINDS, powers, strict=True)}
