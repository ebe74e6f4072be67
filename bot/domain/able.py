"""What a messenger offers: what may be shown there, and what must be said in words instead."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Able:
    """What a platform offers."""

    buttons: bool
    edits: bool
    reactions: bool
    text_limit: int
    """Characters in one message, counted as UTF-16 units."""
    repeats: bool = True
    """Whether what may have arrived already is sent again: better twice than never."""


EVERYTHING = Able(buttons=True, edits=True, reactions=True, text_limit=4096)


def all_able(_platform: str) -> Able:
    """Of a platform that nobody knows nothing is missing."""
    return EVERYTHING
