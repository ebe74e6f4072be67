"""Nothing is said twice, nothing is lost, the urgent goes first. On SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from bot.domain.messages import Address, Button, Face, Priority, React, Say, Standing
from storage.database import Database
from storage.outbox import CUT_OFF, backoff
from storage.store import Store
from storage.tables import outbox
from tests.storage.townhall import GROUP, MINUTE, NOW, OTHER_GROUP, two


def _say(key: str, to: Address = GROUP, text: str = "话", **more: object) -> Say:
    return Say(to, key, Face(text), **more)  # type: ignore[arg-type]


def _put(store: Store, what: Say, priority: int = Priority.GROUP, **more: object) -> None:
    store.outbox.put(what, what.key, what.to, priority, NOW, **more)  # type: ignore[arg-type]


def _keys(store: Store, minutes: int = 0) -> list[str]:
    return [letter.key for letter in store.outbox.take(["telegram"], NOW + minutes * MINUTE)]


def test_the_same_key_is_said_once(database: Database) -> None:
    with two(database) as both:
        _put(both.ours, _say("a", text="先"))
        _put(both.ours, _say("a", text="后"))
        (letter,) = both.ours.outbox.take(["telegram"], NOW)
        assert isinstance(letter.what, Say)
        assert letter.what.face.text == "先"
        both.ours.outbox.sent([letter], "70", NOW)
        _put(both.ours, _say("a"))

        assert _keys(both.ours) == []
        assert both.ours.outbox.message_of("a") == (GROUP, "70")


def test_choices_that_are_answered_in_words_outlive_what_was_said_with_them(database: Database) -> None:
    buttons = ((Button("接单", "t:1:accept", number=12),),)
    with two(database) as both:
        for key, face in (("a", Face("张阿姨家漏水", buttons)), ("b", Face("好的"))):
            _put(both.ours, Say(GROUP, key, face))
        both.ours.outbox.sent(both.ours.outbox.take(["telegram"], NOW), "70", NOW, answerable=True)

        assert both.ours.outbox.choices_since(GROUP, NOW) == ((NOW, Face("", buttons)),)
        assert both.ours.outbox.choices_since(GROUP, NOW + MINUTE) == ()
        assert both.ours.outbox.choices_since(OTHER_GROUP, NOW) == ()
        assert both.theirs.outbox.choices_since(GROUP, NOW) == ()
        assert "张阿姨" not in str(both.ours.conn.execute(select(outbox.c.payload)).scalars().all())


def test_the_same_key_in_another_compound_is_another_s(database: Database) -> None:
    with two(database) as both:
        _put(both.ours, _say("a"))
        _put(both.theirs, _say("a"))

        assert _keys(both.ours) == ["a"]
        assert _keys(both.theirs) == ["a"]


def test_the_urgent_goes_first_then_the_oldest(database: Database) -> None:
    with two(database) as both:
        for key, priority in (
            ("digest", Priority.DIGEST),
            ("first", Priority.GROUP),
            ("second", Priority.GROUP),
            ("fire", Priority.EMERGENCY),
        ):
            _put(both.ours, _say(key), priority)

        assert _keys(both.ours) == ["fire", "first", "second", "digest"]


def test_what_is_being_sent_is_not_taken_twice_and_due_again_after_a_crash(database: Database) -> None:
    with two(database) as both:
        _put(both.ours, _say("a"))
        _put(both.theirs, _say("b"))
        assert _keys(both.ours) == ["a"]
        assert _keys(both.theirs) == ["b"]
        assert _keys(both.ours) == []
        assert both.ours.outbox.waiting() == 1

        assert both.ours.outbox.resume(["telegram"], NOW) == 1
        assert _keys(both.ours) == ["a"]
        assert _keys(both.theirs) == [], "another process may be sending the other's"


def test_what_waits_for_its_hour_waits(database: Database) -> None:
    with two(database) as both:
        _put(both.ours, _say("later"), not_before=NOW + 10 * MINUTE)
        _put(both.ours, _say("past"), not_before=NOW - 10 * MINUTE)

        assert _keys(both.ours, 9) == ["past"]
        assert both.ours.outbox.next_at() == NOW + 10 * MINUTE
        assert _keys(both.ours, 10) == ["later"]


def test_trying_later_and_giving_up(database: Database) -> None:
    with two(database) as both:
        _put(both.ours, _say("a"))
        (letter,) = both.ours.outbox.take(["telegram"], NOW)
        both.ours.outbox.later(letter.id, NOW + MINUTE, "502", tried=True)
        assert _keys(both.ours) == []
        (letter,) = both.ours.outbox.take(["telegram"], NOW + MINUTE)
        assert letter.tries == 1
        both.ours.outbox.give_up(letter.id, "blocked", NOW + MINUTE)

        assert _keys(both.ours, 99) == []
        (given,) = both.ours.outbox.given_up(NOW)
        assert (given.key, given.chat, given.error) == ("a", GROUP, "blocked")
        assert both.theirs.outbox.given_up(NOW) == ()


def test_a_muted_group_s_messages_wait_and_others_do_not(database: Database) -> None:
    with two(database) as both:
        both.ours.compound.set_group(GROUP, standing=Standing.MUTED.value)
        _put(both.ours, _say("parked"))
        _put(both.ours, _say("other", OTHER_GROUP))
        assert _keys(both.ours, 60) == ["other"]

        both.ours.compound.set_group(GROUP, standing=Standing.MEMBER.value)
        assert _keys(both.ours, 60) == ["parked"]


def test_a_chat_held_back_holds_nobody_else(database: Database) -> None:
    with two(database) as both:
        _put(both.ours, _say("a"))
        _put(both.ours, _say("b", OTHER_GROUP))
        both.ours.outbox.hold_chat(GROUP, NOW + 5 * MINUTE)

        assert _keys(both.ours, 4) == ["b"]
        assert _keys(both.ours, 5) == ["a"]


def test_a_moved_chat_s_messages_follow_and_reply_to_nothing_old(database: Database) -> None:
    new = Address("telegram", "-1009")
    with two(database) as both:
        _put(both.ours, _say("a", reply_to="7"))
        react = React(GROUP, "7", "👌")
        both.ours.outbox.put(react, "react", GROUP, Priority.GROUP, NOW)
        both.ours.follow_move(GROUP, new)

        (letter,) = both.ours.outbox.take(["telegram"], NOW)
        assert isinstance(letter.what, Say)
        assert letter.what.to == new
        assert letter.what.reply_to is None


def test_what_is_not_sent_yet_can_be_taken_back(database: Database) -> None:
    with two(database) as both:
        _put(both.ours, _say("a"))
        assert not both.theirs.outbox.cancel("a")
        assert both.ours.outbox.cancel("a")
        assert not both.ours.outbox.cancel("a")
        assert _keys(both.ours) == []


def test_what_is_settled_is_swept_and_what_waits_is_not(database: Database) -> None:
    with two(database) as both:
        for key in ("sent", "gone", "waits"):
            _put(both.ours, _say(key))
        letters = {letter.key: letter for letter in both.ours.outbox.take(["telegram"], NOW)}
        both.ours.outbox.sent([letters["sent"]], "70", NOW)
        both.ours.outbox.give_up(letters["gone"].id, "blocked", NOW)

        assert both.ours.outbox.sweep(NOW) == 0
        assert both.ours.outbox.sweep(NOW + MINUTE) == 2
        assert both.ours.outbox.waiting() == 1


def test_messages_for_a_platform_that_is_not_connected_wait(database: Database) -> None:
    with two(database) as both:
        _put(both.ours, _say("a"))

        assert both.ours.outbox.take(["wechat"], NOW) == ()
        assert _keys(both.ours) == ["a"]


def test_the_pause_grows_to_five_minutes_and_the_platform_s_own_word_counts() -> None:
    pauses = [backoff(tries, None) for tries in range(40)]

    assert pauses == sorted(pauses)
    assert pauses[0] == timedelta(seconds=2)
    assert pauses[-1] == timedelta(minutes=5)
    assert backoff(0, timedelta(seconds=37)) == timedelta(seconds=37)


def test_what_was_cut_off_is_counted_as_unsure_and_repeated_only_where_that_is_allowed(
    database: Database,
) -> None:
    with two(database) as both:
        _put(both.ours, _say("a"))
        assert _keys(both.ours) == ["a"]
        assert both.ours.outbox.resume(["telegram"], NOW) == 1
        (entry,) = both.ours.outbox.entries(9)
        assert (entry.state, entry.unsure, entry.error) == ("due", 1, CUT_OFF)

        assert _keys(both.ours) == ["a"]
        assert both.ours.outbox.resume([], NOW) == 0
        (entry,) = both.ours.outbox.entries(9)
        assert (entry.state, entry.unsure) == ("unknown", 2)
        assert _keys(both.ours, 99) == []
        assert both.ours.outbox.waiting() == 0


def test_a_reaction_that_was_cut_off_is_simply_due_again(database: Database) -> None:
    with two(database) as both:
        both.ours.outbox.put(React(GROUP, "7", "👌"), "react", GROUP, Priority.GROUP, NOW)
        assert _keys(both.ours) == ["react"]

        assert both.ours.outbox.resume([], NOW) == 1
        (entry,) = both.ours.outbox.entries(9)
        assert (entry.state, entry.unsure) == ("due", 0)


def test_what_was_sent_keeps_no_words(database: Database) -> None:
    with two(database) as both:
        _put(both.ours, _say("a", text="请点 https://t.me/linli_bot?start=b2x7"))
        (letter,) = both.ours.outbox.take(["telegram"], NOW)
        both.ours.outbox.sent([letter], "70", NOW)

        (payload,) = both.ours.conn.execute(select(outbox.c.payload)).scalars()
        assert payload == {"what": "Say"}
        assert both.ours.outbox.message_of("a") == (GROUP, "70")


def test_what_was_given_up_is_sent_once_a_person_says_so(database: Database) -> None:
    with two(database) as both:
        for key in ("gone", "unknown", "waits"):
            _put(both.ours, _say(key), not_before=NOW + 60 * MINUTE if key == "waits" else None)
        letters = {letter.key: letter for letter in both.ours.outbox.take(["telegram"], NOW)}
        both.ours.outbox.give_up(letters["gone"].id, "blocked", NOW)
        both.ours.outbox.leave_unknown(letters["unknown"].id, "timed out", NOW)
        assert [e.state for e in both.ours.outbox.entries(9)] == ["given_up", "unknown", "due"]
        assert both.theirs.outbox.retry(NOW) == 0

        assert both.ours.outbox.retry(NOW, letters["gone"].id) == 1
        assert _keys(both.ours) == ["gone"]
        assert both.ours.outbox.retry(NOW, letters["gone"].id) == 0, "it is on its way"
        assert both.ours.outbox.retry(NOW) == 2
        assert _keys(both.ours) == ["unknown", "waits"]


def test_what_begins_alike_is_taken_back_together(database: Database) -> None:
    with two(database) as both:
        for key in ("menu:a:1:x", "menu:a:1:y", "menu:a:12:x", "menuXa:1:x"):
            _put(both.ours, _say(key))
        both.ours.outbox.take_back("menu:a:1:")

        assert _keys(both.ours) == ["menu:a:12:x", "menuXa:1:x"]
