"""Promise: what is merged with a matter in mediation tells no more of it than the matter itself."""

from __future__ import annotations

import pytest

from bot.domain.tickets import State
from tests.town import OWNERS, STAFF, Town

QUARREL = "3栋2单元501老王家天天半夜装修，噪音太大，吵得睡不着"
OTHER = "6栋半夜有人唱歌，噪音太大，吵得睡不着"
HIDDEN = "#2 已有专人跟进"


@pytest.fixture
def two(town: Town) -> Town:
    """#1 and #2, both with the mediator."""
    town.says("秀英", QUARREL)
    town.says("赵姐", OTHER)
    return town


def test_what_was_merged_before_becomes_as_confidential(two: Town) -> None:
    two.tells("王主任", "/merge 1 2")
    two.tells("王主任", "/mediate 1")

    assert two.ticket(2).confidential
    assert HIDDEN in two.stands_in(OWNERS)
    assert not any("6栋" in text for text in two.stands_in(OWNERS))
    for text in ("/ticket 2", "/why 2", "/unmerge 2"):
        two.tells("老李", text)
        two.says("小陈", text, in_chat=STAFF)
    said = "\n".join([*two.heard_by("老李"), *two.heard_in(STAFF)])
    assert HIDDEN in said
    assert "唱歌" not in said
    assert "6栋" not in said


def test_taken_back_it_is_known_again_with_all_its_parts(two: Town) -> None:
    two.tells("王主任", "/merge 1 2")
    two.tells("王主任", "/mediate 1")
    two.tells("王主任", "/mediate 1 解除")

    assert not two.ticket(2).confidential
    assert "#2 噪音·6栋 与 #1 是同一件事，一起办理" in two.stands_in(OWNERS)


@pytest.mark.parametrize("order", ["1 2", "2 1"])
def test_one_in_confidence_and_one_that_is_not_cannot_become_one(two: Town, order: str) -> None:
    two.tells("王主任", "/mediate 1")
    before = two.stands_in(OWNERS)
    two.tells("王主任", f"/merge {order}")

    assert "/调解 2" in two.heard_by("王主任")[-1]
    assert two.stands_in(OWNERS) == before
    assert {two.ticket(1).state, two.ticket(2).state} == {State.OPEN}

    two.tells("王主任", "/mediate 2")
    two.tells("王主任", f"/merge {order}")
    assert State.MERGED in {two.ticket(1).state, two.ticket(2).state}
    assert not any("噪音" in text for text in two.stands_in(OWNERS))


def test_nothing_is_merged_into_what_is_over(two: Town) -> None:
    two.presses("梁调解", "接单")
    two.tells("梁调解", "办结 1 谈好了")
    two.tells("王主任", "/办结 2 谈好了")
    two.tells("王主任", "/重开 2")
    two.tells("王主任", "/merge 1 2")

    assert "还在办" in two.heard_by("王主任")[-1]
    assert two.ticket(2).state is State.OPEN


def test_who_marks_it_by_button_is_told_that_it_is_marked(two: Town) -> None:
    assert two.presses("梁调解", "调解（保密）").startswith("#2 已保密")
    assert two.forges("梁调解", "t:2:mediate", in_chat=two.private("梁调解")) == "#2 已经是这样了"
