"""A report others have joined outlives its reporter's change of mind; a silenced group is tried again."""

from __future__ import annotations

from bot.domain.messages import Standing
from bot.domain.tickets import State
from tests.town import OWNERS, Town


def test_a_reporter_who_takes_it_back_leaves_the_matter_to_those_who_joined(town: Town) -> None:
    town.says("张阿姨", "3栋停水了，一滴都没有")
    town.says("赵姐", "我家也是")
    town.says("小刘", "+1")
    town.says("张阿姨", "撤回 1")
    ticket = town.ticket()
    assert ticket.state is State.OPEN
    assert ticket.reporter == town.account("赵姐")
    assert ticket.voices == 1


def test_the_next_of_them_confirms_in_the_reporters_place(town: Town) -> None:
    town.says("张阿姨", "3栋停水了，一滴都没有")
    town.says("赵姐", "我家也是")
    town.says("张阿姨", "撤回 1")
    town.tells("王师傅", "办结 1 换了阀门")
    town.presses("赵姐", "已解决", in_chat=OWNERS)
    assert town.ticket().state is State.CLOSED


def test_a_report_nobody_joined_is_withdrawn_whole(town: Town) -> None:
    town.says("张阿姨", "3栋停水了，一滴都没有")
    town.says("张阿姨", "撤回 1")
    assert town.ticket().state is State.WITHDRAWN


def test_while_listening_an_emergency_still_hears_whom_to_call_and_nothing_else() -> None:
    town = Town(mode="listen")
    town.says("老魏", "有人被困在3栋电梯里了")
    (said,) = town.heard_in()
    assert "119" in said
    assert "#1" not in said
    assert town.heard_by("王师傅") == []


def test_a_group_that_was_silenced_is_tried_again_within_the_hour(town: Town) -> None:
    town.platform.refuses.add(OWNERS.chat)
    town.says("张阿姨", "3栋电梯坏了，已经停了两天")
    with town.store() as store:
        group = store.compound.group(OWNERS)
        assert group is not None
        assert group.standing is Standing.MUTED
    town.platform.refuses.clear()
    town.wait(minutes=61)
    assert any("#1 电梯·3栋" in text for text in town.stands_in())


def test_a_group_that_stays_silent_is_told_to_the_committee_once_a_day(town: Town) -> None:
    town.platform.refuses.add(OWNERS.chat)
    town.says("张阿姨", "3栋电梯坏了，已经停了两天")
    town.wait(hours=5)
    told = [text for text in town.heard_by("王主任") if "发不出消息" in text]
    assert len(told) == 1
