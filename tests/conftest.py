"""What every test may ask for."""

from __future__ import annotations

import pytest

from tests.town import Town


@pytest.fixture
def town() -> Town:
    """A compound on a Tuesday at noon, live, everybody bound."""
    return Town()
