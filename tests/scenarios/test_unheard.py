"""When nothing can be heard, somebody is told, and nobody thinks that all is quiet."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.messages import Unheard
from tests.town import Town


def test_a_gap_stands_in_the_status_for_a_week(town: Town) -> None:
    now = town.clock.now()
    town.arrives(Unheard("wechat", now - timedelta(minutes=40), now - timedelta(minutes=5)))
    assert "微信从 11:20 到 11:55 没有连上" in _status(town)
    town.sleeps(days=8)
    assert "没有连上" not in _status(town)


def test_a_group_that_falls_silent_is_reported_once_for_each_silence(town: Town) -> None:
    town.says("张阿姨", "大家早上好")
    town.wait(days=2, hours=3)
    told = [text for text in town.heard_by("王主任") if "没有听到一句话" in text]
    assert len(told) == 1
    town.wait(days=3)
    assert not [text for text in town.heard_by("王主任") if "没有听到一句话" in text]
    town.says("张阿姨", "出差回来了")
    town.wait(days=2, hours=3)
    assert [text for text in town.heard_by("王主任") if "没有听到一句话" in text]


def _status(town: Town) -> str:
    town.tells("王主任", "/status")
    return town.heard_by("王主任")[-1]
