"""Labelled lines: what weights are fitted to and accuracy is measured with."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.domain.verdicts import Kind, Severity

_LETTER = 150
"""Characters: what is longer was not written in a hurry."""
_BEGINNING = re.compile(r"(?<=[。!?！？;；])")


@dataclass(frozen=True, slots=True)
class Line:
    """One labelled message."""

    text: str
    kind: Kind
    alt: Kind | None
    """A second kind that a careful reader could defend."""
    topic: str | None
    place: dict[str, Any] | None
    """As ``Place.to_json``, where the file says it that way."""
    stated: bool | None
    """Whether the message names a place, where the file says so."""
    source: str
    doubt: bool
    half: str | None
    """"fit" or "held", where the file is halved."""
    staff: bool
    severity: Severity | None
    """Where the file says so."""


@dataclass(frozen=True, slots=True)
class Sign:
    """A message of which is known whether somebody is in danger of life or limb."""

    text: str
    grave: bool
    half: str | None
    danger: str | None = None
    """Which danger, where the file says so."""
    count: float = 1.0
    """What it counts in learning."""


def read_signs(path: Path) -> Iterator[Sign]:
    """Every line of a JSONL file that says so: by ``emergency``, or by its label and severity."""
    with path.open(encoding="utf-8") as file:
        rows = [json.loads(row) for row in file if row.strip()]
    for row in rows:
        told = "emergency" in row or "severity" in row or not (row.get("urgent") or row.get("urgency"))
        # A letter tells at length of dangers that nobody is in now.
        if told and not row.get("doubt") and len(row["text"]) <= _LETTER:
            grave = bool(row.get("emergency")) or row.get("severity") == "emergency"
            yield Sign(row["text"], grave, row.get("half"), row.get("danger"))


def read_lines(path: Path) -> Iterator[Line]:
    """The labelled lines of a JSONL file; of a chat history only what opens a matter, and what opens none."""
    with path.open(encoding="utf-8") as file:
        rows = [json.loads(row) for row in file if row.strip()]
    # A file that names places of some lines says of the others that they name none.
    places = any(row.get("building") for row in rows) or any("half" in row for row in rows)
    for row in rows:
        line = _line(row, path.stem, places)
        if line is not None:
            yield line


def _line(row: dict[str, Any], stem: str, places: bool) -> Line | None:
    label = row.get("label") or row.get("kind")
    if label is None or row.get("act", "new") not in ("new", "none"):
        return None
    place = row.get("place")
    own_place = place if isinstance(place, dict) and "zone" not in place else None
    stated = bool(row.get("building") or own_place) if places else None
    severity = row.get("severity")
    return Line(
        text=row["text"],
        kind=Kind(label),
        alt=Kind(row["alt"]) if row.get("alt") else None,
        topic=row.get("topic") or None,
        place=own_place,
        stated=stated,
        source=row.get("source") or stem,
        doubt=bool(row.get("doubt")),
        half=row.get("half"),
        staff=row.get("role") in ("staff", "committee"),
        severity=Severity(severity) if severity else None,
    )


def beginning(text: str, at_least: int = 25, at_most: int = 70) -> str:
    """The first sentences of a long letter, about as long as a chat message."""
    if len(text) <= at_most:
        return text
    start = ""
    for sentence in _BEGINNING.split(text):
        start += sentence
        if len(start) >= at_least:
            break
    return start[:at_most]
