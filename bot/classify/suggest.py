"""Proposals for a compound's own rules, from what people corrected, each with its effect on all stored examples."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Any

from bot.classify.classifier import Classifier
from bot.classify.lessons import (
    Judgement,
    Lesson,
    judge,
    judge_by_evidence,
    keys_now,
    known_words,
    right,
    says,
)
from bot.classify.own import LONGEST_WORD, added, adjustable
from bot.classify.rules import FIELD
from bot.classify.weights import KINDS
from bot.domain.verdicts import Kind

_SUPPORT = 2
"""Corrections that must agree before a rule is made or a weight is moved; an invented example stands for itself."""
_HARM = 3
"""A proposal that breaks something must correct more than three times as much."""
_WEIGHTS = (2.0, 3.5, 5.0)
_STEPS = (0.5, 1.0, 1.5)
_BINDING = frozenset("又了的在着是我你他她它都就还有没不也和跟把被给到去来这那吗呢吧啊很太再")
"""Words that make no new word together with their neighbour."""
_MOST_WORDS = 14
"""Words of one message that are combined with each other."""
_MOST_TRIED = 8
"""Candidates of each sort that are tried on all examples."""
_MOST = 5


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change that would help: what it would correct and what it would break, counted over all lessons."""

    what: str
    body: Mapping[str, Any]
    corrected: int
    broken: int


@dataclass(frozen=True, slots=True)
class _Tried:
    proposal: Proposal
    helped: frozenset[int]

    @property
    def worth(self) -> int:
        return self.proposal.corrected - _HARM * self.proposal.broken


class _Bench:
    """The lessons with today's judgements, on which candidates are tried."""

    def __init__(self, classifier: Classifier, lessons: Sequence[Lesson], name: str) -> None:
        self.classifier = classifier
        self.lessons = lessons
        self.name = name
        self.judged: list[Judgement] = [judge(lesson, classifier) for lesson in lessons]
        self.good = [right(*pair) for pair in zip(lessons, self.judged, strict=True)]
        self.known = known_words(classifier.rulebook)

    def wrong(self) -> list[tuple[int, Lesson]]:
        """What people corrected and the rules still get wrong."""
        return [(n, lesson) for n, lesson in enumerate(self.lessons) if lesson.taught and not self.good[n]]

    def tried(self, what: str, body: Mapping[str, Any]) -> _Tried | None:
        """A candidate's effect, or None where it does not fit."""
        new = added(self.classifier, what, body)
        if new is None:
            return None
        classifier = self.classifier.reading_by(*new)
        touched = _touches(what, body)
        helped, broken = set(), 0
        for n, lesson in enumerate(self.lessons):
            if not touched(lesson):
                continue
            good = right(lesson, judge(_told(lesson, what, body), classifier, once=True))
            if good and not self.good[n]:
                helped.add(n)
            elif self.good[n] and not good:
                broken += 1
        return _Tried(Proposal(what, body, len(helped), broken), frozenset(helped))

    def guessed(self, what: str, body: Mapping[str, Any]) -> int:
        """How many corrections it would follow, by their evidence alone: quicker than trying."""
        new = added(self.classifier, what, body)
        touched = _touches(what, body)
        return sum(
            new is not None and touched(lesson) and judge_by_evidence(lesson, *new) is lesson.kind
            for _, lesson in self.wrong()
        )


def suggest(classifier: Classifier, lessons: Sequence[Lesson], name: str) -> list[Proposal]:
    """At most five proposals, the most useful first; ``name`` is what a new rule would be called.

    None helps with nothing but what a better one helps with, and none does harm worth speaking of.
    """
    bench = _Bench(classifier, lessons, name)
    tried = [*_rules(bench), *_weights(bench), *_group_words(bench), *_topic_words(bench)]
    useful = [t for t in tried if t.helped and t.worth > 0]
    chosen: list[Proposal] = []
    covered: set[int] = set()
    for one in sorted(useful, key=lambda t: (-t.worth, _SIMPLE.index(t.proposal.what))):
        if len(chosen) < _MOST and not one.helped <= covered:
            covered |= one.helped
            chosen.append(one.proposal)
    return chosen


_SIMPLE = ("word", "weight", "rule")
"""Among equals the smallest change comes first."""


def _rules(bench: _Bench) -> Iterable[_Tried]:
    """Own rules from words that were corrected to the same kind at least twice, or invented to stand together."""
    support: dict[tuple[Kind, tuple[str, ...]], list[Lesson]] = defaultdict(list)
    for n, lesson in bench.wrong():
        if bench.judged[n][0] is lesson.kind:
            continue
        words = _telling(bench, lesson)
        for said in (*((word,) for word in words), *combinations(words, 2)):
            if max(map(len, said)) > 1 and not any(a in b for a in said for b in said if a is not b):
                support[lesson.kind, said].append(lesson)
    agreed = [
        (key, of)
        for key, of in support.items()
        if len(of) >= _SUPPORT or (of[0].invented and len(key[1]) > 1)
    ]
    common = _common(bench, {word for (_, said), _ in agreed for word in said})
    # Two words say more than one, and rare ones more than those in every other message.
    agreed.sort(
        key=lambda row: (-len(row[1]), -len(row[0][1]), sum(common[word] for word in row[0][1]), row[0][1])
    )
    for (kind, said), of in agreed[:_MOST_TRIED]:
        topics = {lesson.topic for lesson in of}
        body: dict[str, Any] = {
            "id": bench.name,
            "kind": kind.value,
            "all": list(said),
            "within": "message" if kind is Kind.CHATTER else "sentence",
        }
        if len(topics) == 1 and kind is not Kind.CHATTER and None not in topics:
            body["topic"] = topics.pop()
        yield from _best(bench, "rule", [{**body, "weight": weight} for weight in _WEIGHTS])


def _weights(bench: _Bench) -> Iterable[_Tried]:
    """Rules that misled, or that were not heard, at least twice."""
    rules = bench.classifier.rulebook.rules
    misled: Counter[tuple[str, int]] = Counter()
    for n, lesson in bench.wrong():
        said = bench.judged[n][0]
        for key in keys_now(lesson, bench.classifier.rulebook):
            rule = rules.get(key)
            if rule is None or not adjustable(rule):
                continue
            if rule.kind is said is not lesson.kind:
                misled[key, -1] += 1
            elif rule.kind is lesson.kind is not said:
                misled[key, 1] += 1
    for (key, sign), count in misled.most_common(_MOST_TRIED):
        if count >= _SUPPORT:
            kind = rules[key].kind.value
            yield from _best(
                bench, "weight", [{"rule": key, "kind": kind, "by": sign * step} for step in _STEPS]
            )


def _group_words(bench: _Bench) -> Iterable[_Tried]:
    """Words that no rule knows, for the group in which they would have made the difference."""
    weights, hopes = bench.classifier.weights, Counter[tuple[str, str]]()
    for n, lesson in bench.wrong():
        if lesson.kind is Kind.CHATTER or lesson.text is None or bench.judged[n][0] is lesson.kind:
            continue
        column = KINDS.index(lesson.kind)
        for group in (name for name in bench.classifier.rulebook.words if name != FIELD):
            new = [f"@{group}", *(_pair(f"@{group}", key) for key in lesson.evidence if "+" not in key)]
            gain = sum(weights.vector(key)[column] for key in new)
            for word in _unknown(bench, lesson.text):
                if gain > 0 and f"@{group}" not in lesson.evidence:
                    hopes[group, word] += round(100 * gain)
    for (group, word), _ in hopes.most_common(_MOST_TRIED):
        yield from _best(bench, "word", [{"group": group, "word": word}])


def _topic_words(bench: _Bench) -> Iterable[_Tried]:
    """Words for a topic: two corrections must agree, an invented example stands for itself."""
    support: Counter[tuple[str, str]] = Counter()
    for n, lesson in bench.wrong():
        if lesson.topic is not None and lesson.text is not None and bench.judged[n][0] is lesson.kind:
            for word in _unknown(bench, lesson.text):
                support[lesson.topic, word] += _SUPPORT if lesson.invented else 1
    for (topic, word), count in support.most_common(_MOST_TRIED):
        if count >= _SUPPORT:
            yield from _best(bench, "word", [{"topic": topic, "word": word}])


def _best(bench: _Bench, what: str, bodies: Sequence[Mapping[str, Any]]) -> Iterable[_Tried]:
    """The mildest of several strengths that promises as much as any, tried on all lessons."""
    body = bodies[0]
    if len(bodies) > 1:
        promises = [bench.guessed(what, body) for body in bodies]
        if not any(promises):
            return
        body = bodies[promises.index(max(promises))]
    found = bench.tried(what, body)
    if found is not None:
        yield found


def _common(bench: _Bench, words: Iterable[str]) -> Counter[str]:
    """In how many lessons each word stands."""
    return Counter({word: sum(says(lesson, word) for lesson in bench.lessons) for word in words})


def _telling(bench: _Bench, lesson: Lesson) -> list[str]:
    """The words of a message that could make a rule: what the rules know and, where the text is there, the rest."""
    words = set(filter(lambda word: len(word) > 1 and _chinese(word), lesson.words))
    if lesson.text is not None:
        words.update(_unknown(bench, lesson.text, joined=False))
    return sorted(sorted(words, key=lambda word: (-len(word), word))[:_MOST_WORDS])


def _unknown(bench: _Bench, text: str, *, joined: bool = True) -> list[str]:
    """Words that no rule knows; ``joined``: also such a word with the one character behind it (观光 + 梯)."""
    explained = bench.classifier.explain(text).words
    found = [word for word in explained if len(word) > 1]
    if joined:
        found += [
            a + b
            for a, b in pairwise(explained)
            if len(a) > 1 and len(b) == 1 and a not in bench.known and b not in _BINDING
        ]
    known = bench.known
    return [w for w in dict.fromkeys(found) if len(w) <= LONGEST_WORD and _chinese(w) and w not in known]


def _chinese(word: str) -> bool:
    """Whether a word could be anybody's: no numbers, names of accounts, signs."""
    return all("\u4e00" <= character <= "\u9fff" for character in word)


def _pair(first: str, second: str) -> str:
    """The name of the evidence that two pieces give together: marks before groups, groups by name."""
    return "+".join(sorted((first, second)))


def _touches(what: str, body: Mapping[str, Any]) -> Callable[[Lesson], bool]:
    """Which lessons a change can make a difference to."""
    if what == "weight":
        rule = body["rule"]
        return lambda lesson: rule in lesson.evidence
    said = [body["word"]] if what == "word" else body["all"]
    return lambda lesson: all(says(lesson, word) for word in said)


def _told(lesson: Lesson, what: str, body: Mapping[str, Any]) -> Lesson:
    """A lesson without text, as if a new word of a group had been known when it was read."""
    if lesson.text is not None or what != "word" or "group" not in body or body["word"] not in lesson.words:
        return lesson
    evidence = (*lesson.evidence, f"@{body['group']}")
    return Lesson(lesson.kind, lesson.topic, evidence, lesson.words, None, lesson.staff, lesson.taught)
