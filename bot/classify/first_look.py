"""A first sum over the words found, which tells most chatter from what is worth cutting into words."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from bot.classify.marks import ALL_MARKS, UNKNOWN
from bot.classify.rules import Rule
from bot.classify.weights import Vector, Weights

WORDS, MARKED, CUT = -1.7, -2.2, -1.4
"""Where the likeliest kind stays below these, a message is chatter: once its words are found, once all its marks are
known, once it is cut into words. Of 38,589 labelled lines two that a full reading takes for a complaint, with half a
share, lie below.
"""
_ALARMING, _AGAINST = -1.5, 0.5
"""Above this sum of signs of danger a message is read properly, whatever else it says; signs against it count half."""
_SPOKEN = -1.0
"""What words have to add of danger before single characters are asked; they may even speak a little against it."""
_SLIGHT = 0.15
"""Pairs that weigh less than this for every kind are not counted."""
_COMMON = (200, 10, 1)
"""How often words of one, two and more characters are found, roughly, by chance too."""
_ALWAYS = 1_000_000
_NOTHING: Vector = (0.0, 0.0, 0.0)
_DANGER: Vector = (math.inf, math.inf, math.inf)

_Together = tuple[list[frozenset[str]], Vector, str]
_More = tuple[frozenset[int], tuple[frozenset[int], ...], Vector, str]
"""What several words together say: two choices or more, of which one is known to be met, how much they add, a name."""


class FirstLook:
    """Says whether a ticket is likely enough for a message to be read properly.

    It sums up for each kind what words and marks can say at most. It takes every stretch for a word until they are cut,
    and a mark that is not known yet for one that every rule would like; it takes a rule for one that speaks once its
    words are there, unless it speaks against, and everything for one sentence. So it needs little time; its work grows
    with the words found, not with the number of rules.
    """

    def __init__(
        self, words: Sequence[str], terms: Sequence[tuple[str, ...]], rules: Iterable[Rule], weights: Weights
    ) -> None:
        marks = (UNKNOWN, *(f"<{name}>" for name in ALL_MARKS))
        alone = {key: vector for key, vector in weights.of.items() if key[0] in "@<=" and "+" not in key}
        told: dict[str, list[str]] = defaultdict(list)
        together = list(_pairs(weights))
        for rule in rules:
            adds = _adds(rule, weights)
            if rule.act is not None or adds == _NOTHING:
                continue
            if len(rule.all) > 1:
                together.append(([_hoping(choice) for choice in rule.all], adds, rule.id))
                continue
            alone[rule.id] = adds
            for term in rule.all[0]:
                told[term].append(rule.id)
        asked = (term for some, _, _ in together for choice in some for term in choice)
        keys = dict.fromkeys((*alone, *weights.danger.of, *marks, *asked))
        number = {key: index for index, key in enumerate(keys)}

        def brought(*terms: str) -> frozenset[int]:
            found = (*terms, *(rule for term in terms for rule in told.get(term, ())))
            return frozenset(number[key] for key in found if key in number)

        self._words = tuple(brought(f"={word}", *its) for word, its in zip(words, terms, strict=True))
        """Word → the keys of all evidence that it brings along."""
        self._marks = {mark: brought(mark) for mark in marks}
        self._bias = weights.bias
        self._complaint, self._wish, self._notice = (
            [alone.get(key, _NOTHING)[column] for key in number].__getitem__ for column in range(3)
        )
        self._signs = weights.danger
        self._silent = weights.danger.bias + _SPOKEN if weights.danger else math.inf
        signs = (weights.danger.of.get(key, 0.0) for key in number)
        self._danger = [sign if sign > 0 else sign * _AGAINST for sign in signs].__getitem__
        common: Counter[int] = Counter({number[mark]: _COMMON[0] for mark in marks})
        common[number[UNKNOWN]] = _ALWAYS
        for word, its in zip(words, self._words, strict=True):
            common.update(dict.fromkeys(its, _COMMON[min(len(word), len(_COMMON)) - 1]))
        self._together = _looked_up(together, number, common)
        """Key → what it says together with others."""
        self._ceiling = [
            max(alone.get(key, _NOTHING))
            + sum(max(*adds, 0.0) for _, _, adds, _ in self._together.get(index, ()))
            for key, index in number.items()
        ].__getitem__
        """The most that a key can add for any kind, with all that it says together with others."""

    def promising(
        self, text: str, raw: Collection[tuple[int, int, int]], marks: Iterable[str], least: float
    ) -> bool:
        """Whether a ticket is likely enough: more than ``least`` for some kind, or danger."""
        if not raw:
            return False
        words = self._words
        keys: set[int] = set().union(*[words[index] for index, _, _ in raw])
        for mark in marks:
            keys |= self._marks[mark]
        danger = sum(map(self._danger, keys), self._signs.bias)
        if danger > self._silent and danger + self._signs.in_pieces(text) > _ALARMING:
            return True
        if sum(map(self._ceiling, keys), max(self._bias)) <= least:
            return False
        complaint, wish, notice = self._bias
        complaint = sum(map(self._complaint, keys), complaint)
        wish = sum(map(self._wish, keys), wish)
        notice = sum(map(self._notice, keys), notice)
        seen: set[str] = set()
        for key in keys & self._together.keys():
            for choice, others, adds, name in self._together[key]:
                if keys.isdisjoint(choice) or any(map(keys.isdisjoint, others)) or name in seen:
                    continue
                seen.add(name)
                complaint += adds[0]
                wish += adds[1]
                notice += adds[2]
        return max(complaint, wish, notice) > least


def _hoping(choice: Iterable[str]) -> frozenset[str]:
    """A choice that a mark can meet is met as well while marks are not known."""
    terms = frozenset(choice)
    return terms | {UNKNOWN} if any(term[0] == "<" for term in terms) else terms


def _adds(rule: Rule, weights: Weights) -> Vector:
    """What a rule adds if its words are there; only where nothing more is asked may it speak against."""
    if rule.danger is not None:
        return _DANGER
    vector = weights.vector(rule.id, rule)
    if len(rule.all) == 1 and not rule.none and rule.longest is None and rule.staff is None:
        return vector
    complaint, wish, notice = (max(weight, 0.0) for weight in vector)
    return (complaint, wish, notice)


def _pairs(weights: Weights) -> Iterator[_Together]:
    """Pairs of groups and marks, as rules of two words."""
    for key, vector in weights.of.items():
        first, joined, second = key.partition("+")
        if joined and max(map(abs, vector)) >= _SLIGHT:
            yield [frozenset((first,)), frozenset((second,))], vector, key


def _looked_up(
    together: Iterable[_Together], number: Mapping[str, int], common: Mapping[int, int]
) -> dict[int, list[_More]]:
    """By the keys of the choice that is there least often."""
    found: dict[int, list[_More]] = defaultdict(list)
    for some, adds, name in together:
        choices = [frozenset(map(number.__getitem__, choice)) for choice in some]
        choices.sort(key=lambda choice: sum(map(common.__getitem__, choice)))
        first, second, *others = choices
        for key in first:
            found[key].append((second, tuple(others), adds, name))
    return dict(found)
