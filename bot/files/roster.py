"""The roster (花名册): who has which duty where, read from a table that people keep in Excel."""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Protocol

from bot.domain.people import LADDER, Area, Duty, Role, Roster
from bot.domain.shifts import ALWAYS, Shift
from bot.files.areas import BadArea, overlap, parse_area
from bot.files.config import BadFiles, Compound, Config, Problem
from bot.files.problems import nearest, shown, tell
from bot.files.rostercheck import roster_warnings
from bot.files.sheets import Row, read_table
from bot.files.shifts import BadShift, parse_shift
from bot.texts import Texts, load_texts

__all__ = ["load_roster", "parse_area", "read_roster", "roster_warnings"]

HEADS: Mapping[str, tuple[str, ...]] = {
    "网格": ("网格", "网格名称", "所属网格", "网格号", "grid"),
    "楼栋": (
        "楼栋",
        "楼号",
        "楼栋号",
        "负责楼栋",
        "范围",
        "负责范围",
        "责任范围",
        "区域",
        "负责区域",
        "buildings",
        "area",
    ),
    "职责": ("职责", "职务", "角色", "岗位", "身份", "role"),
    "姓名": ("姓名", "名字", "人员", "人员姓名", "name"),
    "电话": ("电话", "手机", "手机号", "手机号码", "电话号码", "联系电话", "联系方式", "phone"),
    "任期至": (
        "任期至",
        "任期",
        "任期到",
        "任期截止",
        "截止",
        "截止日期",
        "到期",
        "到期日",
        "有效期至",
        "until",
    ),
    "值班": (
        "值班",
        "值班时间",
        "值班时段",
        "班次",
        "排班",
        "在岗时间",
        "上班时间",
        "工作时间",
        "时间",
        "时段",
        "hours",
        "shift",
    ),
    "队伍": ("队伍", "队", "小队", "团队", "小组", "志愿队", "所属队伍", "team"),
}
"""Column → what its head may be called."""

_OPTIONAL = frozenset({"电话", "任期至", "值班", "队伍"})

ROLES: Mapping[str, Role] = {
    "楼长": Role.BUILDING_HEAD,
    "楼组长": Role.BUILDING_HEAD,
    "网格长": Role.GRID_WORKER,
    "专职网格员": Role.GRID_WORKER,
    "调解员": Role.MEDIATOR,
    "治保调解员": Role.MEDIATOR,
    "清扫保洁员": Role.CLEANER,
    "保洁": Role.CLEANER,
    "清洁员": Role.CLEANER,
    "维修": Role.REPAIR,
    "维修员": Role.REPAIR,
    "维修工": Role.REPAIR,
    "物业维修员": Role.REPAIR,
    "经理": Role.MANAGER,
    "项目经理": Role.MANAGER,
    "业主委员会": Role.COMMITTEE,
    "业委会主任": Role.COMMITTEE,
    "业委会委员": Role.COMMITTEE,
    "居委会": Role.COMMUNITY,
    "社区居委会": Role.COMMUNITY,
}
"""Other words for a role that rosters use."""

_FOREVER = ("", "-", "—", "/", "无", "长期", "不限")
_DAY = re.compile(r"(\d{4})[年/.-](\d{1,2})(?:[月/.-](\d{1,2})日?|月)?(?:00:00(?::00)?)?")
_EIGHT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_PHONE = re.compile(r"\+?[0-9][0-9 ()-]{3,22}[0-9](?:转[0-9]{1,6})?")


class _Bad(Protocol):
    """Adds a problem of a row: its column and the catalogue's key."""

    def __call__(self, column: str, kind: str, /, **values: object) -> None: ...


@dataclass(frozen=True, slots=True)
class _Line:
    """A duty and where in the file it stands."""

    number: int
    duty: Duty


def load_roster(path: Path, config: Config) -> Roster:
    """The roster in a .csv or .xlsx file. Raises BadFiles with all problems at once."""
    return read_roster(path, config.compound)


def read_roster(path: Path, compound: Compound) -> Roster:
    """``load_roster`` for a compound whose other settings may be faulty."""
    texts = load_texts()
    table = read_table(path, known=[alias for aliases in HEADS.values() for alias in aliases])
    columns, problems = _columns(texts, path.name, table.header)
    if problems:
        raise BadFiles(problems)
    lines: list[_Line] = []
    for row in table.rows:
        duty = _duty(texts, path.name, row, columns, compound, problems)
        if duty is not None:
            lines.append(_Line(row.number, duty))
    lines = [replace(line, duty=_in_its_grid(line.duty, lines)) for line in lines]
    problems += _empty_areas(texts, path.name, lines)
    problems += _doubled(texts, path.name, lines)
    problems += _overlapping(texts, path.name, lines)
    problems += _half_phoned(texts, path.name, lines)
    problems += _teams_called_like_people(texts, path.name, lines)
    if not table.rows:
        problems.append(tell(texts, path.name, "", "roster.empty"))
    if problems:
        raise BadFiles(problems)
    return Roster(tuple(line.duty for line in lines), compound.area)


def _columns(texts: Texts, file: str, header: tuple[str, ...]) -> tuple[dict[str, str], list[Problem]]:
    """Our name of each column → its head in this file."""
    plain = {
        head: unicodedata.normalize("NFKC", re.sub(r"\s|[（(].*?[)）]", "", head)).lower() for head in header
    }
    columns: dict[str, str] = {}
    problems = []
    for column, aliases in HEADS.items():
        heads = [head for head in header if plain[head] in aliases]
        if len(heads) > 1:
            both = "、".join(heads)
            problems.append(tell(texts, file, column, "roster.two_columns", column=column, heads=shown(both)))
        elif heads:
            columns[column] = heads[0]
        elif column not in _OPTIONAL:
            heads_there = shown("、".join(header), 80)
            problems.append(tell(texts, file, column, "roster.no_column", column=column, heads=heads_there))
    return columns, problems


def _duty(
    texts: Texts, file: str, row: Row, columns: dict[str, str], compound: Compound, problems: list[Problem]
) -> Duty | None:
    """A row's duty, or None with what is wrong added to ``problems``."""
    before = len(problems)

    def bad(column: str, kind: str, /, **values: object) -> None:
        key = texts("roster.cell", number=row.number, column=columns.get(column, column))
        problems.append(tell(texts, file, key, kind, **values))

    cell = {column: row.cells[head].strip() for column, head in columns.items()}
    name, grid = _spaceless(cell["姓名"]), _spaceless(unicodedata.normalize("NFKC", cell["网格"]))
    if not name:
        bad("姓名", "roster.no_name")
    elif len(name) > 20 or "/" in name:
        bad("姓名", "roster.bad_name", value=shown(name))
    role = _role(cell["职责"])
    if role is None:
        near = nearest(_spaceless(cell["职责"]), (*Role, *ROLES))
        known = "、".join(Role)
        if near:
            bad(
                "职责", "roster.role_near", value=shown(cell["职责"]), near=ROLES.get(near, near), known=known
            )
        else:
            bad("职责", "roster.role", value=shown(cell["职责"]), known=known)
    if role is Role.GRID_WORKER and not grid:
        bad("网格", "roster.no_grid", name=shown(name))
    area = Area(whole=role in LADDER)
    if cell["楼栋"]:
        try:
            area = parse_area(cell["楼栋"], compound)
        except BadArea as wrong:
            bad("楼栋", f"area.{wrong.kind}", **wrong.values)
    phone = _spaceless(unicodedata.normalize("NFKC", cell.get("电话", "")))
    if re.fullmatch(r"[0-9.]+E\+?[0-9]+", phone, re.IGNORECASE):
        bad("电话", "roster.rounded_phone", value=shown(phone))
    elif phone and not _PHONE.fullmatch(phone):
        bad("电话", "roster.bad_phone", value=shown(phone))
    until, shift, teams = _when(cell, bad)
    if len(problems) > before or role is None:
        return None
    return Duty(grid, area, role, name, phone, until, shift, teams)


def _when(cell: Mapping[str, str], bad: _Bad) -> tuple[date | None, Shift, tuple[str, ...]]:
    """Until when, in which hours and in which teams somebody has a duty."""
    until = None
    try:
        until = parse_day(cell.get("任期至", ""))
    except ValueError:
        bad("任期至", "roster.bad_date", value=shown(cell["任期至"]))
    shift = ALWAYS
    try:
        shift = parse_shift(cell.get("值班", ""))
    except BadShift as wrong:
        bad("值班", f"roster.{wrong.kind}_shift", value=shown(wrong.value))
    teams = parse_teams(cell.get("队伍", ""))
    if wrong_team := next((team for team in teams if len(team) > 20 or "/" in team), None):
        bad("队伍", "roster.bad_team", value=shown(wrong_team))
    return until, shift, teams


def parse_teams(text: str) -> tuple[str, ...]:
    """The names of teams in a cell: 邻里守护队、红袖章."""
    said = unicodedata.normalize("NFKC", text)
    names = (_spaceless(name) for name in re.split(r"[、,;\n]+", said))
    return tuple(dict.fromkeys(name for name in names if name not in _FOREVER))


def _role(text: str) -> Role | None:
    word = _spaceless(unicodedata.normalize("NFKC", text))
    return next((role for role in Role if role == word), ROLES.get(word))


def parse_day(text: str) -> date | None:
    """A day as people and Excel write it: 2027-06-30, 2027/6/30, 2027年6月30日, 20270630; None for no end.

    A month alone means its last day. Raises ValueError.
    """
    said = _spaceless(unicodedata.normalize("NFKC", text))
    if said in _FOREVER:
        return None
    found = _DAY.fullmatch(said) or _EIGHT.fullmatch(said)
    if found is None:
        raise ValueError(f"not a day: {said}")
    year, month = int(found[1]), int(found[2])
    if not (2000 <= year <= 2100 and 1 <= month <= 12):
        raise ValueError(f"not a day: {said}")
    return date(year, month, int(found[3]) if found[3] else calendar.monthrange(year, month)[1])


def _spaceless(text: str) -> str:
    return re.sub(r"\s", "", text)


def _in_its_grid(duty: Duty, lines: list[_Line]) -> Duty:
    """A duty with a grid but no buildings holds wherever the grid's own workers do."""
    if duty.area != Area() or not duty.grid:
        return duty
    workers = [
        line.duty.area for line in lines if line.duty.grid == duty.grid and line.duty.role is Role.GRID_WORKER
    ]
    return replace(
        duty,
        area=Area(
            whole=any(area.whole for area in workers),
            buildings=frozenset().union(*(area.buildings for area in workers)),
            spots=frozenset().union(*(area.spots for area in workers)),
        ),
    )


def _empty_areas(texts: Texts, file: str, lines: list[_Line]) -> Iterator[Problem]:
    for line in lines:
        if line.duty.area == Area():
            key = texts("roster.cell", number=line.number, column="楼栋")
            yield tell(texts, file, key, "roster.no_area", role=line.duty.role.value)


def _doubled(texts: Texts, file: str, lines: list[_Line]) -> Iterator[Problem]:
    seen: dict[tuple[str, Role, str, Area, Shift], int] = {}
    for line in lines:
        duty = line.duty
        # One row for every shift is as good as all of them in one cell.
        key_of = (duty.person, duty.role, duty.grid, duty.area, duty.shift)
        first = seen.setdefault(key_of, line.number)
        if first != line.number:
            key = texts("roster.row", number=line.number)
            yield tell(texts, file, key, "roster.doubled", first=first, name=duty.name)


def _overlapping(texts: Texts, file: str, lines: list[_Line]) -> Iterator[Problem]:
    for first, second in combinations(lines, 2):
        one, other = first.duty, second.duty
        if one.role is not other.role or not one.grid or not other.grid or one.grid == other.grid:
            continue
        both = overlap(one.area, other.area)
        if both:
            key = texts("roster.row", number=second.number)
            names = {"grid": other.grid, "its": one.grid, "role": one.role.value}
            yield tell(texts, file, key, "roster.overlap", where=shown(both, 80), first=first.number, **names)


def _teams_called_like_people(texts: Texts, file: str, lines: list[_Line]) -> Iterator[Problem]:
    """A ticket is handed to a name, so a team's must be nobody's and no role's."""
    names = {line.duty.name for line in lines} | set(Role)
    for line in lines:
        for team in line.duty.teams:
            if team in names:
                key = texts("roster.cell", number=line.number, column="队伍")
                yield tell(texts, file, key, "roster.team_like_person", value=shown(team))


def _half_phoned(texts: Texts, file: str, lines: list[_Line]) -> Iterator[Problem]:
    """Rights hang on the person, so a name with and without a phone must not silently be two people."""
    phoned = {line.duty.name: line.number for line in reversed(lines) if line.duty.phone}
    for line in lines:
        if not line.duty.phone and line.duty.name in phoned:
            key = texts("roster.cell", number=line.number, column="电话")
            yield tell(
                texts, file, key, "roster.half_phoned", name=line.duty.name, other=phoned[line.duty.name]
            )
