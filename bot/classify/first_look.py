"""A first sum over characters and the words found, which tells most chatter from what is worth cutting into words."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from bot.classify.characters import Said
from bot.classify.marks import ALL_MARKS, UNKNOWN
from bot.classify.rules import Rule
from bot.classify.weights import Vector, Weights

SPELT, MARKED, CUT = -1.1, -1.2, -0.8
"""Where the likeliest kind stays below these, a message is chatter: once its words are counted, once all its marks are
known, once it is cut into words.
"""
_MOST = -1.6
"""What characters and words have to say for some kind at the most before words are counted."""
_SAID = -4.0
"""What both have to say one by one before it is looked up what words say together, unless a rule about danger may speak."""
_ALARMING, _AGAINST = -0.5, 0.5
"""Above this sum of signs of danger a message is read properly, whatever else it says; signs against it count half."""
_FAINT = 0.1
"""Evidence that by itself says less than this of everything is not counted."""
_SLIGHT = 0.15
"""Pairs of words that weigh less than this for everything are not counted."""
_COMMON = (200, 10, 1)
"""How often words of one, two and more characters are found, roughly, by chance too."""
_ALWAYS = 1_000_000
_NOTHING: Vector = (0.0, 0.0, 0.0)
_DANGER: Vector = (math.inf, math.inf, math.inf)
"""A rule about danger that may speak has the message read properly."""

Found = tuple[int, int, int]
"""A word's number, where it begins and where it ends."""
_Together = tuple[list[frozenset[str]], Vector, str]
_More = tuple[frozenset[int], tuple[frozenset[int], ...], Vector, str]
"""What several words together say: two choices or more, of which one is known to be met, how much they add, a name."""


class FirstLook:
    """Says whether a ticket is likely enough for a message to be read properly.

    It begins with what the characters say and what the words found can say at the most; where that leaves a chance, it
    sums up what words and marks say of danger and of each kind; then with all marks, and with the words that jieba leaves
    standing. It takes every stretch for a word until they are cut, and a mark that is not known yet for one that every
    rule would like; it takes a rule for one that speaks once its words are there, unless it speaks against, and everything
    for one sentence. So it needs little time; its work grows with the words found, not with the number of rules.
    docs/accuracy.md tells how few lines it loses.
    """

    def __init__(
        self, words: Sequence[str], terms: Sequence[tuple[str, ...]], rules: Iterable[Rule], weights: Weights
    ) -> None:
        marks = (UNKNOWN, *(f"<{name}>" for name in ALL_MARKS))
        alone = {key: vector for key, vector in weights.of.items() if key[0] in "@<=" and "+" not in key}
        told: dict[str, list[str]] = defaultdict(list)
        together = list(_pairs(weights))
        unshown: dict[str, float] = defaultdict(float)
        for rule in rules:
            adds = _adds(rule, weights)
            if rule.act is not None or adds == _NOTHING:
                continue
            if len(rule.all) > 1:
                together.append(([_hoping(choice) for choice in rule.all], adds, rule.id))
                if rule.own or (rule.danger is not None and not weights.danger):
                    for term in rule.all[0]:
                        unshown[term] += max(adds)
                continue
            alone[rule.id] = adds
            for term in rule.all[0]:
                told[term].append(rule.id)
        asked = (term for some, _, _ in together for choice in some for term in choice)
        loud = (
            key
            for key in dict.fromkeys((*alone, *weights.danger.of))
            if max(map(abs, (*alone.get(key, _NOTHING), weights.danger.of.get(key, 0.0)))) >= _FAINT
        )
        keys = dict.fromkeys((*loud, *marks, *asked))
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
        self._dangerous = weights.danger.bias if weights.danger else -math.inf
        signs = (weights.danger.of.get(key, 0.0) for key in number)
        self._danger = [sign if sign > 0 else sign * _AGAINST for sign in signs].__getitem__
        columns = (self._complaint, self._wish, self._notice)
        self._most = [
            max(0.0, *(sum(map(column, its)) for column in columns))
            + sum(unshown.get(term, 0.0) for term in of)
            for its, of in zip(self._words, terms, strict=True)
        ].__getitem__
        """By the word: what it says for some kind at the most, alone or by a rule whose worth no line has shown."""
        self._worst = [max(0.0, sum(map(self._danger, its))) for its in self._words].__getitem__
        """The same for danger."""
        common: Counter[int] = Counter({number[mark]: _COMMON[0] for mark in marks})
        common[number[UNKNOWN]] = _ALWAYS
        for word, its in zip(words, self._words, strict=True):
            common.update(dict.fromkeys(its, _COMMON[min(len(word), len(_COMMON)) - 1]))
        self._together = _looked_up(together, number, common)
        """Key → what it says together with others."""
        self._frames = frozenset(
            key for key, some in self._together.items() if any(adds == _DANGER for _, _, adds, _ in some)
        )
        """Keys by which rules about danger are looked up."""

    def keys(self, raw: Sequence[Found], marks: Iterable[str]) -> set[int]:
        """All evidence that the words found and the marks bring along; none where no word was found."""
        if not raw:
            return set()
        words = self._words
        keys: set[int] = set().union(*[words[index] for index, _, _ in raw])
        for mark in marks:
            keys |= self._marks[mark]
        return keys

    def worth_counting(self, raw: Sequence[Found], spelt: Said) -> bool:
        """Whether the words found can make it a ticket, or danger, together with what the characters say."""
        words = {index for index, _, _ in raw}
        said = max(begin + kind for begin, kind in zip(self._bias, spelt[1:], strict=True))
        if said + sum(map(self._most, words)) > _MOST:
            return True
        return self._dangerous + spelt[0] + sum(map(self._worst, words)) > _ALARMING

    def promising(self, keys: AbstractSet[int], spelt: Said, least: float) -> bool:
        """Whether a ticket is likely enough: more than ``least`` for some kind, or danger."""
        if self._alarm(keys) + spelt[0] > _ALARMING:
            return True
        complaint, wish, notice = self._alone(keys, spelt)
        if max(complaint, wish, notice) <= _SAID and self._frames.isdisjoint(keys):
            return False
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

    def _alarm(self, keys: Collection[int]) -> float:
        return sum(map(self._danger, keys), self._dangerous)

    def _alone(self, keys: Collection[int], spelt: Said) -> Vector:
        """What all evidence says one by one, with the characters."""
        complaint, wish, notice = self._bias
        return (
            sum(map(self._complaint, keys), complaint + spelt[1]),
            sum(map(self._wish, keys), wish + spelt[2]),
            sum(map(self._notice, keys), notice + spelt[3]),
        )


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
