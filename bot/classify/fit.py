"""Learns weights from labelled lines: a linear model over evidence.

The rules' own weights are where it begins from, so that a rule no line speaks of keeps its word.
"""

from __future__ import annotations

import importlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.classify import weightfile
from bot.classify.classifier import Classifier
from bot.classify.evidence import ONLY_DANGER, is_pair
from bot.classify.fit_danger import fit_danger, fit_names
from bot.classify.fit_subject import fit_severities, fit_topics
from bot.classify.labelled import Line, beginning, read_lines, read_signs
from bot.classify.linear import design, regression, telling
from bot.classify.pieces import PIECE
from bot.classify.rulebook import Rulebook
from bot.classify.weights import KINDS, Vector, Weights, own_weight
from bot.domain.verdicts import Kind

_SHRINK = 0.6
"""Inverse strength of the pull towards the rules' own weights."""
_SCALE = {"=": 0.7, "+": 0.3, PIECE: 0.5}
"""Single words, pairs of groups and pieces of text have to show more than groups and rules before they count."""
_RARE = {"+": 4, PIECE: 3}
"""Evidence seen in fewer lines is left out (2 for all but these)."""
_ROUNDED = {PIECE: 20}
"""Steps to 1 in which weights are written (100 for all but these)."""
_LEAST_TOLD, _MOST_TOLD, _PLAINLY = 0.2, 1.4, 0.7
"""How well evidence tells the kinds, at least and at most, and what counts as plainly: it is pulled least towards 0."""
_NOISE = 1.0
"""A chatter line that the others call a ticket with e times the odds is a wrong label, and left out."""
_LEAST = 0.03
"""Weights below it are not written."""
_FOLDS = 5


@dataclass(frozen=True, slots=True)
class Fitted:
    """Fitted weights, and how many lines of each kind each piece of evidence was seen in."""

    weights: Weights
    seen: dict[str, tuple[int, int, int, int]]
    lines: int
    left_out: int


@dataclass(frozen=True, slots=True)
class Share:
    """A file and how much one of its lines counts."""

    path: Path
    weight: float = 1.0
    danger: float = 1.0
    """The same in learning what tells danger."""


def fit(shares: Sequence[Share], rulebook: Rulebook, *, cache_dir: Path, caution: float = 0.0) -> Fitted:
    """Weights from labelled files; lines of a half called "held" and doubtful labels are never used.

    ``caution`` (nats) is taken from every kind but chatter: more of it, fewer false alarms and more misses.
    """
    lines = [*weighted_lines(shares), *examples(rulebook)]
    fitted = fit_lines(lines, rulebook, cache_dir=cache_dir, caution=caution)
    signs = [replace(sign, count=share.danger) for share in shares for sign in read_signs(share.path)]
    danger = fit_danger(signs, rulebook, cache_dir=cache_dir)
    names = fit_names(signs, rulebook, cache_dir=cache_dir)
    return replace(fitted, weights=replace(fitted.weights, danger=danger, names=names))


def weighted_lines(shares: Sequence[Share]) -> list[tuple[Line, float]]:
    """The lines that may be fitted to, each with what it counts."""
    return [
        (line, share.weight)
        for share in shares
        for line in read_lines(share.path)
        if line.half != "held" and not line.doubt
    ]


def examples(rulebook: Rulebook) -> list[tuple[Line, float]]:
    """The sentences by which the rules show what they mean: each is of its rule's kind."""
    return [
        (
            Line(text, rule.kind, None, rule.topic, None, None, rule.id, False, None, bool(rule.staff), None),
            1.0,
        )
        for rule in rulebook.rules.values()
        if rule.danger is None and rule.act is None
        for text in rule.examples
    ]


def fit_lines(
    pairs: Sequence[tuple[Line, float]], rulebook: Rulebook, *, cache_dir: Path, caution: float = 0.0
) -> Fitted:
    """As ``fit``, from lines."""
    classifier = Classifier(rulebook, cache_dir=cache_dir, weights=Weights((0.0, 0.0, 0.0), {}))
    lines = [line for line, _ in pairs]
    counts = [count for _, count in pairs]
    traits = [classifier.traits(beginning(line.text), staff=line.staff) for line in lines]
    keys = [found.evidence for found in traits]
    seen = _seen(lines, keys)
    sure = {rule.id for rule in rulebook.rules.values() if rule.sure}
    grave = _of_danger_only(rulebook)
    columns = [
        key
        for key, row in seen.items()
        if key not in sure and sum(row) >= _RARE.get(_shape(key), 2) and grave.isdisjoint(_parts(key))
    ]
    labels = [KINDS.index(line.kind) for line in lines]
    model = _Model(columns, rulebook, keys, labels, counts)
    used = model.plausible(labels, counts)
    weights = model.weights(labels, [count if use else 0.0 for count, use in zip(counts, used, strict=True)])
    bias = weights.bias
    weights = replace(
        weights,
        bias=(bias[0] - caution, bias[1] - caution, bias[2] - caution),
        topics=fit_topics(lines, traits),
        severities=fit_severities(lines, traits),
    )
    return Fitted(
        weights, {key: seen[key] for key in weights.of if key in seen}, len(lines), used.count(False)
    )


def _of_danger_only(rulebook: Rulebook) -> frozenset[str]:
    """Groups, and words, that only emergencies ask for: of the kinds they say nothing but by chance."""
    by_danger = {f"@{name}" for name in rulebook.words if f"@{name}".startswith(ONLY_DANGER)}
    by_others: set[str] = set()
    for rule in rulebook.rules.values():
        asked = {term for choice in rule.all for term in choice} | set(rule.none)
        (by_others if rule.danger is None else by_danger).update(asked)
    groups = {term for term in by_danger - by_others if term[0] == "@"}
    words = {f"={word}" for term in groups for word in rulebook.words[term[1:]].words}
    shared = {
        f"={word}"
        for name, group in rulebook.words.items()
        if f"@{name}" not in groups
        for word in group.words
    }
    return frozenset(groups | (words - shared))


def _parts(key: str) -> Sequence[str]:
    return key.split("+") if is_pair(key) else (key,)


def _shape(key: str) -> str:
    return "+" if is_pair(key) else key[0]


def _seen(lines: Sequence[Line], keys: Sequence[Sequence[str]]) -> dict[str, tuple[int, int, int, int]]:
    counters = {kind: Counter[str]() for kind in KINDS}
    for line, found in zip(lines, keys, strict=True):
        counters[line.kind].update(found)
    every = dict.fromkeys(key for found in keys for key in found)
    complaint, wish, notice, chatter = (counters[kind] for kind in KINDS)
    return {key: (complaint[key], wish[key], notice[key], chatter[key]) for key in every}


class _Model:
    """The design matrix, with what the rules say of themselves, and what is made of it."""

    def __init__(
        self,
        columns: Sequence[str],
        rulebook: Rulebook,
        keys: Sequence[Sequence[str]],
        labels: Sequence[int],
        counts: Sequence[float],
    ) -> None:
        self._numpy: Any = importlib.import_module("numpy")
        sparse: Any = importlib.import_module("scipy.sparse")
        self._columns = list(columns)
        self._own = [
            own_weight(rulebook.rules[key]) if key in rulebook.rules else (0.0, 0.0, 0.0) for key in columns
        ]
        scales = [_SCALE.get(_shape(key), 1.0) for key in columns]
        told = design(keys, columns, scales)
        more = telling(told, labels, counts, least=_LEAST_TOLD, most=_MOST_TOLD) / _PLAINLY
        self._scales = scales * more
        plain = told @ sparse.diags(more)
        # What the rules say of themselves is a column too, with so little pull towards 0 that it costs nothing.
        self._matrix = sparse.hstack([plain, plain @ self._numpy.array(self._own)]).tocsr()

    def plausible(self, labels: Sequence[int], counts: Sequence[float]) -> list[bool]:
        """Which lines to keep: a line of chatter that the other lines take for a ticket is a wrong label."""
        numpy = self._numpy
        fold = numpy.arange(len(labels)) % _FOLDS
        target, weight = numpy.array(labels), numpy.array(counts)
        keep = numpy.ones(len(labels), dtype=bool)
        for part in range(_FOLDS):
            learn = fold != part
            guess = self._learn(self._matrix[learn], target[learn], weight[learn])
            log = guess.predict_log_proba(self._matrix[~learn])
            chatter = KINDS.index(Kind.CHATTER)
            wrong = (target[~learn] == chatter) & (log[:, :2].max(axis=1) - log[:, chatter] > _NOISE)
            keep[numpy.where(~learn)[0][wrong]] = False
        return [bool(flag) for flag in keep]

    def weights(self, labels: Sequence[int], counts: Sequence[float]) -> Weights:
        """The weights, compared with chatter, the own word of each rule folded in."""
        numpy = self._numpy
        use = numpy.array(counts) > 0
        model = self._learn(self._matrix[use], numpy.array(labels)[use], numpy.array(counts)[use])
        chatter = KINDS.index(Kind.CHATTER)
        table = (model.coef_[:3] - model.coef_[chatter]).T
        free, of_own = table[: len(self._columns)], table[len(self._columns) :]
        of: dict[str, Vector] = {}
        for index, key in enumerate(self._columns):
            row = self._scales[index] * (free[index] + numpy.array(self._own[index]) @ of_own)
            vector = _rounded(row, _ROUNDED.get(_shape(key), 100))
            if max(map(abs, vector)) >= _LEAST:
                of[key] = vector
        return Weights(_rounded(model.intercept_[:3] - model.intercept_[chatter]), of)

    def _learn(self, matrix: Any, labels: Any, counts: Any) -> Any:
        return regression(matrix, labels, counts, shrink=_SHRINK, steps=200)


def _rounded(row: Any, steps: int = 100) -> Vector:
    complaint, wish, notice = (round(round(float(value) * steps) / steps, 2) for value in row)
    return (complaint, wish, notice)


def written(fitted: Fitted) -> str:
    """The text of ``weights.toml``, with what it was fitted to."""
    note = f"Fitted to {fitted.lines} lines, {fitted.left_out} of them left out as wrongly labelled."
    return weightfile.written(fitted.weights, fitted.seen, note)


def changes(old: Weights, new: Weights, most: int = 30) -> list[tuple[str, Vector, Vector]]:
    """What changed most between two sets of weights: evidence, before, after."""
    nothing = (0.0, 0.0, 0.0)
    pairs = [(key, old.of.get(key, nothing), new.of.get(key, nothing)) for key in {*old.of, *new.of}]
    moved = [(key, a, b) for key, a, b in pairs if a != b]
    return sorted(moved, key=lambda row: -sum(abs(x - y) for x, y in zip(row[1], row[2], strict=True)))[:most]
