"""What rules are made of: words, rules, topics, dangers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.domain.people import Role
from bot.domain.verdicts import Kind, Severity


class Within(StrEnum):
    """How near to each other a rule's words must stand."""

    CLAUSE = "clause"
    SENTENCE = "sentence"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class Words:
    """A group of words that mean the same to the rules (词组)."""

    name: str
    words: tuple[str, ...]
    not_after: tuple[str, ...] = ()
    """A hit does not count right behind one of these."""
    not_before: tuple[str, ...] = ()
    """A hit does not count right before one of these."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: where all its words stand together, and none of the excluded ones, it speaks for ``kind``."""

    id: str
    kind: Kind
    weight: float
    all: tuple[tuple[str, ...], ...]
    """Each entry is a choice: one of its terms must be there."""
    none: tuple[str, ...] = ()
    within: Within = Within.CLAUSE
    ordered: bool = False
    near: int | None = None
    """Most characters between two neighbouring words of the rule."""
    longest: int | None = None
    """Speaks only in messages of at most so many characters."""
    staff: bool | None = None
    """True: only where a worker or committee member speaks; False: only where a resident does."""
    sure: bool = False
    """Plain enough that its own weight always holds, whatever is fitted."""
    topic: str | None = None
    severity: Severity | None = None
    danger: str | None = None
    act: str | None = None
    examples: tuple[str, ...] = ()
    not_examples: tuple[str, ...] = ()
    own: bool = False
    """From the compound's own file."""


@dataclass(frozen=True, slots=True)
class Topic:
    """What a matter is about (主题), and whose it is."""

    name: str
    role: Role
    words: tuple[str, ...]
    """Terms that speak for the topic."""
    hints: tuple[str, ...] = ()
    """Terms that only suggest it."""


FIELD = "话题"
"""The group of everything that can be a matter: the words of all topics."""


def field_group(topics: Iterable[Topic], more: Words | None = None) -> Words:
    """The group ``FIELD``, with what a rules file adds to it by name."""
    more = more or Words(FIELD, ())
    words = [word for topic in topics for word in topic.words if word[0] not in "@<"]
    return replace(more, words=tuple(dict.fromkeys([*words, *more.words])))


@dataclass(frozen=True, slots=True)
class Danger:
    """An emergency: which number to call, what to do first, and the topic it belongs to where no rule says more."""

    key: str
    number: str
    advice: str
    topic: str | None = None


OPEN_DANGER = "险情"
"""The emergency of which it is not plain what has happened."""


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All rules, by their ids, with the words they use."""

    words: Mapping[str, Words]
    rules: Mapping[str, Rule]
    topics: Mapping[str, Topic]
    dangers: Mapping[str, Danger]
    spots: Mapping[str, str]
    """What is said → the spot's name."""
    rewrites: Mapping[str, str]
    """Dialect, short forms, typos, emoji → the plain word."""
