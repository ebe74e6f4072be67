"""Promise: why was this a complaint? Which words, which rule: one command answers."""

from __future__ import annotations

import pytest

from tests.town import Town


@pytest.mark.parametrize("command", ["/why 1", "/为什么 1", "为什么 1", "／why　＃１"])
def test_one_command_names_the_words_that_decided(town: Town, command: str) -> None:
    town.says("张阿姨", "3栋电梯坏了，已经停了两天")
    town.tells("王主任", command)

    (answer,) = town.heard_by("王主任")
    for part in ("#1", "投诉", "电梯", "3栋", "坏"):
        assert part in answer, part


def test_the_words_themselves_are_not_told_to_residents(town: Town) -> None:
    town.says("张阿姨", "3栋电梯坏了，已经停了两天，我是501的")
    town.tells("李叔", "/why 1")

    assert not any("501" in text for text in town.heard_by("李叔"))


def test_every_ticket_that_is_filed_has_its_reasons(town: Town) -> None:
    for text in (
        "3栋电梯坏了，已经停了两天",
        "5栋楼道垃圾没人清理，臭死了",
        "希望小区能装几个充电桩",
        "6栋着火了，快来人",
        "通知：明天上午9点到11点停水检修",
    ):
        town.says("张阿姨", text)

    assert len(town.tickets()) == 5
    for ticket in town.tickets():
        assert ticket.because, ticket.text
        assert 0 < ticket.score <= 1


def test_the_diary_says_who_did_what_and_when(town: Town) -> None:
    town.says("张阿姨", "3栋电梯坏了，已经停了两天")
    town.wait(minutes=5)
    town.presses("王师傅", "接单")
    town.wait(minutes=20)
    town.tells("王师傅", "办结 1 已换主板")
    town.tells("王主任", "/ticket 1")

    told = "\n".join(town.heard_by("王主任"))
    for part in ("5月12日", "12:00", "12:05", "12:25", "王师傅", "接单", "办结", "已换主板"):
        assert part in told, part


def test_a_correction_is_remembered_with_what_it_was(town: Town) -> None:
    town.says("张阿姨", "3栋电梯坏了，已经停了两天")
    town.tells("王主任", "/reclass 1 噪音")
    town.heard_by("王主任")
    town.tells("王主任", "/why 1")

    (answer,) = town.heard_by("王主任")
    assert "电梯" in answer
    assert "噪音" in answer
    assert town.diary().count("reclass") == 1
