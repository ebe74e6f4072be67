"""Who is bound to which account, and what an account can and cannot do."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.domain.messages import Account, PublishMenu
from bot.domain.people import Area, Duty, Role
from bot.domain.tickets import State
from handlers import bindings
from handlers.context import Refused
from storage.cards import RETIRED
from storage.tables import cards
from tests.town import OWNERS, STAFF, Town

CLUTTER = "3栋楼道堆满杂物没人管"
WHOLE = Area(whole=True)
NAMESAKES = (
    Duty("", WHOLE, Role.COMMITTEE, "王主任", "13900000001"),
    Duty("一网格", Area(buildings=frozenset({("1", None, None)})), Role.GRID_WORKER, "李四", "13900008001"),
    Duty("二网格", Area(buildings=frozenset({("2", None, None)})), Role.GRID_WORKER, "李四", "13900008002"),
    Duty("", WHOLE, Role.MANAGER, "李思思", "13900008003"),
)


def _asked(town: Town, name: str, text: str) -> str:
    town.heard_by(name)
    town.tells(name, text)
    heard = town.heard_by(name)
    assert heard, f"no answer to {text!r}"
    return heard[0]


def _code(invitation: str) -> str:
    found = re.search(r"\bb[a-z2-7]{26}\b", invitation)
    assert found is not None, invitation
    return found[0]


def _invited(town: Town, name: str) -> str:
    return _code(_asked(town, "王主任", f"/invite {name}"))


# -- inviting and binding ----------------------------------------------------------------------------


def test_an_invitation_binds_whoever_it_is_for() -> None:
    town = Town(unbound=["老李"])
    invitation = _asked(town, "王主任", "/invite 老李")
    assert "https://example.invalid/console/b" in invitation
    assert "24 小时" in invitation
    answer = _asked(town, "李哥", f"/start {_code(invitation)}")
    assert answer.startswith("老李，绑定好了！")
    with town.store() as store:
        assert store.people.accounts_of("老李") == (town.account("李哥"),)
    town.says("张阿姨", CLUTTER)
    assert town.ticket().assignee == "老李"
    assert "杂物" in town.card_of("李哥")


def test_an_invitation_comes_with_its_picture_in_private() -> None:
    town = Town(unbound=["老李"])
    town.says("王主任", "/邀请 老李", in_chat=STAFF)
    assert town.heard_in(STAFF) == ["已私下发给您"]
    heard = town.heard_by("王主任")
    assert len(heard) == 2
    pictures = list(Path(town.config.files.media).glob("*.png"))
    assert [path.read_bytes()[:4] for path in pictures] == [b"\x89PNG"]


def test_only_the_hash_of_a_code_is_kept_with_the_invitation() -> None:
    town = Town(unbound=["老李"])
    code = _invited(town, "老李")
    with town.store() as store:
        invitation = store.people.invitation(bindings.hash_code(code))
        rows = store.conn.exec_driver_sql("SELECT * FROM invites").all()
    assert invitation is not None
    assert invitation.person == "老李"
    assert all(code not in str(row) for row in rows)


def test_a_code_works_once_and_its_reuse_by_another_alarms_the_committee() -> None:
    town = Town(unbound=["老李"])
    code = _invited(town, "老李")
    town.tells("李哥", f"/start {code}")
    town.heard_by("王主任")
    assert _asked(town, "路人", f"/start {code}").startswith("这份邀请已经用过了")
    alarms = town.heard_by("王主任")
    assert len(alarms) == 1
    assert "老李" in alarms[0]
    assert "路人" in alarms[0]
    with town.store() as store:
        assert store.people.person_of(town.account("路人")) is None


def test_an_alarm_is_raised_once_for_each_account() -> None:
    town = Town(unbound=["老李"])
    code = _invited(town, "老李")
    town.tells("李哥", f"/start {code}")
    for _ in range(3):
        town.tells("路人", f"/start {code}")
    assert sum("⚠️" in text for text in town.heard_by("王主任")) == 1


def test_tapping_ones_own_link_twice_is_no_alarm() -> None:
    town = Town(unbound=["老李"])
    code = _invited(town, "老李")
    town.tells("李哥", f"/start {code}")
    town.heard_by("王主任")
    assert _asked(town, "李哥", f"/start {code}") == "您已绑定为老李，不用再点。"
    assert town.heard_by("王主任") == []


def test_a_code_lapses_after_a_day() -> None:
    town = Town(unbound=["老李"])
    code = _invited(town, "老李")
    town.sleeps(hours=24, seconds=1)
    assert "过了 24 小时" in _asked(town, "李哥", f"/start {code}")
    with town.store() as store:
        assert store.people.person_of(town.account("李哥")) is None


def test_a_new_invitation_makes_the_one_before_it_lapse() -> None:
    town = Town(unbound=["老李"])
    old, new = _invited(town, "老李"), _invited(town, "老李")
    assert "过了 24 小时" in _asked(town, "李哥", f"/start {old}")
    assert "绑定好了" in _asked(town, "李哥", f"/start {new}")


def test_a_colleague_who_opens_somebody_elses_link_keeps_their_own_duties() -> None:
    town = Town(unbound=["老李"])
    code = _invited(town, "老李")
    assert "您已绑定为小陈" in _asked(town, "小陈", f"/start {code}")
    with town.store() as store:
        assert store.people.person_of(town.account("小陈")) == "小陈"
    assert "绑定好了" in _asked(town, "李哥", f"/start {code}")


def test_a_code_sent_to_a_group_opens_nothing_any_more() -> None:
    town = Town(unbound=["老李"])
    code = _invited(town, "老李")
    town.says("李哥", f"/bind {code}")
    assert "已作废" in town.heard_in(OWNERS)[0]
    assert "已经用过" in _asked(town, "路人", f"/bind {code}")
    with town.store() as store:
        assert store.people.accounts_of("老李") == ()


@pytest.mark.parametrize("said", ["/bind", "/bind 12345", "/bind 老李"])
def test_what_is_no_code_is_answered_with_how_to_write_it(said: str) -> None:
    assert _asked(Town(), "李哥", said).startswith("写法：/绑定")


def test_a_code_nobody_gave_out_is_refused_without_an_alarm() -> None:
    town = Town()
    assert "邀请码不对" in _asked(town, "路人", f"/start {bindings.new_code()}")
    assert town.heard_by("王主任") == []


def test_residents_and_workers_cannot_invite() -> None:
    town = Town(unbound=["老李"])
    for name in ("张阿姨", "小陈"):
        assert "业委会" in _asked(town, name, "/invite 老李")
    with town.store() as store:
        assert store.conn.exec_driver_sql("SELECT count(*) FROM invites").scalar() == 0


def test_somebody_who_shares_a_name_is_told_apart_by_their_phone() -> None:
    town = Town(duties=NAMESAKES)
    with town.store() as store:
        for binding in store.people.bindings():
            if binding.person != "王主任/13900000001":
                store.people.revoke(binding.account, town.clock.now())
    answer = _asked(town, "王主任", "/invite 李四")
    assert "8001(一网格网格员)" in answer
    assert "8002(二网格网格员)" in answer
    assert "例如：/邀请 李四 8001" in answer
    invitation = _asked(town, "王主任", "/invite 李四 8002")
    assert "李四（二网格网格员）" in invitation
    town.tells("李二", f"/bind {_code(invitation)}")
    with town.store() as store:
        assert store.people.person_of(town.account("李二")) == "李四/13900008002"


def test_an_unknown_name_is_answered_with_the_nearest_ones() -> None:
    answer = _asked(Town(duties=NAMESAKES), "王主任", "/invite 李思")
    assert "没有“李思”" in answer
    assert "李思思" in answer


def test_the_role_before_a_name_does_no_harm() -> None:
    town = Town(unbound=["老李"])
    assert "老李（一网格网格员）" in _asked(town, "王主任", "/invite 网格员老李")


def test_whoever_can_be_reached_already_is_not_invited_again() -> None:
    answer = _asked(Town(), "王主任", "/invite 老李")
    assert answer == "老李已经绑定，收得到工单。如果是换了账号，请发：/换号 老李"


def test_open_tickets_that_nobody_could_be_told_ring_once_somebody_is_bound() -> None:
    town = Town(unbound=[duty.name for duty in Town().roster.duties if duty.name != "王主任"])
    with town.store() as store:
        store.people.revoke(town.account("王主任"), town.clock.now())
    town.says("张阿姨", CLUTTER)
    assert town.ticket().assignee is None
    with town.store() as store:
        bindings.bound(town.context(store), "老李", town.account("李哥"), "test")
        store.people.remember(town.account("李哥"), started_at=town.clock.now())
        bindings.bring_open(town.context(store), "老李", town.private("李哥"))
    town.settle()
    assert town.ticket().assignee == "老李"
    assert "杂物" in town.card_of("李哥")


# -- the first committee member ----------------------------------------------------------------------


def test_the_first_committee_member_is_bound_by_the_terminals_code() -> None:
    duties = (Duty("", WHOLE, Role.COMMITTEE, "王主任", ""), Duty("", WHOLE, Role.MANAGER, "丁经理", ""))
    town = Town(duties=duties, unbound=["王主任"])
    with town.store() as store:
        code = bindings.first_code(town.context(store))
    assert code is not None
    assert "绑定好了" in _asked(town, "老王", f"/start {code}")
    assert "王主任" in _asked(town, "老王", "/whoami")
    assert "邀请码不对" in _asked(town, "路人", f"/start {code}")


def test_where_the_committee_has_several_members_the_name_is_asked_for() -> None:
    town = Town(unbound=["王主任", "谢委员", "冯书记"])
    with town.store() as store:
        code = bindings.first_code(town.context(store))
    answer = _asked(town, "老谢", f"/start {code}")
    assert "王主任、谢委员、冯书记" in answer
    assert f"/绑定 {code} 王主任" in answer
    assert "绑定好了" in _asked(town, "老谢", f"/绑定 {code} 谢委员")


def test_the_terminals_code_gives_no_other_role() -> None:
    town = Town(unbound=["王主任", "谢委员", "冯书记"])
    with town.store() as store:
        code = bindings.first_code(town.context(store))
    assert "业委会有这几位" in _asked(town, "李哥", f"/绑定 {code} 老李")
    with town.store() as store:
        assert store.people.person_of(town.account("李哥")) is None


def test_there_is_no_terminal_code_once_the_committee_is_bound() -> None:
    town = Town()
    with town.store() as store:
        assert bindings.first_code(town.context(store)) is None
        assert store.compound.row().first_code_hash is None


def test_each_start_of_the_program_makes_the_code_before_it_lapse() -> None:
    town = Town(unbound=["王主任", "谢委员", "冯书记"])
    with town.store() as store:
        old = bindings.first_code(town.context(store))
        bindings.first_code(town.context(store))
    assert "邀请码不对" in _asked(town, "老谢", f"/绑定 {old} 谢委员")


# -- changing accounts -------------------------------------------------------------------------------


def test_rebinding_takes_the_old_accounts_rights_at_once_and_moves_the_tickets_later() -> None:
    town = Town()
    town.says("张阿姨", CLUTTER)
    town.presses("老李", "接单")
    old = town.private("老李")
    town.tells("王主任", "/换号 老李")
    town.heard_by("王主任")
    town.presses("王主任", "确认")
    assert town.stands_in(old)[0] == "#1 已转走，这张卡片作废。"
    assert town.buttons(old) == []
    assert "不再绑定老李" in town.heard_by("老李")[-1]
    assert "只有负责的人能做" in town.forges("老李", f"t:{town.ticket().id}:arrive", in_chat=old)
    assert town.ticket().assignee == "老李"
    code = next(_code(text) for text in town.heard_by("王主任") if "邀请" in text)
    town.tells("老李新号", f"/start {code}")
    assert "杂物" in town.card_of("老李新号")
    town.presses("老李新号", "到场")
    assert town.ticket().state is State.ON_SITE
    assert town.stands_in(old)[0] == "#1 已转走，这张卡片作废。"


def test_what_the_old_account_was_only_asked_to_take_rings_on_at_once() -> None:
    town = Town()
    town.says("张阿姨", CLUTTER)
    assert town.ticket().assignee == "老李"
    town.tells("王主任", "/rebind 老李")
    town.presses("王主任", "确认")
    assert town.ticket().assignee == "丁经理"
    assert town.heard_by("丁经理")


def test_nothing_happens_before_the_question_is_answered() -> None:
    town = Town()
    town.tells("王主任", "/换号 老李")
    town.presses("王主任", "取消")
    with town.store() as store:
        assert store.people.person_of(town.account("老李")) == "老李"


def test_the_rights_are_checked_again_when_it_is_confirmed() -> None:
    town = Town()
    town.tells("谢委员", "/换号 老李")
    with town.store() as store:
        store.people.revoke(town.account("谢委员"), town.clock.now())
    town.presses("谢委员", "确认")
    with town.store() as store:
        assert store.people.person_of(town.account("老李")) == "老李"


def test_stepping_back_hands_everything_on() -> None:
    town = Town()
    town.says("张阿姨", CLUTTER)
    town.presses("老李", "接单")
    town.tells("老李", "/退绑")
    town.presses("老李", "确认")
    with town.store() as store:
        assert store.people.accounts_of("老李") == ()
    assert town.ticket().state is State.OPEN
    assert town.ticket().assignee == "丁经理"
    assert "handed_on" in town.diary()


def test_the_last_committee_member_cannot_step_back() -> None:
    town = Town(unbound=["谢委员", "冯书记"])
    assert "唯一绑定的业委会成员" in _asked(town, "王主任", "/unbind")
    with town.store() as store:
        assert store.people.person_of(town.account("王主任")) == "王主任"


def test_a_worker_cannot_unbind_another() -> None:
    town = Town()
    assert "业委会" in _asked(town, "小陈", "/unbind 老李")


def test_the_rights_end_with_the_term() -> None:
    until = date(2026, 5, 12)
    duties = tuple(replace(d, until=until) if d.name == "谢委员" else d for d in Town().roster.duties)
    town = Town(duties=duties)
    assert "正式运行" in _asked(town, "谢委员", "/mode")
    town.sleeps(days=1)
    assert "需要业委会的权限" in _asked(town, "谢委员", "/mode")
    assert "任期已到" in _asked(town, "谢委员", "/whoami")


def test_a_card_that_was_never_shown_is_not_shown_to_a_dismissed_account() -> None:
    town = Town()
    town.platform.refuses.add("老李")
    town.says("张阿姨", CLUTTER, settle=False)
    with town.store() as store:
        bindings.revoke(town.context(store), "老李")
        left = store.conn.execute(cards.select().where(cards.c.chat == "老李")).all()
    assert left == []


def test_a_retired_card_is_no_card_of_the_ticket_any_more() -> None:
    town = Town()
    town.says("张阿姨", CLUTTER)
    with town.store() as store:
        bindings.revoke(town.context(store), "老李")
        ticket = store.tickets.numbered(1)
        assert ticket is not None
        assert RETIRED not in {card.audience for card in store.cards.of(ticket.id)}
        assert town.private("老李") not in {card.to for card in store.cards.of(ticket.id)}


# -- looking up --------------------------------------------------------------------------------------


def test_who_cannot_be_reached_is_listed_by_grid_with_the_reason() -> None:
    town = Town(unbound=["老李", "周姐"])
    town.bind("周姐", started=False)
    with town.store() as store:
        store.people.remember(town.account("小陈"), blocked_at=town.clock.now())
    answer = _asked(town, "王主任", "/未绑定")
    assert "名册上 11 人，还有 3 人联系不到" in answer
    assert "【一网格】网格员老李（还没绑定）、楼栋长周姐（绑定了，还没点“开始”）" in answer
    assert "【二网格】网格员小陈（绑定了，但停用了我的私聊）" in answer


def test_everybody_can_be_reached() -> None:
    assert _asked(Town(), "王主任", "/unbound") == "名册上的 11 人都能联系到。"


def test_the_roster_is_shown_in_private_only() -> None:
    town = Town(duties=NAMESAKES)
    town.says("王主任", "/名册")
    assert town.heard_in(OWNERS) == ["已私下发给您"]
    assert "13900008001" in town.heard_by("王主任")[0]


def test_the_roster_can_be_narrowed() -> None:
    assert _asked(Town(duties=NAMESAKES), "王主任", "/roster 一网格").splitlines() == [
        "【一网格】",
        "网格员 李四 13900008001 已绑定",
    ]
    assert "没有“九网格”" in _asked(Town(), "王主任", "/roster 九网格")


def test_residents_do_not_see_the_roster() -> None:
    assert "业委会" in _asked(Town(), "张阿姨", "/roster")


def test_anybody_is_told_who_they_are() -> None:
    town = Town()
    assert "您是居民" in _asked(town, "张阿姨", "/whoami")
    town.says("张阿姨", CLUTTER)
    assert _asked(town, "老李", "/我是谁").splitlines() == [
        "账号：老李（编号 老李）",
        "您是老李：一网格 网格员",
        "手上有 1 件没办完",
    ]


# -- the private chat --------------------------------------------------------------------------------


def test_a_resident_who_starts_hears_that_talking_is_enough() -> None:
    answer = _asked(Town(), "张阿姨", "/start")
    assert "不用记命令" in answer
    assert "0453-0000000" in answer


def test_starting_in_a_group_is_turned_to_the_private_chat() -> None:
    town = Town()
    town.says("张阿姨", "/start")
    assert "私聊" in town.heard_in(OWNERS)[0]


def test_the_reporter_sees_the_reason_behind_their_tickets_link_and_nobody_else_does() -> None:
    town = Town()
    town.says("张阿姨", CLUTTER)
    town.tells("老李", "/不办 1 归自来水公司管")
    assert "归自来水公司管" in _asked(town, "张阿姨", "/start t1")
    other = _asked(town, "刘叔", "/start t1")
    assert "归自来水公司管" not in other
    assert "#1" in other


def test_a_link_to_a_ticket_that_is_not_there_says_so() -> None:
    assert "没有 #99" in _asked(Town(), "张阿姨", "/start t99")


def test_whoever_comes_back_after_blocking_the_bot_gets_their_tickets() -> None:
    town = Town()
    town.says("张阿姨", CLUTTER)
    town.presses("老李", "接单")
    with town.store() as store:
        store.people.remember(town.account("老李"), blocked_at=town.clock.now())
        for card in store.cards.of_person("老李"):
            store.cards.lose(card.id, "blocked")
    town.heard_by("老李")
    town.tells("老李", "/start")
    assert any("杂物" in text for text in town.heard_by("老李"))


# -- codes -------------------------------------------------------------------------------------------


def test_codes_are_long_random_and_no_tickets() -> None:
    codes = {bindings.new_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(bindings.is_code(code) and len(code) <= 64 for code in codes)
    assert not bindings.is_code("t12")
    assert not bindings.is_code("")


def test_a_code_may_be_typed_in_capitals_and_with_blanks_around_it() -> None:
    code = bindings.new_code()
    assert bindings.is_code(code.upper())
    assert bindings.hash_code(f" {code.upper()} ") == bindings.hash_code(code)


def test_two_accounts_that_use_a_code_at_once_do_not_both_get_it() -> None:
    town = Town(unbound=["老李"])
    code = _invited(town, "老李")
    with town.store() as store:
        context = town.context(store)
        found = store.people.invitation(bindings.hash_code(code))
        assert found is not None
        assert store.people.use_invitation(found, Account("console", "first"), town.clock.now())
        text, out = bindings.redeem(context, Account("console", "second"), code)
    assert "已经用过" in text
    assert len(out) >= 1


def test_a_new_binding_s_menu_shows_what_it_may_do(monkeypatch: pytest.MonkeyPatch) -> None:
    town = Town(unbound=["老李"])
    code = _invited(town, "老李")
    published: list[PublishMenu] = []

    async def keep(menu: PublishMenu) -> None:
        published.append(menu)

    monkeypatch.setattr(town.platform, "publish", keep)
    town.tells("李哥", f"/start {code}")
    (menu,) = published
    names = {name for name, _ in menu.commands}
    assert menu.to == town.private("李哥")
    assert "accept" in names
    assert "invite" not in names


def test_somebody_without_a_duty_is_not_bound() -> None:
    town = Town(unbound=["老李"])
    code = _invited(town, "老李")
    town.intake.files = replace(
        town.files,
        roster=replace(town.roster, duties=tuple(d for d in town.roster.duties if d.name != "老李")),
    )
    assert "不在名册" in _asked(town, "李哥", f"/start {code}")
    with town.store() as store, pytest.raises(Refused):
        bindings.redeem(town.context(store), Account("console", "x"), code)


def test_a_person_whose_duties_ended_does_not_keep_an_account_from_a_new_duty() -> None:
    town = Town(unbound=["老李"])
    with town.store() as store:
        store.people.bind("从前的人", town.account("李哥"), "test", town.clock.now() - timedelta(days=9))
    code = _invited(town, "老李")
    assert "绑定好了" in _asked(town, "李哥", f"/start {code}")
