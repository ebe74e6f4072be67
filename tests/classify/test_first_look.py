"""The first look saves work and changes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.classify.classifier import Classifier
from bot.classify.normalise import LIMIT
from bot.domain.verdicts import Kind

_DATA = Path(__file__).parents[1] / "data"


@pytest.mark.parametrize(
    "name",
    [
        *("examples", "owners_1", "owners_2", "owners_3"),
        *("emergencies", "emergencies_1", "emergencies_2", "emergencies_3", "emergencies_more"),
    ],
)
def test_the_short_way_and_the_long_way_lead_to_the_same_verdict(classifier: Classifier, name: str) -> None:
    texts = [
        json.loads(line)["text"]
        for line in (_DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert len(texts) > 100
    differing = []
    for text in texts:
        short, long = classifier.classify(text), classifier.classify_in_full(text)
        alike = short == long if long.kind is not Kind.CHATTER else short.place == long.place
        if short.kind is not long.kind or not alike:
            differing.append((text, short.kind, long.kind))
    assert differing == []


def test_most_chatter_is_never_cut_into_words(
    classifier: Classifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [json.loads(line) for line in (_DATA / "examples.jsonl").read_text(encoding="utf-8").splitlines()]
    plain = [row["text"] for row in rows if row["label"] == "chatter" and not row.get("trap")]
    assert len(plain) > 100
    cut: list[str] = []
    edges = classifier._segmenter.edges

    def noted(text: str, around: Iterable[int] | None = None) -> AbstractSet[int]:
        cut.append(text)
        return edges(text, around)

    monkeypatch.setattr(classifier._segmenter, "edges", noted)
    for text in plain:
        classifier.classify(text)
    assert len(cut) < len(plain) / 2


@settings(max_examples=40, deadline=None)
@given(st.text(min_size=1, max_size=40), st.integers(1, 65536))
def test_any_text_of_any_length_is_classified_in_bounded_work(
    classifier: Classifier, piece: str, length: int
) -> None:
    """What is looked at is bounded; every step after it is bounded by what is looked at."""
    text = (piece * (65536 // len(piece) + 1))[:length]
    assert classifier.classify(text).kind in Kind
    looked_at = classifier._normalise(text)
    assert len(looked_at) <= LIMIT
    assert len(classifier._locator(looked_at).spans) <= len(looked_at)
    assert len(classifier.traits(text).evidence) <= 70 * 70 * (1 + sum(looked_at.count(c) for c in "。!?;\n"))
