"""What docs/deploy.md and the units of deploy/ tell an operator to type and to install is there and is sound."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from bot.cli.commands import commands
from bot.texts import load_texts
from tests.cli.conftest import Linli

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
UNITS = sorted((ROOT / "deploy").glob("linli*.*"))
_TYPED = re.compile(r"^linli (.+)$|`linli ([^`]+)`", re.MULTILINE)
_RUN = re.compile(r"^ExecStart=(\S+)/linli (.+)$", re.MULTILINE)


def typed() -> list[str]:
    """Every command line of linli's in the guide and in the units, without what the shell does with it."""
    found = [
        (match[1] or match[2]).partition("  #")[0].partition(" <")[0] for match in _TYPED.finditer(GUIDE)
    ]
    found += [match[2] for unit in UNITS for match in _RUN.finditer(unit.read_text(encoding="utf-8"))]
    return list(dict.fromkeys(line.strip() for line in found))


def settings(unit: str) -> dict[str, str]:
    lines = (ROOT / "deploy" / unit).read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


@pytest.mark.parametrize("line", typed())
def test_every_command_in_the_guide_exists_with_its_options(linli: Linli, line: str) -> None:
    words = shlex.split(line)
    path = [word for word in words if re.fullmatch(r"[a-z]+", word)]
    command: click.Command = commands(load_texts())
    depth = 0
    while isinstance(command, click.Group) and depth < len(path):
        assert path[depth] in command.commands, line
        command = command.commands[path[depth]]
        depth += 1
    result = linli(*path[:depth], "--help")
    assert result.exit_code == 0
    for option in (word for word in words if word.startswith("--")):
        assert option in result.stdout, line


def test_the_guide_speaks_of_every_command_an_operator_needs() -> None:
    told = " ".join(typed())
    for command in (
        "check",
        "db backup",
        "db restore",
        "db upgrade",
        "db status",
        "import tickets",
        "export",
    ):
        assert command in told


def test_files_that_the_guide_names_are_there() -> None:
    named = re.findall(r"/opt/linli/((?:deploy|docs|config|roster)[\w./-]*\w)", GUIDE)
    assert len(named) >= 5
    for name in named:
        assert (ROOT / name).is_file(), name
    assert ".venv/.run:" in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_the_guide_follows_its_own_backup_and_restore(linli: Linli, config: Path) -> None:
    assert linli("db", "upgrade").exit_code == 0
    made = linli("db", "backup", "--into", "var/backups")
    assert made.exit_code == 0
    [archive] = Path("var/backups").glob("linli-????????T??????Z.tar.gz")
    assert re.search(r"var/backups/linli-\d{8}T\d{6}Z\.tar\.gz", GUIDE)
    assert linli("db", "restore", archive, "--replace").exit_code == 0


def test_the_service_may_write_in_one_folder_only() -> None:
    unit = settings("linli.service")
    assert unit["User"] == "linli"
    assert unit["NoNewPrivileges"] == "yes"
    assert unit["ProtectSystem"] == "strict"
    assert unit["ReadWritePaths"] == "/var/lib/linli/var"
    assert unit["CapabilityBoundingSet"] == ""
    # Where config.example.toml keeps what is written, seen from the configuration's folder.
    example = (ROOT / "config.example.toml").read_text(encoding="utf-8")
    assert 'url = "sqlite:///var/' in example
    assert 'media = "var/media"' in example


def test_it_is_started_again_unless_its_files_are_wrong() -> None:
    unit = settings("linli.service")
    assert (unit["Restart"], unit["RestartPreventExitStatus"]) == ("on-failure", "2")
    assert settings("linli-backup.timer")["Persistent"] == "yes"


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    assert len(UNITS) == 3
    for unit in UNITS:
        # The program and its guide are not installed here.
        text = _RUN.sub(f"ExecStart={sys.executable} \\2", unit.read_text(encoding="utf-8"))
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    names = [str(tmp_path / unit.name) for unit in UNITS]
    checked = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *names], capture_output=True, text=True, check=False
    )
    assert [line for line in checked.stderr.splitlines() if "linli" in line] == []
