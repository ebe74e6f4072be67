"""Promise: a matter given to a team is brought to all of it, and the first to accept holds it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.people import Area, Duty, Role
from bot.domain.tickets import State
from tests.town import Town

LIFT = "3栋电梯坏了，已经停了两天"
WHOLE = Area(whole=True)
TEAM = "邻里守护队"
DUTIES = (
    Duty("", WHOLE, Role.REPAIR, "王师傅", ""),
    Duty("", WHOLE, Role.CLEANER, "吴阿姨", "", teams=(TEAM,)),
    Duty("", WHOLE, Role.MEDIATOR, "梁调解", "", teams=(TEAM, "红袖章")),
    Duty("", WHOLE, Role.BUILDING_HEAD, "周姐", "", teams=(TEAM,)),
    Duty("", WHOLE, Role.MANAGER, "丁经理", ""),
    Duty("", WHOLE, Role.COMMITTEE, "王主任", ""),
)
MEMBERS = ("吴阿姨", "梁调解", "周姐")


@pytest.fixture
def given() -> Town:
    """A matter that the committee has given to the team."""
    town = Town(duties=DUTIES)
    town.says("张阿姨", LIFT)
    town.tells("王主任", f"/派单 1 {TEAM}")
    return town


def test_every_member_gets_the_card(given: Town) -> None:
    assert f"#1 已派给{TEAM}" in given.heard_by("王主任")[-1]
    for name in MEMBERS:
        assert len(given.heard_by(name)) == 1
        assert f"→ {TEAM}" in given.card_of(name)
    assert given.ticket().assignee == TEAM


def test_the_first_to_accept_holds_it_and_the_others_cards_say_who(given: Town) -> None:
    given.presses("梁调解", "接单")
    assert given.ticket().assignee == "梁调解"
    assert given.ticket().state is State.ACCEPTED
    for name in ("吴阿姨", "周姐"):
        assert "梁调解" in given.card_of(name)
        assert TEAM not in given.card_of(name)
        assert "接单" not in given.buttons(given.private(name))


def test_who_comes_second_is_told_that_it_is_taken(given: Town) -> None:
    given.presses("梁调解", "接单")
    number = given.ticket().id
    given.forges("周姐", f"t:{number}:accept", in_chat=given.private("周姐"))
    assert given.ticket().assignee == "梁调解"


def test_a_team_that_does_not_answer_is_followed_by_the_ladder(given: Town) -> None:
    for _ in range(40):
        if given.ticket().assignee != TEAM:
            break
        given.wait(minutes=5)
    assert given.ticket().assignee == "丁经理"


def test_members_who_cannot_be_reached_do_not_keep_the_others_from_it() -> None:
    town = Town(duties=DUTIES, unbound=("吴阿姨",))
    town.says("张阿姨", LIFT)
    town.tells("王主任", f"/派单 1 {TEAM}")
    assert town.ticket().assignee == TEAM
    assert town.heard_by("周姐")
    town.bind("吴阿姨")
    town.tells("吴阿姨", "/start")
    assert any(f"→ {TEAM}" in text for text in town.stands_in(town.private("吴阿姨")))


def test_nobody_of_the_team_can_be_reached_and_the_next_rung_rings() -> None:
    town = Town(duties=DUTIES, unbound=MEMBERS)
    town.says("张阿姨", LIFT)
    town.heard_by("王师傅")
    town.tells("王主任", f"/派单 1 {TEAM}")
    assert town.ticket().assignee == "王师傅"
    assert any(f"{TEAM}还联系不上" in text for text in town.heard_by("王主任"))


def test_the_card_s_button_offers_the_teams_too() -> None:
    town = Town(duties=DUTIES)
    town.says("张阿姨", LIFT)
    town.presses("王师傅", "转派")
    town.presses("王师傅", TEAM)
    assert town.ticket().assignee == TEAM
    assert all(town.heard_by(name) for name in MEMBERS)


def test_a_team_s_matter_is_nobody_s_who_left(given: Town) -> None:
    given.wait(minutes=4)
    assert "handed_on" not in given.diary()


def test_a_team_that_is_no_more_hands_its_matters_on(given: Town) -> None:
    given.intake.files = replace(
        given.files, roster=replace(given.roster, duties=tuple(replace(d, teams=()) for d in DUTIES))
    )
    given.wait(minutes=2)
    assert given.ticket().assignee == "王师傅"


def test_somebody_on_leave_is_not_given_anything() -> None:
    town = Town(duties=DUTIES)
    town.tells("王师傅", "/请假 今天 周姐")
    town.says("张阿姨", LIFT)
    town.heard_by("王主任")
    town.tells("王主任", "/派单 1 王师傅")
    assert town.heard_by("王主任")[-1] == "王师傅正在请假，由周姐代班；请派给别人，例如：/派单 1 周姐"
