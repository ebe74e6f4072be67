"""Between several names all evidence together decides, and may leave it open."""

from __future__ import annotations

import pytest

from bot.classify.characters import EVEN
from bot.classify.choice import Choice

NAMES = Choice(
    {"急病": 0.0, "起火": 0.0}, {"@险血": {"急病": 3.0}, "~烟": {"起火": 2.0}, "~血": {"急病": 1.0}}
)


def test_the_name_is_the_one_that_all_signs_together_speak_for() -> None:
    assert NAMES.likeliest(["@险血", "~血"]) == "急病"
    assert NAMES.likeliest(["~浓", "~烟"]) == "起火"
    assert NAMES.likeliest(["@险血", "~烟"]) == "急病"


def test_what_is_said_twice_counts_twice() -> None:
    assert NAMES.likeliest(["@险血", "~烟", "~烟"]) == "起火"
    assert NAMES.sums(["~烟", "~烟"]) == pytest.approx({"急病": 0.0, "起火": 4.0})


def test_stretches_of_characters_are_a_second_opinion_that_length_evens_out() -> None:
    spelt = Choice(
        {"漏水": 0.0, "噪音": 0.5}, {"@吵": {"噪音": 1.0}}, {"滴": {"漏水": 3.0}, "滴答": {"漏水": 1.0}}
    )
    assert spelt.likeliest([], "滴答") == "漏水"
    assert spelt.likeliest(["@吵"]) == "噪音"
    # Two characters and the one pair of them are three stretches.
    assert spelt.sums([], "滴答") == pytest.approx({"漏水": 4 * 3**-EVEN, "噪音": 0.5})
    assert spelt.sums([], "滴答" + "没人来看过" * 9)["漏水"] < 1


def test_it_is_left_open_where_no_name_has_enough() -> None:
    three = Choice({"急病": 0.0, "起火": 0.0, "暴力": 0.0}, {})
    assert three.likeliest(["@险血"], least=0.4) is None
    assert three.likeliest(["@险血"]) == "急病"


def test_without_fitted_weights_there_is_no_choice() -> None:
    assert not Choice()
    assert Choice().likeliest(["@险血"]) is None
