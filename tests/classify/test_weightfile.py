"""Weights are the same after they have been written and read."""

from __future__ import annotations

from bot.classify.choice import Choice
from bot.classify.danger import Signs
from bot.classify.weightfile import load_weights, read, written
from bot.classify.weights import Weights


def test_what_ships_survives_writing_and_reading() -> None:
    shipped = load_weights()
    assert shipped.of
    assert all((shipped.danger, shipped.names, shipped.topics, shipped.severities))
    assert read(written(shipped, {}, "again")) == shipped


def test_odd_keys_and_absent_parts_survive_too() -> None:
    odd = Weights(
        (-1.0, 0.5, 0.0),
        {'="好"\\': (1.0, 0.0, -0.25), "<问>+@坏": (0.1, 0.2, 0.3), "~漏": (0.5, 0.0, -0.05)},
        Signs(-2.0, {"@险血": 1.25, "~血": -0.5}),
        Choice({"急病": 0.0, "起火": 1.5}, {'="火"': {"起火": 2.0}}),
    )
    assert read(written(odd, {}, "odd")) == odd
    bare = Weights((0.0, 0.0, 0.0), {})
    assert read(written(bare, {}, "bare")) == bare
