"""Tickets as an Excel workbook in a folder of its own, kept for a day."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from bot.domain.permissions import Audience
from bot.domain.privacy import without_persons
from bot.domain.tickets import Ticket
from bot.files.sheets import Cell, Sheet, write_workbook
from handlers.context import Context
from handlers.diary import happened, who
from handlers.figures import Times, times
from storage import tables
from storage.questions import diaries_since
from storage.referrals import Referral, referrals_of

FOLDER = "exports"
"""Inside the media folder."""
_OURS = (".xlsx", ".csv", ".png")


def write_export(context: Context, tickets: Sequence[Ticket], name: str, *, persons: bool) -> str:
    """Write the tickets with their diaries; returns the file's name inside the media folder.

    Without ``persons`` neither reporter nor contact nor room is in it, and the words are blotted as for the staff
    group. The file is the owner's alone (0600); ``sweep_exports`` takes it after a day.
    """
    file = export_file(context, name, "xlsx")
    write_workbook(
        context.config.files.media / file, export_sheets(context, tickets, persons=persons), context.zone
    )
    return file


def export_file(context: Context, name: str, suffix: str) -> str:
    """The name inside the media folder of a file that is swept after a day; its folder is there.

    It cannot be guessed; people see its last part as the file's name in the chat.
    """
    (context.config.files.media / FOLDER).mkdir(mode=0o700, parents=True, exist_ok=True)
    return f"{FOLDER}/{name}-{context.local:%Y%m%d-%H%M}-{secrets.token_hex(8)}.{suffix}"


def export_sheets(context: Context, tickets: Sequence[Ticket], *, persons: bool) -> list[Sheet]:
    """The sheet of the tickets and the sheet of their diaries."""
    since = min((t.filed_at for t in tickets), default=context.now)
    taken = times(context, since)
    referred = referrals_of(context.store, tables.tickets.c.filed_at >= since)
    rows = [
        _row(
            context,
            t,
            taken.get(t.id, Times(None, None)),
            referred.get(t.id, ()),
            persons=persons,
        )
        for t in tickets
    ]
    return [
        Sheet(context.say("command_export.sheet_tickets"), _header(context, persons=persons), rows),
        Sheet(
            context.say("command_export.sheet_diary"),
            context.say("command_export.diary_columns").split("、"),
            _diary_rows(context, tickets, since, persons=persons),
        ),
    ]


def sweep_exports(media: Path, before: datetime) -> int:
    """Delete the exports written before a moment; returns how many. Other files stay."""
    folder = media / FOLDER
    if not folder.is_dir():
        return 0
    removed = 0
    for file in folder.iterdir():
        # What a crash left half written begins with a dot and carries the same ending.
        if (
            any(ending in file.name for ending in _OURS)
            and file.is_file()
            and file.stat().st_mtime < before.timestamp()
        ):
            file.unlink(missing_ok=True)
            removed += 1
    return removed


def _header(context: Context, *, persons: bool) -> list[str]:
    columns = context.say("command_export.columns").split("、")
    columns += context.say("command_export.referral_columns").split("、")
    return columns + (context.say("command_export.person_columns").split("、") if persons else [])


def _row(
    context: Context, ticket: Ticket, taken: Times, referred: Sequence[Referral], *, persons: bool
) -> list[Cell]:
    row: list[Cell] = [
        ticket.number,
        context.say(f"kind.{ticket.kind.value}"),
        ticket.topic,
        context.say(f"severity.{ticket.severity.value}"),
        context.say(f"state.{ticket.state.value}"),
        ticket.place.full() if persons else ticket.place.public(),
        ticket.text if persons else without_persons(ticket.text),
        ticket.voices,
        ticket.grid or "",
        ticket.role,
        context.name_of(ticket.assignee) if ticket.assignee else "",
        ticket.filed_at,
        taken.taken,
        taken.solved,
        context.say(f"outcome.{ticket.outcome.value}") if ticket.outcome else "",
        ticket.merged_into,
        *_referral_cells(referred),
    ]
    return [*row, ticket.reporter_name, ticket.contact] if persons else row


def _referral_cells(referred: Sequence[Referral]) -> list[Cell]:
    """The last time it was referred to a department; how often before is in the diary."""
    if not referred:
        return [None] * 6
    last = referred[-1]
    return [
        last.department,
        last.reference,
        last.at,
        last.follow_up,
        last.answered_at,
        without_persons(last.answer),
    ]


def _diary_rows(
    context: Context, tickets: Sequence[Ticket], since: datetime, *, persons: bool
) -> list[list[Cell]]:
    audience = Audience.WORKER if persons else Audience.STAFF_GROUP
    diaries = diaries_since(context.store, since)
    return [
        [t.number, event.at, who(context, t, audience, event), happened(context, t, audience, event)]
        for t in tickets
        for event in diaries.get(t.id, ())
    ]
