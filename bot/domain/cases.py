"""How one matter went, read from its diary and its clocks: a case per episode, fair to whoever was asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from bot.domain.rates import Case, Measure, Reason, Result, Stop
from bot.domain.stages import Fate, Lap, Stage
from bot.domain.tickets import BEGINS_ANEW, State, Verb

HASTY = timedelta(minutes=2)
"""Who says so soon after the first message that it is solved needs a photo or the reporter's word."""
CAME_BACK = timedelta(days=7)
"""A matter reopened within this time of its solution was not solved; after it, something broke anew."""

_TAKES = frozenset({Verb.ACCEPT.value, Verb.ARRIVE.value, Verb.RESOLVE.value, "plan"})
_SOLVES = frozenset({Verb.RESOLVE.value, Verb.CONFIRM.value})
_NO_MATTER = {State.FALSE_ALARM: Reason.FALSE_ALARM, State.MERGED: Reason.MERGED}
"""There was nothing to do, or not twice: nothing of it counts, however late."""
_GIVEN_UP = {
    Verb.WITHDRAW.value: Reason.WITHDRAWN,
    Verb.DECLINE.value: Reason.DECLINED,
    Verb.MERGE.value: Reason.MERGED,
    Verb.FALSE_ALARM.value: Reason.FALSE_ALARM,
    "refer": Reason.REFERRED,
}
"""Steps that end a clock without the work being done."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a diary with the person (roster key) behind it, None for residents and the bot itself."""

    at: datetime
    verb: str
    data: Mapping[str, Any]
    person: str | None = None


@dataclass(frozen=True, slots=True)
class Matter:
    """A ticket as far as the record needs it."""

    number: int
    filed_at: datetime
    day: date
    state: State
    grid: str
    topic: str
    company: str
    lines: tuple[Line, ...]
    laps: tuple[Lap, ...]
    """Every promised stage as it went; none where nothing is promised."""
    now: datetime
    proofs: tuple[datetime, ...] = ()
    """When photos came that show the work."""
    stars: int | None = None
    stars_at: datetime | None = None
    listened: bool = False


@dataclass(frozen=True, slots=True)
class _Episode:
    number: int
    lines: tuple[Line, ...]
    laps: tuple[Lap, ...]
    ended_by: Line | None
    """The line that began the next one."""

    def first(self, verbs: frozenset[str]) -> Line | None:
        return next((line for line in self.lines if line.verb in verbs), None)

    def last(self, verbs: frozenset[str]) -> Line | None:
        return next((line for line in reversed(self.lines) if line.verb in verbs), None)


def cases_of(matter: Matter) -> tuple[Case, ...]:
    """A case for each episode that had a promise or stars; the last one carries the ticket's present state."""
    episodes = _episodes(matter)
    return tuple(_case(matter, episode, last=episode is episodes[-1]) for episode in episodes)


def _episodes(matter: Matter) -> tuple[_Episode, ...]:
    parts: list[list[Line]] = [[]]
    for line in matter.lines:
        if line.verb in BEGINS_ANEW:
            if line.verb == Verb.RELEASE.value and len(parts) == 1:
                # What the committee has let through begins with that.
                parts = [[]]
            else:
                parts.append([])
        parts[-1].append(line)
    return tuple(
        _Episode(
            number,
            tuple(lines),
            tuple(lap for lap in matter.laps if lap.episode == number),
            parts[number][0] if number < len(parts) else None,
        )
        for number, lines in enumerate(parts, start=1)
    )


def _case(matter: Matter, episode: _Episode, *, last: bool) -> Case:
    holder = _holder(episode)
    asked = _asked(episode)
    taken = episode.first(_TAKES)
    whole = _left_out(matter, episode, last=last)
    reworked = _reworked(episode)
    response = _measure(episode, Stage.ACCEPT, matter.now)
    arrival = _measure(episode, Stage.ARRIVE, matter.now)
    solving = _solving(episode, matter.now, reworked=reworked, last=last)
    if whole is not None and response is None and solving is None:
        solving = Measure(Result.OUT)
    return Case(
        number=matter.number,
        episode=episode.number,
        day=matter.day,
        grid=matter.grid,
        topic=matter.topic,
        company=matter.company,
        response=_by(
            response,
            # Who took it in time has it; for a time that ran out, whoever was asked first answers.
            (taken.person if taken and taken.person else asked)
            if response and response.result is Result.MET
            else asked or holder,
            whole,
        ),
        arrival=_by(arrival, _sent(episode) or holder, whole),
        solving=_by(solving, holder, whole),
        confirmed=_confirmed(episode) and not reworked,
        reworked=reworked,
        stars=matter.stars if last and whole is None else None,
        stars_at=matter.stars_at if last and whole is None else None,
        stops=_stops(episode),
    )


def _left_out(matter: Matter, episode: _Episode, *, last: bool) -> Reason | None:
    """Why nothing of an episode counts, or None."""
    if matter.listened:
        return Reason.LISTENED
    if any(line.verb == "imported" for line in episode.lines):
        return Reason.IMPORTED
    if last and matter.state in _NO_MATTER:
        return _NO_MATTER[matter.state]
    if last and matter.state is State.HELD:
        return Reason.HELD
    ended = episode.ended_by
    if ended is not None and ended.verb in (Verb.UNMERGE.value, Verb.REOPEN.value):
        given_up = episode.last(frozenset({Verb.MERGE.value, Verb.FALSE_ALARM.value}))
        if given_up is not None:
            return _GIVEN_UP[given_up.verb]
    return Reason.HASTY if _hasty(matter, episode) else None


def _hasty(matter: Matter, episode: _Episode) -> bool:
    """Said to be solved at once, with nothing to show for it, and nobody has agreed or disagreed."""
    solved = episode.first(frozenset({Verb.RESOLVE.value}))
    begun = episode.lines[0].at if episode.number > 1 else matter.filed_at
    if solved is None or solved.at - begun > HASTY or episode.ended_by is not None:
        return False
    shown = any(begun <= at <= solved.at + timedelta(hours=1) for at in matter.proofs)
    return not shown and not _confirmed(episode)


def _confirmed(episode: _Episode) -> bool:
    """Whether the reporter has said so themselves; what a mediator passes on is no word against their own record."""
    said = episode.last(frozenset({Verb.CONFIRM.value}))
    return said is not None and not said.data.get("in_person")


def _reworked(episode: _Episode) -> bool:
    """It was said to be solved, and the reporter or the committee had to bring it back."""
    back, solved = episode.ended_by, episode.last(_SOLVES)
    if back is None or solved is None or back.verb not in (Verb.REJECT.value, Verb.REOPEN.value):
        return False
    return back.verb == Verb.REJECT.value or back.at - solved.at <= CAME_BACK


def _measure(episode: _Episode, stage: Stage, now: datetime) -> Measure | None:
    """How a stage went: the first of its laps that was not handed on in time decides, whoever did it in the end."""
    if not any(lap.stage is stage for lap in episode.laps):
        return None
    lap = _deciding(episode, stage)
    if lap is None:
        given_up = episode.last(frozenset(_GIVEN_UP))
        return Measure(Result.OUT, reason=_GIVEN_UP[given_up.verb] if given_up else Reason.HANDED_ON)
    if lap.fate is Fate.RUNNING:
        return Measure(Result.RUNNING)
    if lap.fate is Fate.MET:
        return Measure(Result.MET, took=lap.counted)
    away = _away_before(episode, lap.due)
    if away is not None:
        return Measure(Result.OUT, reason=away)
    took = lap.counted if lap.done else None
    given_away = lap.ended is not None and not lap.done and lap.ended >= lap.fair_due
    if given_away or (lap.ended or now) > lap.fair_due:
        return Measure(Result.MISSED, took=took)
    return Measure(Result.MISSED, took=took, own=Result.MET if lap.done else Result.RUNNING)


def _deciding(episode: _Episode, stage: Stage) -> Lap | None:
    return next((lap for lap in episode.laps if lap.stage is stage and not _dropped(lap)), None)


def _sent(episode: _Episode) -> str | None:
    """Who had accepted, so that they were to be on site; whoever takes over answers for their own way only."""
    lap = _deciding(episode, Stage.ARRIVE)
    taken = (
        line for line in episode.lines if lap and line.verb == Verb.ACCEPT.value and line.at == lap.begun
    )
    return next((line.person for line in taken if line.person), None)


def _dropped(lap: Lap) -> bool:
    """Whether it ended before its time without being done; what ends with its time ends because of it."""
    return lap.fate is Fate.DROPPED and lap.ended is not None and lap.ended < lap.due


def _away_before(episode: _Episode, due: datetime) -> Reason | None:
    """REFERRED where the matter had gone to a department outside before its time was over."""
    referred = episode.last(frozenset({"refer"}))
    return Reason.REFERRED if referred is not None and referred.at <= due else None


def _solving(episode: _Episode, now: datetime, *, reworked: bool, last: bool) -> Measure | None:
    measure = _measure(episode, Stage.SOLVE, now)
    solved = episode.last(_SOLVES)
    if reworked and solved is not None:
        return Measure(Result.MISSED, took=measure.took if measure else None)
    if measure is None and episode.laps:
        # Nothing is promised but that it is done at all.
        if solved is not None:
            return Measure(Result.MET)
        given_up = episode.last(frozenset(_GIVEN_UP))
        if given_up is not None:
            return Measure(Result.OUT, reason=_GIVEN_UP[given_up.verb])
        return Measure(Result.RUNNING) if last else None
    return measure


def _by(measure: Measure | None, person: str | None, whole: Reason | None) -> Measure | None:
    if measure is None:
        return None
    if whole is not None:
        return Measure(Result.OUT, person, reason=whole)
    return replace(measure, person=person)


def _asked(episode: _Episode) -> str | None:
    """Who was asked first and may have read it; in an emergency nobody in particular."""
    never = {line.person for line in episode.lines if line.verb == "undelivered"}
    for line in episode.lines:
        if line.verb in ("rang", "rang_all", "assign") and line.data.get("person") not in never:
            return str(line.data["person"]) if line.data.get("person") else None
    return None


def _holder(episode: _Episode) -> str | None:
    """Who worked on it last: said it was solved, took it, or else was asked for it."""
    for verbs in (frozenset({Verb.RESOLVE.value}), _TAKES):
        worked = episode.last(verbs)
        if worked is not None and worked.person is not None:
            return worked.person
    asked = episode.last(frozenset({"rang", "assign"}))
    return str(asked.data["person"]) if asked and asked.data.get("person") else None


def _stops(episode: _Episode) -> tuple[Stop, ...]:
    """When an episode's clocks stood, each with its reason: a pause's own, or the department it was referred to."""
    found: list[Stop] = []
    since: Line | None = None
    stops = {Verb.PAUSE.value, Verb.REFER.value}
    goes_on = {"resume", "answer", "accept", "assign", "taken_back"}
    ends = BEGINS_ANEW | _SOLVES | frozenset(_GIVEN_UP) | goes_on | stops
    for line in episode.lines:
        if since is not None and _goes_on(since, line):
            # Another number or another day at the same department: the same stop.
            continue
        if since is not None and line.verb in ends:
            found.append(Stop(since.at, line.at, _why(since), _agreed(since)))
            since = None
        if line.verb in stops:
            since = line
    if since is not None:
        end = episode.ended_by
        found.append(Stop(since.at, end.at if end else None, _why(since), _agreed(since)))
    return tuple(found)


def _goes_on(since: Line, line: Line) -> bool:
    both = since.verb == line.verb == Verb.REFER.value
    return both and since.data.get("department") == line.data.get("department")


def _why(stop: Line) -> str:
    return str(stop.data.get("department") or stop.data.get("note", ""))


def _agreed(stop: Line) -> str | None:
    said = stop.data.get("agreed_by")
    return str(said) if said else stop.person
