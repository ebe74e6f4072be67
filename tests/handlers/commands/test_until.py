"""A moment said together with a reason."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.commands.until import split_until

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 6, 10, 10, 0, tzinfo=ZONE)
"""A Wednesday."""


def _split(said: str) -> tuple[str, str | None]:
    reason, until = split_until(said, NOW, ZONE, time(8, 30))
    return reason, f"{until:%m-%d %H:%M}" if until else None


@pytest.mark.parametrize(
    ("said", "reason", "until"),
    [
        ("等配件 明天9点", "等配件", "06-11 09:00"),
        ("等配件明天9点", "等配件", "06-11 09:00"),
        ("明天9点 等配件", "等配件", "06-11 09:00"),
        ("等配件 2026-06-20 09:00", "等配件", "06-20 09:00"),
        ("等配件 2026-06-20", "等配件", "06-20 08:30"),
        ("三天 等水泵", "等水泵", "06-13 10:00"),
        ("停水 2小时", "停水", "06-10 12:00"),
        ("下周一等厂家来", "等厂家来", "06-15 08:30"),
        ("等厂家来 周五下午", "等厂家来", "06-12 14:00"),
        ("等师傅到周五", "等师傅", "06-12 08:30"),
        ("等业主 今晚7点半", "等业主", "06-10 19:30"),
    ],
)
def test_reason_and_moment_are_told_apart_in_either_order(said: str, reason: str, until: str) -> None:
    assert _split(said) == (reason, until)


@pytest.mark.parametrize("said", ["等配件", "缺6号楼水泵", "换配件1", "等3栋业主晚上回来", ""])
def test_a_reason_without_a_moment_stays_whole(said: str) -> None:
    assert _split(said) == (said, None)


def test_a_moment_alone_leaves_no_reason() -> None:
    assert _split("明天9点") == ("", "06-11 09:00")


@given(st.text(max_size=80))
def test_no_text_breaks_it_and_what_it_finds_has_a_zone(said: str) -> None:
    reason, until = split_until(said, NOW, ZONE, time(8, 30))
    assert len(reason) <= len(said)
    assert until is None or until.tzinfo is not None


@given(st.text("等配件厂家水泵业主", min_size=1, max_size=12), st.integers(1, 28), st.integers(8, 20))
def test_any_reason_before_a_written_moment_comes_back(reason: str, day: int, hour: int) -> None:
    said = f"{reason} 2026-07-{day:02} {hour:02}:00"
    assert _split(said) == (reason, f"07-{day:02} {hour:02}:00")
