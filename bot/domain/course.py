"""How a matter went (经过): its diary read as stages, each judged by what was promised for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.domain.sla import Calendar, Count, Pause
from bot.domain.stages import HALF, MOST, Fate, Lap, Stage
from bot.domain.terms import Promise
from bot.domain.tickets import BEGINS_ANEW


class Happened(Protocol):
    """A line of a ticket's diary."""

    @property
    def at(self) -> datetime:
        """When."""
        ...

    @property
    def verb(self) -> str:
        """What."""
        ...

    @property
    def data(self) -> Mapping[str, Any]:
        """With which facts; ``until`` of a pause or plan as ISO text, ``role`` of whoever has it from then on."""
        ...


Promises = Callable[[str], Promise]
"""What is promised for a matter by each role that may hold it."""


class _Run:
    """A stage while the diary is being read; without a span it lasts until ``by``."""

    def __init__(
        self, stage: Stage, episode: int, begun: datetime, promise: Promise, by: datetime | None = None
    ) -> None:
        self.stage, self.episode, self.begun, self.promise, self.by = stage, episode, begun, promise, by
        self.taken: datetime | None = None
        """When whoever holds it took it."""
        self.ended: datetime | None = None
        self.done = False

    @property
    def span(self) -> timedelta | None:
        """How long it may take; None where a plan's date says so."""
        return None if self.by is not None else _promised(self.promise, self.stage)


class _Reading:
    """How far the diary has been read."""

    def __init__(self, promises: Promises, role: str) -> None:
        self.promises = promises
        self.promise = promises(role)
        self.runs: list[_Run] = []
        self.pauses: list[Pause] = []
        self.paused: tuple[datetime, datetime | None] | None = None
        self.episode = 0
        self.taken: datetime | None = None
        self.begun: datetime | None = None

    def become(self, role: str, at: datetime) -> None:
        """It is with somebody of this role now: what counts from the first message goes on as they promise it."""
        promise = self.promises(role)
        if promise == self.promise:
            return
        self.promise = promise
        if promise.arrive is None:
            self.end(Stage.ARRIVE, at, done=False)
        for stage in (Stage.PLAN, Stage.SOLVE):
            runs = [run for run in self.runs if run.stage is stage and run.episode == self.episode]
            going_on = [run for run in runs if run.ended is None and run.by is None]
            if _promised(promise, stage) is None:
                self.runs = [run for run in self.runs if run not in going_on]
            elif not runs and self.begun is not None:
                self._start(self.begun, stage)
                self.runs[-1].taken = self.taken
            for run in going_on:
                run.promise = promise

    def begin(self, at: datetime) -> None:
        """A new episode: the promises count from here."""
        self.stop(at)
        self.episode += 1
        self.taken, self.begun = None, at
        self._start(at, Stage.ACCEPT, Stage.PLAN, Stage.SOLVE)

    def take(self, at: datetime) -> None:
        """Somebody has it."""
        self.end(Stage.ACCEPT, at, done=True)
        self.taken = at
        for run in self.runs:
            if run.stage is Stage.SOLVE and run.ended is None:
                run.taken = at

    def accept(self, at: datetime) -> None:
        """接单."""
        self.take(at)
        self.end(Stage.ARRIVE, at, done=False)
        self._start(at, Stage.ARRIVE)

    def hand_on(self, at: datetime) -> None:
        """Somebody else is asked: they have their own time to accept."""
        self.end(Stage.ACCEPT, at, done=False)
        self.end(Stage.ARRIVE, at, done=False)
        self.taken = None
        self._start(at, Stage.ACCEPT)

    def plan(self, at: datetime, until: datetime | None) -> None:
        """方案 with its date."""
        if self.taken is None:
            self.take(at)
        self.end(Stage.ARRIVE, at, done=True)
        self.end(Stage.PLAN, at, done=True)
        if self.promise.plan is not None and until is not None:
            self.end(Stage.SOLVE, at, done=False)
            self.runs.append(_Run(Stage.SOLVE, self.episode, at, self.promise, by=until))

    def end(self, stage: Stage, at: datetime, *, done: bool) -> None:
        """A stage stops."""
        for run in self.runs:
            if run.stage is stage and run.ended is None:
                run.ended, run.done = at, done

    def stop(self, at: datetime) -> None:
        """Nothing runs any more."""
        for run in self.runs:
            if run.ended is None:
                run.ended = at

    def go_on(self, at: datetime) -> None:
        """A pause, if there is one, is over."""
        if self.paused is not None:
            self.pauses.append(Pause(self.paused[0], max(at, self.paused[0])))
            self.paused = None

    def _start(self, at: datetime, *stages: Stage) -> None:
        promised = (stage for stage in stages if _promised(self.promise, stage) is not None)
        self.runs += [_Run(stage, self.episode, at, self.promise) for stage in promised]


def _promised(promise: Promise, stage: Stage) -> timedelta | None:
    return {
        Stage.ACCEPT: promise.accept,
        Stage.ARRIVE: promise.arrive,
        Stage.PLAN: promise.plan,
        Stage.SOLVE: promise.solve,
    }[stage]


_HANDS_ON = frozenset({"assign", "taken_back", "handed_on"})
_STOPS = frozenset({"decline", "merge", "withdraw", "false_alarm", "expire", "end"})
_ASKS = frozenset({"rang", "rang_again"})
"""Whoever is asked has it from then on, unless somebody took it before."""
_TAKES = frozenset({"accept", "assign", "handed_over", "plan", "pause", "refer"})
_TAKES_BY_DOING = frozenset({"arrive", "resolve"})
"""What the one before had promised is done by this."""
_ENDS_PAUSE = frozenset({"resume", "accept", "resolve", "answer"}) | BEGINS_ANEW | _HANDS_ON | _STOPS


def course(
    promises: Promises,
    role: str,
    filed_at: datetime,
    events: Iterable[Happened],
    calendar: Calendar,
    now: datetime,
    *,
    held: bool = False,
) -> tuple[Lap, ...]:
    """Every stage of a matter, in the order in which they began, from its diary.

    ``role``: who was asked first. Whoever takes it later, accepts and arrives as they promise from then on; what
    counts from the first message goes on by the promise of whoever has it, and stays as it was once it is over.
    ``held``: it was filed for the committee's eyes, and its clocks began with its release.
    """
    reading = _Reading(promises, role)
    if not held:
        reading.begin(filed_at)
    for event in events:
        _read(reading, event)
    pauses = list(reading.pauses)
    if reading.paused is not None:
        start, until = reading.paused
        pauses.append(Pause(start, max(now, until or now, start)))
    return tuple(_lap(run, pauses, calendar, now) for run in sorted(reading.runs, key=lambda run: run.begun))


def _meaning(event: Happened) -> str:
    """The verb, or what it comes to for the clocks."""
    if event.verb == "reclass" and event.data.get("kind") != (event.data.get("was") or [None])[0]:
        # Another kind of matter: somebody else is asked.
        return "assign"
    if event.verb == "place" and event.data.get("rerouted"):
        return "handed_on"
    return event.verb


def _read(reading: _Reading, event: Happened) -> None:
    role = str(event.data.get("role") or "")
    if role and (event.verb in _TAKES or (event.verb in _ASKS and reading.taken is None)):
        reading.become(role, event.at)
    _happened(reading, event)
    if role and event.verb in _TAKES_BY_DOING:
        reading.become(role, event.at)


def _happened(reading: _Reading, event: Happened) -> None:
    at, verb = event.at, _meaning(event)
    if verb in _ENDS_PAUSE and verb != "handed_on":
        reading.go_on(at)
    if verb in BEGINS_ANEW:
        reading.begin(at)
    elif verb in _HANDS_ON:
        reading.hand_on(at)
    elif verb in _STOPS:
        reading.stop(at)
    elif verb == "accept":
        reading.accept(at)
    elif verb == "arrive":
        if reading.taken is None:
            reading.take(at)
        reading.end(Stage.ARRIVE, at, done=True)
    elif verb == "plan":
        reading.plan(at, _moment(event.data.get("until")))
    elif verb in ("pause", "refer"):
        reading.go_on(at)
        # A department outside answers when it answers, whatever day somebody means to ask it.
        reading.paused = (at, _moment(event.data.get("until")) if verb == "pause" else None)
    elif verb in ("resolve", "confirm"):
        for stage in Stage:
            reading.end(stage, at, done=True)


def _moment(said: object) -> datetime | None:
    return datetime.fromisoformat(said) if isinstance(said, str) else None


def _lap(run: _Run, pauses: Sequence[Pause], calendar: Calendar, now: datetime) -> Lap:
    promise = run.promise
    count = {
        Stage.ACCEPT: promise.heard,
        Stage.PLAN: promise.days,
        Stage.ARRIVE: promise.work,
        Stage.SOLVE: promise.work,
    }[run.stage]
    until = run.ended or now
    if run.span is None:
        # The plan's own date; a pause of a planned matter moves it by as much as it lasted.
        span = calendar.between(run.begun, run.by or run.begun, Count.ALWAYS)
        count = Count.ALWAYS
    else:
        span = run.span
    due = fair = calendar.after(run.begun, span, count, pauses)
    half = calendar.after(run.begun, span * HALF, count, pauses)
    most = calendar.after(run.begun, span * MOST, count, pauses)
    if run.taken is not None and run.span is not None:
        rest = max(span - promise.accept, span / 2)
        own = calendar.after(run.taken, rest, count, pauses)
        if own > due:
            fair = own
            half = calendar.after(run.taken, rest * HALF, count, pauses)
            most = calendar.after(run.taken, rest * MOST, count, pauses)
    lap = Lap(
        stage=run.stage,
        episode=run.episode,
        begun=run.begun,
        due=due,
        fair_due=fair,
        half=half,
        most=most,
        counted=calendar.between(run.begun, until, count, pauses),
        ended=run.ended,
        done=run.done,
        fate=Fate.RUNNING,
    )
    return replace(lap, fate=_fate(lap, now))


def _fate(lap: Lap, now: datetime) -> Fate:
    if lap.ended is None:
        return Fate.LATE if now >= lap.due else Fate.RUNNING
    if lap.done:
        return Fate.MET if lap.ended <= lap.due else Fate.MISSED
    return Fate.MISSED if lap.ended > lap.due else Fate.DROPPED
