"""Emergencies that the rules' authors invented, and what only sounds like one: none may be lost, none may ring."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.classify.classifier import Classifier
from bot.classify.rulebook import Rulebook
from bot.classify.weights import SILENCE, Weights
from bot.domain.verdicts import Kind, Severity

DATA = Path(__file__).parents[1] / "data"


def _rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


EMERGENCIES = [row["text"] for row in _rows("emergencies_author.jsonl")]
CALM = (
    "上次被困在电梯里吓死我了",
    "明天上午消防演练，模拟三楼起火",
    "昨天新闻里那个小区着火了",
    "要是着火了大家怎么跑",
    "这家火锅店生意太火了",
    "燃气泄漏报警器多少钱",
    "作业写不完我想跳楼",
    "跳楼价清仓",
    "我家狗走丢了",
    "电影里那个人从楼上掉下来",
    "心脏病都要被你吓出来",
    "误报，烟感是炒菜触发的，没事了",
    "冬天静电好大，摸车门被电一下",
    "谁家磨刀借一下刀",
    "睡着了刚看到消息",
    "再吵我报警了",
    "老人家已经送医院了，没大碍",
    "二手制氧机，没电也能用",
)


def test_there_are_emergencies_to_test() -> None:
    assert len(EMERGENCIES) > 100


@pytest.mark.parametrize("text", EMERGENCIES)
def test_an_emergency_is_never_lost(classifier: Classifier, text: str) -> None:
    verdict = classifier.classify(text)
    assert verdict.danger is not None
    assert (verdict.kind, verdict.severity) == (Kind.COMPLAINT, Severity.EMERGENCY)


@pytest.mark.parametrize("text", CALM)
def test_what_only_sounds_like_an_emergency_does_not_ring(classifier: Classifier, text: str) -> None:
    assert classifier.classify(text).danger is None


def _more(half: str, *, emergency: bool) -> list[str]:
    rows = _rows("emergencies_more.jsonl")
    return [row["text"] for row in rows if row["half"] == half and row["emergency"] is emergency]


def test_every_wording_the_frames_were_developed_on_is_told_right(classifier: Classifier) -> None:
    lost = [t for t in _more("fit", emergency=True) if classifier.classify(t).danger is None]
    rang = [t for t in _more("fit", emergency=False) if classifier.classify(t).danger is not None]
    assert (lost, rang) == ([], [])


def test_nine_in_ten_unseen_wordings_ring_and_hardly_a_near_miss(classifier: Classifier) -> None:
    grave, calm = _more("held", emergency=True), _more("held", emergency=False)
    told = sum(classifier.classify(text).danger is not None for text in grave)
    alarms = sum(classifier.classify(text).danger is not None for text in calm)
    assert told >= 0.9 * len(grave)
    assert alarms <= 0.05 * len(calm)


@pytest.mark.parametrize(
    ("name", "share"),
    [
        ("", 0.98),
        ("_1", 0.95),
        ("_2", 0.9),
        ("_3", 0.85),
        ("_4", 0.95),
        ("_5", 0.84),
        ("_6", 0.9),
        ("_words", 0.8),
    ],
)
def test_danger_in_words_that_no_frame_has_is_mostly_heard_and_hardly_ever_imagined(
    classifier: Classifier, name: str, share: float
) -> None:
    rows = [row for row in _rows(f"emergencies{name}.jsonl") if row["half"] == "fit"]
    told = [row["emergency"] for row in rows if classifier.classify(row["text"]).danger is not None]
    calm = sum(not row["emergency"] for row in rows)
    assert told.count(True) >= share * (len(rows) - calm)
    # One of thirty in each of the small files, one in forty of the larger ones.
    assert told.count(False) <= max(1, calm / 40)


def test_what_everybody_says_first_is_told_right(classifier: Classifier) -> None:
    rows = _rows("emergencies_plain.jsonl")
    wrong = [
        row["text"]
        for row in rows
        if (classifier.classify(row["text"]).danger is not None) is not row["emergency"]
    ]
    assert len(rows) > 100
    assert wrong == []


@pytest.mark.parametrize(("name", "share"), [("exam", 0.9), ("exam_2", 0.85)])
def test_nine_in_ten_of_exams_that_nobody_read_are_heard(
    classifier: Classifier, name: str, share: float
) -> None:
    rows = _rows(f"emergencies_{name}.jsonl")
    told = [row["emergency"] for row in rows if classifier.classify(row["text"]).danger is not None]
    grave = sum(row["emergency"] for row in rows)
    assert told.count(True) >= share * grave
    assert told.count(False) <= 0.05 * (len(rows) - grave)


def test_a_bare_cry_is_heard_and_a_figure_of_speech_is_not(classifier: Classifier) -> None:
    assert classifier.classify("救命啊！！来人！！").danger is not None
    assert classifier.classify("快打120").danger is not None
    assert classifier.classify("救命 这也太可爱了").danger is None


def test_what_agrees_is_believed_sooner(classifier: Classifier) -> None:
    alone, twice = "孩子在池子里扑腾 救生员呢", "孩子在池子里扑腾 快救人"
    assert len(_frames(classifier, twice)) > len(_frames(classifier, alone))
    assert classifier.classify(twice).danger == "溺水"


def _frames(classifier: Classifier, text: str) -> set[str]:
    return {hit.rule.id for hit in classifier.hits(text) if hit.rule.danger is not None}


def test_without_any_fitted_weights_danger_is_still_heard_at_first_look(
    rulebook: Rulebook, tmp_path: Path
) -> None:
    bare = Classifier(rulebook, cache_dir=tmp_path, weights=Weights(SILENCE, {}))
    assert bare.classify("有人被困在3栋电梯里了").danger == "被困"
    assert bare.classify("楼道里好大的煤气味").danger == "燃气"
    assert bare.classify("今晚吃什么").danger is None


def test_without_fitted_signs_the_frames_alone_decide(rulebook: Rulebook, tmp_path: Path) -> None:
    plain = Classifier(rulebook, cache_dir=tmp_path, weights=Weights((0.0, 0.0, 0.0), {}))
    assert plain.classify("有人被困在3栋电梯里了").danger == "被困"
    assert plain.classify("今天天气不错").danger is None
