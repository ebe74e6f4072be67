"""Promise: nobody is read without having been told, and anybody can opt out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.messages import Account, Standing
from bot.platforms.console import Act
from tests.town import OWNERS, SECOND, STAFF, Town

_HOUR = timedelta(hours=1)
LIFT = "3栋电梯坏了，已经停了两天"


def test_the_first_words_say_who_reads_what_and_are_pinned() -> None:
    town = Town(start=False)
    town.standing(OWNERS, Standing.MEMBER)

    (words,) = town.heard_in()
    for part in ("邻里", "春晖苑", "业委会", "别记我", "王主任", "0453-0000000", "119", "10分钟"):
        assert part in words, part
    assert [s.act for s in town.shown if s.chat == OWNERS] == [Act.SAY, Act.PIN]


def test_before_the_first_words_nothing_is_read() -> None:
    town = Town(start=False)
    town.says("张阿姨", LIFT)

    assert town.tickets() == ()
    assert len(town.heard_in()) == 1
    town.says("张阿姨", LIFT)
    assert len(town.tickets()) == 1


def test_the_first_words_are_said_once_in_each_group() -> None:
    town = Town(start=False)
    for _ in range(3):
        town.standing(OWNERS, Standing.MEMBER)
        town.says("张阿姨", "大家早上好")
        town.says("李叔", "大家早上好", in_chat=SECOND)

    assert len(town.heard_in(OWNERS)) == 1
    assert len(town.heard_in(SECOND)) == 1
    assert town.heard_in(STAFF) == []


def test_thrown_out_and_invited_again_it_says_them_again(town: Town) -> None:
    town.standing(OWNERS, Standing.GONE)
    town.wait(minutes=1)
    town.standing(OWNERS, Standing.MEMBER)

    assert len(town.heard_in()) == 1


@pytest.mark.parametrize("text", ["别记我", "别记我。", "别记我！", "请别记我", "不要记我"])
def test_who_does_not_want_to_be_recorded_is_not(town: Town, text: str) -> None:
    town.says("张阿姨", text)
    assert "好的" in town.heard_in()[0]

    town.says("张阿姨", LIFT)
    town.says("张阿姨", "大家早上好")
    town.says("张阿姨", "3栋")

    assert town.tickets() == ()
    with town.store() as store:
        assert store.memory.recent(OWNERS, town.account("张阿姨"), town.clock.now() - _HOUR) == ()


def test_they_are_answered_once_with_a_phone_number(town: Town) -> None:
    town.says("张阿姨", "别记我")
    town.heard_in()
    for _ in range(4):
        town.says("张阿姨", LIFT)
        town.wait(minutes=5)

    (answer,) = town.heard_in()
    assert "0453-0000000" in answer


def test_their_chatter_is_met_with_silence(town: Town) -> None:
    town.says("张阿姨", "别记我")
    town.heard_in()
    town.says("张阿姨", "大家早上好")

    assert town.heard_in() == []


def test_it_holds_in_every_group_and_in_private(town: Town) -> None:
    town.says("张阿姨", "别记我")
    town.says("张阿姨", LIFT, in_chat=SECOND)
    town.tells("张阿姨", LIFT)

    assert town.tickets() == ()


def test_what_was_said_before_is_forgotten_at_once(town: Town) -> None:
    town.says("张阿姨", "3栋")
    town.says("张阿姨", "别记我")

    with town.store() as store:
        assert store.memory.recent(OWNERS, town.account("张阿姨"), town.clock.now() - _HOUR) == ()


def test_they_can_come_back(town: Town) -> None:
    town.says("张阿姨", "别记我")
    town.says("张阿姨", "可以记我")
    town.says("张阿姨", LIFT)

    assert len(town.tickets()) == 1


def test_others_are_not_affected(town: Town) -> None:
    town.says("张阿姨", "别记我")
    town.says("李叔", LIFT)

    assert len(town.tickets()) == 1


def test_a_namesake_is_not_affected(town: Town) -> None:
    town.says("张阿姨", "别记我")
    town.says("张阿姨", LIFT, author=Account("console", "another", "张阿姨"))

    assert len(town.tickets()) == 1


@pytest.mark.parametrize("text", ["别记我", "/privacy 别记我", "/privacy 删除我"])
def test_one_anonymous_admin_cannot_opt_all_of_them_out(town: Town, text: str) -> None:
    group_bot = Account("console", "1087968824", "Group")
    town.says("", text, author=group_bot, anonymous=True)
    town.says("", LIFT, author=group_bot, anonymous=True)

    assert len(town.tickets()) == 1


def test_ignored_by_the_committee_is_not_filed_but_danger_is(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.tells("王主任", "/ignore 1 24小时")
    town.says("张阿姨", "5栋电梯坏了，已经停了两天")
    assert len(town.tickets()) == 1

    town.says("张阿姨", "5栋着火了，快来人")
    assert len(town.tickets()) == 2
