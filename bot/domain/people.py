"""Who has a duty, for which part of the compound (一长三员, 物业, 业委会, 社区)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.domain.places import Place
from bot.domain.shifts import ALWAYS, Shift


class Role(StrEnum):
    """A duty in the compound."""

    BUILDING_HEAD = "楼栋长"
    GRID_WORKER = "网格员"
    MEDIATOR = "治安调解员"
    CLEANER = "保洁员"
    REPAIR = "物业维修"
    MANAGER = "物业经理"
    COMMITTEE = "业委会"
    COMMUNITY = "社区"


LADDER: tuple[Role, ...] = (Role.MANAGER, Role.COMMITTEE, Role.COMMUNITY)
"""Who is told next, above the one responsible."""


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the compound: the whole, some buildings (with or without units), some named spots."""

    whole: bool = False
    buildings: frozenset[tuple[str, str | None, str | None]] = frozenset()
    """(building, phase or None, unit or None): None means every one of them."""
    spots: frozenset[str] = frozenset()

    def covers(self, place: Place) -> bool:
        """Whether the place, as far as it is known, lies here."""
        if self.whole:
            return True
        if any(spot in self.spots for spot in place.spots):
            return True
        return any(
            building == own and _agrees(phase, place.phase) and _agrees(unit, place.unit)
            for building in place.buildings
            for own, phase, unit in self.buildings
        )


def _agrees(own: str | None, said: str | None) -> bool:
    return own is None or said is None or own == said


@dataclass(frozen=True, slots=True)
class Duty:
    """One row of the roster: a person has a role in an area, until a day."""

    grid: str
    area: Area
    role: Role
    name: str
    phone: str
    until: date | None = None
    shift: Shift = ALWAYS
    """The hours of duty (值班)."""
    teams: tuple[str, ...] = ()
    """Names of the teams (队伍) that the person belongs to."""

    @property
    def person(self) -> str:
        """The person's key: several rows with the same name and phone are one person."""
        return f"{self.name}/{self.phone}" if self.phone else self.name


@dataclass(frozen=True, slots=True)
class Roster:
    """All duties, in the order of the file: within a role the first one is asked first."""

    duties: tuple[Duty, ...]
    known: Area
    """Every building and spot that the compound has."""

    def on(self, day: date) -> tuple[Duty, ...]:
        """Duties whose term has not ended."""
        return tuple(d for d in self.duties if d.until is None or day <= d.until)

    def of(self, person: str, day: date) -> tuple[Duty, ...]:
        """A person's duties on a day."""
        return tuple(d for d in self.on(day) if d.person == person)

    def team(self, name: str | None, day: date) -> tuple[str, ...]:
        """Keys of a team's members on a day; none where there is no such team."""
        return tuple(dict.fromkeys(d.person for d in self.on(day) if name in d.teams))

    @property
    def teams(self) -> tuple[str, ...]:
        """Names of all teams, in the order of the file."""
        return tuple(dict.fromkeys(team for duty in self.duties for team in duty.teams))

    def find(self, name: str) -> tuple[str, ...]:
        """Keys of the people so called (several where two share a name)."""
        return tuple(dict.fromkeys(d.person for d in self.duties if name in (d.name, d.person)))

    def grid_of(self, place: Place) -> str | None:
        """The grid a place lies in, or None where it is unknown or spans several."""
        grids = {d.grid for d in self.duties if d.grid and not d.area.whole and d.area.covers(place)}
        return grids.pop() if len(grids) == 1 else None
