"""The three rates (三率): response, solved, satisfied, with the times behind them. Plain arithmetic over cases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from math import ceil
from statistics import median

SATISFIED = 4
"""Stars from which a reporter counts as satisfied."""
FEW = 5
"""Stars are shown to the one who is judged by so many at once, so that nobody can tell who gave which."""


class Result(StrEnum):
    """What became of one promise."""

    MET = "met"
    MISSED = "missed"
    RUNNING = "running"
    """Not decided yet: counted nowhere."""
    OUT = "out"
    """Left out, with a reason."""


class Reason(StrEnum):
    """Why something is not counted (不计入的原因)."""

    FALSE_ALARM = "false_alarm"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"
    """Not theirs, or not to be done."""
    HANDED_ON = "handed_on"
    """Somebody else was asked before its time was over."""
    REFERRED = "referred"
    """It waits for a department outside."""
    LISTENED = "listened"
    """Nobody was asked: the bot was only listening."""
    HELD = "held"
    """It waits for the committee's eyes."""
    IMPORTED = "imported"
    """It was in a table before the bot came."""
    HASTY = "hasty"
    """Said to be solved within two minutes of filing, without a photo and without the reporter's word."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One promise of one case as it went."""

    result: Result
    person: str | None = None
    """Whose it was (roster key); None where nobody in particular was asked."""
    took: timedelta | None = None
    """Counted time until it was done: nights, days off and pauses are left out. None where it was not done."""
    reason: Reason | None = None
    """Why it is left out."""
    own: Result | None = None
    """The person's own result where it differs: who took over late has as much time as if it had come on time."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A time in which a case's clock stood (停表), with the reason that was given."""

    since: datetime
    until: datetime | None
    """None while it still stands."""
    reason: str
    by: str | None = None
    """Who of the committee agreed (roster key), or who paused what needs no agreement."""


@dataclass(frozen=True, slots=True)
class Case:
    """One episode of one matter: from its first message, or from when it came back, to its end."""

    number: int
    episode: int
    day: date
    """The compound's date on which the matter was filed."""
    grid: str
    topic: str
    company: str
    """Whose work it was: the property company's, or the grid's and committee's."""
    response: Measure | None
    """Accepted in time; None where nothing of the kind was promised."""
    arrival: Measure | None
    solving: Measure | None
    confirmed: bool = False
    """The reporter has said that it is solved."""
    reworked: bool = False
    """It was said to be solved and came back."""
    stars: int | None = None
    stars_at: datetime | None = None
    stops: tuple[Stop, ...] = ()

    @property
    def month(self) -> str:
        """``2026-11``."""
        return f"{self.day:%Y-%m}"


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    met: int
    of: int

    @property
    def percent(self) -> int | None:
        """Rounded half up, but never 100 or 0 where it is not all or none; None of nothing."""
        if not self.of:
            return None
        whole = int(Fraction(100 * self.met, self.of) + Fraction(1, 2))
        if 0 < self.met < self.of:
            return min(max(whole, 1), 99)
        return whole


@dataclass(frozen=True, slots=True)
class Times:
    """How long something took: counted time."""

    count: int
    median: timedelta | None
    ninety: timedelta | None
    """Nine in ten took no longer (nearest rank)."""


@dataclass(frozen=True, slots=True)
class Rates:
    """The three rates of some cases, and the times behind them."""

    cases: int
    response: Share
    solved: Share
    satisfied: Share
    confirmed: int
    """Of the solved ones: those that the reporter has confirmed."""
    accept: Times
    arrive: Times
    solve: Times


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A case of which something is not counted, and why."""

    number: int
    episode: int
    what: str
    """``case`` where all of it is left out, else ``response`` or ``solving``."""
    reason: Reason


def rates(cases: Iterable[Case]) -> Rates:
    """The rates of cases; what is running or left out counts nowhere."""
    known = tuple(cases)
    solved = [case for case in known if case.solving and case.solving.result is Result.MET]
    rated = [case.stars for case in known if case.stars is not None]
    return Rates(
        cases=len(known),
        response=_share(case.response for case in known),
        solved=_share(case.solving for case in known),
        satisfied=Share(sum(stars >= SATISFIED for stars in rated), len(rated)),
        confirmed=sum(case.confirmed for case in solved),
        accept=times(case.response for case in known),
        arrive=times(case.arrival for case in known),
        solve=times(case.solving for case in known),
    )


def times(measures: Iterable[Measure | None]) -> Times:
    """Median and ninetieth percentile of what was done and counts."""
    spans = sorted(
        m.took for m in measures if m and m.took is not None and m.result in (Result.MET, Result.MISSED)
    )
    if not spans:
        return Times(0, None, None)
    seconds = median(span.total_seconds() for span in spans)
    return Times(len(spans), timedelta(seconds=seconds), spans[ceil(len(spans) * 9 / 10) - 1])


def grouped(cases: Iterable[Case], key: Callable[[Case], str]) -> tuple[tuple[str, Rates], ...]:
    """The rates per grid, topic, company or month; those with most cases first, then by name."""
    groups: dict[str, list[Case]] = {}
    for case in cases:
        groups.setdefault(key(case), []).append(case)
    return _in_order((name, rates(group)) for name, group in groups.items())


def by_person(cases: Sequence[Case]) -> tuple[tuple[str, Rates], ...]:
    """The rates of everybody who was asked or did something; those with most cases first, then by name."""
    people = {m.person for case in cases for m in _measures(case) if m.person is not None}
    return _in_order((person, rates(part_of(cases, person))) for person in people)


def part_of(cases: Iterable[Case], person: str) -> tuple[Case, ...]:
    """What of the cases was one person's: who was asked first answers for the response, who worked for the rest."""
    found = []
    for case in cases:
        mine = replace(
            case,
            response=_own(case.response, person),
            arrival=_own(case.arrival, person),
            solving=_own(case.solving, person),
        )
        if mine.solving is None:
            mine = replace(mine, stars=None, stars_at=None, confirmed=False, reworked=False)
        if any(_measures(mine)):
            found.append(mine)
    return tuple(found)


def unnamed(cases: Iterable[Case]) -> tuple[Case, ...]:
    """The same for the eyes of the one who is judged: stars in the order given, in whole batches of ``FEW``."""
    known = tuple(cases)
    rated = sorted(
        (case for case in known if case.stars is not None and case.stars_at is not None),
        key=lambda case: (case.stars_at, case.number),
    )
    shown = {(case.number, case.episode) for case in rated[: len(rated) // FEW * FEW]}
    return tuple(
        case if (case.number, case.episode) in shown else replace(case, stars=None, stars_at=None)
        for case in known
    )


def left_out(cases: Iterable[Case]) -> tuple[LeftOut, ...]:
    """Everything that is not counted with its reason, in the order of the numbers."""
    found: list[LeftOut] = []
    for case in sorted(cases, key=lambda case: (case.number, case.episode)):
        why = {
            what: measure.reason
            for what, measure in (("response", case.response), ("solving", case.solving))
            if measure and measure.result is Result.OUT and measure.reason
        }
        promised = sum(measure is not None for measure in (case.response, case.solving))
        if len(why) == promised and len(set(why.values())) == 1:
            why = {"case": next(iter(why.values()))}
        found += [LeftOut(case.number, case.episode, what, reason) for what, reason in why.items()]
    return tuple(found)


def running(cases: Iterable[Case]) -> int:
    """Cases of which something is not decided yet."""
    return sum(any(m.result is Result.RUNNING for m in (case.response, case.solving) if m) for case in cases)


def _measures(case: Case) -> tuple[Measure, ...]:
    return tuple(m for m in (case.response, case.arrival, case.solving) if m)


def _own(measure: Measure | None, person: str) -> Measure | None:
    if measure is None or measure.person != person:
        return None
    return replace(measure, result=measure.own or measure.result, own=None)


def _share(measures: Iterable[Measure | None]) -> Share:
    results = [m.result for m in measures if m]
    met = results.count(Result.MET)
    return Share(met, met + results.count(Result.MISSED))


def _in_order(groups: Iterable[tuple[str, Rates]]) -> tuple[tuple[str, Rates], ...]:
    return tuple(sorted(groups, key=lambda pair: (-pair[1].cases, pair[0])))
