"""People who block the bot, groups that mute it, move, or are none of ours: nobody is left waiting in silence."""

from __future__ import annotations

from tests.live.compound import Compound
from tests.live.conftest import AUNT, UNCLE, Run
from tests.live.process import until

LIFT = "{at}电梯坏了没人管，停在一楼好几天了"


def test_a_worker_who_has_blocked_the_bot_is_passed_over_at_once(compound: Compound, run: Run) -> None:
    run().ready()
    compound.server.do("block", person=compound.people["王师傅"])
    compound.says(AUNT, LIFT.format(at="1栋"))
    compound.shows(-2001, "#1")
    compound.shows(compound.people["丁经理"], "#1")
    assert not compound.texts(compound.people["王师傅"])


def test_a_worker_who_is_found_to_be_unreachable_is_passed_over_when_it_shows(
    compound: Compound, run: Run
) -> None:
    """Nobody told the bot: the refused card does."""
    run().ready()
    compound.server.do("deactivate", person=compound.people["王师傅"])
    compound.says(AUNT, LIFT.format(at="1栋"))
    compound.shows(compound.people["丁经理"], "#1")
    compound.shows(compound.owners[0], "物业经理丁经理")


def test_what_a_muted_group_has_missed_it_hears_once_it_may(compound: Compound, run: Run) -> None:
    do, group = compound.server.do, compound.owners[0]
    run().ready()
    compound.shows(group, "大家好，我是邻里")
    do("bot_becomes", chat=group, status="restricted")
    first = compound.says(AUNT, LIFT.format(at="1栋"))
    compound.shows(compound.people["王师傅"], "#1")
    compound.shows(compound.people["周老师"], "发不出消息")
    do("bot_becomes", chat=group, status="member")
    card = compound.shows(group, "#1 电梯·1栋")
    assert card["reply_to_message"]["message_id"] == first
    until(compound.quiet, "everything said")


def test_a_group_that_becomes_a_supergroup_is_followed_with_all_that_waits(
    compound: Compound, run: Run
) -> None:
    do, group, new = compound.server.do, compound.owners[0], -1_009_000
    run().ready()
    compound.shows(group, "大家好，我是邻里")
    compound.says(AUNT, LIFT.format(at="1栋"))
    compound.shows(group, "#1 电梯·1栋")
    do("migrate", old=group, new=new)
    compound.says(UNCLE, LIFT.format(at="5栋"), new)
    compound.shows(new, "#2 电梯·5栋")
    compound.press(compound.people["王师傅"], compound.shows(compound.people["王师傅"], "#1"), "接单")
    compound.shows(new, "#1 电梯·1栋 物业维修王师傅已接单")
    until(compound.quiet, "everything said")
    assert compound.rows("select origin_chat from tickets where origin_chat != '-1009000'") == []


def test_a_group_that_is_none_of_ours_is_left_even_where_the_bot_may_not_say_so(
    compound: Compound, run: Run
) -> None:
    do = compound.server.do
    run().ready()
    do("group", number=-777, title="别的群", bot="left")
    do("bot_becomes", chat=-777, status="restricted", by=AUNT)
    until(lambda: do("called", method="leaveChat"), "left")
    until(compound.quiet, "everything said")
    assert len([call for call in do("called", method="sendMessage") if call["chat_id"] == -777]) <= 2
