"""When something is to happen, read out of a notice."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.classify.timespan import Timespan, read_timespan

ZONE = ZoneInfo("Asia/Shanghai")
SUNDAY = datetime(2026, 11, 22, 10, 0, tzinfo=ZONE)


def _at(month: int, day: int, hour: int = 0, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("11月25日8:00-18:00 3、5栋停水", _at(11, 25, 8), _at(11, 25, 18)),
        ("明早八点到下午五点停电", _at(11, 23, 8), _at(11, 23, 17)),
        ("今晚20时起正式升温", _at(11, 22, 20), None),
        ("定于明日9:00—11:30对水箱清洗消毒", _at(11, 23, 9), _at(11, 23, 11, 30)),
        ("今日14:00至17:00暫停食水供應", _at(11, 22, 14), _at(11, 22, 17)),
        ("今晚23点到凌晨2点北门不能通行", _at(11, 22, 23), _at(11, 23, 2)),
        ("5月25日23:00至5月26日6:00停水", _at(5, 25, 23, year=2027), _at(5, 26, 6, year=2027)),
        ("本周六6:30—12:00停电", _at(11, 28, 6, 30), _at(11, 28, 12)),
        ("下周一下午两点半开会", _at(11, 23, 14, 30), None),
        ("高考期间（6月7日—9日）暂停施工", _at(6, 7, year=2027), _at(6, 10, year=2027)),
        ("28号晚上七点业主大会", _at(11, 28, 19), None),
        ("周日上午9-11点接种", _at(11, 22, 9), _at(11, 22, 11)),
        ("1月3日清洗水箱", _at(1, 3, year=2027), _at(1, 4, year=2027)),
        ("预计18点恢复供水", _at(11, 22, 10), _at(11, 22, 18)),
        ("今天10点到5点", _at(11, 22, 10), _at(11, 22, 17)),
        ("中午12点到1点停电", _at(11, 22, 12), _at(11, 22, 13)),
        ("今天下午3点起停水2小时", _at(11, 22, 15), _at(11, 22, 17)),
        ("晚上12点停水", _at(11, 23), None),
    ],
)
def test_the_time_of_a_notice_is_read(text: str, start: datetime, end: datetime | None) -> None:
    assert read_timespan(text, SUNDAY) == Timespan(start, end)


@pytest.mark.parametrize("text", ["3栋2单元漏水", "电话13800138000", "请大家注意安全", "", "13月45日"])
def test_a_text_without_a_time_has_none(text: str) -> None:
    assert read_timespan(text, SUNDAY) is None


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        read_timespan("明天停水", SUNDAY.replace(tzinfo=None))


@given(
    st.text(
        alphabet="0123456789零一二三十半年月日号点时分:-—到至今明后晚早上午下周星期次天 停水", max_size=60
    )
)
def test_any_text_has_a_span_in_order_or_none(text: str) -> None:
    span = read_timespan(text, SUNDAY)
    assert span is None or span.end is None or span.end > span.start
