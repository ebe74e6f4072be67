"""What a periodic duty is, and how its occurrences are claimed."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from bot.domain.messages import Address, Face, Outgoing, Priority, Say
from handlers.context import Context
from storage.agenda import Agenda, agenda


@dataclass(frozen=True, slots=True)
class Job:
    """A duty. Each run is one transaction; what may happen once only claims its occurrence in it.

    Nothing depends on a run being punctual: a run that finds nothing due does nothing, a late one does what is
    still useful.
    """

    name: str
    run: Callable[[Context], list[Outgoing]]
    every_s: float
    """Seconds after which it looks again whether something is due."""
    occurrence: Callable[[Context], datetime] | None = None
    """When what it does once only, claimed under its own name, is due."""
    idle: Callable[[Context, Agenda], bool] | None = None
    """Whether a run would surely find nothing to do. It is asked beside whoever writes, and may only read."""


class Beats:
    """When duties were last looked at, for whoever winds the clock by hand."""

    def __init__(self) -> None:
        self._last: dict[str, datetime] = {}

    def due(self, jobs: Iterable[Job], now: datetime) -> list[Job]:
        """Those that are to look again by now; they count as looked at."""
        found = [
            job
            for job in jobs
            if job.name not in self._last or now - self._last[job.name] >= timedelta(seconds=job.every_s)
        ]
        self._last.update((job.name, now) for job in found)
        return found

    def forget(self) -> None:
        """All are to look again."""
        self._last.clear()


def next_busy(left: deque[Job], context: Context) -> Job | None:
    """Take duties off until one of them may have something to do; None where none has. Only reads."""
    waiting = agenda_for(context, left)
    while left:
        job = left.popleft()
        try:
            if not surely_idle(job, context, waiting):
                return job
        except Exception:  # whatever it is: the run will fail, too, where failures are told
            return job
    return None


def agenda_for(context: Context, jobs: Iterable[Job]) -> Agenda:
    """What waits, as far as it concerns these duties."""
    occasions = {job.name: job.occurrence(context) for job in jobs if job.occurrence is not None}
    return agenda(context.store.conn, context.store.id, occasions)


def surely_idle(job: Job, context: Context, waiting: Agenda) -> bool:
    """Whether a duty need not be run now; where nobody can tell, it is run."""
    if job.occurrence is not None and (job.name in waiting.claimed or context.now < job.occurrence(context)):
        return True
    return job.idle is not None and job.idle(context, waiting)


def morning_of_today(context: Context) -> datetime:
    """When today's daily lines and lists are due."""
    return datetime.combine(context.today, context.config.hours.morning, context.zone)


def claim_morning(context: Context, job: str) -> bool:
    """True for the one run of a daily duty that does it: at the morning hour, or later by day after an outage."""
    due = morning_of_today(context)
    if context.now < due or context.quiet:
        return False
    return context.store.compound.claim(job, due)


def this_hour(context: Context) -> datetime:
    """When this hour began."""
    return context.now.replace(minute=0, second=0, microsecond=0)


def start_of_day(context: Context, days_back: int = 0) -> datetime:
    """When a day began in the compound: today, or so many days before."""
    return datetime.combine(context.today - timedelta(days=days_back), time(), context.zone)


def to_committee(
    context: Context, key: str, text: str, priority: Priority = Priority.DIGEST
) -> list[Outgoing]:
    """The same words to everywhere the committee is told things. ``key`` names the occasion."""
    return [Say(chat, committee_key(key, chat), Face(text), priority) for chat in context.committee_chats()]


def committee_key(key: str, chat: Address) -> str:
    """The key for one of the committee's chats."""
    return f"{key}:{chat.platform}:{chat.chat}"
