"""What is odd in a roster that can be used all the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta, tzinfo
from itertools import combinations

from bot.domain.cover import Post, gaps, posts
from bot.domain.people import Area, Role, Roster
from bot.domain.shifts import Stretch, by_weekday
from bot.files.areas import described, overlap
from bot.files.config import Config, Problem
from bot.files.problems import shown, warn
from bot.files.shiftwords import weekly_words
from bot.texts import Texts, load_texts


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
    found += _gap_warnings(texts, file, roster, config)
    for one, other in combinations(roster.duties, 2):
        both = overlap(one.area, other.area) if one.grid and other.grid and one.grid != other.grid else ""
        if both and one.role is not other.role:
            names = {"one": one.name, "grid": one.grid, "other": other.name, "its": other.grid}
            found.append(warn(texts, file, both, "roster.cross_grid", where=both, **names))
    return tuple(found)


def watched(dispatcher: Role) -> tuple[Role, ...]:
    """Roles that are asked first and should have somebody at any time, beside the grids' workers."""
    return tuple(dict.fromkeys((Role.GRID_WORKER, Role.REPAIR, dispatcher)))


def weekly_gaps(post: Post, zone: tzinfo) -> tuple[Stretch, ...]:
    """What a post's hours leave open every week, holidays apart; what lasts over Sunday's midnight is one gap."""
    monday = datetime(2024, 1, 1, tzinfo=zone)
    week = timedelta(days=7)
    # A second week shows how what is open at the first one's end goes on.
    open_ = gaps(post, (), monday, monday + 2 * week, zone, by_weekday)
    if len(open_) == 1 and open_[0].start == monday:
        return (Stretch(monday, monday + week),)
    return tuple(gap for gap in open_ if monday < gap.start <= monday + week)


def _gap_warnings(texts: Texts, file: str, roster: Roster, config: Config) -> Iterator[Problem]:
    """Hours in which nobody of a grid or a role is on duty, week after week."""
    zone = config.compound.zone
    for post in posts(roster, date.min, watched(config.routing.dispatcher)):
        open_ = weekly_gaps(post, zone)
        if open_:
            yield warn(texts, file, post.name, "roster.gap", post=post.name, when=weekly_words(open_, zone))
