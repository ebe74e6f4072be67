"""A disk that is full, a file that cannot be written: one clear line, and nothing lost once that is mended."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.live.compound import Compound
from tests.live.conftest import Run
from tests.live.process import COLD, Linli, until

LIFT = "{at}电梯坏了没人管，停在一楼好几天了"


def _all_complain(compound: Compound) -> list[str]:
    """Twelve neighbours, twelve buildings."""
    said = []
    for building in range(1, 13):
        compound.server.do("person", number=10_000 + building, first_name=f"邻居{building}")
        said.append(str(compound.says(10_000 + building, LIFT.format(at=f"{building}栋"))))
    return said


def _mended(compound: Compound, bot: Linli, said: list[str]) -> None:
    """Started again with room, it has everything, each once."""
    bot.start().ready()
    until(lambda: not compound.server.do("pending"), "all taken")
    assert [row.message for row in compound.rows("select message from tickets order by number")] == said
    assert bot.stop() == 0


def test_a_full_disk_ends_it_with_a_clear_line_and_costs_nothing(compound: Compound) -> None:
    with Linli(compound.config) as bot:
        bot.start().ready()
        until(compound.quiet, "introduced")
        assert bot.stop() == 0
        roomy = bot.options
        # What making the tables has left free would do for twelve complaints.
        with closing(sqlite3.connect(compound.database)) as beside:
            beside.execute("vacuum")
        pages = compound.rows("select page_count from pragma_page_count")[0].page_count
        bot.options = (*roomy, "--pages", str(pages + 4))
        said = _all_complain(compound)
        bot.start()
        assert bot.ends() == 1
        assert "磁盘满了，写不进去。" in bot.output
        assert "Traceback" not in bot.output

        bot.options = roomy
        _mended(compound, bot, said)


def test_a_disk_that_refuses_to_write_ends_it_with_a_clear_line_and_costs_nothing(compound: Compound) -> None:
    """The system itself refuses: no file of the process may grow beyond a limit."""
    with Linli(compound.config) as bot:
        bot.start().ready()
        until(compound.quiet, "introduced")
        assert bot.stop() == 0
        size = compound.database.stat().st_size
        bot.command = ("prlimit", f"--fsize={size}", *COLD, *bot.options)
        said = _all_complain(compound)
        bot.start()
        assert bot.ends() == 1
        assert "磁盘" in bot.output
        assert "Traceback" not in bot.output

        bot.command = None
        _mended(compound, bot, said)


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda path: path.mkdir(), id="a folder in its place"),
        pytest.param(
            lambda path: path.symlink_to("/proc/linli.sqlite3"), id="a place where nobody can write"
        ),
        pytest.param(
            lambda path: path.write_bytes(b"no database at all" * 100), id="another file in its place"
        ),
    ],
)
def test_a_database_that_cannot_be_one_is_said_in_one_line(
    compound: Compound, run: Run, spoil: Callable[[Path], object]
) -> None:
    path = compound.folder / "other" / "linli.sqlite3"
    path.parent.mkdir()
    spoil(path)
    text = compound.config.read_text(encoding="utf-8")
    compound.config.write_text(f'{text}[database]\nurl = "sqlite:///{path}"\n', encoding="utf-8")
    bot = run()
    assert bot.ends() == 1
    assert "数据库" in bot.output
    assert "Traceback" not in bot.output
    assert not compound.server.do("call_log")
