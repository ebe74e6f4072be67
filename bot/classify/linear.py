"""A linear model over evidence. The only file that knows scikit-learn, which belongs to the development tools."""

from __future__ import annotations

import importlib
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from bot.classify.evidence import is_pair
from bot.classify.pieces import PIECE

_SCALE = {"=": 0.7, PIECE: 0.8}
"""Single words and pieces of text have to show more than groups and rules before they count."""
_RARE, _RARE_PIECE = 2, 3
"""Fewest lines in which evidence has to be seen."""
_SMOOTH = 4.0
"""Lines that are imagined besides those seen, so that rare evidence tells little."""
_EXACT, _STEPS = 1e-6, 3000
"""How flat the bottom has to be where a fit ends. Ended earlier, a dozen lines more move hundreds of verdicts."""


def columns(keys: Iterable[Iterable[str]], fewest: int | None = None) -> dict[str, float]:
    """The keys that count, each with its scale: all but pairs of groups that are seen in ``fewest`` lines, or often enough."""
    seen = Counter(key for found in keys for key in set(found) if not is_pair(key))
    return {
        key: _SCALE.get(key[0], 1.0)
        for key, count in sorted(seen.items())
        if count >= (fewest or (_RARE_PIECE if key[0] == PIECE else _RARE))
    }


def design(keys: Sequence[Sequence[str]], columns: Sequence[str], scales: Sequence[float]) -> Any:
    """The design matrix: a row for each line's keys, a column for each key that counts, holding the key's scale."""
    sparse: Any = importlib.import_module("scipy.sparse")
    place = {key: index for index, key in enumerate(columns)}
    cells = [(row, place[key]) for row, found in enumerate(keys) for key in found if key in place]
    values = [scales[col] for _, col in cells]
    at = ([row for row, _ in cells], [col for _, col in cells])
    return sparse.csr_matrix((values, at), shape=(len(keys), len(columns)))


def regression(matrix: Any, said: Any, counts: Any, *, shrink: float) -> Any:
    """scikit-learn's logistic regression of what was said of each line, each counting as much as ``counts`` says.

    ``shrink`` is the inverse strength of the pull towards 0.
    """
    linear: Any = importlib.import_module("sklearn.linear_model")
    return linear.LogisticRegression(C=shrink, tol=_EXACT, max_iter=_STEPS).fit(
        matrix, said, sample_weight=counts
    )


def telling(
    matrix: Any, said: Sequence[object], counts: Sequence[float], *, least: float, most: float
) -> Any:
    """For each column how well it tells one answer from the rest: the more, the less it is pulled towards 0.

    It is the largest logarithm of a ratio of odds for any answer, between ``least`` and ``most``, after Wang and Manning,
    "Baselines and Bigrams", ACL 2012. Evidence that is seen seldom tells little.
    """
    numpy: Any = importlib.import_module("numpy")
    there = (matrix > 0).astype(float)
    weight, answers = numpy.array(counts, dtype=float), numpy.array(said)
    total = there.T @ weight
    best = numpy.zeros(matrix.shape[1])
    for answer in sorted(set(said), key=str):
        mine = weight * (answers == answer)
        share = mine.sum() / weight.sum()
        seen = there.T @ mine
        odds = (seen + _SMOOTH * share) / (total - seen + _SMOOTH * (1 - share))
        best = numpy.maximum(best, numpy.abs(numpy.log(odds * (1 - share) / share)))
    return numpy.clip(best, least, most)
