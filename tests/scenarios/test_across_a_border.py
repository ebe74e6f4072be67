"""Promise: what residents say on one messenger reaches nobody on another one, unless the committee has allowed it."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.messages import Account, Address
from tests.town import ABROAD, POOR, Town

LIFT = "3栋2单元502电梯坏了，我姓张，电话13900000000"
PERSONAL = ("张阿姨", "13900000000", "502", "我姓张")


def with_wang_abroad(**settings: Any) -> Town:
    """王师傅 is bound on the other messenger only."""
    town = Town(able=POOR, unbound=["王师傅"], **settings)
    account = Account(ABROAD, "77", "王师傅")
    with town.store() as store:
        store.people.bind("王师傅", account, "test", town.clock.now())
        store.people.remember(account, started_at=town.clock.now())
    return town


def heard(town: Town) -> list[str]:
    return [s.text for s in town.shown if s.chat.platform == ABROAD]


def tells(town: Town, text: str) -> None:
    town.says("王师傅", text, in_chat=Address(ABROAD, "77"), author=Account(ABROAD, "77", "王师傅"))


@pytest.fixture
def town() -> Town:
    """As it is without a word in the configuration."""
    return with_wang_abroad()


def test_the_card_comes_without_persons_words_and_room(town: Town) -> None:
    town.says("张阿姨", LIFT)
    (card,) = heard(town)
    assert "#1" in card
    assert "电梯 · 3栋" in card
    assert not [part for part in PERSONAL if part in card]
    assert "另一个软件" in card


def test_the_ladder_is_not_silent_for_it(town: Town) -> None:
    town.says("张阿姨", LIFT)
    assert town.ticket().assignee == "王师傅"
    tells(town, "接单 1")
    tells(town, "办结 1 已换主板")
    town.says("张阿姨", "已解决 5星")
    assert not town.ticket().going_on


def test_whatever_is_asked_for_there_stays_behind_too(town: Town) -> None:
    town.says("张阿姨", LIFT)
    tells(town, "接单 1")
    town.says("张阿姨", "就是3栋的那部电梯，我儿子13800000000也可以联系")
    for command in ("查单 1", "为什么 1", "工单 我的"):
        tells(town, command)
    everything = "\n".join(heard(town))
    assert "—— 经过 ——" in everything
    assert not [part for part in (*PERSONAL, "13800000000", "我儿子") if part in everything]


def test_the_morning_s_list_stays_without_words(town: Town) -> None:
    town.until(23, 30)
    town.says("张阿姨", LIFT)
    town.says("李叔", "5栋1单元301楼道灯坏了，黑得很")
    town.until(8, 30)
    (bundle,) = heard(town)
    assert "#1 电梯 · 3栋" in bundle
    assert not [part for part in (*PERSONAL, "301", "黑得很") if part in bundle]


def test_who_is_where_it_was_said_reads_everything(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.wait(minutes=6)
    (card,) = [text for text in town.heard_by("丁经理") if "#1" in text][:1]
    assert "13900000000" in card


def test_what_the_committee_dictates_belongs_where_the_owners_are(town: Town) -> None:
    town.tells("王主任", "/new 3栋2单元502 陈奶奶 13900000000 电梯坏了")
    (card,) = heard(town)
    assert "13900000000" not in card
    assert "陈奶奶" not in card


@pytest.mark.parametrize("home_first", [True, False])
def test_a_worker_who_is_on_both_is_asked_where_it_was_said(home_first: bool) -> None:
    town = with_wang_abroad()
    town.bind("王师傅")
    if home_first:
        with town.store() as store:
            store.people.bind("王师傅", Account(ABROAD, "77", "王师傅"), "test", town.clock.now())
    town.says("张阿姨", LIFT)
    assert heard(town) == []
    assert "13900000000" in town.heard_by("王师傅")[-1]


def test_where_the_committee_allows_it_everything_goes() -> None:
    town = with_wang_abroad(privacy={"cross_border": True})
    town.says("张阿姨", LIFT)
    (card,) = heard(town)
    for part in ("张阿姨", "13900000000"):
        assert part in card
