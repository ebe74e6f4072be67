"""What a message offers as evidence: rules that spoke, word groups, words, marks, and groups that stand together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.classify.marks import ALL_MARKS
from bot.classify.matcher import Hit, Sighting

_SENTENCE = re.compile(r"[。!?;\n]+")
_MOST_GROUPS = 40
"""Groups of one sentence that are paired; a text made to name all of them must not take quadratic time."""
_MARKS = tuple((name, f"<{name}>") for name in sorted(ALL_MARKS))


def evidence(sighting: Sighting, hits: Sequence[Hit]) -> list[str]:
    """Keys of all evidence: ``规则`` ids, ``@组``, ``=词``, ``<标记>`` and ``@组+@组`` within a sentence."""
    text = sighting.text
    keys = {hit.rule.id: None for hit in hits}
    groups = {term: spans for term, spans in sighting.terms.items() if term[0] == "@"}
    for term, spans in groups.items():
        keys[term] = None
        for start, end in spans:
            keys[f"={text[start:end]}"] = None
    marks = [key for name, key in _MARKS if sighting.mark(name)]
    keys.update(dict.fromkeys(marks))
    sentences = list(_sentences(text))
    for start, end in sentences:
        inside = sorted(
            term
            for term, spans in groups.items()
            if len(sentences) == 1 or any(start <= first and last <= end for first, last in spans)
        )
        # Marks sort before groups ("<" before "@"), so every pair has one spelling.
        keys.update(dict.fromkeys(_pairs([*marks, *inside[:_MOST_GROUPS]])))
    return list(keys)


def _pairs(terms: Sequence[str]) -> Iterable[str]:
    for index, first in enumerate(terms):
        for second in terms[index + 1 :]:
            yield f"{first}+{second}"


def _sentences(text: str) -> Iterable[tuple[int, int]]:
    position = 0
    for match in _SENTENCE.finditer(text):
        yield position, match.start()
        position = match.end()
    yield position, len(text)
