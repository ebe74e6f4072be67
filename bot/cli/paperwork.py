"""``linli export`` and ``linli import`` at the terminal. Each returns its exit code."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from bot.app import read_files
from bot.cli.imports.filing import file_tickets, known_already
from bot.cli.imports.homes import Fate, HomeRow, keep_homes, read_homes
from bot.cli.imports.tickets import TicketRow, TicketTable, read_tickets
from bot.cli.offline import changing, looking
from bot.cli.words import wrong_usage
from bot.clock import SystemClock
from bot.files.problems import shown
from bot.files.sheets import write_csv, write_workbook
from bot.logs import neutral
from bot.texts import Texts, load_texts
from handlers.context import Context
from handlers.exports import export_sheets

OK, TROUBLE = 0, 1
_MOST_SHOWN = 200
"""Rows of a dry run on the terminal."""
_WIDTH = 120
"""Columns where the output is no terminal."""


def export(config: Path, out: Path | None, with_persons: bool, with_confidential: bool) -> int:
    """Every ticket with its diary as a workbook or two CSV files. With persons it is written into each diary.

    What is in mediation is left out, and said to be, unless it is asked for; then its diary says so.
    """
    texts, now = load_texts(), SystemClock().now()
    files = read_files(config)
    zone = files.config.compound.zone
    target = out or Path(texts("export.file", at=f"{now.astimezone(zone):%Y%m%d-%H%M}"))
    if target.suffix.lower() not in (".xlsx", ".csv"):
        raise wrong_usage(texts("export.suffix", file=shown(target, 200)))
    if not target.absolute().parent.is_dir():
        raise wrong_usage(texts("export.folder", folder=shown(target.absolute().parent, 200)))
    with (changing if with_persons or with_confidential else looking)(files, now) as context:
        every = context.store.tickets.find()
        tickets = [ticket for ticket in every if with_confidential or not ticket.confidential]
        for ticket in tickets:
            if ticket.confidential:
                note = context.say("export.diary")
                context.store.tickets.note(ticket, now, "confidence_exported", "committee", note=note)
        if with_persons:
            for ticket in tickets:
                note = context.say("export.diary")
                context.store.tickets.note(ticket, now, "persons_exported", "committee", note=note)
        sheets = export_sheets(context, tickets, persons=with_persons)
    if target.suffix.lower() == ".csv":
        diary = target.with_stem(f"{target.stem}-{sheets[1].title}")
        write_csv(target, sheets[0], zone)
        write_csv(diary, sheets[1], zone)
        click.echo(texts("export.done_csv", count=len(tickets), file=target, diary=diary))
    else:
        write_workbook(target, sheets, zone)
        click.echo(texts("export.done", count=len(tickets), file=target))
    if with_persons:
        click.echo(texts("export.persons"))
    if len(tickets) < len(every):
        click.echo(texts("export.left_out", count=len(every) - len(tickets)))
    return OK


def import_tickets(file: Path, config: Path, dry_run: bool, apply: bool) -> int:
    """Show what a table of matters would become; with ``apply`` file what is new."""
    texts, now = load_texts(), SystemClock().now()
    _one_of_two(texts, dry_run, apply)
    files = read_files(config)
    with looking(files, now, stand_in=True) as context:
        table = read_tickets(file, context)
        doubles = known_already(table.rows, context.store.tickets.find(), context.zone)
        _show(texts, _ticket_grid(context, table, doubles), len(table.rows) + len(table.bad), table.unused)
    new = [row for row in table.rows if row.number not in doubles]
    values = {"new": len(new), "doubles": len(doubles), "bad": len(table.bad)}
    if not apply:
        click.echo(texts("import.tickets_would", **values))
    else:
        with changing(files, now, make=True) as context:
            # Asked again: since the first look somebody else may have filed the same.
            doubles = known_already(table.rows, context.store.tickets.find(), context.zone)
            rows = [row for row in table.rows if row.number not in doubles]
            filed = file_tickets(rows, context, file.name)
            going_on = sum(ticket.going_on for ticket in filed)
        values |= {"new": len(filed), "doubles": len(doubles)}
        click.echo(texts("import.tickets_done", **values))
        if going_on:
            click.echo(texts("import.going_on", count=going_on))
    return TROUBLE if table.bad else OK


def import_homes(file: Path, config: Path, dry_run: bool, apply: bool) -> int:
    """Show which account would live where; with ``apply`` keep it."""
    texts, now = load_texts(), SystemClock().now()
    _one_of_two(texts, dry_run, apply)
    files = read_files(config)
    with looking(files, now, stand_in=True) as context:
        table = read_homes(file, context)
    if apply:
        with changing(files, now, make=True) as context:
            table = read_homes(file, context)
            keep_homes(table.rows, context.store.people)
    _show(texts, _home_grid(texts, table.rows), len(table.rows), table.unused)
    fates = {fate: sum(row.fate is fate for row in table.rows) for fate in Fate}
    values = {fate.value: count for fate, count in fates.items()}
    click.echo(texts("import.homes_done" if apply else "import.homes_would", **values))
    if fates[Fate.NO_ACCOUNT]:
        click.echo(texts("import.no_account", count=fates[Fate.NO_ACCOUNT]))
    return TROUBLE if fates[Fate.BAD] else OK


def _one_of_two(texts: Texts, dry_run: bool, apply: bool) -> None:
    if dry_run and apply:
        raise wrong_usage(texts("import.both"))


def _ticket_grid(context: Context, table: TicketTable, doubles: dict[int, tuple[str, int]]) -> Grid:
    say = context.say
    grid = _grid(say("import.ticket_columns"))
    good = {row.number: row for row in table.rows}
    bad = {row.number: row.why for row in table.bad}
    for number in sorted([*good, *bad])[:_MOST_SHOWN]:
        if number in bad:
            cells = [say("import.bad"), "", "", "", "", "", bad[number]]
            grid.add_row(str(number), *map(_plain, cells), style="red")
        elif number in doubles:
            kind, first = doubles[number]
            why = say(f"import.double_{kind}", first=first)
            grid.add_row(
                str(number), *_ticket_cells(context, good[number], say("import.double"), why), style="dim"
            )
        else:
            why = "；".join(say(f"import.note.{note}") for note in good[number].notes)
            grid.add_row(str(number), *_ticket_cells(context, good[number], say("import.new"), why))
    return grid


def _ticket_cells(context: Context, row: TicketRow, fate: str, why: str) -> list[Text]:
    cells = (
        fate,
        f"{row.filed_at.astimezone(context.zone):%Y-%m-%d}",
        f"{context.say(f'kind.{row.verdict.kind.value}')}·{row.verdict.topic}",
        row.place.full(),
        context.say(f"state.{row.state.value}"),
        neutral(row.text, 24),
        why,
    )
    return [_plain(cell) for cell in cells]


def _home_grid(texts: Texts, rows: Sequence[HomeRow]) -> Grid:
    grid = _grid(texts("import.home_columns"))
    styles = {Fate.BAD: "red", Fate.SAME: "dim", Fate.NO_ACCOUNT: "dim", Fate.OPTED_OUT: "dim"}
    for row in rows[:_MOST_SHOWN]:
        account = f"{row.account.platform} {row.account.id}" if row.account else ""
        cells = (
            texts(f"import.home_{row.fate.value}"),
            row.home.full() if row.home else "",
            account,
            row.why or texts(f"import.home_{row.fate.value}_why"),
        )
        grid.add_row(str(row.number), *map(_plain, cells), style=styles.get(row.fate, ""))
    return grid


def _grid(columns: str) -> Grid:
    grid = Grid(box=None, pad_edge=False, header_style="bold")
    first, *others = columns.split("、")
    grid.add_column(first, justify="right")
    for name in others:
        grid.add_column(name, overflow="fold")
    return grid


def _plain(cell: str) -> Text:
    """Words of a file, with power over neither the terminal nor its markup."""
    return Text(neutral(cell))


def _show(texts: Texts, grid: Grid, rows: int, unused: Sequence[str]) -> None:
    Console(width=None if sys.stdout.isatty() else _WIDTH, highlight=False).print(grid)
    if rows > _MOST_SHOWN:
        click.echo(texts("import.more", count=rows - _MOST_SHOWN))
    if unused:
        click.echo(texts("import.unused", heads=shown("、".join(unused), 200)))
