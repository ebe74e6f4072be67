"""One classifier for all tests of understanding, with the rules that ship."""

from __future__ import annotations

import pytest

from bot.classify.classifier import Classifier
from bot.classify.rulebook import Rulebook, load_rulebook
from bot.domain.people import Area


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    return load_rulebook()


@pytest.fixture(scope="session")
def classifier(rulebook: Rulebook, tmp_path_factory: pytest.TempPathFactory) -> Classifier:
    return Classifier(rulebook, cache_dir=tmp_path_factory.mktemp("words"))


@pytest.fixture(scope="session")
def at_home(rulebook: Rulebook, tmp_path_factory: pytest.TempPathFactory) -> Classifier:
    """A classifier that knows a compound: buildings 1 to 12 and A, an east gate."""
    buildings = frozenset((str(n), None, None) for n in range(1, 13)) | {("A", None, None)}
    known = Area(buildings=buildings, spots=frozenset({"东门"}))
    return Classifier(rulebook, cache_dir=tmp_path_factory.mktemp("words"), known=known)
