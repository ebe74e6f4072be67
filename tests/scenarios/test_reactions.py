"""Promise: a neighbour's thumb on a matter is one more household, counted in silence; taken back it is one less."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.domain.messages import Reacted
from tests.town import OWNERS, STAFF, Town

LIFT = "3栋电梯坏了，已经停了两天"


def _reacts(town: Town, name: str, message: str, *emoji: str, chat=OWNERS) -> None:  # type: ignore[no-untyped-def]
    town.arrives(Reacted(chat, message, town.account(name), emoji, town.clock.now()))


def _card(town: Town) -> str:
    """The group's card, as the messenger names it."""
    (card,) = (
        message
        for (chat, message), face in town.platform.faces.items()
        if chat == OWNERS.chat and "#1" in face.text
    )
    return card


@pytest.fixture
def lift(town: Town) -> Iterator[tuple[Town, str]]:
    """A compound where the lift has been reported: the town, and the message that said so."""
    yield town, town.says("张阿姨", LIFT)


def test_a_thumb_on_the_card_or_on_the_report_is_one_more_household(lift: tuple[Town, str]) -> None:
    town, message = lift
    town.shown.clear()
    _reacts(town, "李叔", _card(town), "👍")
    _reacts(town, "赵姨", message, "🙏", "❤")

    assert town.ticket().voices == 2
    assert "+2户" in town.stands_in(OWNERS)[-1]
    assert town.reactions() == [], "nothing is said in return"


def test_the_same_household_counts_once_however_it_says_so(lift: tuple[Town, str]) -> None:
    town, message = lift
    for _ in range(2):
        _reacts(town, "李叔", message, "👍")
    _reacts(town, "李叔", _card(town), "👍")
    town.says("李叔", "我家也是，电梯停了")

    assert town.ticket().voices == 1


def test_a_thumb_taken_back_is_one_less(lift: tuple[Town, str]) -> None:
    town, message = lift
    _reacts(town, "李叔", message, "👍")
    _reacts(town, "赵姨", message, "👍")
    _reacts(town, "李叔", message, "❤")
    assert town.ticket().voices == 1
    _reacts(town, "李叔", message)
    assert town.ticket().voices == 1


def test_who_wrote_that_it_is_so_does_not_lose_that_with_the_thumb(lift: tuple[Town, str]) -> None:
    town, message = lift
    town.says("李叔", "我家也是，电梯停了")
    _reacts(town, "李叔", message, "👍")
    _reacts(town, "李叔", message)

    assert town.ticket().voices == 1


@pytest.mark.parametrize("emoji", ["❤", "😁", "👎", "🔥"])
def test_other_emoji_say_nothing(lift: tuple[Town, str], emoji: str) -> None:
    town, message = lift
    _reacts(town, "李叔", message, emoji)

    assert town.ticket().voices == 0


@pytest.mark.parametrize("name", ["张阿姨", "王师傅", "王主任"])
def test_neither_the_reporter_s_nor_staff_s_thumb_counts(lift: tuple[Town, str], name: str) -> None:
    town, _ = lift
    _reacts(town, name, _card(town), "👍")

    assert town.ticket().voices == 0


def test_whoever_does_not_want_to_be_read_is_not_counted(lift: tuple[Town, str]) -> None:
    town, message = lift
    town.says("李叔", "别记我")
    _reacts(town, "李叔", message, "👍")

    assert town.ticket().voices == 0


def test_what_is_over_is_not_counted_any_more(lift: tuple[Town, str]) -> None:
    town, message = lift
    town.tells("王主任", "/falsealarm 1")
    _reacts(town, "李叔", message, "👍")

    assert town.ticket().voices == 0


@pytest.mark.parametrize("where", ["nowhere", "staff"])
def test_a_thumb_on_anything_else_does_nothing(lift: tuple[Town, str], where: str) -> None:
    town, _ = lift
    if where == "staff":
        _reacts(town, "李叔", "1", "👍", chat=STAFF)
    other = town.says("赵姨", "今天天气真好")
    _reacts(town, "李叔", other, "👍")
    _reacts(town, "李叔", "99999", "👍")

    assert town.ticket().voices == 0
    assert town.buried() == []
