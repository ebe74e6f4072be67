"""``linli rates`` at the terminal: how promises were kept, read or written into a file."""

from __future__ import annotations

from pathlib import Path

import click

from bot.app import read_files
from bot.cli.offline import looking
from bot.cli.words import wrong_usage
from bot.clock import SystemClock
from bot.drawing import draw_into
from bot.files.problems import shown
from bot.files.sheets import write_csv, write_workbook
from bot.texts import load_texts
from handlers.commands.rates import wanted
from handlers.context import Refused
from handlers.rate_pages import chart, page, sheets
from handlers.record import MOST, record

OK = 0


def rates(which: tuple[str, ...], config: Path, out: Path | None) -> int:
    """The three rates of a month, a grid, a topic or a person; ``out`` is a workbook, a CSV file or a picture."""
    texts, now = load_texts(), SystemClock().now()
    files = read_files(config)
    if out is not None and out.suffix.lower() not in (".xlsx", ".csv", ".png"):
        raise wrong_usage(texts("export.rates_suffix", file=shown(out, 200)))
    with looking(files, now) as context:
        try:
            want = wanted(context, " ".join(which))
        except Refused as no:
            raise wrong_usage(texts(no.key, **no.values)) from None
        known = record(context, want.period.since, want.period.until)
        cases = want.of(known.cases)
        text = page(context, cases, want.title)
        tables = sheets(context, cases)
        drawn, legend = chart(context, cases, want.title)
    if known.cut:
        text += "\n" + texts("command_rates.cut", most=MOST)
    if out is None:
        click.echo(text)
        return OK
    suffix = out.suffix.lower()
    if suffix == ".png":
        draw_into(out, drawn)
        click.echo(legend)
    elif suffix == ".csv":
        write_csv(out, tables[0], context.zone)
    else:
        write_workbook(out, tables, context.zone)
    click.echo(texts("export.rates_done", count=len(cases), file=out))
    return OK
