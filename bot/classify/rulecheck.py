"""Checks the rules themselves: examples that fail, rules that repeat or contradict each other, that never speak."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.classify.classifier import Classifier
from bot.classify.rules import Rule, Rulebook


class Fault(StrEnum):
    """What is wrong with a rule."""

    EXAMPLE = "example"
    """It is silent in one of its examples."""
    COUNTEREXAMPLE = "counterexample"
    """It speaks in one of its counterexamples."""
    REPEATS = "repeats"
    """Another rule asks for the same and says the same."""
    CONTRADICTS = "contradicts"
    """Another rule asks for the same and says another kind."""
    SILENT = "silent"
    """It never speaks in the given lines."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at: the rule, what is wrong, and the text or other rule it shows in."""

    rule: str
    fault: Fault
    where: str = ""


def check_rules(classifier: Classifier, lines: Iterable[str] = ()) -> list[Finding]:
    """Everything to look at. ``lines`` are messages in which every rule should speak at least once."""
    book = classifier.rulebook
    return [*_examples(classifier, book), *_alike(book), *_silent(classifier, book, list(lines))]


def speaks(classifier: Classifier, rule: Rule, text: str) -> bool:
    """Whether a rule speaks in a text, said by whom it listens to."""
    if rule.act is not None:
        act = classifier.act(text)
        return act is not None and act.kind.value == rule.act
    return rule.id in {hit.rule.id for hit in classifier.hits(text, staff=rule.staff is True)}


def _examples(classifier: Classifier, book: Rulebook) -> Iterable[Finding]:
    for rule in book.rules.values():
        for text in rule.examples:
            if not speaks(classifier, rule, text):
                yield Finding(rule.id, Fault.EXAMPLE, text)
        for text in rule.not_examples:
            if speaks(classifier, rule, text):
                yield Finding(rule.id, Fault.COUNTEREXAMPLE, text)


def _alike(book: Rulebook) -> Iterable[Finding]:
    same: dict[object, list[Rule]] = defaultdict(list)
    for rule in book.rules.values():
        asks = frozenset(frozenset(choice) for choice in rule.all)
        same[asks, frozenset(rule.none), rule.within, rule.staff, rule.longest].append(rule)
    for rules in same.values():
        first, *others = rules
        for other in others:
            says_same = (other.kind, other.act, other.danger) == (first.kind, first.act, first.danger)
            yield Finding(other.id, Fault.REPEATS if says_same else Fault.CONTRADICTS, first.id)


def _silent(classifier: Classifier, book: Rulebook, lines: list[str]) -> Iterable[Finding]:
    if not lines:
        return
    heard = {hit.rule.id for text in lines for hit in classifier.hits(text)}
    heard |= {hit.rule.id for text in lines for hit in classifier.hits(text, staff=True)}
    for rule in book.rules.values():
        if rule.act is None and rule.id not in heard:
            yield Finding(rule.id, Fault.SILENT)
