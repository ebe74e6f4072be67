"""Promise: in the first week only the committee is told; nothing goes to the group or the workers."""

from __future__ import annotations

import pytest

from bot.domain.tickets import State
from tests.town import OWNERS, SECOND, STAFF, Town

LIFT = "3栋电梯坏了，已经停了两天"
WORKERS = ("老李", "小陈", "王师傅", "丁经理", "吴阿姨", "周姐")


@pytest.fixture
def town() -> Town:
    """A compound in its listening week."""
    return Town(mode="listen")


def _silent(town: Town) -> bool:
    heard = [text for chat in (OWNERS, SECOND, STAFF) for text in town.heard_in(chat)]
    heard += [text for name in (*WORKERS, "张阿姨", "李叔") for text in town.heard_by(name)]
    return heard == [] and town.reactions() == []


def test_a_complaint_is_shown_to_the_committee_alone(town: Town) -> None:
    town.starts("张阿姨")
    town.says("张阿姨", LIFT)

    assert len(town.heard_by("王主任")) == 1
    assert _silent(town)


def test_everything_that_follows_is_silent_too(town: Town) -> None:
    town.starts("张阿姨")
    town.says("张阿姨", LIFT)
    town.says("李叔", "3栋电梯又停了")
    town.says("李叔", "+1")
    town.says("赵姐", "", voice=True)
    town.says("李叔", "楼道垃圾没人清理，臭死了")
    town.says("李叔", "5栋")
    town.says("张阿姨", "撤回 1")
    for building in (1, 2, 4, 5):
        town.says("钱大爷", f"{building}栋电梯坏了，已经停了两天")
    town.wait(hours=3)

    assert _silent(town)
    assert town.ticket(1).listened


def test_nothing_is_due_and_nobody_is_rung(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.wait(hours=20)

    assert town.ticket().state is State.OPEN
    assert _silent(town)


def test_every_morning_says_what_would_have_been_done(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.says("李叔", "希望小区能装几个充电桩")
    town.heard_by("王主任")

    town.until(9)

    (line,) = town.heard_by("王主任")
    assert "2" in line


def test_trust_is_given_by_a_command_that_asks_first(town: Town) -> None:
    town.tells("王主任", "/mode live")
    assert _silent(town)
    town.says("张阿姨", LIFT)
    assert town.ticket().listened

    town.tells("王主任", "确认")
    town.says("李叔", "5栋电梯坏了，已经停了两天")

    assert not town.ticket(2).listened
    assert len(town.heard_by("王师傅")) >= 1


def test_after_going_live_the_same_matter_said_again_is_heard(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.tells("王主任", "/mode live")
    town.tells("王主任", "确认")
    town.heard_by("王师傅")

    town.says("李叔", "3栋电梯又停了")

    assert town.ticket(1).listened, "of it nobody has been told; the committee was, when it went live"
    assert not town.ticket(2).listened
    assert len(town.heard_by("王师傅")) == 1


def test_a_ticket_that_a_member_assigns_is_like_any_other(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.tells("王主任", "/assign 1 王师傅")

    assert len(town.heard_by("王师傅")) == 1
    town.presses("王师傅", "接单")
    assert town.ticket().state is State.ACCEPTED


def test_residents_cannot_end_it(town: Town) -> None:
    town.tells("张阿姨", "/mode live")
    town.tells("张阿姨", "确认")
    town.tells("王师傅", "/mode live")
    town.tells("王师傅", "确认")
    town.says("张阿姨", LIFT)

    assert town.ticket().listened
