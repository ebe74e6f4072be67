"""What happens when a ticket's time has come."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.domain.tickets import Outcome, State
from handlers.jobs.deadlines import deadlines
from tests.town import NOON, OWNERS, UNHURRIED, Town

CLUTTER = "3栋楼道堆满杂物没人管"
GAS = "2栋有很重的煤气味，快来人"
EVENING = datetime(2026, 5, 12, 13, 58, tzinfo=UTC)
"""21:58 in the compound."""
NIGHT = datetime(2026, 5, 12, 15, 0, tzinfo=UTC)
"""23:00."""


def _rung(town: Town) -> list[str]:
    """Whose card the ticket is on, in the order in which they were asked."""
    with town.store() as store:
        ticket = store.tickets.numbered(1)
        assert ticket is not None
        return [str(e.data["person"]) for e in store.tickets.diary(ticket) if e.verb == "rang"]


def test_an_unanswered_ticket_climbs_once_per_rung() -> None:
    town = Town()
    town.says("张阿姨", CLUTTER)
    town.wait(minutes=4)
    assert _rung(town) == ["老李"]
    town.wait(minutes=2)
    assert _rung(town) == ["老李", "丁经理"]
    town.wait(minutes=10)
    assert _rung(town) == ["老李", "丁经理", "王主任"]
    town.wait(minutes=30)
    assert _rung(town) == ["老李", "丁经理", "王主任", "冯书记"]
    town.wait(hours=5)
    assert _rung(town) == ["老李", "丁经理", "王主任", "冯书记"]
    assert town.diary().count("top") == 1


def test_whoever_is_told_next_gets_a_card_of_their_own() -> None:
    town = Town()
    town.says("张阿姨", CLUTTER)
    town.wait(minutes=6)
    assert len(town.heard_by("丁经理")) == 1
    assert "杂物" in town.card_of("丁经理")


def test_an_accepted_ticket_does_not_climb_before_its_time_is_over() -> None:
    town = Town()
    town.says("张阿姨", CLUTTER)
    town.presses("老李", "接单")
    town.wait(minutes=29)
    assert _rung(town) == ["老李"]


def test_a_tick_that_runs_twice_at_the_same_moment_does_nothing_the_second_time() -> None:
    town = Town()
    town.says("张阿姨", CLUTTER)
    town.sleeps(minutes=31)
    town.tick()
    before = (town.ticket(), town.diary(), town.heard_by("丁经理"))
    town.tick()
    assert (town.ticket(), town.diary(), before[2]) == before
    assert town.heard_by("丁经理") == []


def test_after_an_outage_of_hours_the_ladder_goes_on_from_where_it_was_one_rung_at_a_time() -> None:
    town = Town()
    town.says("张阿姨", CLUTTER)
    town.sleeps(hours=5)
    town.tick()
    assert _rung(town) == ["老李", "丁经理"]
    town.wait(minutes=9)
    assert _rung(town) == ["老李", "丁经理"]


def test_the_minutes_of_the_evening_go_on_in_the_morning() -> None:
    town = Town(at=EVENING)
    town.says("张阿姨", CLUTTER)
    assert _rung(town) == ["老李"]
    town.until(8, 2)
    assert _rung(town) == ["老李"]
    town.until(8, 4)
    assert _rung(town) == ["老李", "丁经理"]


def test_nobody_is_rung_at_night_even_where_something_is_overdue() -> None:
    town = Town()
    town.says("张阿姨", CLUTTER)
    town.sleeps(hours=11)
    town.tick()
    assert _rung(town) == ["老李"]
    town.wait(hours=8)
    assert _rung(town) == ["老李"]
    town.until(8, 5)
    assert _rung(town) == ["老李", "丁经理"]


def test_an_emergency_rings_at_night() -> None:
    town = Town(at=NIGHT)
    town.says("张阿姨", GAS)
    for name in ("老李", "王师傅", "丁经理", "王主任"):
        assert "煤气味" in town.heard_by(name)[0]


def test_nobody_answers_after_the_work_is_done_and_it_closes_as_unconfirmed() -> None:
    town = Town()
    town.says("张阿姨", CLUTTER)
    town.tells("老李", "/办结 1 已清走")
    town.heard_in(OWNERS)
    town.wait(hours=47, step=timedelta(minutes=30))
    assert town.ticket().state is State.RESOLVED
    town.wait(hours=2)
    assert town.ticket().state is State.CLOSED
    assert town.ticket().outcome is Outcome.UNCONFIRMED
    assert town.diary().count("expire") == 1
    assert town.heard_in(OWNERS) == []


def test_a_pause_ends_and_its_holder_is_told_once() -> None:
    town = Town(clocks=UNHURRIED)
    town.says("张阿姨", CLUTTER)
    town.presses("老李", "接单")
    town.tells("老李", "/挂起 1 等清运车 明天9点")
    town.presses("王主任", "同意")
    town.heard_by("老李")
    town.until(8, 59)
    assert town.heard_by("老李") == []
    town.wait(minutes=2)
    assert len(town.heard_by("老李")) == 1
    assert town.ticket().state is State.ACCEPTED
    town.wait(hours=3)
    assert town.heard_by("老李") == []


def test_a_pause_that_ends_in_the_night_ends_in_the_morning() -> None:
    town = Town(clocks=UNHURRIED)
    town.says("张阿姨", CLUTTER)
    town.presses("老李", "接单")
    with town.store() as store:
        ticket = store.tickets.numbered(1)
        assert ticket is not None
        until = NOON + timedelta(hours=12)
        store.tickets.change(ticket, state=State.PAUSED.value, due_at=until, paused_until=until)
    town.heard_by("老李")
    town.wait(hours=19)
    assert town.heard_by("老李") == []
    town.wait(hours=2)
    assert len(town.heard_by("老李")) == 1


def test_a_listened_ticket_rings_nobody_ever() -> None:
    town = Town(mode="listen")
    town.says("张阿姨", CLUTTER)
    town.wait(hours=5)
    assert _rung(town) == []
    assert town.heard_by("老李") == []


def test_what_needs_nothing_any_more_is_never_due_again() -> None:
    town = Town()
    town.says("张阿姨", CLUTTER)
    with town.store() as store:
        ticket = store.tickets.numbered(1)
        assert ticket is not None
        store.tickets.change(ticket, state=State.CLOSED.value, due_at=town.clock.now())
        assert deadlines(town.context(store)) == []
        assert store.tickets.due(town.clock.now() + timedelta(days=9)) == ()
