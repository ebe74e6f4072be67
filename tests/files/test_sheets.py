"""Tables: whatever Excel saves is read; nothing that is written is ever run."""

from __future__ import annotations

import csv
import io
import re
import stat
import zipfile
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from bot.files.problems import BadFiles
from bot.files.sheets import Sheet, clean, read_rows, read_table, write_csv, write_workbook
from bot.texts import load_texts

ROOT = Path(__file__).parents[2]
ZONE = ZoneInfo("Asia/Shanghai")
RUNS = ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", "\t=1", "  =1", "'=1", "''=1", '=HYPERLINK("http://x","y")']

same_folder = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None
)


def refused(path: Path) -> str:
    with pytest.raises(BadFiles) as caught:
        read_rows(path)
    (problem,) = caught.value.problems
    return str(problem)


def saved(path: Path, data: str | bytes) -> Path:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def book(path: Path, *rows: list[object]) -> Path:
    made = Workbook()
    page = made.active
    assert page is not None
    for row in rows:
        page.append(row)
    made.save(path)
    return path


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "，"])
def test_csv_is_read_as_excel_saves_it(tmp_path: Path, coding: str, delimiter: str) -> None:
    text = '姓名,电话\r\n老李,"1,2"\r\n,\r\n小陈,\r\n'.replace("1,2", "一二").replace(",", delimiter)
    path = saved(tmp_path / "a.csv", text.encode(coding))
    assert read_rows(path) == [{"姓名": "老李", "电话": "一二"}, {"姓名": "小陈", "电话": ""}]


def test_cells_of_a_workbook_become_text(tmp_path: Path) -> None:
    day, moment = datetime(2027, 6, 30), datetime(2027, 6, 30, 14, 5)  # noqa: DTZ001 - Excel knows no zones
    values: list[object] = ["老李", 10000000001, 3.0, 1.5, True, day, moment, None, " 空格 "]
    path = book(tmp_path / "a.xlsx", [f"列{n}" for n in range(len(values))], values)
    assert list(read_rows(path)[0].values()) == [
        "老李", "10000000001", "3", "1.5", "True", "2027-06-30", "2027-06-30 14:05", "", "空格",
    ]  # fmt: skip


def test_rows_keep_the_numbers_that_excel_shows(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.csv", "姓名,电话\n老李,1\n,\n小陈,2\n")
    assert [row.number for row in read_table(path).rows] == [2, 4]


def test_a_title_above_the_heads_does_no_harm(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", ["春晖苑花名册"], [], ["姓名", "电话"], ["老李", 1])
    table = read_table(path, known=["姓名", "电话"])
    assert table.header == ("姓名", "电话")
    assert [(row.number, row.cells) for row in table.rows] == [(4, {"姓名": "老李", "电话": "1"})]


def test_hidden_and_empty_sheets_are_passed_over(tmp_path: Path) -> None:
    made = Workbook()
    first = made.active
    assert first is not None
    first.append(["旧表", "x"])
    first.sheet_state = "hidden"
    made.create_sheet("空")
    made.create_sheet("名册").append(["姓名", "电话"])
    made.save(tmp_path / "a.xlsx")
    assert read_table(tmp_path / "a.xlsx").header == ("姓名", "电话")


def test_a_workbook_is_known_by_its_content_not_its_name(tmp_path: Path) -> None:
    book(tmp_path / "a.xlsx", ["姓名"], ["老李"]).rename(tmp_path / "a.csv")
    assert read_rows(tmp_path / "a.csv") == [{"姓名": "老李"}]


def bomb(path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 150_000_000)
    return path


def test_what_is_no_table_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    assert "找不到文件" in refused(path)
    assert "读不了" in refused(tmp_path)
    assert "表格是空的" in refused(saved(path, b""))
    assert "表格是空的" in refused(saved(path, b"\xef\xbb\xbf\r\n,,\r\n"))
    assert "旧的 .xls 格式，或加了密码" in refused(
        saved(path, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500)
    )
    assert "不是完好的 .xlsx 文件" in refused(saved(path, b"PK\x03\x04" + b"\0" * 500))
    whole = book(tmp_path / "b.xlsx", ["姓名"]).read_bytes()
    assert "不是完好的 .xlsx 文件" in refused(saved(path, whole[: len(whole) // 2]))
    assert "不是表格文件" in refused(saved(path, b"\x00\x01\x02"))
    assert "不是表格文件" in refused(saved(path, b"\x80\xff\xff"))
    assert "引号不成对" in refused(saved(path, '姓名\n"老李\n'))
    assert "重复的列：姓名" in refused(saved(path, "姓名,姓名\n1,2\n"))
    assert "文件太大了" in refused(saved(path, b"a" * 20_000_001))
    assert "文件太大了" in refused(bomb(path))
    assert "行数太多了" in refused(saved(path, b"a\n" * 100_001))


def test_a_sheet_with_a_far_away_cell_is_not_walked_through(tmp_path: Path) -> None:
    made = Workbook()
    page = made.active
    assert page is not None
    page["XFD99999"] = "x"
    made.save(tmp_path / "a.xlsx")
    assert "行数太多了" in refused(tmp_path / "a.xlsx")


def test_text_never_becomes_a_formula_in_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_workbook(path, [Sheet("工单", ["=head", "b"], [[text, "#N/A"] for text in RUNS])], ZONE)
    page = load_workbook(path)["工单"]
    cells = [cell for row in page.iter_rows() for cell in row]
    assert len(cells) == 2 * len(RUNS) + 2
    assert {cell.data_type for cell in cells} == {"s"}
    assert [row[0] for row in page.iter_rows(min_row=2, values_only=True)] == RUNS
    with zipfile.ZipFile(path) as packed:
        assert b"<f>" not in packed.read("xl/worksheets/sheet1.xml")


def test_text_never_becomes_a_formula_in_csv(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write_csv(path, Sheet("", ["a"], [[text] for text in RUNS]), ZONE)
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf"), "Excel needs the mark"
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert [row[0] for row in rows[1:]] == [f"'{text}" for text in RUNS]
    assert [row["a"] for row in read_rows(path)] == [text.strip() for text in RUNS]


def test_moments_are_dates_on_the_compounds_clocks(tmp_path: Path) -> None:
    moment = datetime(2026, 6, 15, 16, 30, 5, tzinfo=UTC)
    sheet = Sheet("工单", ["时", "日", "数", "是", "无"], [[moment, date(2026, 6, 16), 12, True, None]])
    write_workbook(tmp_path / "a.xlsx", [sheet], ZONE)
    cells = load_workbook(tmp_path / "a.xlsx")["工单"][2]
    assert [cell.number_format for cell in cells[:2]] == ["yyyy-mm-dd hh:mm", "yyyy-mm-dd"]
    assert [str(cell.value) for cell in cells] == [
        "2026-06-16 00:30:05",
        "2026-06-16 00:00:00",
        "12",
        "True",
        "None",
    ]
    write_csv(tmp_path / "a.csv", sheet, ZONE)
    assert tmp_path.joinpath("a.csv").read_text("utf-8-sig").splitlines()[1] == (
        "2026-06-16 00:30:05,2026-06-16,12,TRUE,"
    )


def test_a_moment_without_its_zone_is_refused(tmp_path: Path) -> None:
    naive = datetime(2026, 6, 15)  # noqa: DTZ001 - that is the point
    with pytest.raises(ValueError, match="time zone"):
        write_csv(tmp_path / "a.csv", Sheet("", ["a"], [[naive]]), ZONE)
    assert list(tmp_path.iterdir()) == [], "no half-written file stays behind"


@pytest.mark.parametrize(
    ("text", "stays"),
    [
        ("a\x00b\x1b[31mc\x7f\x9f", "ab[31mc"),
        ("右\u202e左\u2066x\u200f", "右左x"),
        ("一\r\n二\r三", "一\n二\n三"),
        ("\ud800x\ufffe\uffff", "x"),
        ("家👨‍👩‍👧", "家👨‍👩‍👧"),
        ("长" * 40_000, "长" * 32_767),
    ],
)
def test_cells_hold_no_control_characters(text: str, stays: str) -> None:
    assert clean(text) == stays


def test_files_with_persons_are_for_their_owner_only(tmp_path: Path) -> None:
    sheet = Sheet("工单", ["a"], [["b"]])
    write_csv(tmp_path / "a.csv", sheet, ZONE)
    write_workbook(tmp_path / "a.xlsx", [sheet], ZONE)
    paths = sorted(tmp_path.iterdir())
    assert [path.name for path in paths] == ["a.csv", "a.xlsx"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths} == {0o600}


def test_sheets_have_names_that_excel_takes(tmp_path: Path) -> None:
    titles = ["3/4月[工单]", "A" * 40, "a" * 40, "", "'x'"]
    write_workbook(tmp_path / "a.xlsx", [Sheet(title, ["列"], []) for title in titles], ZONE)
    names = load_workbook(tmp_path / "a.xlsx").sheetnames
    assert names == ["3 4月 工单", "A" * 31, f"{'a' * 27}(2)", "Sheet", "x"]


CELLS = st.lists(
    st.text(max_size=12) | st.sampled_from([*RUNS, "_x0041_", "_x005F_x0041_", "a\nb", '"', "'"]),
    min_size=1,
    max_size=4,
)


@same_folder
@given(st.lists(CELLS, min_size=1, max_size=4))
def test_what_is_written_is_read_back(tmp_path: Path, rows: list[list[str]]) -> None:
    header = [f"列{n}" for n in range(4)]
    sheet = Sheet("表", header, rows)
    wanted = [[clean(cell).strip() for cell in row] for row in rows]
    wanted = [row + [""] * (4 - len(row)) for row in wanted if any(row)]
    for path, write in ((tmp_path / "a.csv", write_csv), (tmp_path / "a.xlsx", None)):
        if write:
            write(path, sheet, ZONE)
        else:
            write_workbook(path, [sheet], ZONE)
        assert [list(row.values()) for row in read_rows(path)] == wanted


@same_folder
@given(st.binary(max_size=300) | st.text(st.sampled_from("姓名,;\t\"\r\n'= ab")).map(str.encode))
def test_whatever_bytes_are_read_or_refused(tmp_path: Path, data: bytes) -> None:
    path = saved(tmp_path / "a.csv", data)
    try:
        rows = read_rows(path)
    except BadFiles as bad:
        assert str(bad).startswith("a.csv：")
        return
    assert all(any(row.values()) for row in rows)


def test_a_time_of_day_is_written_plainly(tmp_path: Path) -> None:
    sheet = Sheet("", ["a"], [[time(8, 30)]])
    write_csv(tmp_path / "a.csv", sheet, ZONE)
    assert read_rows(tmp_path / "a.csv") == [{"a": "08:30:00"}]


def test_every_kind_of_problem_has_its_words() -> None:
    code = (ROOT / "bot" / "files" / "sheets.py").read_text(encoding="utf-8")
    kinds, texts = set(re.findall(r'_bad\(path, "(\w+)"', code)), load_texts()
    assert len(kinds) > 8
    assert not {
        kind for kind in kinds if f"sheets.{kind}.what" not in texts or f"sheets.{kind}.remedy" not in texts
    }
