"""What a message is, where it is about, and why: everything that the rest of Linli asks of language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.classify.acts import Act, ActKind
from bot.classify.location import Locator
from bot.classify.marks import MARKS
from bot.classify.matcher import Hit, Matcher, Sighting
from bot.classify.normalise import Normaliser, plain
from bot.classify.rulebook import Rulebook
from bot.classify.segment import Segmenter
from bot.classify.weights import KINDS, Vector, Weights, load_weights, shares
from bot.domain.people import Area
from bot.domain.places import NOWHERE, Place
from bot.domain.verdicts import OTHER_TOPIC, Kind, Severity, Verdict

_GRAVITY = (Severity.ORDINARY, Severity.MAJOR, Severity.COMPLEX, Severity.EMERGENCY)
_NUMBER = re.compile(r"#?(\d{1,6})")
_SHORT = 40
"""Longest text, in characters, that can be a conversational act."""


@dataclass(frozen=True, slots=True)
class RuleHit:
    """One line of an explanation."""

    rule: str
    words: tuple[str, ...]
    kind: Kind
    weights: Vector
    """Per kind: complaint, wish, notice, chatter."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a verdict came about."""

    normalised: str
    words: tuple[str, ...]
    hits: tuple[RuleHit, ...]
    place: Place
    verdict: Verdict
    shares: tuple[tuple[Kind, float], ...]
    """Each kind's share, the likeliest first: the second is the runner-up."""


class Classifier:
    """Reads messages by a rulebook. ``known`` are the compound's buildings, against which places are read."""

    def __init__(
        self,
        rulebook: Rulebook,
        *,
        cache_dir: Path,
        known: Area | None = None,
        weights: Weights | None = None,
    ) -> None:
        self._book = rulebook
        self._matcher = Matcher(rulebook)
        self._normalise = Normaliser(rulebook.rewrites)
        self._segmenter = Segmenter(cache_dir)
        self._locator = Locator(rulebook.spots, known)
        self._weights = load_weights() if weights is None else weights

    def classify(self, text: str, *, staff: bool = False) -> Verdict:
        """The verdict on a message; ``staff``: its author is a bound worker or committee member."""
        text = self._normalise(text)
        found = self._found(text, staff)
        return (
            self._verdict(text, *found)
            if found is not None
            else Verdict(Kind.CHATTER, place=self._place(text))
        )

    def explain(self, text: str, *, staff: bool = False) -> Explanation:
        """The verdict with everything that led to it."""
        text = self._normalise(text)
        hits, sighting = self._found(text, staff, thorough=True) or ([], None)
        verdict = self._verdict(text, hits, sighting)
        portions = sorted(
            zip(KINDS, shares(self._weights.scores(hits)), strict=True), key=lambda pair: -pair[1]
        )
        lines = tuple(
            RuleHit(hit.rule.id, hit.words, hit.rule.kind, self._weights.vector(hit.rule)) for hit in hits
        )
        words = tuple(self._segmenter.words(text))
        return Explanation(text, words, lines, verdict.place, verdict, tuple(portions))

    def hits(self, text: str, *, staff: bool = False) -> list[Hit]:
        """Every rule that speaks in a message, whether or not it decides anything."""
        return (self._found(self._normalise(text), staff, thorough=True) or ([], None))[0]

    def place(self, text: str) -> Place:
        """The place that a message names, or NOWHERE."""
        return self._place(plain(text))

    def only_place(self, text: str) -> Place:
        """The place, where the message says nothing else: "3栋的", "我家3-2", "5". NOWHERE otherwise."""
        return self._locator.only(plain(text))

    def nickname_place(self, name: str) -> Place:
        """The place that a nickname like "3-2-501 王姐" hints at; a hint proves nothing."""
        return self._locator.nickname(plain(name))

    def act(self, text: str) -> Act | None:
        """What a short message does in the conversation, if it is nothing but that."""
        if len(text) > _SHORT:
            return None
        text = self._normalise(text).strip()
        raw = self._matcher.raw(text)
        if not raw:
            return None
        sighting = self._matcher.sight(text, raw, self._segmenter.edges(text), self._mark(text), staff=False)
        rules = [rule for rule in self._matcher.candidates(sighting) if rule.act is not None]
        said = {hit.rule.act for hit in self._matcher.match(sighting, rules)}
        number = _NUMBER.search(text)
        for kind in _BY_WEIGHT:
            if kind.value in said:
                numbered = kind in (ActKind.WITHDRAW, ActKind.URGE) and number is not None
                return Act(kind, int(number[1]) if numbered and number is not None else None)
        return None

    def _found(self, text: str, staff: bool, *, thorough: bool = False) -> tuple[list[Hit], Sighting] | None:
        """The rules that speak; None without cutting words where no rule for a ticket could."""
        raw = self._matcher.raw(text)
        mark = self._mark(text)
        if not thorough:
            first = self._matcher.sight(text, raw, None, mark, staff)
            if not self._matcher.promising(first):
                return None
        sighting = self._matcher.sight(text, raw, self._segmenter.edges(text), mark, staff)
        rules = [rule for rule in self._matcher.candidates(sighting) if rule.act is None]
        return self._matcher.match(sighting, rules), sighting

    def _verdict(self, text: str, hits: Sequence[Hit], sighting: Sighting | None) -> Verdict:
        place = self._place(text)
        scores = self._weights.scores(hits)
        portions = dict(zip(KINDS, shares(scores), strict=True))
        danger = next((hit for hit in hits if hit.rule.danger is not None), None)
        kind = Kind.COMPLAINT if danger is not None else max(KINDS, key=lambda k: portions[k])
        if kind is Kind.CHATTER or sighting is None:
            return Verdict(Kind.CHATTER, place=place, score=portions[Kind.CHATTER])
        column = KINDS.index(kind)
        spoke = sorted(hits, key=lambda hit: (hit is not danger, -self._weights.vector(hit.rule)[column]))
        reasons = tuple(
            str(hit) for hit in spoke if hit is danger or self._weights.vector(hit.rule)[column] > 0
        )
        return Verdict(
            kind,
            self._topic(hits, sighting),
            self._severity(hits) if kind is Kind.COMPLAINT else Severity.ORDINARY,
            place,
            1.0 if danger is not None else portions[kind],
            reasons,
            danger.rule.danger if danger is not None else None,
        )

    def _topic(self, hits: Sequence[Hit], sighting: Sighting) -> str:
        """The topic with the most evidence; among equals the one that stands first in the rules."""
        said: dict[str, float] = {}
        for hit in hits:
            if hit.rule.topic is not None:
                said[hit.rule.topic] = said.get(hit.rule.topic, 0.0) + (100.0 if hit.rule.danger else 3.0)
        for topic in self._book.topics.values():
            votes = 2.0 * sum(term in sighting.terms for term in topic.words)
            votes += sum(term in sighting.terms for term in topic.hints)
            if votes:
                said[topic.name] = said.get(topic.name, 0.0) + votes
        order = {name: index for index, name in enumerate(self._book.topics)}
        return min(said, key=lambda name: (-said[name], order[name])) if said else OTHER_TOPIC

    def _severity(self, hits: Sequence[Hit]) -> Severity:
        grave = (hit.rule.severity for hit in hits if hit.rule.severity is not None)
        return max(grave, key=_GRAVITY.index, default=Severity.ORDINARY)

    def _place(self, text: str) -> Place:
        return self._locator(text).place if text else NOWHERE

    def _mark(self, text: str) -> _Marks:
        return _Marks(text, self._locator)


class _Marks:
    """The marks of one message, each looked at once and only when a rule asks."""

    def __init__(self, text: str, locator: Locator) -> None:
        self._text = text
        self._locator = locator
        self._known: dict[str, bool] = {}

    def __call__(self, name: str) -> bool:
        if name not in self._known:
            if name in MARKS:
                self._known[name] = MARKS[name](self._text)
            else:
                place = self._locator(self._text).place
                self._known["位置"] = bool(place)
                self._known["楼栋"] = bool(place.buildings or place.unit or place.floor)
        return self._known[name]


_BY_WEIGHT = (
    ActKind.OPT_OUT,
    ActKind.OPT_IN,
    ActKind.WITHDRAW,
    ActKind.URGE,
    ActKind.SOLVED,
    ActKind.ME_TOO,
    ActKind.THANKS,
)
"""Where several acts are said at once, the one with the most at stake counts."""
