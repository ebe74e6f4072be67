"""A bar chart as values: what it shows, not how it looks. It is drawn at the edge."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: ``value`` of a hundred, None where there is nothing to show yet."""

    value: int | None
    label: str
    """What stands at its end; Latin letters, digits and signs only."""


@dataclass(frozen=True, slots=True)
class BarRow:
    """Bars that belong together, the first on top; the same place in every row means the same."""

    label: str
    """Latin letters, digits and signs only: no Chinese font need be there."""
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of shares of a hundred."""

    title: str
    """Latin letters, digits and signs only."""
    rows: tuple[BarRow, ...]
