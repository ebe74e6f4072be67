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
@given(
    st.permutations(["燃气公司", "{label}{link}{number}", "{day}"]),
    st.sampled_from(["单号", "编号", "受理号", "工单号", "受理编号", "單號", "的单号"]),
    st.sampled_from(["", " ", "：", ":", "是", " 为 ", "＃"]),
    st.sampled_from(["77", "77号", "７７号", "77 号"]),
    st.sampled_from(["5-25", "５月２５号", "5月25日回访", "回访日期：5-25", "5.25"]),
)
def test_the_number_s_own_word_is_no_part_of_anything_else(
    parts: list[str], label: str, link: str, number: str, day: str
) -> None:
    ticket, reference = _referred(" ".join(parts).format(label=label, link=link, number=number, day=day))

    assert ticket.state is State.REFERRED
    assert (ticket.paused_reason, reference) == ("燃气公司", "77")
    assert ticket.paused_until is not None
    assert (ticket.paused_until.month, ticket.paused_until.day) == (5, 25)
    assert _note() == ""


def _note() -> str:
    with _TOWN.store() as store:
        ticket = store.tickets.numbered(1)
        assert ticket is not None
        last = [e for e in store.tickets.diary(ticket) if e.verb == "refer"][-1]
    return str(last.data.get("note", ""))


@pytest.mark.parametrize(
    ("text", "department", "reference", "note"),
    [
        ("燃气 77号 5-25", "燃气公司", "77", ""),
        ("燃气公司单号77号5月25号回访", "燃气公司", "77", ""),
        ("燃气公司5月25号回访,单号是77", "燃气公司", "77", ""),
        ("老周维修队5月25号 没有单号", "老周维修队", "", ""),
        ("交警大队 单号没有 5-25", "交警大队", "", ""),
        ("燃气 7号 5-25", "燃气公司", "7", ""),
        ("燃气 单号沪燃〔2026〕77号 5-25", "燃气公司", "沪燃〔2026〕77号", ""),
        ("燃气 单号（2026）沪燃字第77号 5-25", "燃气公司", "(2026)沪燃字第77号", ""),
        ("消防 尾号7788 5-25 3号楼门口见", "消防队", "7788", "3号楼门口见"),
        ("燃气 B-4417 5-25 联系电话 13800138000", "燃气公司", "B-4417", "联系电话 13800138000"),
        ("5-25回访 编号：B-77 燃气公司 王工说三天内上门", "燃气公司", "B-77", "王工说三天内上门"),
    ],
)
def test_hasty_typing_is_understood(text: str, department: str, reference: str, note: str) -> None:
    ticket, found = _referred(text)

    assert ticket.state is State.REFERRED
    assert (ticket.paused_reason, found, _note()) == (department, reference, note)
    assert ticket.paused_until is not None
    assert (ticket.paused_until.month, ticket.paused_until.day) == (5, 25)


def test_a_number_to_dial_is_asked_about() -> None:
    _referred("燃气 96777 5-25")
    assert "受理单号是多少" in _TOWN.heard_by("王主任")[-1]
    _TOWN.tells("王主任", "是77号")
    assert _TOWN.ticket().state is State.REFERRED


@pytest.mark.parametrize(
    "text", ["单号 77号 12 燃气 5-25", "12 燃气 单号 77号 5-25", "工单号12 燃气 单号77 5-25"]
)
def test_the_department_s_number_is_not_taken_for_the_ticket_s(text: str) -> None:
    _, reference = _referred("电力 没有单号 5-20")
    assert reference == ""
    with _TOWN.store() as store:
        ticket = store.tickets.numbered(1)
        assert ticket is not None
        store.tickets.change(ticket, state=State.ACCEPTED.value, assignee="王师傅", due_at=None)
    _TOWN.tells("王主任", f"/refer {text.replace('12', '1', 1)}")

    assert _TOWN.ticket().paused_reason == "燃气公司"


def test_in_an_answer_to_the_card_the_number_is_the_department_s() -> None:
    _referred("电力 没有单号 5-20")
    with _TOWN.store() as store:
        ticket = store.tickets.numbered(1)
        assert ticket is not None
        store.tickets.change(ticket, state=State.ACCEPTED.value, assignee="王师傅", due_at=None)
        card = next(c for c in store.cards.of(ticket.id) if c.to.chat == "王师傅")
    _TOWN.tells("王师傅", "/refer 单号 77号 燃气 5-25", reply_to=card.message)

    assert "燃气公司（单号 77）" in _TOWN.heard_by("王主任")[-1]


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60))
def test_nothing_that_is_written_breaks_it(text: str) -> None:
    ticket, _ = _referred(text.replace("\n", " "))

    assert ticket.state in (State.ACCEPTED, State.REFERRED)
