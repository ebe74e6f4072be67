"""Learns from labelled lines what tells danger to life and limb, and which: weights for every sign."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bot.classify.choice import Choice
from bot.classify.classifier import Classifier
from bot.classify.danger import Signs
from bot.classify.findings import Traits
from bot.classify.fit_characters import Spelling
from bot.classify.fit_choice import Named, fit_choice
from bot.classify.labelled import Sign, beginning
from bot.classify.linear import columns, design, regression
from bot.classify.pieces import PIECE
from bot.classify.rulebook import Rulebook
from bot.classify.weights import Weights

_SHRINK, _SHRINK_CHARACTERS = 2.0, 20.0
"""Inverse strength of the pull towards 0: for signs that have a name, and for stretches of characters."""
_SPELT = 0.7
"""The part of the whole that the characters say."""
_FEWEST = 30
"""Emergencies without which nothing is learnt of them."""
_SHOWN = 4
"""What an example of a rule counts: those who wrote the lines were asked to avoid what everybody says."""
_CALM = 5.0
"""What a line counts in which nobody is in danger: one false alarm is worth five alarms missed in learning."""
_BELIEVED = 1.4
"""Added to the sum: where a message begins to be believed, chosen on lines left out of the fit (docs/accuracy.md)."""
_SHRINK_NAMES, _RARE_NAMING, _LEAST_NAMING = 0.5, 8, 0.1
"""For the names of dangers: the same pull, the fewest lines of a sign, and the least weight that is written."""
_LEAST = 0.03
"""Weights below it are not written."""


def fit_danger(
    signs: Sequence[Sign], rulebook: Rulebook, *, cache_dir: Path
) -> tuple[Signs, dict[str, float]]:
    """How much each rule, group, word and mark speaks for danger, where the sum begins, and what characters add to it.

    The examples of the rules about danger are learnt from as well. Lines of a half called "held" are never used; with
    too few emergencies nothing is learnt.
    """
    signs = [sign for sign in signs if sign.half != "held"]
    if sum(sign.grave for sign in signs) < _FEWEST:
        return Signs(), {}
    signs += _examples(rulebook) * _SHOWN
    traits = _traits(signs, rulebook, cache_dir)
    keys = [found.named for found in traits]
    chosen = columns(keys)
    order, scales = list(chosen), list(chosen.values())
    said = [sign.grave for sign in signs]
    counts = [sign.count * (1.0 if sign.grave else _CALM) for sign in signs]
    named = regression(design(keys, order, scales), said, counts, shrink=_SHRINK)
    spelling = Spelling([found.text for found in traits])
    spelt = regression(spelling.matrix, said, counts, shrink=_SHRINK_CHARACTERS)
    weights = zip(order, ((1 - _SPELT) * named.coef_[0] * scales).tolist(), strict=True)
    begins = (1 - _SPELT) * named.intercept_[0] + _SPELT * spelt.intercept_[0]
    return (
        Signs(
            round(float(begins) + _BELIEVED, 2),
            {key: round(weight, 2) for key, weight in weights if abs(weight) >= _LEAST},
        ),
        {stretch: round(weight, 2) for stretch, (weight,) in spelling.weights(_SPELT * spelt.coef_).items()},
    )


def fit_names(signs: Sequence[Sign], rulebook: Rulebook, *, cache_dir: Path) -> Choice:
    """How much each rule, group and single character speaks for each danger, from lines that name theirs."""
    signs = [
        sign for sign in (*signs, *_examples(rulebook)) if sign.danger is not None and sign.half != "held"
    ]
    if len(signs) < _FEWEST:
        return Choice()
    rows = [
        Named(str(sign.danger), list(filter(_names_danger, found.evidence)), found.text)
        for sign, found in zip(signs, _traits(signs, rulebook, cache_dir), strict=True)
    ]
    chosen = columns((row.keys for row in rows), _RARE_NAMING)
    return fit_choice(rows, chosen, shrink=_SHRINK_NAMES, least=_LEAST_NAMING, spelt=True)


def _traits(signs: Sequence[Sign], rulebook: Rulebook, cache_dir: Path) -> list[Traits]:
    """What is seen in each line."""
    classifier = Classifier(rulebook, cache_dir=cache_dir, weights=Weights((0.0, 0.0, 0.0), {}))
    return [classifier.traits(beginning(sign.text)) for sign in signs]


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
