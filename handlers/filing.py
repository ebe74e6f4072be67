"""Filing a ticket: number, place, routing, cards and pings, all in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.domain.messages import Account, Address, Face, Fetch, Outgoing, Photo, Priority, React, Say
from bot.domain.permissions import Audience
from bot.domain.places import Place
from bot.domain.tickets import State, Ticket, first_state
from bot.domain.verdicts import Kind, Severity, Verdict
from handlers.cards import refresh, ring_by_day, tell_committee, tell_group
from handlers.clocks import after_step, start_rung
from handlers.context import Context
from handlers.faces import guidance
from handlers.routing import grid_of, ladder

SEEN_AT_NIGHT = "✍"
JOINED = "👌"


@dataclass(frozen=True, slots=True)
class Report:
    """A matter about to be filed."""

    text: str
    verdict: Verdict
    reporter: Account | None
    reporter_name: str
    at: datetime
    origin: Address | None = None
    message: str | None = None
    album: str | None = None
    photos: tuple[Photo, ...] = ()
    contact: str = ""
    on_behalf: bool = False


def file(context: Context, report: Report) -> tuple[Ticket, list[Outgoing]]:
    """File a matter and ring whoever is responsible.

    Without a building the reporter's bound home counts, then a hint in their nickname; without either the group's
    card asks once, and the ticket goes to the dispatcher meanwhile.
    """
    verdict = report.verdict
    place = _place(context, report)
    rungs = ladder(context, verdict.kind, verdict.topic, place)
    state = first_state(verdict.kind)
    if state is State.OPEN and not report.on_behalf and _floods(context, report) and verdict.danger is None:
        state = State.HELD
    asks = verdict.kind is Kind.COMPLAINT and not place.known and report.origin is not None
    ticket = context.store.tickets.file(
        kind=verdict.kind.value,
        topic=verdict.topic,
        severity=verdict.severity.value,
        state=state.value,
        text=report.text,
        place=place,
        filed_at=context.now,
        reporter=report.reporter,
        reporter_name=report.reporter_name,
        contact=report.contact,
        origin=report.origin,
        message=report.message,
        grid=grid_of(context, place),
        role=rungs[0].role.value if rungs else context.config.routing.dispatcher.value,
        danger=verdict.danger,
        awaits_place=asks,
        because=verdict.because,
        score=verdict.score,
        on_behalf=report.on_behalf,
        listened=context.listening,
    )
    actor = "committee" if report.on_behalf else "resident"
    context.store.tickets.note(
        ticket,
        context.now,
        "filed",
        actor,
        report.reporter,
        kind=verdict.kind.value,
        topic=verdict.topic,
        severity=verdict.severity.value,
        because=list(verdict.because),
        said_at=report.at.isoformat(),
    )
    out: list[Outgoing] = []
    if report.reporter is not None:
        context.store.people.remember(report.reporter)
    if report.origin and report.message:
        context.store.tickets.add_message(
            ticket,
            report.origin,
            report.message,
            report.reporter,
            purpose="origin",
            text=report.text,
            at=report.at,
            album=report.album,
        )
    if report.origin:
        out += add_photos(context, ticket, report.origin.platform, report.photos, "report")
    if asks and report.reporter and report.origin and state is State.OPEN and not ticket.listened:
        until = context.now + timedelta(minutes=context.config.promises.place_minutes)
        context.store.memory.expect(report.origin, report.reporter, "place", until, ticket.id)
    ticket, more = announce(context, ticket)
    return ticket, out + more


def announce(context: Context, ticket: Ticket) -> tuple[Ticket, list[Outgoing]]:
    """Tell the group and ring the responsible: at once, or by day where it can wait for the morning."""
    if ticket.kind is Kind.NOTICE:
        return ticket, []
    if ticket.state is State.HELD or ticket.listened:
        tell_committee(context, ticket)
        if ticket.listened and ticket.kind is Kind.COMPLAINT:
            context.store.tickets.note(ticket, context.now, "would_ring", "linli")
        return ticket, _advice(context, ticket)
    if context.quiet and not ticket.emergency:
        return start_rung(context, ticket), _seen(ticket, SEEN_AT_NIGHT)
    ticket = tell_group(context, ring_by_day(context, ticket))
    refresh(context, ticket)
    return ticket, []


def _advice(context: Context, ticket: Ticket) -> list[Outgoing]:
    """Whom to call stands above everything: it is said even while Linli only listens or the ticket is held."""
    if not ticket.emergency or ticket.origin is None:
        return []
    text = guidance(context, ticket.danger, alone=True)
    key = f"advice:{ticket.id}"
    return [
        Say(ticket.origin, key, Face(text), Priority.EMERGENCY, reply_to=ticket.message, ticket=ticket.id)
    ]


def add_photos(
    context: Context, ticket: Ticket, platform: str, photos: Sequence[Photo], purpose: str
) -> list[Outgoing]:
    """Tie photos of a platform to a ticket and have them fetched."""
    out: list[Outgoing] = []
    for photo in photos:
        row = context.store.tickets.add_photo(ticket, platform, photo, purpose, context.now)
        if row is not None:
            out.append(Fetch(platform, row, photo.file))
    return out


def complete_place(context: Context, ticket: Ticket, place: Place) -> tuple[Ticket, list[Outgoing]]:
    """The place has become known: the ticket goes to whom it belongs, and every card says so."""
    before = ticket.place
    completed = place.over(before)
    if completed == before:
        return ticket, []
    ticket = context.store.tickets.change(
        ticket, place=completed, grid=grid_of(context, completed), awaits_place=not completed.known
    )
    routed = ticket.state is State.OPEN and not ticket.listened and completed.known and not before.known
    rungs = ladder(context, ticket.kind, ticket.topic, completed) if routed else ()
    # Whoever it belongs to was not asked before: their minutes begin now.
    facts: dict[str, Any] = {"rerouted": True} if rungs else {}
    context.store.tickets.note(ticket, context.now, "place", "linli", place=completed.public(), **facts)
    if rungs:
        ticket = context.store.tickets.change(ticket, role=rungs[0].role.value)
        if ticket.pinged_at is not None:
            ticket = context.store.tickets.change(ticket, assignee=None, rung=0, rings=0)
            ticket = ring_by_day(context, ticket)
    refresh(context, ticket)
    return ticket, []


def raise_severity(context: Context, ticket: Ticket, verdict: Verdict) -> tuple[Ticket, list[Outgoing]]:
    """A later message makes it an emergency: everybody is rung as if it had begun as one."""
    if verdict.severity is not Severity.EMERGENCY or ticket.emergency or not ticket.going_on:
        return ticket, []
    # Lives do not wait for the committee's eyes.
    state = State.OPEN if ticket.state is State.HELD else ticket.state
    ticket = context.store.tickets.change(
        ticket, severity=Severity.EMERGENCY.value, danger=verdict.danger, state=state.value
    )
    context.store.tickets.note(ticket, context.now, "severity", "linli", severity="emergency")
    ticket, out = announce(context, ticket)
    ticket = after_step(context, ticket, ticket)
    for card in context.store.cards.of(ticket.id):
        if card.message and card.audience != Audience.REPORTER.value:
            # An edited card makes no sound, and may stand far above what is being said now.
            context.store.cards.repost(card, context.now)
    return ticket, out


def _seen(ticket: Ticket, emoji: str) -> list[Outgoing]:
    return [React(ticket.origin, ticket.message, emoji)] if ticket.origin and ticket.message else []


def _place(context: Context, report: Report) -> Place:
    said = report.verdict.place
    if not said.known and context.files.classifier.strange_buildings(report.text):
        # They named a building, and not their own: it is asked about.
        return said
    home = context.store.people.home(report.reporter)
    if not home and report.reporter is not None and not report.on_behalf:
        home = context.files.classifier.nickname_place(report.reporter.name)
    if not said.known:
        # The reporter's own unit and room are where to go; a named phase or floor of the message stays.
        return said.over(home) if home else said
    return said


def _floods(context: Context, report: Report) -> bool:
    if report.reporter is None:
        return False
    since = context.now - timedelta(hours=1)
    return context.store.tickets.filed_since(since, report.reporter) >= context.config.limits.tickets_per_hour
