"""Promise: what staff announce is read, people are reminded in time, and nobody files a ticket for what was announced."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.domain.able import EVERYTHING, Able
from bot.domain.messages import Address
from bot.domain.tickets import State
from bot.domain.verdicts import Kind
from tests.town import OWNERS, POOR, SECOND, Town

WATER = "通知：明天上午9点到下午5点3、5栋停水检修，请大家提前储水"
LINE = "提醒：明天 9:00-17:00 3、5栋停水，请提前储水"
AT_NINE = datetime(2026, 5, 12, 1, 0, tzinfo=UTC)
"""A Tuesday, 9:00 in Shanghai."""


def _announced(text: str = WATER, **settings: object) -> Town:
    town = Town(**settings)  # type: ignore[arg-type]
    town.says("丁经理", text)
    return town


def _lasting() -> Town:
    """It is ten o'clock on the next day: 3 and 5 are without water, as announced."""
    town = _announced()
    town.until(10)
    town.heard_in()
    town.heard_in(SECOND)
    return town


# -- reminders -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("able", [EVERYTHING, POOR], ids=["buttons", "words"])
def test_the_evening_before_and_an_hour_before_every_owners_group_is_reminded_once(able: Able) -> None:
    town = _announced(able=able)
    town.until(18, 45)
    assert town.heard_in() == []

    town.until(21)
    assert town.heard_in() == [LINE]
    assert town.heard_in(SECOND) == [LINE]

    town.until(8, 30)
    assert town.heard_in() == ["提醒：今天 9:00-17:00 3、5栋停水，请提前储水"]
    town.until(7)
    assert town.heard_in() == []


def test_who_has_just_been_told_is_not_reminded() -> None:
    town = Town()
    town.until(18, 30)
    town.says("丁经理", WATER)
    town.until(21)
    assert town.heard_in() == []


def test_a_notice_of_a_resident_is_filed_and_reminds_nobody() -> None:
    town = Town()
    town.says("张阿姨", WATER)
    town.until(12)
    assert [t.kind for t in town.tickets()] == [Kind.NOTICE]
    assert town.heard_in() == []


def test_before_an_early_hour_the_reminder_comes_while_people_are_awake() -> None:
    town = Town()
    town.until(20)
    town.says("丁经理", "通知：今晚23点至次日6点3栋停水，请提前储水")
    town.until(21, 30)
    assert town.heard_in() == []
    town.until(21, 45)
    assert town.heard_in() == ["提醒：今天 23:00 至 明天 6:00 3栋停水，请提前储水"]
    town.until(9)
    assert town.heard_in() == []


def test_what_was_missed_while_the_bot_was_down_is_made_up_for_while_it_helps() -> None:
    town = _announced("通知：明天16点到18点3栋停水检修")
    town.sleeps(hours=21)
    town.tick()
    assert town.heard_in() == ["提醒：今天 16:00-18:00 3栋停水，请提前储水"]
    town.tick()
    assert town.heard_in() == []


@pytest.mark.parametrize("silence", ["listen", "mute"])
def test_there_are_no_reminders_while_the_bot_is_to_be_silent(silence: str) -> None:
    town = _announced(mode="listen" if silence == "listen" else "live")
    if silence == "mute":
        town.tells("王主任", "/mute 24h")
    town.until(11)
    assert town.heard_in() == []


def test_other_notices_are_reminded_of_in_their_own_words_without_the_hour_that_has_changed_its_name() -> (
    None
):
    town = _announced("通知：各位业主：后天下午2点在中心花园召开业主大会，请准时参加。电话0453-1234567")
    town.wait(days=1)
    town.until(20)
    (line,) = town.heard_in()
    assert line == "提醒：明天 14:00 起，在中心花园召开业主大会，请准时参加"


def test_an_announcement_by_command_reminds_too() -> None:
    town = Town()
    town.tells("王主任", "/公告 明天9:00-17:00 3、5栋停水")
    town.presses("王主任", "确认")
    town.heard_in()
    town.until(20)
    assert town.heard_in() == [LINE]


def test_hours_on_several_days_are_told_each_evening() -> None:
    town = _announced("通知：5月14日至16日每天9:00-17:00停电检修")
    town.wait(days=1)
    town.until(20)
    assert town.heard_in() == ["提醒：明天 9:00-17:00 停电，请提前充好电"]
    town.until(18)
    assert town.heard_in() == ["提醒：今天 9:00-17:00 停电，请提前充好电"]
    town.until(20)
    assert town.heard_in() == ["提醒：明天 9:00-17:00 停电，请提前充好电"]


# -- what staff say later ------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["明天的停水取消了", "取消停水", "通知：3、5栋明天的停水取消"])
def test_what_is_called_off_is_not_reminded_of(words: str) -> None:
    town = _announced()
    town.says("王师傅", words)
    assert town.ticket().state is State.ENDED
    assert len(town.tickets()) == 1
    town.until(12)
    assert town.heard_in() == []


def test_a_reply_to_the_notice_needs_not_say_what() -> None:
    town = Town()
    message = town.says("丁经理", WATER)
    town.says("丁经理", "取消了", reply_to=message)
    assert town.ticket().state is State.ENDED


def test_a_resident_cannot_call_it_off() -> None:
    town = _announced()
    town.says("张阿姨", "明天的停水取消了")
    assert town.ticket().state is State.POSTED


def test_a_notice_that_is_moved_is_reminded_of_at_its_new_time() -> None:
    town = _announced()
    town.says("丁经理", "原定明天的停水改为5月14日8:30-11:00")
    assert len(town.tickets()) == 1
    town.until(20)
    assert town.heard_in() == []
    town.until(20)
    assert town.heard_in() == ["提醒：明天 8:30-11:00 3、5栋停水，请提前储水"]


def test_an_edit_of_the_notice_moves_it() -> None:
    town = Town()
    message = town.says("丁经理", WATER)
    town.edits("丁经理", message, WATER.replace("明天", "后天"))
    town.until(20)
    assert town.heard_in() == []
    town.until(20)
    assert town.heard_in() == [LINE]


def test_an_edit_can_call_it_off() -> None:
    town = Town()
    message = town.says("丁经理", WATER)
    town.edits("丁经理", message, f"（已取消）{WATER}")
    assert town.ticket().state is State.ENDED


def test_the_same_notice_in_the_other_group_is_one_notice() -> None:
    town = _announced()
    town.says("丁经理", WATER, in_chat=SECOND)
    assert len(town.tickets()) == 1


# -- while it lasts ------------------------------------------------------------------------------------


def test_a_complaint_about_what_was_announced_is_counted_and_answered_with_the_planned_time() -> None:
    town = _lasting()
    town.says("张阿姨", "3栋怎么停水了")

    assert len(town.tickets()) == 1
    assert town.ticket().voices == 1
    assert town.reactions() == ["👌"]
    assert town.heard_in() == ["通知 #1 说过：3、5栋停水，今天 9:00-17:00。"]


def test_the_planned_time_is_told_once_an_hour_however_many_complain() -> None:
    town = _lasting()
    for name in ("张阿姨", "李叔", "赵姐"):
        town.says(name, "3栋怎么停水了")
        town.wait(minutes=5)
    assert town.ticket().voices == 3
    assert len(town.heard_in()) == 1

    town.wait(hours=1)
    town.says("孙姨", "5栋没水了")
    assert len(town.heard_in()) == 1
    assert len(town.tickets()) == 1


def test_a_question_about_it_is_answered_and_not_counted() -> None:
    town = _lasting()
    town.says("张阿姨", "什么时候来水？")
    (line,) = town.heard_in()
    assert "今天 9:00-17:00" in line
    assert "请说一声是几栋" in line
    assert town.ticket().voices == 0
    town.says("李叔", "停水了吗")
    assert town.heard_in() == []


@pytest.mark.parametrize("words", ["7栋停水了", "3栋水管爆了，停水了", "3栋停电了", "3栋电梯停了，有人被困"])
def test_what_was_not_announced_is_a_ticket(words: str) -> None:
    town = _lasting()
    town.says("张阿姨", words)
    assert [t.kind for t in town.tickets()] == [Kind.NOTICE, Kind.COMPLAINT]


def test_once_it_is_over_the_notice_ends_and_complaints_are_tickets_again() -> None:
    town = _lasting()
    town.until(17, 15)
    assert town.ticket().state is State.ENDED
    town.says("张阿姨", "3栋怎么还停水")
    assert [t.kind for t in town.tickets()] == [Kind.NOTICE, Kind.COMPLAINT]


def test_when_staff_say_that_water_is_back_it_is_over() -> None:
    town = _lasting()
    town.says("王师傅", "3、5栋已恢复供水")
    assert town.ticket().state is State.ENDED
    assert len(town.tickets()) == 1


def test_a_later_end_is_the_one_that_is_told() -> None:
    town = _lasting()
    town.says("丁经理", "抱歉，停水延长至20:00")
    town.says("张阿姨", "3栋怎么还没水")
    assert town.heard_in() == ["通知 #1 说过：3、5栋停水，今天 9:00-20:00。"]
    town.until(19)
    assert town.ticket().state is State.POSTED


def test_in_the_listening_week_complaints_are_counted_in_silence() -> None:
    town = _announced(mode="listen")
    town.until(10)
    town.heard_in()
    town.says("张阿姨", "3栋怎么停水了")
    assert town.ticket().voices == 1
    assert town.reactions() == []
    assert town.heard_in() == []


def test_residents_who_reported_before_staff_explained_keep_their_ticket() -> None:
    town = Town(at=AT_NINE)
    town.says("张阿姨", "3栋怎么停水了")
    town.says("丁经理", "通知：3栋水管故障停水，正在抢修，预计11点恢复供水", reply_to=None)
    town.says("李叔", "3栋也停水了")
    complaint = town.tickets()[0]
    assert (complaint.kind, complaint.voices) == (Kind.COMPLAINT, 1)


# -- the list ------------------------------------------------------------------------------------------


def test_the_list_tells_what_runs_and_what_comes_with_times_and_places() -> None:
    town = _lasting()
    town.says("丁经理", "通知：明天晚上7点到9点二期停电检修")
    town.says("丁经理", "通知：小区门禁卡统一更换，请到物业办理")
    town.tells("张阿姨", "/通知")
    (told,) = town.heard_by("张阿姨")
    assert told.splitlines()[:5] == [
        "近期的通知：",
        "正在进行：",
        "#1 【今天 9:00-17:00】3、5栋停水",
        "接下来：",
        "#2 【明天 19:00-21:00】二期停电",
    ]
    assert "近期：" in told


def test_the_committee_ends_a_notice_by_its_number_and_a_resident_cannot() -> None:
    town = _announced()
    town.tells("张阿姨", "/通知 结束 1")
    assert town.ticket().state is State.POSTED
    town.tells("王主任", "/通知 结束 1")
    assert town.ticket().state is State.ENDED
    assert "已结束" in town.heard_by("王主任")[-1]
    town.until(20)
    assert town.heard_in(OWNERS) == []


def test_a_reminder_goes_only_to_the_groups_of_the_buildings_that_it_concerns() -> None:
    groups = {
        "owners": [
            {"platform": "console", "chat": OWNERS.chat, "buildings": "1-3"},
            {"platform": "console", "chat": SECOND.chat, "buildings": ["4-6", "9"]},
            {"platform": "console", "chat": "-102"},
        ]
    }
    town = Town(groups=groups)
    town.says("丁经理", "通知：明天上午9点到11点3栋停水检修，请提前储水")
    for chat in (OWNERS, SECOND, Address("console", "-102")):
        town.heard_in(chat)
    town.until(19, 30)

    assert len(town.heard_in(OWNERS)) == 1
    assert town.heard_in(SECOND) == []
    assert len(town.heard_in(Address("console", "-102"))) == 1
