"""``linli classify``: one line in, one line out, in order; a bad line is named and holds up nothing."""

from __future__ import annotations

import io
import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli.classify_lines import BadLine, classify_lines, read_message, written
from bot.domain.places import Place
from bot.domain.verdicts import Kind, Severity, Verdict
from tests.cli.conftest import Linli
from tests.cli.test_commands import LINLI, ROOT

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


def said(*messages: object) -> str:
    return "".join(json.dumps(message, ensure_ascii=False) + "\n" for message in messages)


def test_a_message_becomes_its_verdict(linli: Linli) -> None:
    result = linli("classify", stdin=said({"id": "a1", "text": "3栋2单元电梯又停了"}))
    assert (result.exit_code, result.stderr) == (0, "")
    verdict = json.loads(result.stdout)
    assert list(verdict) == ["id", "kind", "topic", "severity", "place", "score", "because"]
    assert verdict["id"] == "a1"
    assert (verdict["kind"], verdict["topic"], verdict["severity"]) == ("complaint", "电梯", "major")
    assert verdict["place"] == {"buildings": ["3"], "unit": "2"}
    assert 0 < verdict["score"] <= 1
    assert any("电梯" in reason for reason in verdict["because"])


def test_talk_is_chatter_and_nothing_is_left_out(linli: Linli) -> None:
    texts = ["大家早上好", "3栋电梯又停了", "", "😀", "希望小区装个充电桩"]
    result = linli("classify", stdin=said(*({"id": n, "text": text} for n, text in enumerate(texts))))
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["id"] for line in found] == [0, 1, 2, 3, 4]
    assert [line["kind"] for line in found] == ["chatter", "complaint", "chatter", "chatter", "wish"]


def test_bad_lines_are_named_and_the_others_classified(linli: Linli) -> None:
    lines = b'{"id": 1, "text": "a"}\nxx\n[]\n{"text": "a"}\n{"id": 2}\n\n{"id": 3, "text": 4}\n\xff\n{"id": 5, "text": "b"}\n'
    result = linli("classify", stdin=lines)
    assert result.exit_code == 1
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == [1, 5]
    assert [line.partition("：")[0] for line in result.stderr.splitlines()] == [
        "第 2 行",
        "第 3 行",
        "第 4 行",
        "第 5 行",
        "第 7 行",
        "第 8 行",
    ]


def test_no_input_is_no_output(linli: Linli) -> None:
    result = linli("classify", stdin="")
    assert (result.exit_code, result.output) == (0, "")


def test_with_a_configuration_the_compounds_own_rules_and_spots_count(
    linli: Linli, write: Callable[..., Path], tmp_path: Path
) -> None:
    write('rules = "rules.toml"')
    text = '[[rule]]\nid = "暗号"\nkind = "wish"\nweight = 9\nall = ["锅包肉"]\n'
    (tmp_path / "rules.toml").write_text(text, encoding="utf-8")
    message = said({"id": 1, "text": "锅包肉"})
    assert json.loads(linli("classify", stdin=message).stdout)["kind"] == "chatter"
    with_rules = json.loads(linli("classify", "--config", "config.toml", stdin=message).stdout)
    assert (with_rules["kind"], with_rules["because"][0]) == ("wish", "暗号(锅包肉)")


def test_an_answer_comes_before_the_next_question(tmp_path: Path) -> None:
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [*LINLI, "classify"], stdin=pipe, stdout=pipe, env=environ, cwd=tmp_path
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        for number in range(3):
            running.stdin.write(said({"id": number, "text": "电梯坏了"}).encode())
            running.stdin.flush()
            assert json.loads(running.stdout.readline())["id"] == number
        running.stdin.close()
    assert running.returncode == 0


@pytest.mark.skipif(sys.platform != "linux", reason="needs a pseudo-terminal")
def test_on_a_terminal_the_progress_is_shown_beside_the_output(tmp_path: Path) -> None:
    (tmp_path / "talk.jsonl").write_text(
        said(*({"id": n, "text": "电梯坏了"} for n in range(50))), encoding="utf-8"
    )
    ours, its = pty.openpty()
    with (tmp_path / "talk.jsonl").open() as talk:
        shown = subprocess.run(
            [*LINLI, "classify"],
            stdin=talk,
            stdout=subprocess.PIPE,
            stderr=its,
            env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm"},
            cwd=tmp_path,
            check=False,
        )
    os.close(its)
    bar = os.read(ours, 100_000).decode()
    os.close(ours)
    assert shown.returncode == 0
    assert shown.stdout.count(b"\n") == 50
    assert b"\x1b" not in shown.stdout
    assert "正在识别" in bar
    assert "100%" in bar


@given(JSON, st.text())
def test_every_id_and_text_is_read_as_it_was_written(id_: object, text: str) -> None:
    line = json.dumps({"id": id_, "text": text, "更多": 1}).encode() + b"\n"
    assert read_message(line) == (id_, text)


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_bytes_are_a_message_or_a_bad_line(line: bytes) -> None:
    try:
        _, text = read_message(line)
    except BadLine:
        return
    assert text.encode()


@pytest.mark.parametrize(
    "line", [b'{"id": NaN, "text": "a"}', b"[" * 100_000, b'{"id": 1' + b"0" * 5000 + b"}"]
)
def test_what_python_alone_would_read_is_no_message(line: bytes) -> None:
    with pytest.raises(BadLine):
        read_message(line)


@given(JSON)
def test_a_verdict_is_one_line_of_json(id_: object) -> None:
    verdict = Verdict(Kind.WISH, "绿化", Severity.ORDINARY, Place(buildings=("3",)), 0.123456, ("愿\n望",))
    line = written(id_, verdict)
    assert line.count(b"\n") == 1
    values = json.loads(line)
    assert (values["id"], values["score"], values["because"]) == (id_, 0.1235, ["愿\n望"])


def test_half_a_character_in_an_id_comes_back_as_it_was() -> None:
    id_, text = read_message(b'{"id": "\\ud83d", "text": "\\ud83d \xe7\x94\xb5\xe6\xa2\xaf"}')
    assert text == "\ufffd 电梯"
    assert json.loads(written(id_, Verdict(Kind.CHATTER)))["id"] == "\ud83d"


def test_progress_counts_every_byte() -> None:
    lines = [b"xx\n", b"\n", b"yyyy\n"]
    sizes: list[int] = []
    bad: list[tuple[int, str]] = []
    # No line reaches the classifier.
    good = classify_lines(lines, io.BytesIO(), None, lambda n, why: bad.append((n, why)), sizes.append)  # type: ignore[arg-type]
    assert (good, sizes) == (False, [3, 1, 5])
    assert bad == [(1, "not_json"), (3, "not_json")]
