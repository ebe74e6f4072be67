"""The steps a ticket may take."""

from __future__ import annotations

import pytest

from bot.domain.tickets import GOING_ON, NEXT, State, Verb, after, first_state, possible
from bot.domain.verdicts import Kind

KINDS = (Kind.COMPLAINT, Kind.WISH, Kind.NOTICE)


def _reached(kind: Kind) -> set[State]:
    seen, waiting = set[State](), [first_state(kind)] + ([State.HELD] if kind is not Kind.NOTICE else [])
    while waiting:
        state = waiting.pop()
        if state not in seen:
            seen.add(state)
            waiting += NEXT[kind].get(state, {}).values()
    return seen


@pytest.mark.parametrize("kind", KINDS)
def test_every_state_that_can_be_reached_has_its_row(kind: Kind) -> None:
    assert _reached(kind) == set(NEXT[kind])


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_a_dead_end(kind: Kind) -> None:
    assert all(steps for steps in NEXT[kind].values())


@pytest.mark.parametrize("kind", KINDS)
def test_from_every_state_a_ticket_can_come_to_an_end(kind: Kind) -> None:
    for start in NEXT[kind]:
        seen, waiting = set[State](), [start]
        while waiting:
            state = waiting.pop()
            if state not in seen:
                seen.add(state)
                waiting += NEXT[kind][state].values()
        assert seen - GOING_ON - {State.RESOLVED, State.POSTED}, start


def test_a_complaint_goes_from_open_to_closed() -> None:
    state = first_state(Kind.COMPLAINT)
    for verb in (Verb.ACCEPT, Verb.ARRIVE, Verb.RESOLVE, Verb.CONFIRM):
        following = after(Kind.COMPLAINT, state, verb)
        assert following is not None
        state = following
    assert state is State.CLOSED


@pytest.mark.parametrize(
    ("kind", "state", "verb"),
    [
        (Kind.COMPLAINT, State.CLOSED, Verb.ACCEPT),
        (Kind.COMPLAINT, State.CLOSED, Verb.RESOLVE),
        (Kind.COMPLAINT, State.WITHDRAWN, Verb.ACCEPT),
        (Kind.COMPLAINT, State.MERGED, Verb.RECLASS),
        (Kind.COMPLAINT, State.ACCEPTED, Verb.ACCEPT),
        (Kind.COMPLAINT, State.HELD, Verb.ACCEPT),
        (Kind.WISH, State.OPEN, Verb.ARRIVE),
        (Kind.NOTICE, State.POSTED, Verb.ACCEPT),
        (Kind.NOTICE, State.POSTED, Verb.MERGE),
        (Kind.COMPLAINT, State.OPEN, Verb.EXPIRE),
    ],
)
def test_forbidden_steps_lead_nowhere(kind: Kind, state: State, verb: Verb) -> None:
    assert after(kind, state, verb) is None
    assert verb not in possible(kind, state)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("verb", Verb)
def test_what_is_said_to_be_possible_is_and_nothing_else(kind: Kind, state: State, verb: Verb) -> None:
    if state in NEXT[kind]:
        assert (verb in possible(kind, state)) is (after(kind, state, verb) is not None)
    if kind is Kind.NOTICE:
        assert state not in GOING_ON or state not in NEXT[kind]


def test_everything_going_on_can_be_merged_withdrawn_and_called_off() -> None:
    for kind in (Kind.COMPLAINT, Kind.WISH):
        for state in GOING_ON & set(NEXT[kind]):
            assert {Verb.MERGE, Verb.WITHDRAW, Verb.FALSE_ALARM} <= set(possible(kind, state))
