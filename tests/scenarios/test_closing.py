"""Promise: after 办结 the reporter has the last word; "no" reopens and tells the next level."""

from __future__ import annotations

import pytest

from bot.domain.tickets import Outcome, State
from tests.town import OWNERS, SECOND, Town, everywhere

LIFT = "3栋电梯坏了，已经停了两天"


@pytest.fixture
def done(town: Town) -> Town:
    """#1 is said to be done."""
    town.says("张阿姨", LIFT)
    town.presses("王师傅", "接单")
    town.tells("王师傅", "办结 1 已换主板")
    town.heard_in()
    town.heard_by("王师傅")
    return town


def test_the_question_stands_in_the_group_s_card(done: Town) -> None:
    assert set(done.buttons(OWNERS)) == {"已解决", "未解决"}


@everywhere
def test_and_in_private_for_those_who_have_pressed_start(town: Town) -> None:
    town.starts("张阿姨")
    town.says("张阿姨", LIFT)
    town.tells("王师傅", "接单 1")
    town.tells("王师傅", "办结 1 已换主板")

    assert len(town.heard_by("张阿姨")) == 1
    town.presses("张阿姨", "已解决")
    assert town.ticket().state is State.CLOSED


@everywhere
def test_nobody_is_written_to_who_has_not_pressed_start(done: Town) -> None:
    assert done.heard_by("张阿姨") == []


@pytest.mark.parametrize("name", ["李叔", "王师傅", "王主任", "老李", "冯书记"])
@pytest.mark.parametrize("label", ["已解决", "未解决"])
def test_only_the_reporter_s_press_moves_it(done: Town, name: str, label: str) -> None:
    assert "报修的人自己" in done.presses(name, label, in_chat=OWNERS)
    assert done.ticket().state is State.RESOLVED


@everywhere
def test_unsolved_reopens_it_and_tells_the_next_level(done: Town) -> None:
    done.presses("张阿姨", "未解决", in_chat=OWNERS)

    assert done.ticket().state is State.OPEN
    assert len(done.heard_by("丁经理")) == 1
    assert any("还没好" in text for text in done.heard_by("王师傅"))
    assert "→ 物业经理丁经理" in "".join(done.stands_in()[-2:])


@everywhere
def test_unsolved_again_and_again_climbs_to_the_top_and_stays_there(done: Town) -> None:
    for _ in range(6):
        done.presses("张阿姨", "未解决", in_chat=OWNERS)
        holder = done.ticket().assignee
        assert holder is not None
        assert done.heard_by(holder), holder
        done.tells(holder, "接单 1")
        done.tells(holder, "办结 1 这回真好了")
        assert done.ticket().state is State.RESOLVED
    assert done.ticket().assignee == "冯书记"


@everywhere
def test_the_same_words_answer_as_the_buttons_do(done: Town) -> None:
    done.says("张阿姨", "还没好")
    assert done.ticket().state is State.OPEN


@everywhere
def test_somebody_else_s_words_do_not(done: Town) -> None:
    done.says("李叔", "已解决")
    assert done.ticket().state is State.RESOLVED


def test_without_an_answer_it_closes_unconfirmed_after_48_hours(done: Town) -> None:
    done.sleeps(hours=47)
    done.tick()
    assert done.ticket().state is State.RESOLVED
    done.sleeps(hours=1.1)
    done.tick()

    assert done.ticket().state is State.CLOSED
    assert done.ticket().outcome is Outcome.UNCONFIRMED
    assert "未收到反馈" in "".join(done.stands_in())


@everywhere
def test_a_late_no_still_reopens(done: Town) -> None:
    done.sleeps(hours=49)
    done.tick()
    done.heard_by("丁经理")
    number = done.ticket()

    assert "重开" in done.forges("张阿姨", f"t:{number.id}:reject", in_chat=OWNERS)
    assert done.ticket().state is State.OPEN
    assert done.ticket().outcome is None


@everywhere
def test_pressing_twice_says_so_and_changes_nothing(done: Town) -> None:
    number = done.ticket().id
    done.presses("张阿姨", "已解决", in_chat=OWNERS)
    before = done.diary()

    assert "已经是这样" in done.forges("张阿姨", f"t:{number}:confirm", in_chat=OWNERS)
    assert done.diary() == before


@everywhere
def test_after_a_no_the_reporter_may_still_say_yes(done: Town) -> None:
    number = done.ticket().id
    done.presses("张阿姨", "未解决", in_chat=OWNERS)

    done.forges("张阿姨", f"t:{number}:confirm", in_chat=OWNERS)

    assert done.ticket().state is State.CLOSED
    assert done.ticket().due_at is None


@everywhere
def test_one_closing_line_without_mentions(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.tells("王师傅", "接单 1")
    town.heard_in()
    town.tells("王师傅", "办结 1 已换主板")

    (line,) = town.heard_in()
    assert "#1" in line
    assert "张阿姨" not in line
    assert "主板" not in line
    assert not any(s.mentions for s in town.shown if s.chat in (OWNERS, SECOND))


def test_declined_is_explained_in_private_and_not_in_the_group(town: Town) -> None:
    town.starts("张阿姨")
    town.says("张阿姨", LIFT)
    town.presses("王师傅", "不属本职")
    town.tells("王师傅", "归电梯公司管，电话 96333")

    assert town.ticket().state is State.DECLINED
    assert any("96333" in text for text in town.stands_in(town.private("张阿姨")))
    assert not any("96333" in text for text in town.stands_in(OWNERS))
    assert "看原因" in town.buttons(OWNERS)


def test_paused_says_until_when_and_wakes(unhurried: Town) -> None:
    town = unhurried
    town.says("张阿姨", LIFT)
    town.presses("王师傅", "接单")
    town.presses("王师傅", "挂起")
    town.tells("王师傅", "等配件 明天9点")
    town.presses("王主任", "同意")
    town.heard_by("王师傅")

    assert town.ticket().state is State.PAUSED
    assert "明天09:00" in town.stands_in()[-1]
    town.until(8, 59)
    assert town.heard_by("王师傅") == []
    town.until(9, 5)
    assert town.ticket().state is State.ACCEPTED
    assert any("暂缓到期" in text for text in town.heard_by("王师傅"))


@everywhere
def test_a_pause_without_a_time_is_asked_again(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.presses("王师傅", "接单")
    town.presses("王师傅", "挂起")
    town.heard_by("王师傅")
    town.tells("王师傅", "等配件")
    assert any("时间" in text for text in town.heard_by("王师傅"))
    assert town.ticket().state is State.ACCEPTED

    town.tells("王师傅", "等配件 明天9点")
    town.presses("王主任", "同意")
    assert town.ticket().state is State.PAUSED


@everywhere
def test_what_nobody_accepted_is_not_forgotten_in_a_pause(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.tells("王主任", "/pause 1 等物业开会 明天9点")
    assert town.ticket().state is State.PAUSED
    town.heard_by("王主任")
    town.until(9, 5)

    assert any("暂缓到期" in text for text in town.heard_by("王主任")), "who paused it holds it"


@everywhere
def test_reopened_by_the_committee_rings_again(done: Town) -> None:
    done.presses("张阿姨", "已解决", in_chat=OWNERS)
    done.tells("王主任", "/reopen 1 又坏了")

    assert done.ticket().state is State.OPEN
    assert done.ticket().episode == 2
    assert len(done.heard_by("王师傅")) == 1


@everywhere
def test_an_unconfirmed_close_after_the_group_was_muted_is_quiet(done: Town) -> None:
    done.tells("王主任", "/mute 2h")
    done.sleeps(hours=49)
    done.tick()

    assert done.ticket().state is State.CLOSED
    assert done.heard_in() == []
