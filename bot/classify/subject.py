"""What a matter is about and how grave it is."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.classify.choice import Choice
from bot.classify.matcher import Hit, Sighting, Span
from bot.classify.pieces import PIECE, pieces
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
_BELIEVED = 0.6
"""What a vote is believed more than its fitted weight says: those who wrote the lines were asked to avoid plain words."""
_BESIDE = 1.0
"""What each word counts that only tells where something is: the road in 路边, the lift in 电梯里."""
_WHERE = re.compile(r"[里内旁边]|附近|周边|之间|两旁|两侧")


@dataclass(frozen=True, slots=True)
class About:
    """What the rules' own words say of the topic of a message."""

    votes: Mapping[str, float]
    """Topic → what objects, behaviours and rules say for it."""
    evidence: list[str]
    """Everything that tells the topic, without what only tells where something is; ``#电梯`` once for each half vote."""
    text: str
    """The message, without that."""


class Topics:
    """The topics of a rulebook made ready: what each of its words speaks for."""

    def __init__(self, book: Rulebook) -> None:
        self._words: dict[str, list[str]] = defaultdict(list)
        self._hints: dict[str, list[str]] = defaultdict(list)
        for topic in book.topics.values():
            for words, of in ((topic.words, self._words), (topic.hints, self._hints)):
                for word in dict.fromkeys(words):
                    of[word].append(topic.name)

    def about(self, hits: Iterable[Hit], sighting: Sighting, named: Iterable[str]) -> About:
        """What tells the topic. ``named`` is the evidence that has a name.

        A word inside a longer one does not count: 停车费 is not about 停车. What is broken counts more than where it
        stands.
        """
        words, hints = _seen(sighting, self._words), _seen(sighting, self._hints)
        whole = _whole({span for seen in (*words.values(), *hints.values()) for span in seen})
        text = sighting.text
        beside = {span for span in whole if _WHERE.match(text, span[1])}
        votes: dict[str, float] = defaultdict(float)
        for hit in hits:
            if hit.rule.topic is not None and hit.rule.danger is None:
                votes[hit.rule.topic] += _RULE
        for name, seen in words.items():
            told = whole.intersection(seen)
            votes[name] += _weight(text, told - beside, _WORD, _MORE_WORDS)
            votes[name] += _weight(text, told & beside, _BESIDE, _BESIDE)
        for name, seen in hints.items():
            votes[name] += _weight(text, whole.intersection(seen), _HINT, _MORE_HINTS)
        aside = {f"={text[start:end]}" for start, end in beside}
        for start, end in beside:
            text = text[:start] + " " * (end - start) + text[end:]
        signs = (f"#{name}" for name, vote in votes.items() for _ in range(round(2 * vote)))
        spelt = (PIECE + piece for piece in sorted(pieces(text)))
        said = {name: vote for name, vote in votes.items() if vote}
        return About(said, [*(key for key in named if key not in aside), *spelt, *signs], text)


def topic_of(said: About, topics: Choice, book: Rulebook, *, guessed: bool = True) -> str:
    """The topic that all evidence together says most for; without fitted weights the votes decide alone.

    Among equals the first in the rules wins. Topics that nobody has fitted live by their votes. Unless it may be
    ``guessed``, a message in which no word of any topic stands has none.
    """
    if not (guessed or said.votes):
        return OTHER_TOPIC
    sums = topics.sums(said.evidence, said.text)
    for name, vote in said.votes.items():
        sums[name] = sums[name] + _BELIEVED * vote if name in topics.bias else vote
    order = {name: index for index, name in enumerate(book.topics)}
    known = [name for name in sums if name in order]
    return min(known, key=lambda name: (-round(sums[name], 6), order[name]), default=OTHER_TOPIC)


def _seen(sighting: Sighting, of: Mapping[str, Iterable[str]]) -> dict[str, list[Span]]:
    """Topic → where its words stand."""
    found: dict[str, list[Span]] = defaultdict(list)
    for term, spans in sighting.terms.items():
        for name in of.get(term, ()):
            found[name] += spans
    return found


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


def severity_signs(hits: Sequence[Hit]) -> list[str]:
    """What the rules say of it, as evidence: ``!major``. A rule about danger speaks of danger alone."""
    said = {h.rule.severity for h in hits if h.rule.severity is not None and h.rule.danger is None}
    return sorted(f"!{severity.value}" for severity in said)


def severity_of(hits: Sequence[Hit], keys: Iterable[str], severities: Choice) -> Severity:
    """How grave a complaint is in which nobody is in danger: the gravest that a rule says, or all evidence together.

    A building without power, an old person or a baby raises it in whatever words. A compound's own rule has the last word.
    """
    said = severity_signs(hits)
    own = severity_signs([hit for hit in hits if hit.rule.own])
    likeliest = severities.likeliest([*keys, *said])
    grave = [Severity(key[1:]) for key in own or said]
    if likeliest is not None and not own:
        grave.append(Severity(likeliest))
    return max(grave, key=_GRAVITY.index, default=Severity.ORDINARY)
