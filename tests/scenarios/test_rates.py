"""三率: the committee sees how promises were kept and why what is left out; a worker sees their own."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from PIL import Image

from bot.files.sheets import read_rows
from bot.platforms.console import Act
from tests.town import OWNERS, STAFF, SUPERVISION, Town

LIFT = "3栋电梯坏了，已经停了两天"
LAMP = "5栋楼道灯不亮了"


def solved(
    town: Town, who: str, words: str, number: int, *, stars: int | None = None, after: float = 3
) -> None:
    """A matter that the repairman takes and solves in time, and the reporter confirms."""
    town.starts(who)
    town.says(who, words)
    town.wait(minutes=after)
    town.tells("王师傅", f"接单 {number}")
    town.wait(minutes=10)
    town.tells("王师傅", f"办结 {number} 换好了")
    town.forges(who, f"t:{town.ticket(number).id}:confirm", in_chat=OWNERS)
    if stars:
        town.forges(who, f"t:{town.ticket(number).id}:star:{stars}", in_chat=town.private(who))


@pytest.fixture
def busy(town: Town) -> Town:
    """Two matters well done, one that nobody took in time, one false alarm."""
    solved(town, "张阿姨", LIFT, 1, stars=5)
    solved(town, "李叔", LAMP, 2, stars=2)
    town.says("陈伯", "7栋下水道堵了，污水往外冒")
    town.wait(minutes=20)
    town.says("孙姐", "8栋水管爆了")
    town.wait(minutes=1)
    town.tells("王主任", "误报 4")
    for name in ("王主任", "王师傅", "丁经理"):
        town.heard_by(name)
    return town


def test_the_committee_reads_counts_beside_percentages_and_gets_a_picture(busy: Town) -> None:
    busy.tells("王主任", "/rates")

    text, picture = busy.heard_by("王主任")
    assert "响应 2/3（67%）" in text
    assert "满意 1/2（50%）" in text
    assert "误报 1 件：#4" in text
    assert "王师傅" in text
    assert "响应率" in picture
    assert "A 全部" in picture


def test_the_picture_is_a_picture_and_swept_after_a_day(busy: Town) -> None:
    busy.tells("王主任", "/rates")
    (shown,) = [s for s in busy.shown if s.act is Act.FILE]
    file = busy.config.files.media / "exports" / shown.text.rpartition("[")[2].rstrip("]")
    with Image.open(file) as image:
        assert image.width > 800
    drawn = busy.clock.now().timestamp()
    os.utime(file, (drawn, drawn))
    busy.wait(hours=23, step=timedelta(hours=1))
    assert file.exists()
    busy.wait(hours=3, step=timedelta(hours=1))
    assert not file.exists()


def test_the_residents_groups_hear_nothing_of_it(busy: Town) -> None:
    for chat in (OWNERS, STAFF, SUPERVISION):
        busy.heard_in(chat)
        busy.says("王主任", "/rates", in_chat=chat)
        heard = "".join(busy.heard_in(chat))
        assert "王师傅" not in heard
        assert "%" not in heard
        assert any("王师傅" in text for text in busy.heard_by("王主任"))


def test_a_resident_is_told_whose_it_is(busy: Town) -> None:
    busy.heard_by("张阿姨")
    busy.tells("张阿姨", "/rates")
    assert "%" not in "".join(busy.heard_by("张阿姨"))


def test_a_worker_sees_their_own_and_no_stars_as_long_as_they_are_few(busy: Town) -> None:
    busy.tells("王师傅", "三率")

    (text,) = busy.heard_by("王师傅")
    assert "满意 —" in text
    assert "解决 2/2（100%）" in text
    assert "丁经理" not in text


@pytest.mark.parametrize("words", ["/rates 丁经理", "/rates 一网格", "/rates 表格", "/rates 电梯"])
def test_and_nobody_elses(busy: Town, words: str) -> None:
    busy.tells("王师傅", words)
    assert "自己的三率" in "".join(busy.heard_by("王师傅"))


@pytest.mark.parametrize("words", ["/rates 今天", "/rates 7天", "/rates 今年", "/rates 全部"])
def test_slices_of_time_that_would_tell_who_gave_which_stars_are_not_to_be_had(
    busy: Town, words: str
) -> None:
    busy.tells("王师傅", words)
    assert "按整月" in "".join(busy.heard_by("王师傅"))


def test_with_five_stars_given_they_are_shown_together(town: Town) -> None:
    for number in range(1, 6):
        solved(town, f"住户{number}", f"{number}栋电梯坏了", number, stars=5 if number > 1 else 1)
    town.heard_by("王师傅")
    town.tells("王师傅", "三率")
    assert "满意 4/5（80%）" in "".join(town.heard_by("王师傅"))


def test_one_grid_one_person_one_topic_one_month(busy: Town) -> None:
    for words, expected in (
        ("/rates 本月 一网格", "三率 · 本月 一网格：1 件次"),
        ("/rates 王师傅", "三率 · 本月 王师傅："),
        ("/rates 电梯", "三率 · 本月 电梯：1 件次"),
        ("/rates 4月", "4月还没有可以统计的工单"),
        ("/rates 4月 老李", "4月 老李还没有可以统计的工单"),
        ("/rates 随便", "不明白“随便”"),
    ):
        busy.tells("王主任", words)
        assert any(expected in text for text in busy.heard_by("王主任")), words


def test_the_table_holds_every_group_and_every_reason_and_nobodys_stars(busy: Town) -> None:
    busy.tells("王主任", "/rates 本月 表格")

    (said,) = busy.heard_by("王主任")
    file = busy.config.files.media / "exports" / said.rpartition("[")[2].rstrip("]")
    rows = read_rows(file)
    whole = next(row for row in rows if row["分组"] == "全部")
    assert (whole["响应达标"], whole["响应计入"], whole["响应率"]) == ("2", "3", "67%")
    assert {row["分组"] for row in rows} == {"全部", "月份", "单位", "网格", "主题", "办理人"}


def test_csv_is_the_same_table(busy: Town) -> None:
    busy.tells("王主任", "/rates csv")
    (said,) = busy.heard_by("王主任")
    file = busy.config.files.media / "exports" / said.rpartition("[")[2].rstrip("]")
    assert read_rows(file)[0]["满意率"] == "50%"


def test_solved_at_once_with_nothing_to_show_is_marked_and_not_counted(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.wait(minutes=1)
    town.tells("王师傅", "办结 1 好了")
    town.heard_by("王主任")
    town.tells("王主任", "/rates")
    text = "".join(town.heard_by("王主任"))
    assert "两分钟内办结" in text
    assert "#1" in text
    assert "解决 —" in text


def test_a_pause_is_told_and_not_held_against_anybody(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.wait(minutes=2)
    town.tells("王师傅", "接单 1")
    town.tells("王主任", "/pause 1 等配件 明天9点")
    town.heard_by("王主任")
    town.tells("王主任", "/rates")
    text = "".join(town.heard_by("王主任"))
    assert "停表 1 次" in text
    assert "解决 —" in text

    town.tells("王主任", "/rates 表格")
    (said,) = town.heard_by("王主任")
    book = load_workbook(town.config.files.media / "exports" / said.rpartition("[")[2].rstrip("]"))
    ((number, _, _, until, reason, agreed),) = book["停表"].iter_rows(min_row=2, values_only=True)
    assert (number, until, reason, agreed) == ("#1", None, "等配件", "王主任")
