"""Where nobody will be on duty in the days to come: what recurs every week, and what leave and holidays add."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bot.domain.cover import Away, Post, gaps, posts
from bot.domain.people import Role
from bot.domain.shifts import Stretch
from bot.files.rostercheck import watched, weekly_gaps
from bot.files.shiftwords import gap_words, weekly_words
from handlers import duty
from handlers.context import Context

AHEAD = timedelta(days=7)
_AROUND = timedelta(days=40)
_EVERY_WEEK = datetime(2100, 1, 1, tzinfo=UTC)
"""Far off, so that its claim is not swept away with those of long ago."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Nobody of a post is on duty."""

    post: str
    words: str
    """When, for people."""
    since: datetime
    """When it begins; a moment of its own for what is so every week."""

    @property
    def weekly(self) -> bool:
        """Whether the roster's hours leave it open every week."""
        return self.since == _EVERY_WEEK


def watched_posts(context: Context) -> tuple[Post, ...]:
    """The grids and roles that should have somebody at any time."""
    return posts(context.roster, context.today, _roles(context))


def gaps_ahead(context: Context) -> tuple[Gap, ...]:
    """Every gap of the coming week, grid by grid; what recurs every week once."""
    away = tuple(
        Away(change.person, change.stand_in, Stretch(change.starts_at, change.ends_at))
        for change in context.store.duty.lasting(context.now)
    )
    days, until = duty.kinds(context), context.now + AHEAD
    # Seen from far enough on both sides, a gap begins and ends at the same moments on every day that it is looked for.
    first, last = context.now - _AROUND, until + _AROUND
    found: list[Gap] = []
    for post in watched_posts(context):
        usual = weekly_gaps(post, context.zone)
        if usual:
            found.append(Gap(post.name, weekly_words(usual, context.zone), _EVERY_WEEK))
        for stretch in gaps(post, away, first, last, context.zone, days):
            ahead = stretch.end > context.now and stretch.start < until
            if ahead and not _usual(context, stretch, usual):
                found.append(Gap(post.name, gap_words(stretch, context.zone), stretch.start))
    return tuple(found)


def _usual(context: Context, stretch: Stretch, weekly: tuple[Stretch, ...]) -> bool:
    """Whether a gap lies within those of every week."""
    return any(
        shifted.start <= stretch.start and stretch.end <= shifted.end
        for usual in weekly
        for shifted in _weeks(usual, stretch.start.astimezone(context.zone).date())
    )


def _weeks(stretch: Stretch, day: date) -> tuple[Stretch, ...]:
    """A stretch of the pattern's week in the weeks around a day."""
    zone = stretch.start.tzinfo
    monday = datetime.combine(day - timedelta(days=day.weekday()), time(), zone)
    first = datetime.combine(stretch.start.date() - timedelta(days=stretch.start.weekday()), time(), zone)
    steps = ((monday - first) + timedelta(days=7 * week) for week in (-1, 0, 1))
    return tuple(Stretch(stretch.start + step, stretch.end + step) for step in steps)


def _roles(context: Context) -> tuple[Role, ...]:
    return watched(context.config.routing.dispatcher)
