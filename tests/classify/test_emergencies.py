"""Emergencies that the rules' author invented, and what only sounds like one: none may be lost, none may ring."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.classify.classifier import Classifier
from bot.domain.verdicts import Kind, Severity

EMERGENCIES = (Path(__file__).parent / "emergencies.txt").read_text(encoding="utf-8").splitlines()
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
