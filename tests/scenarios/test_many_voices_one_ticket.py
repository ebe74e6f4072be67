"""Promise: "me too" is a reaction and a counter, not a message; a wrong merge is undone with one tap."""

from __future__ import annotations

import pytest

from bot.domain.tickets import State
from tests.town import OWNERS, SECOND, Town, everywhere

LIFT = "3栋电梯坏了，已经停了两天"


@pytest.mark.parametrize(
    "text", ["3栋电梯又停了", "３栋电梯坏了没人修", "我家3栋，电梯坏了", "3栋2单元电梯坏了，老人下不了楼"]
)
def test_the_same_matter_in_other_words_joins(town: Town, text: str) -> None:
    town.says("张阿姨", LIFT)
    town.heard_in()
    town.says("李叔", text)

    assert len(town.tickets()) == 1
    assert town.ticket().voices == 1
    assert town.reactions() == ["👌"]
    assert town.heard_in() == []
    assert "（+1户）" in town.stands_in()[-1]


@everywhere
@pytest.mark.parametrize("text", ["+1", "＋1", "我家也是", "我们也是", "同问"])
def test_me_too_without_more_words_joins(town: Town, text: str) -> None:
    message = town.says("张阿姨", LIFT)
    town.says("李叔", text, reply_to=message)

    assert town.ticket().voices == 1


def test_twelve_voices_on_one_outage(town: Town) -> None:
    town.says("住户0", "5栋停水了")
    town.heard_in()
    for n in range(1, 13):
        town.says(f"住户{n}", f"{n % 9 + 1}栋也停水了")

    assert len(town.tickets()) == 1
    assert town.ticket().voices == 12
    assert town.heard_in() == []
    assert "（+12户）" in town.stands_in()[-1]
    assert len(town.reactions()) == 12


@everywhere
def test_one_household_counts_once(town: Town) -> None:
    town.says("张阿姨", LIFT)
    for text in ("3栋电梯又停了", "3栋电梯坏了没人修", "+1"):
        town.says("李叔", text)
    town.says("张阿姨", "+1")

    assert town.ticket().voices == 1


@everywhere
def test_another_building_s_lift_is_another_matter(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.says("李叔", "5栋电梯坏了，已经停了两天")

    assert len(town.tickets()) == 2


@everywhere
def test_after_an_hour_it_is_a_new_matter(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.wait(minutes=70)
    town.says("李叔", LIFT)

    assert len(town.tickets()) == 2


@everywhere
def test_a_settled_matter_is_not_joined(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.tells("王师傅", "接单 1")
    town.tells("王师傅", "办结 1 已换主板")
    town.says("李叔", "3栋电梯又停了")

    assert len(town.tickets()) == 2


def test_the_worker_sees_the_count_and_not_a_second_ping(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.heard_by("王师傅")
    town.says("李叔", "3栋电梯又停了")

    assert town.heard_by("王师傅") == []
    assert "另有 1 户" in town.card_of("王师傅")


@everywhere
def test_two_owners_groups_are_one_compound(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.says("李叔", "3栋电梯又停了", in_chat=SECOND)

    assert len(town.tickets()) == 1
    assert town.ticket().voices == 1
    assert town.heard_in(SECOND) == []


@everywhere
def test_me_too_in_the_other_group_does_not_join_by_chance(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.says("李叔", "+1", in_chat=SECOND)

    assert town.ticket().voices == 0


def test_not_the_same_thing_is_one_tap_away(town: Town) -> None:
    town.says("张阿姨", LIFT)
    mine = town.says("李叔", "3栋电梯门夹人，坏了")
    assert town.ticket().voices == 1
    town.heard_in()

    toast = town.presses("李叔", "不是一回事", in_chat=OWNERS)

    assert "#2" in toast
    assert town.ticket(1).voices == 0
    assert town.ticket(2).reporter == town.account("李叔")
    assert len(town.heard_in()) == 1
    assert town.shown[-1].reply_to == mine or any(s.reply_to == mine for s in town.shown)
    town.edits("李叔", mine, "3栋电梯门夹人，坏了，很危险")
    assert "很危险" in town.ticket(2).text


def test_not_the_same_thing_is_for_those_who_joined(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.says("李叔", "3栋电梯又停了")

    for name in ("张阿姨", "赵姐", "王师傅"):
        assert "随同反映" in town.presses(name, "不是一回事", in_chat=OWNERS), name
    assert town.ticket().voices == 1


def test_pressing_it_twice_splits_once(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.says("李叔", "3栋电梯门夹人，坏了")
    town.says("赵姐", "3栋电梯又停了")

    town.presses("李叔", "不是一回事", in_chat=OWNERS)
    town.presses("李叔", "不是一回事", in_chat=OWNERS)

    assert len(town.tickets()) == 2
    assert town.ticket(1).voices == 1


@everywhere
def test_merged_tickets_bring_their_voices_and_take_them_back(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.says("李叔", "3栋楼道垃圾没人清理，臭死了")
    town.says("赵姐", "3栋楼道垃圾堆成山，没人清理")
    assert town.ticket(2).voices == 1

    town.tells("王主任", "/merge 1 2")
    assert town.ticket(2).state is State.MERGED
    assert town.ticket(2).merged_into == 1
    assert town.ticket(1).voices == 2

    town.says("钱大爷", "3栋电梯又停了")
    assert town.ticket(1).voices == 3

    town.tells("王主任", "/unmerge 2")
    assert town.ticket(1).voices == 1
    assert town.ticket(2).state is State.OPEN
    assert town.ticket(2).merged_into is None


@everywhere
def test_a_ticket_cannot_be_merged_with_itself_or_into_nothing(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.says("李叔", "3栋楼道垃圾没人清理，臭死了")
    town.tells("王主任", "/merge 1 1")
    town.tells("王主任", "/merge 1 99")
    assert town.ticket(1).state is State.OPEN

    town.tells("王主任", "/merge 1 2")
    town.tells("王主任", "/merge 2 1")
    assert town.ticket(1).state is State.OPEN
    assert town.ticket(2).state is State.MERGED


def test_merging_is_told_in_the_group_without_a_message(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.says("李叔", "3栋楼道垃圾没人清理，臭死了")
    town.heard_in()
    town.tells("王主任", "/merge 1 2")

    assert town.heard_in() == []
    assert any("与 #1 是同一件事" in text for text in town.stands_in())
