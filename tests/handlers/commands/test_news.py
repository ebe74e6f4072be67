"""Announcements, festivals, notices."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.commands.news import LONGEST, split_moment
from tests.town import OWNERS, SECOND, STAFF, Town

WATER = "周六上午清洗水箱，请提前储水。"


def _asked(town: Town, name: str, text: str) -> str:
    town.heard_by(name)
    town.tells(name, text)
    heard = town.heard_by(name)
    assert heard, f"no answer to {text!r}"
    return heard[0]


# -- announcements -----------------------------------------------------------------------------------


def test_an_announcement_is_shown_first_and_goes_to_every_owners_group() -> None:
    town = Town()
    preview = _asked(town, "王主任", f"/announce {WATER}")
    assert f"📢 公告\n{WATER}\n—— 业委会 5月12日" in preview
    assert "马上发到 2 个业主群" in preview
    assert town.heard_in(OWNERS) == []
    town.presses("王主任", "确认")
    for group in (OWNERS, SECOND):
        assert town.heard_in(group) == [f"📢 公告\n{WATER}\n—— 业委会 5月12日"]
    assert town.heard_by("王主任") == ["公告已交给 2 个业主群。"]


def test_the_punctuation_is_kept_as_it_was_typed() -> None:
    town = Town()
    town.tells("王主任", "／公告　停水通知：３号楼，今晚（２２点）！\n请储水。")
    town.presses("王主任", "确认")
    assert "停水通知：３号楼，今晚（２２点）！\n请储水。" in town.heard_in(OWNERS)[0]


def test_confirming_with_a_word_is_the_same_and_twice_is_once() -> None:
    town = Town()
    town.tells("王主任", f"/公告 {WATER}")
    town.tells("王主任", "确认")
    town.tells("王主任", "确认")
    assert len(town.heard_in(OWNERS)) == 1


def test_nothing_is_sent_that_was_not_confirmed() -> None:
    town = Town()
    town.tells("王主任", f"/公告 {WATER}")
    town.presses("王主任", "取消")
    town.tells("谢委员", f"/公告 {WATER}")
    town.wait(minutes=11)
    town.tells("谢委员", "确认")
    assert town.heard_in(OWNERS) == []


def test_an_announcement_is_not_tried_out_in_front_of_everybody() -> None:
    town = Town()
    town.says("王主任", f"/公告 {WATER}")
    assert "私聊" in town.heard_in(OWNERS)[0]
    town.says("王主任", f"/公告 {WATER}", in_chat=STAFF)
    assert "预览" in town.heard_in(STAFF)[0]


def test_only_the_committee_announces() -> None:
    town = Town()
    for name in ("张阿姨", "老李"):
        assert "业委会" in _asked(town, name, f"/announce {WATER}")


def test_whoever_lost_the_rights_meanwhile_cannot_confirm() -> None:
    town = Town()
    town.tells("谢委员", f"/公告 {WATER}")
    with town.store() as store:
        store.people.revoke(town.account("谢委员"), town.clock.now())
    town.presses("谢委员", "确认")
    assert town.heard_in(OWNERS) == []


def test_an_announcement_waits_for_its_hour() -> None:
    town = Town()
    question = _asked(town, "王主任", f"/公告 {WATER} 2026-05-13 09:00")
    assert "明天09:00" in question
    assert "—— 业委会 5月13日" in question
    town.presses("王主任", "确认")
    assert "1 号公告，明天09:00 发" in town.heard_by("王主任")[0]
    town.until(8, 59)
    assert town.heard_in(OWNERS) == []
    town.wait(minutes=2)
    assert town.heard_in(OWNERS) == [f"📢 公告\n{WATER}\n—— 业委会 5月13日"]
    town.wait(hours=2)
    assert town.heard_in(OWNERS) == []


def test_planned_announcements_are_listed_and_can_be_cancelled() -> None:
    town = Town()
    for text in ("第一条 明天 9:00", "第二条 5月14日 10点"):
        town.tells("王主任", f"/公告 {text}")
        town.presses("王主任", "确认")
    listed = _asked(town, "王主任", "/公告 列表").splitlines()
    assert listed == ["待发的公告：", "1 号 · 明天09:00 · 第一条", "2 号 · 5月14日10:00 · 第二条"]
    assert _asked(town, "王主任", "/公告 取消 1") == "1 号公告已取消。"
    assert "没有待发的 1 号公告。待发的有：2" in _asked(town, "王主任", "/公告 取消 1")
    assert _asked(town, "王主任", "/公告 取消") == "2 号公告已取消。"
    assert _asked(town, "王主任", "/公告 取消") == "没有待发的公告。"
    town.wait(days=2, step=timedelta(hours=1))
    assert town.heard_in(OWNERS) == []


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("/公告", "写法：/公告"),
        (f"/公告 {WATER} 今天 9:00", "已经过了"),
        (f"/公告 {WATER} 明天 23:00", "安静时段（22:00–08:00）"),
        (f"/公告 {WATER} 2029-01-01 09:00", "太远"),
        ("/公告 " + "水" * (LONGEST + 1), "最多 3000 字"),
        ("/公告 取消 99999", "没有待发的 99999 号"),
    ],
)
def test_what_cannot_be_announced_is_refused_with_the_reason(said: str, answer: str) -> None:
    town = Town()
    assert answer in _asked(town, "王主任", said)
    with town.store() as store:
        assert store.compound.planned() == ()


def test_at_night_an_announcement_comes_without_a_sound() -> None:
    town = Town(at=datetime(2026, 5, 12, 15, 0, tzinfo=UTC))  # 23:00
    assert "不出声" in _asked(town, "王主任", "/公告 今晚停水抢修，凌晨两点恢复。")
    town.presses("王主任", "确认")
    assert len(town.heard_in(OWNERS)) == 1


def test_a_listening_or_silenced_bot_says_so_before_it_announces() -> None:
    assert "试听期" in _asked(Town(mode="listen"), "王主任", f"/公告 {WATER}")
    town = Town()
    town.tells("王主任", "/mute 2h")
    assert "这条公告仍会发" in _asked(town, "王主任", f"/公告 {WATER}")


def test_the_longest_announcement_fits_with_its_preview() -> None:
    assert len(_asked(Town(), "王主任", "/公告 " + "水" * LONGEST)) <= 4096


@pytest.mark.parametrize(
    ("text", "rest", "at"),
    [
        ("清洗水箱 2026-06-16 09:00", "清洗水箱", datetime(2026, 6, 16, 1, tzinfo=UTC)),
        ("清洗水箱 明天 9:00", "清洗水箱", datetime(2026, 5, 13, 1, tzinfo=UTC)),
        ("清洗水箱 明天9点", "清洗水箱", datetime(2026, 5, 13, 1, tzinfo=UTC)),
        ("清洗水箱\n\n周六 上午 9点", "清洗水箱", datetime(2026, 5, 16, 1, tzinfo=UTC)),
        ("今晚停水 22:00", "今晚停水 22:00", None),
        ("今晚停水 9点", "今晚停水 9点", None),
        ("清洗水箱，时间是 明天 9:00。", "清洗水箱，时间是 明天 9:00。", None),
        ("明天9点", "明天9点", None),
        ("清洗水箱", "清洗水箱", None),
    ],
)
def test_the_moment_is_what_stands_at_the_end_with_its_day(text: str, rest: str, at: datetime | None) -> None:
    town = Town(start=False)
    with town.store() as store:
        found, moment = split_moment(text, town.context(store))
    assert (found, moment.astimezone(UTC) if moment else None) == (rest, at)


_TOWN = Town(start=False)


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.text(alphabet="明后天周六上下午点 9:0-二十\n。水abc", max_size=40))
def test_no_text_loses_anything_but_its_moment(text: str) -> None:
    with _TOWN.store() as store:
        rest, moment = split_moment(text, _TOWN.context(store))
    if moment is None:
        assert rest == text
    else:
        assert text.startswith(rest)
        assert rest
        assert moment.tzinfo is not None


# -- festivals ---------------------------------------------------------------------------------------


def test_the_next_festivals_come_with_their_lunar_date_and_when_something_is_said() -> None:
    lines = _asked(Town(), "张阿姨", "/节日").splitlines()
    assert lines[0] == "接下来的节日："
    assert "端午节：6月19日 星期五（农历五月初五），发：6月16日9点、6月19日9点" in lines
    assert len(lines) == 7


def test_what_has_been_said_already_is_not_promised() -> None:
    town = Town(at=datetime(2026, 6, 19, 4, 0, tzinfo=UTC))
    lines = _asked(town, "张阿姨", "/节日").splitlines()
    assert "端午节：6月19日 星期五（农历五月初五），发：已发过" in lines


def test_while_it_only_listens_the_bot_promises_no_festival() -> None:
    assert "试听期，到时不发" in _asked(Town(mode="listen"), "张阿姨", "/festivals")


def test_without_festivals_that_is_said() -> None:
    town = Town()
    town.intake.files = replace(town.files, festivals=())
    assert _asked(town, "张阿姨", "/节日") == "没有配置节日。"


# -- notices -----------------------------------------------------------------------------------------


def test_staffs_notices_are_repeated_and_residents_words_are_not() -> None:
    town = Town()
    town.says("丁经理", "通知：明天上午9点到11点3栋停水检修，请大家提前储水")
    found = town.tickets()
    assert [t.kind.value for t in found] == ["notice"]
    answer = _asked(town, "张阿姨", "/通知")
    assert answer.startswith("近期的通知：")
    assert "#1 【明天 9:00-11:00】3栋停水" in answer


def test_the_words_of_a_notice_are_repeated_only_while_staff_stand_behind_it() -> None:
    town = Town()
    town.says("丁经理", "通知：小区门禁卡统一更换，请到物业办理")
    assert "#1 5月12日 通知：小区门禁卡统一更换" in _asked(town, "张阿姨", "/通知")
    with town.store() as store:
        ticket = store.tickets.numbered(1)
        assert ticket is not None
        store.tickets.change(ticket, reporter=town.account("张阿姨"))
    answer = _asked(town, "刘叔", "/通知")
    assert "门禁卡" not in answer
    assert "#1 5月12日" in answer


def test_notices_that_have_ended_or_are_a_month_old_are_not_listed() -> None:
    town = Town()
    town.says("丁经理", "通知：明天上午9点到11点3栋停水检修，请大家提前储水")
    town.sleeps(days=31)
    assert "没有还在有效的通知" in _asked(town, "张阿姨", "/notices")
