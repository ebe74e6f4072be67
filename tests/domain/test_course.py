"""How the stages of a matter are counted: from its diary, nights, days off and pauses left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.course import course
from bot.domain.people import Role
from bot.domain.sla import Calendar, Count, Hours, Pause
from bot.domain.stages import Fate, Lap, Stage, current
from bot.domain.terms import Promise, Term, Terms
from bot.domain.verdicts import Severity

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFF = frozenset({date(2026, 5, 1), date(2026, 5, 4), date(2026, 5, 5)})
MADE_UP = frozenset({date(2026, 5, 9)})
CALENDAR = Calendar(
    Hours(time(22), time(8), SHANGHAI),
    time(8, 30),
    time(17, 30),
    lambda day: day in MADE_UP or (day.weekday() < 5 and day not in OFF),
)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Line:
    at: datetime
    verb: str
    data: Mapping[str, Any] = field(default_factory=dict)


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


NOON = _at("2026-05-12T12:00")
ORDINARY = Promise(5 * MINUTE, arrive=5 * MINUTE, solve=30 * MINUTE)
COMPLEX = Promise(5 * MINUTE, plan=timedelta(days=1))


def _lines(*said: tuple[float, str]) -> list[Line]:
    return [Line(NOON + minutes * MINUTE, verb) for minutes, verb in said]


def _course(promise: Promise, lines: list[Line], now: float = 24 * 60) -> dict[Stage, Lap]:
    """The last lap of each stage."""
    laps = course(lambda _: promise, "", NOON, lines, CALENDAR, NOON + now * MINUTE)
    return {lap.stage: lap for lap in laps}


# -- hours that count ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "hours", "count", "end"),
    [
        ("2026-05-12T23:00", 1, Count.WAKING, "2026-05-13T09:00"),
        ("2026-05-12T23:00", 1, Count.ALWAYS, "2026-05-13T00:00"),
        ("2026-05-12T17:00", 1, Count.OFFICE, "2026-05-13T09:00"),
        # From the Thursday before the holiday to the Wednesday after it.
        ("2026-04-30T17:00", 1, Count.OFFICE, "2026-05-06T09:00"),
        # A Saturday that is worked.
        ("2026-05-08T17:00", 1, Count.OFFICE, "2026-05-09T09:00"),
        ("2026-05-09T17:00", 1, Count.OFFICE, "2026-05-11T09:00"),
        ("2026-05-12T15:00", 24, Count.WORKDAYS, "2026-05-13T15:00"),
        ("2026-04-30T15:00", 24, Count.WORKDAYS, "2026-05-06T15:00"),
    ],
)
def test_what_counts_and_what_does_not(start: str, hours: int, count: Count, end: str) -> None:
    assert CALENDAR.after(_at(start), timedelta(hours=hours), count) == _at(end)


@given(
    st.integers(1_770_000_000, 1_790_000_000).map(lambda s: datetime.fromtimestamp(s, UTC)),
    st.timedeltas(timedelta(0), timedelta(days=3)),
    st.sampled_from(Count),
)
def test_counting_back_gives_the_span(start: datetime, span: timedelta, count: Count) -> None:
    assert CALENDAR.between(start, CALENDAR.after(start, span, count), count) == span


@given(
    st.integers(1_770_000_000, 1_790_000_000).map(lambda s: datetime.fromtimestamp(s, UTC)),
    st.timedeltas(timedelta(0), timedelta(days=3)),
)
def test_waking_hours_are_those_of_the_quiet_hours(start: datetime, span: timedelta) -> None:
    assert CALENDAR.after(start, span, Count.WAKING) == CALENDAR.hours.after(start, span)


pauses = st.lists(
    st.tuples(st.integers(-3000, 6000), st.integers(0, 4000)).map(
        lambda pair: Pause(NOON + pair[0] * MINUTE, NOON + (pair[0] + pair[1]) * MINUTE)
    ),
    max_size=5,
)


@given(pauses, pauses, st.integers(0, 3000), st.sampled_from(Count))
def test_a_pause_never_makes_a_deadline_earlier(
    some: list[Pause], more: list[Pause], minutes: int, count: Count
) -> None:
    before = CALENDAR.after(NOON, minutes * MINUTE, count, some)

    assert CALENDAR.after(NOON, minutes * MINUTE, count, [*some, *more]) >= before


@given(pauses, st.integers(0, 3000), st.sampled_from(Count))
def test_up_to_the_deadline_exactly_the_span_has_counted(
    some: list[Pause], minutes: int, count: Count
) -> None:
    end = CALENDAR.after(NOON, minutes * MINUTE, count, some)

    assert CALENDAR.between(NOON, end, count, some) == minutes * MINUTE


def test_where_nobody_ever_works_the_clock_runs_all_the_same() -> None:
    never = Calendar(CALENDAR.hours, time(8, 30), time(17, 30), lambda _day: False)

    assert never.after(NOON, timedelta(hours=1), Count.OFFICE) == NOON + timedelta(hours=1)


# -- stages ----------------------------------------------------------------------------------------------


def test_kept_promises_are_met() -> None:
    laps = _course(ORDINARY, _lines((4, "accept"), (8, "arrive"), (29, "resolve")))

    assert {stage: lap.fate for stage, lap in laps.items()} == dict.fromkeys(
        (Stage.ACCEPT, Stage.ARRIVE, Stage.SOLVE), Fate.MET
    )
    assert laps[Stage.ARRIVE].counted == 4 * MINUTE
    assert laps[Stage.SOLVE].counted == 29 * MINUTE


def test_who_takes_late_work_has_as_long_as_if_it_had_come_in_time() -> None:
    laps = _course(ORDINARY, _lines((60, "accept")), now=61)

    assert laps[Stage.ACCEPT].fate is Fate.MISSED
    assert laps[Stage.SOLVE].due == NOON + 30 * MINUTE
    assert laps[Stage.SOLVE].fair_due == NOON + 85 * MINUTE


def test_the_nearest_stage_is_the_current_one() -> None:
    assert current(course(lambda _: ORDINARY, "", NOON, [], CALENDAR, NOON)) is not None
    laps = course(lambda _: ORDINARY, "", NOON, _lines((2, "accept")), CALENDAR, NOON + 3 * MINUTE)
    lap = current(laps)
    assert lap is not None
    assert lap.stage is Stage.ARRIVE
    assert lap.fair_due == NOON + 7 * MINUTE


def test_a_pause_stops_every_stage_and_the_rest_goes_on() -> None:
    until = (NOON + 200 * MINUTE).isoformat()
    lines = [*_lines((2, "accept"), (4, "arrive")), Line(NOON + 10 * MINUTE, "pause", {"until": until})]
    during = _course(ORDINARY, lines, now=100)[Stage.SOLVE]
    assert during.counted == 10 * MINUTE
    assert during.due == NOON + 220 * MINUTE
    assert during.fate is Fate.RUNNING

    after = _course(ORDINARY, [*lines, *_lines((60, "resume"))], now=70)[Stage.SOLVE]
    assert after.due == NOON + 80 * MINUTE


def test_a_plan_sets_the_day_by_which_a_complex_matter_is_solved() -> None:
    until = NOON + timedelta(days=20)
    lines = [*_lines((2, "accept")), Line(NOON + 300 * MINUTE, "plan", {"until": until.isoformat()})]
    laps = _course(COMPLEX, lines, now=400)

    assert laps[Stage.PLAN].fate is Fate.MET
    assert laps[Stage.SOLVE].due == until


def test_a_plan_does_not_move_what_is_promised_in_minutes() -> None:
    lines = [
        *_lines((2, "accept")),
        Line(NOON + 3 * MINUTE, "plan", {"until": (NOON + timedelta(days=20)).isoformat()}),
    ]
    assert _course(ORDINARY, lines, now=4)[Stage.SOLVE].due == NOON + 30 * MINUTE


def test_what_is_handed_on_has_its_own_time_to_be_accepted() -> None:
    laps = course(
        lambda _: ORDINARY, "", NOON, _lines((3, "assign"), (7, "accept")), CALENDAR, NOON + 9 * MINUTE
    )
    accepts = [lap for lap in laps if lap.stage is Stage.ACCEPT]

    assert [lap.fate for lap in accepts] == [Fate.DROPPED, Fate.MET]
    assert accepts[1].due == NOON + 8 * MINUTE


def test_what_comes_back_begins_a_new_episode() -> None:
    laps = course(
        lambda _: ORDINARY,
        "",
        NOON,
        _lines((3, "accept"), (9, "resolve"), (50, "reject")),
        CALENDAR,
        NOON + 51 * MINUTE,
    )
    assert {lap.episode for lap in laps} == {1, 2}
    lap = current(laps)
    assert lap is not None
    assert (lap.stage, lap.episode, lap.due) == (Stage.ACCEPT, 2, NOON + 55 * MINUTE)


def test_what_is_taken_back_was_missed_and_the_next_is_asked() -> None:
    laps = course(
        lambda _: ORDINARY, "", NOON, _lines((3, "accept"), (9, "taken_back")), CALENDAR, NOON + 10 * MINUTE
    )

    assert [lap.fate for lap in laps if lap.stage is Stage.ARRIVE] == [Fate.MISSED]
    lap = current(laps)
    assert lap is not None
    assert lap.stage is Stage.ACCEPT


def _by_role(role: str) -> Promise:
    return {"物业维修": ORDINARY, "业委会": Promise(5 * MINUTE, solve=240 * MINUTE)}[role]


def _with_roles(*said: tuple[float, str, str]) -> tuple[Lap, ...]:
    lines = [
        Line(NOON + minutes * MINUTE, verb, {"role": role} if role else {}) for minutes, verb, role in said
    ]
    return course(_by_role, "物业维修", NOON, lines, CALENDAR, NOON + 300 * MINUTE)


def test_an_arrival_that_was_missed_stays_missed_when_somebody_takes_over_who_promises_none() -> None:
    laps = _with_roles(
        (2, "accept", "物业维修"), (9, "taken_back", ""), (9, "rang", "业委会"), (12, "accept", "业委会")
    )
    assert [lap.fate for lap in laps if lap.stage is Stage.ARRIVE] == [Fate.MISSED]


def test_nobody_is_late_for_an_arrival_that_only_a_later_role_promises() -> None:
    laps = _with_roles((2, "accept", "业委会"), (20, "arrive", "物业维修"), (25, "resolve", "物业维修"))
    assert [lap for lap in laps if lap.stage is Stage.ARRIVE] == []


def test_what_counts_from_the_first_message_goes_on_as_whoever_has_it_promises() -> None:
    (solve,) = [lap for lap in _with_roles((2, "accept", "业委会")) if lap.stage is Stage.SOLVE]
    assert solve.due == NOON + 240 * MINUTE
    ended = _with_roles(
        (2, "accept", "物业维修"), (35, "resolve", ""), (60, "reject", ""), (62, "accept", "业委会")
    )
    before, after = [lap for lap in ended if lap.stage is Stage.SOLVE]
    assert (before.fate, before.due) == (Fate.MISSED, NOON + 30 * MINUTE)
    assert after.due == NOON + 300 * MINUTE


def test_being_told_of_what_somebody_else_is_at_work_on_changes_no_promise() -> None:
    (solve,) = [
        lap
        for lap in _with_roles((2, "accept", "物业维修"), (3, "arrive", ""), (30, "rang", "业委会"))
        if lap.stage is Stage.SOLVE
    ]
    assert solve.due == NOON + 30 * MINUTE


def test_what_waits_for_the_committees_eyes_runs_from_its_release() -> None:
    assert course(lambda _: ORDINARY, "", NOON, [], CALENDAR, NOON + 60 * MINUTE, held=True) == ()
    (lap, _) = course(
        lambda _: ORDINARY, "", NOON, _lines((50, "release")), CALENDAR, NOON + 60 * MINUTE, held=True
    )
    assert lap.due == NOON + 55 * MINUTE


verbs = st.sampled_from(
    ["accept", "arrive", "plan", "pause", "resume", "assign", "taken_back", "resolve", "reject", "decline",
     "reopen", "withdraw", "urged", "climbed", "rang", "handed_over"]
)  # fmt: skip
holders = st.sampled_from(["", "物业维修", "业委会", "物业经理"])
PROMISES = {
    "": ORDINARY,
    "物业维修": ORDINARY,
    "业委会": Promise(5 * MINUTE, solve=240 * MINUTE),
    "物业经理": COMPLEX,
}


@given(st.lists(st.tuples(st.integers(0, 500), verbs, holders), max_size=12), holders)
def test_whatever_the_diary_says_every_stage_has_a_fate(
    steps: list[tuple[int, str, str]], first: str
) -> None:
    at, lines = NOON, []
    for minutes, verb, role in steps:
        at += minutes * MINUTE
        data = {"until": (at + timedelta(days=2)).isoformat()} if verb in ("pause", "plan") else {}
        lines.append(Line(at, verb, data | ({"role": role} if role else {})))
    laps = course(PROMISES.__getitem__, first, NOON, lines, CALENDAR, at)

    assert laps
    for lap in laps:
        assert lap.begun <= lap.half <= lap.most <= lap.fair_due
        assert lap.due <= lap.fair_due
        assert lap.running == (lap.fate in (Fate.RUNNING, Fate.LATE))
        assert lap.counted >= timedelta(0)


# -- what is promised ------------------------------------------------------------------------------------

TERMS = Terms(
    5 * MINUTE,
    (
        Term(severity=Severity.ORDINARY, solve=30 * MINUTE),
        Term(severity=Severity.MAJOR, solve=240 * MINUTE),
        Term(severity=Severity.EMERGENCY, accept=MINUTE, solve=30 * MINUTE),
        Term(role=Role.REPAIR, arrive=5 * MINUTE),
        Term(topic="电梯", solve=60 * MINUTE),
        Term(topic="电梯", severity=Severity.MAJOR, solve=timedelta(0)),
    ),
    office=frozenset({Role.MANAGER.value}),
)


@pytest.mark.parametrize(
    ("severity", "topic", "role", "expected"),
    [
        (Severity.ORDINARY, "卫生", "保洁员", Promise(5 * MINUTE, solve=30 * MINUTE)),
        (Severity.MAJOR, "卫生", "保洁员", Promise(5 * MINUTE, solve=240 * MINUTE)),
        (Severity.ORDINARY, "电梯", "物业维修", Promise(5 * MINUTE, arrive=5 * MINUTE, solve=60 * MINUTE)),
        (Severity.MAJOR, "电梯", "物业维修", Promise(5 * MINUTE, arrive=5 * MINUTE)),
        (
            Severity.ORDINARY,
            "卫生",
            "物业经理",
            Promise(5 * MINUTE, solve=30 * MINUTE, work=Count.OFFICE),
        ),
        (
            Severity.EMERGENCY,
            "电梯",
            "物业维修",
            Promise(MINUTE, solve=30 * MINUTE, heard=Count.ALWAYS, work=Count.ALWAYS, days=Count.ALWAYS),
        ),
    ],
)
def test_the_later_line_wins_figure_by_figure(
    severity: Severity, topic: str, role: str, expected: Promise
) -> None:
    assert TERMS.of(severity, topic, role) == expected
