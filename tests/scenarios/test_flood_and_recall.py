"""Promise: at most three tickets per account and hour, then a committee queue; what was said by mistake is taken back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.domain.tickets import State
from bot.platforms.console import Act
from tests.town import OWNERS, SECOND, Town

LIFT = "3栋电梯坏了，已经停了两天"


def _report(town: Town, name: str, *buildings: int) -> None:
    for building in buildings:
        town.says(name, f"{building}栋电梯坏了，已经停了两天")


def test_the_fourth_in_an_hour_waits_for_the_committee(town: Town) -> None:
    _report(town, "张阿姨", 1, 2, 4, 5)

    assert [t.state for t in town.tickets()] == [State.OPEN] * 3 + [State.HELD]
    assert len(town.heard_in()) == 3
    assert len(town.heard_by("王师傅")) == 3
    assert len(town.heard_by("王主任")) == 1


def test_others_are_not_held_back(town: Town) -> None:
    _report(town, "张阿姨", 1, 2, 4, 5)
    _report(town, "李叔", 7)

    assert town.ticket(5).state is State.OPEN


def test_after_an_hour_one_may_report_again(town: Town) -> None:
    _report(town, "张阿姨", 1, 2, 4)
    town.wait(minutes=61)
    _report(town, "张阿姨", 5)

    assert town.ticket(4).state is State.OPEN


def test_groups_do_not_multiply_the_limit(town: Town) -> None:
    _report(town, "张阿姨", 1, 2)
    for building in (4, 5):
        town.says("张阿姨", f"{building}栋电梯坏了，已经停了两天", in_chat=SECOND)

    assert town.ticket(4).state is State.HELD


def test_the_committee_releases_with_one_tap(town: Town) -> None:
    _report(town, "张阿姨", 1, 2, 4, 5)
    town.heard_in()
    town.heard_by("王师傅")
    town.presses("王主任", "放行")

    assert town.ticket(4).state is State.OPEN
    assert len(town.heard_in()) == 1
    assert len(town.heard_by("王师傅")) == 1


def test_residents_and_workers_cannot_release(town: Town) -> None:
    _report(town, "张阿姨", 1, 2, 4, 5)
    held = town.ticket(4).id
    for name in ("张阿姨", "李叔", "王师傅"):
        town.forges(name, f"t:{held}:release", in_chat=town.private(name))
        town.forges(name, f"t:{held}:accept", in_chat=town.private(name))

    assert town.ticket(4).state is State.HELD


@pytest.mark.parametrize("text", ["撤回 1", "撤回1", "撤回#1", "撤回＃１", "撤回 1号"])
def test_taken_back_by_number_at_any_time(town: Town, text: str) -> None:
    town.says("张阿姨", LIFT)
    town.wait(hours=3)
    town.says("张阿姨", text)

    assert town.ticket().state is State.WITHDRAWN
    assert "已撤回" in town.stands_in()[-1]
    assert "居民已撤回" in town.card_of("王师傅")
    assert town.ticket().due_at is None


def test_said_by_mistake_takes_back_within_minutes(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.wait(minutes=5)
    town.says("张阿姨", "说错了")

    assert town.ticket().state is State.WITHDRAWN


def test_later_it_is_just_talk(unhurried: Town) -> None:
    town = unhurried
    town.says("张阿姨", LIFT)
    town.presses("王师傅", "接单")
    town.wait(minutes=15)
    town.says("张阿姨", "说错了")

    assert town.ticket().state is State.ACCEPTED


def test_nobody_takes_back_what_others_said(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.heard_in()
    for name in ("李叔", "王主任"):
        town.says(name, "撤回 1")

    assert town.ticket().state is State.OPEN


def test_a_number_that_does_not_exist_is_said_so(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.heard_in()
    for text in ("撤回 99", "撤回 99999999999999999999", "撤回 0"):
        town.says("张阿姨", text)

    assert any("#99" in text for text in town.heard_in())
    assert town.ticket().state is State.OPEN


def test_taken_back_at_night_does_not_wake_the_group() -> None:
    town = Town(at=datetime(2026, 5, 12, 15, 0, tzinfo=UTC))
    town.says("张阿姨", LIFT)
    town.says("张阿姨", "撤回 1")

    assert town.ticket().state is State.WITHDRAWN
    assert all(s.silent for s in town.shown if s.chat == OWNERS and s.act is Act.SAY)
    town.until(9)
    assert town.heard_by("王师傅") == []


def test_taken_back_twice_is_taken_back_once(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.says("张阿姨", "撤回 1")
    town.says("张阿姨", "撤回 1")

    assert town.diary().count("withdraw") == 1


def test_after_done_it_is_still_the_reporter_s_to_take_back(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.tells("王师傅", "接单 1")
    town.tells("王师傅", "办结 1 已换主板")
    town.says("张阿姨", "撤回 1")

    assert town.ticket().state is State.WITHDRAWN
    assert town.buttons(OWNERS) == []
