"""Signs of danger add up, and everybody can see which spoke."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.classify.choice import Choice
from bot.classify.classifier import Classifier
from bot.classify.danger import Signs
from bot.classify.fit_danger import fit_names
from bot.classify.labelled import Sign
from bot.classify.pieces import PIECE
from bot.classify.rulebook import Rulebook
from bot.classify.rules import OPEN_DANGER
from bot.classify.telling import told
from bot.domain.verdicts import Kind, Severity
from bot.texts import load_texts

SIGNS = Signs(-2.0, {"@险血": 1.5, "@险非演练": -2.0, "~血": 0.5, "~止不": 0.4})


def test_what_speaks_for_and_against_is_added_up() -> None:
    assert SIGNS.total(["@险血", "@话题", "~血", "~止", "~止不"]) == pytest.approx(-2.0 + 1.5 + 0.5 + 0.4)
    assert SIGNS.total(["@险血", "@险非演练"]) == pytest.approx(-2.5)


def test_the_weightiest_sign_comes_first_whichever_way_it_speaks() -> None:
    found = SIGNS.weightiest(["@险非演练", "@险血", "@话题", "~血"])
    assert found == [("@险非演练", -2.0), ("@险血", 1.5), ("~血", 0.5)]


def test_without_fitted_signs_there_is_nothing_to_add_up() -> None:
    assert not Signs()
    assert Signs().total(["@险血", "~血"]) == 0


TOLD = (
    ("厨房窜出好大火苗 锅都烧化了 人还在里面", "起火"),
    ("有个男的拿着菜刀在门口砍门", "暴力"),
    ("老爷子突然抽搐 口吐白沫", "急病"),
    ("屋里煤气味很重 两个老人头晕得站不起来", "燃气"),
    ("小孩掉湖里了在扑腾", "溺水"),
)


@pytest.mark.parametrize(("text", "danger"), TOLD)
def test_whoever_asks_for_help_is_told_the_right_number(
    classifier: Classifier, rulebook: Rulebook, text: str, danger: str
) -> None:
    verdict = classifier.classify(text)
    assert verdict.danger == danger
    assert rulebook.dangers[danger].topic in (None, verdict.topic, "其他")


def test_an_open_danger_still_rings_and_names_every_number(
    classifier: Classifier, rulebook: Rulebook
) -> None:
    names = replace(classifier.weights, names=Choice({"急病": 0.0, "起火": 0.0, "暴力": 0.0}, {}))
    verdict = classifier.reading_by(rulebook, names).classify(UNFRAMED[0])
    assert (verdict.danger, verdict.severity) == (OPEN_DANGER, Severity.EMERGENCY)
    told = rulebook.dangers[OPEN_DANGER]
    assert all(number in told.number + told.advice for number in ("110", "119", "120"))


def test_what_is_learnt_names_the_danger_that_lines_name(
    classifier: Classifier, rulebook: Rulebook, tmp_path: Path
) -> None:
    signs = [Sign(f"{who}家里烧起来了 火苗", True, None, "起火") for who in "甲乙丙丁戊己庚辛壬癸"] * 3
    signs += [Sign(f"{who}倒地上 满脸是血", True, None, "急病") for who in "甲乙丙丁戊己庚辛壬癸"] * 3
    signs += [Sign(f"{who}落水了 在湖里扑腾", True, None, "溺水") for who in "甲乙丙丁戊己庚辛壬癸"] * 3
    quiet = replace(rulebook, rules={})
    names = fit_names(signs, quiet, cache_dir=tmp_path)
    for text, danger in (("火苗烧起来了", "起火"), ("有人倒地上满脸血", "急病"), ("在湖里扑腾", "溺水")):
        seen = classifier.traits(text)
        assert names.likeliest(seen.evidence, seen.text) == danger
    assert not fit_names(signs[:60], quiet, cache_dir=tmp_path)


UNFRAMED = ("锅炉房那边嘶嘶响 师傅进去就没出来", "她嘴唇发紫 话都说不清")


@pytest.mark.parametrize("text", UNFRAMED)
def test_danger_that_only_the_signs_tell_is_an_emergency_like_any_other(
    classifier: Classifier, text: str
) -> None:
    assert not [hit for hit in classifier.hits(text) if hit.rule.danger is not None]
    verdict = classifier.classify(text)
    assert verdict.danger is not None
    assert (verdict.kind, verdict.severity) == (Kind.COMPLAINT, Severity.EMERGENCY)


@pytest.mark.parametrize(
    "text", ["孩子从滑梯上头朝下摔了 叫他不应", "她把头伸进报纸堆里 喘不上气", *UNFRAMED]
)
def test_no_character_of_the_message_is_kept_as_a_reason(classifier: Classifier, text: str) -> None:
    """Reasons outlive the words that are erased."""
    kept = [*classifier.classify(text).because, *classifier.subject(text).because]
    assert kept
    assert not [reason for reason in kept if reason.startswith(PIECE)]


def test_a_rule_about_danger_that_the_signs_contradict_leaves_no_emergency_behind(
    classifier: Classifier,
) -> None:
    text = "电梯里有人被困,请救人"
    assert classifier.classify(text).severity is Severity.EMERGENCY
    calm = replace(classifier.weights.danger, bias=-100.0)
    doubting = classifier.reading_by(classifier.rulebook, replace(classifier.weights, danger=calm))
    verdict = doubting.classify(text)
    assert verdict.danger is None
    assert verdict.severity is not Severity.EMERGENCY


def test_an_explanation_names_the_signs_and_their_sum(classifier: Classifier) -> None:
    seen = classifier.explain("他手上都是血，叫不应")
    said = "\n".join(told(load_texts(), seen))
    assert f"险情迹象合计 {seen.alarm:+.1f}" in said
    assert "都是血" in said
    assert seen.alarm > 0


def test_nobody_is_told_of_danger_where_nothing_suggests_it(classifier: Classifier) -> None:
    assert "险情" not in "\n".join(told(load_texts(), classifier.explain("明天团购草莓，要的接龙")))
