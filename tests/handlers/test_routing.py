"""Who is responsible, and who comes after."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.domain.people import Area, Duty, Role
from bot.domain.places import NOWHERE, Place
from bot.domain.verdicts import Kind
from handlers.context import Context
from handlers.routing import Rung, grid_of, ladder
from tests.town import PEOPLE, Town

THREE, FIVE = Place(buildings=("3",)), Place(buildings=("5",))


def _ladder(
    town: Town, topic: str, place: Place, kind: Kind = Kind.COMPLAINT
) -> list[tuple[str, tuple[str, ...]]]:
    with town.store() as store:
        return [(rung.role.value, rung.people) for rung in ladder(town.context(store), kind, topic, place)]


def _asked(town: Town, question: Callable[[Context], object]) -> object:
    with town.store() as store:
        return question(town.context(store))


def test_the_grid_worker_of_the_building_for_what_is_the_grid_s(town: Town) -> None:
    topics = town.files.rulebook.topics
    topic = next(name for name, t in topics.items() if t.role is Role.GRID_WORKER)

    assert _ladder(town, topic, THREE)[0] == ("网格员", ("老李",))
    assert _ladder(town, topic, FIVE)[0] == ("网格员", ("小陈",))


def test_the_ladder_above_is_the_same_for_all(town: Town) -> None:
    for topic in town.files.rulebook.topics:
        rungs = [role for role, _ in _ladder(town, topic, THREE)]
        assert rungs[-3:] == ["物业经理", "业委会", "社区"]
        assert len(set(rungs)) == len(rungs)


def test_without_a_place_the_dispatcher_is_asked_first(town: Town) -> None:
    for topic in town.files.rulebook.topics:
        assert _ladder(town, topic, NOWHERE)[0][0] == town.config.routing.dispatcher.value


def test_a_wish_begins_with_the_committee(town: Town) -> None:
    assert _ladder(town, "充电桩", FIVE, Kind.WISH) == [
        ("业委会", ("王主任", "谢委员")),
        ("社区", ("冯书记",)),
    ]


def test_where_nobody_has_the_role_the_grid_worker_stands_in() -> None:
    duties = (
        Duty("一网格", Area(buildings=frozenset({("3", None, None)})), Role.GRID_WORKER, "老李", ""),
        Duty("", Area(whole=True), Role.MANAGER, "丁经理", ""),
    )
    town = Town(duties=duties)

    assert _ladder(town, "电梯", THREE) == [("网格员", ("老李",)), ("物业经理", ("丁经理",))]
    assert _ladder(town, "电梯", FIVE) == [("物业经理", ("丁经理",))]


def test_an_empty_roster_has_no_rungs() -> None:
    assert _ladder(Town(duties=()), "电梯", THREE) == []


def test_units_may_have_their_own_people() -> None:
    def unit(number: str) -> Area:
        return Area(buildings=frozenset({("3", None, number)}))

    duties = (
        Duty("一网格", unit("1"), Role.GRID_WORKER, "老李", ""),
        Duty("二网格", unit("2"), Role.GRID_WORKER, "小陈", ""),
    )
    town = Town(duties=duties)
    topic = next(name for name, t in town.files.rulebook.topics.items() if t.role is Role.GRID_WORKER)

    assert _ladder(town, topic, Place(buildings=("3",), unit="2"))[0] == ("网格员", ("小陈",))
    assert _ladder(town, topic, THREE)[0] == ("网格员", ("老李", "小陈"))
    assert _asked(town, lambda c: grid_of(c, THREE)) is None
    assert _asked(town, lambda c: grid_of(c, Place(buildings=("3",), unit="1"))) == "一网格"


@pytest.mark.parametrize(
    "place", [THREE, FIVE, NOWHERE, Place(spots=("地下车库",)), Place(buildings=("3", "5"))]
)
def test_every_topic_leads_to_somebody(town: Town, place: Place) -> None:
    names = {name for _, _, _, name in PEOPLE}
    for topic in town.files.rulebook.topics:
        rungs = _ladder(town, topic, place)
        assert rungs
        assert all(people and set(people) <= names for _, people in rungs)


def test_a_rung_is_a_value() -> None:
    assert Rung(Role.MANAGER, ("丁经理",)) == Rung(Role.MANAGER, ("丁经理",))
