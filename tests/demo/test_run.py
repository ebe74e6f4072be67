"""``linli demo`` as people start it."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

LINLI = Path(sys.executable).parent / "linli"

pytestmark = pytest.mark.slow


def test_without_a_terminal_it_plays_and_leaves_nothing_behind(tmp_path: Path) -> None:
    done = subprocess.run(
        [LINLI, "demo"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=240,
        check=False,
        cwd=tmp_path,
        env={**os.environ, "TMPDIR": str(tmp_path), "FORCE_COLOR": "1"},
    )
    assert done.stderr == b""
    assert done.returncode == 0
    assert "全部应验" in done.stdout.decode()
    assert b"\x1b" not in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_on_a_terminal_one_can_type_on() -> None:
    main, far = pty.openpty()
    with subprocess.Popen(
        [LINLI, "demo", "--fast"],
        stdin=far,
        stdout=far,
        stderr=far,
        env={**os.environ, "TERM": "xterm-256color"},
    ) as process:
        os.close(far)
        os.write(main, "@张阿姨 3栋电梯又停了\n/quit\n".encode())
        text = _read(main)
        assert process.wait(timeout=60) == 0
    os.close(main)
    assert "\x1b[" in text
    assert "张阿姨" in text.rpartition("全部应验")[2]
    assert "已登记 #19 电梯·3栋" in text
    assert "再见" in text


def _read(terminal: int) -> str:
    """Everything until the other end has hung up."""
    said = b""
    end = time.monotonic() + 240
    while time.monotonic() < end:
        if not select.select([terminal], [], [], 1)[0]:
            continue
        try:
            more = os.read(terminal, 65536)
        except OSError:
            break
        if not more:
            break
        said += more
    return said.decode(errors="replace")
