"""Promise: between 22:00 and 08:00 only emergencies ring; what happens at night starts its clock in the morning."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.domain.tickets import State
from tests.town import OWNERS, SECOND, STAFF, UNHURRIED, Town

LATE = datetime(2026, 5, 12, 15, 0, tzinfo=UTC)
"""23:00 in Shanghai."""
JUST_BEFORE = datetime(2026, 5, 12, 13, 58, tzinfo=UTC)
"""21:58."""
LIFT = "3栋电梯坏了，已经停了两天"
NOISE = "8栋楼上半夜装修，噪音太大，吵得睡不着"
EVERYBODY = (
    "老李",
    "小陈",
    "老赵",
    "周姐",
    "王师傅",
    "吴阿姨",
    "梁调解",
    "丁经理",
    "王主任",
    "谢委员",
    "冯书记",
)


def _heard_anywhere(town: Town) -> list[str]:
    heard = [text for chat in (OWNERS, SECOND, STAFF) for text in town.heard_in(chat)]
    return heard + [text for name in (*EVERYBODY, "张阿姨", "李叔") for text in town.heard_by(name)]


def test_at_night_a_complaint_gets_a_sign_and_nobody_is_disturbed() -> None:
    town = Town(at=LATE)
    town.starts("张阿姨")

    town.says("张阿姨", LIFT)

    assert town.reactions() == ["✍"]
    assert _heard_anywhere(town) == []
    town.wait(hours=8)
    assert _heard_anywhere(town) == []


def test_in_the_morning_the_worker_and_the_group_hear_of_it_once() -> None:
    town = Town(at=LATE)
    town.says("张阿姨", LIFT)

    town.until(9)

    assert len(town.heard_by("王师傅")) == 1
    assert len(town.heard_in()) == 1
    town.wait(minutes=20)
    assert town.heard_in() == []


def test_the_minutes_to_accept_begin_in_the_morning() -> None:
    town = Town(at=LATE)
    town.says("张阿姨", LIFT)

    town.until(8, 4)
    assert town.heard_by("丁经理") == []

    town.until(8, 10)
    assert len(town.heard_by("丁经理")) == 1


def test_several_matters_of_a_night_come_as_one_list_per_worker_and_per_group() -> None:
    town = Town(at=LATE)
    town.says("张阿姨", LIFT)
    town.says("李叔", "5栋电梯坏了，已经停了两天")
    town.says("赵姐", "7栋电梯坏了，已经停了两天", in_chat=SECOND)

    town.until(9)

    (worker_list,) = town.heard_by("王师傅")
    assert all(number in worker_list for number in ("#1", "#2", "#3"))
    (group_list,) = town.heard_in(OWNERS)
    assert "#1" in group_list
    assert "#2" in group_list
    assert "张阿姨" not in group_list
    assert len(town.heard_in(SECOND)) == 1


def test_a_ticket_of_the_night_can_be_accepted_from_the_morning_list() -> None:
    town = Town(at=LATE)
    town.says("张阿姨", LIFT)
    town.says("李叔", "5栋电梯坏了，已经停了两天")
    town.until(9)

    town.presses("王师傅", "接单 #2")

    assert town.ticket(2).state is State.ACCEPTED
    assert town.ticket(1).state is State.OPEN


def test_a_deadline_does_not_fall_into_the_night() -> None:
    town = Town(at=JUST_BEFORE)
    town.says("张阿姨", LIFT)
    town.heard_by("王师傅")

    town.until(7, 59)
    assert town.heard_by("丁经理") == []
    town.until(8, 40)
    assert len(town.heard_by("丁经理")) == 1


def test_the_place_answered_at_night_rings_nobody_before_the_morning() -> None:
    town = Town(at=JUST_BEFORE)
    town.says("张阿姨", "楼道垃圾没人清理，臭死了")
    town.heard_by("丁经理")
    town.wait(minutes=4)
    _heard_anywhere(town)

    town.says("张阿姨", "5栋2单元")

    assert town.ticket().place.buildings == ("5",)
    assert _heard_anywhere(town) == []
    town.until(9)
    assert len(town.heard_by("吴阿姨")) == 1


def test_a_worker_lost_at_night_rings_the_next_one_in_the_morning() -> None:
    town = Town(at=JUST_BEFORE)
    town.platform.refuses.add("王师傅")
    with town.store() as store:
        store.compound.change(muted_until=None)
    town.wait(minutes=3)
    town.says("张阿姨", LIFT)

    assert _heard_anywhere(town) == []
    town.until(9)
    assert len(town.heard_by("丁经理")) == 1


def test_done_at_night_is_said_in_the_morning() -> None:
    town = Town(at=JUST_BEFORE)
    town.starts("张阿姨")
    town.says("张阿姨", LIFT)
    town.wait(minutes=10)
    _heard_anywhere(town)

    town.presses("王师傅", "接单")
    town.tells("王师傅", "办结 1 已换主板")
    assert town.heard_in() == []
    assert town.heard_by("张阿姨") == []

    town.until(8, 5)
    assert len(town.heard_in()) == 1
    assert len(town.heard_by("张阿姨")) == 1


def test_filed_and_done_in_one_night_the_group_hears_only_in_the_morning() -> None:
    town = Town(at=LATE)
    town.says("张阿姨", LIFT)
    town.tells("王师傅", "接单 1")
    town.tells("王师傅", "办结 1 已换主板")

    assert town.heard_in() == []
    town.until(8, 5)
    heard = town.heard_in()
    assert any("已办结，请报修的邻居点一下" in text for text in heard)
    assert set(town.buttons(OWNERS)) == {"已解决", "未解决"}


def test_no_pause_ends_in_anybody_s_sleep() -> None:
    town = Town(at=JUST_BEFORE, clocks=UNHURRIED)
    town.says("张阿姨", LIFT)
    town.presses("王师傅", "接单")
    town.tells("王主任", "/挂起 1 等配件 2小时")
    assert town.ticket().state is State.PAUSED
    town.heard_by("王师傅")

    town.until(7, 59)
    assert town.heard_by("王师傅") == []
    town.until(8, 10)
    assert len(town.heard_by("王师傅")) == 1


def test_unsolved_at_night_rings_the_next_level_in_the_morning() -> None:
    town = Town(at=JUST_BEFORE)
    town.says("张阿姨", LIFT)
    town.presses("王师傅", "接单")
    town.tells("王师傅", "办结 1 已换主板")
    town.wait(minutes=10)
    _heard_anywhere(town)

    town.presses("张阿姨", "未解决", in_chat=OWNERS)

    assert town.ticket().state is State.OPEN
    assert _heard_anywhere(town) == []
    town.until(9)
    assert len(town.heard_by("丁经理")) == 1


def test_too_many_reports_at_night_do_not_wake_the_committee() -> None:
    town = Town(at=LATE)
    for building in (1, 3, 5, 7):
        town.says("张阿姨", f"{building}栋电梯坏了，已经停了两天")

    assert town.ticket(4).state is State.HELD
    assert _heard_anywhere(town) == []
    town.until(8, 10)
    assert len(town.heard_by("王主任")) == 1


def test_more_voices_at_night_are_counted_silently() -> None:
    town = Town(at=LATE)
    town.says("张阿姨", LIFT)
    town.says("李叔", "我家也是3栋，电梯坏了停了两天")
    town.says("赵姐", "+1")

    assert len(town.tickets()) == 1
    assert town.ticket().voices == 2
    assert _heard_anywhere(town) == []
