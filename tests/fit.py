"""Fits the weights that ship, as docs/accuracy.md tells: ``python -m tests.fit FOLDER [OUT]``.

FOLDER holds the public text, which is no part of this project; the lines of the project's own are here.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from bot.classify.fit import Share, fit, written
from bot.classify.rulebook import load_rulebook

OWN = Path(__file__).parent / "data"
SHIPPED = Path(__file__).parents[1] / "bot" / "data" / "weights.toml"
_LESS = {
    "lessons.jsonl": (0.5, 1.0),
    "chatter.jsonl": (0.3, 1.0),
    "matters.jsonl": (0.25, 0.3),
    "everyday.jsonl": (0.3, 1.0),
    "plain.jsonl": (0.4, 1.0),
    "manners.jsonl": (0.4, 1.0),
    "midtalk.jsonl": (0.3, 1.0),
    "posted.jsonl": (0.3, 1.0),
    "sour.jsonl": (0.2, 1.0),
}
"""What was written to learn from, in the tone of whoever wrote it, counts less: for the kinds, and for danger."""
CAUTION = 0.3
"""Chosen on the chart of false alarms against F1."""


def shares(folder: Path) -> list[Share]:
    """Every file that is learnt from, and what one of its lines counts."""
    return [
        Share(folder / "group_dev.jsonl"),
        Share(folder / "group_extra_dev.jsonl"),
        *(Share(path) for path in sorted(OWN.glob("*.jsonl")) if path.name not in _LESS),
        *(Share(path, 0.7) for path in sorted(folder.glob("history_dev_*.jsonl"))),
        *(Share(path, 0.7, 2.0) for path in sorted((OWN / "days").glob("*.jsonl"))),
        *(Share(OWN / name, *counts) for name, counts in _LESS.items()),
        Share(folder / "chatter_dev.jsonl", 0.3),
        Share(folder / "board_dev.jsonl", 0.15),
    ]


def main(folder: Path, out: Path = SHIPPED) -> None:
    """Write the weights, and say from how much."""
    with tempfile.TemporaryDirectory() as cache:
        fitted = fit(shares(folder), load_rulebook(), cache_dir=Path(cache), caution=CAUTION)
    for target, text in written(fitted, out).items():
        target.write_text(text, encoding="utf-8")
    weights = fitted.weights
    print(f"{len(weights.characters.of)} stretches of characters")
    print(f"{fitted.lines} lines, {fitted.left_out} left out, {len(weights.of)} weights for kinds")
    print(f"{len(weights.danger.of)} signs of danger, bias {weights.danger.bias}")
    print(f"{len(weights.topics.of)} signs of topics, {len(weights.severities.of)} of severities")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))
