"""What the night has kept back."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime, timedelta
from itertools import product

from bot.domain.tickets import State
from handlers.jobs.morning import morning
from tests.town import OWNERS, SECOND, STAFF, Town

NIGHT = datetime(2026, 5, 12, 15, 0, tzinfo=UTC)
"""23:00 in the compound."""
CLUTTER = "3栋楼道堆满杂物没人管"
MORE = "1栋楼道堆满旧家具没人管"
LIFT = "5栋电梯又停了"
DARK = "路灯都不亮，黑漆漆的"


def _night(*said: str) -> Town:
    town = Town(at=NIGHT)
    for number, text in enumerate(said):
        town.says(f"居民{number}", text)
        town.wait(minutes=5)
    assert town.heard_in(OWNERS) == []
    return town


def test_at_night_nobody_is_told_and_nobody_is_rung() -> None:
    town = _night(CLUTTER, LIFT)
    town.until(7, 59)
    assert town.heard_in(OWNERS) == []
    for name in ("老李", "王师傅", "丁经理", "王主任"):
        assert town.heard_by(name) == []
    assert town.reactions() == ["✍", "✍"]


def test_in_the_morning_each_worker_gets_one_list_and_the_group_gets_one() -> None:
    town = _night(CLUTTER, MORE, LIFT)
    town.until(8, 1)
    listed = town.heard_by("老李")
    assert len(listed) == 1
    assert listed[0].splitlines()[0] == "早上好！夜里有 2 件等您接单："
    assert "#1 违建占用 · 3栋 · 23:00 “3栋楼道堆满杂物没人管”" in listed[0]
    assert [b for b in town.buttons(town.private("老李")) if "接单" in b] == ["接单 #1", "接单 #2"]
    # One thing alone comes as its card.
    assert "#3" in town.heard_by("王师傅")[0]
    group = town.heard_in(OWNERS)
    assert len(group) == 1
    assert group[0].splitlines() == [
        "早上好！夜里登记了 3 件，今早开始办理：",
        "#1 违建占用·3栋",
        "#2 违建占用·1栋",
        "#3 电梯·5栋",
    ]


def test_the_groups_list_shows_no_persons_and_no_words() -> None:
    town = _night("3栋501楼道堆满杂物没人管，电话13800000000", MORE)
    town.until(8, 1)
    said = "".join(town.heard_in(OWNERS))
    for secret in ("501", "13800000000", "居民0", "旧家具"):
        assert secret not in said


def test_a_ticket_is_accepted_from_the_list_and_its_card_follows() -> None:
    town = _night(CLUTTER, MORE)
    town.until(8, 1)
    town.heard_by("老李")
    town.presses("老李", "接单 #2")
    assert town.ticket(2).state is State.ACCEPTED
    assert "旧家具" in town.heard_by("老李")[0]


def test_the_minutes_to_accept_begin_with_the_list() -> None:
    town = _night(CLUTTER, MORE)
    town.until(8, 1)
    assert town.ticket(1).deadline_at == datetime(2026, 5, 13, 0, 5, tzinfo=UTC)
    town.wait(minutes=3)
    assert town.heard_by("丁经理") == []
    town.wait(minutes=2)
    (late,) = town.heard_by("丁经理")
    assert "#1" in late
    assert "#2" in late


def test_the_place_is_asked_for_in_the_list_and_the_answer_completes_the_ticket() -> None:
    town = _night(CLUTTER, DARK)
    assert town.ticket(2).awaits_place
    town.until(8, 1)
    asked = town.heard_in(OWNERS)[0]
    assert "#2 路灯照明（请问报修的邻居，是几栋几单元？直接回复就行）" in asked
    town.says("居民1", "2栋")
    assert town.ticket(2).place.building == "2"


def test_each_group_hears_of_its_own_tickets_only() -> None:
    town = Town(at=NIGHT)
    town.says("张阿姨", CLUTTER)
    town.says("刘叔", LIFT, in_chat=SECOND)
    town.until(8, 1)
    assert "#2" not in "".join(town.heard_in(OWNERS))
    assert "#1" not in "".join(town.heard_in(SECOND))


def test_what_was_said_in_private_is_answered_in_private() -> None:
    town = Town(at=NIGHT)
    town.tells("张阿姨", CLUTTER)
    town.tells("刘叔", LIFT)
    town.until(8, 1)
    assert town.heard_in(OWNERS) == []
    assert any("#1" in text for text in town.heard_by("张阿姨"))
    assert not any("#1" in text for text in town.heard_by("刘叔"))


def test_where_the_responsible_one_cannot_be_reached_the_next_one_is_rung() -> None:
    town = Town(at=NIGHT, unbound=["老李"])
    town.says("张阿姨", CLUTTER)
    town.says("刘叔", MORE)
    town.until(8, 1)
    assert len(town.heard_by("丁经理")) == 2
    assert any("老李" in text for text in town.heard_in(STAFF))


def test_the_lists_come_once_however_often_the_clock_ticks() -> None:
    town = _night(CLUTTER, MORE)
    town.until(8, 0)
    for _ in range(5):
        town.tick()
    assert len(town.heard_by("老李")) == 1
    assert len(town.heard_in(OWNERS)) == 1


def test_a_second_process_on_the_same_database_does_not_repeat_the_morning() -> None:
    town = _night(CLUTTER, MORE)
    town.until(8, 1)
    with town.store() as store:
        assert morning(town.context(store)) == []


def test_after_an_outage_the_lists_come_by_day_and_late() -> None:
    town = _night(CLUTTER, MORE)
    town.sleeps(hours=15)
    town.tick()
    assert len(town.heard_by("老李")) == 1
    assert town.ticket(1).deadline_at == town.clock.now() + timedelta(minutes=5)


def test_after_an_outage_until_the_next_night_they_wait_for_its_morning() -> None:
    town = _night(CLUTTER, MORE)
    town.sleeps(hours=24)
    town.tick()
    assert town.heard_by("老李") == []
    town.until(8, 1)
    assert len(town.heard_by("老李")) == 1
    assert len(town.heard_in(OWNERS)) == 1


def test_where_the_lists_come_later_than_the_night_ends_nobody_is_rung_before() -> None:
    town = Town(at=NIGHT, hours={"morning": "09:30"})
    town.says("张阿姨", CLUTTER)
    town.says("刘叔", MORE)
    town.until(9, 29)
    assert town.heard_by("老李") == []
    assert town.heard_by("丁经理") == []
    town.wait(minutes=2)
    assert len(town.heard_by("老李")) == 1
    assert town.ticket(1).deadline_at == datetime(2026, 5, 13, 1, 35, tzinfo=UTC)


def test_a_long_night_comes_in_messages_that_fit() -> None:
    town = Town(at=NIGHT)
    for number, (topic, building) in enumerate(product(("楼道堆满杂物没人管", "有人私拉网线"), (1, 2, 3))):
        town.says(f"居民{number}", f"{building}栋{topic}")
    first = town.ticket(1)
    with town.store() as store:
        for _ in range(30):
            values = {f.name: getattr(first, f.name) for f in fields(first) if f.name not in ("id", "number")}
            store.tickets.file(**{**values, "text": "很长的话" * 200})
    numbers = len(town.tickets())
    assert numbers > 30
    town.until(8, 1)
    listed = town.heard_by("老李")
    assert len(listed) == 2
    said = town.heard_in(OWNERS)
    assert len(said) == 2
    assert all(len(text) <= 4096 for text in (*listed, *said))
    assert all(f"#{number} " in "\n".join(said) + " " for number in range(1, numbers + 1))


def test_a_quiet_night_brings_no_list() -> None:
    town = _night()
    town.until(8, 5)
    assert town.heard_in(OWNERS) == []
    assert town.heard_by("老李") == []


def test_what_was_withdrawn_in_the_night_is_not_told() -> None:
    town = _night(CLUTTER)
    town.says("居民0", "撤回 1")
    town.heard_in(OWNERS)
    town.until(8, 1)
    assert town.heard_by("老李") == []
    assert town.heard_in(OWNERS) == []


def test_in_a_silence_the_workers_are_asked_in_the_morning_and_the_group_when_it_ends() -> None:
    town = _night(CLUTTER, MORE)
    with town.store() as store:
        store.compound.change(muted_until=datetime(2026, 5, 13, 2, 0, tzinfo=UTC))
    town.until(8, 1)
    assert len(town.heard_by("老李")) == 1
    assert town.heard_in(OWNERS) == []
    town.until(10, 1)
    assert len(town.heard_in(OWNERS)) == 1


def test_a_ticket_that_was_told_in_a_list_can_still_be_confirmed_in_the_group() -> None:
    town = _night(CLUTTER, MORE)
    town.until(8, 1)
    town.tells("老李", "/接单 1")
    town.tells("老李", "/办结 1 已清走")
    town.presses("居民0", "已解决", in_chat=OWNERS)
    assert town.ticket(1).state is State.CLOSED


def test_a_ticket_that_was_told_in_a_list_is_answered_in_the_group() -> None:
    town = _night(CLUTTER, MORE)
    town.until(8, 1)
    town.heard_in(OWNERS)
    town.tells("老李", "/不办 1 归城管处理，电话 12319")
    said = town.heard_in(OWNERS)
    assert len(said) == 1
    assert "#1" in said[0]
    assert "城管" not in said[0]
