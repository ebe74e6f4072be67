"""Promise: rights come from bindings, never from names, forwarding or the platform's own accounts."""

from __future__ import annotations

from datetime import date

import pytest

from bot.domain.messages import Account
from bot.domain.people import Area, Duty, Role
from bot.domain.tickets import State
from tests.town import OWNERS, STAFF, Town

LIFT = "3栋电梯坏了，已经停了两天"
SYSTEM = ("1087968824", "136817688", "777000")


@pytest.mark.parametrize("name", ["王师傅", "王主任", "物业维修王师傅", "王师傅 ✅"])
def test_a_name_gives_no_rights(town: Town, name: str) -> None:
    town.says("张阿姨", LIFT)
    impostor = Account("console", "666", name)
    town.tells("666", "/accept 1", author=impostor)
    town.says("666", "接单 1", author=impostor, in_chat=STAFF)
    town.tells("666", "/export", author=impostor)
    town.tells("666", "/mode listen", author=impostor)

    assert town.ticket().state is State.OPEN
    with town.store() as store:
        assert store.compound.row().mode == "live"


@pytest.mark.parametrize("account", SYSTEM)
@pytest.mark.parametrize(
    "command", ["/accept 1", "/mode listen", "/mute 2h", "/export", "/invite 老李", "/done 1 好了"]
)
def test_the_platform_s_own_accounts_have_no_rights(town: Town, account: str, command: str) -> None:
    town.says("张阿姨", LIFT)
    who = Account("console", account, "春晖苑业主群")
    town.says("", command, author=who, anonymous=True)
    town.says("", command, author=who, anonymous=True, in_chat=STAFF)

    assert town.ticket().state is State.OPEN
    with town.store() as store:
        row = store.compound.row()
        assert (row.mode, row.muted_until) == ("live", None)


def test_even_a_bound_shared_account_gets_no_rights_when_anonymous(town: Town) -> None:
    town.bind("王主任", "1087968824")
    town.says("张阿姨", LIFT)
    who = Account("console", "1087968824", "Group")
    town.says("", "/mute 2h", author=who, anonymous=True)

    with town.store() as store:
        assert store.compound.row().muted_until is None


def test_an_anonymous_admin_s_report_is_filed_without_a_person(town: Town) -> None:
    who = Account("console", "1087968824", "春晖苑业主群")
    town.says("", LIFT, author=who, anonymous=True)

    ticket = town.ticket()
    assert ticket.reporter is None
    assert "匿名" in town.heard_by("王师傅")[0]


def test_nobody_can_confirm_an_anonymous_report_by_being_anonymous(town: Town) -> None:
    who = Account("console", "1087968824", "春晖苑业主群")
    town.says("", LIFT, author=who, anonymous=True)
    town.tells("王师傅", "接单 1")
    town.tells("王师傅", "办结 1 已换主板")
    ticket = town.ticket().id
    for name in ("1087968824", "李叔"):
        town.forges(name, f"t:{ticket}:confirm", in_chat=OWNERS)

    assert town.ticket().state is State.RESOLVED


def test_two_anonymous_admins_reports_are_not_put_together(town: Town) -> None:
    who = Account("console", "1087968824", "Group")
    town.says("", "3栋2单元", author=who, anonymous=True)
    town.says("", "电梯坏了，已经停了两天", author=who, anonymous=True)

    assert not town.ticket().place.known


@pytest.mark.parametrize("text", ["/accept 1", "/mute 2h", "/接单 1"])
def test_a_forwarded_command_is_no_command(town: Town, text: str) -> None:
    town.says("张阿姨", LIFT)
    town.says("王主任", text, forwarded=True)
    town.tells("王主任", text, forwarded=True)

    assert town.ticket().state is State.OPEN
    with town.store() as store:
        assert store.compound.row().muted_until is None


def test_an_edited_command_is_no_command(town: Town) -> None:
    town.says("张阿姨", LIFT)
    message = town.says("王主任", "大家早上好")
    town.edits("王主任", message, "/mute 2h")

    with town.store() as store:
        assert store.compound.row().muted_until is None


def test_a_forwarded_complaint_is_the_forwarder_s_report(town: Town) -> None:
    town.says("李叔", LIFT, forwarded=True)

    assert town.ticket().reporter == town.account("李叔")


def test_rights_end_with_the_term() -> None:
    duties = (
        Duty("", Area(whole=True), Role.COMMITTEE, "王主任", "", date(2026, 5, 12)),
        Duty("", Area(whole=True), Role.REPAIR, "王师傅", ""),
    )
    town = Town(duties=duties)
    town.tells("王主任", "/mute 1h")
    with town.store() as store:
        assert store.compound.row().muted_until is not None
        store.compound.change(muted_until=None)

    town.until(9)
    town.tells("王主任", "/mute 1h")
    with town.store() as store:
        assert store.compound.row().muted_until is None


def test_residents_learn_no_command_and_are_told_kindly_when_they_try(town: Town) -> None:
    for command in ("/export", "/mute 2h", "/assign 1 老李", "/reload", "/roster"):
        town.tells("张阿姨", command)

    heard = town.heard_by("张阿姨")
    assert len(heard) == 5
    assert all("Traceback" not in text and len(text) < 200 for text in heard)


def test_an_unknown_command_in_the_group_is_silence(town: Town) -> None:
    town.says("张阿姨", "/roll 6")
    town.says("张阿姨", "/hug@another_bot 李叔")

    assert town.heard_in() == []
