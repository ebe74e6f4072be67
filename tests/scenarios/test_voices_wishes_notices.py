"""Promise: wishes go to the committee, notices are kept silently, voice notes get one line."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.domain.tickets import State
from bot.domain.verdicts import Kind
from tests.town import OWNERS, SECOND, Town

WISH = "希望小区能装几个充电桩"
NOTICE = "通知：明天上午9点到11点停水检修"


def test_a_wish_goes_to_the_committee(town: Town) -> None:
    town.says("张阿姨", WISH)

    assert town.ticket().kind is Kind.WISH
    assert "心愿" in town.heard_in()[0]
    assert len(town.heard_by("王主任")) == 1
    assert town.ticket().due_at is None, "no minutes are promised for a wish"


def test_a_wish_is_carried_to_its_end(town: Town) -> None:
    town.says("张阿姨", WISH)
    town.presses("王主任", "接单")
    town.tells("王主任", "办结 1 已装好六个")
    town.presses("张阿姨", "已解决", in_chat=OWNERS)

    assert town.ticket().state is State.CLOSED


@pytest.mark.parametrize("name", ["老李", "丁经理", "王主任"])
def test_a_notice_by_staff_is_kept_and_nobody_is_disturbed(town: Town, name: str) -> None:
    town.says(name, NOTICE)

    assert town.ticket().kind is Kind.NOTICE
    assert town.ticket().state is State.POSTED
    assert town.shown == []


def test_a_notice_is_found_again(town: Town) -> None:
    town.says("丁经理", NOTICE)
    town.tells("王主任", "/notices")

    assert any("停水" in text for text in town.heard_by("王主任"))


def test_a_notice_is_not_joined_by_complaints(town: Town) -> None:
    town.says("丁经理", NOTICE)
    town.says("张阿姨", "5栋停水了")

    assert len(town.tickets()) == 2
    assert town.ticket(1).voices == 0


def test_a_voice_note_gets_one_line_a_day(town: Town) -> None:
    for _ in range(3):
        town.says("张阿姨", "", voice=True)
    assert len(town.heard_in()) == 1

    town.sleeps(days=1)
    town.says("张阿姨", "", voice=True)
    assert len(town.heard_in()) == 1


def test_a_voice_note_at_night_gets_none_in_the_group_but_in_private() -> None:
    town = Town(at=datetime(2026, 5, 12, 15, 0, tzinfo=UTC))
    town.says("张阿姨", "", voice=True)
    assert town.heard_in() == []

    town.tells("李叔", "", voice=True)
    assert len(town.heard_by("李叔")) == 1


def test_a_voice_note_files_nothing(town: Town) -> None:
    town.says("张阿姨", "", voice=True, in_chat=SECOND)

    assert town.tickets() == ()


def test_a_report_in_private_is_answered_in_private(town: Town) -> None:
    town.tells("张阿姨", "3栋电梯坏了，已经停了两天")

    assert town.heard_by("张阿姨") == ["已登记 #1 电梯·3栋 → 物业维修王师傅"]
    assert town.heard_in(OWNERS) == []
    town.tells("王师傅", "接单 1")
    town.tells("王师傅", "办结 1 已换主板")
    assert town.heard_in(OWNERS) == []
    town.presses("张阿姨", "已解决")
    assert town.ticket().state is State.CLOSED


def test_talk_in_private_gets_one_hint_a_day(town: Town) -> None:
    for text in ("你好", "在吗", "你是谁"):
        town.tells("张阿姨", text)

    assert len(town.heard_by("张阿姨")) == 1


def test_filed_for_somebody_without_a_phone(town: Town) -> None:
    town.tells("王主任", "/new 3栋501 王奶奶 13912345678 水管漏水，厨房都淹了")

    assert town.ticket().on_behalf
    assert town.ticket().contact == "13912345678"
    worker = town.ticket().assignee
    assert worker is not None
    assert any("王奶奶" in text and "13912345678" in text for text in town.heard_by(worker))
    assert town.heard_in(OWNERS) == []
