"""What time takes away, and cards whose reader has lost the right to them; on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.messages import Account, Address, Face, Photo, Priority, Say
from bot.domain.permissions import Audience
from bot.domain.places import Place
from bot.domain.tickets import State, Ticket
from storage.compound import open_compound
from storage.database import Database
from storage.store import Store, open_store
from storage.upkeep import (
    blot_orphans,
    blot_reports,
    dead_by_cause,
    expire_photos,
    faded,
    given_up_by_reason,
    last_heard,
    sweep_occurrences,
)

NOW = datetime(2026, 5, 12, 4, 0, tzinfo=UTC)
GROUP = Address("console", "-100")
WORKER = Address("console", "7")
AUNT = Account("console", "42", "张阿姨")
HOME = Place(buildings=("3",), unit="2", room="501")


@contextmanager
def _store(database: Database) -> Iterator[Store]:
    with database.writing() as conn:
        yield open_store(conn, open_compound(conn, "main", "春晖苑", "live", NOW))


def _filed(store: Store, number: int = 1, **more: Any) -> Ticket:
    ticket = store.tickets.file(
        **{
            "kind": "complaint",
            "topic": "违建占用",
            "severity": "ordinary",
            "state": State.CLOSED.value,
            "text": "3栋501门口堆物，电话13800000000",
            "place": HOME,
            "filed_at": NOW,
            "reporter": AUNT,
            "reporter_name": AUNT.name,
            "contact": "13800000000",
            "origin": GROUP,
            "message": str(number),
            "role": "网格员",
            "because": ("堆物(堆)",),
            **more,
        }
    )
    store.tickets.note(ticket, NOW, "filed", "resident", AUNT, because=["堆物(堆)"])
    store.tickets.note(
        ticket, NOW, "resolve", "worker", Account("console", "7", "老李"), note="已给张阿姨清走"
    )
    store.tickets.add_message(ticket, GROUP, str(number), AUNT, "origin", ticket.text, NOW)
    store.tickets.add_photo(ticket, "console", Photo("f", f"u{number}"), "report", NOW)
    store.tickets.photo_stored(store.tickets.photos(ticket)[0].id, "a" * 64 + ".jpg")
    return ticket


def test_a_faded_ticket_keeps_what_is_counted_and_loses_what_was_said(database: Database) -> None:
    with _store(database) as store:
        ticket = _filed(store)
        assert faded(store, NOW) == 0
        assert faded(store, NOW + timedelta(seconds=1)) == 1
        assert faded(store, NOW + timedelta(days=9)) == 0
        now = store.tickets.get(ticket.id)
        assert now is not None
        assert (now.text, now.reporter, now.reporter_name, now.contact) == ("", None, "", "")
        assert now.place == Place(buildings=("3",))
        assert (now.number, now.topic, now.state) == (1, "违建占用", State.CLOSED)
        diary = store.tickets.diary(now)
        assert (diary[0].verb, diary[0].account, diary[0].name) == ("filed", None, "")
        # Who worked on it stays, what they wrote does not.
        assert diary[1].name == "老李"
        assert diary[1].data == {}
        assert store.tickets.messages(now) == ()


def test_so_many_at_a_time_fade_the_oldest_first(database: Database) -> None:
    with _store(database) as store:
        for number in range(5):
            _filed(store, number)
        assert faded(store, NOW + timedelta(days=1), limit=2) == 2
        assert [bool(t.text) for t in store.tickets.find()] == [False, False, True, True, True]


def test_what_is_not_finished_does_not_fade(database: Database) -> None:
    with _store(database) as store:
        for number, state in enumerate((State.OPEN, State.PAUSED, State.RESOLVED, State.HELD)):
            _filed(store, number, state=state.value)
        assert faded(store, NOW + timedelta(days=999)) == 0


def test_a_persons_reports_are_blotted_and_what_goes_on_keeps_its_place(database: Database) -> None:
    with _store(database) as store:
        done, open_ = _filed(store, 1), _filed(store, 2, state=State.OPEN.value)
        other = _filed(store, 3, reporter=Account("console", "43"))
        assert blot_reports(store, AUNT) == (1, 1)
        after = {t.id: t for t in store.tickets.find()}
        assert "13800000000" not in after[done.id].text
        assert after[done.id].place == Place(buildings=("3",))
        assert "13800000000" not in after[open_.id].text
        assert after[open_.id].place == HOME
        assert after[other.id].text == other.text
        assert "13800000000" not in store.tickets.messages(done)[0].text
        assert len(store.tickets.media_in_use()) == 1


def test_what_went_on_loses_its_room_once_it_has_ended(database: Database) -> None:
    with _store(database) as store:
        ticket = _filed(store, state=State.OPEN.value)
        blot_reports(store, AUNT)
        store.tickets.forget(AUNT)
        assert blot_orphans(store) == 0
        store.tickets.change(ticket, state=State.CLOSED.value)
        assert blot_orphans(store) == 1
        assert blot_orphans(store) == 0
        assert store.tickets.find()[0].place == Place(buildings=("3",))


def test_what_was_filed_for_somebody_without_a_phone_is_no_orphan(database: Database) -> None:
    with _store(database) as store:
        _filed(store, reporter=None, reporter_name="", contact="", on_behalf=True)
        assert blot_orphans(store) == 0


def test_photos_expire_by_their_own_age(database: Database) -> None:
    with _store(database) as store:
        _filed(store)
        assert expire_photos(store, NOW) == 0
        assert expire_photos(store, NOW + timedelta(seconds=1)) == 1
        assert expire_photos(store, NOW + timedelta(seconds=1)) == 0
        assert store.tickets.media_in_use() == frozenset()


def test_dead_letters_are_counted_by_cause_between_two_moments(database: Database) -> None:
    with _store(database) as store:
        for cause, at in (
            ("Incoming", NOW),
            ("Incoming", NOW),
            ("Press", NOW),
            ("Press", NOW - timedelta(hours=1)),
        ):
            store.compound.bury("console", "1", "", cause, "KeyError", at)
        assert dead_by_cause(store, NOW, NOW + timedelta(seconds=1)) == {"Incoming": 2, "Press": 1}
        assert dead_by_cause(store, NOW - timedelta(hours=2), NOW) == {"Press": 1}


def test_why_messages_were_given_up_is_counted(database: Database) -> None:
    with _store(database) as store:
        for number in range(3):
            store.outbox.put(Say(WORKER, f"k{number}", Face("x")), f"k{number}", WORKER, 1, NOW)
        for letter, why in zip(
            store.outbox.take(["console"], NOW), ("blocked", "blocked", "gone"), strict=True
        ):
            store.outbox.give_up(letter.id, why, NOW)
        assert given_up_by_reason(store, NOW) == {"blocked": 2, "gone": 1}
        assert given_up_by_reason(store, NOW + timedelta(seconds=1)) == {}


def test_what_was_heard_last_is_the_newest_of_all_bots(database: Database) -> None:
    with _store(database) as store:
        assert last_heard(store) is None
        store.compound.set_offset("a", 5, NOW)
        store.compound.set_offset("b", 9, NOW - timedelta(hours=1))
        assert last_heard(store) == NOW


def test_old_occurrences_are_forgotten_and_new_ones_still_hold(database: Database) -> None:
    with _store(database) as store:
        assert store.compound.claim("morning", NOW)
        assert store.compound.claim("morning", NOW - timedelta(days=900))
        assert sweep_occurrences(store, NOW - timedelta(days=800)) == 1
        assert not store.compound.claim("morning", NOW)


def test_an_occurrence_is_claimed_once_for_ever_whoever_asks(
    database: Database, another: Callable[[Database], Database]
) -> None:
    with _store(database) as store:
        assert store.compound.claim("morning", NOW)
        assert not store.compound.claim("morning", NOW)
        assert store.compound.claim("listening", NOW)
        assert store.compound.claim("morning", NOW + timedelta(days=1))
    with _store(another(database)) as store:
        assert not store.compound.claim("morning", NOW)


# -- retired cards -----------------------------------------------------------------------------------


def _shown_card(store: Store) -> int:
    ticket = _filed(store, state=State.OPEN.value)
    store.cards.show(
        ticket.id, Audience.WORKER.value, WORKER, Face("501 张阿姨"), Priority.CARD, NOW, person="老李"
    )
    (card,) = store.cards.stale(["console"], NOW)
    store.cards.shown(card.id, card.version, "99")
    return ticket.id


def test_a_retired_card_shows_its_last_face_and_nothing_after_it(database: Database) -> None:
    with _store(database) as store:
        ticket = _shown_card(store)
        (card,) = store.cards.of_person("老李")
        store.cards.retire(card, Face("作废"), NOW)
        (last,) = store.cards.stale(["console"], NOW)
        assert (last.face, last.message, last.person) == (Face("作废"), "99", None)
        store.cards.shown(last.id, last.version, "99")
        assert store.cards.of(ticket) == ()
        assert store.cards.of_person("老李") == ()
        assert store.cards.at(WORKER, "99") is None
        assert store.cards.stale(["console"], NOW) == ()


def test_a_card_that_was_never_sent_is_forgotten_instead(database: Database) -> None:
    with _store(database) as store:
        ticket = _filed(store, state=State.OPEN.value)
        store.cards.show(
            ticket.id, Audience.WORKER.value, WORKER, Face("501"), Priority.CARD, NOW, person="老李"
        )
        (card,) = store.cards.of_person("老李")
        store.cards.retire(card, Face("作废"), NOW)
        assert store.cards.stale(["console"], NOW) == ()


def test_somebody_who_comes_back_gets_a_new_card_and_can_be_dismissed_again(database: Database) -> None:
    with _store(database) as store:
        ticket = _shown_card(store)
        for text in ("一", "二"):
            (card,) = store.cards.of_person("老李")
            store.cards.retire(card, Face("作废"), NOW)
            store.cards.show(
                ticket, Audience.WORKER.value, WORKER, Face(text), Priority.CARD, NOW, person="老李"
            )
            fresh = next(c for c in store.cards.stale(["console"], NOW) if c.face == Face(text))
            assert fresh.message is None
            store.cards.shown(fresh.id, fresh.version, f"message {text}")
