"""``linli export``: every ticket and its diary, without persons unless they are asked for, and then it is noted."""

from __future__ import annotations

import csv
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from bot.app import read_files
from bot.cli.offline import changing, looking
from tests.cli.conftest import Linli

LEDGER = """日期,位置,内容,姓名,电话
2026-05-12,3栋2单元501,"3栋501王阿姨家漏水，电话13800000000",王阿姨,10000000099
2026-05-13,地下车库,=HYPERLINK("x"),李叔,
"""


@pytest.fixture(autouse=True)
def _two_tickets(linli: Linli, config: Path) -> None:
    Path("old.csv").write_text(LEDGER, encoding="utf-8")
    assert linli("import", "tickets", "old.csv", "--apply").exit_code == 0


def sheets(path: str) -> dict[str, list[tuple[object, ...]]]:
    book = load_workbook(path)
    return {page.title: [tuple(cell.value for cell in row) for row in page.iter_rows()] for page in book}


def exports_noted() -> int:
    with looking(read_files(Path("config.toml")), datetime.now(UTC)) as context:
        found = context.store.tickets.find()
        return sum(e.verb == "persons_exported" for t in found for e in context.store.tickets.diary(t))


def test_an_export_holds_every_ticket_and_its_diary(linli: Linli) -> None:
    result = linli("export", "--out", "out.xlsx")
    assert (result.exit_code, result.stdout) == (0, "已导出 2 件工单和经过：out.xlsx\n")
    tickets, diary = sheets("out.xlsx").values()
    assert [row[0] for row in tickets] == ["编号", 1, 2]
    assert {row[0] for row in diary[1:]} == {1, 2}


def test_without_being_asked_it_names_nobody(linli: Linli) -> None:
    linli("export", "--out", "out.xlsx")
    told = str(sheets("out.xlsx"))
    assert "漏水" in told
    for secret in ("王阿姨", "李叔", "13800000000", "10000000099", "501"):
        assert secret not in told
    assert exports_noted() == 0


def test_with_persons_it_is_written_into_every_diary(linli: Linli) -> None:
    result = linli("export", "--out", "out.xlsx", "--with-persons")
    assert "请妥善保管" in result.stdout
    assert "王阿姨" in str(sheets("out.xlsx"))
    assert exports_noted() == 2


def test_only_the_owner_may_read_the_file(linli: Linli) -> None:
    linli("export", "--out", "out.xlsx")
    assert stat.S_IMODE(Path("out.xlsx").stat().st_mode) == 0o600


def test_csv_comes_as_two_files_that_excel_does_not_run(linli: Linli) -> None:
    result = linli("export", "--out", "out.csv")
    assert result.stdout == "已导出 2 件工单：out.csv，经过：out-经过.csv\n"
    rows = list(csv.DictReader(Path("out.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [row["编号"] for row in rows] == ["1", "2"]
    assert rows[1]["原话"] == '\'=HYPERLINK("x")'
    assert Path("out-经过.csv").read_text(encoding="utf-8-sig").startswith("编号,")


def test_unless_told_otherwise_it_is_a_workbook_named_by_its_time(linli: Linli) -> None:
    linli("export")
    assert len(list(Path().glob("工单-20*.xlsx"))) == 1


@pytest.mark.parametrize(
    ("out", "said"),
    [("out.pdf", "out.pdf 应当以 .xlsx 或 .csv 结尾。"), ("no/out.xlsx", "没有文件夹")],
)
def test_a_place_that_cannot_be_is_wrong_usage(linli: Linli, out: str, said: str) -> None:
    result = linli("export", "--out", out, "--with-persons")
    assert result.exit_code == 2
    assert result.stderr.startswith(said)
    assert exports_noted() == 0


def test_only_the_compounds_own_tickets_are_exported(linli: Linli, config: Path) -> None:
    other = config.read_text(encoding="utf-8").replace('name = "春晖苑"', 'name = "秋水苑"\ncode = "qiushui"')
    config.write_text(other, encoding="utf-8")
    assert "已导出 0 件" in linli("export", "--out", "out.xlsx").stdout
    files = read_files(config)
    with changing(files, datetime.now(UTC)) as context:
        assert context.store.tickets.find() == ()


def test_where_there_is_no_database_none_is_made(linli: Linli, config: Path) -> None:
    for path in Path("var").iterdir():
        path.unlink()
    for args in (["export"], ["export", "--with-persons"], ["db", "backup"], ["db", "status"]):
        result = linli(*args)
        assert (result.exit_code, result.stderr) == (1, "数据库里还没有表。请运行 linli db upgrade。\n")
    assert not Path("var/linli.sqlite3").exists()


def test_what_is_in_mediation_is_left_out_unless_the_operator_asks_for_it(linli: Linli) -> None:
    with changing(read_files(Path("config.toml")), datetime.now(UTC)) as context:
        ticket = context.store.tickets.find()[0]
        context.store.tickets.change(ticket, confidential=True)
    result = linli("export", "--out", "out.xlsx")
    assert "已导出 1 件" in result.stdout
    assert "1 件在保密调解，没有导出" in result.stdout
    assert "漏水" not in str(sheets("out.xlsx"))

    result = linli("export", "--out", "all.xlsx", "--with-confidential")
    assert "已导出 2 件" in result.stdout
    assert "漏水" in str(sheets("all.xlsx"))
    with looking(read_files(Path("config.toml")), datetime.now(UTC)) as context:
        ticket = context.store.tickets.find()[0]
        assert [e.verb for e in context.store.tickets.diary(ticket)].count("confidence_exported") == 1
