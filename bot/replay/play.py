"""Plays a history through the bot and tells, message by message, what came of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.domain.messages import Incoming, Photo
from bot.domain.tickets import Ticket
from bot.domain.verdicts import Kind, Verdict
from bot.replay.compound import Compound
from bot.replay.history import Part, Said
from handlers.context import Files
from storage.questions import letters_to
from storage.ticket_rows import Message

_RINGS = frozenset({"rang", "rang_all"})
_TICK = timedelta(milliseconds=1)
_AFTERWARDS = timedelta(hours=12)
"""Time played after the last message, so that what waits for the morning is seen."""


class Act(StrEnum):
    """What a message does in the conversation."""

    NEW = "new"
    JOIN = "join"
    DETAIL = "detail"
    COMMENT = "comment"
    STATUS = "status_question"
    SOLVED = "solved"
    NONE = "none"


_BY_PURPOSE = {
    "origin": Act.NEW,
    "piece": Act.NEW,
    "voice": Act.JOIN,
    "comment": Act.COMMENT,
    "question": Act.STATUS,
    "solved": Act.SOLVED,
}
"""How a ticket keeps a message → what the message does. Everything else adds to the report."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one message."""

    said: Said
    kind: Kind
    topic: str | None
    severity: str | None
    place: dict[str, object]
    ticket: int | None
    act: Act
    pinged: tuple[str, ...]
    """Roles that were rung by it, now or, at night, in the morning."""
    because: tuple[str, ...]

    def to_json(self) -> str:
        """One line of the result."""
        values = {
            "id": self.said.id,
            "kind": self.kind.value,
            "topic": self.topic,
            "severity": self.severity,
            "place": self.place or None,
            "ticket": self.ticket,
            "act": self.act.value,
            "pinged": list(self.pinged),
            "because": list(self.because),
        }
        return json.dumps(values, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Replay:
    """A history played to its end."""

    outcomes: tuple[Outcome, ...]
    """In the order in which it was said."""
    tickets: tuple[Ticket, ...]
    rings: tuple[tuple[datetime, int, str], ...]
    """Every time somebody was rung: when, for which ticket's number, in which role."""
    told: tuple[tuple[datetime, bool], ...]
    """Everything the group would have got from the bot, cards included: when, and whether it is only a reaction."""
    dead: int
    """Messages that a handler could not take."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """What the store knows at the end."""

    tickets: tuple[Ticket, ...]
    messages: Mapping[str, tuple[Ticket, Message, bool]]
    """Message → its ticket, how it is kept, and whether it is the ticket's first."""
    rings: tuple[tuple[datetime, int, str], ...]
    told: tuple[tuple[datetime, bool], ...]
    dead: int


def play(history: Sequence[Said], files: Files) -> Replay:
    """Play a history, in order of time. It must not be empty."""
    moments = _moments(history)
    compound = Compound(files, moments[0] - timedelta(minutes=1))
    try:
        names = {str(said.id): str(number) for number, said in enumerate(history, 1)}
        for number, (said, at) in enumerate(zip(history, moments, strict=True), 1):
            compound.wind(at)
            compound.take(_incoming(compound, said, number, at, names))
        compound.wind(moments[-1] + _AFTERWARDS)
        kept = _kept(compound)
    finally:
        compound.close()
    rung = _rung(kept, moments)
    outcomes = (
        _outcome(files, said, kept.messages.get(str(n)), rung.get(str(n), ()))
        for n, said in enumerate(history, 1)
    )
    return Replay(tuple(outcomes), kept.tickets, kept.rings, kept.told, kept.dead)


def _moments(history: Sequence[Said]) -> list[datetime]:
    """Each message's own moment: those of one second follow each other by a tick."""
    moments: list[datetime] = []
    for said in history:
        moments.append(max(said.at, moments[-1] + _TICK) if moments else said.at)
    return moments


def _incoming(
    compound: Compound, said: Said, number: int, at: datetime, names: Mapping[str, str]
) -> Incoming:
    photos = tuple(Photo(f"{number}-{n}", f"{number}-{n}") for n in range(said.photos))
    return Incoming(
        chat=compound.group,
        message=str(number),
        author=compound.account(said),
        text=said.text,
        sent_at=at,
        in_group=True,
        reply_to=names.get(str(said.reply_to)) if said.reply_to is not None else None,
        photos=photos,
        voice=said.voice,
    )


def _kept(compound: Compound) -> _Kept:
    with compound.read() as store:
        tickets = store.tickets.find()
        messages: dict[str, tuple[Ticket, Message, bool]] = {}
        rings: list[tuple[datetime, int, str]] = []
        for ticket in tickets:
            mine = store.tickets.messages(ticket)
            first = min((int(m.message) for m in mine if m.purpose in ("origin", "piece")), default=0)
            messages |= {m.message: (ticket, m, int(m.message) == first) for m in mine}
            for event in store.tickets.diary(ticket):
                if event.verb in _RINGS:
                    rings += [(event.at, ticket.number, role) for role in _roles(compound.files, event.data)]
        told = [
            (at, key.startswith("react:"))
            for at, key in letters_to(store, compound.group)
            if not key.startswith("introduction:")
        ]
        told += [(t.told_group_at, False) for t in tickets if t.told_group_at is not None]
        dead = store.compound.dead(compound.started)
    return _Kept(tickets, messages, tuple(sorted(rings)), tuple(sorted(told)), dead)


def _roles(files: Files, data: Mapping[str, Any]) -> tuple[str, ...]:
    if "role" in data:
        return (str(data["role"]),)
    people = set(data.get("people", ()))
    return tuple(dict.fromkeys(d.role.value for d in files.roster.duties if d.person in people))


def _rung(kept: _Kept, moments: Sequence[datetime]) -> dict[str, tuple[str, ...]]:
    """Message → the roles rung by it. A ring in the morning is the first message's of its ticket."""
    by_moment = {at: str(number) for number, at in enumerate(moments, 1)}
    begun = {ticket.number: message for message, (ticket, _, first) in kept.messages.items() if first}
    found: dict[str, tuple[str, ...]] = {}
    first_ring: dict[int, datetime] = {}
    for at, number, role in kept.rings:
        first = first_ring.setdefault(number, at)
        message = by_moment.get(at) or (begun.get(number) if at == first else None)
        if message is not None:
            found[message] = tuple(dict.fromkeys((*found.get(message, ()), role)))
    return found


def _outcome(
    files: Files, said: Said, kept: tuple[Ticket, Message, bool] | None, pinged: tuple[str, ...]
) -> Outcome:
    staff = said.part is not Part.RESIDENT
    verdict = (
        files.classifier.classify(said.text, staff=staff) if said.text.strip() else Verdict(Kind.CHATTER)
    )
    if kept is None:
        chatter = verdict.kind is Kind.CHATTER
        topic = None if chatter else verdict.topic
        return Outcome(
            said, verdict.kind, topic, None, verdict.place.to_json(), None, Act.NONE, pinged, verdict.because
        )
    ticket, message, first = kept
    act = _BY_PURPOSE.get(message.purpose, Act.DETAIL)
    if act is Act.NEW and not first:
        act = Act.DETAIL
    told = act in (Act.NEW, Act.JOIN, Act.DETAIL)
    spoken = verdict.kind if verdict.kind is Kind.NOTICE else Kind.CHATTER
    place = verdict.place if verdict.place or act is not Act.NEW else ticket.place
    return Outcome(
        said=said,
        kind=ticket.kind if told else spoken,
        topic=ticket.topic,
        severity=ticket.severity.value if act is Act.NEW else None,
        place=place.to_json(),
        ticket=ticket.number,
        act=act,
        pinged=pinged,
        because=ticket.because if act is Act.NEW else verdict.because,
    )
