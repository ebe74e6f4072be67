"""The account of a month: every promised stage met, missed and rung, paused or left out with its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.people import LADDER
from bot.domain.sla import Count
from bot.domain.stages import Fate, Lap, Stage
from bot.domain.tickets import State, Ticket
from handlers.clocks import laps_of
from handlers.context import Context
from storage.ticket_rows import Event

RUNG = frozenset({"climbed", "rang_again", "top", "taken_back", "late"})
"""What a missed deadline leaves in a diary."""
ASKED = frozenset({"rang", "rang_all", "rang_again"})
PARTED = {
    "assign": "handed on",
    "taken_back": "taken back",
    "withdraw": "withdrawn",
    "decline": "declined",
    "merge": "merged",
    "false_alarm": "false alarm",
    "refer": "referred",
    "reclass": "reclassed",
    "mediate": "mediated",
    "accept": "taken over",
    "plan": "planned",
    "handed_over": "handed over",
    "arrive": "taken over on site",
}
"""What may end a stage that was not done and not late."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What became of one promise, in one word, and what is wrong where nothing explains it."""

    number: int
    stage: str
    fate: str
    wrong: str = ""


def ledger(context: Context, down: Sequence[tuple[datetime, datetime]] = ()) -> tuple[Entry, ...]:
    """An entry for every promised stage and every pause, and for every ticket that still waits for somebody.

    ``down``: when Linli did not run.
    """
    found: list[Entry] = []
    for ticket in context.store.tickets.find():
        diary = context.store.tickets.diary(ticket)
        laps = laps_of(context, ticket, diary)
        for lap in laps:
            entry = _stage(context, ticket, lap, diary)
            if entry.wrong and any(
                since <= lap.fair_due and (lap.ended or since) <= until for since, until in down
            ):
                entry = Entry(ticket.number, lap.stage.value, "missed while Linli did not run")
            found.append(entry)
        found += _pauses(ticket, diary)
        if ticket.going_on and not _waits(ticket):
            found.append(Entry(ticket.number, ticket.state.value, "open", "nobody will ever be told"))
        if not laps:
            found.append(Entry(ticket.number, ticket.kind.value, "no minutes promised"))
    return tuple(found)


def table(entries: Iterable[Entry]) -> list[str]:
    """The account, by stage and fate, and every entry that nothing explains."""
    known = tuple(entries)
    counts = Counter((entry.stage, entry.fate) for entry in known)
    lines = [f"{many:>6}  {stage:<10} {fate}" for (stage, fate), many in sorted(counts.items())]
    wrong = [entry for entry in known if entry.wrong]
    lines.append(f"{len(wrong):>6}  unexplained")
    return lines + [
        f"        #{entry.number} {entry.stage} {entry.fate}: {entry.wrong}" for entry in wrong[:50]
    ]


def _stage(context: Context, ticket: Ticket, lap: Lap, diary: tuple[Event, ...]) -> Entry:
    stage = lap.stage.value
    match lap.fate:
        case Fate.MET:
            return Entry(ticket.number, stage, "met")
        case Fate.MISSED | Fate.LATE:
            own = _own_minutes(context, ticket, lap, diary)
            if own is not None and (lap.ended or context.now) <= own:
                return Entry(ticket.number, stage, "missed within a higher rung's own minutes")
            return Entry(ticket.number, stage, "missed and rung", _unrung(context, lap, diary, own))
        case Fate.DROPPED:
            return _dropped(ticket, lap, diary)
        case Fate.RUNNING:
            if ticket.state is State.PAUSED:
                reason = ticket.paused_reason and ticket.paused_until
                return Entry(ticket.number, stage, "paused with reason", "" if reason else "no reason or end")
            wrong = "" if ticket.due_at is not None else "its clock runs, and nobody looks at it"
            return Entry(ticket.number, stage, "running", wrong)


def _own_minutes(context: Context, ticket: Ticket, lap: Lap, diary: tuple[Event, ...]) -> datetime | None:
    """Until when whoever was asked has, where that is longer than the residents were promised.

    A rung above has its own minutes, also where it was asked first (the matter came back, nobody below was at
    hand), and the last one is told again at growing intervals.
    """
    asked = [e for e in diary if e.verb in ASKED and lap.begun <= e.at <= lap.due]
    if lap.stage is Stage.SOLVE:
        return lap.fair_due if any(e.data.get("role") in {*LADDER} for e in asked) else None
    if lap.stage is not Stage.ACCEPT or not asked:
        return None
    again = sum(e.verb == "rang_again" for e in asked)
    clocks, last = context.config.clocks, asked[-1]
    if ticket.emergency:
        longest = context.terms.of(ticket.severity, ticket.topic, ticket.role).accept * float(
            2 ** min(again, 3)
        )
        return context.calendar.after(last.at, longest, Count.ALWAYS)
    if last.data.get("role") not in {*LADDER}:
        return None
    minutes = max(clocks.rung_minutes) * 2**again
    return context.calendar.after(last.at, timedelta(minutes=minutes), Count.WAKING)


def _unrung(context: Context, lap: Lap, diary: tuple[Event, ...], own: datetime | None) -> str:
    """What is wrong where nobody was told of a missed deadline; empty where somebody was."""
    end = lap.ended or context.now
    rung = [event.at for event in diary if event.verb in RUNG and lap.begun <= event.at <= end]
    fair = max(moment for moment in (lap.due, lap.fair_due, own) if moment is not None)
    if end > fair and not any(at >= lap.due for at in rung):
        return f"due {lap.due:%d %H:%M}, fair {fair:%d %H:%M}, ended {_when(lap.ended)}, rung by nobody"
    if not rung:
        return f"due {lap.due:%d %H:%M}, ended {_when(lap.ended)}, and nobody had been rung before"
    return ""


def _dropped(ticket: Ticket, lap: Lap, diary: tuple[Event, ...]) -> Entry:
    why = next((PARTED[e.verb] for e in diary if e.verb in PARTED and e.at == lap.ended), None)
    again = any(
        e.verb in ("reject", "reopen", "unmerge", "release", "expire") and e.at == lap.ended for e in diary
    )
    if why is None and not again:
        return Entry(ticket.number, lap.stage.value, "left out", f"ended {_when(lap.ended)} for no reason")
    return Entry(ticket.number, lap.stage.value, f"left out: {why or 'came back'}")


def _pauses(ticket: Ticket, diary: tuple[Event, ...]) -> list[Entry]:
    return [
        Entry(ticket.number, "pause", "with reason", "" if event.data.get("note") else "no reason")
        for event in diary
        if event.verb == "pause"
    ]


def _waits(ticket: Ticket) -> bool:
    """Whether somebody will be told of an open ticket again, or it says why not."""
    # A wish has no minutes, a held one waits for the committee, who has its card.
    return ticket.due_at is not None or ticket.kind.value == "wish" or ticket.state is State.HELD


def _when(moment: datetime | None) -> str:
    return f"{moment:%d %H:%M:%S}" if moment else "never"
