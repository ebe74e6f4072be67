"""Typing on, as anybody."""

from __future__ import annotations

from io import StringIO

import pytest

from bot.demo import Played
from bot.demo.ledger import ledger
from bot.demo.talk import talk
from bot.texts import load_texts

Short = tuple[Played, StringIO]


def typed(short: Short, *lines: str) -> str:
    """What is on the screen after somebody has typed these lines and left."""
    played, out = short
    waiting = iter(lines)

    def ask(_prompt: str) -> str:
        try:
            return next(waiting)
        except StopIteration:
            raise EOFError from None

    talk(played.stage, played.screen, load_texts(), ask)
    return out.getvalue()


def test_anybody_can_speak_in_the_owners_group(short: Short) -> None:
    text = typed(short, "@张阿姨 3栋电梯又停了")
    assert "业主一群   ┃ 张阿姨：3栋电梯又停了" in text
    assert "已登记 #1 电梯·3栋 → 物业维修王师傅" in text


def test_a_private_word_and_a_press_move_the_ticket(short: Short) -> None:
    text = typed(
        short,
        "@张阿姨 3栋电梯又停了",
        "@王师傅 > 接单 1",
        "@王师傅 ＞ 办结 1 换了门锁",
        "@张阿姨 按 已解决",
    )
    assert "已接单" in text
    assert "张阿姨 按下 [已解决] → 谢谢，#1 已关闭" in text


def test_a_bare_press_is_that_of_the_chats_own_person(short: Short) -> None:
    text = typed(short, "@张阿姨 3栋电梯又停了", "按 接单")
    assert "王师傅 按下 [接单] → 已接单 #1" in text


def test_a_bare_command_is_given_by_the_committee(short: Short) -> None:
    assert "私·周老师  ┃ 邻里" in typed(short, "/help")
    assert "未结的工单" in typed(short, "／工单")


def test_the_clock_can_be_wound(short: Short) -> None:
    text = typed(short, "@张阿姨 3栋电梯又停了", "等 31分钟")
    assert "私·丁经理" in text
    assert "现在是 6月16日 09:4" in text


def test_a_photo_can_be_sent_along(short: Short) -> None:
    assert "张阿姨：[照片] 3栋电梯又停了" in typed(short, "@张阿姨 3栋电梯又停了 [照片]")


def test_chatter_is_answered_by_nobody_and_that_is_explained(short: Short) -> None:
    assert "没有出声" in typed(short, "@老何 今天天气真好")


def test_the_table_can_be_seen_again(short: Short) -> None:
    assert "#1 " in typed(short, "@张阿姨 3栋电梯又停了", "表").rpartition("编号")[2]


def test_what_cannot_be_done_is_answered_with_an_example(short: Short) -> None:
    played, out = short
    for line in (
        *("你好", "等一会", "张阿姨 电梯停了", "@", "按", "\x1b[2J"),
        *("@张阿姨", "按 没有的按钮", "@张阿姨 按 没有的按钮", "@王师傅 >"),
    ):
        out.truncate(0)
        out.seek(0)
        text = typed((played, out), line).rpartition("离开\n")[2]
        assert "例如" in text or "请写成" in text, line
        assert "\x1b" not in text
    assert ledger(played.stage) == ()


@pytest.mark.parametrize("line", ["退出", "/quit"])
def test_one_can_leave_by_a_word(short: Short, line: str) -> None:
    text = typed(short, line, "@张阿姨 3栋电梯又停了")
    assert "已登记" not in text
    assert "再见" in text


def test_terminal_codes_in_a_name_or_a_line_are_harmless(short: Short) -> None:
    text = typed(short, "@张\x1b[31m阿姨 3栋电梯\x1b]0;x\x07又停了\u202e")
    assert not set(text) & {"\x1b", "\x07", "\u202e"}
    assert "电梯" in text


def test_rights_come_from_the_roster_also_here(short: Short) -> None:
    assert "需要业委会的权限" in typed(short, "@张阿姨 > /announce 卖猫")
