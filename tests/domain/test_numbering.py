"""Buildings as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.numbering import BadSpan, building, buildings, fold, number, phase, plain


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3),
        ("012", 12),
        ("三", 3),
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("二十三", 23),
        ("廿一", 21),
        ("两", 2),
        ("一〇二", 102),
        ("一百零八", 108),
        ("一百二十", 120),
        ("", None),
        ("三栋", None),
        ("3a", None),
    ],
)
def test_numerals_are_read(text: str, value: int | None) -> None:
    assert number(text) == value


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("3", "3"),
        ("３栋", "3"),
        ("三号楼", "3"),
        ("07幢", "7"),
        ("45甲", "45甲"),
        ("d3座", "D3"),
        ("A座", "A"),
        ("7b", "7B"),
        ("3#", "3"),
        ("十二 栋", "12"),
        ("1-5", None),
        ("东门", None),
        ("", None),
        ("3栋1单元", None),
    ],
)
def test_a_building_has_one_name(text: str, name: str | None) -> None:
    assert building(text) == name


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("1-4", ("1", "2", "3", "4")),
        ("１～３栋", ("1", "2", "3")),
        ("一至三号楼", ("1", "2", "3")),
        ("1栋—3栋", ("1", "2", "3")),
        ("D1-D3", ("D1", "D2", "D3")),
        ("d1 - 3", ("D1", "D2", "D3")),
        ("A-C座", ("A", "B", "C")),
        ("45甲-45丙", ("45甲", "45乙", "45丙")),
        ("9A-9C", ("9A", "9B", "9C")),
        ("5-5", ("5",)),
        ("45甲", ("45甲",)),
    ],
)
def test_ranges_are_written_out(text: str, names: tuple[str, ...]) -> None:
    assert buildings(text) == names


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("5-1", "backwards"),
        ("C-A", "backwards"),
        ("9C-9A", "backwards"),
        ("1-D3", "mixed"),
        ("1-A", "mixed"),
        ("1甲-2乙", "mixed"),
        ("1甲-1C", "mixed"),
        ("1-1甲", "mixed"),
        ("1-9999", "too_long"),
        ("东门", "unreadable"),
        ("1-2-3", "unreadable"),
        ("12345", "unreadable"),
        ("", "unreadable"),
    ],
)
def test_what_is_no_range_says_why(text: str, kind: str) -> None:
    with pytest.raises(BadSpan) as caught:
        buildings(text)
    assert caught.value.kind == kind


@pytest.mark.parametrize(
    ("text", "name"), [("二期", "2"), ("2期", "2"), ("十", "10"), ("东区", None), ("〇期", None)]
)
def test_phases_are_numbers(text: str, name: str | None) -> None:
    assert phase(text) == name


@given(st.integers(1, 300), st.integers(0, 200), st.sampled_from(["", "D", "AB"]))
def test_a_range_folds_back_into_itself(first: int, more: int, prefix: str) -> None:
    names = tuple(f"{prefix}{n}" for n in range(first, first + more + 1))
    assert tuple(name for part in fold(names).split("、") for name in buildings(part)) == names


@given(st.text(st.sampled_from("0123456789一二十百廿两零ABd甲乙-~至栋号楼#座 期")))
def test_whatever_is_written_is_read_or_refused(text: str) -> None:
    try:
        names = buildings(text)
    except BadSpan:
        return
    assert names
    assert len(set(names)) == len(names)
    assert all(building(name) == name for name in names)


@given(st.text())
def test_making_plain_twice_changes_nothing_more(text: str) -> None:
    assert plain(plain(text)) == plain(text)
