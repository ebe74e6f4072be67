"""What waits for which moment, on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from bot.domain.messages import Account, Face, Incoming, Priority, Say
from bot.domain.tickets import State
from storage.agenda import Agenda, agenda, next_sending
from storage.database import Database
from storage.duty import ASKED, LEAVE, REFUSED, SWAP
from storage.store import Store
from tests.storage.townhall import GROUP, LI, MINUTE, NOW, OTHER_GROUP, ZHANG, filed, two

LATER = NOW + 30 * MINUTE
WEEK = timedelta(days=7)

Do = Callable[[Store], object]


def _of(store: Store, **occasions: datetime) -> Agenda:
    return agenda(store.conn, store.id, occasions)


def _announced(at: datetime, state: str = "planned") -> Do:
    def does(store: Store) -> None:
        row = store.compound.plan("停水", "王主任", at, NOW)
        if state != "planned":
            store.compound.settle(row, state)

    return does


def _said(who: Account, at: datetime) -> Do:
    return lambda s: s.memory.keep(Incoming(GROUP, f"{who.id}{at}", who, "电梯", at, True))


def _away(kind: str, until: datetime, state: str) -> Do:
    return lambda s: s.duty.add(kind, "老李", "小陈", (NOW, until), "老李", NOW, state=state)


def _buried(at: datetime) -> Do:
    return lambda s: s.compound.bury("telegram", "1", "", "Incoming", "KeyError", at)


def _heard(store: Store) -> None:
    for chat, at in ((GROUP, LATER), (OTHER_GROUP, NOW)):
        store.compound.set_group(chat, title="业主群")
        store.hearing.heard(chat, at)


@pytest.mark.parametrize(
    ("sort", "moment", "does"),
    [
        ("ticket", LATER, [lambda s: filed(s, due_at=NOW + WEEK), lambda s: filed(s, due_at=LATER)]),
        ("ticket", None, [lambda s: filed(s, due_at=None)]),
        ("lap", LATER, [lambda s: filed(s, lap_at=LATER), lambda s: filed(s, lap_at=NOW)]),
        ("announcement", LATER, [_announced(NOW + WEEK), _announced(LATER)]),
        ("announcement", None, [_announced(LATER, "sent"), _announced(LATER, "cancelled")]),
        ("muted", LATER, [lambda s: s.compound.change(muted_until=LATER)]),
        ("listening", NOW, [lambda s: s.compound.change(mode="listen", listening_since=NOW)]),
        ("listening", None, [lambda s: s.compound.change(mode="live", listening_since=NOW)]),
        ("notice", LATER, [lambda s: filed(s, state=State.POSTED.value, filed_at=LATER)]),
        ("notice", None, [lambda s: filed(s, state=State.ENDED.value, filed_at=LATER)]),
        ("away", LATER, [_away(LEAVE, NOW, "holds"), _away(SWAP, LATER, ASKED)]),
        ("away", None, [_away(SWAP, LATER, REFUSED)]),
        ("said", NOW, [_said(ZHANG, LATER), _said(LI, NOW)]),
        ("awaited", LATER, [lambda s: s.memory.expect(GROUP, ZHANG, "place", LATER)]),
        ("heard", NOW, [_heard]),
        ("buried", LATER, [_buried(LATER), _buried(NOW)]),
    ],
)
def test_each_moment_is_the_one_that_comes_first_and_each_compound_has_its_own(
    database: Database, sort: str, moment: datetime | None, does: list[Do]
) -> None:
    with two(database) as both:
        assert getattr(_of(both.ours), sort) is None
        for each in does:
            each(both.ours)
        assert getattr(_of(both.ours), sort) == moment
        assert getattr(_of(both.theirs), sort) is None


def test_an_occurrence_is_claimed_for_its_own_moment_and_duty_only(database: Database) -> None:
    with two(database) as both:
        both.ours.compound.claim("morning", NOW)
        both.ours.compound.claim("knock", LATER)
        both.theirs.compound.claim("referrals", NOW)

        asked = {"morning": NOW, "referrals": NOW, "knock": NOW}
        assert _of(both.ours, **asked).claimed == {"morning"}
        assert _of(both.ours, knock=LATER, morning=LATER).claimed == {"knock"}
        assert _of(both.ours).claimed == set()


def test_what_is_to_be_sent_is_the_first_letter_or_card(database: Database) -> None:
    with two(database) as both:
        assert next_sending(both.ours.conn, both.ours.id) is None
        ticket = filed(both.ours)
        both.ours.cards.show(ticket.id, "staff", GROUP, Face("#1"), 40, NOW, not_before=NOW + WEEK)
        assert next_sending(both.ours.conn, both.ours.id) == NOW + WEEK

        say = Say(GROUP, "a", Face("好"), Priority.GROUP, not_before=LATER)
        both.ours.outbox.put(say, say.key, say.to, say.priority, NOW, LATER)
        assert next_sending(both.ours.conn, both.ours.id) == LATER
        assert next_sending(both.theirs.conn, both.theirs.id) is None


def test_what_was_sent_and_what_is_lost_waits_for_nothing(database: Database) -> None:
    with two(database) as both:
        store = both.ours
        say = Say(GROUP, "a", Face("好"), Priority.GROUP)
        store.outbox.put(say, say.key, say.to, say.priority, NOW)
        for audience in ("staff", "owners"):
            store.cards.show(filed(store).id, audience, GROUP, Face("#1"), 40, NOW)
        store.outbox.sent(store.outbox.take(["telegram"], NOW), "1", NOW)
        shown, lost = store.cards.stale(["telegram"], NOW)
        store.cards.shown(shown.id, shown.version, "2")
        store.cards.lose(lost.id, "gone")

        assert next_sending(store.conn, store.id) is None
