"""/rules: what corrections suggest, one tap to accept, everything can be taken back, and it holds at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

import pytest

from bot.classify.classifier import Classifier
from bot.classify.lessons import Lesson, shipped
from bot.classify.suggest import Proposal, suggest
from bot.domain.verdicts import Kind
from storage.corrections import Standing
from storage.database import Database
from storage.migrations import upgrade
from tests.town import OWNERS, PEOPLE, Town

POOL = (
    "拼单的天天堵在楼道口吵死了",
    "拼单的半夜在楼下吵死了，天天这样",
    "拼单的又在楼下吵死了，天天这样",
    "拼单的晚上十二点还在楼下吵死了",
    "拼单的在楼道里吵死了",
    "拼单的天天在楼道吵死了",
)
"""Talk of group buying that sounds like noise: the more often it is corrected, the plainer 拼单 + 吵死."""


def standing(town: Town, version: int = 1) -> Standing:
    with town.store() as store:
        change = store.corrections.change(version)
    assert change is not None
    return change.standing


def kind(town: Town, text: str) -> Kind:
    return town.intake.files.classifier.classify(text).kind


def sounding(town: Town) -> list[str]:
    """Those of the pool that the rules that ship take for complaints."""
    found = [text for text in POOL if town.files.classifier.classify(text).kind is Kind.COMPLAINT]
    assert len(found) > 2
    return found


def restart(town: Town) -> Town:
    """The bot begins again with the same database, where everybody is bound already."""
    return Town(database=town.database, unbound=[name for *_, name in PEOPLE])


@pytest.fixture(autouse=True, scope="module")
def _thought_out_once() -> Iterator[None]:
    """The same lessons lead to the same proposals: what takes most of a second is done once for all tests here."""

    @cache
    def proposals(classifier: Classifier, lessons: tuple[Lesson, ...], name: str) -> tuple[Proposal, ...]:
        return tuple(suggest(classifier, lessons, name))

    def suggested(classifier: Classifier, lessons: Sequence[Lesson], name: str) -> list[Proposal]:
        return list(proposals(classifier, tuple(lessons), name))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("handlers.learning.suggest", suggested)
        patch.setattr("handlers.learning.shipped", cache(lambda classifier: tuple(shipped(classifier))))
        yield


@pytest.fixture
def taught(town: Town) -> Town:
    """Twice the committee said that group buying is no complaint."""
    for number, text in enumerate(sounding(town)[:2], 1):
        town.says(f"邻居{number}", text)
        town.tells("王主任", f"/改类 {number} 闲聊")
    town.heard_by("王主任")
    return town


def test_corrections_become_a_proposal_with_its_effect(taught: Town) -> None:
    taught.tells("王主任", "/规则 建议")
    (said,) = taught.heard_by("王主任")
    assert "拼单" in said
    assert "可纠正 2 处，弄错 0 处" in said
    assert kind(taught, sounding(taught)[2]) is Kind.COMPLAINT


def test_one_tap_accepts_and_the_rules_change_at_once(taught: Town) -> None:
    taught.tells("王主任", "/规则 建议")
    toast = taught.presses("王主任", "采纳 #1")
    assert "已采纳 #1" in toast
    assert kind(taught, sounding(taught)[2]) is Kind.CHATTER
    before = len(taught.tickets())
    taught.says("邻居9", sounding(taught)[2])
    assert len(taught.tickets()) == before
    assert "自订1" in taught.intake.files.rulebook.rules


def test_pressing_twice_is_safe_and_another_member_may_press(taught: Town) -> None:
    taught.tells("王主任", "/规则 建议")
    taught.presses("王主任", "采纳 #1")
    toast = taught.forges("谢委员", "r:1:accept", in_chat=taught.private("谢委员"))
    assert "已采纳 #1" in toast
    assert standing(taught) is Standing.ACTIVE


def test_residents_and_workers_cannot_press_or_command(taught: Town) -> None:
    taught.tells("王主任", "/规则 建议")
    for name in ("张阿姨", "老李"):
        taught.forges(name, "r:1:accept", in_chat=taught.private(name))
        taught.tells(name, "/规则 采纳 1")
    assert standing(taught) is Standing.PROPOSED


@pytest.mark.parametrize("data", ["r:", "r:1", "r:x:accept", "r:99:accept", "r:1:undo", "r:9999999:accept"])
def test_a_forged_press_changes_nothing(taught: Town, data: str) -> None:
    taught.tells("王主任", "/规则 建议")
    taught.forges("王主任", data, in_chat=taught.private("王主任"))
    assert standing(taught) is Standing.PROPOSED


def test_undo_takes_back_and_it_is_not_proposed_again(taught: Town) -> None:
    taught.tells("王主任", "/规则 建议")
    taught.tells("王主任", "/规则 采纳 1")
    assert kind(taught, sounding(taught)[2]) is Kind.CHATTER
    taught.tells("谢委员", "/rules undo 1")
    assert standing(taught) is Standing.UNDONE
    assert kind(taught, sounding(taught)[2]) is Kind.COMPLAINT
    taught.heard_by("王主任")
    taught.tells("王主任", "/规则 建议")
    (said,) = taught.heard_by("王主任")
    assert "#1 " not in said
    with taught.store() as store:
        refused = store.corrections.change(1)
        bodies = [c.body["all"] for c in store.corrections.changes(Standing.PROPOSED) if c.what == "rule"]
    assert refused is not None
    assert refused.body["all"] not in bodies


def test_a_refused_proposal_is_not_said_again_and_asking_twice_repeats_no_version(taught: Town) -> None:
    taught.tells("王主任", "/规则 建议")
    taught.tells("王主任", "/规则 建议")
    with taught.store() as store:
        first = [c.version for c in store.corrections.changes()]
    assert first == list(range(1, len(first) + 1))
    assert len(first) <= 5
    taught.presses("王主任", "不要 #1")
    assert standing(taught) is Standing.DROPPED
    taught.heard_by("王主任")
    taught.tells("王主任", "/规则 建议")
    assert "#1 " not in taught.heard_by("王主任")[0]


def test_an_invented_example_takes_the_place_of_deleted_text(town: Town) -> None:
    unheard = ("观光梯罢工", "门一直关不上", "升降台咕噜噜闹罢工")
    sentence = next(text for text in unheard if kind(town, text) is Kind.CHATTER)
    town.tells("王主任", f"/规则 例句 投诉 电梯 “{sentence}”")
    assert "现在的规则会认作 闲聊" in town.heard_by("王主任")[0]
    town.tells("王主任", "/规则 建议")
    assert "可纠正 1 处，弄错 0 处" in town.heard_by("王主任")[0]
    town.presses("王主任", "采纳 #2")
    verdict = town.intake.files.classifier.classify(sentence)
    assert (verdict.kind, verdict.topic) == (Kind.COMPLAINT, "电梯")


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("/规则 例句", "请先写类别"),
        ("/规则 例句 投诉", "请写一句自编的例句"),
        ("/规则 例句 投诉 电题 “门关不上”", "电梯"),
        ("/规则 采纳 7", "没有第 7 号"),
        ("/规则 采纳 七", "/规则 建议"),
        ("/规则 胡说", "/规则 建议"),
        ("/规则 建议", "目前没有建议"),
        ("/规则", "本小区的改动 0 条"),
    ],
)
def test_errors_teach(town: Town, said: str, heard: str) -> None:
    town.tells("王主任", said)
    assert heard in town.heard_by("王主任")[0]


def test_an_example_without_a_topic_is_taken_whole(town: Town) -> None:
    town.tells("王主任", "/规则 例句 闲聊 谁要一起 拼单 买橙子")
    with town.store() as store:
        change = store.corrections.change(1)
    assert change is not None
    assert change.body == {"text": "谁要一起 拼单 买橙子", "kind": "chatter", "topic": None}


def test_the_list_shows_versions_and_who_did_it(taught: Town) -> None:
    taught.tells("王主任", "/规则 建议")
    taught.tells("谢委员", "/规则 采纳 1")
    taught.heard_by("王主任")
    taught.tells("王主任", "/规则")
    (said,) = taught.heard_by("王主任")
    assert "大家纠正过 2 次" in said
    assert "#1 新规则“自订1”" in said
    assert "在用，谢委员" in said


def test_in_a_group_only_a_line_points_to_the_private_chat(taught: Town) -> None:
    taught.heard_in(OWNERS)
    taught.says("王主任", "/规则 建议")
    (public,) = taught.heard_in(OWNERS)
    assert "拼单" not in public
    assert "拼单" in taught.heard_by("王主任")[0]


def test_own_rules_hold_after_a_restart_and_after_a_reload(taught: Town) -> None:
    taught.tells("王主任", "/规则 建议")
    taught.tells("王主任", "/规则 采纳 1")
    taught.tells("王主任", "/reload")
    assert kind(taught, sounding(taught)[2]) is Kind.CHATTER
    restarted = restart(taught)
    assert kind(restarted, sounding(taught)[2]) is Kind.CHATTER


def test_an_upgrade_that_takes_away_what_a_rule_names_loses_nothing_and_stops_nothing() -> None:
    database = Database("sqlite://")
    upgrade(database)
    town = Town(database=database)
    with town.store() as store:
        by, now = "王主任", town.clock.now()
        store.corrections.propose("word", {"group": "没了的组", "word": "罢工"}, by, now, active=True)
        store.corrections.propose("weight", {"rule": "没了", "kind": "wish", "by": 1}, by, now, active=True)
        rule = {"id": "自订3", "kind": "chatter", "weight": 4.0, "all": ["拼单", "吵死"], "within": "message"}
        store.corrections.propose("rule", rule, by, now, active=True)
        store.corrections.propose("new thing", {}, by, now, active=True)
    again = restart(town)
    assert kind(again, sounding(town)[2]) is Kind.CHATTER
    again.tells("王主任", "/规则")
    said = again.heard_by("王主任")[0]
    assert "用不上：现在没有叫“没了的组”的词组" in said
    assert "用不上：现在没有叫“没了”的规则" in said
    assert said.count("用不上") == 3


def test_the_files_that_were_read_are_not_changed_by_own_rules(taught: Town) -> None:
    read = replace(taught.files)
    taught.tells("王主任", "/规则 建议")
    taught.tells("王主任", "/规则 采纳 1")
    assert taught.files == read
    assert "自订1" not in taught.files.rulebook.rules
