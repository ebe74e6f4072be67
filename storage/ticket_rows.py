"""Rows of tickets, events, messages and photos as values, and back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_

from bot.domain.messages import Account, Address
from bot.domain.places import Place
from bot.domain.tickets import Outcome, State, Ticket
from bot.domain.verdicts import Kind, Severity
from storage.tables import tickets


def of_reporter(account: Account) -> ColumnElement[bool]:
    """The condition that somebody has reported a ticket."""
    return and_(tickets.c.reporter_platform == account.platform, tickets.c.reporter_account == account.id)


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a ticket's diary."""

    at: datetime
    verb: str
    actor: str
    """``resident``, ``worker``, ``committee`` or ``linli``."""
    account: Account | None
    name: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Message:
    """A message that belongs to a ticket."""

    id: int
    ticket: int
    account: Account | None
    name: str
    purpose: str
    """``origin``, ``detail``, ``voice``, ``photo``, ``proof`` or ``comment``."""
    text: str
    at: datetime
    chat: Address
    message: str


@dataclass(frozen=True, slots=True)
class StoredPhoto:
    """A photo of a ticket, stored or still to be fetched."""

    id: int
    ticket: int
    platform: str
    file: str
    purpose: str
    media: str | None
    failed: str


def columns_of(values: dict[str, Any]) -> dict[str, Any]:
    """Domain values as columns."""
    out = dict(values)
    if "place" in out:
        out["place"] = out["place"].to_json()
    if "because" in out:
        out["because"] = list(out["because"])
    if "reporter" in out:
        reporter: Account | None = out.pop("reporter")
        out["reporter_platform"] = reporter.platform if reporter else None
        out["reporter_account"] = reporter.id if reporter else None
    if "origin" in out:
        origin: Address | None = out.pop("origin")
        out["origin_platform"] = origin.platform if origin else None
        out["origin_chat"] = origin.chat if origin else None
        out["origin_thread"] = origin.thread if origin else None
    return out


def account_of(platform: str | None, account: str | None, name: str = "") -> Account | None:
    """The account that three columns name, or None."""
    return Account(platform, account, name) if platform and account else None


def ticket_of(row: Row[Any]) -> Ticket:
    """A row of tickets as the domain's ticket."""
    origin = Address(row.origin_platform, row.origin_chat, row.origin_thread) if row.origin_chat else None
    return Ticket(
        id=row.id,
        number=row.number,
        kind=Kind(row.kind),
        topic=row.topic,
        severity=Severity(row.severity),
        state=State(row.state),
        text=row.text,
        place=Place.from_json(row.place),
        filed_at=row.filed_at,
        reporter=account_of(row.reporter_platform, row.reporter_account, row.reporter_name),
        reporter_name=row.reporter_name,
        contact=row.contact,
        origin=origin,
        message=row.message,
        grid=row.grid,
        role=row.role,
        assignee=row.assignee,
        rung=row.rung,
        episode=row.episode,
        voices=row.voices,
        due_at=row.due_at,
        outcome=Outcome(row.outcome) if row.outcome else None,
        paused_until=row.paused_until,
        paused_reason=row.paused_reason,
        merged_into=row.merged_into,
        danger=row.danger,
        awaits_place=row.awaits_place,
        because=tuple(row.because),
        score=row.score,
        on_behalf=row.on_behalf,
        listened=row.listened,
        pinged_at=row.pinged_at,
        told_group_at=row.told_group_at,
        confidential=row.confidential,
        lap_at=row.lap_at,
        deadline_at=row.deadline_at,
        mark=row.mark,
        rings=row.rings,
        planned_for=row.planned_for,
        urged=row.urged,
    )


def message_of(row: Row[Any]) -> Message:
    """A row of ticket_messages as a message."""
    return Message(
        id=row.id,
        ticket=row.ticket_id,
        account=account_of(row.platform, row.account, row.name),
        name=row.name,
        purpose=row.purpose,
        text=row.text,
        at=row.at,
        chat=Address(row.platform, row.chat),
        message=row.message,
    )


def photo_of(row: Row[Any]) -> StoredPhoto:
    """A row of photos as a photo."""
    return StoredPhoto(row.id, row.ticket_id, row.platform, row.file, row.purpose, row.media, row.failed)
