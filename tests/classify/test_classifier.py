"""What Linli understands, as promises."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.classify.acts import Act, ActKind
from bot.classify.classifier import Classifier
from bot.classify.rulebook import load_rulebook
from bot.domain.verdicts import Kind, Severity


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("3栋电梯又停了", "电梯"),
        ("6栋3单元谁家大中午装修 吵死了", "噪音"),
        ("7号楼的垃圾桶好几天没人清理，臭死了", "垃圾卫生"),
        ("我家卫生间天花板漏水好几天了没人管", "漏水"),
        ("又停水了，怎么回事", "停水供水"),
        ("消防通道又被车堵死了，物业不管吗", "消防"),
        ("电梯旁边的灯坏了三天没人修", "路灯照明"),
        ("充电桩旁边有人乱扔垃圾，没人管", "垃圾卫生"),
        ("门禁附近漏水好几天了没人管", "漏水"),
    ],
)
def test_a_complaint_is_recognised_with_its_topic(classifier: Classifier, text: str, topic: str) -> None:
    verdict = classifier.classify(text)
    assert (verdict.kind, verdict.topic) == (Kind.COMPLAINT, topic)
    assert verdict.because


@pytest.mark.parametrize("text", ["建议小区增设充电桩", "希望物业在花园加装几盏路灯"])
def test_a_wish_is_recognised(classifier: Classifier, text: str) -> None:
    assert classifier.classify(text).kind is Kind.WISH


@pytest.mark.parametrize(
    "text",
    ["【停水通知】各位业主：明日9:00-11:30清洗水箱，届时停水，敬请谅解", "在东门捡到一串钥匙，失主请联系我"],
)
def test_a_notice_is_recognised(classifier: Classifier, text: str) -> None:
    assert classifier.classify(text).kind is Kind.NOTICE


@pytest.mark.parametrize(
    "text",
    [
        "早上好",
        "手机没电了",
        "哈哈哈哈",
        "有没有推荐的牙医",
        "+1",
        "谢谢大家",
        "",
        "   ",
        "晚上吃火锅吗",
        "收到",
    ],
)
def test_chatter_stays_chatter(classifier: Classifier, text: str) -> None:
    assert classifier.classify(text).kind is Kind.CHATTER


def test_an_emergency_names_its_danger(classifier: Classifier) -> None:
    verdict = classifier.classify("有人被困在3栋电梯里了！！")
    assert (verdict.severity, verdict.danger) == (Severity.EMERGENCY, "被困")
    assert verdict.because[0].startswith("电梯困人(")


def test_talk_about_an_emergency_is_none(classifier: Classifier) -> None:
    assert classifier.classify("上次被困在电梯里吓死我了").danger is None
    assert classifier.classify("明天上午电梯困人应急演练").danger is None


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("３棟電梯又壞了", "3栋电梯又坏了"),
        ("3栋lift又坏了", "3栋电梯又坏了"),
        ("3栋电\u200b梯又\u202e坏了", "3栋电梯又坏了"),
        ("🚗堵🚪", "车堵门"),
        ("wy不管", "物业不管"),
        ("skywalk", "skywalk"),
    ],
)
def test_scripts_short_forms_and_hidden_characters_are_read_as_plain_words(
    classifier: Classifier, said: str, plain: str
) -> None:
    assert classifier.explain(said).normalised == plain


def test_an_explanation_shows_words_rules_weights_and_the_runner_up(classifier: Classifier) -> None:
    told = classifier.explain("3栋电梯又停了")
    assert "电梯" in told.words
    assert told.verdict == classifier.classify("3栋电梯又停了")
    assert any("电梯" in reason.words for reason in told.reasons)
    assert told.shares[0][0] is Kind.COMPLAINT
    assert abs(sum(share for _, share in told.shares) - 1) < 1e-9


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("+1", Act(ActKind.ME_TOO)),
        ("我家也是", Act(ActKind.ME_TOO)),
        ("同问", Act(ActKind.ME_TOO)),
        ("俺也一样", Act(ActKind.ME_TOO)),
        ("谢谢师傅", Act(ActKind.THANKS)),
        ("修好了", Act(ActKind.SOLVED)),
        ("来电了", Act(ActKind.SOLVED)),
        ("撤回 12", Act(ActKind.WITHDRAW, 12)),
        ("撤回12号", Act(ActKind.WITHDRAW, 12)),
        ("说错了", Act(ActKind.WITHDRAW)),
        ("发错了", Act(ActKind.WITHDRAW)),
        ("别记我", Act(ActKind.OPT_OUT)),
        ("可以记我", Act(ActKind.OPT_IN)),
        ("催一下12", Act(ActKind.URGE, 12)),
        ("修好了吗", Act(ActKind.STATUS)),
        ("吃饭了吗", None),
        ("", None),
        ("3栋电梯又停了", None),
    ],
)
def test_short_answers_are_acts(classifier: Classifier, text: str, act: Act | None) -> None:
    assert classifier.act(text) == act


def test_the_cache_of_words_is_for_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    Classifier(load_rulebook(), cache_dir=folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=400))
def test_any_text_is_classified(classifier: Classifier, text: str) -> None:
    verdict = classifier.classify(text)
    assert verdict.kind in Kind
    assert 0 <= verdict.score <= 1
    classifier.act(text)
    classifier.only_place(text)
    classifier.nickname_place(text)


@pytest.mark.parametrize(
    "piece", ["3栋", "1", "又", "漏水 ", "-", "一", "\u0041\u0301", "ﷺ", "电梯坏了，", "🚗", "1-", "（"]
)
def test_the_longest_message_is_classified(classifier: Classifier, piece: str) -> None:
    assert classifier.classify((piece * 65536)[:65536]).kind in Kind
