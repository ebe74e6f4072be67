"""``linli rules`` and ``linli explain``: the rules are tried, weighed anew and explained at a terminal."""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.app import open_database
from bot.classify.fit import examples
from bot.classify.rulebook import load_rulebook
from bot.domain.verdicts import Kind
from bot.files.config import load_config
from storage.compound import open_compound
from storage.store import open_store
from tests.cli.conftest import Linli
from tests.storage.filled import NOON

OWN = """
[words]
"亭" = ["凉亭", "亭子", "亭子"]
[[rule]]
id = "亭子漏雨"
kind = "complaint"
weight = 3
all = ["@亭", "漏雨"]
examples = ["亭子漏雨了"]
[[rule]]
id = "亭子漏雨二"
kind = "chatter"
weight = 3
all = ["漏雨", "@亭"]
examples = ["凉亭不漏雨"]
[[rule]]
id = "亭子好看"
kind = "chatter"
all = ["@亭", "好看"]
examples = ["亭子真不错"]
not_examples = ["凉亭好看"]
[[rule]]
id = "从不"
kind = "chatter"
all = ["@亭", "飞走"]
"""


def test_an_explanation_shows_words_rules_weights_place_decision_and_runner_up(linli: Linli) -> None:
    done = linli("explain", "3栋電梯又坏了")
    out = done.output.splitlines()
    assert done.exit_code == 0
    assert out[0] == "读作：3栋电梯又坏了"
    assert out[1].startswith("分词：3 栋 电梯")
    assert out[2] == "位置：3栋"
    assert out[3].startswith("判断：投诉·电梯")
    assert out[3].count("%") == 2
    assert any("设施坏" in line and "“电梯”" in line and "+" in line for line in out[4:])


def test_words_may_be_typed_without_quotes_and_none_is_wrong_usage(linli: Linli) -> None:
    assert linli("explain", "电梯", "又坏了").output.startswith("读作：电梯 又坏了")
    assert linli("explain").exit_code == 2


def test_nothing_said_is_explained_too(linli: Linli) -> None:
    done = linli("explain", "嗯")
    assert done.exit_code == 0
    assert "判断：闲聊" in done.output


def test_every_fault_of_own_rules_is_told_and_fails(
    linli: Linli, write: Callable[..., Path], tmp_path: Path
) -> None:
    (tmp_path / "own.toml").write_text(OWN, encoding="utf-8")
    done = linli("rules", "check", "--config", write('rules = "own.toml"'))
    assert done.exit_code == 1
    wrong = [line for line in done.output.splitlines() if line.startswith("✗")]
    assert any("“亭子漏雨二”和“亭子漏雨”条件一样，结论相反" in line for line in wrong)
    assert any("“亭子好看”没有认出自己的例句：亭子真不错" in line for line in wrong)
    assert any("“亭子好看”在不该成立的例句里成立了：凉亭好看" in line for line in wrong)
    odd = [line for line in done.output.splitlines() if line.startswith("!")]
    assert any("词组“亭”里重复的词：亭子" in line for line in odd)


def test_a_rule_that_never_speaks_is_told_until_a_line_makes_it_speak(
    linli: Linli, write: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.cli.rules._SHOWN", 1000)
    (tmp_path / "own.toml").write_text(OWN, encoding="utf-8")
    config = write('rules = "own.toml"')
    assert "“从不”在所有句子里都没有起作用" in linli("rules", "check", "--config", config).output
    said = tmp_path / "lines.jsonl"
    said.write_text('{"text": "凉亭被风吹得飞走了", "label": "chatter"}\n', encoding="utf-8")
    assert "“从不”在所有" not in linli("rules", "check", "--config", config, said).output


def test_what_an_upgrade_took_away_is_told_by_check_and_rules_check(linli: Linli, config: Path) -> None:
    settings = load_config(config)
    database = open_database(settings)
    with database.writing() as conn:
        compound = open_compound(conn, settings.compound.code, settings.compound.name, "listen", NOON)
        kept = open_store(conn, compound).corrections
        kept.propose("word", {"group": "没了的组", "word": "罢工"}, "周老师", NOON, active=True)
        body = {"text": "门一直关不上", "kind": "complaint", "topic": "绿化"}
        kept.propose("example", body, "周老师", NOON, active=True)
    database.close()
    reviewed = linli("rules", "check", "--config", config).output
    assert "改动 #1 用不上：现在没有叫“没了的组”的词组" in reviewed
    assert "例句 #2 现在会判成别的：门一直关不上" in reviewed
    checked = linli("check", "--config", config).output
    assert "改动 #1 用不上：现在没有叫“没了的组”的词组" in checked


def lines(path: Path, each: int) -> Path:
    said = {
        Kind.COMPLAINT: "电梯又坏了没人管",
        Kind.WISH: "希望装个充电桩",
        Kind.NOTICE: "通知：明天停水，请提前储水",
        Kind.CHATTER: "谁要拼单买橙子",
    }
    rows = [
        {"text": f"{n}栋{text}", "label": kind.value}
        for kind, text in said.items()
        for n in range(1, each + 1)
    ]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return path


def test_weights_are_fitted_written_and_the_changes_printed(linli: Linli, tmp_path: Path) -> None:
    pytest.importorskip("sklearn")
    target = tmp_path / "w.toml"
    done = linli("rules", "fit", lines(tmp_path / "lines.jsonl", 12), "--weights", target)
    assert done.exit_code == 0
    assert f"{48 + len(examples(load_rulebook()))} 句" in done.output
    assert "→ +0.00 +0.00 +0.00（0/0/0/0）" in done.output
    table = tomllib.loads(target.read_text(encoding="utf-8"))
    assert len(table["bias"]) == 3
    assert table["groups"]
    assert list(tmp_path.glob(".weights-*")) == []


def test_too_few_lines_are_refused_and_nothing_is_written(linli: Linli, tmp_path: Path) -> None:
    target = tmp_path / "w.toml"
    done = linli("rules", "fit", lines(tmp_path / "lines.jsonl", 3), "--weights", target)
    assert done.exit_code == 2
    assert "只有 3 句" in done.output
    assert not target.exists()


@pytest.mark.parametrize(
    "row", ["电梯坏了", '{"text": 3}', '{"text": "好", "label": "praise"}', "[]", "null"]
)
def test_a_line_that_is_not_labelled_is_named(linli: Linli, tmp_path: Path, row: str) -> None:
    file = tmp_path / "lines.jsonl"
    file.write_text(f'{{"text": "好", "label": "chatter"}}\n{row}\n', encoding="utf-8")
    done = linli("rules", "fit", file)
    assert done.exit_code == 2
    assert "lines.jsonl 第 2 行" in done.output


def test_without_scikit_learn_it_says_what_to_install(
    linli: Linli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "numpy", None)
    monkeypatch.setitem(sys.modules, "sklearn.linear_model", None)
    done = linli("rules", "fit", lines(tmp_path / "lines.jsonl", 12), "--weights", tmp_path / "w.toml")
    assert done.exit_code == 2
    assert "scikit-learn" in done.output
