"""The committee's paperwork."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook

from bot.domain.places import Place
from bot.domain.tickets import State
from handlers.commands.on_behalf import understand
from handlers.exports import FOLDER, sweep_exports
from tests.town import NOON, OWNERS, STAFF, Town

LIFT = "5栋电梯又停了"
LAMP = "8栋的路灯坏了好几天了,101的王阿姨电话13800000000"


def _asked(town: Town, name: str, text: str, **more: object) -> str:
    town.heard_by(name)
    town.tells(name, text, **more)
    return town.heard_by(name)[-1]


# -- 登记 -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        "3栋501 王奶奶 13800000000 水管漏水",
        "水管漏水 13800000000 王奶奶 3-501",
        "王奶奶,3栋501,水管漏水,138 0000 0000",
        "位置:3栋501 姓名:王奶奶 电话:13800000000 事项:水管漏水",
        "报修 3栋501 王奶奶 13800000000 水管漏水",
    ],
)
def test_dictation_is_understood_in_any_order(town: Town, said: str) -> None:
    found = understand(said, town.files.classifier, town.files.rulebook)
    assert (found.name, found.phone.replace(" ", ""), found.matter) == ("王奶奶", "13800000000", "水管漏水")
    assert found.place == Place(buildings=("3",), room="501")


@pytest.mark.parametrize(
    ("said", "name", "matter"),
    [
        ("3栋 马桶 堵了", "", "马桶 堵了"),
        ("3栋 路灯 不亮", "", "路灯 不亮"),
        ("3栋 马建国 马桶堵了", "马建国", "马桶堵了"),
        ("3栋501王奶奶家马桶堵了", "王奶奶", "3栋501王奶奶家马桶堵了"),
        ("3栋 楼上王奶奶家的狗乱叫", "", "楼上王奶奶家的狗乱叫"),
        ("3栋 老李 灯坏了", "老李", "灯坏了"),
    ],
)
def test_things_are_not_taken_for_names(town: Town, said: str, name: str, matter: str) -> None:
    found = understand(said, town.files.classifier, town.files.rulebook)
    assert (found.name, found.matter) == (name, matter)


def test_filing_for_somebody_without_a_phone_rings_the_worker(town: Town) -> None:
    answer = _asked(town, "王主任", "/登记 3栋501 王奶奶 13800000000 水管漏水")
    assert "已登记 #1 投诉·漏水·3栋 → 物业维修王师傅" in answer
    assert "称呼：王奶奶" in answer
    ticket = town.ticket()
    assert (ticket.on_behalf, ticket.contact, ticket.reporter) == (True, "13800000000", None)
    assert "王奶奶（13800000000）" in town.card_of("王师傅")
    assert "由王主任代为登记" in _asked(town, "王主任", "/查单 1")


def test_what_was_dictated_in_a_group_is_repeated_in_private_only(town: Town) -> None:
    town.says("王主任", "/登记 3栋501 王奶奶 13800000000 水管漏水", in_chat=STAFF)
    answers = town.heard_in(STAFF)
    assert answers
    assert not [text for text in answers if "王奶奶" in text or "138" in text or "501" in text]
    assert "王奶奶" in town.heard_by("王主任")[-1]


def test_what_the_rules_do_not_know_is_filed_all_the_same(town: Town) -> None:
    town.tells("王主任", "/登记 3栋 王奶奶 想找人陪着说说话")
    assert town.ticket().kind.value == "complaint"
    town.tells("王主任", "/登记 心愿 3栋 王奶奶 想找人陪着说说话")
    assert town.ticket(2).kind.value == "wish"


def test_dictation_without_a_matter_teaches_how(town: Town) -> None:
    assert "例如：/登记 3栋501" in _asked(town, "王主任", "/登记 3栋501 王奶奶 13800000000")
    assert "例如：/登记 3栋501" in _asked(town, "王主任", "/登记")
    assert town.tickets() == ()


# -- 统计 -----------------------------------------------------------------------------------------------


def test_figures_count_what_was_filed_and_how_fast(town: Town) -> None:
    town.says("刘叔", LIFT)
    town.says("小孙", LAMP)
    town.says("张阿姨", "3栋2单元楼道一直漏水")
    town.wait(minutes=10)
    town.tells("王师傅", "/接单 1")
    town.wait(minutes=10)
    town.tells("王师傅", "/接单 2")
    town.tells("王师傅", "/办结 1 换了皮带")
    town.tells("王主任", "/改类 3 闲聊")
    today = _asked(town, "王主任", "/统计").split("\n\n")[0]
    assert "【今天】登记 2 件（投诉 2），已结束 1 件" in today
    assert "接单 15分钟，办结 20分钟" in today
    assert "合并 1 件不计" in today


def test_a_night_does_not_count_against_the_worker() -> None:
    town = Town(at=NOON + timedelta(hours=11))
    town.says("刘叔", LIFT)
    town.until(8, 5)
    town.tells("王师傅", "/接单 1")
    assert "接单 5分钟" in _asked(town, "王主任", "/统计 2天")


def test_figures_are_for_staff_and_show_no_person(town: Town) -> None:
    town.says("小孙", LAMP)
    town.says("王主任", "/统计", in_chat=STAFF)
    shown = town.heard_in(STAFF)[-1]
    assert "登记 1 件" in shown
    assert "小孙" not in shown
    town.starts("小孙")
    assert "工作人员" in _asked(town, "小孙", "/统计")


def test_a_period_that_is_none_teaches_those_there_are(town: Town) -> None:
    assert "可以写：今天" in _asked(town, "王主任", "/统计 随便")
    assert "【上月】没有登记" in _asked(town, "王主任", "/统计 上月")


# -- 导出 -----------------------------------------------------------------------------------------------


def _files(town: Town) -> list[Path]:
    return sorted((town.config.files.media / FOLDER).glob("*.xlsx"))


def _cells(path: Path) -> list[list[object]]:
    book = load_workbook(path)
    return [list(row) for page in book.worksheets for row in page.iter_rows(values_only=True)]


def test_the_workbook_has_every_ticket_and_no_person(town: Town) -> None:
    town.says("刘叔", LIFT)
    town.says("小孙", LAMP)
    town.tells("王师傅", "/接单 1")
    assert ".xlsx" in _asked(town, "王主任", "/导出")
    (path,) = _files(town)
    text = str(_cells(path))
    assert "路灯照明" in text
    assert "王师傅接单" in text
    assert not [p for p in ("刘叔", "小孙", "13800000000", "101", "王阿姨") if p in text]
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_residents_are_in_it_only_after_a_question_and_it_is_logged(town: Town) -> None:
    town.says("小孙", LAMP)
    assert "含报修人、电话和房号吗" in _asked(town, "王主任", "/导出 含住户")
    assert _files(town) == []
    town.presses("王主任", "确认")
    (path,) = _files(town)
    assert "小孙" in str(_cells(path))
    assert "persons_exported" in town.diary(1)
    assert "王主任导出了含报修人信息的表格" in _asked(town, "王主任", "/查单 1")


def test_the_workbook_goes_to_the_private_chat_even_when_asked_for_in_a_group(town: Town) -> None:
    town.says("小孙", LAMP)
    town.heard_in(STAFF)
    town.says("王主任", "/导出", in_chat=STAFF)
    assert not [text for text in town.heard_in(STAFF) if ".xlsx" in text]
    assert ".xlsx" in town.heard_by("王主任")[-1]


def test_only_the_committee_exports(town: Town) -> None:
    town.says("小孙", LAMP)
    assert "业委会" in _asked(town, "王师傅", "/导出")
    assert _files(town) == []


def test_a_period_without_tickets_gives_no_file(town: Town) -> None:
    town.says("小孙", LAMP)
    assert "上月没有工单可以导出" in _asked(town, "王主任", "/导出 上月")
    assert "不明白“随便”" in _asked(town, "王主任", "/导出 随便")
    assert _files(town) == []


def test_old_exports_are_swept_and_nothing_else(town: Town, tmp_path: Path) -> None:
    town.says("小孙", LAMP)
    town.tells("王主任", "/导出")
    (path,) = _files(town)
    other = path.parent / "readme.txt"
    other.write_text("stays")
    for file in (path, other):
        os.utime(file, (NOON.timestamp(), NOON.timestamp()))
    assert sweep_exports(town.config.files.media, NOON) == 0
    assert sweep_exports(town.config.files.media, NOON + timedelta(seconds=1)) == 1
    assert _files(town) == []
    assert other.exists()
    assert sweep_exports(tmp_path / "none", NOON) == 0


# -- 忽略 -----------------------------------------------------------------------------------------------


def test_an_ignored_account_files_nothing_until_the_time_is_over(town: Town) -> None:
    town.says("刘叔", LIFT)
    answer = _asked(town, "王主任", "/忽略 1 2小时")
    assert "14:00 之前不再登记 刘叔 的消息" in answer
    town.says("刘叔", LAMP)
    assert len(town.tickets()) == 1
    town.wait(hours=2, minutes=1)
    town.says("刘叔", LAMP)
    assert len(town.tickets()) == 2


def test_ignoring_by_reply_is_not_said_in_the_group(town: Town) -> None:
    message = town.says("刘叔", "哈哈哈今天天气不错")
    town.heard_in(OWNERS)
    town.says("王主任", "/忽略", reply_to=message)
    assert not [text for text in town.heard_in(OWNERS) if "刘叔" in text or "忽略" in text]
    town.says("刘叔", LIFT)
    assert town.tickets() == ()


def test_ignoring_is_taken_back(town: Town) -> None:
    town.says("刘叔", LIFT)
    town.tells("王主任", "/忽略 1")
    assert "恢复登记" in _asked(town, "王主任", "/忽略 1 取消")
    town.says("刘叔", LAMP)
    assert len(town.tickets()) == 2


def test_a_name_is_enough_where_only_one_has_it(town: Town) -> None:
    town.says("刘叔", LIFT)
    assert "刘叔" in _asked(town, "王主任", "/忽略 @刘叔 3天")
    assert "不认识“赵姐”" in _asked(town, "王主任", "/忽略 赵姐")


def test_staff_and_unknown_messages_cannot_be_ignored(town: Town) -> None:
    assert "是工作人员" in _asked(town, "王主任", "/忽略 老李")
    assert "认不出是谁" in _asked(town, "王主任", "/忽略", reply_to="99999")
    assert "例如：/忽略 12" in _asked(town, "王主任", "/忽略")


def test_what_was_filed_by_dictation_has_no_account_to_ignore(town: Town) -> None:
    town.tells("王主任", "/登记 3栋501 王奶奶 水管漏水")
    assert "没有留下账号" in _asked(town, "王主任", "/忽略 1")
    assert town.ticket().state is State.OPEN
