"""Learns from labelled lines what tells danger to life and limb, and which: weights for every sign."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.classify.classifier import Classifier
from bot.classify.danger import PIECE, Names, Signs
from bot.classify.labelled import Sign, beginning
from bot.classify.linear import design, regression
from bot.classify.rulebook import Rulebook
from bot.classify.weights import Weights

_SHRINK = 2.0
"""Inverse strength of the pull towards 0."""
_SCALE = {"=": 0.7, PIECE: 0.8}
"""Single words and pieces of text have to show more than groups and rules before they count."""
_RARE = {PIECE: 3}
"""Signs seen in fewer lines are left out (2 for all but pieces)."""
_FEWEST = 30
"""Emergencies without which nothing is learnt of them."""
_SHOWN = 4
"""What an example of a rule counts: those who wrote the lines were asked to avoid what everybody says."""
_FEWEST_NAMES = 3
"""Dangers between which a choice is worth learning."""
_CALM = 5.0
"""What a line counts in which nobody is in danger: one false alarm is worth five alarms missed in learning."""
_DOUBT = 0.5
"""Taken from the sum: where a message stops being believed, chosen on lines left out of the fit (docs/accuracy.md)."""
_SHRINK_NAMES, _RARE_NAMING, _LEAST_NAMING = 0.5, 8, 0.2
"""For the names of dangers: the same pull, the fewest lines of a sign, and the least weight that is written."""
_LEAST, _LEAST_PIECE = 0.03, 0.1
"""Weights below it are not written."""


def fit_danger(signs: Sequence[Sign], rulebook: Rulebook, *, cache_dir: Path) -> Signs:
    """How much each rule, group, word, mark and piece of text speaks for danger, and where the sum begins.

    The examples of the rules about danger are learnt from as well. Lines of a half called "held" are never used; with
    too few emergencies nothing is learnt.
    """
    signs = [sign for sign in signs if sign.half != "held"]
    if sum(sign.grave for sign in signs) < _FEWEST:
        return Signs()
    signs += _examples(rulebook) * _SHOWN
    classifier = Classifier(rulebook, cache_dir=cache_dir, weights=Weights((0.0, 0.0, 0.0), {}))
    keys = [classifier.signs(beginning(sign.text)) for sign in signs]
    seen = Counter(key for found in keys for key in found)
    columns = sorted(key for key, count in seen.items() if count >= _RARE.get(key[0], 2))
    grave = [sign.grave for sign in signs]
    counts = [1.0 if sign else _CALM for sign in grave]
    model, scales = _learn(keys, grave, columns, counts, _SHRINK)
    weights = dict(zip(columns, (model.coef_[0] * scales).tolist(), strict=True))
    bias = float(model.intercept_[0])
    of = {
        key: round(weight, 2) for key, weight in weights.items() if key[0] != PIECE and abs(weight) >= _LEAST
    }
    said = {key[1:]: round(weight, 1) for key, weight in weights.items() if key[0] == PIECE}
    return Signs(
        round(bias - _DOUBT, 2),
        of,
        {piece: weight for piece, weight in said.items() if abs(weight) >= _LEAST_PIECE},
    )


def fit_names(signs: Sequence[Sign], rulebook: Rulebook, *, cache_dir: Path) -> Names:
    """How much each rule, group, word and single character speaks for each danger, from lines that name theirs."""
    signs = [
        sign for sign in (*signs, *_examples(rulebook)) if sign.danger is not None and sign.half != "held"
    ]
    if len(signs) < _FEWEST or len({sign.danger for sign in signs}) < _FEWEST_NAMES:
        return Names()
    classifier = Classifier(rulebook, cache_dir=cache_dir, weights=Weights((0.0, 0.0, 0.0), {}))
    keys = [[key for key in classifier.signs(beginning(sign.text)) if _names_danger(key)] for sign in signs]
    seen = Counter(key for found in keys for key in found)
    columns = sorted(key for key, count in seen.items() if count >= _RARE_NAMING)
    model, scales = _learn(keys, [sign.danger for sign in signs], columns, None, _SHRINK_NAMES)
    of: dict[str, dict[str, float]] = {key: {} for key in columns}
    for name, row in zip(model.classes_, model.coef_, strict=True):
        for key, weight in zip(columns, row * scales, strict=True):
            if abs(weight) >= _LEAST_NAMING:
                of[key][str(name)] = round(float(weight), 1)
    biases = zip(model.classes_, model.intercept_, strict=True)
    return Names(
        {str(name): round(float(bias), 2) for name, bias in biases}, {k: row for k, row in of.items() if row}
    )


def _examples(rulebook: Rulebook) -> list[Sign]:
    """What the rules about danger say of themselves."""
    frames = [rule for rule in rulebook.rules.values() if rule.danger is not None]
    return [
        *(Sign(text, True, None, rule.danger) for rule in frames for text in rule.examples),
        *(Sign(text, False, None) for rule in frames for text in rule.not_examples),
    ]


def _names_danger(key: str) -> bool:
    """Pairs of characters and whole words are too many for what they add."""
    return len(key) == len(PIECE) + 1 if key[0] == PIECE else key[0] not in "=<"


def _learn(
    keys: Sequence[Sequence[str]],
    said: Sequence[object],
    columns: Sequence[str],
    counts: Sequence[float] | None,
    shrink: float,
) -> tuple[Any, Sequence[float]]:
    """The model of what was said of each line, and the columns' scales."""
    scales = [_SCALE.get(key[0], 1.0) for key in columns]
    return regression(design(keys, columns, scales), list(said), counts, shrink=shrink, steps=500), scales
