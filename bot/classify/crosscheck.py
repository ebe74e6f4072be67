"""Accuracy on lines that the weights were not fitted to: every line is judged by a fit that has not seen it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bot.classify.accuracy import Judged
from bot.classify.classifier import Classifier
from bot.classify.fit import Share, fit_lines, weighted_lines
from bot.classify.rulebook import Rulebook


def crosscheck(
    shares: Sequence[Share],
    rulebook: Rulebook,
    *,
    cache_dir: Path,
    by_source: bool = False,
    folds: int = 5,
    caution: float = 0.0,
) -> list[Judged]:
    """Judge every line by weights fitted to the other folds, or with ``by_source`` to the other sources."""
    pairs = weighted_lines(shares)
    if by_source:
        names = sorted({line.source for line, _ in pairs})
        part = [names.index(line.source) for line, _ in pairs]
    else:
        part = [index % folds for index in range(len(pairs))]
    judged: list[Judged] = []
    for held in sorted(set(part)):
        learn = [pair for pair, number in zip(pairs, part, strict=True) if number != held]
        weights = fit_lines(learn, rulebook, cache_dir=cache_dir, caution=caution).weights
        classifier = Classifier(rulebook, cache_dir=cache_dir, weights=weights)
        judged += [
            Judged(line, classifier.classify(line.text, staff=line.staff))
            for (line, _), number in zip(pairs, part, strict=True)
            if number == held
        ]
    return judged
