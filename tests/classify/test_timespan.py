"""When something is to happen, read out of a notice."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.classify.timespan import Timespan, read_timespan, read_timespans

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
        ("接供电公司通知，因检修，26号早8点到晚8点二期停电", _at(11, 26, 8), _at(11, 26, 20)),
        ("即日起至12月1日", SUNDAY, _at(12, 2)),
        ("明天上午9点到下午5点3、5栋停水", _at(11, 23, 9), _at(11, 23, 17)),
        ("明天上午9点30到下午5点12、15栋停水", _at(11, 23, 9, 30), _at(11, 23, 17)),
        ("１１月２５日８：００－１８：００停水", _at(11, 25, 8), _at(11, 25, 18)),
        ("十一月二十五日上午八点至下午六点停水", _at(11, 25, 8), _at(11, 25, 18)),
        ("1号、3号楼明天8:00-12:00停水", _at(11, 23, 8), _at(11, 23, 12)),
        ("今晚22点至次日6点", _at(11, 22, 22), _at(11, 23, 6)),
        ("本周六", _at(11, 28), _at(11, 29)),
        ("24日23:00-25日5:00停水", _at(11, 24, 23), _at(11, 25, 5)),
        ("明早6点-明晚8点", _at(11, 23, 6), _at(11, 23, 20)),
        ("11月25日停电（8:00—17:00）", _at(11, 25, 8), _at(11, 25, 17)),
        ("2026-11-25 08:00 至 2026-11-25 18:00", _at(11, 25, 8), _at(11, 25, 18)),
        ("下周二（12月1日）9:00-11:00", _at(12, 1, 9), _at(12, 1, 11)),
        ("明天上午停电", _at(11, 23, 8), _at(11, 23, 12)),
        ("明早7:30开始停电检修，预计11点恢复供电", _at(11, 23, 7, 30), _at(11, 23, 11)),
        ("正在抢修，大概两小时后来水", SUNDAY, _at(11, 22, 12)),
        ("停水至明早6点", SUNDAY, _at(11, 23, 6)),
        ("12月5日前缴清", SUNDAY, _at(12, 6)),
        ("听日朝早9点至下昼5点停水", _at(11, 23, 9), _at(11, 23, 17)),
        ("12月1日起试行", _at(12, 1), None),
        ("2点-5点停电", _at(11, 22, 14), _at(11, 22, 17)),
        ("昨天18:00停的水", _at(11, 21, 18), None),
    ],
)
def test_the_time_of_a_notice_is_read(text: str, start: datetime, end: datetime | None) -> None:
    assert read_timespan(text, SUNDAY) == Timespan(start, end)


def test_several_times_are_all_read() -> None:
    assert read_timespans("11月25日8:00-12:00、26日14:00-18:00停水", SUNDAY) == (
        Timespan(_at(11, 25, 8), _at(11, 25, 12)),
        Timespan(_at(11, 26, 14), _at(11, 26, 18)),
    )
    assert read_timespans("早上8:00-10:00、下午14:00-16:00停水", SUNDAY) == (
        Timespan(_at(11, 22, 8), _at(11, 22, 10)),
        Timespan(_at(11, 22, 14), _at(11, 22, 16)),
    )


@pytest.mark.parametrize(
    "text", ["11月25日至27日每天8:00-18:00", "11月25日至27日8:00-18:00", "11月25日、26日、27日每天8点到18点"]
)
def test_hours_of_several_days_hold_on_each_of_them(text: str) -> None:
    assert read_timespans(text, SUNDAY) == tuple(
        Timespan(_at(11, day, 8), _at(11, day, 18)) for day in (25, 26, 27)
    )


def test_a_span_says_whether_hours_were_said_and_whether_it_goes_on() -> None:
    timed, whole, onward = (
        read_timespan(text, SUNDAY) for text in ("明天9点到11点", "明天停水", "12月1日起试行")
    )
    assert timed is not None and timed.timed and not timed.onward
    assert whole is not None and not whole.timed and not whole.onward
    assert onward is not None and onward.onward


def test_hours_without_a_date_can_be_of_a_given_day() -> None:
    found = read_timespans("改为14:00-16:00", SUNDAY, _at(11, 25).date())
    assert found == (Timespan(_at(11, 25, 14), _at(11, 25, 16)),)


@pytest.mark.parametrize(
    "text",
    [
        "3栋2单元漏水",
        "电话13800138000",
        "热线0453-1234567",
        "请大家注意安全",
        "",
        "13月45日",
        "办公时间：9:00-17:00",
        "每周四晚7点合唱队活动",
        "提3点建议",
        "快一点",
        "单价2.5 元",
        "7×24小时值班",
        "5号楼和6号楼",
        "预计9:20恢复供水",
    ],
)
def test_a_text_without_a_time_has_none(text: str) -> None:
    assert read_timespan(text, SUNDAY) is None


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        read_timespan("明天停水", SUNDAY.replace(tzinfo=None))


COMMON = (
    "今天|明天|后天|大后天|明早|今晚|周三|本周六|下周一|点|时|半|:|-|到|至|次日|起|前|即日起|恢复|小时|每天|"
    "上午|下午|晚上|凌晨|早|晚|8|18|00|30|九|十|停水|、| "
)
MORE = "当日|每周二|月|日|号|年|分|一刻|截止|天|和|,|(|)|中午|11|25|2026|二十|零|3栋|.|/|昨天|上周五|\n"
WORDS = st.lists(st.sampled_from(f"{COMMON}|{MORE}".split("|")), max_size=24).map("".join)
SAID = st.integers(0, 2_000_000).map(lambda minutes: SUNDAY + timedelta(minutes=minutes))


@given(st.one_of(WORDS, st.text(max_size=200)), SAID)
def test_any_text_at_any_time_has_spans_in_order(text: str, said_at: datetime) -> None:
    for span in read_timespans(text, said_at):
        assert span.start.tzinfo is not None
        assert span.end is None or span.end > span.start


UNDATED = st.lists(st.sampled_from(f"{COMMON}|25日|3号".split("|")), max_size=16).map("".join)


@example("晚上周三", SUNDAY)
@example("今天、明天前", SUNDAY)
@given(UNDATED, SAID)
def test_without_a_date_that_has_passed_a_span_is_never_more_than_a_day_before_the_message(
    text: str, said_at: datetime
) -> None:
    assert all(span.start > said_at - timedelta(days=1) for span in read_timespans(text, said_at))


def test_a_very_long_text_is_read_in_bounded_steps() -> None:
    for text in ("8" * 65536, "8:00-" * 20000, "明天" * 30000, "1号、" * 20000, "每周一至" * 20000):
        assert len(read_timespans(text, SUNDAY)) <= 32
