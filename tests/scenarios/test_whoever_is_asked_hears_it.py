"""Promise: a card that is edited makes no sound, so whoever is asked once more gets it anew, and only they."""

from __future__ import annotations

from dataclasses import replace

from tests.town import Town

LIFT = "3栋电梯坏了，已经停了两天"
CARD = "#1 重要投诉"


def _cards(town: Town, name: str) -> int:
    return len([text for text in town.heard_by(name) if CARD in text])


def _quiet(town: Town) -> None:
    for name in ("王师傅", "丁经理", "王主任", "周姐"):
        town.heard_by(name)


def test_who_gave_it_away_is_rung_when_it_climbs_back_to_them(town: Town) -> None:
    town.says("秀英", LIFT)
    town.tells("王主任", "/派单 1 丁经理")
    town.tells("丁经理", "/派单 1 王师傅")
    _quiet(town)
    town.wait(minutes=6)

    assert town.ticket().assignee == "丁经理"
    assert _cards(town, "丁经理") == 1
    assert town.heard_by("王师傅") == []


def test_who_is_at_work_is_late_and_the_next_rung_hears_it_though_they_know_the_card() -> None:
    town = Town()
    town.says("秀英", "3栋楼道堆满杂物没人管")
    town.tells("王主任", "/派单 1 丁经理")
    town.tells("丁经理", "/派单 1 老李")
    town.presses("老李", "接单")
    town.presses("老李", "到场")
    _quiet(town)
    town.wait(minutes=31)

    assert any("#1" in text for text in town.heard_by("丁经理"))
    assert town.ticket().assignee == "老李"


def test_a_first_ring_is_one_message(town: Town) -> None:
    town.says("秀英", LIFT)
    town.wait(minutes=6)

    assert _cards(town, "王师傅") == 1
    assert _cards(town, "丁经理") == 1


def test_a_team_s_member_is_unbound_and_whoever_is_asked_then_hears_it() -> None:
    town = Town()
    duties = tuple(
        replace(d, teams=("邻里守护队",)) if d.name in ("周姐", "吴阿姨") else d for d in town.roster.duties
    )
    town = Town(duties=duties)
    town.says("秀英", LIFT)
    town.tells("王主任", "/派单 1 邻里守护队")
    town.presses("周姐", "接单")
    _quiet(town)
    town.tells("王主任", "/unbind 周姐")
    town.presses("王主任", "确认")

    assert town.ticket().assignee == "王师傅"
    assert _cards(town, "王师傅") == 1


def test_the_roster_loses_the_holder_and_whoever_had_it_before_hears_it() -> None:
    town = Town()
    town.says("秀英", LIFT)
    town.tells("王主任", "/派单 1 老李")
    town.presses("老李", "接单")
    _quiet(town)
    left = tuple(d for d in town.roster.duties if d.name != "老李")
    town.next_files = replace(town.files, roster=replace(town.roster, duties=left))
    town.tells("王主任", "/reload")
    town.wait(minutes=2)

    assert town.ticket().assignee == "王师傅"
    assert _cards(town, "王师傅") == 1
