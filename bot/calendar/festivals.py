"""The compound's festivals (我们的节日): when each is announced, in which groups, and in what words."""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from importlib import resources
from itertools import islice, takewhile
from pathlib import Path

from bot.calendar.almanac import YEARS, When, day_in, day_words, read_when, weekday_words
from bot.files.problems import BadFiles, Problem, nearest, shown
from bot.texts import Texts, load_texts

HOURS = range(8, 22)
"""Hours at which a festival may be announced: outside of the quiet hours."""
GROUPS = ("owners", "staff", "committee", "supervision")
PLACEHOLDERS = frozenset({"compound", "name", "date", "weekday", "days"})

_LONGEST_LEAD = 60
_END_OF_DAY = time(22)


@dataclass(frozen=True, slots=True)
class Festival:
    """A festival and its announcements."""

    id: str
    name: str
    when: When
    lead_days: tuple[int, ...]
    """How many days before it something is said, the earliest first; 0 is the day itself."""
    hour: int
    text: str
    """Said ahead, and on the day where ``today`` is empty."""
    today: str
    groups: tuple[str, ...]
    enabled: bool


@dataclass(frozen=True, slots=True)
class Occasion:
    """A festival and the day it falls on."""

    festival: Festival
    date: date


@dataclass(frozen=True, slots=True)
class Post:
    """An announcement whose time has come. ``(festival.id, day, lead_days)`` names it and never changes."""

    festival: Festival
    day: date
    """The festival's day."""
    lead_days: int
    at: datetime
    """When it was to be said."""
    useful_until: datetime
    """Not worth saying at or after this moment."""
    days: int
    """Days still to go when it is said: fewer than ``lead_days`` where it is late."""


def load_festivals(own: Path | None = None) -> tuple[Festival, ...]:
    """The festivals that come with Linli, changed key by key and extended by the compound's own file.

    Raises BadFiles with every problem of both files.
    """
    problems = _Problems(load_texts(), [])
    shipped = resources.files("bot") / "data" / "festivals.toml"
    tables = _tables(shipped.name, shipped.read_bytes, problems)
    changed = _tables(str(own), own.read_bytes, problems) if own else {}
    for id_, entries in changed.items():
        tables[id_] = {**tables.get(id_, {}), **entries}
    found = [
        _festival(_Entry(str(own) if id_ in changed else shipped.name, id_, entries, problems))
        for id_, entries in tables.items()
    ]
    if problems.found:
        raise BadFiles(problems.found)
    return tuple(festival for festival in found if festival)


def date_in(festival: Festival, year: int) -> date:
    """The festival's one day of a year, as ``almanac.day_in`` counts years."""
    return day_in(festival.when, year)


def upcoming(festivals: Iterable[Festival], today: date, count: int) -> tuple[Occasion, ...]:
    """The next ``count`` enabled festivals from ``today`` on, today's included, the soonest first."""
    return tuple(islice(_occasions(festivals, today), count))


def posts_due(
    festivals: Iterable[Festival], since: datetime, now: datetime, zone: tzinfo
) -> tuple[Post, ...]:
    """The announcements whose time fell in (since, now] and that are still worth making, the oldest first.

    An announcement ahead is useful until the festival's next one or until the festival begins, one on the
    day until 22:00, so that an outage ends with at most one word per festival. Quiet hours are the caller's:
    who does not ask at night passes as ``since`` when it last asked. Raises ValueError for naive moments.
    """
    if since.tzinfo is None or now.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    today = now.astimezone(zone).date()
    due: list[Post] = []
    for occasion in _announced(tuple(festivals), today):
        festival = occasion.festival
        times = [
            (lead, _at(occasion.date - timedelta(lead), festival.hour, zone)) for lead in festival.lead_days
        ]
        begins = _at(occasion.date, 0, zone)
        for index, (lead, at) in enumerate(times):
            ends = begins if lead else _at(occasion.date, _END_OF_DAY.hour, zone)
            until = min(ends, times[index + 1][1]) if lead and index + 1 < len(times) else ends
            if since < at <= now < until:
                due.append(Post(festival, occasion.date, lead, at, until, (occasion.date - today).days))
    return tuple(sorted(due, key=lambda post: post.at))


def words(post: Post, compound: str) -> str:
    """What is said."""
    festival = post.festival
    text = festival.today if festival.today and post.days == 0 else festival.text or festival.today
    return text.format(
        compound=compound,
        name=festival.name,
        date=day_words(post.day),
        weekday=weekday_words(post.day),
        days={0: "今天", 1: "明天", 2: "后天"}.get(post.days, f"再过{post.days}天"),
    )


@lru_cache(maxsize=2)
def _announced(festivals: tuple[Festival, ...], today: date) -> tuple[Occasion, ...]:
    """Festivals that may be announced on a day. It is asked all day long, and lunar days take long to count."""
    return tuple(
        takewhile(
            lambda occasion: (occasion.date - today).days <= _LONGEST_LEAD, _occasions(festivals, today)
        )
    )


def _at(day: date, hour: int, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=zone).astimezone(UTC)


def _occasions(festivals: Iterable[Festival], today: date) -> Iterator[Occasion]:
    """Enabled festivals from a day on, in order."""
    # A year's lunar days reach from the December before it to the January after it.
    enabled = [festival for festival in festivals if festival.enabled]
    waiting: list[Occasion] = []
    for year in range(max(today.year - 1, YEARS[0]), YEARS[-1] + 1):
        waiting += [Occasion(festival, date_in(festival, year)) for festival in enabled]
        waiting.sort(key=lambda occasion: occasion.date)
        sure = date(year, 12, 1) if year < YEARS[-1] else date.max
        while waiting and waiting[0].date < sure:
            occasion = waiting.pop(0)
            if occasion.date >= today:
                yield occasion


@dataclass(frozen=True, slots=True)
class _Problems:
    texts: Texts
    found: list[Problem]

    def note(self, file: str, key: str, kind: str, **values: object) -> None:
        what, remedy = (self.texts(f"festivals.{kind}.{part}", **values) for part in ("what", "remedy"))
        self.found.append(Problem(file, key, what, remedy))


@dataclass(frozen=True, slots=True)
class _Entry:
    """One festival as it is written."""

    file: str
    id: str
    values: dict[str, object]
    problems: _Problems

    def wrong(self, key: str, kind: str, **values: object) -> None:
        self.problems.note(self.file, f"{self.id}.{key}", kind, **values)

    def text(self, key: str) -> str:
        value = self.values.get(key, "")
        if isinstance(value, str):
            return value.strip()
        self.wrong(key, "not_text")
        return ""


def _tables(file: str, read: Callable[[], bytes], problems: _Problems) -> dict[str, dict[str, object]]:
    try:
        tables = tomllib.loads(read().decode("utf-8-sig"))
    except OSError as fault:
        problems.note(file, "", "unreadable", why=shown(fault.strerror))
        return {}
    except UnicodeDecodeError:
        problems.note(file, "", "encoding")
        return {}
    except tomllib.TOMLDecodeError as fault:
        problems.note(file, "", "syntax", why=shown(fault, 80))
        return {}
    found: dict[str, dict[str, object]] = {}
    for id_, values in tables.items():
        if isinstance(values, dict) and re.fullmatch(r"[a-z][a-z0-9-]{0,31}", id_):
            found[id_] = values
        else:
            problems.note(file, shown(id_), "id")
    return found


def _festival(entry: _Entry) -> Festival | None:
    before = len(entry.problems.found)
    known = ("name", "when", "lead_days", "hour", "text", "today", "groups", "enabled")
    for key in sorted(entry.values.keys() - set(known)):
        entry.wrong(shown(key), "unknown_key", known=nearest(key, known) or "、".join(known))
    name, text, today = entry.text("name"), entry.text("text"), entry.text("today")
    if not name and isinstance(entry.values.get("name", ""), str):
        entry.wrong("name", "no_name")
    for key, value in (("text", text), ("today", today)):
        _check_placeholders(entry, key, value)
    leads = _whole_numbers(entry.values.get("lead_days", [0]))
    if not leads or not all(0 <= lead <= _LONGEST_LEAD for lead in leads):
        entry.wrong("lead_days", "lead_days", longest=_LONGEST_LEAD)
        leads = ()
    if (any(leads) and not text) or not (text or today):
        entry.wrong("text", "no_text")
    hour = entry.values.get("hour", 9)
    if not isinstance(hour, int) or isinstance(hour, bool) or hour not in HOURS:
        entry.wrong("hour", "hour")
        hour = HOURS[0]
    enabled = entry.values.get("enabled", True)
    if not isinstance(enabled, bool):
        entry.wrong("enabled", "enabled")
    groups = entry.values.get("groups", ["owners"])
    if not isinstance(groups, list) or not groups or not all(group in GROUPS for group in groups):
        entry.wrong("groups", "groups", known="、".join(GROUPS))
        groups = []
    when = read_when(entry.values.get("when"))
    if when is None:
        entry.wrong("when", "when", said=shown(entry.values.get("when", "—")))
    if when is None or len(entry.problems.found) > before:
        return None
    leads = tuple(sorted(set(leads), reverse=True))
    return Festival(
        entry.id, name, when, leads, hour, text, today, tuple(dict.fromkeys(groups)), enabled is True
    )


def _whole_numbers(value: object) -> tuple[int, ...]:
    """The list's numbers, or nothing where it is no list of whole numbers."""
    if not isinstance(value, list) or not all(type(item) is int for item in value):
        return ()
    return tuple(value)


def _check_placeholders(entry: _Entry, key: str, text: str) -> None:
    try:
        fields = [field for field in string.Formatter().parse(text) if field[1] is not None]
    except ValueError:
        entry.wrong(key, "braces")
        return
    for _, name, spec, conversion in fields:
        if name not in PLACEHOLDERS or spec or conversion:
            known = "、".join(f"{{{each}}}" for each in ("compound", "name", "date", "weekday", "days"))
            entry.wrong(key, "placeholder", said=shown(name), known=known)
