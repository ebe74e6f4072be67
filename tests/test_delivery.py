"""Which letters go together in one message: whatever waits, nothing is lost and nothing changes places."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bot.delivery import STORM, carry, joined, together, worn
from bot.domain.messages import Account, Address, Answer, Button, Face, Fetch, Outgoing, Priority, React, Say
from bot.fetching import MediaLimits
from bot.platforms.console import Shown
from storage.outbox import Letter
from tests.town import POOR, Pretend

CHAT = Address("telegram", "7")
LIMIT = 200

texts = st.text(st.sampled_from("水管爆了🔥 a"), min_size=1, max_size=120)
says = st.builds(
    Say,
    to=st.just(CHAT),
    key=st.sampled_from(["told:1", "told:2", "answer:1"]),
    face=st.builds(Face, texts, st.sampled_from([(), (), (), ((Button("接单", "t:1:accept"),),)])),
    priority=st.sampled_from([Priority.GROUP, Priority.GROUP, Priority.ANSWER, Priority.EMERGENCY]),
    reply_to=st.sampled_from([None, None, None, "5"]),
    mentions=st.sampled_from([(), (), (), (Account("telegram", "1", "老李"),)]),
    silent=st.sampled_from([False, False, False, True]),
)
others = st.sampled_from([React(CHAT, "1", "👌"), Answer("p", CHAT)])
queues = st.lists(st.one_of(says, says, says, says, others), min_size=1, max_size=40)


def _letters(queue: list[Outgoing], tries: int = 0) -> list[Letter]:
    return [
        Letter(number, getattr(what, "key", "x"), what, getattr(what, "priority", 20), tries)
        for number, what in enumerate(queue)
    ]


def _text(what: Outgoing) -> str:
    return what.face.text if isinstance(what, Say) else ""


@given(queues)
def test_everything_is_said_in_order_and_within_the_length(queue: list[Outgoing]) -> None:
    letters, said = _letters(queue), []
    while letters:
        some = together(letters, LIMIT)
        assert some == letters[: len(some)]
        assert some
        one = joined(some)
        assert len(some) == 1 or len(_text(one).encode("utf-16-le")) // 2 <= LIMIT
        said += _text(one).split("\n\n") if len(some) > 1 else [_text(one)]
        letters = letters[len(some) :]

    assert said == [_text(what) for what in queue]


@given(queues)
def test_what_would_lose_something_stands_alone(queue: list[Outgoing]) -> None:
    some = together(_letters(queue), LIMIT)
    if len(some) > 1:
        for letter in some:
            what = letter.what
            assert isinstance(what, Say)
            assert not (what.face.buttons or what.mentions or what.reply_to)
            assert what.priority is not Priority.EMERGENCY
        assert len({(letter.priority, letter.key.partition(":")[0]) for letter in some}) == 1
    assert together(_letters(queue, tries=1), LIMIT) == _letters(queue, tries=1)[:1], "refused once: alone"


def test_fewer_than_a_storm_are_said_one_by_one() -> None:
    queue: list[Outgoing] = [Say(CHAT, f"told:{n}", Face("好")) for n in range(STORM)]

    assert len(together(_letters(queue[:-1]), LIMIT)) == 1
    assert len(together(_letters(queue), LIMIT)) == STORM


def test_words_are_never_let_go_and_trifles_are() -> None:
    now = datetime(2026, 5, 12, tzinfo=UTC)
    (said, react, fetch) = _letters(
        [Say(CHAT, "a", Face("好"), not_before=now), React(CHAT, "1", "👌"), Fetch("telegram", 1, "f")],
        tries=299,
    )
    assert not worn(said)
    assert worn(react)
    assert not worn(fetch)


def test_where_there_are_no_buttons_what_is_too_long_is_cut_and_its_choices_are_not(tmp_path: Path) -> None:
    shown: list[Shown] = []
    button = Button("接单", "t:7:accept", number=12)
    told = Say(Address("console", "7"), "told:1", Face("水" * 5000, ((button,),)))
    asyncio.run(carry(Pretend(shown.append, POOR), told, MediaLimits(tmp_path, 1, 1)))

    (message,) = shown
    assert len(message.text) <= POOR.text_limit
    assert message.text.endswith("水…\n回复：接单 12")
    assert message.buttons == ()
