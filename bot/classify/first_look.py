"""A first sum over the words found, which tells most chatter from what is worth cutting into words."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from bot.classify.marks import length_marks
from bot.classify.place_reading import Found
from bot.classify.rules import Rule
from bot.classify.weights import Vector, Weights

_HOPELESS = -1.0
_UNLIKELY = -0.9
"""Below these sums, before and after words are cut, no labelled line was more than chatter; most chatter is below."""
_ALARMING = -2.0
"""Above this sum of signs of danger a message is read properly, whatever else it says."""
_FOR_ANY, _FOR_COMPLAINT = 0.6, 0.4
"""How much of a weight is counted for the kind it speaks for most, and for a complaint, which is the likeliest."""
_SLIGHT = 0.15
"""Pairs that weigh less than this are not counted."""
_NOBODY: frozenset[str] = frozenset()

_Counted = tuple[tuple[frozenset[str], ...], float | None, str]
"""A rule: the choices that have to be met besides the one it is looked up by, its weight (None: danger), its id."""
_Facts = tuple[float, frozenset[str], Mapping[str, float], tuple[_Counted, ...], float, float]
"""What a term brings along: its weight, the terms it counts as a pair with, what each of these pairs weighs, rules,
the most that these can add, and how much it speaks for danger."""


class FirstLook:
    """Says whether a ticket is likely enough for a message to be read properly.

    Before words are cut it takes every stretch for one; it takes every rule for one that speaks once its words are there, everything for one
    sentence, and one number for the weights of three kinds, so it needs little time. Its work grows with the words
    found, not with the number of rules.
    """

    def __init__(
        self,
        words: Sequence[str],
        terms: Sequence[tuple[str, ...]],
        anchors: Mapping[str, Iterable[Rule]],
        choices: Mapping[str, tuple[frozenset[str], ...]],
        weights: Weights,
    ) -> None:
        self._bias = _blend(weights.bias)
        self._danger = weights.danger_bias if weights.danger else -math.inf
        single, pairs = _split(weights)
        rules = {
            term: tuple(_counted(rule, term, choices[rule.id], weights) for rule in some if rule.act is None)
            for term, some in anchors.items()
        }
        self._facts: dict[str, _Facts] = {
            term: (
                single.get(term, 0.0),
                frozenset(pairs.get(term, ())),
                pairs.get(term, {}),
                rules.get(term, ()),
                _most(rules.get(term, ())),
                weights.danger.get(term, 0.0),
            )
            for term in {
                *single,
                *pairs,
                *(term for term, some in rules.items() if some),
                *(key for key in weights.danger if key[0] == "@"),
            }
        }
        asked = {term for some in choices.values() for choice in some for term in choice}
        asked |= {*self._facts, *(second for some in pairs.values() for second in some)}
        self._words = tuple(
            (
                _blend(weights.of[f"={word}"]) if f"={word}" in weights.of else 0.0,
                weights.danger.get(f"={word}", 0.0),
                tuple(term for term in its if term in asked),
            )
            for word, its in zip(words, terms, strict=True)
        )

    def promising(
        self, raw: Collection[tuple[int, int, int]], text: str, where: Found, *, cut: bool = False
    ) -> bool:
        """Whether a ticket is likely enough; ``cut``: of the words only those that stand as words are left."""
        if not raw:
            return False
        total, danger = self._bias, self._danger
        terms = set(length_marks(len(text)))
        if where.spans:
            terms.add("<位置>")
            place = where.place
            if place.buildings or place.unit or place.floor:
                terms.add("<楼栋>")
        words, facts = self._words, self._facts
        for index in {index for index, _, _ in raw}:
            weight, grave, its = words[index]
            total += weight
            danger += grave
            terms.update(its)
        rules: list[_Counted] = []
        more = 0.0
        for term in terms & facts.keys():
            weight, partners, pairs, its_rules, at_most, grave = facts[term]
            total += weight
            danger += grave
            if not partners.isdisjoint(terms):
                for other in partners & terms:
                    total += pairs[other]
            if its_rules:
                rules += its_rules
                more += at_most
        least = _UNLIKELY if cut else _HOPELESS
        return danger > _ALARMING or (total + more > least and _sum(total, rules, terms) > least)


def _sum(total: float, rules: Iterable[_Counted], terms: AbstractSet[str]) -> float:
    """The sum once all rules have been heard whose words are there; danger is beyond all sums."""
    seen: set[str] = set()
    for choices, weight, name in rules:
        if choices and any(map(terms.isdisjoint, choices)):
            continue
        if weight is None:
            return math.inf
        if name not in seen:
            seen.add(name)
            total += weight
    return total


def _most(rules: Iterable[_Counted]) -> float:
    """The most that rules can add to a sum."""
    return sum(math.inf if weight is None else max(weight, 0.0) for _, weight, _ in rules)


def _blend(weight: Vector) -> float:
    return _FOR_ANY * max(weight) + _FOR_COMPLAINT * weight[0]


def _counted(rule: Rule, term: str, choices: tuple[frozenset[str], ...], weights: Weights) -> _Counted:
    others = tuple(choice for choice in choices if term not in choice)
    return (others, None if rule.danger is not None else _blend(weights.vector(rule.id, rule)), rule.id)


def _split(weights: Weights) -> tuple[dict[str, float], dict[str, dict[str, float]]]:
    """Weights of groups and marks, and those of their pairs by the one that sorts first."""
    single: dict[str, float] = {}
    pairs: dict[str, dict[str, float]] = {}
    for key, vector in weights.of.items():
        if key[0] not in "@<":
            continue
        first, joined, second = key.partition("+")
        weight = _blend(vector)
        if not joined:
            single[key] = weight
        elif abs(weight) >= _SLIGHT:
            pairs.setdefault(first, {})[second] = weight
    return single, pairs
