"""Where words begin and end. The only file that knows jieba."""

from __future__ import annotations

import logging
import marshal
from collections.abc import Iterable
from importlib import resources
from pathlib import Path

import jieba

# jieba reports every start of its dictionary on its own logger, at a level that reaches the terminal.
_QUIET = logging.WARNING
_CACHE = "words.cache"


_PARTICLES = frozenset("吗嘛吧呢啊呀")


class Segmenter:
    """One tokenizer of our own, with the field's words; its cache lies in ``cache_dir`` (mode 0700)."""

    def __init__(self, cache_dir: Path) -> None:
        cache_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        jieba.setLogLevel(_QUIET)
        self._tokenizer = jieba.Tokenizer()
        # jieba unmarshals whatever lies at the cache's place: nobody else may be able to write there.
        self._tokenizer.tmp_dir = str(cache_dir)
        self._tokenizer.cache_file = _CACHE
        if not _warm(self._tokenizer, cache_dir / _CACHE):
            self._tokenizer.initialize()
        for word in field_words():
            self._tokenizer.add_word(word)

    def words(self, text: str) -> list[str]:
        """The text cut into words, nothing lost."""
        return list(self._tokenizer.cut(text, HMM=False))

    def edges(self, text: str) -> frozenset[int]:
        """The positions where a word begins or ends."""
        position = 0
        found = {0}
        for word in self._tokenizer.cut(text, HMM=False):
            position += len(word)
            found.add(position)
            # jieba's dictionary has whole phrases such as 好了吗, but the particle is what makes the question.
            if word[-1] in _PARTICLES:
                found.add(position - 1)
        return frozenset(found)


def _warm(tokenizer: jieba.Tokenizer, cache: Path) -> bool:
    """Read jieba's cache; False where there is none that is whole, so that jieba makes one.

    jieba reads it from the open file, piece by piece, which takes three times as long, and believes all of it.
    """
    try:
        words, total = marshal.loads(cache.read_bytes())  # noqa: S302  # only its owner can write there
    except (OSError, EOFError, ValueError, TypeError):
        return False
    if not isinstance(words, dict) or not isinstance(total, int):
        cache.unlink()
        return False
    tokenizer.FREQ, tokenizer.total, tokenizer.initialized = words, total, True
    return True


def field_words() -> Iterable[str]:
    """The words of the field that jieba's own dictionary lacks, from ``bot/data/words.txt``."""
    source = resources.files("bot") / "data" / "words.txt"
    for line in source.read_text(encoding="utf-8").splitlines():
        word = line.partition("#")[0].strip()
        if word:
            yield word
