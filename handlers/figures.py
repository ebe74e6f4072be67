"""The figures of a period: how many, of what, how fast."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from bot.domain.tickets import Outcome, State, Ticket, Verb
from bot.domain.verdicts import Kind
from handlers.context import Context
from storage.questions import filed_in, steps_since

_TAKEN = frozenset({Verb.ACCEPT.value, Verb.ARRIVE.value, Verb.RESOLVE.value})
_SOLVED = frozenset({Verb.RESOLVE.value, Verb.CONFIRM.value})
FEW = 3
"""Fewer cases of a topic than this are not counted by it where one of them is in mediation."""
_NO_MATTER = frozenset({State.FALSE_ALARM, State.WITHDRAWN, State.MERGED})


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of the tickets filed in a period, as they stand now."""

    filed: int
    """Complaints and wishes; without false alarms, withdrawn and merged ones."""
    left_out: int
    kinds: Mapping[Kind, int]
    states: Mapping[State, int]
    topics: tuple[tuple[str, int], ...]
    """The most frequent first."""
    voices: int
    confirmed: int
    unconfirmed: int
    to_accept: timedelta | None
    """Median from the first message to the first step; a night's matters count from the morning."""
    to_solve: timedelta | None
    """Median from the first message to 办结, nights included."""


@dataclass(frozen=True, slots=True)
class Times:
    """When a ticket was first taken and first solved."""

    taken: datetime | None
    solved: datetime | None


def figures(context: Context, since: datetime, until: datetime) -> Figures:
    """The figures of the tickets filed in [since, until)."""
    filed = filed_in(context.store, since, until)
    steps = times(context, since)
    matters = [t for t in filed if t.kind is not Kind.NOTICE and t.state not in _NO_MATTER]
    known = [(t, steps.get(t.id, Times(None, None))) for t in matters if not t.listened]
    topics = _topics(matters)
    return Figures(
        filed=len(matters),
        left_out=sum(t.kind is not Kind.NOTICE and t.state in _NO_MATTER for t in filed),
        kinds=Counter(t.kind for t in matters),
        states=Counter(t.state for t in matters),
        topics=tuple(sorted(topics.items(), key=lambda pair: (-pair[1], pair[0]))),
        voices=sum(t.voices for t in matters),
        confirmed=sum(t.outcome is Outcome.CONFIRMED for t in matters),
        unconfirmed=sum(t.outcome is Outcome.UNCONFIRMED for t in matters),
        to_accept=_median([max(s.taken - _begins(context, t), timedelta(0)) for t, s in known if s.taken]),
        to_solve=_median([s.solved - t.filed_at for t, s in known if s.solved]),
    )


def _topics(matters: Sequence[Ticket]) -> Counter[str]:
    """How many of each topic. A topic with few cases would tell which one is in mediation: it is left out."""
    topics = Counter(t.topic for t in matters)
    confided = {t.topic for t in matters if t.confidential}
    return Counter({topic: n for topic, n in topics.items() if n >= FEW or topic not in confided})


def times(context: Context, since: datetime) -> dict[int, Times]:
    """When the tickets filed since a moment were first taken and solved, by row id."""
    steps = steps_since(context.store, _TAKEN | _SOLVED, since)
    return {
        ticket: Times(
            next((at for at, verb in taken if verb in _TAKEN), None),
            next((at for at, verb in taken if verb in _SOLVED), None),
        )
        for ticket, taken in steps.items()
    }


def _begins(context: Context, ticket: Ticket) -> datetime:
    return ticket.filed_at if ticket.emergency else context.hours.awake(ticket.filed_at)


def _median(spans: list[timedelta]) -> timedelta | None:
    return timedelta(seconds=median(s.total_seconds() for s in spans)) if spans else None
