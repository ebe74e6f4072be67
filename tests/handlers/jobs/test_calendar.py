"""What is said at its hour, once, across restarts and outages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from handlers.jobs.calendar import announcements, festivals
from tests.town import NOON, OWNERS, SECOND, Town

EVE = datetime(2026, 6, 16, 0, 30, tzinfo=UTC)
"""08:30, three days before 端午, whose first word is said at 9:00."""
DAY = datetime(2026, 6, 19, 0, 30, tzinfo=UTC)
"""08:30 on the day."""
WATER = "周六清洗水箱"


def _planned(town: Town, at: str = "明天 9:00") -> None:
    town.tells("王主任", f"/公告 {WATER} {at}")
    town.presses("王主任", "确认")
    town.heard_by("王主任")


# -- festivals ---------------------------------------------------------------------------------------


def test_a_festival_is_announced_once_in_every_owners_group() -> None:
    town = Town(at=EVE)
    town.wait(minutes=29)
    assert town.heard_in(OWNERS) == []
    town.wait(hours=5)
    for group in (OWNERS, SECOND):
        said = town.heard_in(group)
        assert len(said) == 1
        assert "再过3天就是端午节（6月19日，星期五）" in said[0]


def test_on_the_day_it_is_said_in_other_words() -> None:
    town = Town(at=DAY)
    town.wait(hours=1)
    said = town.heard_in(OWNERS)
    assert len(said) == 1
    assert "端午" in said[0]
    assert "再过" not in said[0]


def test_another_process_on_the_same_database_says_nothing_again() -> None:
    town = Town(at=DAY)
    town.wait(hours=1)
    with town.store() as store:
        assert festivals(town.context(store)) == []


def test_after_an_outage_a_festival_is_said_late_while_it_is_still_useful() -> None:
    town = Town(at=DAY)
    town.sleeps(hours=8)
    town.tick()
    assert len(town.heard_in(OWNERS)) == 1


def test_after_an_outage_over_the_whole_day_nothing_is_said() -> None:
    town = Town(at=DAY)
    town.sleeps(hours=26)
    town.tick()
    assert town.heard_in(OWNERS) == []


def test_what_comes_late_counts_the_days_that_are_left() -> None:
    town = Town(at=EVE)
    town.sleeps(hours=24)
    town.tick()
    assert "后天就是端午节" in town.heard_in(OWNERS)[0]


def test_nothing_is_announced_while_the_bot_only_listens() -> None:
    town = Town(at=DAY, mode="listen")
    town.wait(hours=3)
    assert town.heard_in(OWNERS) == []


def test_nothing_is_announced_at_night() -> None:
    town = Town(at=EVE)
    town.sleeps(hours=14)
    town.tick()
    assert town.heard_in(OWNERS) == []
    town.until(8, 1)
    assert len(town.heard_in(OWNERS)) == 1


def test_a_silence_puts_a_festival_off_while_it_is_still_useful() -> None:
    town = Town(at=DAY)
    town.tells("王主任", "/mute 3h")
    town.wait(hours=2)
    assert town.heard_in(OWNERS) == []
    town.wait(hours=2)
    assert len(town.heard_in(OWNERS)) == 1


# -- planned announcements ---------------------------------------------------------------------------


def test_a_planned_announcement_comes_late_after_a_short_outage_and_once() -> None:
    town = Town()
    _planned(town)
    town.sleeps(hours=24)
    town.tick()
    town.tick()
    assert len(town.heard_in(OWNERS)) == 1
    with town.store() as store:
        assert announcements(town.context(store)) == []


def test_half_a_day_late_the_committee_is_asked_instead() -> None:
    town = Town()
    _planned(town)
    town.sleeps(hours=34)
    town.tick()
    town.tick()
    assert town.heard_in(OWNERS) == []
    told = town.heard_by("王主任")
    assert len(told) == 1
    assert "1 号公告本该在" in told[0]
    assert WATER in told[0]


def test_a_planned_announcement_that_is_late_waits_for_the_night_to_end() -> None:
    town = Town()
    _planned(town, "今天 21:30")
    town.sleeps(hours=11)
    town.tick()
    assert town.heard_in(OWNERS) == []
    town.until(8, 1)
    assert len(town.heard_in(OWNERS)) == 1


def test_a_planned_announcement_waits_for_a_silence_to_end() -> None:
    town = Town()
    _planned(town, "今天 13:00")
    town.tells("王主任", "/mute 2h")
    town.wait(minutes=100)
    assert town.heard_in(OWNERS) == []
    town.wait(minutes=30)
    assert len(town.heard_in(OWNERS)) == 1


# -- the listening week ------------------------------------------------------------------------------


def test_every_morning_of_the_listening_week_the_committee_hears_what_would_have_been_done() -> None:
    town = Town(mode="listen")
    town.says("张阿姨", "3栋楼道堆满杂物没人管")
    town.says("刘叔", "5栋电梯又停了")
    town.says("丁经理", "通知：明天上午9点到11点3栋停水检修，请大家提前储水")
    town.says("小孙", "今天天气真好")
    town.heard_by("王主任")
    town.until(8, 1)
    assert town.heard_by("王主任") == ["昨天听到 3 条事项：会登记 2 件，会通知 2 次。"]
    assert town.heard_in(OWNERS) == []
    town.wait(hours=3)
    assert town.heard_by("王主任") == []


def test_a_silent_day_is_reported_too() -> None:
    town = Town(mode="listen")
    town.until(8, 1)
    assert town.heard_by("王主任") == ["昨天听到 0 条事项：会登记 0 件，会通知 0 次。"]


def test_after_a_week_the_way_on_is_shown() -> None:
    town = Town(mode="listen")
    town.wait(days=6, step=timedelta(hours=1))
    assert not any("/mode live" in text for text in town.heard_by("王主任"))
    town.wait(days=1, step=timedelta(hours=1))
    assert "已经听了 7 天" in town.heard_by("王主任")[-1]


def test_the_report_comes_late_after_an_outage_and_never_at_night() -> None:
    town = Town(mode="listen")
    town.sleeps(hours=35)
    town.tick()
    assert town.heard_by("王主任") == []
    town.until(8, 1)
    assert len(town.heard_by("王主任")) == 1


def test_a_live_bot_reports_no_listening() -> None:
    town = Town()
    town.until(8, 1)
    assert town.heard_by("王主任") == []


@pytest.mark.parametrize("hour", [0, 1])
def test_on_the_first_morning_there_is_nothing_to_report_yet(hour: int) -> None:
    town = Town(mode="listen", at=NOON - timedelta(hours=4 + hour))
    town.wait(hours=3)
    assert town.heard_by("王主任") == []
