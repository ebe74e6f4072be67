"""The written day: what must come of it, and what must never be seen."""

from __future__ import annotations

import re

import pytest

from bot.demo.day import load_day
from bot.demo.ledger import Line
from bot.demo.screen import Speech
from bot.domain.tickets import State
from bot.domain.verdicts import Kind
from bot.platforms.console import Act
from tests.demo.conftest import Watched

OWNERS = ("业主一群", "业主二群")


def _in_owners_groups(watched: Watched) -> list[Speech]:
    chats = watched.played.screen.cast.chats
    speeches = [s for o in watched.played.outcomes for s in o.speeches]
    return [s for s in speeches if chats.get(s.chat.chat, ("",))[0] in OWNERS]


def test_everything_that_is_written_comes_true(watched: Watched) -> None:
    broken = {o.steps[-1]: o.broken for o in watched.played.outcomes if o.broken}
    assert broken == {}
    assert watched.played.counts.promised >= 120
    assert "全部应验" in watched.text


def test_the_owners_groups_hear_seventy_messages_of_twenty_people(watched: Watched) -> None:
    said = [s for s in _in_owners_groups(watched) if not s.pressed]
    assert len(said) >= 70
    assert len({s.who for s in said}) >= 20


def test_the_bot_says_less_than_half_as_much_as_the_people(watched: Watched) -> None:
    counts = watched.played.counts
    assert counts.said * 2 < counts.heard


def test_the_table_says_what_became_of_every_ticket(watched: Watched) -> None:
    found = [(n.number, n.kind, n.topic, n.state) for n in watched.played.lines]
    complaint, wish, notice = Kind.COMPLAINT, Kind.WISH, Kind.NOTICE
    assert found == [
        (1, complaint, "路灯照明", State.RESOLVED),
        (2, complaint, "噪音", State.CLOSED),
        (3, complaint, "宠物", State.CLOSED),
        (4, complaint, "停水供水", State.CLOSED),
        (5, notice, "停水供水", State.ENDED),
        (6, complaint, "供暖", State.RESOLVED),
        (7, complaint, "电梯", State.CLOSED),
        (8, complaint, "公共设施", State.CLOSED),
        (9, complaint, "垃圾卫生", State.CLOSED),
        (10, complaint, "垃圾卫生", State.RESOLVED),
        (11, complaint, "电梯", State.CLOSED),
        (12, complaint, "燃气", State.FALSE_ALARM),
        (13, wish, "公共设施", State.ACCEPTED),
        (14, complaint, "道路交通", State.DECLINED),
        (15, complaint, "公共设施", State.PAUSED),
        (16, complaint, "停车", State.WITHDRAWN),
        (17, complaint, "漏水", State.RESOLVED),
        (18, notice, "其他", State.POSTED),
    ]
    for line in watched.played.lines:
        assert re.search(rf"^#{line.number} .*{line.topic}", watched.text, re.MULTILINE)


def _line(watched: Watched, number: int) -> Line:
    return next(line for line in watched.played.lines if line.number == number)


def test_twelve_voices_are_one_ticket(watched: Watched) -> None:
    assert _line(watched, 4).voices == 12


def test_minutes_are_counted_from_the_morning_for_what_was_said_at_night(watched: Watched) -> None:
    assert _line(watched, 2).to_accept == 2
    assert _line(watched, 3).to_accept == 17
    assert _line(watched, 3).to_done == 27


def test_no_word_and_no_name_of_a_resident_is_repeated_in_a_group_of_owners(watched: Watched) -> None:
    cast = watched.played.screen.cast
    public = {chat for chat, (name, _) in cast.chats.items() if name in (*OWNERS, "监督群")}
    texts = [
        m.shown.text
        for o in watched.played.outcomes
        for m in o.moments
        if m.shown.chat.chat in public and m.shown.act in (Act.SAY, Act.EDIT, Act.FILE)
    ]
    assert len(texts) > 40
    residents = [
        s for o in watched.played.outcomes for s in o.speeches if s.who not in cast.roles and not s.pressed
    ]
    assert len(residents) > 60
    for speech in residents:
        runs = {speech.text[i : i + 6] for i in range(len(speech.text) - 5)}
        for text in texts:
            assert speech.who not in text
            assert not any(run in text for run in runs), (speech.text, text)
    everything = "\n".join(texts)
    for private in ("501", "13800000000", "王奶奶", "单元电梯"):
        assert private not in everything


def test_the_staff_group_sees_the_matter_without_the_person(watched: Watched) -> None:
    cast = watched.played.screen.cast
    moments = [m.shown for o in watched.played.outcomes for m in o.moments]
    staff = [s.text for s in moments if cast.chats.get(s.chat.chat, ("",))[0] == "工作群"]
    assert any("有人被困" in text for text in staff)
    assert not any("老魏" in text or "大鹏" in text for text in staff)


def test_nothing_ends_as_a_dead_letter(watched: Watched) -> None:
    assert "没能处理" not in watched.text


def test_what_is_printed_without_a_terminal_is_plain_and_fits_a_page(watched: Watched) -> None:
    from rich.cells import cell_len

    assert "\x1b" not in watched.text
    lines = watched.text.splitlines()
    assert len(lines) > 200
    assert max(cell_len(line) for line in lines) <= 100
    assert not [line for line in lines if line != line.rstrip()]


def test_the_same_day_is_printed_the_same_every_time(watched: Watched) -> None:
    from bot.demo.transcript import printed

    assert printed(watched.day) == watched.text


def test_a_key_that_no_step_has_is_refused() -> None:
    from bot.demo.day import Step

    with pytest.raises(TypeError):
        Step(saying="x")  # type: ignore[call-arg]
    assert all(scene.steps for scene in load_day().scenes)
