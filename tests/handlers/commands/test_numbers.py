"""Which ticket somebody means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.commands.numbers import parse_number, parse_numbers
from tests.town import STAFF, Town


@pytest.mark.parametrize(
    ("said", "number", "rest"),
    [
        ("12", 12, ""),
        ("#12 已换灯泡", 12, "已换灯泡"),
        ("# 12。", 12, ""),
        ("12号已修好", 12, "已修好"),
        ("第12号 好了", 12, "好了"),
        ("工单12 已换", 12, "已换"),
        ("no.12 已换", 12, "已换"),
        ("12,已换", 12, "已换"),
        ("12已换灯泡", 12, "已换灯泡"),
        ("已换灯泡 #12", 12, "已换灯泡"),
        ("3栋的灯 #12 已换", 12, "3栋的灯 已换"),
    ],
)
def test_a_ticket_number_is_read_however_it_is_typed(said: str, number: int, rest: str) -> None:
    assert parse_number(said) == (number, rest)


@pytest.mark.parametrize(
    "said",
    ["", "已换灯泡", "3栋已修好", "12号楼漏水", "2个灯泡已换", "12-3-401 好了", "13:00 去", "3天后", "100%"],
)
def test_other_numbers_are_not_taken_for_a_ticket(said: str) -> None:
    assert parse_number(said) == (None, said)


@pytest.mark.parametrize(
    ("said", "numbers", "rest"),
    [
        ("12 15", (12, 15), ""),
        ("#12、#15和#16", (12, 15, 16), ""),
        ("15 并入 12", (12, 15), ""),
        ("15并入12 是一回事", (12, 15), "是一回事"),
        ("12 15 重复", (12, 15), "重复"),
        ("12 12", (12,), ""),
        ("", (), ""),
    ],
)
def test_several_numbers_are_read_with_the_one_that_stays_first(
    said: str, numbers: tuple[int, ...], rest: str
) -> None:
    assert parse_numbers(said) == (numbers, rest)


@given(
    st.integers(0, 9_999_999),
    st.sampled_from(["", " ", "号 ", "。", "，"]),
    st.text("已换好了灯泡", max_size=8),
)
def test_a_number_at_the_beginning_always_comes_back(number: int, link: str, note: str) -> None:
    assert parse_number(f"#{number}{link}{note}".strip())[0] == number


@given(st.text(max_size=60))
def test_no_text_breaks_the_parsers(said: str) -> None:
    number, rest = parse_number(said)
    assert number is None or 0 <= number <= 9_999_999
    assert len(rest) <= len(said) + 1
    numbers, _ = parse_numbers(said)
    assert len(set(numbers)) == len(numbers)


def test_a_number_that_does_not_exist_is_answered_with_the_nearest_ones(town: Town) -> None:
    town.says("刘叔", "5栋电梯又停了")
    town.tells("王主任", "/查单 9")
    assert town.heard_by("王主任")[-1] == "没有 #9 这张工单。编号相近的有：#1 电梯·5栋"


def test_a_resident_is_not_told_other_peoples_numbers(town: Town) -> None:
    town.says("刘叔", "5栋电梯又停了")
    town.starts("张阿姨")
    town.tells("张阿姨", "/查单 9")
    assert town.heard_by("张阿姨") == ["没有 #9 这张工单，请核对编号。"]


def test_a_worker_with_one_ticket_need_not_name_it(town: Town) -> None:
    town.says("刘叔", "5栋电梯又停了")
    town.tells("王师傅", "/接单")
    assert town.ticket().state.value == "accepted"
    town.tells("王师傅", "/办结 门机皮带换了")
    assert town.ticket().state.value == "resolved"


def test_a_worker_with_two_tickets_is_asked_which(town: Town) -> None:
    town.says("刘叔", "5栋电梯又停了")
    town.says("小孙", "8栋的路灯坏了好几天了")
    town.heard_by("王师傅")
    town.tells("王师傅", "/接单")
    answer = town.heard_by("王师傅")[-1]
    assert "#1 电梯·5栋、#2 路灯照明·8栋" in answer
    assert {t.state.value for t in town.tickets()} == {"open"}


def test_a_reply_to_the_card_says_which_ticket_is_meant(town: Town) -> None:
    town.says("刘叔", "5栋电梯又停了")
    town.says("小孙", "8栋的路灯坏了好几天了")
    second = town.ticket(2)
    with town.store() as store:
        card = next(c for c in store.cards.of(second.id) if c.to == town.private("王师傅"))
    assert card.message
    town.tells("王师傅", "/接单", reply_to=card.message)
    assert (town.ticket(1).state.value, town.ticket(2).state.value) == ("open", "accepted")


def test_full_width_typing_is_understood(town: Town) -> None:
    town.says("刘叔", "5栋电梯又停了")
    town.says("王师傅", "／接单　＃１", in_chat=STAFF)
    assert town.ticket().state.value == "accepted"
