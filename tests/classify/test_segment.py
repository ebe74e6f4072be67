"""jieba behind our own door: the same words from a warm cache, a missing one and a broken one."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

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


@pytest.fixture(scope="module")
def segmenter(tmp_path_factory: pytest.TempPathFactory) -> Segmenter:
    return Segmenter(tmp_path_factory.mktemp("edges"))


def _borders(words: list[str]) -> set[int]:
    """Where jieba's words end; a particle at the end is a word of its own."""
    found, position = {0}, 0
    for word in words:
        position += len(word)
        found |= {position, position - 1} if word[-1] in "吗嘛吧呢啊呀" else {position}
    return found


_TALK = st.text(
    alphabet="电梯又坏了三栋没水好吗物业不管停车位楼上漏水啦今天晚上abz09.+#-_% ,。!\n𠀀😀é", max_size=60
)


@example("\r\n\r\n电梯")
@given(_TALK | st.text(max_size=60))
def test_words_begin_and_end_where_jieba_says(segmenter: Segmenter, text: str) -> None:
    assert segmenter.edges(text) == _borders(segmenter.words(text))


@given(_TALK, st.sets(st.integers(0, 59), max_size=3))
def test_around_a_place_the_same_as_everywhere(segmenter: Segmenter, text: str, around: set[int]) -> None:
    near = {at for at in around if at < len(text)}
    whole, part = segmenter.edges(text), segmenter.edges(text, near)
    assert whole <= part
    for at in near:
        assert (at in whole) == (at in part)
