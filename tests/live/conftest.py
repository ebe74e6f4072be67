"""A compound's folder and a server, and the bot that runs between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.classify.segment import Segmenter
from tests.live.compound import Compound, Nearby, found, nearby
from tests.live.process import Linli


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here starts processes."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def words(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a warm cache of jieba's dictionary."""
    folder = tmp_path_factory.mktemp("words")
    Segmenter(folder)
    return folder


@pytest.fixture
def server() -> Iterator[Nearby]:
    """A stand-in server."""
    with nearby() as server:
        yield server


Make = Callable[..., Compound]


@pytest.fixture
def make(tmp_path: Path, server: Nearby, words: Path) -> Make:
    """``make(groups=3)`` writes a compound's files."""
    return lambda **chosen: found(tmp_path / "linli", server, words, **chosen)


AUNT, UNCLE = 1001, 1002
"""Two residents: 张阿姨, 李大爷."""


@pytest.fixture
def compound(make: Make) -> Compound:
    """A compound with one owners' group, everybody on the roster bound, and two residents."""
    compound = make()
    compound.bind()
    compound.server.do("person", number=AUNT, first_name="张阿姨")
    compound.server.do("person", number=UNCLE, first_name="李大爷")
    return compound


@pytest.fixture(autouse=True)
def _secret(tmp_path: Path) -> Iterator[None]:
    """Whatever a test does: the token stands in no file but the configuration, nor in any output."""
    yield
    files = [path for path in tmp_path.rglob("*") if path.is_file() and path.name != "config.toml"]
    secret = b"AAstand-in-token-of-no-real-bot"
    assert not [path.name for path in files if secret in path.read_bytes()]


Run = Callable[..., Linli]


@pytest.fixture
def run(compound: Compound) -> Iterator[Run]:
    """``run("--shortest", "0.1")`` starts the compound's bot; it is killed at the end, if it still runs."""
    started: list[Linli] = []

    def start(*options: str, name: str = "linli") -> Linli:
        bot = Linli(compound.config, *options, name=name)
        started.append(bot)
        return bot.start()

    yield start
    for bot in started:
        print(bot.output[-4000:])
        bot.kill()
