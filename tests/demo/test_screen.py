"""How things look: rows that fold well, cards that are told apart, changes on one line."""

from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.text import Text

from bot.demo import console_for
from bot.demo.folding import fold
from bot.demo.screen import Cast, Screen, Speech
from bot.demo.stage import Moment
from bot.domain.messages import Account, Address, Button
from bot.platforms.console import Act, Shown
from bot.texts import load_texts

GROUP, STAFF, WORKER, OTHER = (Address("console", c) for c in ("-1", "-2", "王师傅", "丁经理"))
NOON = datetime(2026, 6, 16, 4, 0, tzinfo=UTC)
CARD = "#3 投诉 · 电梯 · 3栋2单元\n“电梯又停了”\n报修人：张阿姨（可在群里回复）\n状态：待接单"
CAST = Cast(UTC, {"-1": ("业主群", "green"), "-2": ("工作群", "yellow")}, {"王师傅": "物业维修"})


class Seen:
    """A screen and what stands on it."""

    def __init__(self, width: int = 80) -> None:
        self.out = StringIO()
        self.screen = Screen(console_for(self.out)[0], width, CAST, load_texts())

    def __call__(self, *shown: Shown, speeches: tuple[Speech, ...] = ()) -> list[str]:
        """The new lines."""
        before = len(self.out.getvalue())
        self.screen.happened(speeches, [Moment(NOON, each) for each in shown])
        return self.out.getvalue()[before:].splitlines()


@pytest.fixture
def seen() -> Seen:
    return Seen()


@given(st.text(alphabet="一二三，。“abc 12:3[]@\n👌", max_size=200), st.integers(8, 40))
def test_folding_loses_nothing_and_keeps_the_width(text: str, width: int) -> None:
    rows = fold(Text(text), width)
    assert "".join(row.plain for row in rows) == text.replace("\n", "")
    assert all(cell_len(row.plain) <= width for row in rows)


def test_no_row_begins_with_a_full_stop_or_cuts_a_number() -> None:
    rows = [row.plain for row in fold(Text("值班电话是0100-8000000。请记下来，谢谢大家"), 18)]
    assert rows == ["值班电话是", "0100-8000000。请记", "下来，谢谢大家"]


def test_a_reaction_stands_beside_the_message_it_is_for(seen: Seen) -> None:
    speech = Speech(NOON, GROUP, "孙姐", "我家也没水", "7")
    lines = seen(Shown(Act.REACT, GROUP, "7", "👌"), speeches=(speech,))
    assert len(lines) == 1
    assert lines[0].endswith("孙姐：我家也没水  👌")


def test_a_press_and_its_answer_are_one_line(seen: Seen) -> None:
    speech = Speech(NOON, WORKER, "王师傅", "接单", "p1", pressed=True)
    lines = seen(Shown(Act.TOAST, WORKER, "p1", "已接单 #3"), speeches=(speech,))
    assert lines == ["04:00 私·王师傅  ┃ 物业维修王师傅 按下 [接单] → 已接单 #3"]


def test_the_same_card_for_several_people_is_shown_once_with_their_names(seen: Seen) -> None:
    lines = seen(*(Shown(Act.SAY, chat, str(n), CARD) for n, chat in enumerate((WORKER, OTHER))))
    assert sum("电梯又停了" in line for line in lines) == 1
    assert lines[-1].endswith("同时发给：私·丁经理")


def test_a_card_that_says_less_is_told_by_what_it_leaves_out(seen: Seen) -> None:
    less = "\n".join(line for line in CARD.splitlines() if "张阿姨" not in line)
    lines = seen(Shown(Act.SAY, WORKER, "1", CARD), Shown(Act.SAY, STAFF, "2", less))
    assert lines[-1].endswith("（其余同上，不含：报修人）")


def test_a_changed_card_is_one_line_with_what_is_new(seen: Seen) -> None:
    seen(Shown(Act.SAY, GROUP, "1", "已登记 #3 电梯·3栋 → 物业维修"))
    seen(Shown(Act.SAY, WORKER, "2", CARD))
    lines = seen(
        Shown(Act.EDIT, WORKER, "2", CARD.replace("待接单", "已接单")),
        Shown(Act.EDIT, GROUP, "1", "#3 电梯·3栋 已接单"),
    )
    assert lines == ["      业主群     ┃ ✎ 卡片更新 #3 电梯·3栋 已接单  ⇄\u00a0私·王师傅"]


def test_new_buttons_of_a_changed_card_are_shown(seen: Seen) -> None:
    seen(Shown(Act.SAY, GROUP, "1", "#3 已到场"))
    asked = Shown(Act.EDIT, GROUP, "1", "#3 已办结", ((Button("已解决", "t:1:confirm"),),))
    assert seen(asked)[0].endswith("✎ 卡片更新 #3 已办结  [已解决]")


def test_a_change_that_shows_nothing_new_is_silent(seen: Seen) -> None:
    seen(Shown(Act.SAY, WORKER, "1", CARD + "\n请在 12:30 前接单"))
    assert seen(Shown(Act.EDIT, WORKER, "1", CARD)) == []


def test_a_photo_that_arrives_on_a_card_is_seen_once(seen: Seen) -> None:
    seen(Shown(Act.SAY, WORKER, "1", CARD))
    first = Shown(Act.EDIT, WORKER, "1", CARD, photo="a.jpg")
    assert seen(first)[0].endswith("✎ 卡片更新 #3  📷")
    assert seen(first) == []


def test_mentions_and_pins_are_seen(seen: Seen) -> None:
    said = Shown(Act.SAY, STAFF, "1", "请看", mentions=(Account("console", "丁经理", "丁经理"),))
    assert seen(said, Shown(Act.PIN, STAFF, "1"))[0].endswith("邻里：请看 @丁经理  📌")


def test_what_people_type_has_no_power_over_the_terminal(seen: Seen) -> None:
    evil = "\x1b[2J\x1b]0;x\x07看\u202e这\r里[bold]红[/bold]"
    lines = seen(Shown(Act.SAY, GROUP, "1", evil), speeches=(Speech(NOON, GROUP, evil[:9], evil, "1"),))
    text = "\n".join(lines)
    assert not set(text) & {"\x1b", "\x07", "\u202e", "\r"}
    assert "[bold]红[/bold]" in text
