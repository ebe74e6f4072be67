"""``linli check`` and ``linli classify`` at the terminal. Each returns its exit code."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from bot.classify.classifier import Classifier
from bot.classify.rulebook import load_rulebook
from bot.cli.checkup import checkup
from bot.cli.classify_lines import classify_lines
from bot.cli.findings import Mark
from bot.cli.folders import private_cache
from bot.cli.offline import own_reader
from bot.clock import SystemClock
from bot.files.config import load_config
from bot.texts import Texts, load_texts

_COLOURS = {Mark.FINE: "green", Mark.WRONG: "red", Mark.ODD: "yellow"}


def check(config: Path) -> int:
    """Print every finding as it comes, then what they come to."""
    texts = load_texts()
    code, wrong, odd = 0, 0, 0
    for finding in checkup(config, SystemClock().now()):
        mark, _, words = str(finding).partition(" ")
        click.echo(f"{click.style(mark, fg=_COLOURS[finding.mark])} {words}")
        code = max(code, finding.code)
        wrong += finding.mark is Mark.WRONG
        odd += finding.mark is Mark.ODD
    key = "result_wrong" if wrong else "result_odd" if odd else "result_fine"
    click.echo(texts(f"check.{key}", wrong=wrong, odd=odd))
    return code


def classify(config: Path | None) -> int:
    """JSON lines from standard input to standard output; 1 if a line could not be read."""
    texts = load_texts()
    settings = load_config(config) if config is not None else None
    book = load_rulebook(settings.files.rules if settings else None)
    with private_cache() as cache:
        classifier = Classifier(book, cache_dir=cache, known=settings.compound.area if settings else None)
    if settings is not None:
        classifier = own_reader(classifier, settings)
    if sys.stdin.isatty():
        click.echo(texts("classify.hint"), err=True)
    with _bar(texts) as went_on:

        def complain(number: int, kind: str) -> None:
            why = texts(f"classify.{kind}")
            click.secho(texts("classify.bad_line", number=number, why=why), err=True, fg="red")

        good = classify_lines(sys.stdin.buffer, sys.stdout.buffer, classifier, complain, went_on)
    return 0 if good else 1


@contextmanager
def _bar(texts: Texts) -> Generator[Callable[[int], None]]:
    """A progress bar on standard error where that is a terminal that nothing else is being written on."""
    console = Console(stderr=True)
    if not console.is_terminal or sys.stdout.isatty():
        yield lambda _bytes: None
        return
    columns = (
        TextColumn(texts("classify.progress")),
        BarColumn(),
        TaskProgressColumn(show_speed=False),
        TextColumn("{task.fields[lines]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True, redirect_stdout=False) as progress:
        task = progress.add_task("", total=_bytes_to_come(), lines=0)
        lines = 0

        def went_on(size: int) -> None:
            nonlocal lines
            lines += 1
            progress.update(task, advance=size, lines=lines)

        yield went_on


def _bytes_to_come() -> int | None:
    """The size of standard input where it is a file; None where nobody knows."""
    found = os.fstat(sys.stdin.fileno())
    return found.st_size if stat.S_ISREG(found.st_mode) else None
