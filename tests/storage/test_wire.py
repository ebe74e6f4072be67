"""Outgoing messages and faces survive the rows they wait in."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.charts import Bar, BarRow, Chart
from bot.domain.messages import (
    Account,
    Address,
    Answer,
    Button,
    Face,
    Fetch,
    Leave,
    Outgoing,
    Priority,
    PublishMenu,
    React,
    Say,
    SendFile,
)
from storage.wire import (
    accounts_from_json,
    accounts_to_json,
    face_from_json,
    face_to_json,
    outgoing_from_json,
    outgoing_to_json,
)

words = st.text(max_size=20)
maybe = st.none() | words
addresses = st.builds(Address, words, words, maybe)
accounts = st.builds(Account, words, words, words)
moments = st.none() | st.integers(0, 2_000_000_000).map(lambda s: datetime.fromtimestamp(s, UTC))
buttons = st.lists(st.lists(st.builds(Button, words, words, words), max_size=2).map(tuple), max_size=2).map(
    tuple
)
faces = st.builds(Face, words, buttons, maybe)
bars = st.builds(Bar, st.none() | st.integers(0, 100), words)
rows = st.builds(BarRow, words, st.lists(bars, max_size=3).map(tuple))
charts = st.builds(Chart, words, st.lists(rows, max_size=3).map(tuple))
outgoing: st.SearchStrategy[Outgoing] = st.one_of(
    st.builds(
        Say,
        addresses,
        words,
        faces,
        st.sampled_from(Priority),
        maybe,
        st.lists(accounts, max_size=2).map(tuple),
        st.booleans(),
        st.booleans(),
        st.none() | st.integers(0, 10**6),
        moments,
        moments,
    ),
    st.builds(SendFile, addresses, words, words, words, st.sampled_from(Priority), st.none() | charts),
    st.builds(Answer, words, addresses, words, st.booleans()),
    st.builds(React, addresses, words, words),
    st.builds(Fetch, words, st.integers(0, 10**6), words),
    st.builds(Leave, addresses),
    st.builds(PublishMenu, addresses, st.lists(st.tuples(words, words), max_size=3).map(tuple)),
)


@given(outgoing)
def test_whatever_goes_out_comes_back_the_same(what: Outgoing) -> None:
    kept = json.loads(json.dumps(outgoing_to_json(what)))

    assert outgoing_from_json(kept) == what
    assert type(outgoing_from_json(kept)) is type(what)


@given(faces)
def test_a_face_comes_back_the_same(face: Face) -> None:
    assert face_from_json(json.loads(json.dumps(face_to_json(face)))) == face


@given(st.lists(accounts, max_size=4).map(tuple))
def test_accounts_come_back_with_their_names(people: tuple[Account, ...]) -> None:
    back = accounts_from_json(json.loads(json.dumps(accounts_to_json(people))))

    assert [(a.platform, a.id, a.name) for a in back] == [(a.platform, a.id, a.name) for a in people]


@pytest.mark.parametrize(
    "values", [{}, {"what": "Incoming"}, {"what": "__class__"}, {"what": None}, {"what": "Say"}]
)
def test_what_is_no_outgoing_message_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        outgoing_from_json(values)
