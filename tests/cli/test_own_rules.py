"""Whatever is asked at the terminal with a configuration is answered by the compound's own rules too."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.app import open_database
from bot.files.config import load_config
from storage.compound import open_compound
from storage.store import open_store
from tests.cli.conftest import Linli

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
WORD = "锅包肉"


@pytest.fixture
def taught(config: Path) -> Path:
    """A compound whose committee has accepted a rule of its own and taken back another."""
    settings = load_config(config)
    database = open_database(settings)
    with database.writing() as conn:
        compound = open_compound(conn, settings.compound.code, settings.compound.name, "live", NOON)
        kept = open_store(conn, compound).corrections
        body = {"id": "自订1", "kind": "wish", "weight": 9, "all": [WORD]}
        kept.propose("rule", body, "周老师", NOON, active=True)
    database.close()
    return config


def test_classify_explain_and_accuracy_know_them(linli: Linli, taught: Path, tmp_path: Path) -> None:
    message = json.dumps({"id": 1, "text": WORD}, ensure_ascii=False) + "\n"
    assert json.loads(linli("classify", stdin=message).stdout)["kind"] == "chatter"
    said = json.loads(linli("classify", "--config", taught, stdin=message).stdout)
    assert (said["kind"], said["because"][0]) == ("wish", f"自订1({WORD})")
    assert "自订1" in linli("explain", "--config", taught, WORD).output
    labelled = tmp_path / "lines.jsonl"
    labelled.write_text(json.dumps({"text": WORD, "label": "wish"}) + "\n", encoding="utf-8")
    assert "wish->wish" in linli("accuracy", "--as-json", "--config", taught, labelled).output
    assert "wish->chatter" in linli("accuracy", "--as-json", labelled).output


def test_replay_knows_them(linli: Linli, taught: Path, tmp_path: Path) -> None:
    history = tmp_path / "history.jsonl"
    said = {"id": 1, "time": "2026-11-21T10:00:00+08:00", "speaker": "张阿姨", "text": f"{WORD}{WORD}"}
    history.write_text(json.dumps(said, ensure_ascii=False) + "\n", encoding="utf-8")
    assert json.loads(linli("replay", history).stdout)["ticket"] is None
    played = json.loads(linli("replay", "--config", taught, history).stdout)
    assert (played["kind"], played["act"], played["ticket"]) == ("wish", "new", 1)


def test_without_a_database_there_is_nothing_of_its_own(linli: Linli, config: Path) -> None:
    message = json.dumps({"id": 1, "text": "3栋电梯坏了"}, ensure_ascii=False) + "\n"
    assert json.loads(linli("classify", "--config", config, stdin=message).stdout)["kind"] == "complaint"
