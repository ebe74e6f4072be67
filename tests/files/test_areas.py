"""Parts of the compound as rosters name them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.people import Area
from bot.domain.places import Place
from bot.files.areas import BadArea, described, overlap, parse_area
from bot.files.config import Compound
from bot.texts import load_texts


def compound(**changes: object) -> Compound:
    return Compound.model_validate(
        {
            "name": "春晖苑",
            # No 4 and no 14, as in many compounds.
            "buildings": ["1-3", "5-12", "12甲", "D1-D3"],
            "spots": ["地下车库", "东门", "小东门", "3号门", "水景和花园"],
            "phone": "1",
            "run_by": "业委会",
            "contact": "周老师",
            **changes,
        }
    )


def phased() -> Compound:
    return compound(buildings=[], phases={"一期": ["1-8"], "二期": ["1-6", "9"]})


def area(*entries: str, spots: tuple[str, ...] = ()) -> Area:
    """ "3" is building 3, "3/1" its unit 1, "2:3" building 3 of phase 2."""
    found = set()
    for entry in entries:
        phase, _, rest = entry.rpartition(":")
        name, _, unit = rest.partition("/")
        found.add((name, phase or None, unit or None))
    return Area(buildings=frozenset(found), spots=frozenset(spots))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("1-3", area("1", "2", "3")),
        ("１－３栋", area("1", "2", "3")),
        ("一至三号楼", area("1", "2", "3")),
        ("1栋~3栋", area("1", "2", "3")),
        ("1 - 3 栋", area("1", "2", "3")),
        ("3-6", area("3", "5", "6")),
        ("1-2、7栋", area("1", "2", "7")),
        ("1，2；7#", area("1", "2", "7")),
        ("1 2 7", area("1", "2", "7")),
        ("1栋和2栋", area("1", "2")),
        ("12甲、D1-D2", area("12甲", "D1", "D2")),
        ("d1", area("D1")),
        ("3栋1-2单元", area("3/1", "3/2")),
        ("3栋1单元、2单元", area("3/1", "3/2")),
        ("3栋1、2单元", area("3/1", "3/2")),
        ("3栋 1单元", area("3/1")),
        ("三栋一单元", area("3/1")),
        ("3栋1单元、5栋", area("3/1", "5")),
        ("2-3栋1单元", area("2/1", "3/1")),
        ("地下车库", area(spots=("地下车库",))),
        ("小东门", area(spots=("小东门",))),
        ("东门、3号门", area(spots=("东门", "3号门"))),
        ("水景和花园和东门", area(spots=("水景和花园", "东门"))),
        ("1-2栋、地下车库", area("1", "2", spots=("地下车库",))),
        ("全部", Area(whole=True)),
        ("全小区", Area(whole=True)),
        ("1栋、全部", Area(whole=True)),
    ],
)
def test_areas_are_read(text: str, meant: Area) -> None:
    assert parse_area(text, compound()) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("二期1-2栋", area("2:1", "2:2")),
        ("2期1-2栋、6栋", area("2:1", "2:2", "2:6")),
        ("一期1栋、二期1栋", area("1:1", "2:1")),
        ("二期1栋2单元", area("2:1/2")),
        ("二期", area(*(f"2:{n}" for n in (1, 2, 3, 4, 5, 6, 9)))),
        ("二期全部楼栋", area(*(f"2:{n}" for n in (1, 2, 3, 4, 5, 6, 9)))),
        ("7-8栋", area("1:7", "1:8")),
        ("9栋", area("2:9")),
    ],
)
def test_phases_hold_for_what_follows(text: str, meant: Area) -> None:
    assert parse_area(text, phased()) == meant


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("15栋", "no_building"), ("3-15", "no_building"), ("4", "no_building"), ("8-5", "span_backwards"),
        ("1-D3", "span_mixed"), ("一号岗亭", "unknown"), ("地下车", "unknown_near"), ("2单元", "unit_alone"),
        ("3栋2-1单元", "bad_units"), ("3栋0单元", "bad_units"), ("二期1栋", "no_phases"), ("", "empty"),
        ("、", "empty"), ("1月5日", "date"), ("2026-01-05", "date"), ("5-Jan", "date"), ("12345", "unknown"),
        ("3栋201", "unknown"),
    ],
)  # fmt: skip
def test_what_is_no_part_of_the_compound_says_why(text: str, kind: str) -> None:
    with pytest.raises(BadArea) as caught:
        parse_area(text, compound())
    assert caught.value.kind == kind
    texts = load_texts()
    assert texts(f"area.{kind}.what", **caught.value.values)
    assert texts(f"area.{kind}.remedy", **caught.value.values)


@pytest.mark.parametrize(
    ("text", "kind"), [("1栋", "which_phase"), ("三期1栋", "unknown_phase"), ("二期8栋", "not_in_phase")]
)
def test_a_number_that_comes_twice_needs_its_phase(text: str, kind: str) -> None:
    with pytest.raises(BadArea) as caught:
        parse_area(text, phased())
    assert caught.value.kind == kind
    assert load_texts()(f"area.{kind}.remedy", **caught.value.values)


def test_an_area_covers_its_places() -> None:
    part = parse_area("3栋1-2单元、地下车库", compound())
    assert part.covers(Place(buildings=("3",), unit="2"))
    assert part.covers(Place(buildings=("3",)))
    assert not part.covers(Place(buildings=("3",), unit="3"))
    assert part.covers(Place(spots=("地下车库",)))
    assert not part.covers(Place(buildings=("1",)))


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        ("1-3", "3-5", "3栋"),
        ("1-3", "5-6", ""),
        ("3栋1单元", "3栋2单元", ""),
        ("3栋1-2单元", "3栋2-3单元", "3栋2单元"),
        ("3栋", "3栋2单元", "3栋2单元"),
        ("1栋、东门", "2栋、东门", "东门"),
        ("全部", "1-3", "1-3栋"),
        ("全部", "全部", "全部"),
    ],
)
def test_overlaps_are_named(one: str, other: str, both: str) -> None:
    places = compound()
    assert overlap(parse_area(one, places), parse_area(other, places)) == both
    assert overlap(parse_area(other, places), parse_area(one, places)) == both


ENTRIES = st.sets(
    st.tuples(
        st.sampled_from(phased().phases["2"]), st.just("2"), st.none() | st.sampled_from(["1", "2", "11"])
    ),
    min_size=1,
)


@given(ENTRIES)
def test_a_description_is_read_back(entries: set[tuple[str, str | None, str | None]]) -> None:
    whole = {name for name, _, unit in entries if unit is None}
    entries = {(name, phase, unit) for name, phase, unit in entries if unit is None or name not in whole}
    assert parse_area(described(entries), phased()).buildings == entries


@given(st.text(st.sampled_from("0123456789一二三十栋号楼单元期-~至、, 和全部地下车库东门甲D#")))
def test_whatever_is_written_is_read_or_refused(text: str) -> None:
    for places in (compound(), phased()):
        try:
            found = parse_area(text, places)
        except BadArea as bad:
            assert load_texts()(f"area.{bad.kind}.what", **bad.values)
            continue
        assert found.whole or found.buildings or found.spots
        assert {name for name, _, _ in found.buildings} <= set(places.every_building)
        assert found.spots <= set(places.spots)


def test_every_kind_of_problem_has_its_words() -> None:
    code = (Path(__file__).parents[2] / "bot" / "files" / "areas.py").read_text(encoding="utf-8")
    kinds = set(re.findall(r'BadArea\("(\w+)"', code))
    texts = load_texts()
    assert len(kinds) > 8
    assert not {
        kind for kind in kinds if f"area.{kind}.what" not in texts or f"area.{kind}.remedy" not in texts
    }
