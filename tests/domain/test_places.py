"""Where something is."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.places import NOWHERE, Place

words = st.text(min_size=1, max_size=8)
maybe = st.none() | words
places = st.builds(
    Place,
    phase=maybe,
    buildings=st.lists(words, max_size=3, unique=True).map(tuple),
    unit=maybe,
    floor=maybe,
    room=maybe,
    spots=st.lists(words, max_size=2, unique=True).map(tuple),
)


@pytest.mark.parametrize(
    ("place", "public", "full"),
    [
        (Place(), "", ""),
        (Place(buildings=("3",)), "3栋", "3栋"),
        (Place(buildings=("3",), unit="2", room="501"), "3栋", "3栋2单元501室"),
        (Place(buildings=("3",), unit="2", floor="5"), "3栋", "3栋2单元5层"),
        (Place("2", ("5", "6")), "二期5、6栋", "二期5、6栋"),
        (Place("B区", ("5",)), "B区5栋", "B区5栋"),
        (Place(spots=("地下车库",)), "地下车库", "地下车库"),
        (Place(buildings=("45甲",), room="301", spots=("东门",)), "45甲栋·东门", "45甲栋301室·东门"),
    ],
)
def test_everybody_may_read_the_building_and_those_who_go_there_the_rest(
    place: Place, public: str, full: str
) -> None:
    assert place.public() == public
    assert place.full() == full


@given(places)
def test_a_place_survives_the_database(place: Place) -> None:
    assert Place.from_json(json.loads(json.dumps(place.to_json()))) == place


@given(
    st.dictionaries(
        st.sampled_from(["phase", "buildings", "unit", "attic"]), st.none() | words | st.integers()
    )
)
def test_what_an_older_or_newer_linli_wrote_is_read_as_far_as_possible(values: dict[str, object]) -> None:
    place = Place.from_json(values)

    assert Place.from_json(place.to_json()) == place


@given(places)
def test_nothing_completes_nothing_and_itself(place: Place) -> None:
    assert place.over(NOWHERE) == place
    assert NOWHERE.over(place) == place
    assert place.over(place) == place


@given(places, places)
def test_completing_never_loses_what_was_said(place: Place, other: Place) -> None:
    whole = place.over(other)

    assert whole.known == (place.known or other.known)
    for part in ("phase", "buildings", "unit", "floor", "room", "spots"):
        assert not getattr(place, part) or getattr(whole, part) == getattr(place, part)


def test_a_unit_and_a_room_do_not_move_to_another_building() -> None:
    assert Place(buildings=("5",)).over(Place(buildings=("3",), unit="2", room="501")) == Place(
        buildings=("5",)
    )
    assert Place(unit="1").over(Place(buildings=("3",), room="501")) == Place(
        buildings=("3",), unit="1", room="501"
    )


@given(places)
def test_every_place_lies_in_itself_and_anywhere(place: Place) -> None:
    assert place.contains(place)
    assert NOWHERE.contains(place)


@given(words, words)
def test_another_building_does_not_lie_in_this_one(one: str, other: str) -> None:
    assert Place(buildings=(one,)).contains(Place(buildings=(other,))) is (one == other)


@given(places)
def test_unit_floor_and_room_are_never_public(place: Place) -> None:
    bare = Place(place.phase, place.buildings, spots=place.spots)

    assert place.public() == bare.public()
