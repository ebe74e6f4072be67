"""Hours, days and gaps in words."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.shifts import Stretch
from bot.files.shiftwords import gap_words, stretch_words, weekly_words

ZONE = ZoneInfo("Asia/Shanghai")


def stretch(start: str, end: str) -> Stretch:
    return Stretch(
        *(datetime.fromisoformat(f"2026-{moment}").replace(tzinfo=ZONE) for moment in (start, end))
    )


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("11-20 00:00", "11-21 00:00", "11月20日"),
        ("11-20 00:00", "11-24 00:00", "11月20日至23日"),
        ("11-29 00:00", "12-02 00:00", "11月29日至12月1日"),
        ("11-20 00:00", "11-20 12:00", "11月20日上午"),
        ("11-20 12:00", "11-21 00:00", "11月20日下午"),
        ("11-20 08:00", "11-20 18:00", "11月20日 8:00–18:00"),
        ("11-20 18:00", "11-21 00:00", "11月20日 18:00–24:00"),
        ("11-20 22:00", "11-21 08:00", "11月20日 22:00 至 11月21日 8:00"),
    ],
)
def test_days_of_leave(start: str, end: str, words: str) -> None:
    assert stretch_words(stretch(start, end), ZONE) == words


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("11-26 22:00", "11-27 08:00", "周四（11月26日）夜里 22:00–次日8:00"),
        ("11-26 00:00", "11-27 00:00", "周四（11月26日）全天"),
        ("11-26 08:00", "11-26 12:00", "周四（11月26日）8:00–12:00"),
        ("11-27 18:00", "11-30 08:00", "周五（11月27日）18:00 至 周一（11月30日）8:00"),
    ],
)
def test_gaps(start: str, end: str, words: str) -> None:
    assert gap_words(stretch(start, end), ZONE) == words


def test_a_week_s_gaps_are_told_together() -> None:
    nights = [stretch(f"11-{day} 18:00", f"11-{day + 1} 08:00") for day in range(23, 27)]
    weekend = stretch("11-27 18:00", "11-30 08:00")
    assert weekly_words([*nights, weekend], ZONE) == "周一至周四 18:00–次日8:00；周五 18:00 至 周一 8:00"
