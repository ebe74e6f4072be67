"""Where words begin and end. The only file that knows jieba."""

from __future__ import annotations

import logging
import marshal
import math
import re
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from importlib import resources
from pathlib import Path

import jieba

# jieba reports every start of its dictionary on its own logger, at a level that reaches the terminal.
_QUIET = logging.WARNING
_CACHE = "words.cache"


_PHRASES = ("又坏了", "又会到", "又会在", "又会有")
"""Entries of jieba's dictionary that are no words, and hide that something happens again."""
_PARTICLE = re.compile("[吗嘛吧呢啊呀]")
_BLOCK = re.compile(r"[\u4E00-\u9FD5a-zA-Z0-9+#&._%\-]+")
"""What jieba looks for words in; every other character stands alone."""
_LATIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")


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
        for phrase in _PHRASES:
            self._tokenizer.del_word(phrase)

    def words(self, text: str) -> list[str]:
        """The text cut into words, nothing lost."""
        return list(self._tokenizer.cut(text, HMM=False))

    def edges(self, text: str, around: Iterable[int] | None = None) -> AbstractSet[int]:
        """The positions where a word begins or ends, as ``words`` cuts, without making the words.

        With ``around`` only the stretches that hold one of these positions are cut; elsewhere any position may be one.
        """
        found = set(range(len(text) + 1))
        asked = None if around is None else set(around)
        for block in _BLOCK.finditer(text):
            start, end = block.span()
            if end - start > 1 and (asked is None or not asked.isdisjoint(range(start, end))):
                self._join(text, start, end, found)
        # Between stretches every sign is a word of its own, but for a line's end.
        at = text.find("\r\n")
        while at >= 0:
            found.discard(at + 1)
            at = text.find("\r\n", at + 2)
        # jieba's dictionary has whole phrases such as 好了吗, but the particle is what makes the question.
        found.update(match.start() for match in _PARTICLE.finditer(text) if match.end() in found)
        return found

    def _join(self, text: str, start: int, end: int, found: set[int]) -> None:
        """Take the positions inside words out of ``found``: jieba's likeliest way through one stretch of text.

        The same sums in the same order as ``Tokenizer.calc``, in one pass and without a graph: twice as fast.
        """
        frequency, log = self._tokenizer.FREQ.get, math.log
        total = log(self._tokenizer.total)
        block, length = text[start:end], end - start
        best = [0.0] * (length + 1)
        ends = [0] * length
        for first in range(length - 1, -1, -1):
            top, last, after = -math.inf, 0, first + 1
            often = frequency(block[first])
            while often is not None:
                if often:
                    score = log(often) - total + best[after]
                    if score >= top:
                        top, last = score, after
                if after == length:
                    break
                after += 1
                often = frequency(block[first:after])
            if not last:
                top, last = -total + best[first + 1], first + 1
            best[first], ends[first] = top, last
        position = 0
        while position < length:
            last = ends[position]
            if last == position + 1 and block[position] in _LATIN:
                # Single letters and digits in a row are one word.
                while last < length and ends[last] == last + 1 and block[last] in _LATIN:
                    last += 1
            if last > position + 1:
                found.difference_update(range(start + position + 1, start + last))
            position = last


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
