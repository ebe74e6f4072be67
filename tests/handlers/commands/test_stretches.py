"""Days as people say them together with names."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.commands.stretches import Said, read_stretch

ZONE = ZoneInfo("Asia/Shanghai")
TUESDAY = datetime(2026, 11, 17, 12, tzinfo=ZONE)


def read(text: str) -> Said:
    return read_stretch(text, TUESDAY, ZONE)


@pytest.mark.parametrize(
    ("said", "start", "end", "before", "after"),
    [
        ("11-20 11-23 李四", "11-20 00:00", "11-24 00:00", "", "李四"),
        ("老李 11-20 11-23 李四", "11-20 00:00", "11-24 00:00", "老李", "李四"),
        ("老李请假 11月20日至23日，由李四代班", "11-20 00:00", "11-24 00:00", "老李", "李四"),
        ("11/20—11/23，李四", "11-20 00:00", "11-24 00:00", "", "李四"),
        ("11-20到23 李四 8001", "11-20 00:00", "11-24 00:00", "", "李四 8001"),
        ("20号-22号 李四", "11-20 00:00", "11-23 00:00", "", "李四"),
        ("2026-11-20 2026-11-23", "11-20 00:00", "11-24 00:00", "", ""),
        ("１１－２０　李四", "11-20 00:00", "11-21 00:00", "", "李四"),
        ("明天 后天", "11-18 00:00", "11-20 00:00", "", ""),
        ("下周一至周三", "11-23 00:00", "11-26 00:00", "", ""),
        ("周五 找李四顶班", "11-20 00:00", "11-21 00:00", "", "李四"),
        ("11-20上午", "11-20 00:00", "11-20 12:00", "", ""),
        ("11-20下午 李四", "11-20 12:00", "11-21 00:00", "", "李四"),
        ("明天下午到后天中午", "11-18 12:00", "11-19 12:00", "", ""),
        ("11-20 8:00 11-20 18:00", "11-20 08:00", "11-20 18:00", "", ""),
        ("11-20 下午2点-6点", "11-20 14:00", "11-20 18:00", "", ""),
        ("今晚 李四", "11-17 18:00", "11-18 00:00", "", "李四"),
    ],
)
def test_days_and_halves_of_days(said: str, start: str, end: str, before: str, after: str) -> None:
    found = read(said)
    assert found.stretch is not None
    assert [f"{t:%m-%d %H:%M}" for t in (found.stretch.start, found.stretch.end)] == [start, end]
    assert (found.before, found.after) == (before, after)


def test_a_day_long_gone_is_next_year_s() -> None:
    found = read("1-2 1-5")
    assert found.stretch is not None
    assert found.stretch.start.year == 2027
    assert found.stretch.end - found.stretch.start == timedelta(days=4)


@pytest.mark.parametrize("said", ["", "李四", "13-40 李四", "2-30", "后勤部老李", "请假"])
def test_where_no_day_is_said_none_is_read(said: str) -> None:
    assert read(said).stretch is None
    assert not read(said).backwards


def test_an_end_before_its_start_is_told() -> None:
    assert read("11-23 11-20 李四").backwards


@given(st.dates(TUESDAY.date(), TUESDAY.date() + timedelta(days=170)), st.integers(0, 20))
def test_days_are_read_back_as_they_are_written(first: date, length: int) -> None:
    start = datetime.combine(first, datetime.min.time(), ZONE)
    last = start + timedelta(days=length)
    found = read(f"老李 {start.month}-{start.day} {last.month}-{last.day} 李四")
    assert found.stretch is not None
    assert (found.stretch.start, found.stretch.end) == (start, last + timedelta(days=1))
    assert (found.before, found.after) == ("老李", "李四")


@given(st.text(alphabet="0123456789-/.年月日号到至 周一二日下明后天上午中点李四代班:", max_size=25))
def test_any_heap_of_signs_is_read_or_left(said: str) -> None:
    found = read(said)
    assert found.stretch is None or found.stretch.start < found.stretch.end
