"""A compound's own additions: each holds at once, none changes what ships, none that is strange does harm."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.classify.classifier import Classifier
from bot.classify.own import Addition, Extended, extend
from bot.classify.weights import KINDS
from bot.domain.verdicts import Kind
from bot.texts import load_texts

SURE_RULE = {
    "id": "自订1",
    "kind": "complaint",
    "weight": 10.0,
    "all": ["咕噜机", "罢工|趴窝"],
    "topic": "电梯",
}


def added(classifier: Classifier, what: str, body: Any) -> Extended:
    return extend(classifier, [Addition(1, what, body)], load_texts())


def test_an_own_rule_holds_at_once_and_leaves_what_ships_as_it_is(classifier: Classifier) -> None:
    said = "3栋的咕噜机又趴窝"
    own = added(classifier, "rule", SURE_RULE).classifier
    verdict = own.classify(said)
    assert (verdict.kind, verdict.topic) == (Kind.COMPLAINT, "电梯")
    assert any(reason.startswith("自订1(") for reason in verdict.because)
    assert "自订1" not in classifier.rulebook.rules
    assert not any("自订1" in reason for reason in classifier.classify(said).because)


def test_a_word_of_a_group_counts_like_the_others(classifier: Classifier) -> None:
    group = next(iter(classifier.rulebook.words))
    own = added(classifier, "word", {"group": group, "word": "咕噜噜机"}).classifier
    assert f"@{group}" in own.traits("这里有咕噜噜机").evidence
    assert f"@{group}" not in classifier.traits("这里有咕噜噜机").evidence


def test_a_word_of_a_topic_names_it(classifier: Classifier) -> None:
    heard = Addition(1, "rule", {**SURE_RULE, "topic": None})
    named = Addition(2, "word", {"topic": "绿化", "word": "咕噜机"})
    own = extend(classifier, [heard, named], load_texts()).classifier
    assert own.classify("咕噜机趴窝").topic == "绿化"


def test_a_word_of_a_topic_is_of_the_field(classifier: Classifier) -> None:
    own = added(classifier, "word", {"topic": "绿化", "word": "咕噜机"}).classifier
    assert "@话题" in own.traits("这里有咕噜机").evidence
    assert "@话题" not in classifier.traits("这里有咕噜机").evidence


@pytest.mark.parametrize(("by", "louder"), [(1.0, True), (-1.0, False)])
def test_a_weight_moves_one_way_for_one_kind(classifier: Classifier, by: float, louder: bool) -> None:
    rule = next(
        r
        for r in classifier.rulebook.rules.values()
        if r.kind is Kind.COMPLAINT and not r.sure and not r.danger and not r.act
    )
    own = added(classifier, "weight", {"rule": rule.id, "kind": "complaint", "by": by}).classifier
    before, after = classifier.weights.vector(rule.id, rule), own.weights.vector(rule.id, rule)
    column = KINDS.index(Kind.COMPLAINT)
    assert after[column] == pytest.approx(before[column] + by)
    assert after[1:] == before[1:]
    assert (after[column] > before[column]) is louder


def test_emergencies_cannot_be_weakened(classifier: Classifier) -> None:
    for rule in classifier.rulebook.rules.values():
        if rule.danger is not None or rule.sure:
            found = added(classifier, "weight", {"rule": rule.id, "kind": "complaint", "by": -3})
            assert found.unfit
            assert found.classifier is classifier


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("word", {"group": "没了", "word": "罢工"}),
        ("word", {"topic": "没了", "word": "罢工"}),
        ("word", {"topic": "电梯", "word": "一个长得很不像话的词语组合"}),
        ("word", {"topic": "电梯", "word": "@电梯"}),
        ("word", {"word": "罢工"}),
        ("weight", {"rule": "没了", "kind": "complaint", "by": 1}),
        ("weight", {"rule": "没了", "kind": "complaint", "by": 99}),
        ("rule", {**SURE_RULE, "weight": 99}),
        ("rule", {**SURE_RULE, "weight": True}),
        ("rule", {**SURE_RULE, "weight": float("nan")}),
        ("rule", {**SURE_RULE, "kind": "praise"}),
        ("rule", {**SURE_RULE, "topic": "没了"}),
        ("rule", {**SURE_RULE, "within": "book"}),
        ("rule", {**SURE_RULE, "all": []}),
        ("rule", {**SURE_RULE, "all": ["|"]}),
        ("rule", {**SURE_RULE, "all": ["@没了"]}),
        ("rule", {**SURE_RULE, "all": "电梯"}),
        ("rule", {**SURE_RULE, "id": "起火"}),
        ("example", {"text": "", "kind": "complaint"}),
        ("example", {"text": "好", "kind": "complaint", "topic": "没了"}),
        ("regex", {}),
    ],
)
def test_what_does_not_fit_is_left_out_with_its_reason(classifier: Classifier, what: str, body: Any) -> None:
    found = added(classifier, what, body)
    assert [one.version for one in found.unfit] == [1]
    assert found.unfit[0].reason
    assert found.classifier is classifier


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["电梯", "complaint", "@", "<", "|"]),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from(
    ["group", "topic", "word", "rule", "kind", "by", "id", "weight", "all", "within", "text"]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(what=st.sampled_from(["word", "weight", "rule", "example", "?"]), body=st.dictionaries(KEYS, JSON))
def test_no_body_whatever_breaks_the_reader(classifier: Classifier, what: str, body: dict[str, Any]) -> None:
    found = added(classifier, what, body)
    assert found.classifier.classify("3栋电梯又坏了，没人修").kind is Kind.COMPLAINT or not found.unfit
