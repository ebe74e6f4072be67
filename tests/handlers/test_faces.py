"""No face shows what its audience may not see, whatever was said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.messages import Account, Face
from bot.domain.permissions import Audience
from bot.domain.places import Place
from bot.domain.tickets import NEXT, Outcome, State, Ticket, Verb, after
from bot.domain.verdicts import Kind, Severity
from bot.texts import load_texts
from handlers.faces import face
from tests.town import OWNERS, Town

WORDS = st.text(min_size=4, max_size=60).filter(lambda text: text.strip() != "")
NAMES = st.text(min_size=3, max_size=20).filter(lambda text: text.strip() != "")
KINDS = [(kind, state) for kind in (Kind.COMPLAINT, Kind.WISH, Kind.NOTICE) for state in NEXT[kind]]


@cache
def _town() -> tuple[Town, Ticket]:
    town = Town()
    town.says("住户", "3栋2单元电梯坏了，已经停了两天")
    return town, town.ticket()


def _made(**values: Any) -> Ticket:
    _, ticket = _town()
    return replace(ticket, **values)


def _everything(shown: Face) -> str:
    return "\n".join(
        [
            shown.text,
            *(b.label for row in shown.buttons for b in row),
            *(b.url for row in shown.buttons for b in row),
        ]
    )


def _shown(ticket: Ticket, audience: Audience) -> str:
    town, _ = _town()
    with town.store() as store:
        return _everything(face(town.context(store), ticket, audience))


tickets = st.builds(
    lambda kind_state, text, name, contact, room, unit, voices, severity, awaits, reason: _made(
        kind=kind_state[0],
        state=kind_state[1],
        text=text,
        reporter=Account("console", "住户", name),
        reporter_name=name,
        contact=contact,
        place=Place(buildings=("3",), unit=unit, room=room),
        voices=voices,
        severity=severity,
        danger="起火" if severity is Severity.EMERGENCY else None,
        awaits_place=awaits,
        paused_reason=reason,
        outcome=Outcome.UNCONFIRMED if kind_state[1] is State.CLOSED else None,
        merged_into=7 if kind_state[1] is State.MERGED else None,
    ),
    st.sampled_from(KINDS),
    WORDS,
    NAMES,
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    st.from_regex(r"[1-9]0[1-9]", fullmatch=True),
    st.sampled_from(["2", "甲"]),
    st.integers(0, 20),
    st.sampled_from(Severity),
    st.booleans(),
    WORDS,
)


@cache
def _own_words() -> str:
    """Everything that the catalogue may say by itself."""
    texts = load_texts()
    said = "".join(texts._entries[key] for key in sorted(texts.keys))
    return said + "电梯物业维修王师傅3栋12:30明天"


@settings(max_examples=150, deadline=None)
@given(tickets, st.sampled_from([Audience.OWNERS_GROUP, Audience.SUPERVISION]))
def test_groups_never_see_words_names_rooms_or_phones(ticket: Ticket, audience: Audience) -> None:
    shown = _shown(ticket, audience)

    for secret in (ticket.text, ticket.reporter_name, ticket.contact, ticket.paused_reason):
        own = secret in _own_words() or not re.search(r"\w{3}", secret)
        assert own or secret not in shown, secret
    assert f"{ticket.place.room}室" not in shown
    assert "单元" not in shown.replace("请问是几栋几单元", "")


@settings(max_examples=60, deadline=None)
@given(tickets, st.sampled_from([Audience.OWNERS_GROUP, Audience.SUPERVISION, Audience.STAFF_GROUP]))
def test_of_what_is_in_mediation_groups_read_its_number_and_nothing_else(
    ticket: Ticket, audience: Audience
) -> None:
    town, _ = _town()
    shown = replace(ticket, confidential=True)
    with town.store() as store:
        context = town.context(store)
        card = face(context, shown, audience)

    assert card.buttons == ()
    assert card.photo is None
    assert card.text.splitlines()[-1] == f"#{ticket.number} 已有专人跟进"
    dangerous = ticket.severity is Severity.EMERGENCY and ticket.going_on
    assert len(card.text.splitlines()) == (2 if dangerous else 1)


@settings(max_examples=100, deadline=None)
@given(tickets)
def test_the_staff_group_never_sees_who_reported_nor_their_room(ticket: Ticket) -> None:
    said = replace(
        ticket, text=f"{ticket.text} 我住{ticket.place.room}，电话{ticket.contact}，{ticket.reporter_name}"
    )
    shown = _shown(said, Audience.STAFF_GROUP)

    assert ticket.contact not in shown
    assert f"我住{ticket.place.room}" not in shown
    own = ticket.reporter_name in _own_words() or not re.search(r"\w{3}", ticket.reporter_name)
    assert own or ticket.reporter_name not in shown


@settings(max_examples=60, deadline=None)
@given(tickets)
def test_the_committee_sees_the_words_and_not_the_reporter(ticket: Ticket) -> None:
    shown = _shown(ticket, Audience.COMMITTEE)

    assert ticket.text in shown
    assert ticket.contact not in shown.replace(ticket.text, "").replace(ticket.paused_reason, "")
    assert f"{ticket.place.room}室" not in shown.replace(ticket.text, "").replace(ticket.paused_reason, "")


@settings(max_examples=60, deadline=None)
@given(tickets)
def test_the_worker_sees_everything_needed_to_go_there(ticket: Ticket) -> None:
    shown = _shown(ticket, Audience.WORKER)

    assert ticket.text in shown
    assert ticket.contact in shown
    assert f"{ticket.place.room}室" in shown


@pytest.mark.parametrize(("kind", "state"), KINDS)
@pytest.mark.parametrize("audience", list(Audience))
def test_every_state_has_words_for_every_audience(kind: Kind, state: State, audience: Audience) -> None:
    merged = 7 if state is State.MERGED else None
    shown = _shown(_made(kind=kind, state=state, merged_into=merged), audience)

    assert shown.strip()
    assert "{" not in shown
    assert "None" not in shown


@pytest.mark.parametrize(("kind", "state"), KINDS)
def test_buttons_offer_only_what_the_table_allows_and_fit_into_64_bytes(kind: Kind, state: State) -> None:
    town, ticket = _town()
    with town.store() as store:
        shown = face(
            town.context(store), replace(ticket, kind=kind, state=state, id=2**31 - 1), Audience.WORKER
        )
    for button in _buttons(shown):
        assert len(button.data.encode()) <= 64
        verb = button.data.split(":")[2]
        assert after(kind, state, Verb(verb)) is not None, verb


def _buttons(shown: Face) -> Iterator[Any]:
    return (button for row in shown.buttons for button in row)


def test_a_very_long_report_leaves_room_for_the_deadline() -> None:
    shown = _shown(_made(text="电梯坏了" * 1000), Audience.WORKER)

    assert len(shown) < 1024
    assert "住户" in shown
    assert "接单" in shown
    assert "/查单 1" in shown


def test_the_group_s_line_is_short(town: Town) -> None:
    town.says("张阿姨", "3栋电梯坏了，已经停了两天")

    assert all(len(text) < 60 for text in town.heard_in(OWNERS))
