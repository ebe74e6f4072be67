"""The one way in: a batch is one transaction, and what fails rolls back alone."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import Connection, select
from sqlalchemy.exc import DataError, IntegrityError, OperationalError

from bot import intake
from bot.domain.messages import (
    Account,
    Address,
    Answer,
    Face,
    Incoming,
    Leave,
    Moved,
    Outgoing,
    Press,
    PublishMenu,
    React,
    Say,
)
from bot.intake import Arrival, Intake, stamp
from bot.texts import load_texts
from handlers import router
from handlers.context import Context, Refused
from storage.database import DatabaseTrouble
from storage.tables import outbox
from tests.town import OWNERS, Town

LIFT = "3栋电梯坏了，已经停了两天"
SECRET = "张秀英住3栋501"


def _incoming(town: Town, text: str, message: str, **more: object) -> Incoming:
    said = Incoming(OWNERS, message, town.account("张阿姨"), text, town.clock.now(), True)
    return replace(said, **more)  # type: ignore[arg-type]


def _breaks(monkeypatch: pytest.MonkeyPatch, failure: Exception, word: str = SECRET) -> None:
    """Handling fails, after it has changed something, where a message contains the word."""
    usual: Callable[..., list[Outgoing]] = router.handle

    def handle(cause: object, context: Context) -> list[Outgoing]:
        out = usual(cause, context)
        if isinstance(cause, Incoming) and word in cause.text:
            raise failure
        return out

    monkeypatch.setattr(intake, "handle", handle)


def test_a_batch_and_its_offset_are_kept_together(town: Town) -> None:
    arrivals = [Arrival("1", _incoming(town, LIFT, "501")), Arrival("2", None)]
    town.intake.take("console", arrivals, bot="bot-1", next_offset=43)

    assert town.intake.offset("bot-1") == 43
    assert town.intake.offset("bot-2") is None
    assert len(town.tickets()) == 1


@pytest.mark.parametrize(
    "failure",
    [
        ValueError(SECRET),
        KeyError(SECRET),
        IntegrityError(SECRET, {}, Exception()),
        DataError(SECRET, {}, Exception()),
        RecursionError(),
    ],
)
def test_a_message_that_fails_leaves_nothing_and_the_others_get_through(
    town: Town, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    _breaks(monkeypatch, failure)
    town.tolerant = True
    town.intake.take(
        "console",
        [
            Arrival("1", _incoming(town, LIFT, "501")),
            Arrival("2", _incoming(town, f"5栋电梯坏了，已经停了两天，{SECRET}", "502")),
            Arrival("3", _incoming(town, "7栋电梯坏了，已经停了两天", "503")),
        ],
        bot="bot-1",
        next_offset=4,
    )

    assert [t.place.buildings for t in town.tickets()] == [("3",), ("7",)]
    assert [t.number for t in town.tickets()] == [1, 2]
    assert len(town.buried()) == 1
    assert town.intake.offset("bot-1") == 4


def test_a_dead_letter_and_its_log_line_carry_no_words(
    town: Town, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    _breaks(monkeypatch, ValueError(SECRET))
    town.tolerant = True
    town.says("张阿姨", f"5栋电梯坏了，已经停了两天，{SECRET}")

    (dead,) = town.buried()
    assert "ValueError" in dead
    assert SECRET not in dead
    assert SECRET not in caplog.text


def test_the_database_s_own_trouble_undoes_the_whole_batch(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    _breaks(monkeypatch, OperationalError("x", {}, Exception("disk I/O error")))
    with pytest.raises((OperationalError, DatabaseTrouble)):
        town.intake.take(
            "console",
            [Arrival("1", _incoming(town, LIFT, "501")), Arrival("2", _incoming(town, SECRET, "502"))],
            bot="bot-1",
            next_offset=3,
        )

    assert town.tickets() == ()
    assert town.intake.offset("bot-1") is None
    assert town.buried() == []


def test_an_update_that_cannot_be_read_is_buried_and_passed(town: Town) -> None:
    town.tolerant = True
    town.intake.take(
        "telegram", [Arrival("9", ValueError("no chat")), Arrival("10", _incoming(town, LIFT, "501"))]
    )

    assert len(town.buried()) == 1
    assert len(town.tickets()) == 1


def test_what_is_refused_leaves_nothing_behind(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    _breaks(monkeypatch, Refused("refused.stale"))
    town.says("张阿姨", f"5栋电梯坏了，已经停了两天，{SECRET}")

    assert town.tickets() == ()
    assert town.buried() == []
    assert town.heard_in() == ["这个选项已经过期，请看最新的卡片"]


def test_a_refusal_that_cannot_be_said_does_not_stop_the_others(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    _breaks(monkeypatch, Refused("no.such.text"))
    town.tolerant = True
    town.arrives(_incoming(town, SECRET, "501"), _incoming(town, LIFT, "502"))

    assert len(town.tickets()) == 1
    assert len(town.buried()) == 1


def test_every_press_is_answered_also_a_refused_one(town: Town) -> None:
    press = Press("p1", OWNERS, "1", town.account("李叔"), "nonsense", town.clock.now(), True)
    town.arrives(press)

    with town.database.reading() as conn:
        (row,) = conn.execute(select(outbox).where(outbox.c.key == "press:console:p1")).all()
    assert row.payload["what"] == "Answer"


def test_another_process_that_has_taken_over_is_heeded_before_anything_is_read(town: Town) -> None:
    class TakenOver(Exception):
        pass

    def guard(_conn: Connection) -> None:
        raise TakenOver

    intake = Intake(
        town.database,
        town.compound,
        town.intake.files,
        town.clock,
        load_texts(),
        link=lambda _platform, _payload: None,
        read_files=lambda: town.files,
        guard=guard,
    )
    with pytest.raises(TakenOver):
        intake.take("console", [Arrival("1", _incoming(town, LIFT, "501"))])
    with pytest.raises(TakenOver):
        intake.run("x", lambda _context: [])
    assert town.tickets() == ()


def test_a_duty_that_fails_stops_no_other(town: Town) -> None:
    town.tolerant = True

    def fails(context: Context) -> list[Outgoing]:
        context.store.compound.change(mode="listen")
        raise ValueError

    def works(_context: Context) -> list[Outgoing]:
        return [Say(OWNERS, "works", Face("好的"))]

    town.intake.run("fails", fails)
    town.intake.run("works", works)
    town.settle()

    assert town.heard_in() == ["好的"]
    assert len(town.buried()) == 1
    with town.store() as store:
        assert store.compound.row().mode == "live"


@pytest.mark.parametrize(
    "text",
    [
        "\x00",
        "3栋\x00电梯坏了，已经停了两天",
        "\ud83d",
        "\u202e坏了梯电栋3",
        "🏳️‍🌈" * 200,
        "电" * 5000,
        "1" * 5000,
        "\n" * 500,
    ],
)
def test_no_text_is_too_odd_to_be_taken_in(town: Town, text: str) -> None:
    town.says("张阿姨", text)
    town.tells("张阿姨", text)
    town.tells("王师傅", text)
    town.says("李叔", LIFT)

    assert town.buried() == []
    assert any(t.reporter == town.account("李叔") for t in town.tickets()) or town.ticket().voices


@pytest.mark.parametrize("name", ["", "\u200b", "\u3164", "\x00", "张" * 300, "\u202e李叔", "a\nb"])
def test_no_name_is_too_odd_to_report_and_join(town: Town, name: str) -> None:
    town.says("", LIFT, author=Account("console", "77", name))
    town.says("", "3栋电梯又停了", author=Account("console", "78", name))
    town.says("", "+1", author=Account("console", "79", name))

    assert len(town.tickets()) == 1
    assert town.ticket().voices == 2
    assert "\n" not in town.ticket().reporter_name


def test_what_goes_out_is_stamped_with_a_key_of_its_own() -> None:
    group, other = Address("telegram", "-1"), Address("telegram", "-2")
    out: list[Outgoing] = [
        Answer("1", group),
        Answer("1", replace(group, platform="wechat")),
        React(group, "1", "👌"),
        React(other, "1", "👌"),
        Leave(group),
        Leave(other),
        PublishMenu(group, (("help", "帮助"),)),
        PublishMenu(other, (("help", "帮助"),)),
    ]

    keys = [stamp(what)[0] for what in out]
    assert len(set(keys)) == len(keys)


def _say(what: Outgoing, _context: Context) -> list[Outgoing]:
    return [what]


def test_the_newest_menu_of_a_chat_waits_alone(town: Town) -> None:
    staff, anybody = (("tickets", "工单"),), (("help", "帮助"),)
    chat = town.private("老李")
    for menu in (staff, anybody, staff):
        published = PublishMenu(chat, menu)
        town.intake.run("menu", partial(_say, published))

    with town.store() as store:
        waiting = [letter.what for letter in store.outbox.take(["console"], town.clock.now())]
    assert [what for what in waiting if isinstance(what, PublishMenu)] == [PublishMenu(chat, staff)]


def test_a_move_is_known_to_the_rest_of_its_batch(town: Town) -> None:
    new = Address("console", "-1009")
    town.arrives(Moved(OWNERS, new), _incoming(town, LIFT, "501", chat=new))

    assert len(town.tickets()) == 1
