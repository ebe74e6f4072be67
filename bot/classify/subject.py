"""What a matter is about and how grave it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.classify.matcher import Hit, Sighting, Span
from bot.classify.rules import Rulebook
from bot.domain.verdicts import OTHER_TOPIC, Severity

_GRAVITY = (Severity.ORDINARY, Severity.COMPLEX, Severity.MAJOR, Severity.EMERGENCY)

_RULE = 1.0
"""What a rule of the topic counts."""
_WORD, _MORE_WORDS = 2.0, 1.5
"""What one of its words counts, and each further word."""
_HINT, _MORE_HINTS = 0.7, 0.5
_MOST = 3
"""Further words that count: a letter that says 路 ten times is not about the road for that."""
_BESIDE = 1.0
"""What each word counts that only tells where something is: the road in 路边, the lift in 电梯里."""
_WHERE = re.compile(r"[里内旁边]|附近|周边|之间|两旁|两侧")


def topic_of(hits: Sequence[Hit], sighting: Sighting, book: Rulebook, certain: str | None = None) -> str:
    """The ``certain`` topic of a danger, else the one that all objects, behaviours and rules together say most about.

    A word inside a longer one does not count: 停车费 is not about 停车. What is broken wins over where it stands. Among
    equals the first in the rules wins.
    """
    if certain is not None:
        return certain
    votes: dict[str, float] = {}
    for hit in hits:
        if hit.rule.topic is not None and hit.rule.danger is None:
            votes[hit.rule.topic] = votes.get(hit.rule.topic, 0.0) + _RULE
    words = {topic.name: _seen(sighting, topic.words) for topic in book.topics.values()}
    hints = {topic.name: _seen(sighting, topic.hints) for topic in book.topics.values()}
    whole = _whole({span for seen in (*words.values(), *hints.values()) for span in seen})
    beside = {span for span in whole if _WHERE.match(sighting.text, span[1])}
    for name, seen in words.items():
        told = whole.intersection(seen)
        said = _weight(sighting.text, told - beside, _WORD, _MORE_WORDS)
        said += _weight(sighting.text, told & beside, _BESIDE, _BESIDE)
        said += _weight(sighting.text, whole.intersection(hints[name]), _HINT, _MORE_HINTS)
        if said:
            votes[name] = votes.get(name, 0.0) + said
    order = {name: index for index, name in enumerate(book.topics)}
    return min(votes, key=lambda name: (-round(votes[name], 6), order[name]), default=OTHER_TOPIC)


def _seen(sighting: Sighting, terms: Iterable[str]) -> list[Span]:
    return [span for term in terms if term in sighting.terms for span in sighting.terms[term]]


def _whole(spans: set[Span]) -> set[Span]:
    """Those that are no part of a longer one."""
    whole: set[Span] = set()
    end = -1
    for span in sorted(spans, key=lambda span: (span[0], -span[1])):
        if span[1] > end:
            whole.add(span)
            end = span[1]
    return whole


def _weight(text: str, spans: Iterable[Span], first: float, more: float) -> float:
    """What different words say together."""
    different = len({text[start:end] for start, end in spans})
    return first + more * min(different - 1, _MOST) if different else 0.0


def severity_of(hits: Sequence[Hit]) -> Severity:
    """The gravest that any rule says."""
    grave = (hit.rule.severity for hit in hits if hit.rule.severity is not None)
    return max(grave, key=_GRAVITY.index, default=Severity.ORDINARY)
