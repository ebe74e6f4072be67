"""Reviews a rulebook by its examples: promises not kept, contradictions, repetitions, rules that never speak."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.classify.classifier import Classifier
from bot.classify.own import Example
from bot.classify.rules import Rule, Rulebook

_TOGETHER = 4
"""Texts in which two rules must have spoken, both and never one alone, to be told as doing the same."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something to look at: the key of its text in ``[rules_check]``, and whether it is a failure."""

    key: str
    wrong: bool
    values: Mapping[str, Any]


def review(classifier: Classifier, invented: Iterable[Example] = (), more: Iterable[str] = ()) -> list[Fault]:
    """Everything to be said of the rules, failures first. ``more``: further texts in which rules may speak."""
    book = classifier.rulebook
    invented = list(invented)
    fired = _fired(classifier, [*(example.text for example in invented), *more])
    faults = [
        *_promises(classifier),
        *_texts_of_two_kinds(book),
        *_same_conditions(book),
        *_invented(classifier, invented),
        *_silent(book, fired),
        *_together(book, fired),
        *_repeated_words(book),
    ]
    return sorted(faults, key=lambda fault: not fault.wrong)


def _promises(classifier: Classifier) -> Iterator[Fault]:
    """Examples in which a rule is silent, counterexamples in which it speaks, and the decision on both."""
    for rule in classifier.rulebook.rules.values():
        for text in rule.examples:
            if not speaks(classifier, rule, text):
                yield Fault("silent", True, {"rule": rule.id, "text": text})
            elif rule.act is None and _other_kind(classifier, rule, text):
                yield Fault("outvoted", False, {"rule": rule.id, "text": text})
        for text in rule.not_examples:
            if speaks(classifier, rule, text):
                yield Fault("loud", True, {"rule": rule.id, "text": text})
        for text in {*rule.examples} & {*rule.not_examples}:
            yield Fault("both", True, {"rule": rule.id, "text": text})


def speaks(classifier: Classifier, rule: Rule, text: str) -> bool:
    """Whether a rule speaks in a text, said by whom it listens to."""
    if rule.act is not None:
        act = classifier.act(text)
        return act is not None and act.kind.value == rule.act
    return any(hit.rule.id == rule.id for hit in classifier.hits(text, staff=rule.staff is True))


def _other_kind(classifier: Classifier, rule: Rule, text: str) -> bool:
    return classifier.classify(text, staff=rule.staff is True).kind is not rule.kind


def _texts_of_two_kinds(book: Rulebook) -> Iterator[Fault]:
    """One sentence that is an example of rules for different kinds."""
    by_text: dict[str, list[Rule]] = defaultdict(list)
    for rule in book.rules.values():
        if rule.act is None:
            for text in dict.fromkeys(rule.examples):
                by_text[text].append(rule)
    for text, rules in by_text.items():
        other = next((rule for rule in rules if rule.kind is not rules[0].kind), None)
        if other is not None:
            yield Fault("torn", True, {"rule": rules[0].id, "other": other.id, "text": text})


def _same_conditions(book: Rulebook) -> Iterator[Fault]:
    """Rules with the same conditions: a contradiction where their kinds differ, else a repetition."""
    by_condition: dict[object, Rule] = {}
    for rule in book.rules.values():
        first = by_condition.setdefault(_condition(rule), rule)
        if first is not rule:
            contradict = first.kind is not rule.kind or (first.weight > 0) is not (rule.weight > 0)
            key = "contradict" if contradict else "repeat"
            yield Fault(key, contradict, {"rule": rule.id, "other": first.id})


def _condition(rule: Rule) -> object:
    said = frozenset(frozenset(choice) for choice in rule.all) if not rule.ordered else rule.all
    return (said, frozenset(rule.none), rule.within, rule.near, rule.longest, rule.staff, rule.act)


def _invented(classifier: Classifier, examples: Iterable[Example]) -> Iterator[Fault]:
    """Sentences that a committee invented and that are still taken for something else."""
    for example in examples:
        verdict = classifier.classify(example.text)
        if verdict.kind is not example.kind or example.topic not in (None, verdict.topic):
            yield Fault("invented", False, {"version": example.version, "text": example.text})


def _fired(classifier: Classifier, more: Iterable[str]) -> dict[str, frozenset[str]]:
    """Rule → the texts in which it speaks, of all examples and further texts."""
    rules = classifier.rulebook.rules.values()
    texts = [
        *(text for rule in rules if rule.act is None for text in (*rule.examples, *rule.not_examples)),
        *more,
    ]
    found: dict[str, set[str]] = defaultdict(set)
    for text in dict.fromkeys(texts):
        for staff in (False, True):
            for hit in classifier.hits(text, staff=staff):
                found[hit.rule.id].add(text)
    return {name: frozenset(said) for name, said in found.items()}


def _silent(book: Rulebook, fired: Mapping[str, frozenset[str]]) -> Iterator[Fault]:
    for rule in book.rules.values():
        if rule.act is None and rule.id not in fired:
            yield Fault("never", False, {"rule": rule.id})


def _together(book: Rulebook, fired: Mapping[str, frozenset[str]]) -> Iterator[Fault]:
    """Rules for the same kind and topic that always spoke together."""
    by_texts: dict[object, Rule] = {}
    for name, said in fired.items():
        rule = book.rules[name]
        if len(said) >= _TOGETHER:
            first = by_texts.setdefault((said, rule.kind, rule.topic), rule)
            if first is not rule:
                yield Fault("together", False, {"rule": name, "other": first.id, "count": len(said)})


def _repeated_words(book: Rulebook) -> Iterator[Fault]:
    for group in book.words.values():
        twice = sorted({word for word in group.words if group.words.count(word) > 1})
        if twice:
            yield Fault("word_twice", False, {"group": group.name, "words": "、".join(twice)})
