"""Finds which rules speak in a message: one automaton for all words, then the rules that use them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from ahocorasick_rs import AhoCorasick

from bot.classify.first_look import FirstLook, Found
from bot.classify.normalise import plain
from bot.classify.rules import Rule, Rulebook, Within
from bot.classify.weights import Weights

_HARD = re.compile(r"[。!?;\n]+")
_SOFT = re.compile(r"[。!?;\n,、:…~()（）【】「」]+|(?<=[^ ]{3}) +(?=[^ ]{3})")
"""Where a clause ends. A space ends one only between stretches long enough to be clauses."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that spoke, and the words it saw."""

    rule: Rule
    words: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.rule.id}({','.join(self.words)})" if self.words else self.rule.id


@dataclass(slots=True)
class Sighting:
    """Where the rulebook's words stand in one message."""

    text: str
    terms: dict[str, list[Span]]
    """Term → where it stands."""
    marks: frozenset[str]
    """The marks that it has, as terms: "<问>"."""
    staff: bool


class Matcher:
    """A rulebook made ready. Its work grows with the words found, not with the number of rules."""

    def __init__(self, book: Rulebook, weights: Weights) -> None:
        rules = self._rules = tuple(book.rules.values())
        self._weights = weights
        terms_of = _terms_by_word(book)
        self._words = tuple(terms_of)
        self._terms = tuple(terms_of.values())
        self._guards = {
            f"@{name}": (tuple(map(plain, group.not_after)), tuple(map(plain, group.not_before)))
            for name, group in book.words.items()
            if group.not_after or group.not_before
        }
        self._automaton = AhoCorasick(self._words)
        # Three characters are hardly ever there by chance; a shorter word must be one to jieba as well.
        self._short = tuple(len(word) <= 2 and not word.isascii() for word in self._words)
        self._choices = {
            rule.id: tuple(frozenset(choice) for choice in rule.all if not any(map(_is_mark, choice)))
            for rule in rules
        }
        self._asked = {
            rule.id: (tuple(map(frozenset, rule.all)), frozenset(rule.none)) for rule in rules if rule.all
        }
        """Everything that a rule asks for, and what it bars."""
        self._by_anchor: dict[str, list[Rule]] = defaultdict(list)
        self._markers: list[Rule] = []
        crowd = _crowd(rules)
        for rule in rules:
            words = [choice for choice in rule.all if not any(_is_mark(term) for term in choice)]
            if not words:
                self._markers.append(rule)
                continue
            for term in min(words, key=lambda choice: sum(crowd[term] for term in choice)):
                self._by_anchor[term].append(rule)
        acting = {term for term, some in self._by_anchor.items() if any(r.act is not None for r in some)}
        self._acts_unasked = any(rule.act is not None for rule in self._markers)
        self._acting = tuple(not acting.isdisjoint(some) for some in self._terms)

    @cached_property
    def first_look(self) -> FirstLook:
        """Tells before any word is cut whether the rest is worth doing."""
        return FirstLook(self._words, self._terms, self._rules, self._weights)

    def weighed(self, weights: Weights) -> Matcher:
        """The same rulebook with other weights: only the first look depends on them."""
        other = copy(self)
        other._weights = weights
        other.__dict__.pop("first_look", None)
        return other

    def raw(self, text: str) -> list[Found]:
        """Every word of the rulebook in ``text``, also where it is only part of another word."""
        return self._automaton.find_matches_as_indexes(text, overlapping=True)

    def doubtful(self, raw: Iterable[Found]) -> Iterable[int]:
        """Where words begin that count only if jieba takes them for words."""
        return (start for index, start, _ in raw if self._short[index])

    def may_act(self, raw: Iterable[Found]) -> bool:
        """Whether one of the words is asked for by a rule about an act."""
        return self._acts_unasked or any(self._acting[index] for index, _, _ in raw)

    def standing(self, raw: Iterable[Found], edges: AbstractSet[int]) -> list[Found]:
        """Those of the words found that are words in the text and not only parts of some."""
        short = self._short
        return [hit for hit in raw if not short[hit[0]] or _stands(hit[1], hit[2], edges)]

    def sight(self, text: str, standing: Iterable[Found], marks: frozenset[str], staff: bool) -> Sighting:
        """Where the terms stand."""
        terms: dict[str, list[Span]] = {}
        for index, start, end in standing:
            span = (start, end)
            for term in self._terms[index]:
                if term in self._guards and self._guarded(term, text, start, end):
                    continue
                if term in terms:
                    terms[term].append(span)
                else:
                    terms[term] = [span]
        return Sighting(text, terms, marks, staff)

    def candidates(self, sighting: Sighting) -> list[Rule]:
        """Rules one of whose rarest words is there, each once, and those that need no words."""
        found: dict[str, Rule] = {}
        for term in sighting.terms:
            for rule in self._by_anchor.get(term, ()):
                found[rule.id] = rule
        return [*found.values(), *self._markers]

    def match(self, sighting: Sighting, rules: Sequence[Rule]) -> list[Hit]:
        """Those of ``rules`` that speak."""
        parts: dict[Within, list[Span]] = {}
        terms = frozenset(sighting.terms)
        return [
            hit
            for rule in rules
            if not any(map(terms.isdisjoint, self._choices[rule.id]))
            and (hit := _speaks(rule, *self._asked[rule.id], sighting, terms, parts)) is not None
        ]

    def _guarded(self, term: str, text: str, start: int, end: int) -> bool:
        after, before = self._guards[term]
        return (bool(after) and text[:start].endswith(after)) or (
            bool(before) and text.startswith(before, end)
        )


def _stands(start: int, end: int, edges: AbstractSet[int]) -> bool:
    """Whether a short word is a word here, several words, or one end of a longer one: 电梯 in 电梯门."""
    if start in edges and end in edges:
        return True
    return end - start > 1 and start + 1 not in edges and (start in edges or end in edges)


def _is_mark(term: str) -> bool:
    return term[0] == "<" and term[-1] == ">"


def _crowd(rules: Iterable[Rule]) -> Mapping[str, int]:
    """How many rules use a term: the fewer, the better it is to look a rule up by."""
    counts: dict[str, int] = defaultdict(int)
    for rule in rules:
        for choice in rule.all:
            for term in choice:
                counts[term] += 1
    return counts


def _terms_by_word(book: Rulebook) -> dict[str, tuple[str, ...]]:
    """Word → the terms it stands for: itself where a rule names it, and every group that has it."""
    terms: dict[str, dict[str, None]] = defaultdict(dict)
    for name in book.words:
        for word in _members(book, name, frozenset()):
            terms[plain(word)][f"@{name}"] = None
    for rule in book.rules.values():
        for term in (*(term for choice in rule.all for term in choice), *rule.none):
            if term[0] != "@" and not _is_mark(term):
                terms[plain(term)][term] = None
    for topic in book.topics.values():
        for term in (*topic.words, *topic.hints):
            if term[0] != "@":
                terms[plain(term)][term] = None
    return {word: tuple(found) for word, found in terms.items() if word}


def _members(book: Rulebook, name: str, seen: frozenset[str]) -> Iterable[str]:
    if name in seen:
        return
    for word in book.words[name].words:
        if word.startswith("@") and word[1:] in book.words:
            yield from _members(book, word[1:], seen | {name})
        else:
            yield word


def _parts(text: str, within: Within) -> list[Span]:
    if within is Within.MESSAGE:
        return [(0, len(text))]
    borders = _HARD if within is Within.SENTENCE else _SOFT
    found: list[Span] = []
    position = 0
    for match in borders.finditer(text):
        if match.start() > position:
            found.append((position, match.start()))
        position = match.end()
    if position < len(text):
        found.append((position, len(text)))
    return found


def _speaks(
    rule: Rule,
    choices: Iterable[frozenset[str]],
    none: frozenset[str],
    sighting: Sighting,
    present: frozenset[str],
    parts: dict[Within, list[Span]],
) -> Hit | None:
    if rule.longest is not None and len(sighting.text) > rule.longest:
        return None
    if rule.staff is not None and rule.staff is not sighting.staff:
        return None
    terms, marks = sighting.terms, sighting.marks
    if not marks.isdisjoint(none):
        return None
    places: list[list[Span]] = []
    for choice in choices:
        # A choice that a mark can meet ("@小区|<楼栋>") binds no place in the text when the mark met it.
        if marks.isdisjoint(choice):
            there = choice & present
            if not there:
                return None
            places.append(sorted({span for term in there for span in terms[term]}))
    barred = [span for term in none & present for span in terms[term]]
    if not places:
        return None if barred else Hit(rule, ())
    if rule.within not in parts:
        parts[rule.within] = _parts(sighting.text, rule.within)
    for start, end in parts[rule.within]:
        if any(start <= first and last <= end for first, last in barred):
            continue
        inside = [[span for span in spans if start <= span[0] and span[1] <= end] for spans in places]
        if all(inside):
            chosen = _chosen(inside, rule)
            if chosen is not None:
                return Hit(rule, tuple(sighting.text[first:last] for first, last in chosen))
    return None


def _chosen(inside: list[list[Span]], rule: Rule) -> list[Span] | None:
    """One place for every choice, in order and near to each other where the rule says so."""
    if rule.ordered:
        chosen = _in_order(inside)
    elif rule.near is not None:
        chosen = [min(spans, key=lambda span: abs(span[0] - inside[0][0][0])) for spans in inside]
    else:
        return _apart(inside)
    if chosen is None or rule.near is None:
        return chosen
    apart = (later[0] - earlier[1] for earlier, later in pairwise(sorted(chosen)))
    return None if any(gap > rule.near for gap in apart) else chosen


def _apart(inside: list[list[Span]]) -> list[Span] | None:
    """A different stretch for every choice: one word cannot be both the thing and its fault."""
    chosen: list[Span] = []
    for spans in sorted(inside, key=len):
        span = next((span for span in spans if span not in chosen), None)
        if span is None:
            return None
        chosen.append(span)
    return sorted(chosen)


def _in_order(inside: list[list[Span]]) -> list[Span] | None:
    chosen: list[Span] = []
    position = -1
    for spans in inside:
        following = next((span for span in spans if span[0] >= position), None)
        if following is None:
            return None
        chosen.append(following)
        position = following[1]
    return chosen
