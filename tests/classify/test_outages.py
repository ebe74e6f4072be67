"""What is said about planned outages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.classify import outages
from bot.classify.outages import OUTAGES, outage_of

WATER = OUTAGES[0]


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("明天3栋停水", "water"),
        ("暫停食水供應", "water"),
        ("因检修暂停供电", "power"),
        ("后天停天然气", "gas"),
        ("1号电梯明天9:00-12:00检修停用", "lift"),
        ("换热站检修，停止供热", "heating"),
    ],
)
def test_a_notice_says_what_is_cut_off(text: str, id_: str) -> None:
    found = outage_of(text)
    assert found is not None
    assert found.id == id_


@pytest.mark.parametrize("text", ["业主大会", "收水费", "电动车请勿进电梯", "停车场清洗", ""])
def test_other_notices_cut_nothing_off(text: str) -> None:
    assert outage_of(text) is None


@pytest.mark.parametrize("text", ["怎么停水了", "家里没水", "一滴水都没有", "沒水了"])
def test_being_without_it_is_felt(text: str) -> None:
    assert outages.feels(text, WATER)


@pytest.mark.parametrize("text", ["水管爆了，停水了", "停水了，楼道在漏", "水是黄的", "水压很小", "没电了"])
def test_more_than_that_or_something_else_is_not_what_was_announced(text: str) -> None:
    assert not outages.feels(text, WATER)


@pytest.mark.parametrize("text", ["停水了吗", "什么时候来水", "停水到几点？", "怎么没水"])
def test_questions_about_it_are_known(text: str) -> None:
    assert outages.asks_about(text, WATER)


@pytest.mark.parametrize("text", ["来水了", "已恢复供水", "现已恢复供水，感谢理解"])
def test_it_is_over_when_that_is_said(text: str) -> None:
    assert outages.is_over(text)


@pytest.mark.parametrize(
    "text", ["预计18点恢复供水", "还没来水", "来水了吗", "抢修完成后恢复供水", "争取尽快恢复"]
)
def test_what_is_only_expected_is_not_over(text: str) -> None:
    assert not outages.is_over(text)


@pytest.mark.parametrize(
    ("text", "tail"),
    [
        ("停水改为26日8:00", "26日8:00"),
        ("原定明天停电，现推迟到后天", "后天"),
        ("时间调整为:明天9点", "明天9点"),
        ("停水延长至20:00", "20:00"),
    ],
)
def test_what_is_moved_says_whereto(text: str, tail: str) -> None:
    assert outages.moved_to(text) == tail


def test_calling_off_is_no_question() -> None:
    assert outages.called_off("明天的停水取消了")
    assert not outages.called_off("停水取消了吗")


@given(st.text(max_size=300))
def test_any_text_can_be_asked_about(text: str) -> None:
    found = outage_of(text)
    assert found is None or found in outages.spoken_of(text) or found.id == "lift"
    assert not (outages.is_over(text) and outages.is_question(text))
