"""Messages whose right class is known, and how rules judge them: by their text, or by what the rules had seen."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from bot.classify.characters import SILENT, Said
from bot.classify.classifier import Classifier
from bot.classify.normalise import plain
from bot.classify.rules import Rule, Rulebook
from bot.classify.weights import KINDS, Weights, shares
from bot.domain.verdicts import Kind

_CHARACTERS = "~"
"""With it begins the key that holds what characters said."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the rules saw in a message; the message itself cannot be read from it."""

    rules: tuple[tuple[str, tuple[str, ...]], ...]
    """Rules that spoke, each with the words it saw."""
    evidence: tuple[str, ...]
    words: tuple[str, ...]
    """Words of the rulebook that stood there."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """Something that is of ``kind`` and, where that is known, about ``topic``."""

    kind: Kind
    topic: str | None
    evidence: tuple[str, ...]
    words: tuple[str, ...]
    text: str | None = None
    """None where the text has been deleted or was never kept."""
    staff: bool = False
    taught: bool = False
    """A person said so, and it may lead to a proposal; otherwise it only warns of harm."""
    invented: bool = False


Judgement = tuple[Kind, str | None]


def seen(classifier: Classifier, text: str, *, staff: bool = False) -> Seen:
    """What the rules see in a text."""
    hits = classifier.hits(text, staff=staff)
    found = classifier.traits(text, staff=staff)
    keys = found.named
    words = {key[1:] for key in keys if key.startswith("=")} | {word for hit in hits for word in hit.words}
    return Seen(
        tuple((hit.rule.id, tuple(sorted(hit.words))) for hit in hits),
        (*sorted(keys), _kept(classifier.weights.characters.say(found.text))),
        tuple(sorted(words)),
    )


def _kept(spelt: Said) -> str:
    """What the characters said of the kinds, as one key of evidence from which no text can be read."""
    return _CHARACTERS + " ".join(f"{value:.2f}" for value in spelt[1:])


def lesson_of(
    classifier: Classifier,
    text: str,
    kind: Kind,
    topic: str | None,
    *,
    staff: bool = False,
    taught: bool = False,
    invented: bool = False,
) -> Lesson:
    """A lesson whose text is there."""
    found = seen(classifier, text, staff=staff)
    return Lesson(kind, topic, found.evidence, found.words, text, staff, taught, invented)


def shipped(classifier: Classifier) -> Iterator[Lesson]:
    """The rules' own examples, and what they call none as far as it is chatter today."""
    for rule in classifier.rulebook.rules.values():
        if rule.act is not None:
            continue
        staff = rule.staff is True
        for text in rule.examples:
            yield lesson_of(classifier, text, rule.kind, rule.topic, staff=staff)
        for text in rule.not_examples:
            if classifier.classify(text, staff=staff).kind is Kind.CHATTER:
                yield lesson_of(classifier, text, Kind.CHATTER, None, staff=staff)


def judge(lesson: Lesson, classifier: Classifier, *, once: bool = False) -> Judgement:
    """What a classifier makes of it. Without a text the topic stays unknown.

    ``once``: the classifier reads little more than this, so that preparing its first look would not pay.
    """
    if lesson.text is not None:
        read = classifier.classify_in_full if once else classifier.classify
        verdict = read(lesson.text, staff=lesson.staff)
        return verdict.kind, verdict.topic if verdict.kind is not Kind.CHATTER else None
    return judge_by_evidence(lesson, classifier.rulebook, classifier.weights), None


def judge_by_evidence(lesson: Lesson, book: Rulebook, weights: Weights) -> Kind:
    """What rules and weights make of the evidence that was kept."""
    keys = keys_now(lesson, book)
    if any(book.rules[key].danger is not None for key in keys if key in book.rules):
        return Kind.COMPLAINT
    portions = shares(weights.scores(keys, book.rules, _said(keys)))
    return max(KINDS, key=lambda kind: portions[kind])


def _said(keys: Iterable[str]) -> Said:
    """What was kept of the characters."""
    for key in keys:
        if key[0] == _CHARACTERS:
            complaint, wish, notice = map(float, key[1:].split(" "))
            return (0.0, complaint, wish, notice)
    return SILENT


def right(lesson: Lesson, judged: Judgement) -> bool:
    """Whether a judgement is what people said."""
    kind, topic = judged
    return kind is lesson.kind and (None in (lesson.topic, topic) or topic == lesson.topic)


def keys_now(lesson: Lesson, book: Rulebook) -> list[str]:
    """The evidence kept with a lesson, and the own rules that would speak in its words."""
    keys = dict.fromkeys(lesson.evidence)
    for rule in book.rules.values():
        if rule.own and _speaks(rule, lesson, keys):
            keys[rule.id] = None
    return list(keys)


def says(lesson: Lesson, word: str) -> bool:
    """Whether a word stands in what was said, as far as that is known."""
    return word in lesson.words or (lesson.text is not None and word in plain(lesson.text))


def _speaks(rule: Rule, lesson: Lesson, keys: Collection[str]) -> bool:
    """Whether a rule would speak; how near to each other its words stood is not known."""

    def there(term: str) -> bool:
        return term in keys if term[0] in "@<" else says(lesson, term)

    return all(any(map(there, choice)) for choice in rule.all) and not any(map(there, rule.none))


def known_words(book: Rulebook) -> frozenset[str]:
    """Every word that a group, rule or topic names."""

    def terms() -> Iterable[str]:
        for group in book.words.values():
            yield from group.words
        for rule in book.rules.values():
            yield from (term for choice in rule.all for term in choice)
            yield from rule.none
        for topic in book.topics.values():
            yield from (*topic.words, *topic.hints)

    return frozenset(term for term in terms() if term[0] not in "@<")
