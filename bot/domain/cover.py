"""Where nobody is on duty: the gaps that hours and leave leave open, found before somebody calls in vain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from bot.domain.people import Duty, Role, Roster
from bot.domain.shifts import Kinds, Stretch


@dataclass(frozen=True, slots=True)
class Away:
    """Somebody does not do their duty in a stretch; a stand-in does, if there is one."""

    person: str
    stand_in: str | None
    stretch: Stretch


@dataclass(frozen=True, slots=True)
class Post:
    """Duties that stand in for each other: somebody should be on at any time."""

    name: str
    """A grid, or a role that holds the whole compound."""
    duties: tuple[Duty, ...]


def posts(roster: Roster, day: date, roles: Iterable[Role]) -> tuple[Post, ...]:
    """Each grid with its workers, then each of some roles (for those who have no grid) on a day."""
    duties = roster.on(day)
    workers = [d for d in duties if d.role is Role.GRID_WORKER and d.grid]
    grids = dict.fromkeys(d.grid for d in workers)
    found = [Post(grid, tuple(d for d in workers if d.grid == grid)) for grid in grids]
    for role in dict.fromkeys(roles):
        own = tuple(d for d in duties if d.role is role and not (role is Role.GRID_WORKER and d.grid))
        if own:
            found.append(Post(role.value, own))
    return tuple(found)


def gaps(
    post: Post, away: Sequence[Away], since: datetime, until: datetime, zone: tzinfo, kinds: Kinds
) -> tuple[Stretch, ...]:
    """When in [since, until) nobody of a post is on duty, in order."""
    absent = {absence.person for absence in away}
    if any(duty.shift.always and duty.person not in absent for duty in post.duties):
        return ()
    on = sorted(
        (
            stretch
            for duty in post.duties
            for stretch in _worked(duty.person, duty.shift.within(since, until, zone, kinds), away)
        ),
        key=lambda stretch: stretch.start,
    )
    found: list[Stretch] = []
    reached = since
    for stretch in on:
        if stretch.start >= until:
            break
        if stretch.start > reached:
            found.append(Stretch(reached, stretch.start))
        reached = max(reached, stretch.end)
    if reached < until:
        found.append(Stretch(reached, until))
    return tuple(found)


def _worked(person: str, stretches: Iterable[Stretch], away: Sequence[Away]) -> Iterator[Stretch]:
    """A person's stretches of duty without those in which neither they nor their stand-in do it."""
    idle = [missing for absence in away if absence.person == person for missing in _uncovered(absence, away)]
    for stretch in stretches:
        yield from _without(stretch, idle)


def _uncovered(absence: Away, away: Sequence[Away]) -> list[Stretch]:
    """The part of an absence for which there is no stand-in, or only one who is away too."""
    if absence.stand_in is None:
        return [absence.stretch]
    both = (
        Stretch(max(absence.stretch.start, a.stretch.start), min(absence.stretch.end, a.stretch.end))
        for a in away
        if a.person == absence.stand_in
    )
    return [stretch for stretch in both if stretch.start < stretch.end]


def _without(stretch: Stretch, idle: Iterable[Stretch]) -> list[Stretch]:
    left = [stretch]
    for missing in idle:
        left = [
            part
            for piece in left
            for part in (
                Stretch(piece.start, min(piece.end, missing.start)),
                Stretch(max(piece.start, missing.end), piece.end),
            )
            if part.start < part.end
        ]
    return left
