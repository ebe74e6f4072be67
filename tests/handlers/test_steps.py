"""Any steps, by anybody, in any order: nothing but polite refusals, and never a state outside the table."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.messages import Account
from bot.domain.permissions import STEPS, Right
from bot.domain.tickets import GOING_ON, NEXT, State, Ticket, Verb
from bot.domain.verdicts import Kind
from handlers.context import Refused
from handlers.effects import EFFECTS
from handlers.steps import Step, rights, take
from storage.store import Store
from tests.town import OWNERS, STAFF, Town

PEOPLE = ("张阿姨", "李叔", "王师傅", "吴阿姨", "丁经理", "老李", "小陈", "王主任", "冯书记")
TEXTS = (
    "3栋电梯坏了，已经停了两天",
    "5栋楼道垃圾没人清理，臭死了",
    "希望小区能装几个充电桩",
    "6栋着火了，快来人",
)
NOTICE = "通知：明天上午9点到11点停水检修"

steps = st.lists(
    st.tuples(
        st.sampled_from(PEOPLE),
        st.sampled_from(Verb),
        st.integers(1, 5),
        st.integers(1, 5),
        st.sampled_from([Kind.COMPLAINT, Kind.WISH, Kind.NOTICE]),
        st.sampled_from(["电梯", "噪音", "垃圾卫生"]),
        st.sampled_from(["老李", "王师傅", "冯书记", "不在名册上"]),
        st.sampled_from([0, 0, 0, 5, 45, 600]),
    ),
    max_size=25,
)


def _filled() -> Town:
    town = Town()
    for name, text in zip(("张阿姨", "李叔", "张阿姨", "李叔"), TEXTS, strict=True):
        town.says(name, text)
    town.says("丁经理", NOTICE)
    return town


def _sound(town: Town, ticket: Ticket) -> None:
    assert ticket.state in NEXT[ticket.kind], (ticket.kind, ticket.state)
    assert (ticket.merged_into is not None) == (ticket.state is State.MERGED)
    assert ticket.merged_into != ticket.number
    assert ticket.voices >= 0
    assert ticket.rung >= 0
    if ticket.state in (State.PAUSED, State.RESOLVED):
        assert ticket.due_at is not None, "somebody would wait for ever"
    elif ticket.state not in GOING_ON:
        assert ticket.due_at is None
    if ticket.state in (State.ACCEPTED, State.ON_SITE):
        assert ticket.assignee is not None


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps)
def test_any_sequence_of_steps_is_taken_or_politely_refused(
    sequence: list[tuple[str, Verb, int, int, Kind, str, str, int]],
) -> None:
    town = _filled()
    for name, verb, number, other, kind, topic, person, minutes in sequence:
        with town.store() as store:
            context = town.context(store)
            ticket, into = store.tickets.numbered(number), store.tickets.numbered(other)
            assert ticket is not None
            step = Step(
                verb,
                note="换好了",
                until=context.now + timedelta(hours=1),
                person=person if verb is Verb.ASSIGN else None,
                into=into if verb is Verb.MERGE else None,
                kind=kind,
                topic=topic,
            )
            before, lines = ticket, len(store.tickets.diary(ticket))
            try:
                with store.conn.begin_nested():
                    after, _ = take(context, ticket, step, context.actor(town.account(name)))
            except Refused as no:
                assert context.say(no.key, **no.values)
                assert store.tickets.numbered(number) == before
                assert len(store.tickets.diary(before)) == lines
            else:
                if after != before:
                    held = rights(context, before, context.actor(town.account(name)))
                    assert held & STEPS[verb], f"{name} may not {verb}"
                    assert len(store.tickets.diary(after)) > lines
        if minutes:
            town.sleeps(minutes=minutes)
            town.tick()
        for found in town.tickets():
            _sound(town, found)
    town.settle()
    for text in town.stands_in(OWNERS):
        assert "张阿姨" not in text
        assert "李叔" not in text


@cache
def _town() -> Town:
    """One town for questions that change nothing."""
    town = _filled()
    town.presses("王师傅", "接单")
    return town


@pytest.mark.parametrize(
    ("name", "number", "expected"),
    [
        ("张阿姨", 1, {Right.ANYBODY, Right.REPORTER}),
        ("李叔", 1, {Right.ANYBODY}),
        ("王师傅", 1, {Right.ANYBODY, Right.STAFF, Right.IN_CHARGE}),
        ("小陈", 1, {Right.ANYBODY, Right.STAFF}),
        ("王主任", 2, {Right.ANYBODY, Right.STAFF, Right.COMMITTEE}),
        ("王主任", 3, {Right.ANYBODY, Right.STAFF, Right.COMMITTEE, Right.IN_CHARGE}),
        ("小陈", 4, {Right.ANYBODY, Right.STAFF, Right.IN_CHARGE}),
        ("老李", 4, {Right.ANYBODY, Right.STAFF}),
    ],
)
def test_what_somebody_is_to_a_ticket(name: str, number: int, expected: set[Right]) -> None:
    town = _town()
    with town.store() as store:
        ticket = store.tickets.numbered(number)
        assert ticket is not None
        context = town.context(store)

        assert rights(context, ticket, context.actor(town.account(name))) == expected


def test_a_name_like_the_worker_s_is_nothing_to_a_ticket() -> None:
    town = _town()
    with town.store() as store:
        ticket = store.tickets.numbered(1)
        assert ticket is not None
        context = town.context(store)
        actor = context.actor(Account("console", "666", "王师傅"))

        assert rights(context, ticket, actor) == {Right.ANYBODY}


def test_the_clock_s_step_is_nobody_s(town: Town) -> None:
    town.says("张阿姨", TEXTS[0])
    town.tells("王师傅", "接单 1")
    town.tells("王师傅", "办结 1 换好了")
    for name in PEOPLE:
        with town.store() as store:
            context = town.context(store)
            with pytest.raises(Refused):
                take(context, _first(store), Step(Verb.EXPIRE), context.actor(town.account(name)))


def _first(store: Store) -> Ticket:
    """The first ticket."""
    found = store.tickets.numbered(1)
    assert found is not None
    return found


def test_a_refusal_names_the_ticket_its_state_and_what_is_possible(town: Town) -> None:
    town.says("张阿姨", TEXTS[0])
    town.tells("王师傅", "接单 1")
    town.tells("王师傅", "办结 1 换好了")
    town.heard_by("王师傅")
    town.tells("王师傅", "到场 1")

    (answer,) = town.heard_by("王师傅")
    assert "#1" in answer
    assert "已办结" in answer
    assert STAFF.chat not in answer


@pytest.mark.parametrize("verb", list(Verb))
def test_every_step_has_its_effect_or_belongs_to_the_clock(verb: Verb) -> None:
    assert (verb in EFFECTS) is (verb is not Verb.EXPIRE)
