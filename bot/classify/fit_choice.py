"""Learns which of several names a message calls for: what it is about, which danger, how grave."""

from __future__ import annotations

import importlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.classify.choice import Choice
from bot.classify.fit_characters import Spelling
from bot.classify.linear import design, regression, telling

_FEWEST_NAMES = 3
"""Names between which a choice is worth learning."""
_LEAST_TOLD, _MOST_TOLD = 0.3, 2.0
"""How well evidence tells the names, at least and at most: the better, the less it is pulled towards 0."""
_SPELT = 0.6
"""The part of the whole that stretches of characters say, where they are asked at all."""
_SHRINK_CHARACTERS = 20.0
"""Inverse strength of the pull towards 0 for them."""
_LEAST_SPELT = 0.4
"""Weights of stretches below it are left out: they are many, and together bring half a point in a hundred."""


@dataclass(frozen=True, slots=True)
class Named:
    """A message of which the name is known."""

    name: str
    keys: Sequence[str]
    """Its evidence."""
    text: str
    """As the rules see it."""


def fit_choice(
    rows: Sequence[Named], scales: Mapping[str, float], *, shrink: float, least: float, spelt: bool = False
) -> Choice:
    """What tells each name from the others; ``scales`` are the columns. Between fewer than three nothing is learnt.

    With ``spelt`` stretches of characters are a second opinion. Weights are rounded to tenths; those of evidence
    below ``least`` are left out.
    """
    names = [row.name for row in rows]
    if len(set(names)) < _FEWEST_NAMES:
        return Choice()
    order, own = list(scales), list(scales.values())
    plain = design([row.keys for row in rows], order, own)
    counts = [1.0] * len(rows)
    more = telling(plain, names, counts, least=_LEAST_TOLD, most=_MOST_TOLD)
    sparse: Any = importlib.import_module("scipy.sparse")
    model = regression(plain @ sparse.diags(more), names, counts, shrink=shrink)
    told = [str(name) for name in model.classes_]
    part = _SPELT if spelt else 0.0
    begins = (1 - part) * model.intercept_
    of = _table(zip(order, ((1 - part) * model.coef_ * more * own).T.tolist(), strict=True), told, least)
    if not spelt:
        return Choice(_biases(told, begins), of)
    spelling = Spelling([row.text for row in rows], spoken=True)
    second = regression(spelling.matrix, names, counts, shrink=_SHRINK_CHARACTERS)
    characters = _table(spelling.weights(part * second.coef_).items(), told, _LEAST_SPELT)
    return Choice(_biases(told, begins + part * second.intercept_), of, characters)


def _biases(names: Sequence[str], begins: Any) -> dict[str, float]:
    return {name: round(begin, 2) for name, begin in zip(names, begins.tolist(), strict=True)}


def _table(rows: Any, names: Sequence[str], least: float) -> dict[str, dict[str, float]]:
    """By the key the weights that are worth writing."""
    of: dict[str, dict[str, float]] = defaultdict(dict)
    for key, weights in rows:
        for name, value in zip(names, weights, strict=True):
            weight = round(value, 1)
            if abs(weight) >= least:
                of[key][name] = weight
    return dict(of)
