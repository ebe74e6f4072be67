"""Leave, swaps and handovers as rows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from storage.database import Database
from storage.duty import ASKED, HOLDS, LEAVE, SWAP, TAKEN, UNDONE, VOID
from tests.storage.townhall import filed, two

NOON = datetime(2026, 6, 16, 4, tzinfo=UTC)
DAY = timedelta(days=1)


def test_what_holds_is_listed_until_it_is_over(database: Database) -> None:
    with two(database) as both:
        book = both.ours.duty
        leave = book.add(LEAVE, "老李", "小陈", (NOON + DAY, NOON + 2 * DAY), "老李", NOON)
        book.add(SWAP, "小陈", "老李", (NOON, NOON + DAY), "小陈", NOON, state=ASKED)
        assert [change.person for change in book.lasting(NOON)] == ["老李"]
        assert [change.person for change in book.asked(NOON)] == ["小陈"]
        assert book.lasting(NOON + 2 * DAY) == ()
        assert book.over(NOON, NOON + 2 * DAY) == (leave,)
        assert not leave.at(NOON)
        assert leave.at(NOON + DAY)
        assert not leave.at(NOON + 2 * DAY)


def test_what_is_taken_back_or_shortened_no_longer_holds(database: Database) -> None:
    with two(database) as both:
        book = both.ours.duty
        first = book.add(LEAVE, "老李", None, (NOON, NOON + 3 * DAY), "老李", NOON)
        second = book.add(LEAVE, "小陈", None, (NOON, NOON + 3 * DAY), "小陈", NOON)
        book.settle(first, UNDONE, NOON)
        book.ends(second, NOON + DAY)
        book.stands_in(second, "老李")
        (left,) = book.lasting(NOON)
        assert (left.person, left.stand_in, left.ends_at, left.state) == ("小陈", "老李", NOON + DAY, HOLDS)


def test_both_halves_of_a_swap_belong_together(database: Database) -> None:
    with two(database) as both:
        book = both.ours.duty
        first = book.add(SWAP, "老李", "小陈", (NOON, NOON + DAY), "老李", NOON, state=ASKED)
        second = book.add(
            SWAP, "小陈", "老李", (NOON + DAY, NOON + 2 * DAY), "老李", NOON, state=ASKED, pair=first.id
        )
        book.add(LEAVE, "老赵", None, (NOON, NOON + DAY), "老赵", NOON)
        assert book.pair(first) == book.pair(second) == (first, second)


def test_another_compound_s_duty_is_none_of_ours(database: Database) -> None:
    with two(database) as both:
        ours, theirs = both.ours.duty, both.theirs.duty
        change = theirs.add(LEAVE, "老李", None, (NOON, NOON + DAY), "老李", NOON)
        assert ours.get(change.id) is None
        assert ours.lasting(NOON) == ()
        ours.settle(change, UNDONE, NOON)
        assert theirs.lasting(NOON) == (change,)


def test_a_second_offer_of_a_ticket_makes_the_first_void(database: Database) -> None:
    with two(database) as both:
        store = both.ours
        ticket = filed(store)
        store.duty.offer("a", ticket.id, "老李", "小陈", "老李", NOON)
        store.duty.offer("b", ticket.id, "老李", "老赵", "老李", NOON)
        assert [part.state for part in store.duty.offered("a")] == [VOID]
        (part,) = store.duty.offered("b")
        store.duty.close(part, TAKEN, NOON + DAY)
        assert [found.ticket for found in store.duty.given_by("老李", NOON)] == [ticket.id]
        assert store.duty.given_by("老李", NOON + 2 * DAY) == ()
        assert store.duty.given_by("小陈", NOON) == ()


def test_what_everybody_has_in_hand_is_counted(database: Database) -> None:
    with two(database) as both:
        store = both.ours
        for state in ("open", "accepted", "on_site", "paused", "closed"):
            store.tickets.change(filed(store), assignee="老李", state=state)
        store.tickets.change(filed(store), assignee="小陈", state="accepted", listened=True)
        assert store.duty.loads() == {"老李": 3}
