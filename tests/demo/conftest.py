"""The day, played once for all tests that look at it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO

import pytest

from bot.demo import PLAIN_WIDTH, Played, console_for, play_day
from bot.demo.day import Day, Scene, Step, load_day
from bot.texts import load_texts
from tests.loaded import loaded_once


@dataclass(frozen=True, slots=True)
class Watched:
    """A day that was played, and what stood on the screen."""

    day: Day
    played: Played
    text: str


@pytest.fixture(autouse=True, scope="session")
def _loaded() -> Iterator[None]:
    """What nothing changes is loaded once for all tests."""
    with loaded_once():
        yield


@pytest.fixture(scope="session")
def watched() -> Iterator[Watched]:
    """The written day, as it is printed where no terminal is watching."""
    out = StringIO()
    console, _ = console_for(out)
    day = load_day()
    with play_day(console, PLAIN_WIDTH, load_texts(), day=day) as played:
        yield Watched(day, played, out.getvalue())


_MORNING = (
    Step(begins=True, expects=("大家好",)),
    Step(who="周老师", says="/mode live", where="业委会群", expects=("正式运行",)),
    Step(who="周老师", press="确认", where="业委会群", expects=("正式运行",)),
)


@pytest.fixture
def short() -> Iterator[tuple[Played, StringIO]]:
    """A stage that has just gone live at nine on a Tuesday, and what it prints."""
    out = StringIO()
    console, _ = console_for(out)
    start = load_day().start.replace(day=16, hour=9, minute=10)
    with play_day(
        console, PLAIN_WIDTH, load_texts(), day=Day(start, (Scene("", "", _MORNING, False),))
    ) as played:
        out.truncate(0)
        out.seek(0)
        yield played, out
