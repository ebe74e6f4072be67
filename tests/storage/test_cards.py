"""Cards are state: the newest face is shown, never a queue of edits. On SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.messages import Account, Address, Button, Face, Priority, Standing
from storage.cards import RETIRED, Card
from storage.database import Database
from storage.store import Store
from tests.storage.conftest import Make
from tests.storage.townhall import GROUP, MINUTE, NOW, OTHER_GROUP, filed, two

ONE = Face("已登记 #1", ((Button("接单", "t:1:accept"),),))
TWO = Face("已接单 #1")
THREE = Face("已办结 #1")


def _show(store: Store, ticket: int, face: Face, chat: Address = GROUP, **more: object) -> None:
    store.cards.show(ticket, "group", chat, face, Priority.GROUP, NOW, **more)  # type: ignore[arg-type]


def _stale(store: Store, minutes: int = 0) -> list[Card]:
    return list(store.cards.stale(["telegram"], NOW + minutes * MINUTE))


def test_a_card_is_due_until_it_is_shown_and_again_when_it_changes(database: Database) -> None:
    with two(database) as both:
        ticket = filed(both.ours).id
        _show(both.ours, ticket, ONE, reply_to="7", mentions=(Account("telegram", "1", "老李"),))
        (card,) = _stale(both.ours)
        assert (card.face, card.message, card.reply_to) == (ONE, None, "7")
        assert [(m.id, m.name) for m in card.mentions] == [("1", "老李")]
        both.ours.cards.shown(card.id, card.version, "70")
        assert _stale(both.ours) == []

        _show(both.ours, ticket, ONE)
        assert _stale(both.ours) == [], "the same face again is nothing new"
        _show(both.ours, ticket, TWO)
        _show(both.ours, ticket, THREE)
        (card,) = _stale(both.ours)
        assert (card.face, card.message) == (THREE, "70")


def test_where_nothing_can_be_edited_a_card_is_said_anew_only_when_its_gist_changes(
    database: Database,
) -> None:
    filed_, filed_too, late = (
        Face("已登记 #1", gist="filed"),
        Face("已登记 #1（+1户）", gist="filed"),
        Face("#1 超时", gist="late"),
    )
    with two(database) as both:
        ticket = filed(both.ours).id
        _show(both.ours, ticket, filed_, mentions=(Account("telegram", "1", "老李"),))
        _show(both.ours, ticket, filed_too)
        (card,) = _stale(both.ours)
        assert card.face == filed_too, "what has not been said yet shows the newest"
        both.ours.cards.shown(card.id, card.version, "70")

        _show(both.ours, ticket, filed_)
        assert _stale(both.ours) == []
        assert [face for _, face in both.ours.cards.said_since(GROUP, NOW)] == [filed_], (
            "it is kept all the same"
        )
        _show(both.ours, ticket, late)
        (card,) = _stale(both.ours)
        assert (card.face, card.message, card.mentions) == (late, None, ())


def test_what_its_reader_knows_already_is_kept_and_not_said(database: Database) -> None:
    with two(database) as both:
        ticket = filed(both.ours).id
        _show(both.ours, ticket, Face("待接单", gist="open"))
        (card,) = _stale(both.ours)
        both.ours.cards.shown(card.id, card.version, "70")

        _show(both.ours, ticket, Face("已接单", gist="mine"), aloud=False)
        _show(both.ours, ticket, Face("已接单，请到场", gist="mine"))
        assert _stale(both.ours) == []
        _show(both.ours, ticket, Face("已接单，请到场", gist="mine"), anew=True)
        assert len(_stale(both.ours)) == 1


def test_two_who_are_called_before_it_is_sent_are_both_mentioned(database: Database) -> None:
    one, other = Account("telegram", "1", "老李"), Account("telegram", "2", "小陈")
    with two(database) as both:
        ticket = filed(both.ours).id
        for who in (one, other):
            _show(both.ours, ticket, Face("请看", gist="asked"), mentions=(who,), anew=True)
        (card,) = _stale(both.ours)
        assert card.mentions == (one, other)


def test_what_changed_while_it_was_being_sent_is_sent_again(database: Database) -> None:
    with two(database) as both:
        ticket = filed(both.ours).id
        _show(both.ours, ticket, ONE)
        (sending,) = _stale(both.ours)
        _show(both.ours, ticket, TWO)
        both.ours.cards.shown(sending.id, sending.version, "70")

        (card,) = _stale(both.ours)
        assert (card.face, card.message) == (TWO, "70")


def test_one_card_per_ticket_audience_and_chat(database: Database) -> None:
    with two(database) as both:
        one, other = filed(both.ours).id, filed(both.ours).id
        for chat in (GROUP, OTHER_GROUP):
            _show(both.ours, one, ONE, chat)
            _show(both.ours, one, TWO, chat)
        _show(both.ours, other, ONE)
        both.ours.cards.show(one, "worker", Address("telegram", "12"), ONE, Priority.CARD, NOW, person="老李")

        assert len(both.ours.cards.of(one)) == 3
        assert [c.person for c in both.ours.cards.of(one, "worker")] == ["老李"]
        assert len(both.ours.cards.of(other)) == 1
        assert len(both.ours.cards.in_chat(GROUP)) == 2
        assert both.theirs.cards.of(one) == ()
        assert both.theirs.cards.stale(["telegram"], NOW) == ()


def test_the_most_urgent_goes_first(database: Database) -> None:
    with two(database) as both:
        ticket = filed(both.ours).id
        for chat, priority in (("1", Priority.DIGEST), ("2", Priority.EMERGENCY), ("3", Priority.CARD)):
            both.ours.cards.show(ticket, "worker", Address("telegram", chat), ONE, priority, NOW)

        assert [c.to.chat for c in _stale(both.ours)] == ["2", "3", "1"]


def test_a_card_may_wait_for_the_morning_and_stays_waiting_when_it_changes(database: Database) -> None:
    with two(database) as both:
        ticket = filed(both.ours).id
        _show(both.ours, ticket, ONE, not_before=NOW + 10 * MINUTE)
        _show(both.ours, ticket, TWO)
        assert _stale(both.ours, 9) == []
        (card,) = _stale(both.ours, 10)
        assert card.face == TWO


def test_an_emergency_waits_for_nothing(database: Database) -> None:
    with two(database) as both:
        ticket = filed(both.ours).id
        _show(both.ours, ticket, ONE, not_before=NOW + 10 * MINUTE)
        both.ours.cards.show(ticket, "group", GROUP, TWO, Priority.EMERGENCY, NOW)
        (card,) = _stale(both.ours)
        assert card.priority == Priority.EMERGENCY
        _show(both.ours, ticket, THREE)
        (card,) = _stale(both.ours)
        assert card.priority == Priority.EMERGENCY, "what was urgent once stays so"


def test_a_change_does_not_break_a_rate_limit_s_pause(database: Database) -> None:
    with two(database) as both:
        ticket = filed(both.ours).id
        _show(both.ours, ticket, ONE)
        both.ours.cards.hold_chat(GROUP, NOW + 5 * MINUTE)
        _show(both.ours, ticket, TWO)

        assert _stale(both.ours, 4) == []
        assert len(_stale(both.ours, 5)) == 1


def test_a_lost_card_is_not_tried_again_until_it_is_sent_anew(database: Database) -> None:
    with two(database) as both:
        ticket = filed(both.ours).id
        _show(both.ours, ticket, ONE)
        (card,) = _stale(both.ours)
        both.ours.cards.lose(card.id, "blocked")
        _show(both.ours, ticket, TWO)
        assert _stale(both.ours, 60) == []
        assert both.ours.cards.waiting() == 0

        (lost,) = both.ours.cards.of(ticket)
        both.ours.cards.repost(lost, NOW)
        (again,) = _stale(both.ours)
        assert (again.message, again.lost, again.face) == (None, False, TWO)


def test_a_muted_group_s_cards_wait(database: Database) -> None:
    with two(database) as both:
        ticket = filed(both.ours).id
        _show(both.ours, ticket, ONE)
        both.ours.compound.set_group(GROUP, standing=Standing.MUTED.value)
        assert _stale(both.ours) == []
        both.ours.compound.set_group(GROUP, standing=Standing.MEMBER.value)
        assert len(_stale(both.ours)) == 1


def test_cards_of_platforms_that_are_not_connected_wait(database: Database) -> None:
    with two(database) as both:
        _show(both.ours, filed(both.ours).id, ONE)

        assert both.ours.cards.stale(["wechat"], NOW) == ()


def test_a_retired_card_shows_its_last_words_and_no_more(database: Database) -> None:
    with two(database) as both:
        ticket = filed(both.ours).id
        _show(both.ours, ticket, ONE)
        (card,) = _stale(both.ours)
        both.ours.cards.shown(card.id, card.version, "70")
        (card,) = both.ours.cards.of(ticket)
        both.ours.cards.retire(card, Face("此卡已失效"), NOW)

        (last,) = _stale(both.ours)
        assert (last.audience, last.face.text, last.message) == (RETIRED, "此卡已失效", "70")
        both.ours.cards.shown(last.id, last.version, "70")
        assert both.ours.cards.of(ticket) == ()
        assert both.ours.cards.at(GROUP, "70") is None
        _show(both.ours, ticket, TWO)
        assert len(both.ours.cards.of(ticket)) == 1


def test_a_card_never_sent_is_retired_without_a_word(database: Database) -> None:
    with two(database) as both:
        ticket = filed(both.ours).id
        _show(both.ours, ticket, ONE)
        (card,) = both.ours.cards.of(ticket)
        both.ours.cards.retire(card, Face("此卡已失效"), NOW)

        assert _stale(both.ours) == []


def test_a_card_is_found_by_its_message(database: Database) -> None:
    with two(database) as both:
        ticket = filed(both.ours).id
        _show(both.ours, ticket, ONE)
        (card,) = _stale(both.ours)
        both.ours.cards.shown(card.id, card.version, "70")

        found = both.ours.cards.at(GROUP, "70")
        assert found is not None
        assert found.ticket == ticket
        assert both.ours.cards.at(OTHER_GROUP, "70") is None
        assert both.theirs.cards.at(GROUP, "70") is None


def test_in_a_moved_group_a_changed_card_is_sent_anew(database: Database) -> None:
    new = Address("telegram", "-1009")
    with two(database) as both:
        ticket = filed(both.ours).id
        _show(both.ours, ticket, ONE, reply_to="7")
        (card,) = _stale(both.ours)
        both.ours.cards.shown(card.id, card.version, "70")
        both.ours.follow_move(GROUP, new)
        assert _stale(both.ours) == [], "nothing is said again for a move's sake"

        _show(both.ours, ticket, TWO, new)
        (moved,) = _stale(both.ours)
        assert (moved.to.chat, moved.message, moved.reply_to) == (new.chat, None, None)


def test_trying_later_is_counted_only_where_it_was_tried(database: Database) -> None:
    with two(database) as both:
        _show(both.ours, filed(both.ours).id, ONE)
        (card,) = _stale(both.ours)
        both.ours.cards.later(card.id, NOW + MINUTE, "429", tried=True)
        both.ours.cards.later(card.id, NOW + 2 * MINUTE, "", tried=False)
        assert _stale(both.ours, 1) == []
        (again,) = _stale(both.ours, 2)
        assert again.tries == 1
        assert both.ours.cards.next_at() == NOW + timedelta(minutes=2)


def test_a_new_card_that_was_cut_off_is_counted_as_unsure_and_an_edit_is_not(database: Database) -> None:
    with two(database) as both:
        new, old = filed(both.ours).id, filed(both.ours).id
        _show(both.ours, old, ONE)
        (card,) = _stale(both.ours)
        both.ours.cards.shown(card.id, card.version, "70")
        _show(both.ours, old, TWO)
        _show(both.ours, new, ONE)
        assert len(_stale(both.ours)) == 2

        both.ours.cards.resume(["telegram"])
        assert {e.key: (e.state, e.unsure) for e in both.ours.cards.entries(9)} == {
            f"card:{old}": ("due", 0),
            f"card:{new}": ("due", 1),
        }


def test_where_nothing_is_repeated_a_card_that_was_cut_off_is_lost_until_a_person_retries_it(
    database: Database,
) -> None:
    with two(database) as both:
        _show(both.ours, filed(both.ours).id, ONE)
        (card,) = _stale(both.ours)
        both.ours.cards.resume([])
        assert _stale(both.ours, 99) == []
        assert both.theirs.cards.retry(NOW, card.id) == 0

        assert both.ours.cards.retry(NOW, card.id) == 1
        assert [c.id for c in _stale(both.ours)] == [card.id]


def test_cards_that_wait_are_found_without_reading_all_that_were_ever_shown(make: Make) -> None:
    """Who sends asks twice a second, among the cards of years. A server's plan depends on how many rows there are."""
    query = "EXPLAIN QUERY PLAN SELECT min(next_at) FROM cards WHERE compound_id = 1 AND shown_version < wanted_version"
    with make("sqlite").reading() as conn:
        plan = " ".join(str(row) for row in conn.exec_driver_sql(query))
    assert "ix_cards_stale" in plan
