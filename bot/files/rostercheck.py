"""What is odd in a roster that can be used all the same."""

from __future__ import annotations

from itertools import combinations

from bot.domain.people import Area, Role, Roster
from bot.files.areas import described, overlap
from bot.files.config import Config, Problem
from bot.files.problems import shown, warn
from bot.texts import load_texts


def roster_warnings(roster: Roster, config: Config) -> tuple[Problem, ...]:
    """What is odd but no obstacle: rungs with nobody on them, buildings without a grid worker."""
    texts, file = load_texts(), config.files.roster.name
    held = {duty.role for duty in roster.duties}
    found = [
        warn(texts, file, role.value, "roster.nobody", role=role.value)
        for role in dict.fromkeys((config.routing.dispatcher, *config.routing.ladder))
        if role not in held
    ]
    workers = [duty.area for duty in roster.duties if duty.role is Role.GRID_WORKER]
    bare = {
        entry
        for entry in roster.known.buildings
        if not any(area.whole or overlap(area, Area(buildings=frozenset({entry}))) for area in workers)
    }
    if bare:
        where = shown(described(bare), 80)
        found.append(warn(texts, file, Role.GRID_WORKER.value, "roster.uncovered", where=where))
    for one, other in combinations(roster.duties, 2):
        both = overlap(one.area, other.area) if one.grid and other.grid and one.grid != other.grid else ""
        if both and one.role is not other.role:
            names = {"one": one.name, "grid": one.grid, "other": other.name, "its": other.grid}
            found.append(warn(texts, file, both, "roster.cross_grid", where=both, **names))
    return tuple(found)
