"""``linli replay``: a chat history in, what Linli would have done with it out. Returns its exit code."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from bot.cli.folders import private_cache
from bot.cli.offline import own_reader
from bot.clock import SystemClock
from bot.files.problems import BadFiles, Problem
from bot.files.settings import load_settings
from bot.replay.compound import configured_files, default_files
from bot.replay.history import BadHistory, Said
from bot.replay.play import play
from bot.replay.reading import read_history
from bot.replay.summary import summary
from bot.texts import Texts, load_texts

_ZONE = ZoneInfo("Asia/Shanghai")


def replay(file: Path, config: Path | None) -> int:
    """One line of JSON for each message, in the order in which they were said; a summary on standard error.

    Raises BadFiles for a history or a configuration that cannot be read, with every line that is wrong.
    """
    texts = load_texts()
    settings = load_settings(config) if config is not None else None
    zone = settings.config.compound.zone if settings else _ZONE
    history = _read(file, zone, texts)
    with tempfile.TemporaryDirectory(prefix="linli-replay-") as name, private_cache() as cache:
        folder = Path(name)
        if settings is None:
            files = default_files(cache, folder, history)
        else:
            files = configured_files(settings, folder, history)
            # What the database adds is part of what is played; the play's own database adds nothing.
            classifier = own_reader(files.classifier, settings.config)
            files = replace(files, classifier=classifier, rulebook=classifier.rulebook)
        played = play(history, files)
    for outcome in played.outcomes:
        click.echo(outcome.to_json())
    for line in summary(played, zone, texts):
        click.echo(line, err=True)
    return 1 if played.dead else 0


def _read(file: Path, zone: ZoneInfo, texts: Texts) -> Sequence[Said]:
    today = SystemClock().now().astimezone(zone).date()
    try:
        history = read_history(file, zone, today)
    except BadHistory as bad:
        wrong = [
            Problem(file.name, texts("replay.line", line=t.line), texts(f"replay.{t.kind}"), "")
            for t in bad.troubles
        ]
        raise BadFiles(wrong) from None
    if not history:
        raise BadFiles([Problem(file.name, "", texts("replay.no_message"), "")])
    return history
