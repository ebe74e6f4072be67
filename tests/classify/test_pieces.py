"""Pieces of text know the words that no group has, and never where somebody lives."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.classify.pieces import pieces


def test_only_characters_that_follow_each_other_are_a_pair() -> None:
    assert pieces("漏 电，漏") == {"漏", "电"}
    assert pieces("漏电") == {"漏", "电", "漏电"}


def test_where_somebody_lives_says_nothing_of_what_has_happened_there() -> None:
    assert pieces("3栋2单元漏电") == pieces("三栋二单元漏电") == pieces("5号楼漏电") == pieces("漏电")


@given(st.text(max_size=500))
def test_pieces_are_chinese_and_bounded(text: str) -> None:
    found = pieces(text)
    assert len(found) <= 200
    assert all(1 <= len(piece) <= 2 and "\u4e00" <= min(piece) <= max(piece) <= "\u9fff" for piece in found)
