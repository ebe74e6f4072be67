"""Learns from labelled lines what a matter is about and how grave it is."""

from __future__ import annotations

from collections.abc import Sequence

from bot.classify.choice import Choice
from bot.classify.findings import Traits
from bot.classify.labelled import Line
from bot.classify.linear import choice, columns
from bot.domain.verdicts import Kind, Severity

_FEWEST = 100
"""Lines without which nothing is learnt."""


def fit_topics(lines: Sequence[Line], traits: Sequence[Traits]) -> Choice:
    """How much all evidence, and what the rules say of the topic, speaks for each topic."""
    return _learnt(
        [
            (line.topic, found.topic)
            for line, found in zip(lines, traits, strict=True)
            if line.topic is not None and line.kind is not Kind.CHATTER
        ],
        shrink=1.0,
        least=0.2,
    )


def fit_severities(lines: Sequence[Line], traits: Sequence[Traits]) -> Choice:
    """The same for how grave a complaint is in which nobody is in danger: that is told by the signs of danger."""
    return _learnt(
        [
            (severity.value, found.severity)
            for line, found in zip(lines, traits, strict=True)
            if line.kind is Kind.COMPLAINT and (severity := line.severity) not in (None, Severity.EMERGENCY)
        ],
        shrink=0.5,
        least=0.1,
    )


def _learnt(rows: Sequence[tuple[str, list[str]]], *, shrink: float, least: float) -> Choice:
    if len(rows) < _FEWEST:
        return Choice()
    keys = [found for _, found in rows]
    return choice(keys, [name for name, _ in rows], columns(keys), shrink=shrink, least=least)
