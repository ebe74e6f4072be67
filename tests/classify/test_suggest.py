"""Proposals: only what people agree on, counted truly, harmless, and few."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.classify.classifier import Classifier
from bot.classify.lessons import Lesson, judge, lesson_of, right, shipped
from bot.classify.own import Addition, extend
from bot.classify.suggest import Proposal, suggest
from bot.domain.verdicts import Kind
from bot.texts import load_texts


def no_matter(classifier: Classifier, text: str) -> Lesson:
    """A correction of which the text has been deleted."""
    assert classifier.classify(text).kind is Kind.COMPLAINT, text
    return replace(lesson_of(classifier, text, Kind.CHATTER, None, taught=True), text=None)


@pytest.fixture(scope="module")
def base(classifier: Classifier) -> list[Lesson]:
    return list(shipped(classifier))


@pytest.fixture(scope="module")
def group_buying(classifier: Classifier) -> list[Lesson]:
    pool = (
        "拼单的又把楼道堵了，吵死了，没人管",
        "楼上拼单的又吵死了，半夜三点",
        "拼单的在楼上吵死了，睡不着",
        "拼单的喇叭吵死了，睡不着",
    )
    said = [text for text in pool if classifier.classify(text).kind is Kind.COMPLAINT]
    assert len(said) >= 2
    return [no_matter(classifier, text) for text in said]


def counted(classifier: Classifier, lessons: list[Lesson], proposal: Proposal) -> tuple[int, int]:
    """What a proposal really does to all lessons."""
    new = extend(classifier, [Addition(1, proposal.what, proposal.body)], load_texts()).classifier
    pairs = [(right(one, judge(one, classifier)), right(one, judge(one, new))) for one in lessons]
    return pairs.count((False, True)), pairs.count((True, False))


def test_words_that_were_corrected_twice_become_a_rule(
    classifier: Classifier, base: list[Lesson], group_buying: list[Lesson]
) -> None:
    found = suggest(classifier, [*base, *group_buying], "自订1")
    assert found
    assert found[0].what in ("rule", "weight")
    assert found[0].corrected >= 2
    assert found[0].broken == 0


def test_the_effect_that_is_told_is_the_true_one(
    classifier: Classifier, base: list[Lesson], group_buying: list[Lesson]
) -> None:
    lessons = [*base, *group_buying]
    for proposal in suggest(classifier, lessons, "自订1"):
        assert counted(classifier, lessons, proposal) == (proposal.corrected, proposal.broken)


def test_one_correction_alone_makes_no_rule_and_moves_no_weight(
    classifier: Classifier, base: list[Lesson], group_buying: list[Lesson]
) -> None:
    assert suggest(classifier, [*base, group_buying[0]], "自订1") == []


def test_nothing_taught_nothing_proposed(classifier: Classifier, base: list[Lesson]) -> None:
    assert suggest(classifier, base, "自订1") == []


def test_an_invented_example_stands_for_itself(classifier: Classifier, base: list[Lesson]) -> None:
    text = next(
        t for t in ("升降台又罢工", "升降台咕噜噜闹罢工") if classifier.classify(t).kind is Kind.CHATTER
    )
    lesson = lesson_of(classifier, text, Kind.COMPLAINT, "电梯", taught=True, invented=True)
    found = suggest(classifier, [*base, lesson], "自订1")
    assert [proposal.corrected for proposal in found] == [1]


def test_what_real_matters_say_is_not_made_chatter(
    classifier: Classifier, base: list[Lesson], group_buying: list[Lesson]
) -> None:
    """Tickets that were worked on stand against a rule that would have lost them."""
    matters = [
        lesson_of(classifier, f"{n}栋拼单的又在楼道吵死了，半夜{n}点，没人管", Kind.COMPLAINT, "噪音")
        for n in range(1, 9)
    ]
    heard = [one for one in matters if right(one, judge(one, classifier))]
    assert len(heard) > 3
    for proposal in suggest(classifier, [*base, *group_buying, *heard], "自订1"):
        assert proposal.corrected > 3 * proposal.broken
