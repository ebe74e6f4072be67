"""Two compounds in one database, to see that neither touches the other's rows."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.messages import Account, Address
from bot.domain.places import Place
from bot.domain.tickets import State, Ticket
from bot.domain.verdicts import Kind, Severity
from storage.compound import open_compound
from storage.database import Database
from storage.store import Store, open_store

NOW = datetime(2026, 5, 12, 4, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
GROUP = Address("telegram", "-100")
OTHER_GROUP = Address("telegram", "-101")
ZHANG = Account("telegram", "11", "张阿姨")
LI = Account("telegram", "12", "李叔")


@dataclass(frozen=True, slots=True)
class Two:
    """The store of 春晖苑, and that of a neighbour, 秋实苑."""

    ours: Store
    theirs: Store


@contextmanager
def two(database: Database) -> Generator[Two]:
    """Both stores in one transaction."""
    with database.writing() as conn:
        ours = open_compound(conn, "ours", "春晖苑", "live", NOW)
        theirs = open_compound(conn, "theirs", "秋实苑", "live", NOW)
        yield Two(open_store(conn, ours), open_store(conn, theirs))


def filed(store: Store, **values: Any) -> Ticket:
    """A complaint of which only what matters is named."""
    usual: dict[str, Any] = {
        "kind": Kind.COMPLAINT.value,
        "topic": "电梯",
        "severity": Severity.ORDINARY.value,
        "state": State.OPEN.value,
        "text": "3栋电梯坏了",
        "place": Place(buildings=("3",)),
        "filed_at": NOW,
        "reporter": ZHANG,
        "reporter_name": ZHANG.name,
        "origin": GROUP,
        "message": "1",
        "role": "物业维修",
        "because": ("电梯·坏(电梯,坏)",),
    }
    return store.tickets.file(**{**usual, **values})
