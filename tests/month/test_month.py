"""A small month: every promise of a dozen matters is met, missed and rung, paused or left out, and nothing else."""

from __future__ import annotations

from collections import Counter

import pytest

from bot.domain.rates import Result
from handlers.record import record
from tests.month.ledger import ledger
from tests.month.life import BEGIN, Month


@pytest.fixture(scope="module")
def month() -> Month:
    """A day of a small compound, and the evening after it."""
    small = Month("a small month", homes=40, wanted=16, days=1, tail=0.2)
    small.live()
    return small


def test_every_deadline_is_accounted_for(month: Month) -> None:
    with month.town.store() as store:
        entries = ledger(month.town.context(store))
    assert [entry for entry in entries if entry.wrong] == []
    fates = Counter(entry.fate for entry in entries)
    assert fates["met"] >= 3
    assert fates["missed and rung"] >= 3
    assert not month.town.buried()


def test_the_record_counts_every_matter_once_or_says_why_not(month: Month) -> None:
    with month.town.store() as store:
        context = month.town.context(store)
        known = record(context, BEGIN, context.now)
    assert {case.number for case in known.cases} == {ticket.number for ticket in month.town.tickets()}
    for case in known.cases:
        for measure in (case.response, case.solving):
            assert measure is None or (measure.result is Result.OUT) == (measure.reason is not None)


def test_a_ledger_that_nothing_explains_is_told(month: Month) -> None:
    """Were nobody rung, it would be seen: the same diaries without their rings are unexplained."""
    with month.town.store() as store:
        context = month.town.context(store)
        rung = {e.number for e in ledger(context) if e.fate == "missed and rung"}
        store.conn.exec_driver_sql(
            "DELETE FROM events WHERE verb IN ('climbed', 'rang_again', 'top', 'late')"
        )
        assert {entry.number for entry in ledger(context) if entry.wrong} & rung
        store.conn.rollback()
