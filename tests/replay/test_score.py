"""Promise: the figures are what their definitions say."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.replay.score import added, score
from tests.replay.conftest import Write

LIFT = "3栋电梯坏了，已经停了两天"


def _label(kind: str, act: str, matter: str | None) -> dict[str, object]:
    return {"kind": kind, "act": act, "matter": matter, "topic": "电梯" if matter else None}


def test_matters_pairs_and_false_pings_are_counted(write: Write) -> None:
    report = score(
        write(
            (0, "张阿姨", LIFT, _label("complaint", "new", "m1")),
            (1, "李叔", "我家也是", _label("complaint", "join", "m1")),
            (30, "钱大爷", "今天菜场的草莓便宜", _label("chatter", "none", None)),
            (90, "赵姐", "5栋楼道垃圾没人清理，臭死了", _label("chatter", "none", None)),
            (180, "孙姐", "今天天气真好", _label("complaint", "new", "m2")),
        )
    )

    assert str(report.matters) == "0.500 (1/2)"
    assert str(report.no_matter) == "0.500 (1/2)"
    assert (report.together.both, report.together.on_ticket, report.together.of_matter) == (1, 1, 1)
    assert report.false_pings == 1
    assert report.groups_days == 1


def test_messages_of_different_groups_are_never_a_pair(write: Write) -> None:
    one = score(write((0, "张阿姨", LIFT, _label("complaint", "new", "m1"))))

    both = added([one, one])

    assert both.together.of_matter == 0
    assert both.groups_days == 2
    assert str(both.matters) == "1.000 (2/2)"


DAYS = Path(__file__).parents[1] / "data" / "days"


@pytest.mark.parametrize("name", ["handover", "market_street"])
def test_a_day_that_nobody_read_is_understood_well_enough_to_be_of_use(name: str) -> None:
    """What the bars of docs/accuracy.md leave for a single day; the figures of all days stand there."""
    report = score(DAYS / f"{name}.jsonl")

    assert report.matters.value >= 0.9
    assert report.no_matter.value <= 0.2
    assert report.false_pings <= 2
    assert report.together.f1 >= 0.5
