"""The rules in force: what ships in ``bot/data/rules.toml`` and a compound's own file."""

from __future__ import annotations

from pathlib import Path

from bot.classify.rulefile import Problems, assemble, read_own, read_shipped
from bot.classify.rules import Danger, Rule, Rulebook, Topic, Words
from bot.texts import load_texts

__all__ = ["Danger", "Rule", "Rulebook", "RulebookError", "Topic", "Words", "load_rulebook"]


class RulebookError(Exception):
    """A rules file is refused; ``problems`` holds every reason, with file, line and remedy."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def load_rulebook(own: Path | None = None) -> Rulebook:
    """The rules that come with Linli and, where given, the compound's own file on top of them.

    The own file may add words to a group, rules, spots and rewrites; what ships stays as it is.
    Raises RulebookError with every problem at once.
    """
    problems = Problems(load_texts())
    sources = [read_shipped()]
    if own is not None:
        source = read_own(own, problems)
        if source is not None:
            sources.append(source)
    book = assemble(sources, problems)
    if problems.found:
        raise RulebookError(tuple(problems.found))
    return book
