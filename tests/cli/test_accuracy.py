"""``linli accuracy``: figures a committee's volunteer can read, on lines of their own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.cli.commands import execute

LINES = (
    {"id": "1", "text": "3栋电梯坏了", "label": "complaint", "topic": "电梯"},
    {"id": "2", "text": "早上好", "label": "chatter"},
    {"id": "3", "text": "希望加装充电桩", "label": "wish", "topic": "充电桩"},
    {"id": "4", "text": "今晚球赛谁看", "label": "complaint"},
)


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    file = tmp_path / "lines.jsonl"
    file.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in LINES), encoding="utf-8")
    return file


def test_it_prints_the_figures_and_the_lines_it_got_wrong(
    labelled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert execute(["accuracy", str(labelled), "--errors"]) == 0
    out = capsys.readouterr().out
    assert "共 4 条" in out
    assert "今晚球赛谁看" in out
    assert "3栋电梯坏了" not in out


def test_it_prints_json_for_programs(labelled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["accuracy", str(labelled), "--as-json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["lines"] == 4
    assert figures["strict"]["wish"]["f1"] == 1.0


def test_what_is_no_labelled_file_is_refused_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("今天天气不错", encoding="utf-8")
    assert execute(["accuracy", str(file)]) == 2
    assert "notes.txt" in capsys.readouterr().err
