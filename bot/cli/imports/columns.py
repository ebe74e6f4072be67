"""Columns by the heads that committees give them, and the cells that both kinds of tables share."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.calendar.moments import parse_moment
from bot.domain import numbering
from bot.domain.places import NOWHERE, Place
from bot.files.problems import BadFiles, shown, tell
from bot.files.roster import parse_day
from bot.files.sheets import Row, Table, read_table
from bot.texts import load_texts
from handlers.context import Files

PLACE_HEADS: Mapping[str, tuple[str, ...]] = {
    "期": ("期", "期别", "小区期数", "片区"),
    "楼栋": ("楼栋", "楼栋号", "栋", "栋号", "楼号", "幢", "幢号", "座", "building"),
    "单元": ("单元", "单元号", "门洞", "unit"),
    "房号": ("房号", "房间", "房间号", "房屋", "室", "室号", "门牌", "门牌号", "户号", "room"),
    "地点": (
        "地点",
        "位置",
        "地址",
        "住址",
        "详细地址",
        "楼栋房号",
        "房屋地址",
        "发生地点",
        "报修地址",
        "place",
    ),
}
"""Column → what its head may be called, the likeliest first."""

PERSON_HEADS: Mapping[str, tuple[str, ...]] = {
    "姓名": (
        *("姓名", "业主姓名", "住户姓名", "居民姓名", "报修人", "反映人", "投诉人", "诉求人", "来访人"),
        *("联系人", "业主", "住户", "居民", "户主", "name"),
    ),
    "电话": ("电话", "联系电话", "手机", "手机号", "手机号码", "电话号码", "联系方式", "phone"),
}

_ROUNDED = re.compile(r"[0-9.]+E\+?[0-9]+", re.IGNORECASE)
_TIMED = re.compile(r"(?P<day>.*?\S)[\sT]*(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::\d{2})?")
_YEARLESS = re.compile(r"\d{1,2}[月/.-]\d{1,2}(?!\d)")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2})?")
_SERIAL = range(36_526, 73_051)
"""Excel's numbers for the days of 2000 to 2099, which show where a column has lost its date format."""
_LONGEST_PHONE = 64


class BadCell(ValueError):
    """A cell that cannot be understood. ``kind`` is a key of the catalogue's [import] table."""

    def __init__(self, kind: str, **values: object) -> None:
        super().__init__(kind)
        self.kind = kind
        self.values = values


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table whose columns are known by our names."""

    table: Table
    columns: Mapping[str, str]
    """Our name → the head in the file."""

    @property
    def unused(self) -> tuple[str, ...]:
        """Heads that mean nothing to us."""
        return tuple(head for head in self.table.header if head not in self.columns.values())

    def cell(self, row: Row, column: str) -> str:
        """A row's value under one of our names; empty where the file has no such column."""
        head = self.columns.get(column)
        return row.cells[head].strip() if head is not None else ""


def read_sheet(
    path: Path, heads: Mapping[str, tuple[str, ...]], needed: tuple[tuple[str, ...], ...]
) -> Sheet:
    """The table with its columns found. ``needed``: of each choice one column has to be there. Raises BadFiles."""
    table = read_table(path, known=[alias for aliases in heads.values() for alias in aliases])
    plain: dict[str, str] = {}
    for head in table.header:
        plain.setdefault(_plain(head), head)
    columns: dict[str, str] = {}
    for column, aliases in heads.items():
        found = next((plain[alias] for alias in aliases if alias in plain), None)
        if found is not None and found not in columns.values():
            columns[column] = found
    texts = load_texts()
    there = shown("、".join(table.header), 80)
    problems = [
        tell(texts, path.name, "", "import.no_column", column=texts("import.or").join(choice), heads=there)
        for choice in needed
        if not any(column in columns for column in choice)
    ]
    if problems:
        raise BadFiles(problems)
    return Sheet(table, columns)


def _plain(head: str) -> str:
    said = unicodedata.normalize("NFKC", head)
    return re.sub(r"\s|\(.*?\)|[:*#]", "", said).lower()


def moment_of(said: str, now: datetime, zone: ZoneInfo) -> datetime:
    """The moment that a cell names, a day alone being its midnight; in UTC. Raises BadCell, also for the future."""
    text = unicodedata.normalize("NFKC", said).strip()
    if not text:
        raise BadCell("no_date")
    moment = _day_and_time(text, zone) or parse_moment(text, now, zone) or _this_year(text, now, zone)
    if moment is None:
        raise BadCell("bad_date", value=shown(said))
    if moment > now:
        raise BadCell("future", value=shown(said))
    return moment.astimezone(UTC)


def clock_of(said: str) -> time | None:
    """The time of day that a cell holds, if it holds nothing else."""
    found = _CLOCK.fullmatch(unicodedata.normalize("NFKC", said).strip())
    return time(int(found[1]), int(found[2])) if found and int(found[1]) < 24 and int(found[2]) < 60 else None


def _day_and_time(text: str, zone: ZoneInfo) -> datetime | None:
    timed = _TIMED.fullmatch(text)
    said, clock = (timed["day"], clock_of(f"{timed['hour']}:{timed['minute']}")) if timed else (text, time())
    day = _day(said)
    return datetime.combine(day, clock, zone) if day is not None and clock is not None else None


def _day(text: str) -> date | None:
    if text.isascii() and text.isdigit() and int(text) in _SERIAL:
        return date(1899, 12, 30) + timedelta(days=int(text))
    try:
        return parse_day(text)
    except ValueError:
        return None


def _this_year(text: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """A day without its year: the last one that has been."""
    if not _YEARLESS.match(text):
        return None
    today = now.astimezone(zone).date()
    for year in (today.year, today.year - 1):
        moment = _day_and_time(f"{year}年{text}", zone)
        if moment is not None and moment <= now:
            return moment
    return None


def phone_of(said: str) -> str:
    """A phone number as it is written. Raises BadCell where Excel has rounded it."""
    text = unicodedata.normalize("NFKC", said).strip()
    if _ROUNDED.fullmatch(text):
        raise BadCell("rounded_phone", value=shown(text))
    if len(text) > _LONGEST_PHONE or (text and not any(ch.isdigit() for ch in text)):
        raise BadCell("bad_phone", value=shown(text))
    return text


def place_of(sheet: Sheet, row: Row, files: Files) -> Place:
    """The place that a row's columns name, NOWHERE where they are empty.

    Raises BadCell for what cannot be understood, and for a building that the compound does not have.
    """
    said = {column: sheet.cell(row, column) for column in PLACE_HEADS}
    place = _numbered(said)
    # A building's cell may hold a whole address (3栋2单元), and so may a room's (3-2-501).
    addresses = [
        said["地点"],
        *([] if place.building else [said["楼栋"]]),
        *([] if place.room else [said["房号"]]),
    ]
    for text in addresses:
        if text:
            found = files.classifier.only_place(text) or files.classifier.place(text)
            if not found:
                raise BadCell("bad_place", value=shown(text))
            place = place.over(found)
    known = files.config.compound.every_building
    unknown = [building for building in place.buildings if building not in known]
    if unknown:
        raise BadCell("no_building", value="、".join(unknown), known=shown(numbering.fold(known), 60))
    return place


def _numbered(said: Mapping[str, str]) -> Place:
    """What the columns say that hold one number each: 3 | 2 | 501."""
    building = numbering.building(said["楼栋"]) if said["楼栋"] else None
    if building is None:
        return NOWHERE
    unit = numbering.plain(said["单元"]).removesuffix("单元").removesuffix("门")
    number = numbering.number(unit) if unit else None
    room = re.sub(r"[室房号]+$", "", numbering.plain(said["房号"]))
    return Place(
        phase=numbering.phase(said["期"]) if said["期"] else None,
        buildings=(building,),
        unit=unit or None if number is None else str(number),
        room=room if re.fullmatch(r"[0-9A-Z]{1,6}", room) else None,
    )
