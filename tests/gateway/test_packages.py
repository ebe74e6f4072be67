"""WeChat's packages: needed by nobody else, and repaired wherever they are loaded."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

_BREAK = "import sys; sys.modules.update(wechaty=None, wechaty_puppet=None, wechaty_puppet_service=None); "


def _python(code: str, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *options, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.parametrize("room", ["bot.cli", "bot.app", "bot.demo", "bot.service", "bot.replay"])
def test_nothing_else_loads_them(room: str) -> None:
    done = _python(f"{_BREAK}import {room}; assert not [m for m in sys.modules if 'grpclib' in m]")
    assert done.returncode == 0, done.stderr


def test_they_load_without_a_word_and_leave_nothing_behind(tmp_path: Path) -> None:
    code = (
        "import os, sys, logging; os.chdir(sys.argv[1]); import bot.platforms.wechat.puppet as puppet; "
        "assert 'telnetlib' not in sys.modules; "
        "assert not [n for n in ('PuppetService', 'FileBox') if logging.getLogger(n).handlers]; "
        "print(os.listdir('.'))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        env={"TOKEN": "a-secret-of-somebody", "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "a-secret" not in done.stdout
    assert list(tmp_path.iterdir()) == []
