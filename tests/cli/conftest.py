"""An operator at a terminal: a compound's files, and ``linli`` typed in front of them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from bot.cli.commands import execute
from tests.loaded import loaded_once

TOKEN = "4242:AA-this-is-an-invented-token-0001"
GROUP = -1001234567890

CONFIG = """
[compound]
name = "春晖苑"
buildings = ["1-6"]
spots = ["地下车库"]
phone = "0100-8000000"
run_by = "业委会"
contact = "周老师"
[[groups.owners]]
platform = "{platform}"
chat = "{group}"
name = "业主一群"
[files]
media = "{media}"
{more}
"""
ROSTER = """网格,楼栋,职责,姓名,电话
一网格,1-6,网格员,老李,
,全部,物业维修,王师傅,10000000041
,,物业经理,丁经理,
,,业委会,周老师,
,,社区,冯书记,
"""

Linli = Callable[..., Result]


@pytest.fixture(autouse=True, scope="session")
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What nothing changes is loaded once for all tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        with loaded_once():
            yield


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """New media folders beside one cache of words."""
    folder, numbers = tmp_path_factory.mktemp("shared"), count()
    return lambda: folder / f"media{next(numbers)}"


@pytest.fixture
def write(tmp_path: Path, shared: Callable[[], Path]) -> Callable[..., Path]:
    """``write(more, telegram=True)``: configuration and roster in the test's own folder."""

    def written(more: str = "", *, telegram: bool = False, media: str | None = None) -> Path:
        values = {"platform": "telegram" if telegram else "console", "group": GROUP, "more": more}
        text = CONFIG.format(**values, media=media or shared())
        (tmp_path / "config.toml").write_text(text, encoding="utf-8")
        (tmp_path / "roster.csv").write_text(ROSTER, encoding="utf-8")
        return tmp_path / "config.toml"

    return written


@pytest.fixture
def config(write: Callable[..., Path]) -> Path:
    """A configuration in good order, for the terminal."""
    return write()


@pytest.fixture
def linli(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Linli:
    """``linli("check", "--config", path)`` as typed in the test's folder."""
    monkeypatch.chdir(tmp_path)

    def typed(*args: object, stdin: str | bytes | None = None) -> Result:
        command = click.Command("linli", callback=lambda: sys.exit(execute([str(arg) for arg in args])))
        return CliRunner().invoke(command, [], input=stdin, catch_exceptions=False)

    return typed
