"""jieba behind our own door: the same words from a warm cache, a missing one and a broken one."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.classify.segment import Segmenter

LINE = "3栋2单元电梯又停了，物业来人看看"


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A whole cache, as jieba writes it."""
    folder = tmp_path_factory.mktemp("words")
    Segmenter(folder)
    return (folder / "words.cache").read_bytes()


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The line's words, cut without any cache."""
    return Segmenter(tmp_path_factory.mktemp("cold")).words(LINE)


def test_a_warm_cache_cuts_the_same_words(tmp_path: Path, cache: bytes, words: list[str]) -> None:
    (tmp_path / "words.cache").write_bytes(cache)
    assert Segmenter(tmp_path).words(LINE) == words


@pytest.mark.parametrize(
    "damaged",
    [
        pytest.param(b"", id="empty"),
        pytest.param(None, id="cut off"),
        pytest.param(b"(\x02\x00\x00\x00i\x01\x00\x00\x00i\x01\x00\x00\x00", id="something else"),
    ],
)
def test_a_damaged_cache_is_made_anew(
    tmp_path: Path, cache: bytes, words: list[str], damaged: bytes | None
) -> None:
    (tmp_path / "words.cache").write_bytes(cache[: len(cache) // 2] if damaged is None else damaged)
    assert Segmenter(tmp_path).words(LINE) == words
    assert (tmp_path / "words.cache").read_bytes() == cache
