"""Stretches of time as people write them."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.commands.periods import days_back, parse_period

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 11, 10, 0, tzinfo=ZONE)
"""A Wednesday."""


@pytest.mark.parametrize(
    ("word", "first", "last"),
    [
        ("今天", "2026-03-11", "2026-03-11"),
        ("昨天", "2026-03-10", "2026-03-10"),
        ("本周", "2026-03-09", "2026-03-11"),
        ("上周", "2026-03-02", "2026-03-08"),
        ("本月", "2026-03-01", "2026-03-11"),
        ("上月", "2026-02-01", "2026-02-28"),
        ("30天", "2026-02-10", "2026-03-11"),
        ("最近7天", "2026-03-05", "2026-03-11"),
        ("2026-02", "2026-02-01", "2026-02-28"),
        ("2026年1月", "2026-01-01", "2026-01-31"),
        ("12月", "2025-12-01", "2025-12-31"),
        ("2025年", "2025-01-01", "2025-12-31"),
    ],
)
def test_a_period_begins_and_ends_at_midnight(word: str, first: str, last: str) -> None:
    period = parse_period(word, NOW, ZONE)
    assert period is not None
    assert (f"{period.since:%Y-%m-%d}", f"{period.until - timedelta(1):%Y-%m-%d}") == (first, last)
    assert (period.since.hour, period.until.hour) == (0, 0)


@pytest.mark.parametrize("word", ["", "什么时候", "13月", "0天", "2027年", "2026-04", "9"])
def test_what_is_no_period_or_has_not_begun_is_none(word: str) -> None:
    assert parse_period(word, NOW, ZONE) is None


@given(st.text(max_size=12))
def test_no_word_breaks_it_and_periods_run_forward(word: str) -> None:
    period = parse_period(word, NOW, ZONE)
    assert period is None or period.since < period.until


@given(st.integers(1, 400))
def test_the_last_days_include_today(count: int) -> None:
    period = days_back(count, NOW, ZONE, "")
    assert period.since <= NOW < period.until
    assert (period.until - period.since).days == count
