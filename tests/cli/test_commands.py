"""The command line itself: help, wrong usage, exit codes, and how it ends when it is interrupted."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import click
import pytest

from bot.cli.commands import commands
from bot.texts import load_texts
from tests.cli.conftest import Linli

ROOT = Path(__file__).parents[2]
LINLI = [sys.executable, "-c", "from bot.cli import main; main()"]


def paths(group: click.Group, before: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for name, command in group.commands.items():
        found.append((*before, name))
        if isinstance(command, click.Group):
            found += paths(command, (*before, name))
    return found


EVERY = paths(commands(load_texts()))


def process(*args: str, folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*LINLI, *args],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        # A shell's background job ignores Ctrl-C, and its children inherit that; a terminal's does not.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )


def test_there_are_the_commands_that_were_promised() -> None:
    names = {" ".join(path) for path in EVERY}
    assert names >= {"run", "demo", "check", "classify", "export", "import tickets", "import homes"}
    assert names >= {"db status", "db upgrade", "db backup", "db restore"}


@pytest.mark.parametrize("path", EVERY, ids=" ".join)
def test_every_command_explains_itself_in_chinese(linli: Linli, path: tuple[str, ...]) -> None:
    for asked in ("--help", "-h"):
        result = linli(*path, asked)
        assert (result.exit_code, result.stderr) == (0, "")
        assert result.stdout.startswith(f"用法：linli {' '.join(path)}")
        assert not re.search(r"Usage|Options|Commands|Show this", result.stdout)


def test_without_a_command_it_shows_what_there_is(linli: Linli) -> None:
    result = linli()
    assert (result.exit_code, result.stdout) == (2, "")
    assert "check" in result.stderr
    assert linli("--help").stdout == result.stderr


def test_it_says_its_version(linli: Linli) -> None:
    assert linli("--version").stdout == f"linli {version('linli')}\n"


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["chekc"], "没有 chekc 这个命令，是不是 check？写法见 linli --help"),
        (["tanzen"], "没有 tanzen 这个命令。写法见 linli --help"),
        (["db", "bakcup"], "没有 bakcup 这个命令，是不是 backup？写法见 linli db --help"),
        (["check", "--confg", "x"], "没有 --confg 这个选项，是不是 --config？写法见 linli check --help"),
        (["export", "-z"], "没有 -z 这个选项。写法见 linli export --help"),
        (["check", "--config"], "--config 后面缺少内容，或不该有内容。写法见 linli --help"),
        (["import", "tickets"], "缺少“文件”。写法见 linli import tickets --help"),
        (["db", "restore"], "缺少“文件”。写法见 linli db restore --help"),
        (["db", "status", "a", "b"], "多写了“a b”。写法见 linli db status --help"),
        (
            ["import", "homes", "x", "--apply", "--dry-run"],
            "--dry-run 和 --apply 只能选一个。写法见 linli import homes --help",
        ),
    ],
)
def test_wrong_usage_is_one_line_that_says_what_to_type(linli: Linli, args: list[str], said: str) -> None:
    result = linli(*args)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"{said}\n"


@pytest.mark.parametrize(
    "args",
    [
        ["run"],
        ["check"],
        ["export"],
        ["import", "tickets", "x.csv"],
        ["import", "homes", "x.csv"],
        ["db", "status"],
        ["db", "upgrade"],
        ["db", "backup"],
        ["classify", "--config", "config.toml"],
    ],
    ids=" ".join,
)
def test_a_missing_configuration_is_told_with_what_to_do(
    linli: Linli, tmp_path: Path, args: list[str]
) -> None:
    result = linli(*args)
    assert result.exit_code == 2
    assert "找不到配置文件 config.toml" in result.output
    assert "复制一份 config.example.toml" in result.output
    assert list(tmp_path.iterdir()) == []


def test_faulty_files_are_told_one_line_each(linli: Linli, config: Path) -> None:
    config.write_text(
        config.read_text(encoding="utf-8") + "[hours]\nquiet_frm = 1\nmorning = 5\n", encoding="utf-8"
    )
    for args in (["export"], ["db", "status"], ["run"], ["import", "tickets", "x.csv"]):
        result = linli(*args)
        assert result.exit_code == 2
        assert [line.partition("：")[0] for line in result.stderr.splitlines()] == [
            "config.toml · hours.morning",
            "config.toml · hours.quiet_frm",
        ]


def test_paths_are_seen_from_the_configuration_and_not_from_where_one_stands(
    linli: Linli, config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert linli("db", "upgrade", "--config", "../config.toml").exit_code == 0
    assert (tmp_path / "var" / "linli.sqlite3").is_file()
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_file_that_cannot_be_written_is_one_line(linli: Linli, config: Path, tmp_path: Path) -> None:
    linli("db", "upgrade")
    (tmp_path / "x.xlsx").mkdir()
    result = linli("export", "--out", "x.xlsx")
    assert result.exit_code == 1
    assert "Traceback" not in result.stderr
    assert re.fullmatch(r"\S+：是文件夹，不是文件\n", result.stderr)


@pytest.mark.slow
def test_a_real_process_tells_and_leaves_with_its_code(tmp_path: Path) -> None:
    with process("run", folder=tmp_path) as running:
        out, err = running.communicate()
    assert (running.returncode, out) == (2, "")
    assert err.count("\n") == 1


@pytest.mark.slow
def test_ctrl_c_ends_it_quietly(tmp_path: Path) -> None:
    with process("classify", folder=tmp_path) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        # Once it has answered it is surely at work.
        running.stdin.write('{"id": 1, "text": "大家好"}\n')
        running.stdin.flush()
        assert '"chatter"' in running.stdout.readline()
        running.send_signal(signal.SIGINT)
        out, err = running.communicate()
    assert (running.returncode, out, err) == (130, "", "")


@pytest.mark.slow
def test_a_reader_that_has_seen_enough_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "talk.jsonl").write_text('{"id": 1, "text": "大家好"}\n' * 3000, encoding="utf-8")
    with (
        (tmp_path / "talk.jsonl").open() as talk,
        subprocess.Popen(
            [*LINLI, "classify"],
            stdin=talk,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        ) as running,
    ):
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.readline()
        running.stdout.close()
        assert running.stderr.read() == b""
    assert running.returncode == 0


@pytest.mark.slow
def test_a_terminal_in_another_encoding_breaks_nothing(tmp_path: Path) -> None:
    shown = subprocess.run(
        [*LINLI, "check"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "gbk"},
        capture_output=True,
        check=False,
    )
    assert shown.returncode == 2
    assert "? config.toml" in shown.stdout.decode("gbk")
    assert shown.stderr == b""
