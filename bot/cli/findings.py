"""One line of ``linli check``: what was found, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.files.problems import Problem
from bot.texts import Texts

TROUBLE, WRONG_FILES = 1, 2
"""Exit codes: something that is not in order now, files that cannot be used."""


class Mark(StrEnum):
    """How a line begins."""

    FINE = "✓"
    WRONG = "✗"
    ODD = "!"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, with the remedy where there is something to mend."""

    mark: Mark
    what: str
    remedy: str = ""
    code: int = 0
    """The exit code it stands for; 0 unless wrong."""

    def __str__(self) -> str:
        return f"{self.mark} {self.what}" + (f" → {self.remedy}" if self.remedy else "")


@dataclass(frozen=True, slots=True)
class Findings:
    """Makes findings in the catalogue's words: ``[check]`` has ``key``, or ``key.what`` and ``key.remedy``."""

    texts: Texts

    def fine(self, key: str, **values: object) -> Finding:
        """All is well."""
        return Finding(Mark.FINE, self.texts(f"check.{key}", **values))

    def odd(self, key: str, **values: object) -> Finding:
        """No obstacle, but somebody should look."""
        return Finding(Mark.ODD, *self._both(key, values))

    def wrong(self, key: str, **values: object) -> Finding:
        """An obstacle that lies outside of the files."""
        return Finding(Mark.WRONG, *self._both(key, values), TROUBLE)

    def _both(self, key: str, values: dict[str, object]) -> tuple[str, str]:
        return self.texts(f"check.{key}.what", **values), self.texts(f"check.{key}.remedy", **values)


def of_problem(problem: Problem) -> Finding:
    """A problem of a file that people wrote."""
    where = f"{problem.file} · {problem.key}" if problem.key else problem.file
    what = f"{where}：{problem.what}".removesuffix("。")
    if problem.warning:
        return Finding(Mark.ODD, what, problem.remedy)
    return Finding(Mark.WRONG, what, problem.remedy, WRONG_FILES)
