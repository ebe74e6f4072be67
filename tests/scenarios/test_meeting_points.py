"""Promise: leave, departments, pauses and rosters that change meet, and nobody is asked in vain or twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.tickets import State
from tests.town import OWNERS, Town

LIFT = "3栋电梯坏了，已经停了两天"


@pytest.fixture
def away(town: Town) -> Town:
    """#1 is in the hands of 王师傅, who goes on leave; 老李 stands in and has not taken it over."""
    town.says("秀英", LIFT)
    town.presses("王师傅", "接单")
    return town


def _gone(town: Town) -> None:
    town.tells("王师傅", "/请假 今天 5-20 老李")
    for name in ("王师傅", "老李", "王主任", "丁经理"):
        town.heard_by(name)


def test_the_day_to_ask_the_department_comes_to_whoever_stands_in(away: Town) -> None:
    away.tells("王主任", "/refer 1 燃气 单号 77 明天")
    _gone(away)
    away.until(9)

    assert any("请今天回访" in text for text in away.heard_by("老李"))
    assert away.heard_by("王师傅") == []


def test_what_a_department_sends_back_is_not_put_on_who_is_away(away: Town) -> None:
    away.tells("王主任", "/refer 1 燃气 单号 77 明天")
    _gone(away)
    away.tells("王主任", "/answered 1 他们来过了，请自己换阀")

    assert (away.ticket().state, away.ticket().assignee) == (State.OPEN, "老李")
    assert any("请在 12:05 前接单" in text for text in away.heard_by("老李"))
    assert away.heard_by("王师傅") == []
    away.presses("老李", "接单")
    assert away.ticket().assignee == "老李"


def test_a_pause_that_ends_is_not_put_on_who_is_away(away: Town) -> None:
    away.tells("王主任", "/挂起 1 等配件 明天9点")
    _gone(away)
    away.until(9, 2)

    assert (away.ticket().state, away.ticket().assignee) == (State.OPEN, "老李")
    assert len([text for text in away.heard_by("老李") if "#1 重要投诉" in text]) == 1
    assert away.heard_by("王师傅") == []


def test_who_is_back_goes_on_with_what_they_had(away: Town) -> None:
    away.tells("王主任", "/挂起 1 等配件 5-15 9点")
    away.tells("王师傅", "/请假 明天 老李")
    away.wait(days=3)

    assert "handed_on" not in away.diary()
    assert any("暂缓到期" in text for text in away.heard_by("王师傅"))


def test_whoever_holds_nothing_any_more_leaves_nothing_behind(away: Town) -> None:
    """The roster loses its holder while #1 is with a department and #2 is put off."""
    away.says("李叔", "5栋水管爆了，一直在漏水")
    away.tells("王师傅", "/接单 2")
    away.tells("王主任", "/refer 1 燃气 单号 77 明天")
    away.tells("王主任", "/挂起 2 等配件 明天9点")
    left = tuple(d for d in away.roster.duties if d.name != "王师傅")
    away.next_files = replace(away.files, roster=replace(away.roster, duties=left))
    away.tells("王主任", "/reload")
    away.wait(minutes=3)
    for name in ("老李", "小陈", "王主任"):
        away.heard_by(name)
    away.until(9, 2)

    assert any("请今天回访" in text for text in away.heard_by("王主任"))
    assert away.ticket(2).assignee == "小陈"
    assert len(away.heard_by("小陈")) == 1, "one message for one thing to do"
    away.tells("王主任", "/answered 1 换好了")
    assert away.ticket(1).assignee is not None
    assert away.ticket(1).due_at is not None


def test_an_outage_across_a_whole_leave_makes_no_stale_offers(away: Town) -> None:
    away.tells("王师傅", "/请假 明天 后天 老李")
    for name in ("王师傅", "老李"):
        away.heard_by(name)
    away.sleeps(days=7)
    away.tick()

    assert not any("接过来" in text for text in away.heard_by("老李"))
    assert away.diary().count("taken_back") + away.diary().count("late") == 1, "one step, not five"


def test_a_leave_of_one_late_evening_is_no_news_the_next_morning(town: Town) -> None:
    town.says("秀英", LIFT)
    town.presses("王师傅", "接单")
    town.presses("王师傅", "到场")
    town.until(23, 30)
    for name in ("老李", "王师傅"):
        town.heard_by(name)
    town.tells("王师傅", "/请假 今天 老李")
    assert "老李代班" in town.heard_by("王师傅")[0]
    town.until(9)

    assert not any("代班" in text or "接过来" in text for text in town.heard_by("老李"))


def test_leave_that_goes_on_in_the_morning_is_told_then(town: Town) -> None:
    town.until(23, 30)
    town.tells("王师傅", "/请假 明天 老李")
    assert town.heard_by("老李") == []
    town.until(8, 30)

    assert any("请您代班" in text for text in town.heard_by("老李"))
    town.says("秀英", LIFT)
    assert town.ticket().assignee == "老李"


def test_what_is_with_a_department_can_be_handed_over_alone(away: Town) -> None:
    away.tells("王主任", "/refer 1 燃气 单号 77 明天")
    away.tells("王师傅", "/转交 1 老李")
    away.presses("老李", "接过来")

    assert (away.ticket().state, away.ticket().assignee) == (State.REFERRED, "老李")
    assert away.stands_in(OWNERS)[-1] == "#1 电梯·3栋 已转燃气公司"


@pytest.mark.parametrize(
    "said", ["/转交 老李 1", "/转交 老李 #1", "/转交给老李 1", "/轉交 １ 老李", "/转交1老李"]
)
def test_the_order_of_a_handover_s_words_does_not_matter(away: Town, said: str) -> None:
    away.tells("王师傅", said)
    away.presses("老李", "接过来")

    assert away.ticket().assignee == "老李"


@pytest.mark.parametrize("said", ["/换班 5-13 老李", "/换班 老李 5-13", "/換班 老李 明天", "/换班明天 老李"])
def test_the_order_of_a_swap_s_words_does_not_matter(town: Town, said: str) -> None:
    town.tells("王师傅", said)

    assert any("5月13日" in text for text in town.heard_by("老李"))


@pytest.mark.parametrize("said", ["/接单1", "/接单#1", "/接單１", "/ 接单 1", "接单1"])
def test_a_command_without_its_spaces_is_understood(town: Town, said: str) -> None:
    town.says("秀英", LIFT)
    town.tells("王师傅", said)

    assert town.ticket().state is State.ACCEPTED


@pytest.mark.parametrize(
    "said", ["/挂起１等配件，明天９点", "/挂起 1等配件明天9点", "/掛起1 等配件 明天九点"]
)
def test_a_pause_without_its_spaces_is_understood(away: Town, said: str) -> None:
    away.heard_by("谢委员")
    away.tells("王师傅", said)

    assert any("等配件" in text for text in away.heard_by("谢委员"))
