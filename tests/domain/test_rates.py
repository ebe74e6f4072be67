"""The three rates are fair arithmetic: everything is counted once, or left out with a reason that is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.rates import (
    FEW,
    Case,
    Measure,
    Reason,
    Result,
    Share,
    by_person,
    grouped,
    left_out,
    part_of,
    rates,
    running,
    times,
    unnamed,
)

MINUTE = timedelta(minutes=1)
NOON = datetime(2026, 11, 2, 4, tzinfo=UTC)
PEOPLE = ("老李", "小陈", "老赵")


def met(minutes: float = 3, person: str | None = "老李") -> Measure:
    return Measure(Result.MET, person, minutes * MINUTE)


def missed(minutes: float | None = 30, person: str | None = "老李") -> Measure:
    return Measure(Result.MISSED, person, minutes * MINUTE if minutes is not None else None)


def case(
    number: int = 1, response: Measure | None = None, solving: Measure | None = None, **more: object
) -> Case:
    made = Case(number, 1, date(2026, 11, 2), "一网格", "电梯", "物业", response, None, solving)
    return replace(made, **more)  # type: ignore[arg-type]  # the fields of a case


@st.composite
def measures(draw: st.DrawFn) -> Measure | None:
    result = draw(st.sampled_from([None, *Result]))
    if result is None:
        return None
    person = draw(st.sampled_from([None, *PEOPLE]))
    if result is Result.OUT:
        return Measure(result, person, reason=draw(st.sampled_from(list(Reason))))
    took = draw(st.integers(0, 5000)) * MINUTE
    return Measure(result, person, took if result is Result.MET else draw(st.sampled_from([None, took])))


@st.composite
def cases(draw: st.DrawFn) -> tuple[Case, ...]:
    found = []
    for number in range(1, draw(st.integers(0, 25)) + 1):
        stars = draw(st.sampled_from([None, 1, 2, 3, 4, 5]))
        at = NOON + draw(st.integers(0, 1000)) * MINUTE if stars else None
        grid, topic = draw(st.sampled_from(["一网格", "二网格", ""])), draw(st.sampled_from(["电梯", "漏水"]))
        found.append(
            case(number, draw(measures()), draw(measures()), stars=stars, stars_at=at, grid=grid, topic=topic)
        )
    return tuple(found)


@given(cases())
def test_every_promise_is_met_missed_running_or_left_out_and_nothing_else(found: tuple[Case, ...]) -> None:
    total = rates(found)
    for share, one in ((total.response, "response"), (total.solved, "solving")):
        promised = [m for c in found if (m := getattr(c, one))]
        undecided = sum(m.result in (Result.RUNNING, Result.OUT) for m in promised)
        assert share.of + undecided == len(promised)
        assert 0 <= share.met <= share.of


@given(cases())
def test_the_parts_make_the_whole(found: tuple[Case, ...]) -> None:
    total = rates(found)
    for parts in (grouped(found, lambda c: c.grid), grouped(found, lambda c: c.topic)):
        for name in ("response", "solved", "satisfied"):
            assert sum(getattr(part, name).met for _, part in parts) == getattr(total, name).met
            assert sum(getattr(part, name).of for _, part in parts) == getattr(total, name).of


@given(cases())
def test_nobody_answers_for_more_than_there_is(found: tuple[Case, ...]) -> None:
    people = by_person(found)
    assert sum(part.response.of for _, part in people) <= rates(found).response.of
    assert sum(part.solved.of for _, part in people) <= rates(found).solved.of
    assert sum(part.satisfied.of for _, part in people) <= rates(found).satisfied.of


@given(cases())
def test_everything_left_out_is_told_with_its_reason(found: tuple[Case, ...]) -> None:
    told = {(entry.number, entry.what) for entry in left_out(found)}
    for c in found:
        outs = {
            what
            for what, m in (("response", c.response), ("solving", c.solving))
            if m and m.result is Result.OUT
        }
        assert all((c.number, what) in told or (c.number, "case") in told for what in outs)
        if not outs:
            assert not {(c.number, what) for what in ("case", "response", "solving")} & told


@given(cases(), st.sampled_from(PEOPLE))
def test_who_is_judged_sees_stars_in_whole_batches_that_later_ones_do_not_change(
    found: tuple[Case, ...], person: str
) -> None:
    mine = unnamed(part_of(found, person))
    rated = [c for c in mine if c.stars is not None]
    assert len(rated) % FEW == 0
    later = case(999, solving=met(person=person), stars=1, stars_at=NOON + timedelta(days=30))
    after = unnamed(part_of((*found, later), person))
    assert {c.number for c in rated} <= {c.number for c in after if c.stars is not None}


@given(st.integers(0, 400), st.integers(0, 400))
def test_a_percentage_is_never_better_or_worse_than_the_counts(one: int, other: int) -> None:
    share = Share(min(one, other), max(one, other))
    if not share.of:
        assert share.percent is None
        return
    assert share.percent is not None
    assert (share.percent == 100) == (share.met == share.of)
    assert (share.percent == 0) == (share.met == 0)
    assert abs(share.percent - 100 * share.met / share.of) <= 1


@given(st.lists(st.integers(0, 10_000), min_size=1))
def test_nine_in_ten_took_no_longer_than_the_ninetieth_percentile(minutes: list[int]) -> None:
    found = times(met(m) for m in minutes)
    assert found.median is not None
    assert found.ninety is not None
    assert sum(m * MINUTE <= found.ninety for m in minutes) >= 0.9 * len(minutes)
    assert min(minutes) * MINUTE <= found.median <= found.ninety


def test_a_rate_with_its_counts() -> None:
    found = rates(
        [case(1, met(), met()), case(2, missed(), missed(None)), case(3, met(1), Measure(Result.RUNNING))]
    )
    assert (found.response, found.solved) == (Share(2, 3), Share(1, 2))
    assert found.response.percent == 67
    assert found.accept.median == 3 * MINUTE
    assert found.solve.count == 1


def test_four_and_five_stars_are_satisfied() -> None:
    found = rates([case(n, stars=n, stars_at=NOON) for n in (1, 2, 3, 4, 5)])
    assert found.satisfied == Share(2, 5)


def test_what_is_left_out_whole_is_told_once() -> None:
    out = Measure(Result.OUT, reason=Reason.FALSE_ALARM)
    (entry,) = left_out([case(7, out, out)])
    assert (entry.number, entry.what, entry.reason) == (7, "case", Reason.FALSE_ALARM)
    (entry,) = left_out([case(8, met(), out)])
    assert entry.what == "solving"


def test_who_was_asked_first_answers_for_the_response_and_who_worked_for_the_rest() -> None:
    found = [case(1, missed(person="老李"), met(person="小陈"), stars=5, stars_at=NOON)]
    people = dict(by_person(found))
    assert people["老李"].response == Share(0, 1)
    assert people["老李"].satisfied.of == people["老李"].solved.of == 0
    assert people["小陈"].solved == people["小陈"].satisfied == Share(1, 1)
    assert people["小陈"].response.of == 0


def test_what_is_not_decided_yet_is_counted_nowhere_and_told() -> None:
    found = [case(1, met(), Measure(Result.RUNNING, "老李"))]
    assert rates(found).solved == Share(0, 0)
    assert running(found) == 1
    assert left_out(found) == ()
