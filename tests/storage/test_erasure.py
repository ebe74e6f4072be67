"""Whoever is taken out of what others wrote: which tickets, under which names; on both databases, in one compound."""

from __future__ import annotations

from storage.database import Database
from storage.erasure import change_words, known_as, others_known, touched_by
from tests.storage.townhall import GROUP, LI, NOW, ZHANG, filed, two


def _blot(words: str) -> str:
    return words.replace("张阿姨", "〔某人〕")


def test_touched_is_what_somebody_reported_said_or_did_in_this_compound(database: Database) -> None:
    with two(database) as both:
        reported = filed(both.ours, reporter=ZHANG, reporter_name="张姐")
        joined, acted, foreign = (filed(both.ours, reporter=LI) for _ in range(3))
        both.ours.tickets.add_message(joined, GROUP, "7", ZHANG, purpose="voice", text="我家也是", at=NOW)
        both.ours.tickets.note(acted, NOW, "urged", "resident", ZHANG)
        filed(both.theirs, reporter=ZHANG)

        assert touched_by(both.ours, ZHANG) == (reported.id, joined.id, acted.id)
        assert foreign.id not in touched_by(both.ours, ZHANG)
        assert {"张阿姨", "张姐"} <= known_as(both.ours, ZHANG)


def test_everybody_else_keeps_their_name(database: Database) -> None:
    with two(database) as both:
        for account in (ZHANG, LI):
            both.ours.people.remember(account)

        assert others_known(both.ours, ZHANG) == {"李叔"}


def test_words_are_changed_wherever_staff_wrote_them_and_facts_are_not(database: Database) -> None:
    with two(database) as both:
        store = both.ours
        ticket, other = filed(store, paused_reason="等张阿姨"), filed(store, paused_reason="等张阿姨")
        store.tickets.note(ticket, NOW, "pause", "worker", LI, note="等张阿姨", person="张阿姨")
        store.tickets.add_message(ticket, GROUP, "8", LI, purpose="proof", text="张阿姨看过", at=NOW)
        wish = store.assents.ask(ticket.id, "pause", "李叔", NOW, {"note": "张阿姨不在", "until": "2026"})
        change_words(store, [ticket.id], _blot)

        known = store.tickets.get_all([ticket.id, other.id])
        assert known[ticket.id].paused_reason == "等〔某人〕"
        assert known[other.id].paused_reason == "等张阿姨"
        (event,) = store.tickets.diary(ticket)
        assert event.data == {"note": "等〔某人〕", "person": "张阿姨"}
        assert [m.text for m in store.tickets.messages(ticket, "proof")] == ["〔某人〕看过"]
        changed = store.assents.get(wish.id)
        assert changed is not None
        assert changed.data == {"note": "〔某人〕不在", "until": "2026"}
