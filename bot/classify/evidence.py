"""What a message offers as evidence: rules that spoke, word groups, words, marks, and groups that stand together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from bot.classify.matcher import Hit, Sighting
from bot.classify.weights import Weights

_SENTENCE = re.compile(r"[。!?;\n]+")
ONLY_DANGER = "@险"
"""With it begin the terms of groups that say something of danger only; they are paired with nothing."""
_MOST_GROUPS = 40
"""Groups of one sentence that are paired; a text made to name all of them must not take quadratic time."""


Partners = Mapping[str, Mapping[str, str]]
"""Term → the terms that count as a pair with it → the key of the pair, which begins with the one that sorts first."""


def evidence(sighting: Sighting, hits: Sequence[Hit], partners: Partners | None = None) -> list[str]:
    """Keys of all evidence: ``规则`` ids, ``@组``, ``=词``, ``<标记>`` and ``@组+@组`` within a sentence.

    ``partners`` keeps only pairs whose second stands there with their first: those that have a weight.
    """
    text = sighting.text
    keys = {hit.rule.id: None for hit in hits}
    groups = {term: spans for term, spans in sighting.terms.items() if term[0] == "@"}
    for term, spans in groups.items():
        keys[term] = None
        for start, end in spans:
            keys[f"={text[start:end]}"] = None
    marks = sorted(sighting.marks)
    keys.update(dict.fromkeys(marks))
    sentences = list(_sentences(text))
    paired = {term: spans for term, spans in groups.items() if not term.startswith(ONLY_DANGER)}
    for start, end in sentences:
        inside = sorted(
            term
            for term, spans in paired.items()
            if len(sentences) == 1 or any(start <= first and last <= end for first, last in spans)
        )
        # Marks sort before groups ("<" before "@"), so every pair has one spelling.
        keys.update(dict.fromkeys(_pairs([*marks, *inside[:_MOST_GROUPS]], partners)))
    return list(keys)


def _pairs(terms: Sequence[str], partners: Partners | None) -> list[str]:
    found: list[str] = []
    present = frozenset(terms)
    for index, first in enumerate(terms):
        if partners is None:
            found += [f"{first}+{second}" for second in terms[index + 1 :]]
        else:
            among = partners.get(first)
            if among is not None and not present.isdisjoint(among):
                found += [among[second] for second in terms[index + 1 :] if second in among]
    return found


def _sentences(text: str) -> Iterable[tuple[int, int]]:
    position = 0
    for match in _SENTENCE.finditer(text):
        yield position, match.start()
        position = match.end()
    yield position, len(text)


def is_pair(key: str) -> bool:
    """Whether a key of evidence stands for two groups or marks within a sentence."""
    return "+" in key[1:] and key[0] in "@<"


def partners_of(weights: Weights) -> Partners:
    """The pairs that have a weight."""
    found: dict[str, dict[str, str]] = {}
    for key in weights.of:
        first, joined, second = key.partition("+")
        if joined:
            found.setdefault(first, {})[second] = key
    return found
