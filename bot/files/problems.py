"""What is wrong with a file that people wrote, said so that they can mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches

from bot.texts import Texts


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend: in which file, at which key or row, what is wrong and what to do."""

    file: str
    key: str
    what: str
    remedy: str
    warning: bool = False
    """True where Linli can run all the same."""

    def __str__(self) -> str:
        where = f"{self.file} · {self.key}" if self.key else self.file
        return f"{where}：{self.what}{self.remedy}"


class BadFiles(Exception):
    """Files that cannot be used, with every problem found in them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def tell(texts: Texts, file: str, place: str, kind: str, /, **values: object) -> Problem:
    """A problem in the catalogue's words: ``<kind>.what`` and ``<kind>.remedy``, filled with ``values``."""
    return Problem(file, place, texts(f"{kind}.what", **values), texts(f"{kind}.remedy", **values))


def warn(texts: Texts, file: str, place: str, kind: str, /, **values: object) -> Problem:
    """As ``tell``, for what is odd but no obstacle."""
    return replace(tell(texts, file, place, kind, **values), warning=True)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant, if one is near."""
    found = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return found[0] if found else None


def shown(value: object, limit: int = 40) -> str:
    """A value as it may be shown on a terminal: one line, nothing unprintable, not endless."""
    text = "".join(" " if ch.isspace() else ch for ch in str(value) if ch.isspace() or ch.isprintable())
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
