"""A ticket's diary (民情日记) in words: who did what, by day, as far as the reader may know."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby

from bot.domain.messages import Account
from bot.domain.permissions import SEES, Audience, Fact
from bot.domain.tickets import Ticket, Verb
from handlers.blotting import for_reporter
from handlers.context import Context
from storage.ticket_rows import Event

INTERNAL = frozenset(
    {
        "unreachable",
        "vacant",
        "undelivered",
        "nobody",
        "would_ring",
        "persons_seen",
        "persons_exported",
        "confidence_exported",
    }
)
"""What concerns only those who run the service."""


def diary(context: Context, ticket: Ticket, audience: Audience, events: Iterable[Event]) -> list[str]:
    """The diary line by line, each day under its date."""
    lines: list[str] = []
    day = None
    shown = (e for e in events if e.verb not in INTERNAL or audience in (Audience.WORKER, Audience.COMMITTEE))
    for (_, verb), group in groupby(shown, key=lambda e: (e.at.astimezone(context.zone).date(), e.verb)):
        run = list(group)
        begun, ended = (e.at.astimezone(context.zone) for e in (run[0], run[-1]))
        if begun.date() != day:
            day = begun.date()
            lines.append(context.say("diary.day", month=day.month, day=day.day))
        if verb == "voice" and len(run) > 1:
            lines.append(f"{begun:%H:%M}–{ended:%H:%M} {context.say('diary.voices', count=len(run))}")
            continue
        for event in run:
            local = event.at.astimezone(context.zone)
            lines.append(f"{local:%H:%M} {happened(context, ticket, audience, event)}")
    return lines


def happened(context: Context, ticket: Ticket, audience: Audience, event: Event) -> str:
    """One event in words."""
    data = event.data
    people = data.get("people") or ([data["person"]] if data.get("person") else [])
    was = data.get("was") or ["", ""]
    verb = f"in_person_{event.verb}" if data.get("in_person") else event.verb
    key = f"diary.{verb}"
    text = context.say(
        key if key in context.texts else "diary.other",
        who=who(context, ticket, audience, event),
        verb=event.verb,
        people="、".join(context.name_of(str(person)) for person in people) or context.say("diary.no_one"),
        role=data.get("role", ""),
        until=_clock(context, data.get("until")),
        into=data.get("into", ""),
        merged=data.get("merged", ""),
        place=data.get("place", ""),
        topic=data.get("topic", ""),
        kind=_label(context, "kind", data.get("kind")),
        severity=_label(context, "severity", data.get("severity")),
        what=_label(context, "button", data.get("what")) + _wished(context, audience, event),
        before=_label(context, "severity", data.get("before")),
        stage=context.say(f"stage.{data['stage']}") if data.get("stage") else "",
        was=_label(context, "kind", was[0]) + was[1],
        department=_department(context, audience, event),
    )
    note = str(data.get("note", ""))
    if not note or (ticket.confidential and audience is Audience.REPORTER):
        # What a mediator notes may be what the other side said.
        return text
    if Fact.PERSONS not in SEES[audience] and audience is not Audience.COMMITTEE:
        if audience is not Audience.REPORTER:
            # Staff note names and rooms as they come: no blotting of free words is sure enough for a group.
            return text
        note = for_reporter(context, ticket, note, to_call=event.verb == Verb.DECLINE.value)
    return text + context.say("diary.note", note=note)


def who(context: Context, ticket: Ticket, audience: Audience, event: Event) -> str:
    """Who did it: staff by their name on the roster, the reporter only to those who may know, nobody else."""
    if event.actor == "linli":
        return context.say("diary.linli")
    if event.actor == "resident":
        if event.account is not None and event.account == ticket.reporter:
            if audience is Audience.REPORTER:
                return context.say("diary.you")
            if Fact.PERSONS in SEES[audience] and ticket.reporter_name:
                return ticket.reporter_name
            return context.say("diary.reporter")
        return context.say("diary.reporter" if event.verb == "filed" else "diary.neighbour")
    return _staff(context, event.account, event.name) or context.say(f"diary.{event.actor}")


def _department(context: Context, audience: Audience, event: Event) -> str:
    """Where it was referred to; the number it has there is for those who ask for the answer."""
    name = str(event.data.get("department", ""))
    if audience not in (Audience.WORKER, Audience.COMMITTEE):
        known = name in context.config.routing.departments
        return name if known or not name else context.say("referral.some_department")
    reference = str(event.data.get("reference", ""))
    if not reference:
        return name
    return name + context.say("referral.reference", reference=reference)


def _wished(context: Context, audience: Audience, event: Event) -> str:
    """Where a referral that waits for assent has gone."""
    department = _department(context, audience, event) if event.verb == "asked" else ""
    return context.say("diary.wished", department=department) if department else ""


def _staff(context: Context, account: Account | None, name: str) -> str:
    person = context.store.people.person_of(account) if account else None
    return context.name_of(person) if person else name


def _clock(context: Context, moment: object) -> str:
    return context.clock(datetime.fromisoformat(moment)) if isinstance(moment, str) else ""


def _label(context: Context, table: str, value: object) -> str:
    return context.say(f"{table}.{value}") if value else ""
