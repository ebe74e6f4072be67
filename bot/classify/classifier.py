"""What a message is, where it is about, and why: everything that the rest of Linli asks of language."""

from __future__ import annotations

import re
from copy import copy
from dataclasses import dataclass
from pathlib import Path

from bot.classify.acts import Act, ActKind
from bot.classify.characters import Said
from bot.classify.evidence import evidence, partners_of
from bot.classify.findings import Explanation, Finding, Reason, Traits
from bot.classify.first_look import CUT, MARKED, SPELT
from bot.classify.location import Locator
from bot.classify.marks import marks_of, sure_marks
from bot.classify.matcher import Hit, Matcher, Sighting
from bot.classify.normalise import Normaliser, plain
from bot.classify.place_reading import Found
from bot.classify.rulebook import Rulebook
from bot.classify.rules import OPEN_DANGER
from bot.classify.segment import Segmenter
from bot.classify.subject import Topics, severity_of, severity_signs, topic_of
from bot.classify.weightfile import load_weights
from bot.classify.weights import KINDS, Weights, shares
from bot.domain.people import Area
from bot.domain.places import Place
from bot.domain.verdicts import OTHER_TOPIC, Kind, Severity, Verdict

_NUMBER = re.compile(r"#?(\d{1,6})")
_ACT_LIMIT = 40
"""Longest text, in characters, that can be a conversational act."""
_PLAIN = 0.4
"""Share below which it is left open which danger it is."""
_REASONS = 8
"""Reasons kept with a verdict."""


@dataclass(frozen=True, slots=True)
class _Danger:
    """Which danger somebody is in, what the matter is about then, and what said so."""

    name: str
    topic: str | None
    """None: what the message says most about."""
    because: str


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
        self._weights = load_weights() if weights is None else weights
        self._order = {name: index for index, name in enumerate(rulebook.rules)}
        self._topics = Topics(rulebook)
        self._partners = partners_of(self._weights)
        self._matcher = Matcher(rulebook, self._weights)
        self._normalise = Normaliser(rulebook.rewrites)
        self._segmenter = Segmenter(cache_dir)
        self._locator = Locator(rulebook.spots, known)

    @property
    def rulebook(self) -> Rulebook:
        """The rules it reads by."""
        return self._book

    @property
    def weights(self) -> Weights:
        """How much each piece of evidence counts."""
        return self._weights

    def reading_by(self, rulebook: Rulebook, weights: Weights) -> Classifier:
        """The same reader with other words, rules and weights, at once: its dictionary is shared, not loaded anew.

        Spots and rewrites stay those it has.
        """
        other = copy(self)
        other._book, other._weights = rulebook, weights
        other._order = {name: index for index, name in enumerate(rulebook.rules)}
        same = rulebook is self._book
        other._topics = self._topics if same else Topics(rulebook)
        other._matcher = self._matcher.weighed(weights) if same else Matcher(rulebook, weights)
        other._partners = self._partners if weights is self._weights else partners_of(weights)
        return other

    def classify(self, text: str, *, staff: bool = False) -> Verdict:
        """The verdict on a message; ``staff``: its author is a bound worker or committee member."""
        text = self._normalise(text)
        raw = self._matcher.raw(text)
        where = self._locator(text)
        worth = self._worth_reading(text, raw, where)
        if worth is None:
            return Verdict(Kind.CHATTER, place=where.place) if where.place else _CHATTER
        standing, marks, spelt = worth
        return self._verdict(self._found(text, standing, staff, where, marks, spelt, weighed=True))

    def classify_in_full(self, text: str, *, staff: bool = False) -> Verdict:
        """The verdict without the first look: what ``classify`` says, reached the long way."""
        text = self._normalise(text)
        return self._verdict(self._found(text, self._standing(text), staff, weighed=True))

    def explain(self, text: str, *, staff: bool = False) -> Explanation:
        """The verdict with everything that led to it."""
        text = self._normalise(text)
        found = self._found(text, self._standing(text), staff)
        verdict = self._verdict(found)
        portions = self._shares(found)
        ranking = sorted(portions.items(), key=lambda pair: -pair[1])
        words = tuple(self._segmenter.words(text))
        reasons = tuple(self._reasons(found, verdict.kind))
        signs = tuple(self._signs(found))
        spelt = tuple(self._weights.characters.told(text))
        return Explanation(text, words, reasons, verdict, tuple(ranking), self._alarm(found), signs, spelt)

    def hits(self, text: str, *, staff: bool = False) -> list[Hit]:
        """Every rule that speaks in a message, whether or not it decides anything."""
        text = self._normalise(text)
        return self._found(text, self._standing(text), staff).hits

    def traits(self, text: str, *, staff: bool = False) -> Traits:
        """All evidence in a message, whether or not it counts."""
        text = self._normalise(text)
        found = self._found(text, self._standing(text), staff)
        topic = self._topics.about(found.hits, found.sighting, found.named)
        keys = found.keys
        return Traits(text, found.named, keys, topic, [*keys, *severity_signs(found.hits)])

    def subject(self, text: str, *, staff: bool = False) -> Verdict:
        """What a message would be if it had to be a matter: the likeliest kind but chatter, and that kind's share.

        ``because`` holds the names of all evidence that counts. It decides nothing by itself: what is being talked about
        does.
        """
        text = self._normalise(text)
        found = self._found(text, self._standing(text), staff, weighed=True)
        portions = self._shares(found)
        kind = max((k for k in KINDS if k is not Kind.CHATTER), key=lambda k: portions[k])
        return Verdict(
            kind,
            self._topic(found, guessed=False),
            place=found.place,
            score=portions[kind],
            because=tuple(found.named),
        )

    def place(self, text: str) -> Place:
        """The place that a message names, or NOWHERE."""
        return self._locator(plain(text)).place

    def strange_buildings(self, text: str) -> tuple[str, ...]:
        """The buildings that a message names and the compound has not, where it names none that it has."""
        found = self._locator(plain(text))
        return () if found.place.buildings else found.strange

    def only_place(self, text: str) -> Place:
        """The place, where the message says nothing else: "3栋的", "我家3-2", "5". NOWHERE otherwise."""
        return self._locator.only(plain(text))

    def nickname_place(self, name: str) -> Place:
        """The place that a nickname like "3-2-501 王姐" hints at; a hint proves nothing."""
        return self._locator.nickname(plain(name))

    def act(self, text: str) -> Act | None:
        """What a short message does in the conversation, if it is nothing but that."""
        if len(text) > _ACT_LIMIT:
            return None
        text = self._normalise(text).strip()
        raw = self._matcher.raw(text)
        if not self._matcher.may_act(raw):
            return None
        marks = marks_of(text, self._locator(text))
        sighting = self._matcher.sight(text, self._standing(text, raw), marks, staff=False)
        rules = [rule for rule in self._matcher.candidates(sighting) if rule.act is not None]
        said = {hit.rule.act for hit in self._matcher.match(sighting, rules)}
        number = _NUMBER.search(text)
        for kind in _BY_STAKE:
            if kind.value in said:
                numbered = kind in (ActKind.WITHDRAW, ActKind.URGE) and number is not None
                return Act(kind, int(number[1]) if numbered and number is not None else None)
        return None

    def _found(
        self,
        text: str,
        standing: list[tuple[int, int, int]],
        staff: bool,
        where: Found | None = None,
        marks: frozenset[str] | None = None,
        spelt: Said | None = None,
        *,
        weighed: bool = False,
    ) -> Finding:
        """``weighed``: of the pairs only those that have a weight."""
        if where is None:
            where = self._locator(text)
        if spelt is None:
            spelt = self._weights.characters.say(text)
        sighting = self._matcher.sight(
            text, standing, marks_of(text, where) if marks is None else marks, staff
        )
        rules = [rule for rule in self._matcher.candidates(sighting) if rule.act is None]
        hits = self._matcher.match(sighting, rules)
        named = evidence(sighting, hits, self._partners if weighed else None)
        return Finding(sighting, hits, named, spelt, where.place)

    def _standing(
        self, text: str, raw: list[tuple[int, int, int]] | None = None
    ) -> list[tuple[int, int, int]]:
        """The rulebook's words that are words in the text."""
        raw = self._matcher.raw(text) if raw is None else raw
        return self._matcher.standing(raw, self._segmenter.edges(text, self._matcher.doubtful(raw)))

    def _worth_reading(
        self, text: str, raw: list[tuple[int, int, int]], where: Found
    ) -> tuple[list[tuple[int, int, int]], frozenset[str], Said] | None:
        """The words that stand, the marks and what the characters say, where the first look leaves a chance of a ticket."""
        look = self._matcher.first_look
        spelt = self._weights.characters.say(text)
        if not look.worth_counting(raw, spelt):
            return None
        if not look.promising(look.keys(raw, sure_marks(text, where)), spelt, SPELT):
            return None
        marks = marks_of(text, where)
        if not look.promising(look.keys(raw, marks), spelt, MARKED):
            return None
        standing = self._standing(text, raw)
        if not look.promising(look.keys(standing, marks), spelt, CUT):
            return None
        return standing, marks, spelt

    def _verdict(self, found: Finding) -> Verdict:
        place = found.place
        portions = self._shares(found)
        danger = self._danger(found)
        kind = Kind.COMPLAINT if danger is not None else max(KINDS, key=lambda k: portions[k])
        if kind is Kind.CHATTER:
            return Verdict(Kind.CHATTER, place=place, score=portions[Kind.CHATTER])
        # One more, since the danger may be among them.
        spoke = [str(reason) for reason in self._reasons(found, kind, _REASONS + 1)]
        if danger is not None:
            spoke = [danger.because, *(reason for reason in spoke if reason != danger.because)]
        return Verdict(
            kind,
            danger.topic if danger is not None and danger.topic is not None else self._topic(found),
            self._severity(found, kind, danger),
            place,
            1.0 if danger is not None else portions[kind],
            tuple(spoke[:_REASONS]),
            danger.name if danger is not None else None,
        )

    def _shares(self, found: Finding) -> dict[Kind, float]:
        return shares(self._weights.scores(found.named, self._book.rules, found.spelt))

    def _danger(self, found: Finding) -> _Danger | None:
        """What has happened, where all signs together say that life or limb is in danger."""
        if self._alarm(found) <= 0:
            return None
        frames = [hit for hit in found.hits if hit.rule.danger is not None]
        # Rules stand in their file from the particular to the general: what has happened beats a cry for help.
        frames.sort(key=lambda hit: self._order[hit.rule.id])
        said = frames[0].rule.danger if frames else None
        likeliest = self._weights.names.likeliest(found.keys, found.sighting.text, least=_PLAIN)
        name = likeliest or said or OPEN_DANGER
        told = next((hit for hit in frames if hit.rule.danger == name), None)
        topic = told.rule.topic if told is not None else None
        if topic in (None, OTHER_TOPIC):
            topic = self._book.dangers[name].topic
        return _Danger(name, topic, str(told or self._weightiest_sign(found)))

    def _signs(self, found: Finding) -> list[tuple[str, float]]:
        spoke = {hit.rule.id: hit.words for hit in found.hits}
        said: dict[str, float] = {}
        for key, weight in self._weights.danger.weightiest(found.named):
            words = "、".join(spoke.get(key) or self._seen(found.sighting, key)) or key.strip("=<>")
            said[words] = said.get(words, 0.0) + weight
        return sorted(said.items(), key=lambda pair: (-abs(pair[1]), pair[0]))

    def _weightiest_sign(self, found: Finding) -> Reason:
        """The group of words that says most for danger, where no rule about danger does."""
        of, seen = self._weights.danger.of, found.sighting
        likely = (key for key in found.named if of.get(key, 0.0) > 0 and self._seen(seen, key))
        key = min(likely, key=lambda key: (-of[key], key), default=OPEN_DANGER)
        return Reason(key, self._seen(seen, key), (0.0, 0.0, 0.0))

    def _alarm(self, found: Finding) -> float:
        """The sum of all signs of danger; where none have been fitted, whether a rule about danger speaks."""
        if not self._weights.danger:
            return float(any(hit.rule.danger is not None for hit in found.hits))
        return self._weights.danger.total(found.named) + found.spelt[0]

    def _topic(self, found: Finding, *, guessed: bool = True) -> str:
        said = self._topics.about(found.hits, found.sighting, found.named)
        return topic_of(said, self._weights.topics, self._book, guessed=guessed)

    def _severity(self, found: Finding, kind: Kind, danger: _Danger | None) -> Severity:
        if danger is not None:
            return Severity.EMERGENCY
        if kind is not Kind.COMPLAINT:
            return Severity.ORDINARY
        return severity_of(found.hits, found.keys, self._weights.severities)

    def _reasons(self, found: Finding, kind: Kind, most: int | None = None) -> list[Reason]:
        """Why, the weightiest for ``kind`` first; with ``most`` only so many, none against it, and only what has a name.

        Reasons that are kept must not let anybody read the message.
        """
        rules = self._book.rules
        weighed = [(key, self._weights.vector(key, rules.get(key))) for key in found.named]
        if kind is Kind.CHATTER:
            weighed.sort(key=lambda pair: sum(pair[1]))
        else:
            column = KINDS.index(kind)
            weighed.sort(key=lambda pair: -pair[1][column])
            if most is not None:
                weighed = [pair for pair in weighed[:most] if pair[1][column] > 0]
        words = {hit.rule.id: hit.words for hit in found.hits}
        return [
            Reason(key, words.get(key) or self._seen(found.sighting, key), vector)
            for key, vector in weighed
            if any(vector)
        ]

    def _seen(self, sighting: Sighting, key: str) -> tuple[str, ...]:
        """The words behind a group or a pair of groups."""
        seen = (sighting.terms.get(part) for part in key.split("+"))
        return tuple(sighting.text[spans[0][0] : spans[0][1]] for spans in seen if spans)


_CHATTER = Verdict(Kind.CHATTER)
_BY_STAKE = (
    ActKind.OPT_OUT,
    ActKind.OPT_IN,
    ActKind.WITHDRAW,
    ActKind.URGE,
    ActKind.STATUS,
    ActKind.SOLVED,
    ActKind.ME_TOO,
    ActKind.THANKS,
)
"""Where several acts are said at once, the one with the most at stake counts."""
