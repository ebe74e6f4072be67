"""A linear model over evidence. The only file that knows scikit-learn, which belongs to the development tools."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any


def design(keys: Sequence[Sequence[str]], columns: Sequence[str], scales: Sequence[float]) -> Any:
    """The design matrix: a row for each line's keys, a column for each key that counts, holding the key's scale."""
    sparse: Any = importlib.import_module("scipy.sparse")
    place = {key: index for index, key in enumerate(columns)}
    cells = [(row, place[key]) for row, found in enumerate(keys) for key in found if key in place]
    values = [scales[col] for _, col in cells]
    at = ([row for row, _ in cells], [col for _, col in cells])
    return sparse.csr_matrix((values, at), shape=(len(keys), len(columns)))


def regression(matrix: Any, said: Any, counts: Any, *, shrink: float, steps: int) -> Any:
    """scikit-learn's logistic regression of what was said of each line, each counting as much as ``counts`` says.

    ``shrink`` is the inverse strength of the pull towards 0, ``steps`` the most that it tries.
    """
    linear: Any = importlib.import_module("sklearn.linear_model")
    return linear.LogisticRegression(C=shrink, max_iter=steps).fit(matrix, said, sample_weight=counts)
