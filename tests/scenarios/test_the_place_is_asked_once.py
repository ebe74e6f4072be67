"""Promise: a complaint without a building is filed anyway, and asked for its place once, inside the group's card."""

from __future__ import annotations

import pytest

from bot.domain.places import Place
from bot.domain.tickets import State
from tests.town import OWNERS, Town

LITTER = "楼道垃圾没人清理，臭死了"
ASKED = "请问是几栋几单元"


def test_it_is_filed_with_the_dispatcher_and_the_card_asks(town: Town) -> None:
    town.says("张阿姨", LITTER)

    (card,) = town.heard_in()
    assert ASKED in card
    assert "物业经理" in card
    assert len(town.heard_by("丁经理")) == 1


@pytest.mark.parametrize(
    ("answer", "place"),
    [
        ("5栋", Place(buildings=("5",))),
        ("5栋2单元", Place(buildings=("5",), unit="2")),
        ("五号楼二单元", Place(buildings=("5",), unit="2")),
        ("５栋", Place(buildings=("5",))),
        ("5-2", Place(buildings=("5",), unit="2")),
        ("5", Place(buildings=("5",))),
        ("我们这是5栋的", Place(buildings=("5",))),
        ("5栋！", Place(buildings=("5",))),
    ],
)
def test_a_bare_answer_within_ten_minutes_completes_it(town: Town, answer: str, place: Place) -> None:
    town.says("张阿姨", LITTER)
    town.heard_in()
    town.wait(minutes=8)

    town.says("张阿姨", answer)

    assert len(town.tickets()) == 1
    assert town.ticket().place == place
    assert not town.ticket().awaits_place
    assert len(town.heard_by("吴阿姨")) == 1, "it goes to whom it belongs"
    assert ASKED not in town.stands_in()[-1]
    assert town.heard_in() == [], "the card is edited, nothing is said"


def test_after_ten_minutes_a_bare_number_is_just_talk(town: Town) -> None:
    town.says("张阿姨", LITTER)
    town.wait(minutes=11)

    town.says("张阿姨", "5栋")

    assert town.ticket().place == Place()


def test_a_reply_completes_it_at_any_time(town: Town) -> None:
    message = town.says("张阿姨", LITTER)
    town.wait(minutes=25)

    town.says("张阿姨", "5栋2单元", reply_to=message)

    assert town.ticket().place == Place(buildings=("5",), unit="2")


def test_a_reply_to_the_card_does_too(town: Town) -> None:
    town.says("张阿姨", LITTER)
    card = next(s.message for s in town.shown if s.chat == OWNERS)
    town.wait(minutes=25)

    town.says("张阿姨", "5栋", reply_to=card)

    assert town.ticket().place.buildings == ("5",)


def test_somebody_else_s_number_is_not_the_answer(town: Town) -> None:
    town.says("张阿姨", LITTER)
    town.says("李叔", "5栋")

    assert town.ticket().place == Place()


def test_staff_may_answer_for_the_reporter(town: Town) -> None:
    message = town.says("张阿姨", LITTER)
    town.says("老李", "3栋1单元", reply_to=message)

    assert town.ticket().place == Place(buildings=("3",), unit="1")


def test_the_nickname_s_home_saves_the_question(town: Town) -> None:
    town.says("3-2-501 王姐", LITTER)

    (card,) = town.heard_in()
    assert ASKED not in card
    assert "3栋" in card
    assert "501" not in card
    assert town.ticket().place == Place(buildings=("3",), unit="2", room="501")


def test_what_was_said_counts_more_than_the_nickname(town: Town) -> None:
    town.says("3-2-501 王姐", "5栋楼道垃圾没人清理，臭死了")

    assert town.ticket().place == Place(buildings=("5",))


def test_the_question_is_asked_once_and_never_repeated(town: Town) -> None:
    town.says("张阿姨", LITTER)
    town.wait(hours=3)

    assert sum(ASKED in text for text in town.heard_in()) == 1


def test_the_dispatcher_s_card_is_accepted_like_any_other(town: Town) -> None:
    town.says("张阿姨", LITTER)
    town.presses("丁经理", "接单")
    town.says("张阿姨", "5栋")

    assert town.ticket().state is State.ACCEPTED
    assert town.ticket().assignee == "丁经理"
    assert town.ticket().place.buildings == ("5",)
    assert town.heard_by("吴阿姨") == [], "somebody has taken it already"


def test_a_wish_is_not_asked_for_its_place(town: Town) -> None:
    town.says("张阿姨", "希望小区能装几个充电桩")

    assert ASKED not in town.heard_in()[0]


def test_a_comparison_in_a_reply_does_not_move_the_ticket(town: Town) -> None:
    message = town.says("张阿姨", "3栋楼道垃圾没人清理，臭死了")
    town.says("张阿姨", "5栋楼道也是一样，垃圾没人清理", reply_to=message)

    assert town.ticket().place.buildings == ("3",)
    assert "5栋楼道也是一样" in town.card_of("吴阿姨")
