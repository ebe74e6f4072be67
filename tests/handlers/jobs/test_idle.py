"""What is thought idle is left alone: it is asked without writing, and it must be right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.domain.messages import Outgoing
from handlers.context import Context
from handlers.jobs.base import Job, agenda_for, surely_idle
from handlers.jobs.table import JOBS
from storage.agenda import Agenda
from storage.tables import occurrences
from tests.town import OWNERS, STAFF, Town

LIFT = "3栋电梯坏了，已经停了两天"


def _claims(context: Context) -> int:
    return context.store.conn.execute(select(func.count()).select_from(occurrences)).scalar_one()


def _idle(town: Town) -> set[str]:
    """The duties that would not be run now; each has been seen to say and to change nothing."""
    with town.store() as store:
        context = town.context(store)
        waiting = agenda_for(context, JOBS)
        idle = [job for job in JOBS if surely_idle(job, context, waiting)]
        raw: Any = store.conn.connection.dbapi_connection
        for job in idle:
            with store.conn.begin_nested() as savepoint:
                claimed, before = _claims(context), raw.total_changes
                said = job.run(context)
                # That it has looked once in this hour is all it may note.
                changed = raw.total_changes - before - (_claims(context) - claimed)
                savepoint.rollback()
            assert (job.name, said, changed) == (job.name, [], 0)
    return {job.name for job in idle}


def _story(town: Town) -> Iterator[None]:
    """Days in which something happens, and hours in which nothing does."""
    town.says("张阿姨", LIFT)
    town.says("老李", "通知：明天上午9点到11点3栋停水，请大家提前储水", in_chat=OWNERS)
    yield
    town.says("李大爷", "5栋楼道灯不亮了")
    town.tells("小陈", "/请假 明天")
    yield
    town.tells("王主任", "/静音 3小时")
    town.tells("老李", "/接单 1")
    town.tells("老李", "/办结 1 换了门锁")
    yield
    town.says("赵叔", "垃圾桶满了没人收，7栋旁边")
    with town.store() as store:
        store.compound.bury("console", "1", "", "Incoming", "KeyError at x.py:1", town.clock.now())
    yield
    town.says("老何", "谢谢大家", in_chat=STAFF)
    yield


def test_a_duty_that_is_thought_idle_has_nothing_to_say_and_nothing_to_change() -> None:
    town = Town()
    town.tolerant = True
    idle: Counter[str] = Counter()
    moments = 0
    for _ in _story(town):
        for minutes in (*(3,) * 4, *(110,) * 13):
            town.clock.wind(timedelta(minutes=minutes))
            idle.update(_idle(town))
            town.tick()
            moments += 1
    # Each was seen both ways, but for the one that nobody can tell of.
    always = {job.name for job in JOBS if job.occurrence is None and job.idle is None}
    assert always == {"sweep"}
    assert set(idle) == {job.name for job in JOBS} - always
    assert sum(idle.values()) > moments * len(JOBS) / 2


def test_where_nothing_is_due_nothing_is_written(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.wait(days=1)
    written: list[object] = []
    town.intake._guard = town.dispatch._guard = written.append
    quiet = tuple(job for job in JOBS if job.name != "sweep")
    for _ in range(20):
        town.clock.wind(timedelta(seconds=2))
        assert not town.intake.tick(quiet)
        town.settle()
    assert written == []


def _never_asked(_context: Context) -> list[Outgoing]:
    raise AssertionError("it has nothing to do")


def test_what_cannot_be_asked_is_run_and_fails_where_failures_are_told(town: Town) -> None:
    def broken(_context: Context, _agenda: Agenda) -> bool:
        raise KeyError("a fault of ours")

    def fails(_context: Context) -> list[Outgoing]:
        raise KeyError("the same fault")

    town.tolerant = True
    asleep = Job("asleep", _never_asked, 1, idle=lambda _context, _agenda: True)
    assert town.intake.tick((Job("broken", fails, 1, idle=broken), asleep))
    assert [error.partition(" ")[0] for error in town.buried()] == ["KeyError"]


def test_what_one_duty_has_left_to_do_for_the_next_is_seen_by_it(town: Town) -> None:
    ran: list[str] = []

    def mutes(context: Context) -> list[Outgoing]:
        context.store.compound.change(muted_until=context.now)
        return []

    def hears(_context: Context) -> list[Outgoing]:
        ran.append("hears")
        return []

    after = Job("after", hears, 1, idle=lambda _context, agenda: agenda.muted is None)
    assert not town.intake.tick((after,))
    assert town.intake.tick((Job("before", mutes, 1), after))
    assert ran == ["hears"]


@pytest.mark.parametrize("job", [job for job in JOBS if job.occurrence is not None], ids=lambda job: job.name)
def test_what_is_done_once_is_claimed_under_the_duty_s_own_name(town: Town, job: Job) -> None:
    """Else it would be run all day long, or never."""
    town.until(8)
    with town.store() as store:
        context = town.context(store)
        job.run(context)
        found = store.conn.execute(select(occurrences.c.job, occurrences.c.at)).all()
        assert job.occurrence is not None
        if job.name != "listening":
            assert (job.name, job.occurrence(context)) in [(row.job, row.at) for row in found]
