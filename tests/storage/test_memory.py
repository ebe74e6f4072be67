"""What is remembered for minutes, on SQLite and PostgreSQL."""

from __future__ import annotations

from bot.domain.messages import Account, Address, Incoming, Photo
from storage.database import Database
from tests.storage.townhall import GROUP, LI, MINUTE, NOW, OTHER_GROUP, ZHANG, filed, two


def _said(
    text: str, message: str, *, author: Account = ZHANG, chat: Address = GROUP, minutes: int = 0
) -> Incoming:
    photos = (Photo("file", "unique"),) if not text else ()
    return Incoming(chat, message, author, text, NOW + minutes * MINUTE, True, photos=photos, album="a")


def test_what_somebody_said_here_lately_in_order(database: Database) -> None:
    with two(database) as both:
        memory = both.ours.memory
        for minute, text in enumerate(("3栋", "", "电梯")):
            memory.keep(_said(text, str(minute), minutes=minute))
        memory.keep(_said("别人", "7", author=LI))
        memory.keep(_said("别处", "8", chat=OTHER_GROUP))
        both.theirs.memory.keep(_said("邻家", "9"))

        assert [r.text for r in memory.recent(GROUP, ZHANG, NOW)] == ["3栋", "", "电梯"]
        assert [r.text for r in memory.recent(GROUP, ZHANG, NOW + MINUTE)] == ["", "电梯"]
        assert memory.recent(GROUP, ZHANG, NOW + MINUTE)[0].photos == (Photo("file", "unique"),)

        memory.drop(GROUP, ZHANG)
        assert memory.recent(GROUP, ZHANG, NOW) == ()
        assert len(memory.recent(GROUP, LI, NOW)) == 1
        assert len(both.theirs.memory.recent(GROUP, ZHANG, NOW)) == 1


def test_talk_is_swept_after_its_minutes(database: Database) -> None:
    with two(database) as both:
        both.ours.memory.keep(_said("旧", "1"))
        both.ours.memory.keep(_said("新", "2", minutes=5))

        assert both.ours.memory.sweep(NOW + MINUTE) == 1
        assert [r.text for r in both.ours.memory.recent(GROUP, ZHANG, NOW)] == ["新"]


def test_one_wait_for_one_thing_and_the_newest_counts(database: Database) -> None:
    with two(database) as both:
        memory = both.ours.memory
        one, other = filed(both.ours).id, filed(both.ours).id
        memory.expect(GROUP, ZHANG, "place", NOW + 10 * MINUTE, one)
        memory.expect(GROUP, ZHANG, "place", NOW + 10 * MINUTE, other)
        memory.expect(GROUP, ZHANG, "confirm", NOW + 10 * MINUTE, verb="live", token="x", data={"a": 1})

        place = memory.expected(GROUP, ZHANG, NOW, "place")
        assert place is not None
        assert place.ticket == other
        newest = memory.expected(GROUP, ZHANG, NOW)
        assert newest is not None
        assert (newest.what, newest.data["data"]) == ("confirm", {"a": 1})
        assert memory.expected(OTHER_GROUP, ZHANG, NOW) is None
        assert memory.expected(GROUP, LI, NOW) is None
        assert both.theirs.memory.expected(GROUP, ZHANG, NOW) is None

        memory.met(GROUP, ZHANG, "confirm")
        again = memory.expected(GROUP, ZHANG, NOW)
        assert again is not None
        assert again.what == "place"


def test_a_wait_lapses_at_its_time(database: Database) -> None:
    with two(database) as both:
        memory = both.ours.memory
        memory.expect(GROUP, ZHANG, "proof", NOW + MINUTE)
        assert memory.expected(GROUP, ZHANG, NOW) is not None
        assert memory.expected(GROUP, ZHANG, NOW + MINUTE) is None
        assert memory.sweep_expectations(NOW) == 0
        assert memory.sweep_expectations(NOW + MINUTE) == 1


def test_an_account_is_forgotten_everywhere(database: Database) -> None:
    with two(database) as both:
        memory = both.ours.memory
        for chat in (GROUP, OTHER_GROUP):
            memory.keep(_said("话", "1", chat=chat))
            memory.expect(chat, ZHANG, "place", NOW + MINUTE)
        memory.keep(_said("话", "2", author=LI))
        memory.forget(ZHANG)

        assert memory.recent(GROUP, ZHANG, NOW) == ()
        assert memory.recent(OTHER_GROUP, ZHANG, NOW) == ()
        assert memory.expected(OTHER_GROUP, ZHANG, NOW) is None
        assert len(memory.recent(GROUP, LI, NOW)) == 1


def test_a_moved_chat_takes_what_it_waits_for_along(database: Database) -> None:
    new = Address("telegram", "-1009")
    with two(database) as both:
        memory = both.ours.memory
        memory.keep(_said("3栋", "1"))
        memory.expect(GROUP, ZHANG, "place", NOW + MINUTE)
        both.ours.follow_move(GROUP, new)

        assert [r.text for r in memory.recent(new, ZHANG, NOW)] == ["3栋"]
        assert memory.expected(new, ZHANG, NOW) is not None
        assert memory.expected(GROUP, ZHANG, NOW) is None
