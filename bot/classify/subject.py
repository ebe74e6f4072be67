"""What a matter is about and how grave it is."""

from __future__ import annotations

from collections.abc import Sequence

from bot.classify.matcher import Hit, Sighting
from bot.classify.rules import Rulebook
from bot.domain.verdicts import OTHER_TOPIC, Severity

_GRAVITY = (Severity.ORDINARY, Severity.COMPLEX, Severity.MAJOR, Severity.EMERGENCY)


_RULE = 1.5
_WORD = 2.0
_HINT = 0.7
_FIRST = 0.9
"""What a rule of the topic, one of its words, one of its hints, and being named first count."""


def topic_of(hits: Sequence[Hit], sighting: Sighting, book: Rulebook, danger: Hit | None = None) -> str:
    """The topic of the danger, else the one that most is said about; among equals the first in the rules."""
    if danger is not None and danger.rule.topic not in (None, OTHER_TOPIC):
        return danger.rule.topic or OTHER_TOPIC
    votes: dict[str, float] = {}
    for hit in hits:
        if hit.rule.topic is not None and hit.rule.danger is None:
            votes[hit.rule.topic] = votes.get(hit.rule.topic, 0.0) + _RULE
    first = _first_named(sighting, book)
    for topic in book.topics.values():
        said = _WORD * sum(term in sighting.terms for term in topic.words)
        said += _FIRST * (topic.name in first)
        said += _HINT * sum(term in sighting.terms for term in topic.hints)
        if said:
            votes[topic.name] = votes.get(topic.name, 0.0) + said
    if not votes or max(votes.values()) < _WORD:
        return max(votes, key=lambda name: votes[name], default=OTHER_TOPIC)
    order = {name: index for index, name in enumerate(book.topics)}
    return min(votes, key=lambda name: (-votes[name], order[name]))


def _first_named(sighting: Sighting, book: Rulebook) -> frozenset[str]:
    """The topics whose words come first in the message."""
    starts = {
        topic.name: min(sighting.terms[term][0][0] for term in topic.words if term in sighting.terms)
        for topic in book.topics.values()
        if any(term in sighting.terms for term in topic.words)
    }
    earliest = min(starts.values(), default=0)
    return frozenset(name for name, start in starts.items() if start == earliest)


def severity_of(hits: Sequence[Hit]) -> Severity:
    """The gravest that any rule says."""
    grave = (hit.rule.severity for hit in hits if hit.rule.severity is not None)
    return max(grave, key=_GRAVITY.index, default=Severity.ORDINARY)
