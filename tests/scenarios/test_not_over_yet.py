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


@everywhere
@pytest.mark.parametrize(
    "words",
    [
        "根本没好",
        "压根没修好",
        "没弄好啊",
        "还是老样子",
        "哪里好了",
        "哪有修好？",
        "好什么好",
        "修了跟没修一样",
        "又坏了",
        "未搞掂",
        "仲未好",
        "冇整好喎",
        "還是老樣子",
        "哪裡修好了",
        "還沒有修好呢",
        "1 根本没好",
        "压根没修好 1",
    ],
)
def test_a_no_is_heard_in_whatever_words(said_done: Town, words: str) -> None:
    said_done.says("秀英", words)

    assert [(t.number, t.state, t.episode) for t in said_done.tickets()] == [(1, State.OPEN, 2)]


@everywhere
@pytest.mark.parametrize("words", ["电梯还是没修好", "電梯又停咗，都仲未整好", "师傅来了，可是根本没修好"])
def test_what_is_still_not_well_is_named(said_done: Town, words: str) -> None:
    said_done.says("秀英", words)

    assert [(t.number, t.state, t.episode) for t in said_done.tickets()] == [(1, State.OPEN, 2)]
    assert any(words in text for text in said_done.stands_in(said_done.private("丁经理")))


@everywhere
@pytest.mark.parametrize("words", ["没有", "还没呢", "未呀", "冇"])
def test_a_mere_no_counts_only_as_an_answer(said_done: Town, words: str) -> None:
    said_done.says("秀英", words)
    assert said_done.ticket().state is State.RESOLVED
    said_done.tells("秀英", words)
    assert said_done.ticket().state is State.OPEN


@everywhere
@pytest.mark.parametrize(
    "words",
    [
        "修好了没",
        "没修好吗？",
        "还没好吗",
        "之前没修好，现在好了",
        "没问题了",
        "没事了",
        "还好",
        "隔壁没修好",
        "没完没了",
    ],
)
def test_questions_and_good_news_reopen_nothing(said_done: Town, words: str) -> None:
    said_done.says("秀英", words)

    assert said_done.ticket().state in (State.RESOLVED, State.CLOSED)
    assert len(said_done.tickets()) == 1


def test_an_answer_to_the_older_card_is_about_the_older_matter(said_done: Town) -> None:
    said_done.says("秀英", "6栋楼道灯不亮了，晚上看不见")
    said_done.tells("王主任", "/办结 2 换了灯")
    lift = said_done.ticket(1).id
    with said_done.store() as store:
        card = next(c for c in store.cards.of(lift) if c.to.chat == OWNERS.chat)
    said_done.says("秀英", "压根没好", reply_to=card.message)

    assert said_done.ticket(1).state is State.OPEN
    assert said_done.ticket(2).state is State.RESOLVED


def test_a_neighbour_who_says_no_does_not_close_it_either(said_done: Town) -> None:
    said_done.says("李叔", "哪里好了")

    assert said_done.ticket(1).state is State.RESOLVED
    assert not any("说已经好了" in line for line in said_done.diary())


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
