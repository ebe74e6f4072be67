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
from bot.classify.findings import Traits
from bot.classify.fit_characters import Spelling, together
from bot.classify.fit_danger import fit_danger, fit_names
from bot.classify.fit_subject import fit_severities, fit_topics
from bot.classify.labelled import Line, beginning, read_lines, read_signs
from bot.classify.linear import design, regression, telling
from bot.classify.rulebook import Rulebook
from bot.classify.weights import KINDS, Vector, Weights, own_weight
from bot.domain.verdicts import Kind

_SHRINK = 0.6
"""Inverse strength of the pull towards the rules' own weights."""
_SHRINK_CHARACTERS = 8.0
"""The same for stretches of characters, whose rows are alike in length."""
_SPELT = 0.6
"""The part of the whole that the characters say; the rest is said by evidence that has a name. Fitted together, the one
that is right more often on the lines would leave the other nothing to say.
"""
_SCALE = {"=": 0.7, "+": 0.3}
"""Single words and pairs of groups have to show more than groups and rules before they count."""
_RARE = {"+": 4}
"""Evidence seen in fewer lines is left out (2 for all but these)."""
_LEAST_TOLD, _MOST_TOLD, _PLAINLY = 0.2, 1.4, 0.7
"""How well evidence tells the kinds, at least and at most, and what counts as plainly: it is pulled least towards 0."""
_NOISE = 1.0
"""A chatter line that the others call a ticket with e times the odds is a wrong label, and left out."""
_LEAST = 0.03
"""Weights below it are not written."""
_FOLDS = 5
_CHATTER = KINDS.index(Kind.CHATTER)


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
    fitted, kinds = _fitted(lines, rulebook, cache_dir=cache_dir, caution=caution)
    signs = [replace(sign, count=share.danger) for share in shares for sign in read_signs(share.path)]
    danger, spelt = fit_danger(signs, rulebook, cache_dir=cache_dir)
    names = fit_names(signs, rulebook, cache_dir=cache_dir)
    characters = together(spelt, kinds)
    weights = replace(fitted.weights, danger=danger, names=names, characters=characters)
    return replace(fitted, weights=weights)


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
    """As ``fit``, from lines, and without danger."""
    fitted, kinds = _fitted(pairs, rulebook, cache_dir=cache_dir, caution=caution)
    return replace(fitted, weights=replace(fitted.weights, characters=together({}, kinds)))


def _fitted(
    pairs: Sequence[tuple[Line, float]], rulebook: Rulebook, *, cache_dir: Path, caution: float
) -> tuple[Fitted, dict[str, Vector]]:
    """What is learnt of the kinds, and for each stretch of characters what it says of them."""
    classifier = Classifier(rulebook, cache_dir=cache_dir, weights=Weights((0.0, 0.0, 0.0), {}))
    lines = [line for line, _ in pairs]
    counts = [count for _, count in pairs]
    traits = [classifier.traits(beginning(line.text), staff=line.staff) for line in lines]
    keys = [found.named for found in traits]
    seen = _seen(lines, keys)
    sure = {rule.id for rule in rulebook.rules.values() if rule.sure}
    grave = _of_danger_only(rulebook)
    columns = [
        key
        for key, row in seen.items()
        if key not in sure and sum(row) >= _RARE.get(_shape(key), 2) and grave.isdisjoint(_parts(key))
    ]
    labels = [KINDS.index(line.kind) for line in lines]
    model = _Model(columns, rulebook, traits, labels, counts)
    used = model.plausible()
    weights, spelt = model.weights(used)
    bias = weights.bias
    weights = replace(
        weights,
        bias=(bias[0] - caution, bias[1] - caution, bias[2] - caution),
        topics=fit_topics(lines, traits),
        severities=fit_severities(lines, traits),
    )
    seen = {key: seen[key] for key in weights.of if key in seen}
    return Fitted(weights, seen, len(lines), used.count(False)), spelt


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
    """Two models side by side, one of the evidence that has a name and one of characters, and what is made of them."""

    def __init__(
        self,
        columns: Sequence[str],
        rulebook: Rulebook,
        traits: Sequence[Traits],
        labels: Sequence[int],
        counts: Sequence[float],
    ) -> None:
        numpy: Any = importlib.import_module("numpy")
        sparse: Any = importlib.import_module("scipy.sparse")
        self._numpy = numpy
        self._labels, self._counts = numpy.array(labels), numpy.array(counts)
        self._columns = list(columns)
        self._own = numpy.array(
            [own_weight(rulebook.rules[key]) if key in rulebook.rules else (0.0, 0.0, 0.0) for key in columns]
        )
        scales = [_SCALE.get(_shape(key), 1.0) for key in columns]
        told = design([found.named for found in traits], columns, scales)
        more = telling(told, labels, counts, least=_LEAST_TOLD, most=_MOST_TOLD) / _PLAINLY
        self._scales = numpy.array(scales) * more
        plain = told @ sparse.diags(more)
        # What the rules say of themselves is a column too, with so little pull towards 0 that it costs nothing.
        self._named = sparse.hstack([plain, plain @ self._own]).tocsr()
        self._spelling = Spelling([found.text for found in traits])

    def plausible(self) -> list[bool]:
        """Which lines to keep: a line of chatter that the other lines take for a ticket is a wrong label."""
        numpy = self._numpy
        fold = numpy.arange(len(self._labels)) % _FOLDS
        keep = numpy.ones(len(self._labels), dtype=bool)
        for part in range(_FOLDS):
            named, spelt = self._learnt(fold != part)
            rest = numpy.where(fold == part)[0]
            sums = (1 - _SPELT) * named.decision_function(self._named[rest])
            sums += _SPELT * spelt.decision_function(self._spelling.matrix[rest])
            wrong = (self._labels[rest] == _CHATTER) & (sums[:, :2].max(axis=1) - sums[:, _CHATTER] > _NOISE)
            keep[rest[wrong]] = False
        return [bool(flag) for flag in keep]

    def weights(self, used: Sequence[bool]) -> tuple[Weights, dict[str, Vector]]:
        """The weights, compared with chatter, the own word of each rule folded in; and those of the characters."""
        named, spelt = self._learnt(self._numpy.array(used))
        table = (1 - _SPELT) * (named.coef_[:3] - named.coef_[_CHATTER]).T
        free, of_own = table[: len(self._columns)], table[len(self._columns) :]
        rows = self._scales[:, None] * (free + self._own @ of_own)
        of = {
            key: vector
            for key, row in zip(self._columns, rows, strict=True)
            if _heavy(vector := _rounded(row))
        }
        begins = (1 - _SPELT) * named.intercept_ + _SPELT * spelt.intercept_
        said = self._spelling.weights(_SPELT * (spelt.coef_[:3] - spelt.coef_[_CHATTER]))
        return Weights(_rounded(begins[:3] - begins[_CHATTER]), of), said

    def _learnt(self, which: Any) -> tuple[Any, Any]:
        """Both models, learnt from some of the lines."""
        said, counts = self._labels[which], self._counts[which]
        return (
            regression(self._named[which], said, counts, shrink=_SHRINK),
            regression(self._spelling.matrix[which], said, counts, shrink=_SHRINK_CHARACTERS),
        )


def _heavy(vector: Vector) -> bool:
    return max(map(abs, vector)) >= _LEAST


def _rounded(row: Any) -> Vector:
    complaint, wish, notice = (round(float(value), 2) for value in row)
    return (complaint, wish, notice)


def written(fitted: Fitted, target: Path) -> dict[Path, str]:
    """What to write where: at ``target`` the weights, with what they were fitted to, beside it what characters say."""
    note = f"Fitted to {fitted.lines} lines, {fitted.left_out} of them left out as wrongly labelled."
    weights = fitted.weights
    return {
        target: weightfile.written(weights, fitted.seen, note),
        target.with_suffix(".tsv"): weightfile.characters_written(weights),
    }


def changes(old: Weights, new: Weights, most: int = 30) -> list[tuple[str, Vector, Vector]]:
    """What changed most between two sets of weights: evidence, before, after."""
    nothing = (0.0, 0.0, 0.0)
    pairs = [(key, old.of.get(key, nothing), new.of.get(key, nothing)) for key in {*old.of, *new.of}]
    moved = [(key, a, b) for key, a, b in pairs if a != b]
    return sorted(moved, key=lambda row: -sum(abs(x - y) for x, y in zip(row[1], row[2], strict=True)))[:most]
