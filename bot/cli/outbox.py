"""``linli outbox``: what has not arrived, and sending it again. Each returns its exit code."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from bot.cli.offline import present_database
from bot.cli.words import wrong_usage
from bot.clock import SystemClock
from bot.domain.messages import Standing
from bot.files.config import load_config
from bot.files.problems import shown
from bot.texts import Texts, load_texts
from storage.compound import find_compound
from storage.database import Database
from storage.outbox import TWICE, USELESS, Entry
from storage.store import open_store

OK, TROUBLE = 0, 1
_MOST = 1000
_WIDTH = 140
_CARD = "Card"
_FAILED = frozenset({"given_up", "unknown"})


def list_waiting(config: Path, as_json: bool) -> int:
    """Everything that has not arrived, without its words; 1 where something never will unless a person acts."""
    texts, settings, now = load_texts(), load_config(config), SystemClock().now()
    with present_database(settings) as database:
        entries = _entries(database, settings.compound.code)
    if as_json:
        click.echo(json.dumps([_described(entry, now) for entry in entries], ensure_ascii=False, indent=1))
    elif not entries:
        click.echo(texts("outbox.nothing"))
    else:
        _show(texts, entries, now)
    return TROUBLE if any(_matters(entry) for entry in entries) else OK


def retry(config: Path, ids: tuple[str, ...], **chosen: bool) -> int:
    """Send these, or all, once more; 1 where one of them is not there any more."""
    texts, settings, now = load_texts(), load_config(config), SystemClock().now()
    everything = chosen["all"]
    if everything is bool(ids):
        raise wrong_usage(texts("outbox.which"))
    numbers = [_number(texts, word) for word in ids]
    missing = []
    with present_database(settings) as database, database.writing() as conn:
        store = open_store(conn, find_compound(conn, settings.compound.code) or 0)
        if everything:
            # Groups that the bot was muted in are knocked at as well.
            store.compound.unmute_groups()
            count = store.outbox.retry(now) + store.cards.retry(now)
        else:
            count = 0
            for card, number in numbers:
                found = store.cards.retry(now, number) if card else store.outbox.retry(now, number)
                count += found
                if not found:
                    missing.append(f"c{number}" if card else str(number))
    click.echo(texts("outbox.retried", count=count))
    if missing:
        click.secho(texts("outbox.missing", ids="、".join(missing)), err=True, fg="red")
    return TROUBLE if missing else OK


def _entries(database: Database, code: str) -> list[Entry]:
    with database.reading() as conn:
        store = open_store(conn, find_compound(conn, code) or 0)
        found = [*store.outbox.entries(_MOST), *store.cards.entries(_MOST)]
        parked = {
            chat
            for chat in {entry.chat for entry in found}
            if (row := store.compound.group(chat)) is not None and row.standing is not Standing.MEMBER
        }
    return [
        replace(entry, state="parked") if entry.chat in parked and entry.state == "due" else entry
        for entry in found
    ]


def _matters(entry: Entry) -> bool:
    """Whether somebody has missed something: not a toast, a reaction, or what was no longer of use."""
    return entry.state in _FAILED and entry.what in (*TWICE, _CARD) and entry.error != USELESS


def _state(entry: Entry) -> str:
    """The state in finer words: what waits after a failure, and what may have arrived already."""
    if entry.state == "due" and entry.unsure:
        return "again"
    return "retry" if entry.state == "due" and entry.tries else entry.state


def _described(entry: Entry, now: datetime) -> dict[str, object]:
    values = asdict(entry)
    values.pop("chat")
    values.pop("key")
    return {
        **values,
        "id": _id(entry),
        "about": entry.key.partition(":")[0],
        "state": _state(entry),
        "platform": entry.chat.platform,
        "chat": entry.chat.chat,
        "created_at": entry.created_at.isoformat(),
        "next_at": entry.next_at.isoformat(),
        "age_s": max(int((now - entry.created_at).total_seconds()), 0),
        "error": shown(entry.error, 200),
    }


def _show(texts: Texts, entries: list[Entry], now: datetime) -> None:
    grid = Grid(box=None, pad_edge=False, header_style="bold")
    for name in texts("outbox.columns").split("、"):
        grid.add_column(name, overflow="fold")
    for entry in entries:
        cells = (
            _id(entry),
            texts(f"outbox.{_state(entry)}"),
            f"{entry.chat.platform} {entry.chat.chat}",
            _age(texts, now, entry.created_at),
            str(entry.tries),
            shown(entry.error, 80) if entry.error else "",
        )
        grid.add_row(*map(Text, cells), style="red" if _matters(entry) else "")
    Console(width=_WIDTH, highlight=False).print(grid)


def _age(texts: Texts, now: datetime, since: datetime) -> str:
    minutes = max(int((now - since).total_seconds() // 60), 0)
    if minutes < 120:
        return texts("outbox.minutes", count=minutes)
    hours = minutes // 60
    return texts("outbox.hours", count=hours) if hours < 48 else texts("outbox.days", count=hours // 24)


def _id(entry: Entry) -> str:
    return f"c{entry.id}" if entry.what == _CARD else str(entry.id)


def _number(texts: Texts, word: str) -> tuple[bool, int]:
    """Whether an id is a card's, and its number."""
    card, digits = word.startswith("c"), word.removeprefix("c")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 16):
        raise wrong_usage(texts("outbox.no_id", value=shown(word)))
    return card, int(digits)
