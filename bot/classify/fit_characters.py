"""Learns what stretches of characters say."""

from __future__ import annotations

import importlib
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from bot.classify.characters import STEPS, Characters, evenly, packed, stretches
from bot.classify.linear import design
from bot.classify.weights import Vector

_RARE = 3
"""Fewest lines in which a stretch has to be seen."""
_TELLING = 3.0
"""Power to which it counts how rare a stretch is, as the logarithm of lines to a line with it (inverse document frequency)."""
_LOUD = 4.0
"""Mean square of a row, by which ``shrink`` is to be understood."""
_LEAST = 4
"""Stretches that weigh less for everything, in hundredths, are left out."""
_WORD = 3
"""Characters of a stretch that may stand for a word."""
_NOTHING: Vector = (0.0, 0.0, 0.0)


class Spelling:
    """The stretches of some texts as a matrix, and what is learnt from it.

    ``spoken``: only those of three characters at most, without marks and spaces: what a message is about is said in words.
    After Spärck Jones, "A statistical interpretation of term specificity", 1972: rare stretches are pulled less towards 0.
    """

    def __init__(self, texts: Sequence[str], *, spoken: bool = False) -> None:
        numpy: Any = importlib.import_module("numpy")
        sparse: Any = importlib.import_module("scipy.sparse")
        found = [stretches(text) for text in texts]
        seen = Counter(stretch for some in found for stretch in set(some))
        known = sorted(
            stretch for stretch, count in seen.items() if count >= _RARE and (not spoken or _spoken(stretch))
        )
        self._known = known
        scales = numpy.array([(math.log((1 + len(texts)) / (1 + seen[s])) + 1) ** _TELLING for s in known])
        even = sparse.diags([evenly(len(some)) for some in found])
        plain = even @ design(found, known, scales.tolist())
        loud = math.sqrt(plain.multiply(plain).sum() / (_LOUD * max(len(texts), 1))) or 1.0
        self._scales = scales / loud
        self.matrix: Any = plain / loud
        """A row for each text."""

    def weights(self, rows: Any) -> dict[str, Any]:
        """For each stretch its weights, from rows of coefficients of a model that was fitted to the matrix."""
        return dict(zip(self._known, map(tuple, (rows * self._scales).T.tolist()), strict=True))


def _spoken(stretch: str) -> bool:
    return len(stretch) <= _WORD and stretch.isalnum()


def together(danger: Mapping[str, float], kinds: Mapping[str, Vector]) -> Characters:
    """What stretches say of danger and what they say of the kinds in one table; what says next to nothing is left out."""
    of: dict[str, int] = {}
    for stretch in sorted({*danger, *kinds}):
        row = [round(said * STEPS) for said in (danger.get(stretch, 0.0), *kinds.get(stretch, _NOTHING))]
        if max(map(abs, row)) >= _LEAST:
            of[stretch] = packed(row)
    return Characters(of)
