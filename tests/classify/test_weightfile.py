"""Weights are the same after they have been written and read."""

from __future__ import annotations

from bot.classify.characters import Characters, packed
from bot.classify.choice import Choice
from bot.classify.danger import Signs
from bot.classify.weightfile import characters_written, load_weights, read, written
from bot.classify.weights import Weights


def test_what_ships_survives_writing_and_reading() -> None:
    shipped = load_weights()
    assert shipped.of
    assert all((shipped.danger, shipped.names, shipped.topics, shipped.severities, shipped.characters))
    assert _again(shipped) == shipped


def test_odd_keys_and_absent_parts_survive_too() -> None:
    odd = Weights(
        (-1.0, 0.5, 0.0),
        {'="好"\\': (1.0, 0.0, -0.25), "<问>+@坏": (0.1, 0.2, 0.3)},
        Signs(-2.0, {"@险血": 1.25}),
        Choice({"急 病": 0.0, "起火": 1.5}, {'="火"': {"起火": 2.0}}, {"火": {"起火": 2.0, "急 病": -0.5}}),
        characters=Characters(
            {" ": packed((0, 1, -1, 0)), '"\u2028#': packed((-300, 0, 0, 9)), "漏水": packed((1, 2, 3, 4))}
        ),
    )
    assert _again(odd) == odd
    bare = Weights((0.0, 0.0, 0.0), {})
    assert _again(bare) == bare


def _again(weights: Weights) -> Weights:
    return read(written(weights, {}, "again"), characters_written(weights))
