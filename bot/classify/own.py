"""A compound's own additions, applied on top of the rules that ship: one word, weight, rule or example each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.classify.classifier import Classifier
from bot.classify.normalise import plain
from bot.classify.rules import FIELD, Rule, Rulebook, Within
from bot.classify.weights import KINDS, Vector, Weights
from bot.domain.verdicts import Kind
from bot.texts import Texts

LONGEST_WORD = 12
LONGEST_EXAMPLE = 200
_HEAVIEST = 10.0
_FURTHEST = 3.0
"""How far one version may move a weight that was fitted."""


@dataclass(frozen=True, slots=True)
class Addition:
    """One version: ``what`` is word, weight, rule or example, ``body`` its JSON as docs/rules.md describes it."""

    version: int
    what: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence that a committee member invented, and what it is."""

    version: int
    text: str
    kind: Kind
    topic: str | None


@dataclass(frozen=True, slots=True)
class Unfit:
    """An addition that does not fit these rules (any more), and why."""

    version: int
    reason: str


@dataclass(frozen=True, slots=True)
class Extended:
    """A classifier with a compound's additions; what did not fit is left out and told."""

    classifier: Classifier
    examples: tuple[Example, ...]
    unfit: tuple[Unfit, ...]


class _No(Exception):
    """An addition does not fit; carries the key and values of the reason."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


def extend(base: Classifier, additions: Iterable[Addition], texts: Texts) -> Extended:
    """The classifier with all additions that fit, in their order. An upgrade may have taken away what they name."""
    book, weights = base.rulebook, base.weights
    examples: list[Example] = []
    unfit: list[Unfit] = []
    for addition in additions:
        try:
            if addition.what == "example":
                examples.append(_example(book, addition))
            else:
                book, weights = _with(book, weights, addition)
        except _No as no:
            unfit.append(Unfit(addition.version, texts(no.key, **no.values)))
    same = book is base.rulebook and weights is base.weights
    classifier = base if same else base.reading_by(book, weights)
    return Extended(classifier, tuple(examples), tuple(unfit))


def added(base: Classifier, what: str, body: Mapping[str, Any]) -> tuple[Rulebook, Weights] | None:
    """Rules and weights with one addition, None where it does not fit; no reader is made of them yet."""
    try:
        return _with(base.rulebook, base.weights, Addition(0, what, body))
    except _No:
        return None


def _with(book: Rulebook, weights: Weights, addition: Addition) -> tuple[Rulebook, Weights]:
    match addition.what:
        case "word":
            return _with_word(book, addition.body), weights
        case "weight":
            return book, _with_weight(book, weights, addition.body)
        case "rule":
            return _with_rule(book, addition.body), weights
        case _:
            raise _No("own.unknown_what", what=addition.what)


def _with_word(book: Rulebook, body: Mapping[str, Any]) -> Rulebook:
    """``{"group": "坏", "word": "罢工"}`` or ``{"topic": "电梯", "word": "观光梯"}``."""
    word = plain(_text(body, "word")).strip()
    if not word or len(word) > LONGEST_WORD or word[0] in "@<":
        raise _No("own.bad_word", word=word, limit=LONGEST_WORD)
    if "topic" in body:
        name = _text(body, "topic")
        if name not in book.topics:
            raise _No("own.unknown_topic", topic=name)
        return _about(book, name, word)
    name = _text(body, "group")
    if name not in book.words:
        raise _No("own.unknown_group", group=name)
    group = book.words[name]
    book = replace(book, words={**book.words, name: replace(group, words=(*group.words, word))})
    # Whoever adds a word to the group of lifts means that it is about lifts.
    return _about(book, name, word) if name in book.topics else book


def _about(book: Rulebook, topic: str, word: str) -> Rulebook:
    """The word speaks for the topic."""
    about, field = book.topics[topic], book.words[FIELD]
    return replace(
        book,
        words={**book.words, FIELD: replace(field, words=(*field.words, word))},
        topics={**book.topics, topic: replace(about, words=(*about.words, word))},
    )


def _with_weight(book: Rulebook, weights: Weights, body: Mapping[str, Any]) -> Weights:
    """``{"rule": "乱象", "kind": "complaint", "by": -0.5}``: how much more or less it says for the kind."""
    name, kind = _text(body, "rule"), _kind(body)
    rule = book.rules.get(name)
    if rule is None or not adjustable(rule):
        raise _No("own.unknown_rule" if rule is None else "own.fixed_rule", rule=name)
    by = _number(body, "by", _FURTHEST)
    old = weights.vector(name, rule)
    if kind is Kind.CHATTER:
        new: Vector = (old[0] - by, old[1] - by, old[2] - by)
    else:
        column = KINDS.index(kind)
        complaint, wish, notice = (value + by * (index == column) for index, value in enumerate(old))
        new = (complaint, wish, notice)
    return replace(weights, of={**weights.of, name: new})


def adjustable(rule: Rule) -> bool:
    """Whether people may move its weight: emergencies and plain cases stay as they ship."""
    return rule.danger is None and rule.act is None and not rule.sure and not rule.own


def _with_rule(book: Rulebook, body: Mapping[str, Any]) -> Rulebook:
    """``{"id": "自订12", "kind": "chatter", "weight": 3, "all": ["拼单", "电梯|货梯"], "within": "message"}``."""
    name = _text(body, "id")
    if name in book.rules:
        raise _No("own.twice", rule=name)
    said = body.get("all")
    if not isinstance(said, list) or not said or not all(isinstance(entry, str) for entry in said):
        raise _No("own.no_words", rule=name)
    choices = tuple(tuple(_term(book, term) for term in entry.split("|") if term.strip()) for entry in said)
    topic = _text(body, "topic") if body.get("topic") is not None else None
    if topic is not None and topic not in book.topics:
        raise _No("own.unknown_topic", topic=topic)
    try:
        within = Within(body.get("within", "clause"))
    except ValueError:
        raise _No("own.bad_value", value=body.get("within")) from None
    if not all(choices):
        raise _No("own.no_words", rule=name)
    rule = Rule(
        id=name,
        kind=_kind(body),
        weight=_number(body, "weight", _HEAVIEST),
        all=choices,
        within=within,
        topic=topic,
        own=True,
    )
    return replace(book, rules={**book.rules, name: rule})


def _term(book: Rulebook, said: str) -> str:
    term = said.strip()
    if term.startswith("@"):
        if term[1:] not in book.words:
            raise _No("own.unknown_group", group=term[1:])
        return term
    word = plain(term)
    if len(word) > LONGEST_WORD or word.startswith("<"):
        raise _No("own.bad_word", word=word, limit=LONGEST_WORD)
    return word


def _example(book: Rulebook, addition: Addition) -> Example:
    """``{"text": "门一直关不上", "kind": "complaint", "topic": "电梯"}``."""
    text, kind = _text(addition.body, "text"), _kind(addition.body)
    topic = addition.body.get("topic")
    if topic is not None and topic not in book.topics:
        raise _No("own.unknown_topic", topic=topic)
    return Example(addition.version, text[:LONGEST_EXAMPLE], kind, topic)


def _text(body: Mapping[str, Any], key: str) -> str:
    value = body.get(key)
    if not isinstance(value, str) or not value.strip():
        raise _No("own.missing", setting=key)
    return value.strip()


def _number(body: Mapping[str, Any], key: str, most: float) -> float:
    value = body.get(key)
    if not isinstance(value, int | float) or isinstance(value, bool) or not -most <= value <= most:
        raise _No("own.bad_value", value=value)
    return float(value)


def _kind(body: Mapping[str, Any]) -> Kind:
    try:
        return Kind(_text(body, "kind"))
    except ValueError:
        raise _No("own.bad_value", value=body.get("kind")) from None
