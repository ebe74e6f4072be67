"""What people write when they hand a matter to a department outside."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.tickets import State, Ticket
from tests.town import NOON, Town

_TOWN = Town()
_TOWN.says("秀英", "3栋电梯坏了，已经停了两天")


def _referred(text: str) -> tuple[Ticket, str]:
    """The ticket after the committee wrote this, and the number in its newest diary line."""
    with _TOWN.store() as store:
        ticket = store.tickets.numbered(1)
        assert ticket is not None
        store.tickets.change(ticket, state=State.ACCEPTED.value, assignee="王师傅", due_at=None)
    _TOWN.clock.set(NOON)
    _TOWN.tells("王主任", f"/refer 1 {text}")
    with _TOWN.store() as store:
        ticket = store.tickets.numbered(1)
        assert ticket is not None
        last = [e for e in store.tickets.diary(ticket) if e.verb == "refer"]
    return ticket, str(last[-1].data["reference"]) if last else ""


@settings(max_examples=25, deadline=None)
@given(st.permutations(["燃气", "单号 20261122-7", "5-25"]), st.sampled_from([" ", "，", "、", "；"]))
def test_the_order_does_not_matter(parts: list[str], between: str) -> None:
    ticket, reference = _referred(between.join(parts))

    assert ticket.state is State.REFERRED
    assert ticket.paused_reason == "燃气公司"
    assert reference == "20261122-7"
    assert ticket.paused_until is not None
    assert (ticket.paused_until.month, ticket.paused_until.day) == (5, 25)


@pytest.mark.parametrize(
    ("text", "department"),
    [
        ("转给燃气公司 单号 1 5-25", "燃气公司"),
        ("燃气公司已派单 单号 1 5-25", "燃气公司"),
        ("消防维保公司 单号 1 5-25", "消防维保公司"),
        ("司法 受理编号：A-1 下周一", "司法调解"),
        ("市环保局 没有单号 三天后", "市环保局"),
        ("派出所 单号 1 5月25日前", "派出所"),
    ],
)
def test_names_are_known_by_a_part_and_free_ones_stay_as_they_are(text: str, department: str) -> None:
    ticket, _ = _referred(text)

    assert ticket.state is State.REFERRED
    assert ticket.paused_reason == department


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60))
def test_nothing_that_is_written_breaks_it(text: str) -> None:
    ticket, _ = _referred(text.replace("\n", " "))

    assert ticket.state in (State.ACCEPTED, State.REFERRED)
