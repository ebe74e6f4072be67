"""What every test may ask for."""

from __future__ import annotations

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from bot.domain.able import EVERYTHING
from tests.town import UNHURRIED, Town


@pytest.fixture
def town(request: pytest.FixtureRequest) -> Town:
    """A compound on a Tuesday at noon, live, everybody bound; on either kind of messenger for ``@everywhere``."""
    return Town(able=getattr(request, "param", EVERYTHING))


@pytest.fixture
def unhurried() -> Town:
    """The same, but who has accepted something is left in peace: for stories about other things than minutes."""
    return Town(clocks=UNHURRIED)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Fast tests first: whoever has broken something hears of it in seconds. Of the slow ones the longest first.

    With several processes the slow ones, which wait most of their time, are strewn evenly among the fast ones, which
    fill it.
    """
    items.sort(key=lambda item: (item.get_closest_marker("slow") is not None, "kill" not in item.name))
    if not hasattr(config, "workerinput"):
        return
    slow = [item for item in items if item.get_closest_marker("slow") is not None]
    fast = items[: len(items) - len(slow)]
    share = len(fast) / (len(slow) + 1)
    after = {id(item): share * number for number, item in enumerate(slow)}
    after |= {id(item): float(number) for number, item in enumerate(fast)}
    items.sort(key=lambda item: after[id(item)])


TOGETHER = {
    "tests/demo/test_day.py": "the day",
    "tests/demo/test_transcript.py": "the day",
    "tests/month/test_month.py": "the month",
    "tests/classify/test_plain_words.py": "plain words",
    "tests/classify/test_segment.py": "words",
    "tests/classify/test_suggest.py": "suggestions",
}
"""Modules whose tests share what takes seconds to make: it is made once, by the process that has them all."""


class _Together(LoadScopeScheduling):  # type: ignore[misc]  # xdist tells no types
    """Each test goes to whichever process is free, but for those that stay together."""

    def _split_scope(self, nodeid: str) -> str:
        return TOGETHER.get(nodeid.partition("::")[0], nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """How tests are dealt out to several processes."""
    return _Together(config, log)
