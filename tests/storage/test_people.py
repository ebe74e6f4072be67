"""Bindings, invitations and what is kept about accounts, on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.messages import Account, Address
from bot.domain.places import NOWHERE, Place
from storage.database import Database
from tests.storage.townhall import LI, MINUTE, NOW, ZHANG, two

PHONE = Account("telegram", "99", "老李新号")


def test_an_account_is_known_once_something_is_kept_about_it(database: Database) -> None:
    with two(database) as both:
        people = both.ours.people
        assert people.known(ZHANG) is None
        people.remember(ZHANG)
        known = people.known(ZHANG)
        assert known is not None
        assert not known.reachable
        assert both.theirs.people.known(ZHANG) is None

        people.remember(ZHANG, started_at=NOW)
        people.remember(Account("telegram", "11", "张秀英"), home=Place(buildings=("3",), room="501"))
        known = people.known(ZHANG)
        assert known is not None
        assert known.reachable
        assert known.account.name == "张秀英"
        assert people.home(ZHANG) == Place(buildings=("3",), room="501")
        assert people.home(LI) == NOWHERE
        assert people.home(None) == NOWHERE


def test_a_blocked_bot_reaches_nobody(database: Database) -> None:
    with two(database) as both:
        people = both.ours.people
        people.bind("老李", LI, "test", NOW)
        assert people.reach("老李") is None
        people.remember(LI, started_at=NOW)
        assert people.reach("老李") == Address("telegram", "12")
        people.remember(LI, blocked_at=NOW)
        assert people.reach("老李") is None


def test_a_person_has_one_account_per_platform_and_an_account_one_person(database: Database) -> None:
    console = Account("console", "12")
    with two(database) as both:
        people = both.ours.people
        assert people.bind("老李", LI, "test", NOW) == ()
        assert people.bind("老李", console, "test", NOW) == ()
        assert people.bind("老李", PHONE, "test", NOW) == (LI,)
        assert people.person_of(LI) is None
        assert set(people.accounts_of("老李")) == {PHONE, console}

        people.bind("小陈", PHONE, "test", NOW)
        assert people.person_of(PHONE) == "小陈"
        assert people.accounts_of("老李") == (console,)
        assert {b.person for b in people.bindings()} == {"老李", "小陈"}
        assert both.theirs.people.bindings() == ()


def test_rights_once_revoked_are_gone(database: Database) -> None:
    with two(database) as both:
        people = both.ours.people
        people.bind("老李", LI, "test", NOW)
        assert not both.theirs.people.revoke(LI, NOW)
        assert people.person_of(LI) == "老李"
        assert people.revoke(LI, NOW)
        assert not people.revoke(LI, NOW)
        assert people.person_of(LI) is None


def test_the_reachable_one_of_several_accounts_is_written_to(database: Database) -> None:
    console = Account("console", "12")
    with two(database) as both:
        people = both.ours.people
        people.bind("老李", LI, "test", NOW)
        people.bind("老李", console, "test", NOW)
        people.remember(LI, started_at=NOW)
        people.remember(console, started_at=NOW, blocked_at=NOW)

        assert people.reach("老李") == Address("telegram", "12")


def test_an_invitation_works_once_for_a_day_and_only_the_newest(database: Database) -> None:
    day = timedelta(hours=24)
    with two(database) as both:
        people = both.ours.people
        people.invite("老李", "hash-1", "王主任", NOW, day)
        people.invite("老李", "hash-2", "王主任", NOW + MINUTE, day)
        first, second = people.invitation("hash-1"), people.invitation("hash-2")
        assert first is not None
        assert second is not None
        assert both.theirs.people.invitation("hash-2") is None
        assert people.invitation("hash-3") is None

        assert not people.use_invitation(first, LI, NOW + 2 * MINUTE)
        assert people.use_invitation(second, LI, NOW + 2 * MINUTE)
        assert not people.use_invitation(second, ZHANG, NOW + 3 * MINUTE)
        used = people.invitation("hash-2")
        assert used is not None
        assert used.used_at == NOW + 2 * MINUTE


def test_an_invitation_lapses(database: Database) -> None:
    with two(database) as both:
        both.ours.people.invite("老李", "hash", "王主任", NOW, timedelta(hours=24))
        invite = both.ours.people.invitation("hash")
        assert invite is not None
        assert not both.ours.people.use_invitation(invite, LI, NOW + timedelta(hours=24))


def test_forgetting_an_account_keeps_that_it_does_not_want_to_be_read(database: Database) -> None:
    with two(database) as both:
        people = both.ours.people
        people.remember(ZHANG, opted_out_at=NOW, started_at=NOW, home=Place(buildings=("3",)))
        people.remember(LI, started_at=NOW)
        people.forget(ZHANG)
        people.forget(LI)

        assert people.opted_out(ZHANG)
        known = people.known(ZHANG)
        assert known is not None
        assert (known.account.name, known.started_at, known.home) == ("", None, NOWHERE)
        assert people.known(LI) is None
        assert not people.opted_out(LI)
