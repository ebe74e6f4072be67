"""Stretches of characters: which they are, and that they are added up rightly."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.classify.characters import EVEN, SILENT, STEPS, Characters, packed, stretches, unpacked

_WEIGHTS = st.tuples(*[st.integers(-2000, 2000)] * 4)


def test_stretches_are_one_to_four_characters_long() -> None:
    assert sorted(stretches("停水了吗?")) == sorted(
        [
            "停",
            "水",
            "了",
            "吗",
            "?",
            "停水",
            "水了",
            "了吗",
            "吗?",
            "停水了",
            "水了吗",
            "了吗?",
            "停水了吗",
            "水了吗?",
        ]
    )


def test_where_somebody_lives_says_nothing() -> None:
    assert not any("栋" in stretch or "3" in stretch for stretch in stretches("3栋漏水"))


def test_a_line_break_is_a_space() -> None:
    assert stretches("好\n好") == stretches("好 好")


@given(st.lists(_WEIGHTS, max_size=400))
def test_four_sums_are_made_at_once(rows: list[tuple[int, ...]]) -> None:
    total = sum(map(packed, rows))
    assert unpacked(total) == tuple(map(sum, zip(*rows, strict=True))) if rows else (0, 0, 0, 0)


@given(
    st.text(max_size=60),
    st.dictionaries(st.text("停水了吗好 ", min_size=1, max_size=4), _WEIGHTS, max_size=30),
)
def test_a_text_says_what_its_stretches_say(text: str, known: dict[str, tuple[int, ...]]) -> None:
    text += "停水了吗"
    said = Characters({stretch: packed(row) for stretch, row in known.items()}).say(text)
    even = len(stretches(text)) ** -EVEN / STEPS
    times = Counter(stretches(text))
    for column in range(4):
        total = sum(times[stretch] * row[column] for stretch, row in known.items())
        assert said[column] == pytest.approx(total * even)


def test_what_is_told_adds_up_to_what_is_said() -> None:
    characters = Characters(
        {"停水": packed((0, 90, -20, 15)), "水": packed((5, 10, 0, -5)), "火": packed((300, 0, 0, 0))}
    )
    told = characters.told("停水停水了")
    assert [stretch for stretch, _ in told] == ["停水", "水"]
    assert tuple(map(sum, zip(*(said for _, said in told), strict=True))) == pytest.approx(
        characters.say("停水停水了")
    )


def test_an_empty_text_says_nothing() -> None:
    assert Characters({"水": packed((1, 1, 1, 1))}).say("") == SILENT
    assert Characters().say("水") == SILENT
