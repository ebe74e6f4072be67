"""Choices as words: short to read, and read back in every way that people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.choices import answer, in_words, meant, word
from bot.domain.messages import Button, Face

ACCEPT = Button("接单", "t:7:accept", number=12)
ARRIVE = Button("到场", "t:7:arrive", number=12)
DONE = Button("办结", "t:7:resolve", number=12)
FIVE = Button("5星", "t:7:star:5", number=12)
TWELVE = Button("1星", "t:7:star:1", number=12)
PERSON = Button("网格员 老李", "t:7:to:abc", number=12)
YES = Button("好的，接过来", "d:take:1")
KEPT = Button("采纳 #3", "r:3:accept", number=3)


def shown(face: Face) -> str:
    return in_words(face, "回复：{}".format, "；也可以：{}".format).text


def test_few_choices_stand_side_by_side_with_their_number() -> None:
    face = Face("#12 电梯", ((ACCEPT, ARRIVE), (DONE,)))
    assert shown(face) == "#12 电梯\n回复：接单 12 / 到场 12 / 办结 12"


def test_of_many_the_first_row_counts_most() -> None:
    more = tuple(Button(label, f"t:7:{n}", number=12) for n, label in enumerate(("转派", "挂起", "误报")))
    face = Face("#12", ((ACCEPT, ARRIVE, DONE), more))
    assert shown(face) == "#12\n回复：接单 12 / 到场 12 / 办结 12；也可以：转派、挂起、误报"


def test_the_same_choice_for_several_tickets_is_said_once() -> None:
    row = tuple(Button(f"接单 #{n}", f"t:{n}:accept", number=n) for n in (3, 5, 8))
    assert shown(Face("三件：", (row,))) == "三件：\n回复：接单 3、5、8"


def test_a_link_is_written_out_and_a_face_without_choices_stays_as_it_is() -> None:
    assert shown(Face("原因", ((Button("看原因", url="https://a.example/t1"),),))) == (
        "原因\n看原因：https://a.example/t1"
    )
    plain = Face("好的", photo="a.jpg")
    assert in_words(plain, str, str) is plain


def test_the_photo_and_the_gist_stay() -> None:
    made = in_words(Face("#12", ((ACCEPT,),), "a.jpg", "yours"), str, str)
    assert (made.photo, made.gist, made.buttons) == ("a.jpg", "yours", ())


@pytest.mark.parametrize(
    ("button", "said"),
    [
        (ACCEPT, "接单"),
        (KEPT, "采纳"),
        (Button("👍 同意"), "同意"),
        (Button("调解（保密）"), "调解"),
        (YES, "好的,接过来"),
    ],
)
def test_a_word_is_the_label_without_ornaments(button: Button, said: str) -> None:
    assert word(button) == said


@pytest.mark.parametrize(
    "text",
    [
        "接单 12", "接单12", "接单１２", "接单　＃１２", "接单#12", "接单 12号", "12 接单", "#12 接单", "12号接单", "接单，12。",
        "接单 第12号", "接单 工单12", "接单12号单",
    ],
)  # fmt: skip
def test_a_choice_is_read_in_every_way_it_is_written(text: str) -> None:
    assert meant([ACCEPT, ARRIVE, DONE], text) == [(ACCEPT, True)]


@pytest.mark.parametrize("text", ["接单", " 接单。", "接单！", "「接单」"])
def test_without_the_number_it_is_meant_loosely(text: str) -> None:
    assert meant([ACCEPT, ARRIVE], text) == [(ACCEPT, False)]


@pytest.mark.parametrize(
    "text", ["接单 13", "谁来接单", "接单吧", "不接单", "", "12", "接单 12 已换灯泡", "#"]
)
def test_anything_else_is_none(text: str) -> None:
    assert meant([ACCEPT, ARRIVE], text) == []


def test_stars_and_numbers_are_not_mixed_up() -> None:
    assert meant([TWELVE, FIVE], "5星") == [(FIVE, False)]
    assert meant([TWELVE, FIVE], "5星 12") == [(FIVE, True)]
    assert meant([TWELVE, FIVE], "12 5星") == [(FIVE, True)]
    assert meant([TWELVE, FIVE], "125星") == []


@pytest.mark.parametrize("text", ["老李", "网格员老李", "转给老李", "派给 老李 12", "转给网格员 老李"])
def test_a_person_is_named_with_or_without_their_role(text: str) -> None:
    assert [button for button, _ in meant([PERSON], text)] == [PERSON]


@given(st.text(max_size=30))
def test_reading_never_fails(text: str) -> None:
    for button, numbered in meant([ACCEPT, FIVE, PERSON, YES, KEPT], text):
        assert not numbered or str(button.number) in answer(button)


@given(
    st.integers(min_value=1, max_value=9_999_999),
    st.sampled_from(["接单", "不是一回事", "5星", "网格员 老李"]),
)
def test_what_is_offered_is_understood(number: int, label: str) -> None:
    button = Button(label, "t:1:x", number=number)
    assert meant([button], answer(button)) == [(button, True)]
