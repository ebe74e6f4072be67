"""Promise: ``linli replay`` tells message by message what would have been done, and does none of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot.cli.commands import commands, execute
from bot.texts import load_texts
from tests.replay.conftest import Write

LIFT = "3栋电梯坏了，已经停了两天"


def _run(path: Path, *more: str) -> tuple[list[dict[str, Any]], str]:
    done = CliRunner().invoke(commands(load_texts()), ["replay", str(path), *more], standalone_mode=False)
    assert done.exception is None, done.output
    return [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def test_every_message_gets_one_line_in_order(write: Write) -> None:
    rows, summary = _run(
        write(
            (0, "张阿姨", LIFT),
            (1, "李叔", "我家也是"),
            (2, "赵姐", "[图片]"),
            (40, "钱大爷", "今天菜场的草莓便宜"),
            (41, "钱大爷", "3栋电梯修好了吗"),
            (50, "李叔", "电梯修好了"),
        )
    )

    assert [row["id"] for row in rows] == [1, 2, 3, 4, 5, 6]
    assert [row["act"] for row in rows] == ["new", "join", "none", "none", "status_question", "solved"]
    assert [row["ticket"] for row in rows] == [1, 1, None, None, 1, 1]
    assert rows[0]["pinged"] == ["物业维修"]
    assert all(row["pinged"] == [] for row in rows[1:])
    assert (rows[0]["kind"], rows[0]["topic"], rows[0]["place"]) == (
        "complaint",
        "电梯",
        {"buildings": ["3"]},
    )
    assert rows[0]["because"]
    assert "会登记 1 件" in summary
    assert "电梯·3栋" in summary


def test_buildings_are_taken_as_they_are_said(write: Write) -> None:
    rows, _ = _run(write((0, "张阿姨", "88栋电梯坏了，已经停了两天")))

    assert rows[0]["place"] == {"buildings": ["88"]}


def test_with_a_configuration_its_own_people_are_asked(write: Write, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(
        """
        [compound]
        name = "春晖苑"
        buildings = ["1-6"]
        phone = "0100-8000000"
        run_by = "业委会"
        contact = "周老师"
        [[groups.owners]]
        platform = "console"
        chat = "-1"
        [files]
        media = "media"
        """,
        encoding="utf-8",
    )
    (tmp_path / "roster.csv").write_text(
        "网格,楼栋,职责,姓名,电话\n一网格,1-6,网格员,老李,\n,,物业经理,丁经理,\n,,业委会,周老师,\n,,社区,冯书记,\n",
        encoding="utf-8",
    )
    media = tmp_path / "media"
    media.mkdir()
    (media / "old.jpg").write_bytes(b"x")
    rows, _ = _run(write((0, "张阿姨", LIFT)), "--config", str(tmp_path / "config.toml"))

    assert rows[0]["pinged"] == ["网格员"]
    assert [path.name for path in media.iterdir()] == ["old.jpg"]
    assert not list(tmp_path.glob("**/*.sqlite3"))


def test_at_night_the_ping_of_the_morning_is_the_message_s(write: Write) -> None:
    rows, _ = _run(write((13 * 60, "张阿姨", LIFT)))

    assert rows[0]["pinged"] == ["物业维修"]


def test_bad_lines_are_named_and_nothing_is_played(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "history.jsonl"
    path.write_text('{"id": 1}\nx\n', encoding="utf-8")

    assert execute(["replay", str(path)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "第 1 行" in said.err
    assert "第 2 行" in said.err


def test_half_a_sign_in_a_name_breaks_nothing(write: Write) -> None:
    rows, _ = _run(write((0, "\ud83d", LIFT), (1, "李叔", "\udc00")))

    assert rows[0]["act"] == "new"
