"""Rules: each keeps its own promises, and a bad file is refused with every reason at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.classify.classifier import Classifier
from bot.classify.rulebook import Rule, Rulebook, RulebookError, load_rulebook
from bot.domain.people import Role

_RULES = load_rulebook().rules.values()
_EXAMPLES = [(rule, text) for rule in _RULES for text in rule.examples]
_NOT_EXAMPLES = [(rule, text) for rule in _RULES for text in rule.not_examples]


def _speaks(classifier: Classifier, rule: Rule, text: str) -> bool:
    if rule.act is not None:
        act = classifier.act(text)
        return act is not None and act.kind.value == rule.act
    return rule.id in {hit.rule.id for hit in classifier.hits(text, staff=rule.staff is True)}


def test_there_are_examples_to_test() -> None:
    assert len(_EXAMPLES) > 40
    assert len(_NOT_EXAMPLES) > 20


@pytest.mark.parametrize(("rule", "text"), _EXAMPLES, ids=lambda value: getattr(value, "id", value))
def test_a_rule_speaks_in_its_examples(classifier: Classifier, rule: Rule, text: str) -> None:
    assert _speaks(classifier, rule, text)


@pytest.mark.parametrize(("rule", "text"), _NOT_EXAMPLES, ids=lambda value: getattr(value, "id", value))
def test_a_rule_is_silent_in_its_counterexamples(classifier: Classifier, rule: Rule, text: str) -> None:
    assert not _speaks(classifier, rule, text)


def test_all_that_topics_name_is_one_group(rulebook: Rulebook) -> None:
    field = set(rulebook.words["话题"].words)
    assert all(set(topic.words) <= field for topic in rulebook.topics.values())


def test_a_word_that_only_ends_like_one_of_the_field_is_none(classifier: Classifier) -> None:
    assert "@话题" in classifier.traits("楼道卫生没人做").evidence
    assert "@话题" not in classifier.traits("他写的垃圾文章").evidence


def test_every_topic_has_a_role(rulebook: Rulebook) -> None:
    assert rulebook.topics["电梯"].role is Role.REPAIR
    assert rulebook.topics["垃圾卫生"].role is Role.CLEANER
    assert rulebook.topics["噪音"].role is Role.MEDIATOR
    assert rulebook.topics["收费"].role is Role.MANAGER
    assert rulebook.topics["其他"].role is Role.GRID_WORKER
    assert len(rulebook.topics) == 27


def test_every_emergency_rule_says_whom_to_call(rulebook: Rulebook) -> None:
    grave = [rule for rule in rulebook.rules.values() if rule.danger is not None]
    assert len(grave) >= 10
    for rule in grave:
        danger = rulebook.dangers[rule.danger or ""]
        assert danger.number in ("119", "120", "110")
        assert len(danger.advice) < 40


def test_a_compound_adds_words_spots_and_rules_of_its_own(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        "[words]\n'电梯' = ['观光梯']\n[spots]\n'春晖亭' = ['亭子那边']\n"
        "[[rule]]\nid = '亭子堵了'\nkind = 'complaint'\nweight = 4\nall = ['春晖亭', '堵']\n",
        encoding="utf-8",
    )
    book = load_rulebook(own)
    assert "观光梯" in book.words["电梯"].words
    assert book.spots["亭子那边"] == "春晖亭"
    assert book.rules["亭子堵了"].own
    spoken = Classifier(book, cache_dir=tmp_path / "words").classify("3栋观光梯坏了")
    assert spoken.topic == "电梯"


def test_a_bad_file_is_refused_with_every_reason_line_and_remedy(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        "[topics]\n'新' = {}\n"
        "[[rule]]\nid = '没有词'\nkind = 'complaint'\n"
        "[[rule]]\nid = '怪种类'\nkind = 'praise'\nall = ['好']\n"
        "[[rule]]\nid = '没这组'\nkind = 'complaint'\nall = ['@不存在']\n"
        "[[rule]]\nid = '起火'\nkind = 'complaint'\nall = ['火']\n"
        "[[rule]]\nid = '多余'\nkind = 'complaint'\nall = ['火']\nregex = '.*'\n",
        encoding="utf-8",
    )
    with pytest.raises(RulebookError) as refused:
        load_rulebook(own)
    problems = refused.value.problems
    assert len(problems) == 6
    assert any("own.toml 第 4 行" in p and "没有词" in p for p in problems)
    assert any("praise" in p and "complaint" in p for p in problems)
    assert any("不存在" in p for p in problems)
    assert any("已经用过" in p for p in problems)
    assert any("regex" in p for p in problems)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"[words\n"])
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, content: bytes) -> None:
    own = tmp_path / "own.toml"
    own.write_bytes(content)
    with pytest.raises(RulebookError):
        load_rulebook(own)
