"""A matter's diary becomes fair cases: an episode each, whose it was, and what is left out and why."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.cases import Line, Matter, cases_of
from bot.domain.course import course
from bot.domain.rates import Case, Measure, Reason, Result, Share, by_person, left_out, rates
from bot.domain.sla import Calendar, Hours
from bot.domain.terms import Promise
from bot.domain.tickets import State

NOON = datetime(2026, 11, 3, 4, 0, tzinfo=UTC)
"""A Tuesday, 12:00 in Shanghai."""
CALENDAR = Calendar(
    Hours(time(22), time(8), ZoneInfo("Asia/Shanghai")), time(9), time(18), lambda day: day.weekday() < 5
)
PROMISE = Promise(accept=timedelta(minutes=5), solve=timedelta(minutes=30))


def matter(
    *told: tuple[float, str, str | None],
    state: State = State.CLOSED,
    now: float = 24 * 60,
    promise: Promise = PROMISE,
    data: dict[str, Any] | None = None,
    **more: Any,
) -> Matter:
    """A matter of noon: (minute, verb, person), ``data`` by verb."""
    lines = tuple(
        Line(
            NOON + timedelta(minutes=minute),
            verb,
            (data or {}).get(verb, {"person": person} if verb in ("rang", "assign") else {}),
            None if verb in ("rang", "confirm", "reject", "withdraw") else person,
        )
        for minute, verb, person in told
    )
    held = any(line.verb == "release" for line in lines)
    moment = NOON + timedelta(minutes=now)
    laps = course(lambda _: promise, "", NOON, lines, CALENDAR, moment, held=held)
    return Matter(1, NOON, date(2026, 11, 3), state, "一网格", "电梯", "物业", lines, laps, moment, **more)


def one(*told: tuple[float, str, str | None], **more: Any) -> Case:
    (found,) = cases_of(matter(*told, **more))
    return found


def results(case: Case) -> tuple[Result | None, Result | None]:
    return (
        case.response.result if case.response else None,
        case.solving.result if case.solving else None,
    )


def reason(measure: Measure | None) -> Reason | None:
    assert measure is not None
    return measure.reason


def test_taken_and_solved_in_time_counts_for_both() -> None:
    case = one((0, "rang", "老李"), (3, "accept", "老李"), (20, "resolve", "老李"), (60, "confirm", None))
    assert results(case) == (Result.MET, Result.MET)
    assert case.response
    assert case.solving
    assert (case.response.person, case.solving.person) == ("老李", "老李")
    assert case.solving.took == timedelta(minutes=20)
    assert case.confirmed


def test_who_was_asked_first_answers_for_the_minutes_and_the_helper_is_not_blamed() -> None:
    case = one(
        (0, "rang", "老李"),
        (5, "climbed", None),
        (5, "rang", "丁经理"),
        (7, "accept", "丁经理"),
        (25, "resolve", "丁经理"),
    )
    assert results(case) == (Result.MISSED, Result.MET)
    assert case.response
    assert case.solving
    assert (case.response.person, case.solving.person) == ("老李", "丁经理")


def test_who_takes_over_late_has_their_own_time_and_the_residents_count_theirs() -> None:
    case = one(
        (0, "rang", "老李"),
        (5, "climbed", None),
        (5, "rang", "丁经理"),
        (29, "accept", "丁经理"),
        (45, "resolve", "丁经理"),
    )
    assert results(case) == (Result.MISSED, Result.MISSED)
    assert rates([case]).solved == Share(0, 1)
    assert dict(by_person([case]))["丁经理"].solved == Share(1, 1)


def test_who_never_got_the_message_is_not_blamed() -> None:
    case = one((0, "rang", "老李"), (0, "undelivered", "老李"), (0, "rang", "周姐"), (9, "accept", "周姐"))
    assert case.response == Measure(Result.MISSED, "周姐", timedelta(minutes=9))


def test_handed_on_in_time_is_judged_by_the_next_ones_minutes() -> None:
    case = one(
        (0, "rang", "老李"),
        (2, "assign", "小陈"),
        (2, "rang", "小陈"),
        (5, "accept", "小陈"),
        (20, "resolve", "小陈"),
    )
    assert results(case) == (Result.MET, Result.MET)
    assert case.response
    assert case.response.person == "小陈"


def test_taken_in_time_and_left_lying_is_a_response_kept_and_the_next_ones_work() -> None:
    case = one(
        (0, "rang", "老李"),
        (3, "accept", "老李"),
        (8, "taken_back", None),
        (8, "rang", "丁经理"),
        (20, "accept", "丁经理"),
        (25, "resolve", "丁经理"),
        promise=Promise(timedelta(minutes=5), arrive=timedelta(minutes=5), solve=timedelta(minutes=30)),
    )
    assert case.response == Measure(Result.MET, "老李", timedelta(minutes=3))
    assert case.arrival
    assert case.arrival.result is Result.MISSED
    assert case.solving == Measure(Result.MET, "丁经理", timedelta(minutes=25))


@pytest.mark.parametrize(
    ("verb", "state", "why"),
    [
        ("withdraw", State.WITHDRAWN, Reason.WITHDRAWN),
        ("decline", State.DECLINED, Reason.DECLINED),
        ("false_alarm", State.FALSE_ALARM, Reason.FALSE_ALARM),
        ("merge", State.MERGED, Reason.MERGED),
    ],
)
def test_what_ended_before_its_time_is_left_out_with_its_reason(verb: str, state: State, why: Reason) -> None:
    case = one((0, "rang", "老李"), (2, verb, None), state=state)
    assert results(case) == (Result.OUT, Result.OUT)
    assert [(entry.what, entry.reason) for entry in left_out([case])] == [("case", why)]


def test_no_matter_at_all_counts_nowhere_however_late_it_was_found_out() -> None:
    case = one((0, "rang", "老李"), (90, "false_alarm", "老李"), state=State.FALSE_ALARM)
    assert results(case) == (Result.OUT, Result.OUT)


def test_withdrawn_after_nobody_came_is_still_a_promise_missed() -> None:
    case = one((0, "rang", "老李"), (90, "withdraw", None), state=State.WITHDRAWN)
    assert results(case) == (Result.MISSED, Result.MISSED)


def test_solved_within_two_minutes_with_nothing_to_show_is_marked_and_not_counted() -> None:
    case = one((0, "rang", "老李"), (1, "accept", "老李"), (1.5, "resolve", "老李"), state=State.RESOLVED)
    assert reason(case.solving) is Reason.HASTY
    assert [entry.reason for entry in left_out([case])] == [Reason.HASTY]


def test_so_quick_with_a_photo_or_the_reporters_word_it_counts() -> None:
    quick = ((0.0, "rang", "老李"), (1.5, "resolve", "老李"))
    assert results(one(*quick, proofs=(NOON + timedelta(minutes=2),)))[1] is Result.MET
    assert results(one(*quick, (60, "confirm", None)))[1] is Result.MET
    assert results(one((0, "rang", "老李"), (3, "resolve", "老李")))[1] is Result.MET


def test_said_to_be_solved_and_brought_back_was_not_solved() -> None:
    first, second = cases_of(
        matter(
            (0, "rang", "老李"),
            (1.5, "resolve", "老李"),
            (60, "reject", None),
            (60, "rang", "丁经理"),
            (62, "accept", "丁经理"),
            (80, "resolve", "丁经理"),
            (90, "confirm", None),
            stars=5,
            stars_at=NOON,
        )
    )
    assert results(first) == (Result.MET, Result.MISSED)
    assert (first.reworked, first.stars, first.confirmed) == (True, None, False)
    assert results(second) == (Result.MET, Result.MET)
    assert (second.stars, second.confirmed) == (5, True)
    assert second.solving
    assert second.solving.person == "丁经理"


def test_broken_anew_a_month_later_the_first_repair_still_counts() -> None:
    month = 30 * 24 * 60
    first, second = cases_of(
        matter(
            (0, "rang", "老李"),
            (3, "accept", "老李"),
            (20, "resolve", "老李"),
            (21, "confirm", None),
            (month, "reopen", "王主任"),
            (month, "rang", "老李"),
            state=State.OPEN,
            now=month + 1,
        )
    )
    assert results(first) == (Result.MET, Result.MET)
    assert results(second) == (Result.RUNNING, Result.RUNNING)


def test_a_pause_stops_the_clock_and_stands_in_the_record_with_its_reason() -> None:
    until = (NOON + timedelta(hours=5)).isoformat()
    case = one(
        (0, "rang", "老李"),
        (3, "accept", "老李"),
        (10, "pause", "老李"),
        (200, "resume", None),
        (215, "resolve", "老李"),
        data={"rang": {"person": "老李"}, "pause": {"note": "住户不在家", "until": until}},
    )
    assert results(case) == (Result.MET, Result.MET)
    assert case.solving
    assert case.solving.took == timedelta(minutes=25)
    ((stop),) = case.stops
    assert (stop.reason, stop.until) == ("住户不在家", NOON + timedelta(minutes=200))


def test_listening_asks_nobody_and_judges_nobody() -> None:
    case = one((0, "would_ring", None), state=State.OPEN, listened=True)
    assert all(result in (None, Result.OUT) for result in results(case))
    assert left_out([case])[0].reason is Reason.LISTENED


def test_what_was_imported_was_asked_of_nobody() -> None:
    case = one((0, "imported", None), state=State.CLOSED)
    assert [entry.reason for entry in left_out([case])] == [Reason.IMPORTED]


def test_held_for_the_committee_the_clock_begins_with_the_release() -> None:
    case = one(
        (600, "release", "王主任"), (600, "rang", "老李"), (603, "accept", "老李"), (620, "resolve", "老李")
    )
    assert results(case) == (Result.MET, Result.MET)


def test_without_a_time_promised_solved_is_solved() -> None:
    slow = one(
        (0, "rang", "老李"),
        (3, "accept", "老李"),
        (900, "resolve", "老李"),
        promise=Promise(timedelta(minutes=5)),
    )
    assert results(slow) == (Result.MET, Result.MET)
    still = one(
        (0, "rang", "老李"),
        (3, "accept", "老李"),
        state=State.ACCEPTED,
        promise=Promise(timedelta(minutes=5)),
    )
    assert results(still) == (Result.MET, Result.RUNNING)


VERBS = [
    "rang", "climbed", "accept", "arrive", "pause", "resume", "resolve", "confirm", "reject", "reopen", "assign",
    "decline", "merge", "unmerge", "withdraw", "false_alarm", "undelivered", "release", "plan", "taken_back",
]  # fmt: skip


@given(
    st.lists(
        st.tuples(st.floats(0, 5000), st.sampled_from(VERBS), st.sampled_from([None, "老李", "小陈"])),
        max_size=14,
    ),
    st.sampled_from(list(State)),
    st.booleans(),
)
def test_whatever_happened_every_episode_is_judged_or_left_out_with_a_reason(
    told: list[tuple[float, str, str | None]], state: State, listened: bool
) -> None:
    for case in cases_of(
        matter(*sorted(told, key=lambda line: line[0]), state=state, now=6000, listened=listened)
    ):
        for measure in (case.response, case.arrival, case.solving):
            assert measure is None or (measure.result is Result.OUT) == (measure.reason is not None)
