"""``linli demo``: a compound's day in the terminal. Only the platform is a pretence."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from rich.console import Console

from bot.demo.day import Day, Outcome, Step, cast_of, load_day, play
from bot.demo.ledger import Counts, Line, counts, ledger, show_ledger
from bot.demo.screen import Screen
from bot.demo.stage import Stage
from bot.demo.talk import talk
from bot.texts import Texts, load_texts

__all__ = ["Played", "play_day", "run"]

PLAIN_WIDTH = 100
"""Cells of a line where no terminal says otherwise."""
_WIDEST = 120
_NARROWEST = 60
_BUDGET_S = 14.0
"""Seconds after which a day on a terminal pauses no more, so that it ends in good time on a slow machine too."""
_PER_LINE_S = 0.05
_LONGEST_S = 0.35


@dataclass(frozen=True, slots=True)
class Played:
    """A day that was played, its stage still open."""

    stage: Stage
    screen: Screen
    outcomes: tuple[Outcome, ...]
    lines: tuple[Line, ...]
    counts: Counts


def run(interactive: bool | None = None, fast: bool = False) -> int:
    """Play the day on standard output; then, where ``interactive``, let the user type on. Returns the exit code.

    Without ``interactive`` that is so where both ends are a terminal. ``fast`` leaves the pauses out, as does any
    output that is no terminal. 0: everything came as the day is written; 1: something did not.
    """
    console, width = console_for(sys.stdout)
    watched = console.is_terminal and not fast
    texts = load_texts()
    with play_day(console, width, texts, watched=watched) as played:
        if interactive is None:
            interactive = sys.stdin.isatty() and console.is_terminal
        if interactive:
            talk(played.stage, played.screen, texts)
        return 0 if played.counts.kept == played.counts.promised else 1


@contextmanager
def play_day(
    console: Console, width: int, texts: Texts, *, watched: bool = False, day: Day | None = None
) -> Iterator[Played]:
    """Play the day and its table; the stage stays open for the block, then everything it wrote is removed."""
    with tempfile.TemporaryDirectory(prefix="linli-demo-") as folder:
        day = day or load_day()
        stage = Stage(Path(folder), day.start)
        try:
            screen = Screen(console, width, cast_of(stage), texts, _pauses(watched))
            screen.plain(texts("demo.head", compound=stage.files.config.compound.name))
            screen.plain(texts("demo.legend"))
            outcomes = tuple(outcome for _, outcome in play(day, stage, screen))
            lines = ledger(stage)
            owners = frozenset(group.chat for group in stage.files.config.groups.owners)
            said = counts(outcomes, owners)
            screen.title(texts("demo.table"))
            show_ledger(console, lines, texts)
            _sum_up(screen, outcomes, said, texts)
            yield Played(stage, screen, outcomes, lines, said)
        finally:
            stage.close()


def console_for(out: TextIO) -> tuple[Console, int]:
    """A console for a stream and its width; no colours where it is no terminal, whatever the environment says."""
    if out.isatty():
        console = Console(file=out, highlight=False)
        return console, min(max(console.width, _NARROWEST), _WIDEST)
    plain = Console(
        file=out, width=PLAIN_WIDTH, color_system=None, force_terminal=False, no_color=True, highlight=False
    )
    return plain, PLAIN_WIDTH


def _sum_up(screen: Screen, outcomes: tuple[Outcome, ...], said: Counts, texts: Texts) -> None:
    screen.plain("")
    screen.plain(
        texts(
            "demo.counted",
            people=said.people,
            heard=said.heard,
            said=said.said,
            changed=said.changed,
            reacted=said.reacted,
            pings=said.pings,
        )
    )
    if said.kept == said.promised:
        screen.plain(texts("demo.kept", promised=said.promised))
        return
    screen.plain(texts("demo.broken", promised=said.promised, broken=said.promised - said.kept))
    for outcome in outcomes:
        expected = any(step.expects for step in outcome.steps)
        for what in outcome.broken:
            key = "demo.broken_line" if expected else "demo.unexpected_line"
            step = outcome.steps[-1]
            screen.plain(texts(key, step=_name(step), what=what.splitlines()[0]))


def _name(step: Step) -> str:
    did = step.says or step.tells or (f"[{step.press}]" if step.press else "")
    return f"{step.at} {step.who} {did}".strip()


class _Pauses:
    """Waits a little after each line, as long as the day is within its time."""

    def __init__(self) -> None:
        self._begun = time.monotonic()

    def __call__(self, lines: int) -> None:
        left = _BUDGET_S - (time.monotonic() - self._begun)
        if left > 0:
            time.sleep(min(lines * _PER_LINE_S, _LONGEST_S, left))


def _pauses(watched: bool) -> Callable[[int], None]:
    return _Pauses() if watched else (lambda _lines: None)
