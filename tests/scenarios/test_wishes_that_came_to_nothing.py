"""Promise: the committee is not asked about what no longer matters, and nobody's old wish moves another's deadline."""

from __future__ import annotations

import pytest

from bot.domain.tickets import State
from tests.town import Town

LIFT = "3栋电梯坏了，已经停了两天"
QUARREL = "3栋2单元501老王家天天半夜装修，噪音太大，吵得睡不着"
MOOT = "#1 的情况已经变了，不用再答复"


@pytest.fixture
def wished(town: Town) -> Town:
    """王师傅 has #1 in hand and would like to put it off; the committee has not answered."""
    town.says("秀英", LIFT)
    town.presses("王师傅", "接单")
    town.tells("王师傅", "/挂起 1 等配件 明天9点")
    return town


def _late(town: Town) -> str:
    town.heard_by("王主任")
    town.tells("王主任", "/late")
    return town.heard_by("王主任")[-1]


def test_what_waits_for_an_answer_stands_in_the_list(wished: Town) -> None:
    assert "#1 王师傅申请挂起" in _late(wished)


def test_whoever_has_it_now_is_not_put_off_by_somebody_else_s_wish(wished: Town) -> None:
    wished.tells("王主任", "/派单 1 丁经理")
    wished.presses("丁经理", "接单")

    assert wished.presses("谢委员", "同意") == MOOT
    assert wished.ticket().state is State.ACCEPTED
    assert wished.ticket().assignee == "丁经理"


@pytest.mark.parametrize(
    "done", ["/refer 1 燃气 单号 7 明天", "/办结 1 换了主板", "/误报 1 看错了", "/挂起 1 停电了 后天9点"]
)
def test_what_was_settled_otherwise_is_not_asked_about_any_more(wished: Town, done: str) -> None:
    wished.tells("王主任", done)
    before = wished.ticket()

    assert "申请挂起" not in _late(wished)
    assert wished.presses("谢委员", "同意") == MOOT
    assert wished.ticket() == before


def test_the_wish_of_somebody_unbound_is_over(wished: Town) -> None:
    wished.tells("王主任", "/unbind 王师傅")
    wished.presses("王主任", "确认")

    assert "申请挂起" not in _late(wished)
    assert wished.presses("谢委员", "同意") == MOOT


def test_the_wish_of_whoever_may_not_know_any_more_is_over(town: Town) -> None:
    town.says("秀英", QUARREL)
    town.tells("王主任", "/派单 1 老李")
    town.presses("老李", "接单")
    town.tells("老李", "/挂起 1 等501回来 明天9点")
    town.tells("王主任", "/mediate 1")

    assert "老李" not in _late(town)
    assert town.presses("谢委员", "同意") == MOOT
    assert town.heard_by("老李")[-1] != MOOT


def test_whoever_was_idle_may_still_be_given_the_time_they_asked_for(town: Town) -> None:
    town.says("秀英", LIFT)
    town.presses("王师傅", "接单")
    town.tells("王师傅", "/挂起 1 等配件 明天9点")
    town.wait(minutes=7)
    assert town.ticket().assignee == "丁经理"

    town.presses("谢委员", "同意")
    assert town.ticket().state is State.PAUSED
    assert town.ticket().assignee == "王师傅"


def test_a_committee_that_never_answers_holds_nobody_s_clock(wished: Town) -> None:
    wished.wait(days=1)

    assert "taken_back" in wished.diary()
    assert "agenda" in wished.diary()
    assert "申请挂起" not in _late(wished)
