"""A bot that was never killed: the same updates, taken in order by the same intake, in this process."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.app import build_files
from bot.clock import WoundClock
from bot.domain.messages import Address, Membership, Standing
from bot.intake import Arrival, Intake
from bot.platforms.telegram.incoming import Me, translate
from bot.texts import load_texts
from handlers.groups import introduce_everywhere
from storage.compound import open_compound
from storage.database import Database
from tests.live.compound import Compound

Rows = dict[object, Any]


@dataclass(frozen=True, slots=True)
class Memory:
    """What a bot remembers of a story, without the moments and the row numbers of its telling."""

    fates: Rows
    """(chat, message) → the ticket's number, and as what it was kept, with which words and author."""
    tickets: Rows
    """Number → what the ticket says and how it stands."""
    diaries: Rows
    """Number → the verbs of its diary, in order."""
    cards: frozenset[tuple[int, str, str]]
    """Number, audience and chat of every card."""


def keep_for_reference(compound: Compound) -> None:
    """Before the first start: the database as both bots find it."""
    shutil.copy(compound.database, compound.folder / "reference.sqlite3")


def never_killed(compound: Compound) -> Memory:
    """What a bot remembers that was given the same updates one by one and was never disturbed."""
    settings = compound.settings
    database = Database(f"sqlite:///{compound.folder / 'reference.sqlite3'}")
    try:
        clock = WoundClock(datetime.now(UTC))
        with database.writing() as conn:
            row = open_compound(conn, settings.config.compound.code, "春晖苑", "live", clock.now())
        files = build_files(settings)
        intake = Intake(
            database, row, files, clock, load_texts(), link=lambda *_: None, read_files=lambda: files
        )
        intake.run("introduce", introduce_everywhere)
        groups = (Address("telegram", str(chat)) for chat in compound.owners)
        found = [Membership(chat, "群", Standing.MEMBER, clock.now(), in_group=True) for chat in groups]
        intake.take("telegram", [Arrival("start", cause) for cause in found])
        me = Me(
            compound.server.token.partition(":")[0], "linli_bot", "邻里", can_read_all_group_messages=True
        )
        for raw in compound.server.history:
            update = json.loads(raw)
            intake.take("telegram", [Arrival(str(update["update_id"]), translate(update, me, clock.now()))])
        with database.reading() as conn:
            return remembered(lambda sql: list(conn.exec_driver_sql(sql)))
    finally:
        database.close()


def remembered(rows: Callable[[str], list[Any]]) -> Memory:
    """What a database holds of the story."""
    return Memory(
        {
            (row.chat, row.message): tuple(row)[2:]
            for row in rows(
                "select m.chat, m.message, t.number, m.purpose, m.text, m.account, m.album "
                "from ticket_messages m join tickets t on t.id = m.ticket_id"
            )
        },
        {
            row.number: tuple(row)[1:]
            for row in rows(
                "select number, kind, topic, severity, state, text, place, origin_chat, message, grid, role, "
                "assignee, voices, reporter_account, awaits_place from tickets"
            )
        },
        {
            row.number: row.verbs
            for row in rows(
                "select t.number, group_concat(e.verb, ' ') as verbs from (select * from events order by id) e "
                "join tickets t on t.id = e.ticket_id group by t.number"
            )
        },
        frozenset(
            (row.number, row.audience, row.chat)
            for row in rows(
                "select t.number, c.audience, c.chat from cards c join tickets t on t.id = c.ticket_id"
            )
        ),
    )
