"""Tickets, their diary, messages and photos, on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.messages import Account, Address, Photo
from bot.domain.places import Place
from bot.domain.tickets import State
from bot.domain.verdicts import Kind
from storage.database import Database
from storage.tickets import distinct_voices
from tests.storage.townhall import GROUP, LI, MINUTE, NOW, OTHER_GROUP, ZHANG, filed, two


def test_numbers_count_up_in_each_compound_by_itself(database: Database) -> None:
    with two(database) as both:
        ours = [filed(both.ours).number for _ in range(3)]
        theirs = [filed(both.theirs).number for _ in range(2)]

        assert ours == [1, 2, 3]
        assert theirs == [1, 2]


def test_a_ticket_is_read_as_it_was_filed(database: Database) -> None:
    place = Place("2", ("3", "45甲"), "2", "5", "501", ("东门",))
    with two(database) as both:
        written = filed(both.ours, place=place, danger="起火", because=("一(甲)", "二(乙)"), score=0.5)
    with two(database) as both:
        read = both.ours.tickets.get(written.id)

    assert read == written
    assert read is not None
    assert read.place == place
    assert read.reporter == ZHANG
    assert read.reporter is not None
    assert read.reporter.name == "张阿姨"
    assert read.origin == GROUP
    assert read.because == ("一(甲)", "二(乙)")
    assert read.filed_at == NOW


def test_another_compound_s_ticket_does_not_exist_here(database: Database) -> None:
    with two(database) as both:
        theirs = filed(both.theirs)

        assert both.ours.tickets.get(theirs.id) is None
        assert both.ours.tickets.numbered(theirs.number) is None
        assert both.ours.tickets.find() == ()
        assert both.ours.tickets.due(NOW + timedelta(days=1)) == ()


def test_a_number_no_column_can_hold_is_nobody_s(database: Database) -> None:
    with two(database) as both:
        filed(both.ours)

        for number in (0, -1, 2**31, 2**63, 10**30):
            assert both.ours.tickets.numbered(number) is None


def test_changing_sets_what_is_named_and_nothing_else(database: Database) -> None:
    with two(database) as both:
        before = filed(both.ours)
        after = both.ours.tickets.change(before, state=State.ACCEPTED.value, assignee="王师傅")

        assert after.state is State.ACCEPTED
        assert after.assignee == "王师傅"
        assert both.ours.tickets.get(before.id) == after
        assert (after.text, after.place, after.number) == (before.text, before.place, before.number)


def test_what_is_due_is_what_has_a_time_and_it_has_come(database: Database) -> None:
    with two(database) as both:
        filed(both.ours, due_at=None)
        late = filed(both.ours, due_at=NOW - MINUTE)
        now = filed(both.ours, due_at=NOW)
        filed(both.ours, due_at=NOW + MINUTE)
        filed(both.theirs, due_at=NOW - MINUTE)

        assert [t.id for t in both.ours.tickets.due(NOW)] == [late.id, now.id]


def test_alike_is_of_a_topic_going_on_and_fresh(database: Database) -> None:
    hour = timedelta(hours=1)
    with two(database) as both:
        tickets = both.ours.tickets
        first = filed(both.ours, filed_at=NOW)
        filed(both.ours, filed_at=NOW, topic="噪音")
        filed(both.ours, filed_at=NOW, kind=Kind.WISH.value)
        filed(both.ours, filed_at=NOW, state=State.CLOSED.value)
        old = filed(both.ours, filed_at=NOW - 2 * hour)
        last = filed(both.ours, filed_at=NOW + MINUTE)
        since = NOW - hour
        assert [t.id for t in tickets.alike(Kind.COMPLAINT, "电梯", since)] == [last.id, first.id]

        tickets.add_message(old, GROUP, "77", LI, "voice", "我家也是", NOW)
        assert {t.id for t in tickets.alike(Kind.COMPLAINT, "电梯", since)} == {last.id, first.id, old.id}


def test_the_latest_of_an_account_is_its_own_and_of_the_chat(database: Database) -> None:
    with two(database) as both:
        tickets = both.ours.tickets
        here = filed(both.ours)
        filed(both.ours, reporter=LI)
        there = filed(both.ours, origin=OTHER_GROUP)
        filed(both.theirs)

        assert tickets.latest_of(ZHANG, NOW - MINUTE) == there
        assert tickets.latest_of(ZHANG, NOW - MINUTE, GROUP) == here
        assert tickets.latest_of(ZHANG, NOW + MINUTE) is None
        assert tickets.latest_of(Account("console", "11"), NOW - MINUTE) is None


def test_the_flood_count_leaves_notices_and_others_out(database: Database) -> None:
    with two(database) as both:
        filed(both.ours)
        filed(both.ours, kind=Kind.WISH.value)
        filed(both.ours, kind=Kind.NOTICE.value, state=State.POSTED.value)
        filed(both.ours, reporter=LI)
        filed(both.ours, filed_at=NOW - timedelta(hours=2))
        filed(both.theirs)

        assert both.ours.tickets.filed_since(NOW - timedelta(hours=1), ZHANG) == 2


def test_the_diary_keeps_its_order_and_its_facts(database: Database) -> None:
    with two(database) as both:
        ticket = filed(both.ours)
        both.ours.tickets.note(ticket, NOW, "filed", "resident", ZHANG, because=["一"], 楼="3栋")
        both.ours.tickets.note(ticket, NOW, "rang", "linli", person="王师傅")

        first, second = both.ours.tickets.diary(ticket)
        assert (first.verb, first.actor, first.account, first.data) == (
            "filed",
            "resident",
            ZHANG,
            {"because": ["一"], "楼": "3栋"},
        )
        assert (second.verb, second.account, second.name) == ("rang", None, "")
        assert both.ours.tickets.count_events("rang", NOW, NOW + MINUTE) == 1
        assert both.ours.tickets.count_events("rang", NOW + MINUTE, NOW + 2 * MINUTE) == 0
        assert both.theirs.tickets.count_events("rang", NOW, NOW + MINUTE) == 0


def test_a_message_belongs_to_one_ticket(database: Database) -> None:
    with two(database) as both:
        tickets = both.ours.tickets
        one, other = filed(both.ours), filed(both.ours)

        assert tickets.add_message(one, GROUP, "5", ZHANG, "origin", "坏了", NOW)
        assert not tickets.add_message(other, GROUP, "5", ZHANG, "voice", "坏了", NOW)
        assert tickets.add_message(other, OTHER_GROUP, "5", ZHANG, "voice", "坏了", NOW)
        found = tickets.message_at(GROUP, "5")
        assert found is not None
        assert (found.ticket, found.purpose, found.account) == (one.id, "origin", ZHANG)
        assert both.theirs.tickets.message_at(GROUP, "5") is None


def test_messages_are_found_by_purpose_and_album(database: Database) -> None:
    with two(database) as both:
        tickets = both.ours.tickets
        ticket = filed(both.ours)
        tickets.add_message(ticket, GROUP, "1", ZHANG, "origin", "坏了", NOW, album="a")
        tickets.add_message(ticket, GROUP, "2", LI, "voice", "我家也是", NOW)
        tickets.add_message(ticket, GROUP, "3", None, "voice", "+1", NOW)

        assert [m.message for m in tickets.messages(ticket)] == ["1", "2", "3"]
        assert [m.message for m in tickets.messages(ticket, "voice")] == ["2", "3"]
        in_album = tickets.of_album(GROUP, "a")
        assert in_album is not None
        assert in_album.message == "1"
        assert tickets.of_album(OTHER_GROUP, "a") is None
        assert distinct_voices(tickets.messages(ticket), ZHANG) == 1
        assert distinct_voices(tickets.messages(ticket), LI) == 0

        tickets.drop_message(in_album)
        assert tickets.message_at(GROUP, "1") is None


def test_a_photo_is_kept_once_per_purpose(database: Database) -> None:
    photo = Photo("file-id", "unique")
    with two(database) as both:
        tickets = both.ours.tickets
        ticket = filed(both.ours)
        row = tickets.add_photo(ticket, "telegram", photo, "report", NOW)
        assert row is not None
        assert tickets.add_photo(ticket, "telegram", Photo("other-id", "unique"), "report", NOW) is None
        assert tickets.add_photo(ticket, "telegram", photo, "proof", NOW) is not None

        assert tickets.media_in_use() == frozenset()
        tickets.photo_stored(row, "abc.jpg")
        stored = tickets.photo(row)
        assert stored is not None
        assert stored.media == "abc.jpg"
        assert tickets.media_in_use() == {"abc.jpg"}
        assert both.theirs.tickets.photo(row) is None
        assert both.theirs.tickets.media_in_use() == {"abc.jpg"}, "compounds share a folder"


def test_removing_a_person_leaves_what_happened(database: Database) -> None:
    with two(database) as both:
        tickets = both.ours.tickets
        mine, other, theirs = filed(both.ours), filed(both.ours, reporter=LI), filed(both.theirs)
        tickets.note(mine, NOW, "filed", "resident", ZHANG)
        tickets.add_message(other, GROUP, "9", ZHANG, "voice", "+1", NOW)

        assert tickets.forget(ZHANG) == 1

        ticket = tickets.get(mine.id)
        assert ticket is not None
        assert (ticket.reporter, ticket.reporter_name, ticket.contact) == (None, "", "")
        (event,) = tickets.diary(mine)
        assert (event.verb, event.account, event.name) == ("filed", None, "")
        assert tickets.messages(other)[0].account is None
        kept = tickets.get(other.id)
        assert kept is not None
        assert kept.reporter == LI
        untouched = both.theirs.tickets.get(theirs.id)
        assert untouched is not None
        assert untouched.reporter == ZHANG


def test_a_moved_chat_takes_its_tickets_along_and_not_its_old_numbers(database: Database) -> None:
    new = Address("telegram", "-1009")
    with two(database) as both:
        ticket = filed(both.ours)
        both.ours.tickets.add_message(ticket, GROUP, "1", ZHANG, "origin", "坏了", NOW)
        both.ours.follow_move(GROUP, new)

        moved = both.ours.tickets.get(ticket.id)
        assert moved is not None
        assert moved.origin == new
        assert both.ours.tickets.message_at(new, "1") is None, "messages are counted anew"
        assert len(both.ours.tickets.messages(ticket)) == 1


def test_a_savepoint_that_fails_inside_leaves_the_rest(database: Database) -> None:
    with two(database) as both:
        ticket = filed(both.ours)
        for _ in range(3):
            both.ours.tickets.add_message(ticket, GROUP, "5", ZHANG, "origin", "坏了", NOW)
        filed(both.ours)
    with two(database) as both:
        assert [t.number for t in both.ours.tickets.find()] == [1, 2]
