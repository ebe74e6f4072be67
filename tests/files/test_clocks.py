"""The tables of the clocks: what they promise by default, and how a bad entry is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.people import Role
from bot.domain.sla import Count
from bot.domain.terms import Promise
from bot.domain.verdicts import Severity
from bot.files.clocks import terms_of
from bot.files.config import BadFiles, config_from
from tests.files.test_config import HERE, values

MINUTE = timedelta(minutes=1)


def promise(severity: Severity, topic: str = "卫生", role: Role = Role.CLEANER, **tables: Any) -> Promise:
    config = config_from(values(**tables), HERE)
    return terms_of(config.hours, config.promises, config.clocks).of(severity, topic, role)


@pytest.mark.parametrize(
    ("severity", "solve", "plan"),
    [
        (Severity.ORDINARY, 30 * MINUTE, None),
        (Severity.MAJOR, 240 * MINUTE, None),
        (Severity.COMPLEX, None, timedelta(days=1)),
        (Severity.EMERGENCY, 30 * MINUTE, None),
    ],
)
def test_5341_is_the_default(severity: Severity, solve: timedelta | None, plan: timedelta | None) -> None:
    found = promise(severity)

    assert (found.solve, found.plan) == (solve, plan)


def test_property_repair_is_on_site_five_minutes_after_accepting_and_others_are_not_held_to_it() -> None:
    assert promise(Severity.ORDINARY, role=Role.REPAIR).arrive == 5 * MINUTE
    assert promise(Severity.ORDINARY).arrive is None


def test_the_propertys_office_works_by_the_calendar_an_emergency_never_waits() -> None:
    assert promise(Severity.ORDINARY, role=Role.MANAGER).work is Count.OFFICE
    assert promise(Severity.ORDINARY, role=Role.MANAGER).heard is Count.WAKING
    assert promise(Severity.EMERGENCY, role=Role.MANAGER).work is Count.ALWAYS
    assert promise(Severity.ORDINARY, role=Role.MANAGER, hours={"office_roles": []}).work is Count.WAKING


def test_a_line_of_ones_own_counts_for_a_topic_a_role_and_a_severity_alike() -> None:
    own = [
        {"topic": "电梯", "solve_minutes": 60},
        {"topic": "电梯", "severity": "major", "role": "物业维修", "solve_minutes": 0},
    ]
    clocks = {"own": own}
    assert promise(Severity.ORDINARY, "电梯", clocks=clocks).solve == 60 * MINUTE
    assert promise(Severity.MAJOR, "电梯", clocks=clocks).solve == 60 * MINUTE
    assert promise(Severity.MAJOR, "电梯", Role.REPAIR, clocks=clocks).solve is None
    assert promise(Severity.EMERGENCY, "电梯", clocks=clocks).solve == 30 * MINUTE
    assert promise(Severity.ORDINARY, clocks=clocks).solve == 30 * MINUTE


def test_what_one_severity_leaves_out_keeps_its_default() -> None:
    found = promise(Severity.ORDINARY, clocks={"ordinary": {"accept_minutes": 10}})

    assert (found.accept, found.solve) == (10 * MINUTE, 30 * MINUTE)


@pytest.mark.parametrize(
    ("clocks", "line"),
    [
        (
            {"own": [{"solve_minutes": 5}]},
            "clocks.own[1]：没有写这些时限管哪些事。请加上 role、topic、severity 中的一项。",
        ),
        ({"major": {"solve_minutes": -1}}, "clocks.major.solve_minutes：-1 太小了。最小是 0。"),
        (
            {"major": {"solve_minute": 1}},
            "clocks.major.solve_minute：没有 solve_minute 这一项。是不是想写 solve_minutes？",
        ),
        (
            {"own": [{"role": "物业维修工", "solve_minutes": 5}]},
            "clocks.own[1].role：不能写“物业维修工”。是不是想写“物业维修”？",
        ),
        ({"own": [{"severity": "majour", "solve_minutes": 5}]}, "是不是想写“major”？"),
        ({"rung_minutes": []}, "clocks.rung_minutes：rung_minutes 是空的。"),
        ({"repeats": "three"}, "clocks.repeats：应当是整数"),
    ],
)
def test_a_bad_entry_is_told_with_its_remedy(clocks: dict[str, Any], line: str) -> None:
    with pytest.raises(BadFiles) as bad:
        config_from(values(clocks=clocks), HERE)

    assert any(line in str(problem) for problem in bad.value.problems), str(bad.value)
