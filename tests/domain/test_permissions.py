"""Who may do what, and who sees what."""

from __future__ import annotations

import pytest

from bot.domain.permissions import PERSONS_ON_REQUEST, SEES, STEPS, Audience, Fact, Right
from bot.domain.tickets import NEXT, Verb


def test_every_step_says_who_may_take_it() -> None:
    assert set(STEPS) == set(Verb)


def test_every_step_of_the_transition_table_can_be_taken_by_somebody_but_the_clock_s() -> None:
    steps = {verb for states in NEXT.values() for row in states.values() for verb in row}

    assert {verb for verb in steps if not STEPS[verb]} == {Verb.EXPIRE}


def test_nothing_may_be_done_by_just_anybody() -> None:
    assert all(Right.ANYBODY not in rights for rights in STEPS.values())


@pytest.mark.parametrize("verb", [Verb.CONFIRM, Verb.REJECT, Verb.WITHDRAW])
def test_only_the_reporter_says_whether_it_is_solved_and_takes_it_back(verb: Verb) -> None:
    assert STEPS[verb] == {Right.REPORTER}


@pytest.mark.parametrize("verb", [Verb.RESOLVE, Verb.DECLINE, Verb.PAUSE, Verb.FALSE_ALARM, Verb.ASSIGN])
def test_staff_who_were_not_asked_take_no_step_with_others_tickets(verb: Verb) -> None:
    assert Right.STAFF not in STEPS[verb]
    assert Right.REPORTER not in STEPS[verb]


def test_every_audience_sees_the_matter_and_only_the_worker_the_person() -> None:
    assert set(SEES) == set(Audience)
    assert all(Fact.MATTER in facts for facts in SEES.values())
    assert [audience for audience, facts in SEES.items() if Fact.PERSONS in facts] == [Audience.WORKER]
    assert set(PERSONS_ON_REQUEST) == {Audience.COMMITTEE}


def test_groups_of_residents_and_supervisors_never_see_words() -> None:
    for audience in (Audience.OWNERS_GROUP, Audience.SUPERVISION):
        assert SEES[audience] == {Fact.MATTER}
    assert Fact.WORDS not in SEES[Audience.STAFF_GROUP]
