"""What a matter is about and how grave it is."""

from __future__ import annotations

from collections.abc import Sequence

from bot.classify.matcher import Hit, Sighting
from bot.classify.rules import Rulebook
from bot.domain.verdicts import OTHER_TOPIC, Severity

_GRAVITY = (Severity.ORDINARY, Severity.COMPLEX, Severity.MAJOR, Severity.EMERGENCY)


def topic_of(hits: Sequence[Hit], sighting: Sighting, book: Rulebook) -> str:
    """The topic with the most evidence; among equals the one that stands first in the rules."""
    votes: dict[str, float] = {}
    for hit in hits:
        if hit.rule.topic is not None:
            votes[hit.rule.topic] = votes.get(hit.rule.topic, 0.0) + (100.0 if hit.rule.danger else 3.0)
    for topic in book.topics.values():
        said = 2.0 * sum(term in sighting.terms for term in topic.words)
        said += sum(term in sighting.terms for term in topic.hints)
        if said:
            votes[topic.name] = votes.get(topic.name, 0.0) + said
    if not votes:
        return OTHER_TOPIC
    order = {name: index for index, name in enumerate(book.topics)}
    return min(votes, key=lambda name: (-votes[name], order[name]))


def severity_of(hits: Sequence[Hit]) -> Severity:
    """The gravest that any rule says."""
    grave = (hit.rule.severity for hit in hits if hit.rule.severity is not None)
    return max(grave, key=_GRAVITY.index, default=Severity.ORDINARY)
