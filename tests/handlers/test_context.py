"""One transaction's view of the world."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.messages import Account, Address
from bot.domain.people import Role
from handlers.context import Purpose
from tests.town import OWNERS, SECOND, STAFF, SUPERVISION, Town


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ("2026-05-12T15:30", "15:30"),
        ("2026-05-13T09:00", "明天09:00"),
        ("2026-05-20T09:00", "5月20日09:00"),
        ("2026-05-12T00:00", "00:00"),
    ],
)
def test_moments_are_said_as_people_say_them(town: Town, moment: str, said: str) -> None:
    with town.store() as store:
        context = town.context(store)
        local = datetime.fromisoformat(moment).replace(tzinfo=context.zone)

        assert context.clock(local) == said
        assert context.clock(local.astimezone(UTC)) == said


def test_every_group_has_its_purpose_and_others_none(town: Town) -> None:
    with town.store() as store:
        context = town.context(store)

        assert context.purpose(OWNERS) is Purpose.OWNERS
        assert context.purpose(SECOND) is Purpose.OWNERS
        assert context.purpose(STAFF) is Purpose.STAFF
        assert context.purpose(SUPERVISION) is Purpose.SUPERVISION
        assert context.purpose(Address("console", "-999")) is None
        assert context.purpose(Address("telegram", OWNERS.chat)) is None
        assert context.purpose(replace(OWNERS, thread="7")) is Purpose.OWNERS


def test_a_moved_group_keeps_its_purpose_under_its_new_id(town: Town) -> None:
    with town.store() as store:
        context = replace(town.context(store), moves={(OWNERS.platform, OWNERS.chat): "-1009"})

        assert context.purpose(Address("console", "-1009")) is Purpose.OWNERS
        assert context.purpose(OWNERS) is None
        assert Address("console", "-1009") in context.groups(Purpose.OWNERS)


def test_rights_come_from_the_binding_and_the_roster(town: Town) -> None:
    with town.store() as store:
        context = town.context(store)
        chair = context.actor(town.account("王主任"))
        worker = context.actor(town.account("王师傅"))
        nobody = context.actor(Account("console", "666", "王主任"))

        assert (chair.staff, chair.committee, chair.kind) == (True, True, "committee")
        assert (worker.staff, worker.committee, worker.kind) == (True, False, "worker")
        assert (nobody.staff, nobody.committee, nobody.kind) == (False, False, "resident")
        assert context.people_with(Role.COMMITTEE, Role.COMMUNITY) == ("王主任", "谢委员", "冯书记")


def test_night_and_silence_are_told_by_the_clock(town: Town) -> None:
    with town.store() as store:
        assert not town.context(store).quiet
        assert not town.context(store).muted
        store.compound.change(muted_until=town.clock.now() + timedelta(hours=1))
        assert town.context(store).muted
    town.clock.wind(timedelta(hours=10, minutes=1))
    with town.store() as store:
        assert town.context(store).quiet
        assert not town.context(store).muted


def test_the_committee_is_told_in_its_group_or_each_member_in_private(town: Town) -> None:
    with town.store() as store:
        chats = town.context(store).committee_chats()
        assert chats == tuple(town.private(name) for name in ("王主任", "谢委员", "冯书记"))
        store.people.remember(town.account("谢委员"), blocked_at=town.clock.now())
        assert town.private("谢委员") not in town.context(store).committee_chats()

    meeting = {"platform": "console", "chat": "-400"}
    with_group = Town(groups={"owners": [{"platform": "console", "chat": OWNERS.chat}], "committee": meeting})
    with with_group.store() as store:
        assert with_group.context(store).committee_chats() == (Address("console", "-400"),)
