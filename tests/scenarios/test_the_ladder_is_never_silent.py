"""Promise: nobody on duty, a refused private message, nobody bound: the next one rings at once."""

from __future__ import annotations

from datetime import date

import pytest

from bot.domain.people import Area, Duty, Role
from bot.domain.tickets import State
from tests.town import OWNERS, PEOPLE, STAFF, Town, _area, everywhere

LIFT = "3栋电梯坏了，已经停了两天"


@everywhere
def test_not_accepted_in_time_the_next_role_is_told(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.wait(minutes=4)
    assert town.heard_by("丁经理") == []

    town.wait(minutes=2)

    assert len(town.heard_by("丁经理")) == 1
    assert "物业经理" in town.stands_in()[-1]
    # Where a card cannot be edited, one line says that somebody else is asked now.
    again = town.heard_by("王师傅")[1:]
    assert not any("接单" in text for text in again), "who did not answer is not pinged again"


@everywhere
def test_the_ladder_is_climbed_rung_by_rung_and_ends(town: Town) -> None:
    town.says("张阿姨", LIFT)
    heard: list[str] = []
    for minutes in (6, 10, 30, 60):
        town.wait(minutes=minutes)
        heard += [n for n in ("丁经理", "王主任", "冯书记") if town.heard_by(n)]

    assert list(dict.fromkeys(heard))[:3] == ["丁经理", "王主任", "冯书记"]
    assert town.diary().count("top") == 1


@everywhere
def test_accepted_and_on_site_in_time_nobody_else_is_told(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.presses("王师傅", "接单")
    town.wait(minutes=4)
    town.presses("王师傅", "到场")
    town.wait(hours=3)

    assert town.heard_by("丁经理") == []


def test_the_minutes_promised_on_the_card_are_those_that_are_kept() -> None:
    town = Town(promises={"accept_minutes": 10})
    town.says("张阿姨", LIFT)
    assert "12:10 前接单" in town.heard_by("王师傅")[0]

    town.wait(minutes=11)
    assert len(town.heard_by("丁经理")) == 1


def test_a_worker_who_has_not_bound_an_account_is_named_in_the_staff_group_and_the_next_is_rung() -> None:
    town = Town(unbound=("王师傅",))
    town.says("张阿姨", LIFT)

    (staff,) = town.heard_in(STAFF)
    assert "王师傅" in staff
    assert "张阿姨" not in staff
    assert len(town.heard_by("丁经理")) == 1


def test_a_worker_who_blocks_the_bot_between_filing_and_card_hands_it_on(town: Town) -> None:
    town.platform.refuses.add("王师傅")

    town.says("张阿姨", LIFT)

    assert len(town.heard_by("丁经理")) == 1
    staff = [s for s in town.shown if s.chat == STAFF]
    assert len(staff) == 1
    assert [m.name for m in staff[0].mentions] == ["王师傅"]
    assert "张阿姨" not in staff[0].text
    assert "丁经理" in town.stands_in(OWNERS)[-1]


def test_everybody_blocking_ends_in_the_staff_group() -> None:
    town = Town()
    for name in ("王师傅", "丁经理", "王主任", "谢委员", "冯书记"):
        town.platform.refuses.add(name)
    town.says("张阿姨", LIFT)

    assert len(town.heard_in(STAFF)) == 1
    assert "nobody" in town.diary()
    town.wait(hours=5)
    assert town.ticket().state is State.OPEN


def test_nobody_bound_at_all_ends_in_the_staff_group() -> None:
    town = Town(unbound=tuple(name for _, _, _, name in PEOPLE))
    town.says("张阿姨", LIFT)
    town.says("李叔", "5栋着火了，快来人")

    staff = town.heard_in(STAFF)
    assert any("#1" in text and "王师傅" in text for text in staff)
    assert any("#2" in text for text in staff)
    assert len(town.heard_in()) == 2


def test_an_empty_roster_loses_nothing() -> None:
    town = Town(duties=())
    town.says("张阿姨", LIFT)
    town.says("李叔", "5栋着火了，快来人")
    town.says("赵姐", "希望小区能装几个充电桩")

    assert len(town.tickets()) == 3
    assert len(town.heard_in(STAFF)) >= 2
    town.wait(hours=3)


def test_without_a_staff_group_the_next_rung_still_rings() -> None:
    town = Town(
        unbound=("王师傅",),
        groups={"owners": [{"platform": "console", "chat": OWNERS.chat}]},
    )
    town.says("张阿姨", LIFT)

    assert len(town.heard_by("丁经理")) == 1


def test_a_bound_account_that_never_pressed_start_counts_as_unreachable() -> None:
    town = Town(unbound=("王师傅",))
    town.bind("王师傅", started=False)
    town.says("张阿姨", LIFT)

    assert town.heard_by("王师傅") == []
    assert len(town.heard_by("丁经理")) == 1
    assert [m.name for s in town.shown if s.chat == STAFF for m in s.mentions] == ["王师傅"]


def test_somebody_whose_term_has_ended_is_not_asked() -> None:
    duties = (
        Duty("", Area(whole=True), Role.REPAIR, "王师傅", "", date(2026, 5, 11)),
        Duty("", Area(whole=True), Role.REPAIR, "赵师傅", ""),
        Duty("", Area(whole=True), Role.MANAGER, "丁经理", ""),
    )
    town = Town(duties=duties)
    town.says("张阿姨", LIFT)

    assert town.heard_by("王师傅") == []
    assert len(town.heard_by("赵师傅")) == 1


def test_a_small_area_comes_before_the_whole_compound() -> None:
    three = Area(buildings=frozenset({("3", None, None)}))
    duties = (
        Duty("", Area(whole=True), Role.REPAIR, "王师傅", ""),
        Duty("一网格", three, Role.REPAIR, "孙师傅", ""),
    )
    town = Town(duties=duties)
    town.says("张阿姨", LIFT)
    town.says("李叔", "5栋电梯坏了，已经停了两天")

    assert len(town.heard_by("孙师傅")) == 1
    assert len(town.heard_by("王师傅")) == 1


def test_who_accepted_and_then_blocks_keeps_it_and_the_committee_hears(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.presses("王师傅", "接单")
    town.platform.refuses.add("王师傅")
    town.says("李叔", "3栋电梯又停了")

    assert town.ticket().state is State.ACCEPTED
    assert town.ticket().assignee == "王师傅"
    assert any("王师傅" in text and "#1" in text for text in town.heard_by("王主任"))
    assert town.heard_by("丁经理") == []


@everywhere
def test_the_old_rung_s_lost_card_does_not_ring_the_present_one_again(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.wait(minutes=6)
    town.heard_by("丁经理")
    town.platform.refuses.add("王师傅")
    due = town.ticket().due_at
    town.says("李叔", "3栋电梯又停了")

    assert town.ticket().assignee == "丁经理"
    assert town.ticket().due_at == due
    assert town.heard_by("丁经理") == []


@pytest.mark.parametrize("name", ["王师傅", "老李"])
def test_somebody_of_the_staff_may_take_it_from_the_staff_group(name: str) -> None:
    town = Town(unbound=("王师傅",) if name != "王师傅" else ())
    if name == "王师傅":
        town.platform.refuses.add("王师傅")
    town.says("张阿姨", LIFT)

    town.presses(name, "接单", in_chat=STAFF)

    assert town.ticket().state is State.ACCEPTED
    assert town.ticket().assignee == name


def test_assigned_to_somebody_it_is_theirs(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.presses("王师傅", "转派")
    town.presses("王师傅", "网格员 老李")

    assert town.ticket().assignee == "老李"
    assert len(town.heard_by("老李")) == 1
    assert "网格员老李" in town.stands_in()[-1]
    town.wait(minutes=6)
    assert len(town.heard_by("丁经理")) == 1


def _without(*roles: Role) -> Town:
    return Town(
        duties=tuple(
            Duty(grid, _area(area), role, name, "") for grid, area, role, name in PEOPLE if role not in roles
        )
    )


def _told(town: Town, name: str, words: str) -> int:
    return sum(words in text for text in town.stands_in(town.private(name)))


def test_a_rung_that_nobody_holds_is_skipped_at_once_and_told_to_the_committee_once_an_episode() -> None:
    town = _without(Role.MANAGER)
    town.says("张阿姨", LIFT)
    assert "vacant" not in town.diary()
    town.wait(minutes=6)

    assert town.ticket().assignee == "王主任", "no minutes are lost on an empty rung"
    assert _told(town, "谢委员", "没有人担任：物业经理，已直接通知上一级") == 1
    assert _told(town, "王师傅", "没有人担任") == 0
    assert not any("没有人担任" in text for text in town.stands_in(OWNERS))
    town.wait(hours=5)
    assert town.diary().count("vacant") == 1
    town.tells("王主任", "/办结 1 已换主板")
    town.tells("王主任", "/重开 1")
    town.wait(hours=1)
    assert town.diary().count("vacant") == 2, "a new episode is told anew"


def test_what_is_late_on_site_passes_an_empty_rung_and_an_unreachable_one_aloud() -> None:
    town = _without(Role.MANAGER)
    town.says("张阿姨", LIFT)
    town.presses("王师傅", "接单")
    town.presses("王师傅", "到场")
    town.wait(hours=5)
    assert _told(town, "谢委员", "没有人担任：物业经理") == 1

    away = Town(unbound=("丁经理",))
    away.says("张阿姨", LIFT)
    away.presses("王师傅", "接单")
    away.presses("王师傅", "到场")
    away.wait(hours=5)
    assert _told(away, "谢委员", "联系不上：物业经理丁经理") == 1
    assert away.diary().count("unreachable") == 1


def test_a_top_that_nobody_holds_is_told_when_the_rung_below_rings_again() -> None:
    town = _without(Role.COMMUNITY)
    town.says("张阿姨", LIFT)
    town.wait(hours=4)

    assert "top" in town.diary()
    assert _told(town, "谢委员", "没有人担任：社区") == 1


def test_where_all_rungs_are_held_nothing_is_told(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.wait(hours=6)

    assert "vacant" not in town.diary()
    assert "unreachable" not in town.diary()
