"""What every test may ask for."""

from __future__ import annotations

import pytest

from tests.town import Town


@pytest.fixture
def town() -> Town:
    """A compound on a Tuesday at noon, live, everybody bound."""
    return Town()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Fast tests first: whoever has broken something hears of it in seconds."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is not None)
