"""The day's table: every ticket with how long it took, and how much the bot has said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.demo.day import Outcome
from bot.demo.stage import Stage, in_group
from bot.domain.sla import Hours
from bot.domain.tickets import State, Ticket, Verb
from bot.domain.verdicts import Kind
from bot.platforms.console import Act
from bot.texts import Texts
from storage.store import open_store
from storage.ticket_rows import Event

_TAKEN = frozenset({Verb.ACCEPT.value, Verb.ARRIVE.value, Verb.RESOLVE.value})
_MARKS = {State.CLOSED: "green", State.OPEN: "red", State.FALSE_ALARM: "dim", State.WITHDRAWN: "dim"}


@dataclass(frozen=True, slots=True)
class Line:
    """A ticket's row of the table."""

    number: int
    kind: Kind
    topic: str
    place: str
    voices: int
    """Households, the reporter's among them."""
    state: State
    to_accept: int | None
    """Minutes, nights not counted."""
    to_done: int | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How much was said."""

    heard: int
    """Messages of people in the owners' groups."""
    people: int
    said: int
    """Messages of the bot in the owners' groups."""
    changed: int
    reacted: int
    pings: int
    """New messages of the bot's in private chats that nobody had asked for."""
    promised: int
    kept: int


def ledger(stage: Stage) -> tuple[Line, ...]:
    """Every ticket, from the database."""
    with stage.database.reading() as conn:
        store = open_store(conn, stage.compound)
        return tuple(_line(stage, ticket, store.tickets.diary(ticket)) for ticket in store.tickets.find())


def _line(stage: Stage, ticket: Ticket, diary: Iterable[Event]) -> Line:
    config = stage.files.config
    hours = Hours(config.hours.quiet_from, config.hours.quiet_to, config.compound.zone)
    start = ticket.filed_at if ticket.emergency else hours.awake(ticket.filed_at)
    events = list(diary)
    taken = next((e.at for e in events if e.verb in _TAKEN), None)
    done = next((e.at for e in reversed(events) if e.verb == Verb.RESOLVE.value), None)
    return Line(
        ticket.number,
        ticket.kind,
        ticket.topic,
        ticket.place.public(),
        ticket.voices + 1,
        ticket.state,
        _minutes(start, taken),
        _minutes(start, done),
    )


def _minutes(start: datetime, end: datetime | None) -> int | None:
    return None if end is None else max(round((end - start).total_seconds() / 60), 0)


def counts(outcomes: Sequence[Outcome], owners: frozenset[str]) -> Counts:
    """What was said in a day, by whom and how often."""
    heard = [
        s for o in outcomes for s in o.speeches if s.chat.chat in owners and not s.pressed and not s.edited
    ]
    said = [m.shown for o in outcomes for m in o.moments if m.shown.chat.chat in owners]
    pings = 0
    for outcome in outcomes:
        # What answers a person's own message or press is no ping.
        speakers = {s.who for s in outcome.speeches}
        new = (m.shown for m in outcome.moments if m.shown.act in (Act.SAY, Act.FILE))
        pings += sum(not in_group(s.chat) and s.chat.chat not in speakers for s in new)
    broken = sum(len(o.broken) for o in outcomes)
    promised = sum(o.promised for o in outcomes)
    return Counts(
        heard=len(heard),
        people=len({s.who for s in heard}),
        said=sum(s.act in (Act.SAY, Act.FILE) for s in said),
        changed=sum(s.act is Act.EDIT for s in said),
        reacted=sum(s.act is Act.REACT for s in said),
        pings=pings,
        promised=promised,
        kept=promised - min(broken, promised),
    )


def show_ledger(console: Console, lines: Sequence[Line], texts: Texts) -> None:
    """The table on the screen."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("number", "kind", "topic", "place", "voices", "state", "to_accept", "to_done"):
        right = name in ("voices", "to_accept", "to_done")
        table.add_column(texts(f"demo.column.{name}"), justify="right" if right else "left", overflow="fold")
    for line in lines:
        table.add_row(
            f"#{line.number}",
            texts(f"kind.{line.kind.value}"),
            line.topic,
            Text(line.place),
            str(line.voices),
            Text(texts(f"state.{line.state.value}"), style=_MARKS.get(line.state, "")),
            "" if line.to_accept is None else str(line.to_accept),
            "" if line.to_done is None else str(line.to_done),
        )
    with console.capture() as captured:
        console.print(table)
    # rich pads every row; blanks at a line's end are noise in a file.
    console.file.write("".join(f"{line.rstrip()}\n" for line in captured.get().splitlines()))
