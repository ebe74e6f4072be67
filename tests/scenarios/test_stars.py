"""After the closing: one to five stars, asked once, given by the reporter alone, seen with no name."""

from __future__ import annotations

import pytest

from bot.domain.tickets import State
from tests.town import OWNERS, Town, everywhere

LIFT = "3栋电梯坏了，已经停了两天"
ROW = ["1星", "2星", "3星", "4星", "5星"]


@pytest.fixture
def known(town: Town) -> Town:
    """#1 is confirmed by somebody whom the bot may write to."""
    town.starts("张阿姨")
    return confirmed(town)


@pytest.fixture
def unknown(town: Town) -> Town:
    """#1 is confirmed by somebody who has never pressed Start."""
    return confirmed(town)


def confirmed(town: Town) -> Town:
    town.says("张阿姨", LIFT)
    town.presses("王师傅", "接单")
    town.tells("王师傅", "办结 1 已换主板")
    town.heard_by("张阿姨")
    town.presses("张阿姨", "已解决", in_chat=OWNERS)
    return town


def given(town: Town, number: int = 1) -> int | None:
    ticket = town.ticket(number)
    with town.store() as store:
        asked = store.stars.of(ticket.id)
    return asked.stars if asked else None


def test_who_can_be_written_to_is_asked_in_private_and_the_group_is_left_in_peace(known: Town) -> None:
    assert len(known.heard_by("张阿姨")) == 1
    assert [b for b in known.buttons(known.private("张阿姨")) if b in ROW] == ROW
    assert not set(ROW) & set(known.buttons(OWNERS))

    assert "5 星" in known.presses("张阿姨", "5星")
    assert given(known) == 5


def test_who_cannot_finds_the_stars_under_the_card(unknown: Town) -> None:
    assert unknown.heard_by("张阿姨") == []
    assert unknown.buttons(OWNERS) == ROW

    assert "谢谢" in unknown.presses("张阿姨", "4星", in_chat=OWNERS)
    assert given(unknown) == 4
    assert unknown.buttons(OWNERS) == []


@pytest.mark.parametrize("name", ["李叔", "王师傅", "王主任"])
def test_nobody_else_gives_stars(unknown: Town, name: str) -> None:
    assert "报修的邻居自己" in unknown.presses(name, "1星", in_chat=OWNERS)
    assert given(unknown) is None


@everywhere
@pytest.mark.parametrize(
    ("words", "stars"), [("5星", 5), ("★★★★", 4), ("五星好评！", 5), ("３", 3), ("不满意", 2)]
)
def test_the_same_in_words(known: Town, words: str, stars: int) -> None:
    known.heard_by("张阿姨")
    known.tells("张阿姨", words)

    assert given(known) == stars
    assert f"{stars} 星" in "".join(known.heard_by("张阿姨"))


def test_in_the_group_words_count_right_after_the_question(unknown: Town) -> None:
    unknown.heard_in()
    unknown.says("李叔", "五星好评")
    assert given(unknown) is None

    unknown.says("张阿姨", "五星好评")
    assert given(unknown) == 5
    assert unknown.heard_in() == []
    assert unknown.reactions()


@everywhere
def test_talk_of_stars_an_hour_later_is_talk(unknown: Town) -> None:
    unknown.wait(hours=1)
    unknown.says("张阿姨", "五星好评")
    assert given(unknown) is None


@everywhere
def test_a_new_complaint_beside_the_stars_is_a_complaint(known: Town) -> None:
    known.tells("张阿姨", "5星，不过3栋楼道灯又坏了")
    assert given(known) is None
    assert len(known.tickets()) == 2


@everywhere
def test_the_last_word_counts(known: Town) -> None:
    known.presses("张阿姨", "2星")
    assert "改为 5 星" in known.presses("张阿姨", "5星")
    assert given(known) == 5


@everywhere
def test_it_is_asked_once_and_the_question_under_the_card_goes_after_two_days(unknown: Town) -> None:
    unknown.wait(days=2, hours=1)
    assert unknown.buttons(OWNERS) == []
    assert "不收评价" in unknown.forges("张阿姨", f"t:{unknown.ticket().id}:star:5", in_chat=OWNERS)
    assert given(unknown) is None


@everywhere
def test_reopened_it_loses_its_stars_and_is_asked_about_anew(known: Town) -> None:
    known.presses("张阿姨", "5星")
    known.forges("张阿姨", f"t:{known.ticket().id}:reject", in_chat=OWNERS)
    assert known.ticket().state is State.OPEN
    assert given(known) is None

    known.presses("丁经理", "接单")
    known.tells("丁经理", "办结 1 又换了一块")
    known.heard_by("张阿姨")
    known.presses("张阿姨", "已解决", in_chat=OWNERS)
    assert any("满意吗" in text for text in known.heard_by("张阿姨"))
    known.presses("张阿姨", "3星")
    assert given(known) == 3


def test_who_is_not_asked_for_a_closing_nobody_confirmed(town: Town) -> None:
    town.starts("张阿姨")
    town.says("张阿姨", LIFT)
    town.tells("王师傅", "接单 1")
    town.tells("王师傅", "办结 1 已换主板")
    town.heard_by("张阿姨")
    town.wait(hours=49)
    assert town.ticket().state is State.CLOSED
    assert town.heard_by("张阿姨") == []


@everywhere
def test_forged_stars_are_none(known: Town) -> None:
    for word in ("0", "6", "", "x", "55"):
        assert "不收评价" in known.forges(
            "张阿姨", f"t:{known.ticket().id}:star:{word}", in_chat=known.private("张阿姨")
        )
    assert given(known) is None


@everywhere
def test_the_diary_and_the_workers_card_say_nothing_of_stars(known: Town) -> None:
    before = known.diary()
    known.presses("张阿姨", "1星")
    assert known.diary() == before
    assert not any("星" in text for text in known.stands_in(known.private("王师傅")))


@everywhere
def test_who_is_forgotten_leaves_a_number_without_a_name(known: Town) -> None:
    known.presses("张阿姨", "4星")
    known.tells("张阿姨", "/privacy 删除我")
    known.tells("张阿姨", "确认")
    assert known.ticket().reporter is None
    assert given(known) == 4
