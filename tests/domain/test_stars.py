"""Stars are understood as people write them, and nothing else is taken for stars."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.stars import stars_in


@pytest.mark.parametrize(
    ("text", "stars"),
    [
        ("5星", 5),
        ("５星", 5),
        ("五星好评", 5),
        ("五星好评！👍", 5),
        ("★★★★", 4),
        ("★★★★☆", 4),
        ("⭐️⭐️⭐️⭐️⭐️", 5),
        ("⭐⭐ ", 2),
        ("给5星", 5),
        ("我给师傅打五颗星", 5),
        ("4颗星，师傅辛苦了", 4),
        ("三星吧", None),
        ("1星", 1),
        ("两颗星", 2),
        ("★★★★★ 很及时，谢谢师傅", 5),
        ("五星级", 5),
    ],
)
def test_stars_are_understood_wherever_they_are_said(text: str, stars: int | None) -> None:
    assert stars_in(text, asked=False) == stars


@pytest.mark.parametrize(
    ("text", "stars"),
    [
        ("5", 5),
        ("４分", 4),
        ("满意", 4),
        ("非常满意！", 5),
        ("不满意", 2),
        ("差评", 1),
        ("☆☆☆", 3),
        ("一般", 3),
    ],
)
def test_a_bare_word_is_an_answer_to_the_question_and_nothing_without_it(text: str, stars: int) -> None:
    assert stars_in(text, asked=True) == stars
    assert stars_in(text, asked=False) is None


@pytest.mark.parametrize(
    "text",
    [
        "5星，但是楼道灯又坏了",
        "6星",
        "0星",
        "★★★★★★",
        "★★★★☆☆",
        "五星小区也不过如此",
        "星期五",
        "5栋",
        "",
        "谢谢",
        "12",
        "四星的酒店哪家好",
    ],
)
def test_whatever_says_anything_else_gives_no_stars(text: str) -> None:
    assert stars_in(text, asked=True) is None
    assert stars_in(text, asked=False) is None


@given(st.text(max_size=40), st.booleans())
def test_any_words_give_one_to_five_stars_or_none(text: str, asked: bool) -> None:
    assert stars_in(text, asked=asked) in (None, 1, 2, 3, 4, 5)


@given(st.integers(1, 5), st.sampled_from("★⭐🌟"), st.booleans())
def test_as_many_as_are_shown_are_given(count: int, sign: str, asked: bool) -> None:
    assert stars_in(sign * count, asked=asked) == count
