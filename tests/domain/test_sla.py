"""Time that counts."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.sla import Hours

SHANGHAI = ZoneInfo("Asia/Shanghai")
NIGHT = Hours(time(22), time(8), SHANGHAI)

zones = st.sampled_from([SHANGHAI, ZoneInfo("Asia/Urumqi"), ZoneInfo("Europe/Berlin"), ZoneInfo("UTC")])
clock = st.builds(time, st.integers(0, 23), st.integers(0, 59))
hours = st.builds(Hours, clock, clock, zones).filter(lambda h: _night_minutes(h) <= 20 * 60)
moments = st.integers(1_700_000_000, 1_830_000_000).map(lambda s: datetime.fromtimestamp(s, UTC))
spans = st.timedeltas(timedelta(0), timedelta(days=3))


def _night_minutes(hours: Hours) -> int:
    start = hours.quiet_from.hour * 60 + hours.quiet_from.minute
    end = hours.quiet_to.hour * 60 + hours.quiet_to.minute
    return (end - start) % (24 * 60)


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("moment", "quiet"),
    [
        ("2026-05-12T21:59:59", False),
        ("2026-05-12T22:00", True),
        ("2026-05-13T00:00", True),
        ("2026-05-13T07:59:59", True),
        ("2026-05-13T08:00", False),
        ("2026-05-13T12:00", False),
    ],
)
def test_the_night_lasts_from_ten_to_eight(moment: str, quiet: bool) -> None:
    assert NIGHT.quiet(_at(moment)) is quiet


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        ("2026-05-12T12:00", 30, "2026-05-12T12:30"),
        ("2026-05-12T21:45", 30, "2026-05-13T08:15"),
        ("2026-05-12T21:30", 30, "2026-05-12T22:00"),
        ("2026-05-12T22:00", 30, "2026-05-13T08:30"),
        ("2026-05-12T23:30", 30, "2026-05-13T08:30"),
        ("2026-05-13T03:00", 30, "2026-05-13T08:30"),
        ("2026-05-12T12:00", 24 * 60, "2026-05-13T22:00"),
        ("2026-05-12T21:59", 14 * 60 + 2, "2026-05-14T08:01"),
    ],
)
def test_what_does_not_fit_before_the_night_goes_on_in_the_morning(
    start: str, minutes: int, end: str
) -> None:
    assert NIGHT.after(_at(start), timedelta(minutes=minutes)) == _at(end)


def test_equal_ends_mean_no_quiet_hours() -> None:
    always = Hours(time(0), time(0), SHANGHAI)

    assert not always.quiet(_at("2026-05-12T03:00"))
    assert always.after(_at("2026-05-12T23:00"), timedelta(hours=3)) == _at("2026-05-13T02:00")


def test_quiet_hours_may_lie_within_a_day() -> None:
    nap = Hours(time(12), time(14), SHANGHAI)

    assert nap.quiet(_at("2026-05-12T13:00"))
    assert not nap.quiet(_at("2026-05-12T23:00"))
    assert nap.after(_at("2026-05-12T11:50"), timedelta(minutes=30)) == _at("2026-05-12T14:20")


@given(hours, moments)
def test_waking_is_never_early_and_never_in_the_night(hours: Hours, moment: datetime) -> None:
    awake = hours.awake(moment)

    assert awake >= moment
    assert not hours.quiet(awake)
    assert awake - moment < timedelta(hours=25)


@given(hours, moments, spans)
def test_a_deadline_is_never_in_the_night_unless_at_its_very_start(
    hours: Hours, start: datetime, span: timedelta
) -> None:
    end = hours.after(start, span)

    assert not hours.quiet(end) or end.astimezone(hours.zone).time() == hours.quiet_from
    assert end >= start + span


@given(hours, moments, spans, spans)
def test_later_starts_and_longer_spans_never_end_earlier(
    hours: Hours, start: datetime, one: timedelta, other: timedelta
) -> None:
    shorter, longer = sorted([one, other])

    assert hours.after(start, shorter) <= hours.after(start, longer)
    assert hours.after(start, one) <= hours.after(start + other, one)


@given(
    st.builds(Hours, clock, clock, st.just(SHANGHAI)).filter(lambda h: _night_minutes(h) <= 20 * 60),
    moments.map(lambda m: m.replace(second=0, microsecond=0)),
    st.integers(0, 3 * 24 * 60),
)
def test_the_waking_minutes_between_are_the_span(hours: Hours, start: datetime, minutes: int) -> None:
    end = hours.after(start, timedelta(minutes=minutes))
    whole_minutes = int((end - start).total_seconds() // 60)
    begin = start.astimezone(SHANGHAI).hour * 60 + start.astimezone(SHANGHAI).minute

    def awake_before(minute: int) -> int:
        """Waking minutes of [0, minute), counted by hand over whole days and the rest."""
        night_from = hours.quiet_from.hour * 60 + hours.quiet_from.minute
        night = _night_minutes(hours)
        days, rest = divmod(minute, 24 * 60)
        asleep = sum((m - night_from) % (24 * 60) < night for m in range(rest))
        return days * (24 * 60 - night) + rest - asleep

    assert awake_before(begin + whole_minutes) - awake_before(begin) == minutes
