"""Promise: what somebody takes back in the messenger is taken back here, and only an invitation makes a friend."""

from __future__ import annotations

import pytest

from bot.domain.messages import Account, Befriend, FriendRequest, Outgoing, Recalled
from bot.domain.tickets import State
from handlers import bindings
from handlers.router import handle
from tests.town import OWNERS, POOR, Town

LIFT = "3栋电梯坏了，已经停了两天"


@pytest.fixture
def town() -> Town:
    """No buttons, no edits, no reactions; 王师傅 is not bound yet."""
    return Town(able=POOR, unbound=["王师傅"])


def takes_back(town: Town, name: str, message: str, *, whose: str | None = None) -> None:
    town.arrives(Recalled(OWNERS, message, town.account(whose or name)))


# -- 撤回 ----------------------------------------------------------------------------------------------


def test_a_report_that_is_taken_back_is_withdrawn(town: Town) -> None:
    message = town.says("张阿姨", LIFT)
    town.heard_in()
    takes_back(town, "张阿姨", message)
    assert town.ticket().state is State.WITHDRAWN
    assert town.heard_in() == ["#1 电梯·3栋 已撤回"]


def test_with_others_on_it_the_matter_goes_on_with_the_next_of_them(town: Town) -> None:
    message = town.says("张阿姨", LIFT)
    town.says("李叔", "3栋电梯又停了")
    takes_back(town, "张阿姨", message)
    assert town.ticket().going_on
    assert town.ticket().reporter == town.account("李叔")
    assert town.ticket().voices == 0


def test_a_voice_that_is_taken_back_no_longer_counts(town: Town) -> None:
    town.says("张阿姨", LIFT)
    message = town.says("李叔", "3栋电梯又停了")
    assert town.ticket().voices == 1
    takes_back(town, "李叔", message)
    assert town.ticket().voices == 0
    assert town.ticket().going_on


def test_a_detail_is_forgotten_with_its_words(town: Town) -> None:
    first = town.says("张阿姨", LIFT)
    message = town.says("张阿姨", "就是靠东门的那一部", reply_to=first)
    with town.store() as store:
        assert store.tickets.message_at(OWNERS, message) is not None
    takes_back(town, "张阿姨", message)
    with town.store() as store:
        assert store.tickets.message_at(OWNERS, message) is None
    assert town.ticket().going_on


def test_a_photo_is_taken_from_its_ticket(town: Town) -> None:
    town.says("张阿姨", LIFT)
    photo = town.photo()
    town.says("张阿姨", photos=(photo,), message=photo.file)
    assert shots(town) == 1
    takes_back(town, "张阿姨", photo.file)
    assert shots(town) == 0


def shots(town: Town) -> int:
    with town.store() as store:
        return sum(1 for p in store.tickets.photos(store.tickets.find()[0]) if p.media)


def test_one_piece_of_a_report_is_taken_out_of_it(town: Town) -> None:
    message = town.says("张阿姨", "3栋的")
    town.says("张阿姨", "电梯坏了，已经停了两天")
    assert "3栋的" in town.ticket().text
    takes_back(town, "张阿姨", message)
    assert "3栋的" not in town.ticket().text
    assert "电梯坏了" in town.ticket().text


def test_chatter_is_forgotten_at_once(town: Town) -> None:
    message = town.says("张阿姨", "今天天气真好啊")
    takes_back(town, "张阿姨", message)
    with town.store() as store:
        assert store.memory.recent(OWNERS, town.account("张阿姨"), town.clock.now().replace(hour=0)) == ()


def test_what_an_admin_clears_away_stays_a_report(town: Town) -> None:
    message = town.says("张阿姨", LIFT)
    takes_back(town, "张阿姨", message, whose="群主")
    assert town.ticket().going_on


def test_what_has_been_solved_stays_solved(town: Town) -> None:
    message = town.says("张阿姨", LIFT)
    town.tells("丁经理", "接单 1")
    town.tells("丁经理", "办结 1 已换主板")
    town.says("张阿姨", "已解决")
    takes_back(town, "张阿姨", message)
    assert town.ticket().state is State.CLOSED


def test_what_nobody_knows_of_is_no_matter(town: Town) -> None:
    takes_back(town, "张阿姨", "999")
    assert town.tickets() == ()


# -- friends -------------------------------------------------------------------------------------------


@pytest.fixture
def code(town: Town) -> str:
    """An invitation of 王师傅's."""
    with town.store() as store:
        return bindings.invite(town.context(store), "王师傅", "王主任")


def knocks(town: Town, account: str, words: str, name: str = "") -> list[Outgoing]:
    """Somebody asks to be a friend; returns what comes of it, which is sent as well."""
    cause = FriendRequest(Account("console", account, name or account), words, f"f-{account}-{len(words)}")
    with town.store() as store:
        out = handle(cause, town.context(store))
        store.conn.rollback()
    town.arrives(cause)
    return out


def accepted(out: list[Outgoing]) -> bool:
    return any(isinstance(what, Befriend) for what in out)


def bound(town: Town, account: str) -> str | None:
    with town.store() as store:
        return store.people.person_of(Account("console", account))


@pytest.mark.parametrize("words", ["{}", "我是王师傅 {}", "邀请码：{}，谢谢", "我是王师傅，{}"])
def test_a_good_code_makes_a_friend_and_binds(town: Town, code: str, words: str) -> None:
    assert accepted(knocks(town, "wxid_wang", words.format(code)))
    assert bound(town, "wxid_wang") == "王师傅"
    assert any("王师傅，绑定好了" in text for text in town.heard_by("wxid_wang"))
    assert any("王师傅已绑定" in text for text in town.heard_by("王主任"))


def test_who_was_bound_so_can_be_reached_at_once(town: Town, code: str) -> None:
    knocks(town, "wxid_wang", code)
    town.heard_by("wxid_wang")
    town.says("张阿姨", LIFT)
    assert any("#1" in text for text in town.heard_by("wxid_wang"))


def test_a_code_that_somebody_else_has_used_makes_no_friend_and_raises_the_alarm(
    town: Town, code: str
) -> None:
    knocks(town, "wxid_wang", code)
    town.heard_by("王主任")
    assert not accepted(knocks(town, "wxid_thief", code, "王师傅"))
    assert bound(town, "wxid_thief") is None
    assert town.heard_by("wxid_thief") == []
    assert any("已拒绝" in text for text in town.heard_by("王主任"))


def test_one_s_own_used_code_makes_a_friend_again(town: Town, code: str) -> None:
    knocks(town, "wxid_wang", code)
    assert accepted(knocks(town, "wxid_wang", f"又加一次 {code}"))


def test_an_expired_code_makes_no_friend_and_the_committee_hears_why(town: Town, code: str) -> None:
    town.sleeps(hours=25)
    assert not accepted(knocks(town, "wxid_wang", code, "老王"))
    assert bound(town, "wxid_wang") is None
    (told,) = town.heard_by("王主任")
    assert "老王" in told
    assert "过了 24 小时" in told
    assert code not in told


def test_code_after_code_is_told_once_a_day(town: Town) -> None:
    for _ in range(3):
        knocks(town, "wxid_thief", bindings.new_code())
    assert len(town.heard_by("王主任")) == 1


@pytest.mark.parametrize("words", ["", "我是王师傅，加一下", "你好", "b" * 26])
def test_without_a_code_nobody_is_answered(town: Town, words: str) -> None:
    assert knocks(town, "wxid_wang", words, "王师傅") == []
    assert bound(town, "wxid_wang") is None
    assert town.heard_by("王主任") == []


def test_who_is_bound_needs_no_code_to_come_back_as_a_friend(town: Town) -> None:
    assert accepted(knocks(town, "老李", "又加一次"))


def test_what_waited_for_a_lost_friend_is_brought_when_they_come_back(town: Town) -> None:
    town.platform.refuses |= {"丁经理", "王主任", "谢委员", "冯书记"}
    town.says("张阿姨", LIFT)
    assert "nobody" in town.diary()
    town.platform.refuses.clear()
    assert accepted(knocks(town, "丁经理", "又加一次"))
    assert any("#1" in text for text in town.heard_by("丁经理"))
    town.tells("丁经理", "接单 1")
    assert town.ticket().assignee == "丁经理"


def test_under_a_new_id_the_nickname_counts_for_nothing(town: Town, code: str) -> None:
    knocks(town, "wxid_wang", code)
    town.says("张阿姨", LIFT)
    assert not accepted(knocks(town, "wxid_wang2", "我是王师傅，换号了", "王师傅"))
    town.tells("wxid_wang2", "接单 1", author=Account("console", "wxid_wang2", "王师傅"))
    assert town.ticket().state is State.OPEN
    assert "新的邀请" in town.heard_by("wxid_wang2")[-1]

    with town.store() as store:
        fresh = bindings.invite(town.context(store), "王师傅", "王主任")
    town.tells("wxid_wang2", fresh)
    assert bound(town, "wxid_wang2") == "王师傅"
    assert bound(town, "wxid_wang") is None
    town.tells("wxid_wang2", "接单 1")
    assert town.ticket().state is State.ACCEPTED
