"""Stars are rows without anybody's name, on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import timedelta

from storage.database import Database
from storage.tables import stars, tickets
from tests.storage.townhall import LI, MINUTE, NOW, ZHANG, filed, two

WEEK = timedelta(days=7)


def test_a_closing_is_asked_about_once_and_the_last_word_counts(database: Database) -> None:
    with two(database) as both:
        ticket = filed(both.ours)
        room = both.ours.stars
        assert room.ask(ticket.id, NOW, NOW + WEEK, in_group=False)
        assert not room.ask(ticket.id, NOW, NOW + WEEK, in_group=True)
        room.give(ticket.id, 2, NOW)
        room.give(ticket.id, 5, NOW + MINUTE)
        assert room.given_for(tickets.c.filed_at <= NOW) == {ticket.id: (5, NOW + MINUTE)}
        assert both.theirs.stars.of(ticket.id) is None
        assert both.theirs.stars.given_for() == {}

        room.discard(ticket.id)
        assert room.of(ticket.id) is None
        assert room.ask(ticket.id, NOW, NOW + WEEK, in_group=False)


def test_what_was_asked_is_open_to_its_reporter_until_it_is_answered_or_over(database: Database) -> None:
    with two(database) as both:
        one, other = filed(both.ours), filed(both.ours)
        room = both.ours.stars
        room.ask(one.id, NOW, NOW + WEEK, in_group=False)
        room.ask(other.id, NOW + MINUTE, NOW + WEEK, in_group=False)
        assert [a.ticket for a in room.open_to(ZHANG, NOW + MINUTE, WEEK)] == [other.id, one.id]
        assert room.open_to(LI, NOW + MINUTE, WEEK) == ()
        assert room.open_to(ZHANG, NOW + WEEK, WEEK) == ()
        assert [a.ticket for a in room.open_to(ZHANG, NOW + 2 * MINUTE, 2 * MINUTE)] == [other.id, one.id]
        room.give(other.id, 4, NOW + MINUTE)
        assert [a.ticket for a in room.open_to(ZHANG, NOW + MINUTE, WEEK)] == [one.id]


def test_only_what_stands_in_a_group_unanswered_lapses_and_once(database: Database) -> None:
    with two(database) as both:
        private, group, answered = filed(both.ours), filed(both.ours), filed(both.ours)
        room = both.ours.stars
        for ticket, in_group in ((private, False), (group, True), (answered, True)):
            room.ask(ticket.id, NOW, NOW + WEEK, in_group=in_group)
        room.give(answered.id, 5, NOW)
        assert room.lapse(NOW) == ()
        assert room.lapse(NOW + WEEK) == (group.id,)
        assert room.lapse(NOW + WEEK) == ()


def test_no_column_could_hold_a_persons_name() -> None:
    assert not {column.name for column in stars.columns} & {"account", "platform", "name", "person"}
