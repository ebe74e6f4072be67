"""Promise: whatever people and clocks do, no open ticket is without a next look, and no rung is rung twice."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.tickets import State
from tests.town import OWNERS, Town

STEPS = st.sampled_from(
    [
        ("老李", "接单 1"), ("老李", "到场 1"), ("老李", "办结 1 好了"), ("老李", "/挂起 1 等配件 明天9点"),
        ("老李", "/方案 1 换主板 6月3日"), ("丁经理", "接单 1"), ("王主任", "/挂起 1 等钱 后天9点"),
        ("王主任", "/定级 1 复杂"), ("王主任", "/定级 1 一般"), ("王主任", "/重开 1"), ("王主任", "/派单 1 小陈"),
        ("王主任", "/放假 明天 休"), ("张阿姨", "未解决"), ("同意", ""), ("不同意", ""), ("催", ""),
    ]
)  # fmt: skip
MINUTES = st.sampled_from([1, 3, 5, 11, 31, 70, 300, 900, 3000, -2, -40, -600])


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(MINUTES, STEPS), min_size=3, max_size=9))
def test_no_open_ticket_is_without_a_next_look_and_no_rung_is_rung_twice(
    story: list[tuple[int, tuple[str, str]]],
) -> None:
    town = Town()
    town.starts("张阿姨")
    town.says("张阿姨", "3栋楼道堆满杂物没人管")
    for minutes, (who, said) in story:
        town.clock.wind(timedelta(minutes=minutes))
        town.tick()
        _act(town, who, said)
        town.tick()
        _looked_after(town)
    _rung_once(town)


def _act(town: Town, who: str, said: str) -> None:
    if said:
        town.tells(who, said)
        return
    chat = OWNERS if who == "催" else town.private("王主任")
    label = "催一下" if who == "催" else who
    if label in town.buttons(chat):
        town.presses("李叔" if who == "催" else "王主任", label, in_chat=chat)


def _looked_after(town: Town) -> None:
    ticket = town.ticket()
    if not ticket.going_on:
        return
    assert ticket.due_at is not None, ticket
    # A clock that was ahead and has been put right leaves nothing lying for days, but for what people agreed.
    agreed = ticket.planned_for or ticket.paused_until
    latest = max(agreed, town.clock.now()) if agreed else town.clock.now()
    assert ticket.due_at <= latest + timedelta(days=8), ticket
    assert (ticket.state is State.PAUSED) == (ticket.paused_until is not None)


def _rung_once(town: Town) -> None:
    """In an episode each rung is rung once; more often only after somebody handed the ticket on by name."""
    with town.store() as store:
        ticket = store.tickets.numbered(1)
        assert ticket is not None
        rung: Counter[tuple[str, str]] = Counter()
        for event in store.tickets.diary(ticket):
            if event.verb in ("reopen", "reject", "assign", "resume", "grade"):
                rung.clear()
            if event.verb == "rang":
                rung[str(event.data["role"]), str(event.data["person"])] += 1
            assert not rung or max(rung.values()) == 1, [e.verb for e in store.tickets.diary(ticket)]
