"""Promise: trapped, fire, gas, shock, falls: the number to call comes first, everybody is rung, one tap calls it off."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.domain.messages import Priority
from bot.domain.people import Area, Duty, Role
from bot.domain.tickets import State
from bot.domain.verdicts import Severity
from tests.town import OWNERS, SECOND, STAFF, Town, everywhere

NIGHT = datetime(2026, 5, 12, 18, 0, tzinfo=UTC)
"""02:00 in Shanghai."""
FIRE = "3栋着火了，快来人"
TRAPPED = "电梯里有人被困，3栋，快来人"


@everywhere
@pytest.mark.parametrize(
    ("text", "number"),
    [(FIRE, "119"), (TRAPPED, "119"), ("6栋楼道里煤气味很重", "119"), ("5栋有人触电了，快救人", "120")],
)
def test_the_group_reads_first_whom_to_call(town: Town, text: str, number: str) -> None:
    message = town.says("张阿姨", text)

    (card,) = town.heard_in()
    first = card.splitlines()[0]
    assert first.startswith("🚨")
    assert number in first
    assert "0453-0000000" in first
    assert next(s for s in town.shown if s.chat == OWNERS).reply_to == message


@everywhere
def test_everybody_with_a_duty_there_and_the_whole_ladder_are_rung_at_once(town: Town) -> None:
    town.says("张阿姨", FIRE)

    for name in ("老李", "周姐", "王师傅", "丁经理", "王主任", "谢委员", "冯书记"):
        assert any("着火" in text for text in town.heard_by(name)), name
    assert len(town.heard_in(STAFF)) == 1
    for name in ("小陈", "老赵"):
        assert town.heard_by(name) == [], "another grid's worker"


@everywhere
def test_the_emergency_s_answer_goes_out_before_everything_else(town: Town) -> None:
    town.says("李叔", "5栋电梯坏了，已经停了两天", settle=False)
    town.says("张阿姨", FIRE, settle=False)
    with town.store() as store:
        stale = store.cards.stale(["console"], town.clock.now())

    assert stale[0].priority == Priority.EMERGENCY
    assert [c.priority for c in stale] == sorted(c.priority for c in stale)


@pytest.mark.parametrize("who", ["老李", "王主任", "丁经理"])
def test_one_tap_calls_a_false_alarm_off_everywhere(town: Town, who: str) -> None:
    town.says("张阿姨", FIRE)

    assert "误报" in town.presses(who, "误报")

    assert town.ticket().state is State.FALSE_ALARM
    for chat in (OWNERS, STAFF, *(town.private(n) for n in ("老李", "周姐", "王师傅", "王主任"))):
        assert "误报" in town.stands_in(chat)[-1], chat
        assert "接单" not in town.buttons(chat)
    town.wait(hours=2)
    for name in ("丁经理", "王主任"):
        assert len(town.heard_by(name)) == 1, "nothing more is rung"


@everywhere
def test_staff_can_call_it_off_in_the_group_and_residents_cannot(town: Town) -> None:
    town.says("张阿姨", FIRE)

    assert "只有" in town.presses("李叔", "误报", in_chat=OWNERS)
    assert town.ticket().state is State.OPEN
    town.presses("老李", "误报", in_chat=OWNERS)
    assert town.ticket().state is State.FALSE_ALARM


def test_at_night_an_emergency_rings_everybody() -> None:
    town = Town(at=NIGHT)
    town.says("张阿姨", FIRE)

    assert town.heard_in()[0].startswith("🚨")
    for name in ("老李", "周姐", "丁经理", "王主任", "冯书记"):
        assert len(town.heard_by(name)) == 1, name


@everywhere
def test_a_muted_group_still_hears_of_an_emergency(town: Town) -> None:
    town.tells("王主任", "/mute 2h")
    town.says("张阿姨", FIRE)

    assert town.heard_in()[-1].startswith("🚨")


@everywhere
def test_an_emergency_is_never_held_back_by_the_flood_limit(town: Town) -> None:
    for building in (1, 2, 5):
        town.says("张阿姨", f"{building}栋电梯坏了，已经停了两天")
    town.says("张阿姨", "7栋着火了，快来人")

    assert town.ticket(4).state is State.OPEN
    assert town.ticket(4).severity is Severity.EMERGENCY
    assert any("着火" in text for text in town.heard_by("老赵"))


@everywhere
def test_somebody_who_is_not_recorded_is_told_whom_to_call_and_that_nobody_else_knows(town: Town) -> None:
    town.says("张阿姨", "别记我")
    town.heard_in()

    town.says("张阿姨", FIRE)

    (answer,) = town.heard_in()
    assert answer.startswith("🚨")
    assert "119" in answer
    assert "正在通知" not in answer
    assert town.tickets() == ()
    assert town.heard_by("老李") == []


@everywhere
def test_each_emergency_of_somebody_not_recorded_is_answered_in_either_group(town: Town) -> None:
    town.says("张阿姨", "别记我")
    town.heard_in()
    town.says("张阿姨", FIRE, message="77")
    town.says("张阿姨", FIRE, in_chat=SECOND, message="77")
    town.tells("张阿姨", FIRE, message="77")

    assert len(town.heard_in(OWNERS)) == 1
    assert len(town.heard_in(SECOND)) == 1
    assert len(town.heard_by("张阿姨")) == 1


@everywhere
def test_a_complaint_that_turns_out_an_emergency_rings_like_one(town: Town) -> None:
    town.says("张阿姨", "3栋电梯坏了，已经停了两天")
    town.heard_in()
    town.heard_by("王师傅")
    town.wait(minutes=1)

    town.says("张阿姨", "3栋电梯里有人被困，快来人")

    assert len(town.tickets()) == 1
    assert town.ticket().emergency
    assert town.heard_in()[-1].startswith("🚨"), "said anew, not edited far above"
    assert any("被困" in text for text in town.heard_by("王师傅")), "an edited card makes no sound"
    assert len(town.heard_by("王主任")) == 1


@everywhere
def test_a_held_ticket_that_turns_out_an_emergency_waits_for_nobody(town: Town) -> None:
    for building in (1, 2, 5):
        town.says("张阿姨", f"{building}栋电梯坏了，已经停了两天")
    held = town.says("张阿姨", "7栋电梯坏了，已经停了两天")
    assert town.ticket(4).state is State.HELD

    town.edits("张阿姨", held, "7栋电梯里有人被困，快来人")

    assert town.ticket(4).state is State.OPEN
    assert any("被困" in text for text in town.heard_by("老赵"))


@everywhere
def test_gas_in_another_building_is_another_emergency(town: Town) -> None:
    town.says("张阿姨", "6栋楼道里煤气味很重")
    town.says("李叔", "2栋楼道里煤气味很重")

    assert len(town.tickets()) == 2
    assert any("煤气" in text for text in town.heard_by("老李"))


@everywhere
def test_several_voices_on_one_emergency_are_one_ticket(town: Town) -> None:
    town.says("张阿姨", FIRE)
    town.says("李叔", "3栋着火了，好大的烟")
    town.says("赵姐", "3栋起火了！！")

    assert len(town.tickets()) == 1
    assert town.ticket().voices == 2
    assert len(town.heard_in()) == 1


def test_an_emergency_with_nobody_responsible_still_reaches_those_near_it() -> None:
    near = Duty("", Area(whole=True), Role.CLEANER, "吴阿姨", "")
    town = Town(duties=(near,))

    town.says("张阿姨", FIRE)

    assert len(town.heard_by("吴阿姨")) == 1
    assert len(town.heard_in(STAFF)) == 1
    assert town.heard_in()[0].startswith("🚨")


@everywhere
def test_an_emergency_that_comes_back_rings_everybody_again(town: Town) -> None:
    town.says("张阿姨", FIRE)
    town.presses("老李", "接单")
    town.tells("老李", "办结 1 已灭")
    for name in ("老李", "周姐", "王主任"):
        town.heard_by(name)

    town.presses("张阿姨", "未解决", in_chat=OWNERS)

    for name in ("周姐", "王主任"):
        assert any("着火" in text for text in town.heard_by(name)), name
