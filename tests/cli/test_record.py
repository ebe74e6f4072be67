"""``linli rates``: how promises were kept, at the terminal or in a file."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from bot.app import read_files
from bot.cli.offline import changing
from bot.domain.messages import Account
from bot.domain.places import Place
from bot.domain.verdicts import Kind, Severity
from bot.files.sheets import read_rows
from tests.cli.conftest import Linli


@pytest.fixture(autouse=True)
def _one_solved(config: Path) -> None:
    """老李 has taken a matter in time and solved it."""
    now = datetime.now(UTC)
    with changing(read_files(config), now, make=True) as context:
        filed = now - timedelta(minutes=1)
        store = context.store
        worker = Account("console", "li", "老李")
        store.people.bind("老李", worker, "test", filed)
        ticket = store.tickets.file(
            kind=Kind.COMPLAINT, topic="电梯", severity=Severity.ORDINARY, state="resolved", text="坏了",
            place=Place(buildings=("3",)), filed_at=filed, reporter=None, reporter_name="", contact="",
            origin=None, message=None, grid="一网格", role="网格员", because=(), score=1.0,
        )  # fmt: skip
        store.tickets.note(ticket, filed, "rang", "linli", person="老李")
        store.tickets.note(ticket, now, "resolve", "worker", worker)
        store.tickets.note(ticket, now, "confirm", "resident")


def test_counts_stand_beside_percentages(linli: Linli) -> None:
    result = linli("rates")
    assert result.exit_code == 0
    assert "响应 1/1（100%）" in result.stdout
    assert "老李" in result.stdout


def test_one_grid_one_month(linli: Linli) -> None:
    assert "本月 一网格：1 件次" in linli("rates", "一网格").stdout
    assert "：0 件次" in linli("rates", "2020-01").stdout


def test_into_a_workbook_a_csv_file_or_a_picture(linli: Linli) -> None:
    for name in ("三率.xlsx", "三率.csv"):
        assert linli("rates", "--out", name).exit_code == 0
        assert read_rows(Path(name))[0]["响应率"] == "100%"
    assert "1 蓝 响应率" in linli("rates", "--out", "三率.png").stdout
    with Image.open("三率.png") as image:
        assert image.format == "PNG"


@pytest.mark.parametrize(
    ("args", "said"), [(("随便",), "不明白“随便”"), (("--out", "x.pdf"), "应当以 .xlsx、.csv 或 .png")]
)
def test_what_cannot_be_is_wrong_usage(linli: Linli, args: tuple[str, ...], said: str) -> None:
    result = linli("rates", *args)
    assert result.exit_code == 2
    assert said in result.stderr
