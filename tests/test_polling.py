"""Listening: which updates are taken, which are known already, and what is confirmed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.intake import Arrival, Intake
from bot.platforms.base import TryLater
from bot.platforms.telegram.account import Telegram
from bot.polling import Pauses, Polling
from tests.botapi import updates as u


class Scripted(Telegram):
    """A platform that answers as written, then stops the loop. What it was asked with is kept."""

    def __init__(self, answers: Sequence[list[object] | TryLater], stop: asyncio.Event) -> None:
        super().__init__("42:" + "A" * 30, media=Path())
        self._answers = list(answers)
        self._over = stop
        self.asked: list[int | None] = []

    async def poll(self, offset: int | None, wait_s: int, limit: int = 100) -> list[object]:  # noqa: ARG002
        self.asked.append(offset)
        answer = self._answers.pop(0) if self._answers else []
        if not self._answers:
            self._over.set()
        if isinstance(answer, TryLater):
            raise answer
        return answer


class Taken(Intake):
    """Keeps what it was given."""

    def __init__(self, offset: int | None) -> None:
        self._stored = offset
        self.by_webhook: frozenset[int] = frozenset()
        self.ids: list[str] = []
        self.confirmed: list[int | None] = []

    def offset(self, bot: str) -> int | None:  # noqa: ARG002
        return self._stored

    def pushed(self, bot: str) -> frozenset[int]:  # noqa: ARG002
        return self.by_webhook

    def take(
        self,
        platform: str,  # noqa: ARG002
        arrivals: Sequence[Arrival],
        *,
        bot: str = "",  # noqa: ARG002
        next_offset: int | None = None,
        pushed: bool = False,  # noqa: ARG002
    ) -> None:
        self.ids += [arrival.id for arrival in arrivals]
        self.confirmed.append(next_offset)


def listen(
    offset: int | None, *answers: list[object] | TryLater, pushed: frozenset[int] = frozenset()
) -> tuple[Taken, list[int | None]]:
    """Poll until the answers are used up; returns what was taken and what was asked."""

    async def on_writer(work: Callable[[], None]) -> None:
        work()

    writer: Callable[[Callable[[], None]], Awaitable[None]] = on_writer

    async def story() -> tuple[Taken, list[int | None]]:
        stop = asyncio.Event()
        telegram, intake = Scripted(answers, stop), Taken(offset)
        intake.by_webhook = pushed
        polling = Polling(telegram, intake, "42", writer, Pauses(0.0, 0.0))
        await polling.run(stop, asyncio.Event())
        return intake, telegram.asked

    return asyncio.run(story())


def said(*numbers: int) -> list[object]:
    return [u.message("今天天气真好", update_id=number) for number in numbers]


def test_what_is_stored_is_confirmed_by_the_next_question() -> None:
    taken, asked = listen(None, said(7, 8), said(9), [])
    assert taken.ids == ["7", "8", "9"]
    assert taken.confirmed == [9, 10]
    assert asked == [None, 9, 10]


def test_after_a_start_it_asks_from_where_it_has_stored() -> None:
    taken, asked = listen(500, said(500), [])
    assert asked == [500, 501]
    assert taken.ids == ["500"]


def test_what_has_been_taken_already_is_not_taken_again() -> None:
    taken, _ = listen(500, said(498, 499, 500, 501), [])
    assert taken.ids == ["500", "501"]


def test_what_was_pushed_before_is_confirmed_and_not_taken_again() -> None:
    taken, asked = listen(500, said(500, 501, 502), [], pushed=frozenset({501, 9000}))
    assert taken.ids == ["500", "502"]
    assert asked == [500, 503]


@given(st.integers(min_value=1, max_value=800_000_000))
def test_a_server_that_counts_anew_is_listened_to(first: int) -> None:
    """After a week of silence the numbers begin again anywhere; nothing that comes then is mistaken for old."""
    taken, asked = listen(900_000_000, said(first, first + 1), said(first + 2), [])
    assert taken.ids == [str(first), str(first + 1), str(first + 2)]
    assert asked == [900_000_000, first + 2, first + 3]


@pytest.mark.parametrize("odd", [[], None, {"update_id": "7"}, {"update_id": 2.5}, "words"])
def test_an_update_without_a_number_holds_up_no_other(odd: object) -> None:
    taken, asked = listen(None, [odd, *said(7)], [])
    assert taken.ids == ["?", "7"]
    assert asked == [None, 8]


def test_a_failed_poll_confirms_nothing() -> None:
    _, asked = listen(500, TryLater("network"), TryLater("429", None), said(500), [])
    assert asked == [500, 500, 500, 501]
