"""``linli accuracy`` at the terminal: how well the rules read labelled lines."""

from __future__ import annotations

import json
from pathlib import Path

import click

from bot.classify.accuracy import measure
from bot.classify.classifier import Classifier
from bot.classify.labelled import read_lines
from bot.classify.rulebook import load_rulebook
from bot.cli.folders import private_cache
from bot.cli.offline import own_reader
from bot.files.config import load_config
from bot.texts import load_texts


def accuracy(
    files: tuple[Path, ...], config: Path | None, by_source: bool, errors: bool, as_json: bool
) -> int:
    """Precision, recall and F1 per kind, topics, places, false alarms; 2 where a file is not labelled lines."""
    texts = load_texts()
    settings = load_config(config) if config is not None else None
    book = load_rulebook(settings.files.rules if settings else None)
    lines = []
    for file in files:
        try:
            lines += list(read_lines(file))
        except (ValueError, KeyError, TypeError, AttributeError):
            click.secho(texts("accuracy.not_labelled", file=file.name), err=True, fg="red")
            return 2
    if not lines:
        click.secho(texts("accuracy.nothing"), err=True, fg="red")
        return 2
    with private_cache() as cache:
        classifier = Classifier(book, cache_dir=cache, known=settings.compound.area if settings else None)
        if settings is not None:
            classifier = own_reader(classifier, settings)
        report = measure(classifier, lines, by_source=by_source, errors=errors)
    click.echo(json.dumps(report.to_json(), ensure_ascii=False, indent=1) if as_json else report.to_text())
    return 0
