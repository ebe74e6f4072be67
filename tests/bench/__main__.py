"""Speed as ratios: Linli's parts against what one would use instead, on the same invented messages.

Absolute figures belong to one machine at one moment; what is compared is measured in turns in the same run.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from jieba import Tokenizer
from telegram import Update
from telegram.ext import Application, MessageHandler, filters

from bot.app import build_files, open_database
from bot.classify.segment import Segmenter
from bot.clock import SystemClock
from bot.intake import Arrival, Intake
from bot.platforms.telegram.incoming import Me, translate
from bot.texts import load_texts
from handlers.context import Files
from handlers.groups import introduce_everywhere
from storage.compound import open_compound
from storage.database import Database
from tests.bench import instead
from tests.botapi import updates as u
from tests.live.compound import Compound, found, nearby
from tests.live.process import Linli, until

EXAMPLES = Path(__file__).parents[1] / "data" / "examples.jsonl"
SMALL_TALK = Path(__file__).with_name("small_talk.txt")
"""What neighbours say all day, invented for this and never fitted to."""
SMALL_TO_NEAR = 4
"""So many lines of small talk come to one that is near the field, such as what is asked of the property firm."""
T = TypeVar("T")
BATCH = 100
TALKERS = 200
GAP_S = 30
"""Seconds between two messages: what was said half an hour ago matters less, to us as to people."""
_JIEBA, _PTB = "bare jieba.lcut", "PTB's Application with a handler that does nothing"
_SORTER, _NEAR = "Linli: whole classification", "talk near the field"
_SLOW = 10
"""What takes milliseconds a message is measured on so many times fewer."""


@dataclass(frozen=True, slots=True)
class Case:
    """Something to measure: made ready anew for every round, timed alone, ended."""

    name: str
    ready: Callable[[], tuple[Callable[[], None], Callable[[], None]]]
    messages: int
    clock: Callable[[], float] = time.process_time
    """What only reckons is timed by the processor's own count, which other programs do not disturb."""
    against: str | None = None
    """What it is compared with, where that is not what the others are."""


def main() -> int:
    """Measure everything in turns, so that a busy moment hits all of it alike."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--messages", type=int, default=1000, help="messages in one round of one case")
    parser.add_argument("--lines", type=Path, help="talk of one's own: JSON lines with a text")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="linli-bench-") as folder, nearby() as server:
        words = Path(folder) / "words"
        Segmenter(words)
        compound = found(Path(folder) / "linli", server, words)
        compound.bind()
        cases = _cases(compound, chosen.messages, chosen.lines)
        taken: dict[str, list[float]] = {case.name: [] for case in cases}
        for _ in range(chosen.rounds):
            for case in cases:
                run, end = case.ready()
                began = case.clock()
                run()
                taken[case.name].append((case.clock() - began) / case.messages)
                end()
        starts = [_start(compound) for _ in range(3)]
    speed = {name: 1 / statistics.median(times) for name, times in taken.items()}
    print(f"Medians of {chosen.rounds} rounds of {chosen.messages} messages, one core, all in turns.")
    print("Sorting and rules in the processor's time, the rest by the clock on the wall.\n")
    for title, some, against in (
        ("Sorting talk, each message by itself", cases.sorting, _JIEBA),
        ("With so many rules more", cases.growth, cases.growth[0].name),
        ("From the server to the database", cases.intake, _PTB),
    ):
        print(f"{title}\n{'messages/s':>11}  {'ratio':>6}")
        for case in some:
            mine, base = speed[case.name], case.against or against
            print(f"{mine:>11,.0f}  {mine / speed[base]:>6.2f}  {case.name}{' = 1' * (case.name == base)}")
        print()
    for missing in cases.missing:
        print(f"{'skipped':>11}          {missing}: not installed")
    print(f"{statistics.median(starts):>10.2f}s          from the command to the first poll, warm cache")
    return 0


@dataclass(frozen=True, slots=True)
class Cases:
    """Everything that is measured, by what it is compared with, and what could not be."""

    sorting: tuple[Case, ...]
    growth: tuple[Case, ...]
    intake: tuple[Case, ...]
    missing: tuple[str, ...]

    def __iter__(self) -> Iterator[Case]:
        return iter((*self.sorting, *self.growth, *self.intake))


def _cases(compound: Compound, messages: int, lines: Path | None) -> Cases:
    files = build_files(compound.settings)
    sorter = files.classifier
    near = _texts("chatter", messages)
    talk = _day(near, messages) if lines is None else _lines(lines, messages)
    complaints = _texts("complaint", messages)
    few = talk[: max(1, messages // _SLOW)]
    jieba = Tokenizer()
    jieba.tmp_dir, jieba.cache_file = str(compound.folder / "var" / "jieba"), "words.cache"
    jieba.initialize()
    predict = instead.trained(EXAMPLES)
    feels = instead.sentiment()
    sorting = [
        Case(_SORTER, _over(talk, sorter.classify), messages),
        Case(_JIEBA, _over(talk, jieba.lcut), messages),
        *(
            Case(f"{name}, {what}", _over(texts, run), messages, against=f"{_JIEBA}, {what}")
            for what, texts in ((_NEAR, near), ("complaints", complaints))
            for name, run in ((_SORTER, sorter.classify), (_JIEBA, jieba.lcut))
        ),
        Case("68 plain keywords", _over(talk, instead.keywords()), messages),
        Case("TF-IDF + logistic regression", _over(few, lambda text: predict([text])), len(few)),
        Case("the same, all in one batch", _over([talk], predict), messages),
    ]
    if feels is not None:
        sorting.append(Case("SnowNLP sentiment", _over(few, feels), len(few)))
    growth = [
        Case(f"{more:,} rules more", _over(talk, instead.grown(sorter, more, talk).classify), messages)
        for more in instead.GROWTH
    ]
    wall = time.perf_counter
    intake = [
        Case(_PTB, lambda: _application(compound, _updates(talk)), messages, wall),
        Case("raw updates, translated", lambda: _translation(_updates(talk)), messages, wall),
        Case(
            "raw updates to rows on a file, talk",
            lambda: _intake(compound, files, _updates(talk)),
            messages,
            wall,
        ),
        Case(
            "raw updates to rows on a file, complaints",
            lambda: _intake(compound, files, _updates(complaints[: len(few)])),
            len(few),
            wall,
        ),
    ]
    missing = () if feels is not None else ("SnowNLP sentiment",)
    return Cases(tuple(sorting), tuple(growth), tuple(intake), missing)


def _nothing() -> None:
    return


def _over(items: Sequence[T], each: Callable[[T], object]) -> Callable[[], Any]:
    def run() -> None:
        for item in items:
            each(item)

    return lambda: (run, _nothing)


def _lines(path: Path, messages: int) -> list[str]:
    """Texts of a JSONL file of one's own, over and over until there are enough."""
    texts = [
        json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines() if line.strip()
    ]
    return [texts[number % len(texts)] for number in range(messages)]


def _texts(label: str, messages: int) -> list[str]:
    examples = [json.loads(line) for line in EXAMPLES.read_text(encoding="utf-8").splitlines()]
    # Traps are lines that look like something else: there are more of them here than in any group.
    lines = [e["text"] for e in examples if e["label"] == label and not e.get("trap")]
    return [lines[number % len(lines)] for number in range(messages)]


def _day(near: Sequence[str], messages: int) -> list[str]:
    """Small talk, and now and then a line that is near the field, as on a group's common day."""
    small = SMALL_TALK.read_text(encoding="utf-8").splitlines()
    every = SMALL_TO_NEAR + 1
    return [
        small[number % len(small)] if number % every else near[number // every % len(near)]
        for number in range(messages)
    ]


def _updates(texts: Sequence[str]) -> list[bytes]:
    """As they come from the server, the last one a moment ago."""
    first = int(datetime.now(UTC).timestamp()) - GAP_S * len(texts)
    return [
        json.dumps(
            u.message(
                text,
                update_id=number,
                message_id=number,
                author=u.user(1000 + number % TALKERS, "邻居"),
                chat=u.group(-1001),
                date=first + GAP_S * number,
            ),
            ensure_ascii=False,
        ).encode()
        for number, text in enumerate(texts, 1)
    ]


def _application(compound: Compound, raws: Sequence[bytes]) -> tuple[Callable[[], None], Callable[[], None]]:
    """What one would use instead: typed updates, one after the other, through the library's dispatcher."""

    async def nothing(_update: object, _context: object) -> None:
        return

    loop = asyncio.new_event_loop()
    app = (
        Application.builder()
        .token(compound.server.token)
        .base_url(f"{compound.server.url}/bot")
        .updater(None)
        .build()
    )
    app.add_handler(MessageHandler(filters.ALL, nothing))
    loop.run_until_complete(app.initialize())

    async def handle() -> None:
        for raw in raws:
            await app.process_update(Update.de_json(json.loads(raw), app.bot))

    def end() -> None:
        loop.run_until_complete(app.shutdown())
        loop.close()

    return lambda: loop.run_until_complete(handle()), end


def _translation(raws: Sequence[bytes]) -> tuple[Callable[[], None], Callable[[], None]]:
    me, now = Me("4200000000", "linli_bot"), datetime.now(UTC)

    def run() -> None:
        for raw in raws:
            translate(json.loads(raw), me, now)

    return run, lambda: None


_numbers: Iterator[int] = count()


def _intake(
    compound: Compound, files: Files, raws: Sequence[bytes]
) -> tuple[Callable[[], None], Callable[[], None]]:
    """The real one: raw JSON to committed rows, a transaction per hundred, on a new file, synchronous = FULL."""
    path = compound.folder / f"bench{next(_numbers)}.sqlite3"
    database = _empty(compound, path)
    with database.writing() as conn:
        row = open_compound(conn, "main", "春晖苑", "live", datetime.now(UTC))
    intake = Intake(
        database, row, files, SystemClock(), load_texts(), link=lambda *_: None, read_files=lambda: files
    )
    intake.run("introduce", introduce_everywhere)
    me = Me("4200000000", "linli_bot")

    def run() -> None:
        for first in range(0, len(raws), BATCH):
            now = datetime.now(UTC)
            batch = [json.loads(raw) for raw in raws[first : first + BATCH]]
            arrivals = [Arrival(str(update["update_id"]), translate(update, me, now)) for update in batch]
            intake.take("telegram", arrivals, bot="42", next_offset=first + BATCH + 1)

    def end() -> None:
        database.close()
        for file in compound.folder.glob(f"{path.name}*"):
            file.unlink()

    return run, end


def _empty(compound: Compound, path: Path) -> Database:
    config = compound.settings.config
    return open_database(
        config.model_copy(
            update={"database": config.database.model_copy(update={"url": f"sqlite:///{path}"})}
        )
    )


def _start(compound: Compound) -> float:
    """Seconds from the command to the first request for updates."""
    before = len(compound.server.do("called", method="getUpdates"))
    with Linli(compound.config) as bot:
        began = time.perf_counter()
        bot.start(cold=True)
        until(lambda: len(compound.server.do("called", method="getUpdates")) > before, "the first poll")
        return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
