"""How well a replay does on a labelled history: matters found, tickets that are none, what lies together, false pings."""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.replay.compound import default_files
from bot.replay.play import Act, Outcome, play
from bot.replay.reading import read_history

_ZONE = ZoneInfo("Asia/Shanghai")
_TOLD = frozenset({Act.NEW, Act.JOIN, Act.DETAIL})


@dataclass(frozen=True, slots=True)
class Label:
    """What people said of one message."""

    kind: str
    act: str
    matter: str | None
    topic: str | None
    building: str | None
    """The building that the message itself names."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One message, played and labelled."""

    outcome: Outcome
    label: Label


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        """Between 0 and 1; 1 where there is nothing to hit."""
        return self.hits / self.of if self.of else 1.0

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.hits}/{self.of})"


@dataclass(frozen=True, slots=True)
class Together:
    """Pairs of messages: on one ticket, of one matter, both."""

    both: int
    on_ticket: int
    of_matter: int

    @property
    def f1(self) -> float:
        """2 × both ÷ (on one ticket + of one matter)."""
        total = self.on_ticket + self.of_matter
        return 2 * self.both / total if total else 1.0

    def __str__(self) -> str:
        return f"{self.f1:.3f} ({self.both}; {self.on_ticket} on a ticket, {self.of_matter} of a matter)"


@dataclass(frozen=True, slots=True)
class Report:
    """All figures of one or several histories."""

    groups_days: int
    matters: Share
    """Matters of which at least one message is on a ticket."""
    no_matter: Share
    """Tickets on which no message is that has a matter."""
    together: Together
    """Over every message that is on a ticket or of a matter."""
    reports: Together
    """The same over what people report only: new, join, detail, in the labels and in the result."""
    false_pings: int
    """Roles rung by messages on tickets that are no matter; the ladder, which climbs later, is not counted."""
    acts: Share
    kinds: Share
    topics: Share
    """Of the messages labelled new, join or detail that are on a ticket."""
    confusion: Counter[tuple[str, str]]
    pairs: tuple[Pair, ...]

    @property
    def false_pings_a_day(self) -> float:
        """For each group and day."""
        return self.false_pings / self.groups_days if self.groups_days else 0.0

    def to_json(self) -> dict[str, object]:
        """The figures without the messages."""
        return {
            "messages": len(self.pairs),
            "groups_days": self.groups_days,
            "matters_found": self.matters.value,
            "tickets_no_matter": self.no_matter.value,
            "pairwise_f1": self.together.f1,
            "pairwise_f1_reports": self.reports.f1,
            "false_pings_a_day": self.false_pings_a_day,
            "act": self.acts.value,
            "kind": self.kinds.value,
            "topic": self.topics.value,
        }

    def to_text(self) -> str:
        """The figures for a terminal."""
        return "\n".join(
            [
                f"messages                  {len(self.pairs)} in {self.groups_days} group days",
                f"matters found             {self.matters}",
                f"tickets that are no matter {self.no_matter}",
                f"pairwise F1               {self.together}",
                f"pairwise F1, reports only {self.reports}",
                f"false pings a day         {self.false_pings_a_day:.2f}",
                f"act / kind / topic        {self.acts} / {self.kinds} / {self.topics}",
            ]
        )


def score(path: Path, cache: Path | None = None) -> Report:
    """Play a labelled JSONL history without a configuration and judge it. Raises BadHistory, OSError."""
    with tempfile.TemporaryDirectory(prefix="linli-replay-") as name:
        folder = Path(name)
        history = read_history(path, _ZONE, datetime(2000, 1, 1, tzinfo=UTC).date())
        played = play(history, default_files(cache or folder, folder, history))
    labels = _labels(path)
    return judged([Pair(o, labels[str(o.said.id)]) for o in played.outcomes if str(o.said.id) in labels])


def _labels(path: Path) -> dict[str, Label]:
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8-sig").splitlines() if line.strip())
    return {str(row["id"]): _label(row) for row in rows if row.get("kind")}


def _label(row: dict[str, Any]) -> Label:
    place = row.get("place") or {}
    named = None if place.get("from_context") else place.get("building")
    return Label(row["kind"], row.get("act") or "none", row.get("matter"), row.get("topic"), named)


def judged(pairs: Sequence[Pair]) -> Report:
    """The figures of one played history."""
    on_ticket: dict[int, list[Pair]] = {}
    for pair in pairs:
        if pair.outcome.ticket is not None:
            on_ticket.setdefault(pair.outcome.ticket, []).append(pair)
    matters = {pair.label.matter for pair in pairs if pair.label.matter}
    found = {p.label.matter for some in on_ticket.values() for p in some if p.label.matter}
    empty = {number for number, some in on_ticket.items() if not any(p.label.matter for p in some)}
    reported = [p for p in pairs if p.label.act in _TOLD and p.outcome.ticket is not None]
    return Report(
        groups_days=len({pair.outcome.said.at.date() for pair in pairs}),
        matters=Share(len(found), len(matters)),
        no_matter=Share(len(empty), len(on_ticket)),
        together=_together((p.outcome.ticket, p.label.matter) for p in pairs),
        reports=_together(
            (
                p.outcome.ticket if p.outcome.act in _TOLD else None,
                p.label.matter if p.label.act in _TOLD else None,
            )
            for p in pairs
        ),
        false_pings=sum(len(p.outcome.pinged) for number in empty for p in on_ticket[number]),
        acts=Share(sum(p.outcome.act.value == p.label.act for p in pairs), len(pairs)),
        kinds=Share(sum(p.outcome.kind.value == p.label.kind for p in pairs), len(pairs)),
        topics=Share(sum(p.outcome.topic == p.label.topic for p in reported), len(reported)),
        confusion=Counter((p.label.act, p.outcome.act.value) for p in pairs),
        pairs=tuple(pairs),
    )


def added(reports: Sequence[Report]) -> Report:
    """Several histories as one; messages of different groups are never a pair."""
    return Report(
        groups_days=sum(r.groups_days for r in reports),
        matters=_sum(r.matters for r in reports),
        no_matter=_sum(r.no_matter for r in reports),
        together=_all_together(r.together for r in reports),
        reports=_all_together(r.reports for r in reports),
        false_pings=sum(r.false_pings for r in reports),
        acts=_sum(r.acts for r in reports),
        kinds=_sum(r.kinds for r in reports),
        topics=_sum(r.topics for r in reports),
        confusion=sum((r.confusion for r in reports), Counter()),
        pairs=tuple(pair for r in reports for pair in r.pairs),
    )


def _sum(shares: Iterable[Share]) -> Share:
    known = list(shares)
    return Share(sum(s.hits for s in known), sum(s.of for s in known))


def _all_together(parts: Iterable[Together]) -> Together:
    known = list(parts)
    return Together(
        sum(t.both for t in known), sum(t.on_ticket for t in known), sum(t.of_matter for t in known)
    )


def _together(labelled: Iterable[tuple[Hashable, Hashable]]) -> Together:
    """Pairs of messages, counted by how many lie in each ticket, each matter, and each meeting of both."""
    rows = list(labelled)
    on_ticket = Counter(ticket for ticket, _ in rows if ticket is not None)
    of_matter = Counter(matter for _, matter in rows if matter is not None)
    both = Counter(row for row in rows if row[0] is not None and row[1] is not None)
    return Together(_pairs(both), _pairs(on_ticket), _pairs(of_matter))


def _pairs(counts: Counter[Any]) -> int:
    return sum(count * (count - 1) // 2 for count in counts.values())


def main(arguments: Sequence[str]) -> None:
    """Print the figures of each file and of all together; ``--errors`` adds every message that went wrong."""
    paths = [Path(argument) for argument in arguments if not argument.startswith("--")]
    reports = [score(path) for path in paths]
    for path, report in zip(paths, reports, strict=True):
        print(f"== {path.stem}\n{report.to_text()}")  # noqa: T201  # a tool for the terminal
        if "--errors" in arguments:
            for pair in report.pairs:
                print(_line(pair))  # noqa: T201
    print(f"== all\n{added(reports).to_text()}")  # noqa: T201


def _line(pair: Pair) -> str:
    said, label, got = pair.outcome.said, pair.label, pair.outcome
    wrong = "  " if got.act.value == label.act else "✗ "
    text = said.text.replace("\n", "⏎")[:60]
    return (
        f"{wrong}{said.id} {said.at:%H:%M} {said.speaker[:8]}|{text}| {label.matter or '-'} {label.kind}/{label.act}"
        f"/{label.topic or '-'} → #{got.ticket or '-'} {got.kind.value}/{got.act.value}/{got.topic or '-'}"
        f" {'!' if got.pinged else ''}"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
