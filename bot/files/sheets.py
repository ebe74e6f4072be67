"""Tables that people keep in Excel: read whatever Excel saves, write what Excel shows and never runs.

The only file that knows openpyxl.
"""

from __future__ import annotations

import csv
import io
import os
import re
import tempfile
import unicodedata
import warnings
import zipfile
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import IO, TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.files.problems import BadFiles, shown, tell
from bot.texts import load_texts

# Imported where it is used: it takes as long as a third of all else, and most starts see no workbook.
if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell.cell import Cell as ExcelCell
    from openpyxl.styles import Font
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet
    from openpyxl.worksheet.worksheet import Worksheet

Cell = str | int | float | bool | date | datetime | time | None
"""What a cell may hold. A datetime needs its zone; it is shown in the compound's."""

_LARGEST = 20_000_000
_UNPACKED = 100_000_000
"""Bytes of a workbook once unpacked; a small file may hide a huge one."""
_ROWS = 100_000
_CELLS = 3_000_000
_LONGEST = 32_767
"""Characters that Excel allows in a cell."""

_RUNS = re.compile(r"[\s']*(?:[=+\-@＝＋－＠]|[\t\r\n])")
"""How a text begins that Excel would take for a formula, leading apostrophes and blanks included."""
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
"""What a workbook would take for one of its escapes: _x000D_ is a line's end, _x005F_ the sign _ itself."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row by its column heads. ``number`` is what Excel shows beside it."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet's heads, in order, and its rows; empty rows are left out."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet to be written."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def read_rows(path: Path) -> list[dict[str, str]]:
    """A .csv or .xlsx file's rows by column head, every value as text. Raises BadFiles."""
    return [row.cells for row in read_table(path).rows]


def read_table(path: Path, known: Collection[str] = ()) -> Table:
    """A .csv or .xlsx file as a table, told apart by content, not by name. Raises BadFiles.

    Dates come as 2027-06-30, whole numbers without a decimal point, joined cells with their value in each.
    The heads are the first row that is not empty or, with ``known`` heads, the first that has two of them,
    so that a title above the table does no harm.
    """
    data = _bytes(path)
    if data.startswith(b"PK"):
        grid = _from_xlsx(path, data)
    elif data.startswith(b"\xd0\xcf\x11\xe0"):
        raise _bad(path, "old_excel")
    else:
        grid = _from_csv(path, data)
    rows = [(number, [_tidy(cell) for cell in row]) for number, row in grid]
    rows = [(number, row) for number, row in rows if any(row)]
    if not rows:
        raise _bad(path, "empty")
    head = next((i for i, (_, row) in enumerate(rows[:10]) if len(set(row) & set(known)) >= 2), 0)
    header = rows[head][1]
    twice = [name for name, count in Counter(header).items() if name and count > 1]
    if twice:
        raise _bad(path, "head_twice", value=shown("、".join(twice)))
    named = [(i, name) for i, name in enumerate(header) if name]
    found = (
        Row(number, {name: row[i] if i < len(row) else "" for i, name in named})
        for number, row in rows[head + 1 :]
    )
    return Table(tuple(name for _, name in named), tuple(row for row in found if any(row.cells.values())))


def write_csv(path: Path, sheet: Sheet, zone: ZoneInfo) -> None:
    """Write a table as CSV that Excel opens rightly, readable by the owner only. Replaces the file whole."""
    with _replacing(path) as file:
        text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
        writer = csv.writer(text)
        for row in (sheet.header, *sheet.rows):
            writer.writerow([_csv_cell(cell, zone) for cell in row])
        text.flush()
        text.detach()


def write_workbook(path: Path, sheets: Sequence[Sheet], zone: ZoneInfo) -> None:
    """Write an Excel workbook, readable by the owner only. Text stays text, dates are dates in ``zone``."""
    from openpyxl import Workbook  # noqa: PLC0415
    from openpyxl.styles import Font  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    book = Workbook(write_only=True)
    titles: set[str] = set()
    for sheet in sheets:
        page = book.create_sheet(_title(sheet.title, titles))
        page.freeze_panes = "A2"
        for number, head in enumerate(sheet.header, 1):
            cells = (head, *(row[number - 1] for row in sheet.rows[:200] if number <= len(row)))
            page.column_dimensions[get_column_letter(number)].width = min(60, max(map(_width, cells)) + 2)
        page.append([_xlsx_cell(page, head, zone, Font(bold=True)) for head in sheet.header])
        for row in sheet.rows:
            page.append([_xlsx_cell(page, cell, zone) for cell in row])
    with _replacing(path) as file:
        book.save(file)


def clean(text: str) -> str:
    """The text without what a cell must not hold: control, direction and unpaired characters."""
    kept = (
        ch
        for ch in text.replace("\r\n", "\n").replace("\r", "\n")
        if ch in "\n\t"
        or not (unicodedata.category(ch) in {"Cc", "Cs"} or _directs(ch) or ord(ch) & 0xFFFE == 0xFFFE)
    )
    return "".join(kept)[:_LONGEST]


def _directs(ch: str) -> bool:
    return ch in "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def _bad(path: Path, kind: str, /, **values: object) -> BadFiles:
    return BadFiles([tell(load_texts(), path.name, "", f"sheets.{kind}", **values)])


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except FileNotFoundError:
        raise _bad(path, "missing", path=shown(path, 200)) from None
    except OSError as error:
        raise _bad(path, "unreadable", why=shown(error.strerror or error)) from None
    if len(data) > _LARGEST:
        raise _bad(path, "too_large")
    return data


def _from_csv(path: Path, data: bytes) -> Iterator[tuple[int, list[str]]]:
    text = _decoded(path, data)
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",\t;，", key=first.count)
    try:
        for number, row in enumerate(
            csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), 1
        ):
            if number > _ROWS:
                raise _bad(path, "too_many", limit=_ROWS)
            yield number, [_unguarded(cell) for cell in row]
    except csv.Error:
        raise _bad(path, "bad_csv") from None


def _decoded(path: Path, data: bytes) -> str:
    """UTF-8 with or without a mark, the UTF-16 of Excel's "Unicode text", or what Chinese Windows writes."""
    codings = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for coding in codings:
        try:
            text = data.decode(coding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise _bad(path, "no_table")


def _from_xlsx(path: Path, data: bytes) -> Iterator[tuple[int, list[str]]]:
    """The first sheet that shows anything."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
        book = None if unpacked > _UNPACKED else _opened(data)
    except Exception:  # openpyxl raises whatever its parsers do on a damaged file
        raise _bad(path, "bad_xlsx") from None
    if book is None:
        raise _bad(path, "too_large")
    for page in book.worksheets:
        if page.sheet_state != "visible":
            continue
        if page.max_row > _ROWS or page.max_row * page.max_column > _CELLS:
            raise _bad(path, "too_many", limit=_ROWS)
        joined = _joined(page)
        rows = [
            (number, [_text(joined.get((number, column), value)) for column, value in enumerate(values, 1)])
            for number, values in enumerate(page.iter_rows(values_only=True), 1)
        ]
        if any(cell.strip() for _, row in rows for cell in row):
            yield from rows
            return


def _opened(data: bytes) -> Workbook:
    from openpyxl import load_workbook  # noqa: PLC0415

    with warnings.catch_warnings():
        # Drop-down lists, printer settings and the like are of no interest here.
        warnings.simplefilter("ignore")
        return load_workbook(io.BytesIO(data), data_only=True)


def _joined(page: Worksheet) -> Mapping[tuple[int, int], object]:
    """The value of every cell that is joined with others (a grid's name written once beside its rows)."""
    found: dict[tuple[int, int], object] = {}
    for area in page.merged_cells.ranges:
        # A title across the sheet is no value of each of its columns.
        if area.max_row > area.min_row and area.size["rows"] * area.size["columns"] <= 10_000:
            value = page.cell(area.min_row, area.min_col).value
            for row in range(area.min_row, area.max_row + 1):
                for column in range(area.min_col, area.max_col + 1):
                    found[row, column] = value
    return found


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return value.strftime("%Y-%m-%d" if value.time() == time(0) else "%Y-%m-%d %H:%M")
        case float() if value.is_integer():
            return str(int(value))
        case str():
            return re.sub(r"_x(000D|005F)_", lambda found: "\n" if found[1] == "000D" else "_", value)
        case _:
            return str(value)


def _tidy(cell: str) -> str:
    return clean(cell).strip().strip("\ufeff\u200b")


def _unguarded(cell: str) -> str:
    """Without the apostrophe that ``write_csv`` puts before what Excel would run."""
    return cell[1:] if cell.startswith("'") and _RUNS.match(cell, 1) else cell


def _guarded(text: str) -> str:
    return f"'{text}" if _RUNS.match(text) else text


def _local(cell: Cell, zone: ZoneInfo) -> Cell:
    """A moment as the compound's clocks showed it: Excel knows no time zones."""
    if not isinstance(cell, datetime):
        return cell
    if cell.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return cell.astimezone(zone).replace(tzinfo=None, microsecond=0)


def _csv_cell(cell: Cell, zone: ZoneInfo) -> str | int | float:
    local = _local(cell, zone)
    match local:
        case None:
            return ""
        case bool():
            return "TRUE" if local else "FALSE"
        case int() | float():
            return local
        case datetime():
            return f"{local:%Y-%m-%d %H:%M:%S}"
        case str():
            return _guarded(clean(local))
        case _:
            return local.isoformat()


def _xlsx_cell(page: WriteOnlyWorksheet, cell: Cell, zone: ZoneInfo, font: Font | None = None) -> ExcelCell:
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415
    from openpyxl.styles import Alignment  # noqa: PLC0415

    value = _local(cell, zone)
    if isinstance(value, str):
        text = clean(value)
        made = WriteOnlyCell(page, _ESCAPE.sub("_x005F_", text))
        made.data_type = "s"
        # Stays text also after somebody has edited the cell.
        made.quotePrefix = bool(_RUNS.match(text))
        made.alignment = Alignment(wrap_text="\n" in text or len(text) > 40, vertical="top")
    else:
        made = WriteOnlyCell(page)
        made.value = value
        if isinstance(value, datetime):
            made.number_format = "yyyy-mm-dd hh:mm"
        elif isinstance(value, date):
            made.number_format = "yyyy-mm-dd"
    if font is not None:
        made.font = font
    return made


def _title(wanted: str, taken: set[str]) -> str:
    """A sheet's name as Excel allows it: 31 characters, no brackets or slashes, no name twice."""
    base = re.sub(r"[\[\]:*?/\\\n\t]", " ", clean(wanted)).strip("' ")[:31] or "Sheet"
    title, number = base, 2
    while title.casefold() in taken:
        title, number = f"{base[:27]}({number})", number + 1
    taken.add(title.casefold())
    return title


def _width(cell: Cell) -> int:
    text = "2027-06-30 12:00" if isinstance(cell, datetime) else str(cell if cell is not None else "")
    lines = text.splitlines() or [""]
    return max(sum(2 if unicodedata.east_asian_width(ch) in "WF" else 1 for ch in line) for line in lines)


@contextmanager
def _replacing(path: Path) -> Iterator[IO[bytes]]:
    """A file that takes its place only when complete, and that only its owner may read (it names people)."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
