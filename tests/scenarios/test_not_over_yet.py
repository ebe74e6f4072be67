"""Promise: who says that it is not over, in whatever breath, has it open again; no second ticket, no silent closing."""

from __future__ import annotations

import pytest

from bot.domain.tickets import State
from tests.town import OWNERS, Town, everywhere

LIFT = "3栋电梯坏了，已经停了两天"


@pytest.fixture
def said_done(town: Town) -> Town:
    """#1 is said to be solved."""
    town.says("秀英", LIFT)
    town.presses("王师傅", "接单")
    town.tells("王师傅", "办结 1 换了主板")
    return town


@everywhere
@pytest.mark.parametrize(
    "words",
    [
        "没解决，电梯还是不动",
        "还没修好！3栋电梯又停了",
        "還沒修好，電梯又停了",
        "根本没解决。你们来看看",
        "没修好\n按了没反应",
    ],
)
def test_the_reporter_goes_on_about_it(said_done: Town, words: str) -> None:
    said_done.heard_in()
    said_done.says("秀英", words)

    assert [(t.number, t.state, t.episode) for t in said_done.tickets()] == [(1, State.OPEN, 2)]
    assert any(words in text for text in said_done.stands_in(said_done.private("丁经理")))


@pytest.mark.parametrize("words", ["没解决，电梯还是不动"])
def test_the_same_alone_with_the_bot(said_done: Town, words: str) -> None:
    said_done.tells("秀英", words)

    assert said_done.ticket().state is State.OPEN
    assert len(said_done.tickets()) == 1


@everywhere
def test_another_matter_in_the_same_words_is_another_matter(said_done: Town) -> None:
    said_done.says("秀英", "还没修好，5栋水管漏水漏了三天了")

    assert said_done.ticket(1).state is State.RESOLVED
    assert len(said_done.tickets()) == 2


@everywhere
def test_a_neighbour_does_not_reopen_what_is_not_theirs(said_done: Town) -> None:
    said_done.says("李叔", "没解决，电梯还是不动")

    assert said_done.ticket(1).state is State.RESOLVED


@everywhere
def test_danger_comes_first_even_in_such_words(said_done: Town) -> None:
    said_done.says("秀英", "没修好，3栋电梯里有人被困住了，快来人")

    assert any(t.emergency for t in said_done.tickets())


def test_said_long_after_the_closing_it_is_a_new_matter(said_done: Town) -> None:
    said_done.wait(days=3)
    said_done.says("秀英", "没修好，3栋电梯又停了")

    assert said_done.ticket(1).state is State.CLOSED
    assert OWNERS in {t.origin for t in said_done.tickets() if t.number == 2}
