"""What people write for a moment is understood, or honestly not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.calendar.moments import parse_moment

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 6, 10, 10, 0, tzinfo=ZONE)  # a Wednesday


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2026-06-16 09:00", "2026-06-16 09:00"),
        ("2026-06-16T09:00", "2026-06-16 09:00"),
        ("2026-06-16 09:00:00", "2026-06-16 09:00"),
        ("2026/6/16 9:00", "2026-06-16 09:00"),
        ("2026年6月16日上午9时30分", "2026-06-16 09:30"),
        ("2026 年 6 月 16 日 9 点", "2026-06-16 09:00"),
        ("6月16日 9点", "2026-06-16 09:00"),
        ("6月16日9点", "2026-06-16 09:00"),
        ("6月16日，9点整", "2026-06-16 09:00"),
        ("6月16日（周二）9:00", "2026-06-16 09:00"),
        ("6月16 9点", "2026-06-16 09:00"),
        ("6-16 9:00", "2026-06-16 09:00"),
        ("6-1 19:00", "2026-06-01 19:00"),
        ("6.16 9:00", "2026-06-16 09:00"),
        ("六月十六日 晚上八点", "2026-06-16 20:00"),
        ("二十号八点", "2026-06-20 08:00"),
        ("16号 9点", "2026-06-16 09:00"),
        ("明天 9:00", "2026-06-11 09:00"),
        ("明天早上八点零五", "2026-06-11 08:05"),
        ("明早8点", "2026-06-11 08:00"),
        ("明晚8点", "2026-06-11 20:00"),
        ("后天下午3点一刻", "2026-06-12 15:15"),
        ("后天中午十二点", "2026-06-12 12:00"),
        ("大后天 14:30", "2026-06-13 14:30"),
        ("今晚7点半", "2026-06-10 19:30"),
        ("今晚七点钟", "2026-06-10 19:00"),
        ("今晚12点", "2026-06-11 00:00"),
        ("今天下午12点半", "2026-06-10 12:30"),
        ("下午2点20", "2026-06-10 14:20"),
        ("下午14:20", "2026-06-10 14:20"),
        ("周三 18:00", "2026-06-10 18:00"),
        ("周六上午十点二十分", "2026-06-13 10:20"),
        ("礼拜天晚8点", "2026-06-14 20:00"),
        ("本周五 9:00", "2026-06-12 09:00"),
        ("下周三下午3点", "2026-06-17 15:00"),
        ("24:00", "2026-06-11 00:00"),
        ("明天0:30", "2026-06-11 00:30"),
        ("明天凌晨两点", "2026-06-11 02:00"),
        ("１２：３０", "2026-06-10 12:30"),
        ("２０２６－０６－１６　０９：００", "2026-06-16 09:00"),
    ],
)
def test_ways_to_write_a_moment(said: str, meant: str) -> None:
    assert parse_moment(said, NOW, ZONE) == at(meant)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "9",
        "明天",
        "6月16日",
        "早上好",
        "今晚2点",  # tonight, or the night after?
        "下午9点",
        "早上12点",
        "26:00",
        "24:30",
        "9:61",
        "9:5",
        "6月31日 9点",
        "2025-02-29 9:00",
        "0000-01-01 9:00",
        "六月二十一点",  # the 20th at one, or the 21st?
        "6月16日（周三）9:00",  # it is a Tuesday
        "明天9点开会",
        "十十点",
        "9:00" + " " * 40,
    ],
)
def test_what_is_no_moment_or_not_clear_is_not_guessed(said: str) -> None:
    assert parse_moment(said, NOW, ZONE) is None


@pytest.mark.parametrize(
    "said", ["9:00", "今早8点", "6月9日 9点", "2号 9点", "2020-01-01 00:00", "本周一 9:00"]
)
def test_a_moment_that_has_passed_is_given_as_it_was_said(said: str) -> None:
    moment = parse_moment(said, NOW, ZONE)
    assert moment is not None
    assert moment < NOW


def test_a_day_without_its_year_or_month_is_the_near_one() -> None:
    end_of_year = at("2026-12-30 10:00")
    assert parse_moment("1月5日 9点", end_of_year, ZONE) == at("2027-01-05 09:00")
    assert parse_moment("2号9点", end_of_year, ZONE) == at("2027-01-02 09:00")
    assert parse_moment("12月28日 9点", end_of_year, ZONE) == at("2026-12-28 09:00")


def test_today_is_the_compounds_and_not_greenwichs() -> None:
    late = datetime(2026, 6, 10, 17, 0, tzinfo=UTC)  # one o'clock at night in Shanghai
    assert parse_moment("今天 9:00", late, ZONE) == at("2026-06-11 09:00")


def test_a_naive_now_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        parse_moment("9:00", datetime(2026, 6, 10), ZONE)  # noqa: DTZ001 - the refusal is what is tested


MINUTES = st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1)).map(  # noqa: DTZ001 - a zone is put on below
    lambda moment: moment.replace(second=0, microsecond=0, tzinfo=ZONE)
)
WAYS = (
    "{0:%Y-%m-%d %H:%M}",
    "{0:%Y-%m-%dT%H:%M}",
    "{0.year}/{0.month}/{0.day} {0.hour}:{0.minute:02}",
    "{0.year}年{0.month}月{0.day}日{0.hour}点{0.minute}分",
    "{0.year} 年 {0.month} 月 {0.day} 日  {0.hour} 时 {0.minute} 分",
)


@given(MINUTES, st.sampled_from(WAYS), st.booleans())
def test_a_whole_moment_reads_back_in_every_way_of_writing(meant: datetime, way: str, wide: bool) -> None:
    said = way.format(meant)
    if wide:
        said = said.translate({ord(digit): chr(ord(digit) + 0xFEE0) for digit in "0123456789:-/"})
    assert parse_moment(said, NOW, ZONE) == meant


@given(
    MINUTES,
    st.integers(-15, 180),
    st.sampled_from(["{0.month}月{0.day}日 {0:%H:%M}", "{0.month}-{0.day} {0:%H:%M}"]),
)
def test_a_day_of_the_coming_half_year_needs_no_year(now: datetime, days: int, way: str) -> None:
    meant = now + timedelta(days=days)
    # A leap day is not in every year, and in the first days of January the last ones of December are far.
    assume((meant.month, meant.day) != (2, 29) and (days >= 0 or meant.year == now.year))
    assert parse_moment(way.format(meant), now, ZONE) == meant


@given(
    st.text(
        st.sampled_from(
            "0123456789年月日号点时分半刻:：-/.T 今明后大天早晚上下午周末一二三四五六七八九十两〇零(),"
        ),
        max_size=41,
    )
)
def test_whatever_is_written_gives_a_moment_in_the_zone_or_nothing(said: str) -> None:
    moment = parse_moment(said, NOW, ZONE)
    assert moment is None or moment.tzinfo is ZONE
