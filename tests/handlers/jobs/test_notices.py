"""When reminders are due, and when a notice is over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.tickets import State
from handlers.jobs.notices import notices
from tests.town import OWNERS, SECOND, Town

WATER = "通知：明天上午9点到下午5点3、5栋停水检修，请大家提前储水"


def _said_at(town: Town) -> list[tuple[str, str]]:
    """What the owners' group hears in the next two days, with the hour on the compound's clocks."""
    heard: list[tuple[str, str]] = []
    for _ in range(48 * 4):
        town.wait(minutes=15, step=timedelta(minutes=15))
        local = town.clock.now().astimezone(town.config.compound.zone)
        heard += [(f"{local:%d %H:%M}", text) for text in town.heard_in()]
    return heard


@pytest.mark.parametrize(
    ("hours", "moments"),
    [
        ("9点到17点", ["12 19:00", "13 08:00"]),
        ("14:00-16:00", ["12 19:00", "13 13:00"]),
        # Seven o'clock is night still: half an hour is left at eight.
        ("8:30-11:00", ["12 19:00", "13 08:00"]),
        # The evening's reminder is the last that helps.
        ("6:00-8:00", ["12 19:00"]),
        ("8:00-9:00", ["12 19:00"]),
        # Without hours there is no hour before.
        ("", ["12 19:00"]),
    ],
)
def test_each_reminder_comes_at_its_waking_hour(hours: str, moments: list[str]) -> None:
    town = Town()
    town.says("丁经理", f"通知：明天{hours}3栋停水检修，请提前储水")
    assert [moment for moment, _ in _said_at(town)] == moments


def test_what_was_said_after_the_evening_hour_is_told_before_the_night_if_it_begins_early() -> None:
    town = Town(at=datetime(2026, 5, 12, 12, 0, tzinfo=UTC))
    town.says("丁经理", "通知：明天6:00-8:00 3栋停水检修，请提前储水")
    assert [moment for moment, _ in _said_at(town)] == ["12 21:45"]


def test_another_process_on_the_same_database_reminds_nobody_again() -> None:
    town = Town()
    town.says("丁经理", WATER)
    town.until(19, 15)
    assert len(town.heard_in(OWNERS)) == 1
    with town.store() as store:
        assert notices(town.context(store)) == []


def test_after_an_outage_over_the_whole_time_nothing_is_said_and_the_notice_has_ended() -> None:
    town = Town()
    town.says("丁经理", WATER)
    town.sleeps(hours=40)
    town.tick()
    assert town.heard_in(OWNERS) == []
    assert town.ticket().state is State.ENDED
    assert town.diary()[-1] == "end"


def test_a_silence_puts_the_evenings_reminder_off_while_it_helps() -> None:
    town = Town()
    town.says("丁经理", WATER)
    town.until(18, 30)
    town.tells("王主任", "/mute 1h")
    town.until(19, 15)
    assert town.heard_in(SECOND) == []
    town.until(20)
    assert len(town.heard_in(SECOND)) == 1


def test_a_notice_without_a_time_holds_on() -> None:
    town = Town()
    town.says("丁经理", "通知：小区门禁卡统一更换，请到物业办理")
    town.wait(days=3)
    assert town.ticket().state is State.POSTED
    assert town.heard_in(OWNERS) == []


def test_what_becomes_a_notice_by_a_correction_is_read_too() -> None:
    town = Town()
    town.says("丁经理", WATER)
    town.tells("王主任", "/改类 1 投诉")
    town.tells("王主任", "/改类 1 通知")
    ticket = town.ticket().id
    with town.store() as store:
        store.notices.keep(ticket, ())
    town.until(19, 15)
    assert len(town.heard_in(OWNERS)) == 1
