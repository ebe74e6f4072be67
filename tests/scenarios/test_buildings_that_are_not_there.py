"""Promise: a building that the compound has not is asked about, and guides no matter to another's."""

from __future__ import annotations

from bot.domain.places import NOWHERE
from tests.town import OWNERS, SECOND, Town

LIFT = "电梯坏了，已经停了两天"
AGAIN = "小区里没有10栋，请问是几栋几单元？"


def test_it_is_asked_about_by_its_name(town: Town) -> None:
    town.says("秀英", f"10栋{LIFT}")

    assert town.ticket().place == NOWHERE
    assert AGAIN in town.stands_in(OWNERS)[-1]
    town.says("秀英", "9栋")
    assert town.ticket().place.buildings == ("9",)
    assert AGAIN not in town.stands_in(OWNERS)[-1]


def test_it_joins_no_other_matter_by_near_words(town: Town) -> None:
    town.says("李叔", LIFT)
    town.says("秀英", f"10栋{LIFT}")

    assert [ticket.voices for ticket in town.tickets()] == [0, 0]


def test_nor_what_the_chat_speaks_of_nor_the_author_s_own_nor_an_outage(town: Town) -> None:
    town.says("李叔", f"3栋{LIFT}")
    town.says("李叔", f"10栋{LIFT}")
    town.says("赵姐", "3栋停水了，水龙头没水了")
    town.says("秀英", "10栋停水了，水龙头没水了")

    assert len(town.tickets()) == 4
    assert [ticket.voices for ticket in town.tickets()] == [0, 0, 0, 0]


def test_the_nickname_does_not_answer_for_it(town: Town) -> None:
    town.says("3-2-501 王姐", f"10栋{LIFT}")

    assert town.ticket().place == NOWHERE


def test_an_answer_that_names_one_is_asked_again(town: Town) -> None:
    town.says("秀英", LIFT)
    town.heard_in(OWNERS)
    town.says("秀英", "10栋")

    (said,) = town.heard_in(OWNERS)
    assert said.startswith(AGAIN)
    town.says("秀英", "8栋2单元")
    assert town.ticket().place.buildings == ("8",)


def test_beside_a_building_that_is_there_it_is_let_pass(town: Town) -> None:
    town.says("秀英", f"3栋和10栋{LIFT}")

    assert town.ticket().place.buildings == ("3",)
    assert "没有" not in town.stands_in(OWNERS)[-1]


def test_one_topic_without_a_place_in_two_groups_is_two_matters(town: Town) -> None:
    town.says("秀英", "停水了，水龙头没水了")
    town.says("李叔", "停水了，水龙头没水了", in_chat=SECOND)
    town.says("赵姐", LIFT)
    town.says("周叔", LIFT, in_chat=SECOND)

    assert len(town.tickets()) == 4
    assert all(ticket.voices == 0 for ticket in town.tickets())


def test_in_one_group_near_words_are_still_one_matter(town: Town) -> None:
    town.says("秀英", LIFT)
    town.says("李叔", "电梯又坏了，停了两天没人修")

    assert len(town.tickets()) == 1


def test_an_outage_that_names_its_building_is_joined_from_the_other_group(town: Town) -> None:
    town.says("秀英", "3栋停水了，水龙头没水了")
    town.says("李叔", "5栋停水了，水龙头没水了", in_chat=SECOND)

    assert len(town.tickets()) == 1
