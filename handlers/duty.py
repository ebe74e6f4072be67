"""Who is on duty now: the roster's hours, holidays, leave, swapped shifts, and how much somebody has in hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from bot.calendar import workdays
from bot.domain.people import Duty
from bot.domain.shifts import DayKind, Kinds, Stretch
from handlers.context import Context
from storage.duty import LEAVE, Change


@dataclass(frozen=True, slots=True)
class Crew:
    """Those who share a duty, each once, in the order in which they are asked."""

    on: tuple[str, ...]
    """On duty now: those who are free before those with too much in hand, small areas before the whole compound."""
    off: tuple[str, ...]
    """Not on duty, those on leave last: asked where nobody else can be."""


@dataclass(frozen=True, slots=True)
class Watch:
    """What decides who is on duty at one moment."""

    away: Mapping[str, Change]
    days: Kinds
    loads: Callable[[], Mapping[str, int]]
    """How much everybody has in hand; asked only where several are on duty."""


def kinds(context: Context) -> Kinds:
    """What each day is: public holidays and make-up days as published, unless the committee has said otherwise."""

    @cache
    def declared() -> dict[date, bool]:
        return {exception.day: exception.works for exception in context.store.days.all()}

    def kind(day: date) -> DayKind:
        works = declared().get(day)
        if works is None:
            works = workdays.is_workday(day)
            free = workdays.holiday(day) is not None
        else:
            free = not works
        return DayKind.WORKDAY if works else DayKind.HOLIDAY if free else DayKind.WEEKEND

    return kind


def away_now(context: Context) -> Mapping[str, Change]:
    """Who is on leave or has given their shift away at this moment."""
    return away_at(context.store.duty.lasting(context.now), context.now)


def away_at(changes: Iterable[Change], moment: datetime) -> dict[str, Change]:
    """The same for any moment, out of changes that have been read."""
    return {change.person: change for change in changes if change.at(moment)}


def stand_in(person: str, away: Mapping[str, Change]) -> str | None:
    """Who does a person's duty: the person, their stand-in, or nobody. A stand-in's own stand-in is not asked."""
    if person not in away:
        return person
    other = away[person].stand_in
    return None if other is None or other in away else other


def watch(context: Context) -> Watch:
    """What decides at this moment who is on duty, read once for several duties."""
    return Watch(away_now(context), kinds(context), cache(context.store.duty.loads))


def crew(context: Context, duties: Iterable[Duty], now: Watch | None = None) -> Crew:
    """Those of some duties who are on duty now, and the others."""
    now = now or watch(context)
    away = now.away
    on: dict[str, bool] = {}
    off: dict[str, bool] = {}
    for duty in duties:
        person = stand_in(duty.person, away)
        if person is not None and duty.shift.covers(context.now, context.zone, now.days):
            on[person] = on.get(person, True) and duty.area.whole
        if person != duty.person or person not in on:
            off.setdefault(duty.person, duty.area.whole)
    order = _by_load(context, on, now.loads()) if len(on) > 1 else tuple(on)
    resting = [person for person in off if person not in on]
    return Crew(order, tuple(sorted(resting, key=lambda person: (person in away, off[person]))))


def on_leave(context: Context, person: str) -> Change | None:
    """What keeps a person from their duty now."""
    return away_now(context).get(person)


def is_on_leave(context: Context, person: str | None) -> bool:
    """Whether somebody is on leave now; who has only given a shift away goes on with what they have in hand."""
    change = on_leave(context, person) if person else None
    return change is not None and change.kind == LEAVE


def span_of_day(context: Context, duties: Iterable[Duty], whole: Stretch) -> Stretch:
    """A person's shift that begins in a day (a night's lasts into the next one); the day where they have none in it."""
    found = [
        stretch
        for duty in duties
        for stretch in duty.shift.beginning_on(
            whole.start.astimezone(context.zone).date(), context.zone, kinds(context)
        )
    ]
    if not found:
        return whole
    return Stretch(min(s.start for s in found), max(s.end for s in found))


def _by_load(context: Context, on: Mapping[str, bool], loads: Mapping[str, int]) -> tuple[str, ...]:
    most = context.config.routing.most_open
    places = {person: place for place, person in enumerate(on)}

    def key(person: str) -> tuple[bool, bool, int, int]:
        load = loads.get(person, 0)
        return load >= most, on[person], load, places[person]

    return tuple(sorted(on, key=key))
