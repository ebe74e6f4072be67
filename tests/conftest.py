"""What every test may ask for."""

from __future__ import annotations

from collections import deque

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

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

    With several processes the slow ones, which wait for others, are strewn evenly among the fast ones, which fill
    the time.
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
    "tests/test_architecture.py": "the source",
    "tests/test_texts.py": "the source",
    "tests/handlers/commands/test_rules.py": "own rules",
    "tests/storage/test_backup.py": "backups",
    "tests/classify/test_plain_words.py": "plain words",
    "tests/classify/test_segment.py": "words",
    "tests/classify/test_suggest.py": "suggestions",
}
"""Modules whose tests share what takes seconds to make: it is made once, by the process that has them all."""


WAITING = ("tests/live/", "tests/gateway/")
"""Where tests wait for other processes most of their time."""


class _Dealing(LoadScopeScheduling):  # type: ignore[misc]  # xdist tells no types
    """Each test goes to whichever process is free, but for those that stay together, and those that wait.

    Of these one is under way at a time, as long as there are others: the other processes then fill every core.
    """

    _waiting: deque[str] | None = None

    def _split_scope(self, nodeid: str) -> str:
        return TOGETHER.get(nodeid.partition("::")[0], nodeid)

    def _assign_work_unit(self, node: WorkerController) -> None:
        if self._waiting is None:
            self._waiting = deque(scope for scope in self.workqueue if scope.startswith(WAITING))
        under_way = any(scope.startswith(WAITING) for units in self.assigned_work.values() for scope in units)
        if len(self._waiting) == len(self.workqueue) or (self._waiting and not under_way):
            chosen = self._waiting.popleft()
        else:
            chosen = next(scope for scope in self.workqueue if not scope.startswith(WAITING))
        self.workqueue.move_to_end(chosen, last=False)
        super()._assign_work_unit(node)

    def remove_node(self, node: WorkerController) -> str | None:
        # What it leaves undone is dealt out again.
        self._waiting = None
        crashed: str | None = super().remove_node(node)
        return crashed

    def mark_test_complete(self, node: WorkerController, item_index: int, duration: float = 0) -> None:
        super().mark_test_complete(node, item_index, duration)
        units = self.assigned_work[node]
        # What is done is forgotten: it would be counted through after each of thousands of tests.
        for scope in [scope for scope, tests in units.items() if all(tests.values())]:
            del units[scope]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """How tests are dealt out to several processes."""
    return _Dealing(config, log)
