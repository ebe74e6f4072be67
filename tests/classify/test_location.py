"""Places as residents write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.classify.classifier import Classifier
from bot.classify.location import Locator
from bot.domain.places import NOWHERE, Place


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("3栋电梯坏了", Place(buildings=("3",))),
        ("三号楼二单元漏水", Place(buildings=("3",), unit="2")),
        ("十二栋没水", Place(buildings=("12",))),
        ("45甲感觉有味", Place(buildings=("45甲",))),
        ("1栋三单元群租", Place(buildings=("1",), unit="3")),
        ("D3栋106商铺油烟", Place(buildings=("D3",), room="106")),
        ("二期5栋门口", Place(phase="2", buildings=("5",))),
        ("#3 没水", Place(buildings=("3",))),
        ("3#楼没水", Place(buildings=("3",))),
        ("我家3-2-501漏水", Place(buildings=("3",), unit="2", room="501")),
        ("8号楼一单元二零三", Place(buildings=("8",), unit="1", room="203")),
        ("36楼2楼好吵", Place(buildings=("36",), floor="2")),
        ("29楼谁在唱歌", Place(floor="29")),
        ("B座17樓D室", Place(buildings=("B",), floor="17", room="17D")),
        ("3、5栋停水", Place(buildings=("3", "5"))),
        ("1-3栋停水", Place(buildings=("1", "2", "3"))),
        ("1号楼2号楼3号楼停水", Place(buildings=("1", "2", "3"))),
        ("5号楼甲口", Place(buildings=("5",), unit="甲")),
        ("３栋２单元", Place(buildings=("3",), unit="2")),
        ("东门杆子坏了", Place(spots=("东门",))),
        ("地库积水", Place(spots=("地下车库",))),
        ("负二层漏水", Place(floor="-2", spots=("地下车库",))),
        ("3号商铺楼上", Place(spots=("3号商铺",))),
        ("74栋-04 75栋01后花园", Place(buildings=("74", "75"), room="04")),
    ],
)
def test_a_place_is_read(classifier: Classifier, text: str, place: Place) -> None:
    assert classifier.place(text) == place


@pytest.mark.parametrize(
    "text",
    [
        "一共12栋小高层",
        "有12栋楼",
        "就一栋楼",
        "2021-05-26 10:30",
        "11月25日8:00-18:00",
        "电话13800138000",
        "价格80-120元",
        "走后门进来的人出门了",
        "学期末第二期培训",
        "比分3-2",
        "早上好",
    ],
)
def test_a_count_a_date_a_price_or_a_phone_number_is_no_place(classifier: Classifier, text: str) -> None:
    assert classifier.place(text) == NOWHERE


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("3栋的", Place(buildings=("3",))),
        ("我家3-2", Place(buildings=("3",), unit="2")),
        ("三号楼二单元哈", Place(buildings=("3",), unit="2")),
        ("5", Place(buildings=("5",))),
        ("5-2", Place(buildings=("5",), unit="2")),
        ("5-2-301", Place(buildings=("5",), unit="2", room="301")),
        ("东门", Place(spots=("东门",))),
        ("501", Place(room="501")),
    ],
)
def test_a_message_that_is_only_a_place_answers_the_question(
    classifier: Classifier, text: str, place: Place
) -> None:
    assert classifier.only_place(text) == place


@pytest.mark.parametrize("text", ["好的", "我去3栋拿", "3栋电梯坏了", "13800138000", "", "谢谢"])
def test_a_message_that_says_more_is_no_answer(classifier: Classifier, text: str) -> None:
    assert classifier.only_place(text) == NOWHERE


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("3-2-501 王姐", Place(buildings=("3",), unit="2", room="501")),
        ("3栋501", Place(buildings=("3",), room="501")),
        ("3-501-王姐", Place(buildings=("3",), room="501")),
        ("王姐", NOWHERE),
        ("2023-加油", NOWHERE),
    ],
)
def test_a_nickname_hints_at_a_home(classifier: Classifier, name: str, place: Place) -> None:
    assert classifier.nickname_place(name) == place


def test_with_the_compound_known_numbers_are_read_against_it(at_home: Classifier) -> None:
    assert at_home.place("3-501没电") == Place(buildings=("3",), room="501")
    assert at_home.place("45-501没电") == NOWHERE
    assert at_home.only_place("a") == Place(buildings=("A",))
    assert at_home.only_place("99") == NOWHERE


def test_a_building_that_the_compound_has_not_is_no_place(at_home: Classifier) -> None:
    assert at_home.place("45栋没水") == NOWHERE
    assert at_home.place("3栋和45栋没水") == Place(buildings=("3",))


@given(st.text(alphabet="0123456789-—栋楼号单元#一二三十百期区门a甲、 层室", max_size=300))
def test_any_text_has_a_place_or_none(text: str) -> None:
    found = Locator({"地库": "地下车库"})(text)
    assert all(0 <= start < end <= len(text) for start, end in found.spans)
    assert bool(found.place) <= bool(found.spans)
