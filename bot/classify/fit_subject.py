"""Learns from labelled lines what a matter is about and how grave it is."""

from __future__ import annotations

from collections.abc import Sequence

from bot.classify.choice import Choice
from bot.classify.findings import Traits
from bot.classify.fit_choice import Named, fit_choice
from bot.classify.labelled import Line
from bot.classify.linear import columns
from bot.domain.verdicts import Kind, Severity

_FEWEST = 100
"""Lines without which nothing is learnt."""


def fit_topics(lines: Sequence[Line], traits: Sequence[Traits]) -> Choice:
    """How much all evidence, and what the rules say of the topic, speaks for each topic."""
    return _learnt(
        [
            Named(line.topic, found.topic.evidence, found.topic.text)
            for line, found in zip(lines, traits, strict=True)
            if line.topic is not None and line.kind is not Kind.CHATTER
        ],
        shrink=1.0,
        least=0.1,
        spelt=True,
    )


def fit_severities(lines: Sequence[Line], traits: Sequence[Traits]) -> Choice:
    """The same for how grave a complaint is in which nobody is in danger: that is told by the signs of danger.

    Stretches of characters were tried as a second opinion and found fewer of the grave ones.
    """
    return _learnt(
        [
            Named(severity.value, found.severity, found.text)
            for line, found in zip(lines, traits, strict=True)
            if line.kind is Kind.COMPLAINT and (severity := line.severity) not in (None, Severity.EMERGENCY)
        ],
        shrink=0.5,
        least=0.1,
    )


def _learnt(rows: Sequence[Named], *, shrink: float, least: float, spelt: bool = False) -> Choice:
    if len(rows) < _FEWEST:
        return Choice()
    return fit_choice(rows, columns(row.keys for row in rows), shrink=shrink, least=least, spelt=spelt)
