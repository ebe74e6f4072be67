"""Looking things up."""

from __future__ import annotations

import ast
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.tickets import Verb
from bot.texts import load_texts
from tests.town import NOON, OWNERS, STAFF, UNHURRIED, Town

LIFT = "5栋电梯又停了"
LAMP = "8栋的路灯坏了好几天了,101的王阿姨电话13800000000"
LEAK = "3栋2单元楼道一直漏水"
PERSONS = ("刘叔", "王阿姨", "13800000000", "101", "路灯坏了好几天")


def _busy() -> Town:
    town = Town(clocks=UNHURRIED)
    town.says("刘叔", LIFT)
    town.says("小孙", LAMP)
    town.says("张阿姨", LEAK)
    for name in ("王主任", "王师傅", "老李"):
        town.heard_by(name)
    town.heard_in(STAFF)
    town.heard_in(OWNERS)
    return town


def _asked(town: Town, name: str, text: str) -> str:
    town.heard_by(name)
    town.tells(name, text)
    return town.heard_by(name)[-1]


def test_the_list_shows_what_is_open() -> None:
    shown = _asked(_busy(), "王主任", "/tickets").splitlines()
    assert shown[0] == "未结工单 3 件："
    assert [line.split(" · ")[0] for line in shown[1:4]] == ["#1 电梯·5栋", "#2 路灯照明·8栋", "#3 漏水·3栋"]


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ("/工单 5栋", [1]),
        ("/工单 电梯", [1]),
        ("/工单 5栋电梯", [1]),
        ("/工单 电梯 3栋", []),
        ("/工单 路灯", [2]),
        ("/工单 漏水 3号楼", [3]),
        ("/工单 心愿", []),
        ("/工单 投诉", [1, 2, 3]),
        ("/工单 超时", []),
        ("/工单 已结", []),
    ],
)
def test_the_list_is_narrowed_in_any_order(asked: str, numbers: list[int]) -> None:
    shown = _asked(_busy(), "王主任", asked)
    assert [n for n in (1, 2, 3) if f"#{n} " in shown] == numbers


def test_a_word_that_says_nothing_is_answered_with_examples() -> None:
    assert _asked(_busy(), "王主任", "/工单 哈哈").startswith("不明白“哈哈”")


def test_a_bare_number_is_a_ticket_and_not_a_building() -> None:
    assert "—— 经过 ——" in _asked(_busy(), "王主任", "/工单 2")


def test_in_a_group_the_list_shows_no_person_and_no_word() -> None:
    town = _busy()
    for chat in (STAFF, OWNERS):
        town.says("王主任", "/工单", in_chat=chat)
        shown = town.heard_in(chat)[-1]
        assert "#2 路灯照明·8栋 · 待接单 · 刚刚" in shown
        assert not [p for p in (*PERSONS, "王师傅") if p in shown]


def test_late_is_what_was_not_accepted_in_time() -> None:
    town = _busy()
    town.tells("王师傅", "/接单 1")
    town.wait(minutes=6)
    shown = _asked(town, "王主任", "/工单 超时")
    assert "超时未接单 2 件" in shown
    assert "#1 " not in shown


def test_the_night_does_not_make_a_ticket_late() -> None:
    town = Town(at=NOON + timedelta(hours=11))
    town.says("刘叔", LIFT)
    town.until(8, 4)
    assert _asked(town, "王主任", "/工单 超时") == "没有超时的工单。"


def test_a_worker_sees_what_is_in_their_hands_and_takes_it_with_a_tap() -> None:
    town = _busy()
    town.tells("小陈", "/接单 1")
    shown = _asked(town, "王师傅", "/工单 我的")
    assert "#2 " in shown
    assert "#1 " not in shown
    town.presses("王师傅", "接单 #2")
    assert town.ticket(2).state.value == "accepted"


def test_residents_see_their_own_reports_in_private_only() -> None:
    town = _busy()
    town.starts("刘叔")
    shown = _asked(town, "刘叔", "/工单")
    assert "您报过的事 1 件" in shown
    assert "#1 电梯·5栋" in shown
    town.heard_in(OWNERS)
    town.says("刘叔", "/工单")
    assert town.heard_in(OWNERS) == [load_texts()("command.sent_privately")]
    assert "您报过的事" in town.heard_by("刘叔")[-1]


def test_a_resident_who_never_pressed_start_is_not_answered_in_the_group() -> None:
    town = _busy()
    town.says("刘叔", "/工单")
    assert "#1" not in town.heard_in(OWNERS)[-1]


def test_a_long_list_is_cut_and_says_so() -> None:
    town = Town()
    for number in range(23):
        # Long enough apart that nobody joins; what becomes of them meanwhile is no matter.
        town.sleeps(minutes=20)
        town.says(
            f"住户{number}", f"{number % 9 + 1}栋{('电梯又停了', '路灯坏了', '楼道一直漏水')[number % 3]}"
        )
    shown = _asked(town, "王主任", "/工单")
    assert shown.count("\n") == 21
    assert f"还有 {len(town.tickets()) - 20} 件" in shown


def test_what_waits_for_the_committee_is_not_listed_in_groups() -> None:
    town = Town()
    for text in (LIFT, LAMP, LEAK, "6栋垃圾没人清理"):
        town.says("刘叔", text)
        town.wait(minutes=4)
    assert town.ticket(4).state.value == "held"
    town.heard_in(STAFF)
    town.says("王主任", "/工单", in_chat=STAFF)
    assert "#4" not in town.heard_in(STAFF)[-1]
    assert "#4" in _asked(town, "王主任", "/工单 待审")


def test_the_reporter_reads_their_ticket_without_other_persons() -> None:
    town = _busy()
    town.starts("刘叔")
    town.says("赵姐", "5栋电梯停了，我也被困过")
    town.tells("王师傅", "/接单 1")
    shown = _asked(town, "刘叔", "/查单 1")
    assert LIFT in shown
    assert "您报来，登记为投诉·电梯" in shown
    assert "王师傅接单" in shown
    assert "赵姐" not in shown


def test_a_neighbour_does_not_read_it() -> None:
    town = _busy()
    town.starts("赵姐")
    assert _asked(town, "赵姐", "/查单 1") == "#1 不是您报的。进展请看群里的登记卡。"


def test_the_worker_in_charge_reads_who_reported_it() -> None:
    shown = _asked(_busy(), "王师傅", "/查单 2")
    assert "小孙报来" in shown
    assert "13800000000" in shown


def test_other_staff_read_the_words_without_persons() -> None:
    shown = _asked(_busy(), "吴阿姨", "/查单 2")
    assert "路灯坏了好几天" in shown
    assert not [p for p in ("小孙", "王阿姨", "13800000000", "101") if p in shown]


def test_the_committee_sees_persons_only_by_a_press_that_is_logged() -> None:
    town = _busy()
    assert "小孙" not in _asked(town, "王主任", "/查单 2")
    assert "小孙" in town.presses("王主任", "看报修人")
    assert "persons_seen" in town.diary(2)
    assert "王主任查看了报修人信息" in _asked(town, "王主任", "/查单 2")


def test_in_the_staff_group_the_diary_shows_no_person() -> None:
    town = _busy()
    town.says("王师傅", "/查单 2", in_chat=STAFF)
    shown = "\n".join(town.heard_in(STAFF))
    assert "报修人报来" in shown
    assert not [p for p in ("小孙", "王阿姨", "13800000000") if p in shown]


def test_in_the_owners_group_the_diary_is_sent_in_private() -> None:
    town = _busy()
    town.says("王主任", "/查单 2")
    assert town.heard_in(OWNERS) == [load_texts()("command.sent_privately")]
    assert "—— 经过 ——" in town.heard_by("王主任")[-1]


def test_a_long_diary_comes_in_several_messages() -> None:
    town = _busy()
    with town.store() as store:
        ticket = store.tickets.numbered(1)
        assert ticket is not None
        for _ in range(200):
            store.tickets.note(ticket, town.clock.now(), "pause", "worker", None, note="等配件" * 10)
    town.tells("王主任", "/查单 1")
    pages = town.heard_by("王主任")
    assert len(pages) > 1
    assert max(map(len, pages)) <= 4096
    assert sum(page.count("等配件" * 10) for page in pages) == 200


def test_the_photo_comes_with_the_diary() -> None:
    town = Town()
    town.sends_photo("刘叔", LIFT)
    town.tells("王主任", "/查单 1")
    assert "#1 的照片" in town.heard_by("王主任")


def test_why_names_the_words_and_the_rules() -> None:
    shown = _asked(_busy(), "王主任", "/为什么 1")
    assert "#1 登记为 投诉·电梯" in shown
    assert "登记时的依据" in shown
    assert "看到“电梯”" in shown
    assert "物业维修(王师傅)" in shown


def test_why_tells_of_a_correction_and_that_the_rules_see_it_otherwise() -> None:
    town = _busy()
    town.tells("王主任", "/改类 1 心愿 绿化")
    shown = _asked(town, "王主任", "/为什么 1")
    assert "原先认作 投诉电梯" in shown
    assert "按现在的规则会认作 投诉 电梯" in shown


def test_why_is_not_for_neighbours() -> None:
    town = _busy()
    town.starts("赵姐")
    assert "不是您报的" in _asked(town, "赵姐", "/为什么 1")


def test_every_event_that_is_written_has_words_in_the_diary() -> None:
    texts = load_texts()
    written = {verb.value for verb in Verb}
    sources = list((Path(__file__).parents[3] / "handlers").rglob("*.py"))
    assert len(sources) > 10
    for source in sources:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "note"
            ):
                written |= {
                    str(arg.value)
                    for arg in node.args[2:3]
                    if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
                }
    assert "rang" in written
    assert sorted(verb for verb in written if f"diary.{verb}" not in texts) == []
