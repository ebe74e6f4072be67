"""Promise: every press is answered, checked against rights and the present state, and safe to repeat."""

from __future__ import annotations

import pytest

from bot.domain.messages import Address, Press
from bot.domain.tickets import State
from bot.platforms.console import Act
from tests.town import OWNERS, SECOND, STAFF, Town

LIFT = "3栋电梯坏了，已经停了两天"


@pytest.fixture
def filed(unhurried: Town) -> Town:
    """#1 is with 王师傅."""
    unhurried.says("张阿姨", LIFT)
    return unhurried


FORGED = (
    "",
    "t",
    "t:",
    "t:1",
    "t:1:",
    "t:x:accept",
    "t:-1:accept",
    "t:999:accept",
    "t:99999999999:accept",
    "t:１:accept",
    "t:1:nonsense",
    "t:1:expire",
    "t:1:merge",
    "t:1:to:000000000000",
    "t:1:to:",
    "t:1:kind:nonsense",
    "t:1:topic:没有这个主题",
    "t:1:release",
    "c:deadbeef:yes",
    "c::yes",
    "x:1:accept",
    "t:1:accept:more:and:more",
    "\x00",
    "🙂" * 16,
)


@pytest.mark.parametrize("data", FORGED)
@pytest.mark.parametrize("name", ["李叔", "王师傅", "王主任"])
def test_forged_data_is_answered_and_never_breaks_a_ticket(filed: Town, data: str, name: str) -> None:
    before = len(filed.shown)
    filed.forges(name, data, in_chat=filed.private(name))

    assert [s.act for s in filed.shown[before:]].count(Act.TOAST) == 1
    assert filed.ticket().state in (State.OPEN, State.ACCEPTED)
    assert filed.ticket().merged_into is None
    assert filed.ticket().topic == "电梯"


VERBS = ("accept", "arrive", "resolve", "pause", "decline", "assign", "reclass", "false_alarm", "resume")


@pytest.mark.parametrize("verb", VERBS)
def test_residents_get_nothing_by_pressing_staff_s_buttons(filed: Town, verb: str) -> None:
    toast = filed.forges("李叔", f"t:{filed.ticket().id}:{verb}", in_chat=OWNERS)

    assert "只有" in toast
    assert filed.ticket().state is State.OPEN
    filed.says("李叔", "好的 明天9点")
    assert filed.ticket().state is State.OPEN


@pytest.mark.parametrize("verb", [v for v in VERBS if v != "accept"])
def test_staff_who_were_not_asked_cannot_step_in_except_by_accepting(filed: Town, verb: str) -> None:
    assert "只有" in filed.forges("小陈", f"t:{filed.ticket().id}:{verb}", in_chat=STAFF)
    assert filed.ticket().state is State.OPEN


@pytest.mark.parametrize("verb", ["confirm", "reject", "withdraw", "reopen", "end", "unmerge", "release"])
def test_the_reporter_s_steps_are_nobody_else_s(filed: Town, verb: str) -> None:
    before = filed.ticket()
    filed.forges("李叔", f"t:{before.id}:{verb}", in_chat=OWNERS)

    assert filed.ticket() == before


def test_persons_are_shown_to_the_committee_alone_and_the_look_is_logged(filed: Town) -> None:
    ticket = filed.ticket().id
    for name in ("李叔", "王师傅", "老李"):
        assert "张阿姨" not in filed.forges(name, f"t:{ticket}:persons", in_chat=STAFF)
    assert "persons_seen" not in filed.diary()

    assert "张阿姨" in filed.forges("谢委员", f"t:{ticket}:persons", in_chat=filed.private("谢委员"))
    assert filed.diary().count("persons_seen") == 1


def test_pressing_accept_twice_accepts_once(filed: Town) -> None:
    ticket = filed.ticket().id
    filed.presses("王师傅", "接单")
    filed.forges("王师傅", f"t:{ticket}:accept", in_chat=filed.private("王师傅"))

    assert filed.diary().count("accept") == 1
    assert filed.ticket().assignee == "王师傅"


def test_two_people_pressing_at_once_is_safe(filed: Town) -> None:
    ticket = filed.ticket().id

    def press(name: str) -> Press:
        return Press(
            f"p-{name}", STAFF, "0", filed.account(name), f"t:{ticket}:accept", filed.clock.now(), True
        )

    filed.arrives(press("老李"), press("小陈"))

    assert filed.ticket().assignee == "老李"
    assert filed.diary().count("accept") == 1
    toasts = {s.message: s.text for s in filed.shown if s.act is Act.TOAST}
    assert toasts["p-老李"] == "已接单 #1"
    assert "已接单" in toasts["p-小陈"]
    assert "不能" in toasts["p-小陈"]


def test_a_stale_button_says_where_the_ticket_stands_and_what_is_possible(filed: Town) -> None:
    ticket = filed.ticket().id
    filed.presses("王师傅", "接单")
    filed.tells("王师傅", "办结 1 已换主板")

    toast = filed.forges("王师傅", f"t:{ticket}:arrive", in_chat=filed.private("王师傅"))

    assert "已办结" in toast
    assert filed.ticket().state is State.RESOLVED


def test_asked_for_a_proof_the_next_message_is_it(filed: Town) -> None:
    filed.presses("王师傅", "办结")
    filed.tells("王师傅", "换了门机主板")

    assert filed.ticket().state is State.RESOLVED
    assert not any("门机" in text for text in filed.stands_in(OWNERS))


def test_asked_for_a_proof_a_command_is_still_a_command(filed: Town) -> None:
    filed.presses("王师傅", "办结")
    filed.tells("王师傅", "/help")

    assert filed.ticket().state is State.OPEN
    filed.tells("王师傅", "换了门机主板")
    assert filed.ticket().state is State.RESOLVED


def test_the_question_lapses(filed: Town) -> None:
    filed.presses("王师傅", "接单")
    filed.presses("王师傅", "办结")
    filed.wait(minutes=31)
    filed.tells("王师傅", "今天天气不错")

    assert filed.ticket().state is State.ACCEPTED


def test_a_proof_for_what_moved_on_meanwhile_is_refused_and_changes_nothing(filed: Town) -> None:
    filed.presses("王师傅", "接单")
    filed.presses("王师傅", "办结")
    filed.says("张阿姨", "撤回 1")
    filed.heard_by("王师傅")
    filed.tells("王师傅", "换了门机主板")

    assert filed.ticket().state is State.WITHDRAWN
    assert filed.heard_by("王师傅"), "said politely"


def test_reclassing_by_buttons_goes_to_whom_it_belongs(filed: Town) -> None:
    filed.presses("王师傅", "改类")
    filed.presses("王师傅", "垃圾卫生")

    assert filed.ticket().topic == "垃圾卫生"
    assert len(filed.heard_by("吴阿姨")) == 1


def test_chatter_is_a_class_too_and_ends_it(filed: Town) -> None:
    filed.presses("王师傅", "改类")
    filed.presses("王师傅", "闲聊")

    assert filed.ticket().state is State.FALSE_ALARM
    assert LIFT not in filed.ticket().text


def test_what_was_withdrawn_is_not_opened_by_a_correction(filed: Town) -> None:
    filed.says("张阿姨", "撤回 1")
    filed.heard_by("王主任")
    filed.tells("王主任", "/reclass 1 心愿")

    assert filed.ticket().state is State.WITHDRAWN
    for name in ("王师傅", "冯书记"):
        assert len(filed.heard_by(name)) <= 1


def test_presses_in_a_group_of_strangers_do_nothing(filed: Town) -> None:
    filed.forges("李叔", f"t:{filed.ticket().id}:accept", in_chat=Address("console", "-999"))
    filed.forges("李叔", f"t:{filed.ticket().id}:accept", in_chat=SECOND)

    assert filed.ticket().state is State.OPEN


def test_rights_end_with_the_binding(filed: Town) -> None:
    ticket = filed.ticket().id
    with filed.store() as store:
        store.people.revoke(filed.account("王师傅"), filed.clock.now())

    assert "只有" in filed.forges("王师傅", f"t:{ticket}:accept", in_chat=filed.private("王师傅"))
    assert filed.ticket().state is State.OPEN
