"""Promise: half sentences, of staff and neighbours, find the matter they speak of among several."""

from __future__ import annotations

import pytest

from tests.town import OWNERS, Town

LIFT, WATER = "3栋电梯坏了，已经停了两天", "5栋停水了"


def _ties(town: Town, number: int) -> list[tuple[str, str]]:
    with town.store() as store:
        ticket = store.tickets.numbered(number)
        assert ticket is not None
        return [(m.purpose, m.text) for m in store.tickets.messages(ticket)]


@pytest.fixture
def two(town: Town) -> Town:
    """A lift and, a few minutes later, water: the talk is of the water by now."""
    town.says("张阿姨", LIFT)
    town.wait(minutes=4)
    town.says("李叔", WATER)
    town.wait(minutes=2)
    town.heard_in()
    return town


def test_staff_who_name_a_place_answer_the_matter_there(two: Town) -> None:
    two.says("丁经理", "3栋左边那部先停用，已叫维保，请坐右边的")

    assert ("comment", "3栋左边那部先停用，已叫维保，请坐右边的") in _ties(two, 1)
    assert len(two.tickets()) == 2


def test_what_repeats_the_words_of_a_matter_belongs_to_it(town: Town) -> None:
    town.says("张阿姨", "南门垃圾房的袋子堆到路上来了，臭死了")
    town.wait(minutes=6)
    town.says("李叔", WATER)
    town.wait(minutes=2)
    town.says("丁经理", "垃圾房那边清运车坏在路上了，上午会来")

    assert ("comment", "垃圾房那边清运车坏在路上了，上午会来") in _ties(town, 1)


@pytest.mark.parametrize("text", ["我们5栋2单元正常", "5栋3楼有", "我家有水", "我这能用"])
def test_whom_it_has_not_reached_is_no_voice(town: Town, text: str) -> None:
    town.says("张阿姨", WATER)
    town.says("李叔", text)

    assert town.ticket().voices == 0
    assert len(town.tickets()) == 1


@pytest.mark.parametrize("text", ["有人来看没", "要停多久啊", "师傅到了没", "几点能好"])
def test_how_it_stands_is_asked_in_many_ways(town: Town, text: str) -> None:
    town.says("张阿姨", WATER)
    town.wait(minutes=20)
    town.heard_in()
    town.says("张阿姨", text)

    (line,) = town.heard_in()
    assert "#1" in line
    assert town.ticket().voices == 0


@pytest.mark.parametrize("text", ["来了来了！", "水来了", "有水了 谢谢"])
def test_that_it_is_over_is_said_in_many_ways(town: Town, text: str) -> None:
    town.says("张阿姨", WATER)
    town.wait(minutes=40)
    town.heard_in()
    town.says("张阿姨", text)

    assert any("#1" in said for said in town.heard_in(OWNERS))
    assert ("solved", text) in _ties(town, 1)


def test_a_photo_before_the_words_belongs_to_the_report(town: Town) -> None:
    town.sends_photo("张阿姨")
    town.says("张阿姨", "9栋后面垃圾桶全倒了，没人清理")

    assert ("photo", "") in _ties(town, 1)


def test_whoever_comes_back_with_other_words_does_not_begin_anew(town: Town) -> None:
    town.says("张阿姨", "3栋右边电梯坏了")
    town.wait(hours=2)
    town.says("张阿姨", "还没人来啊，物业干什么吃的")

    assert len(town.tickets()) == 1


def test_the_price_of_beans_is_no_remark_on_the_water(town: Town) -> None:
    town.says("张阿姨", WATER)
    town.says("钱大爷", "豆腐豆皮 热豆浆 七点西门 三块一斤要的接龙")

    assert len(_ties(town, 1)) == 1
