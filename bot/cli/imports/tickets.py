"""Matters that a committee has kept in a table, read row by row."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.cli.imports.columns import (
    PERSON_HEADS,
    PLACE_HEADS,
    BadCell,
    Sheet,
    clock_of,
    moment_of,
    phone_of,
    place_of,
    read_sheet,
)
from bot.domain.places import NOWHERE, Place
from bot.domain.tickets import GOING_ON, State
from bot.domain.verdicts import OTHER_TOPIC, Kind, Severity, Verdict
from bot.files.problems import shown
from bot.files.sheets import Row
from handlers.commands.vocabulary import KINDS, topic_in, topic_named
from handlers.context import Context

HEADS: Mapping[str, tuple[str, ...]] = {
    "日期": (
        *(
            "日期",
            "登记日期",
            "报修日期",
            "反映日期",
            "投诉日期",
            "受理日期",
            "上报日期",
            "来访日期",
            "接报日期",
            "date",
        ),
        *(
            "登记时间",
            "报修时间",
            "反映时间",
            "投诉时间",
            "受理时间",
            "上报时间",
            "来访时间",
            "接报时间",
            "发生时间",
        ),
    ),
    "时间": ("时间", "钟点", "几点", "time"),
    "内容": (
        *(
            "内容",
            "事项",
            "问题",
            "诉求",
            "问题描述",
            "问题内容",
            "反映内容",
            "反映问题",
            "诉求内容",
            "事项内容",
        ),
        *(
            "报修内容",
            "投诉内容",
            "具体内容",
            "具体问题",
            "存在问题",
            "居民诉求",
            "需求",
            "描述",
            "原话",
            "详情",
            "text",
        ),
    ),
    "状态": (
        *("状态", "办理状态", "处理状态", "进度", "办理进度", "是否办结", "是否解决", "是否完成", "完成情况"),
        *("办理情况", "处理情况", "办理结果", "处理结果", "结果", "state", "status"),
    ),
    "类别": ("类别", "类型", "性质", "分类", "kind"),
    "主题": ("主题", "问题类别", "问题类型", "事项类别", "问题分类", "topic"),
    "办结日期": (
        *("办结日期", "完成日期", "解决日期", "结案日期", "关闭日期"),
        *("办结时间", "完成时间", "解决时间", "结案时间", "关闭时间"),
    ),
    "负责人": ("负责人", "处理人", "经办人", "办理人", "责任人", "承办人", "维修人", "维修人员"),
    **PLACE_HEADS,
    **PERSON_HEADS,
}
"""Column → what its head may be called, the likeliest first."""

_STATES: tuple[tuple[re.Pattern[str], State], ...] = (
    (re.compile(r"误报"), State.FALSE_ALARM),
    (re.compile(r"撤[回销]|取消|作废"), State.WITHDRAWN),
    (re.compile(r"不属|不予|不办|不处理|无法|退回|转[出交办]|非本"), State.DECLINED),
    (re.compile(r"处理中|办理中|进行中|维修中|跟进|已派|已接|在办|协调中|正在"), State.ACCEPTED),
    (re.compile(r"未|没|待|尚|否|新建|暂缓|挂起|open|^no?$|^×$|^✗$"), State.OPEN),
    (re.compile(r"已|完|结|毕|解决|修好|好了|是|closed|done|^y(es)?$|^√$|^✓$|^✔$"), State.CLOSED),
)
"""What a state's cell may say, the first that fits: 未完成 is not 完成."""
_LONGEST_TEXT = 2000
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class TicketRow:
    """A row that can be filed."""

    number: int
    """What Excel shows beside it."""
    filed_at: datetime
    closed_at: datetime | None
    text: str
    verdict: Verdict
    place: Place
    state: State
    name: str
    phone: str
    assignee: str | None
    notes: tuple[str, ...]
    """What the reader had to decide, as keys of the catalogue's [import.note]."""


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be used, and why, in the catalogue's words."""

    number: int
    why: str


@dataclass(frozen=True, slots=True)
class TicketTable:
    """What a file says."""

    rows: tuple[TicketRow, ...]
    bad: tuple[BadRow, ...]
    unused: tuple[str, ...]
    """Heads of columns that mean nothing to Linli."""


def read_tickets(path: Path, context: Context) -> TicketTable:
    """Every row of a file, read. Raises BadFiles where the file as a whole is of no use."""
    sheet = read_sheet(path, HEADS, (("内容",), ("日期", "时间")))
    rows: list[TicketRow] = []
    bad: list[BadRow] = []
    for row in sheet.table.rows:
        try:
            rows.append(_read(sheet, row, context))
        except BadCell as wrong:
            bad.append(BadRow(row.number, context.say(f"import.{wrong.kind}", **wrong.values)))
    return TicketTable(tuple(rows), tuple(bad), sheet.unused)


def _read(sheet: Sheet, row: Row, context: Context) -> TicketRow:
    notes: list[str] = []
    text = sheet.cell(row, "内容")
    if not text:
        raise BadCell("no_text")
    filed_at = moment_of(_when(sheet, row), context.now, context.zone)
    closed_at = None
    if sheet.cell(row, "办结日期"):
        closed_at = moment_of(sheet.cell(row, "办结日期"), context.now, context.zone)
        if closed_at.astimezone(context.zone).date() < filed_at.astimezone(context.zone).date():
            raise BadCell("closed_before")
    verdict = _verdict(sheet, row, context, text, notes)
    place = NOWHERE
    try:
        place = place_of(sheet, row, context.files)
    except BadCell as wrong:
        # The words are kept, so that nothing is lost and a person can still see where it was.
        notes.append(wrong.kind)
        said = " ".join(filter(None, (sheet.cell(row, column) for column in PLACE_HEADS)))
        text = context.say("import.with_place", text=text, place=said)
    assignee = _assignee(sheet, row, context, notes)
    state = _state(sheet.cell(row, "状态"), closed_at)
    if state is State.ACCEPTED and assignee is None:
        state = State.OPEN
        notes.append("nobody")
    return TicketRow(
        number=row.number,
        filed_at=filed_at,
        closed_at=max(closed_at, filed_at) if closed_at else None,
        text=text[:_LONGEST_TEXT],
        verdict=verdict,
        place=place.over(verdict.place) if place else verdict.place,
        state=_for_kind(verdict.kind, state),
        name=sheet.cell(row, "姓名")[:_LONGEST_NAME],
        phone=phone_of(sheet.cell(row, "电话")),
        assignee=assignee,
        notes=tuple(notes),
    )


def _when(sheet: Sheet, row: Row) -> str:
    """The cell with the day, with the other's hour where they are two."""
    day, hour = sheet.cell(row, "日期"), sheet.cell(row, "时间")
    if day and clock_of(hour) is not None:
        return f"{day.partition(' ')[0]} {hour}"
    return day or hour


def _verdict(sheet: Sheet, row: Row, context: Context, text: str, notes: list[str]) -> Verdict:
    """The columns' word, else the rules'. Somebody has put it into the table: it is no chatter."""
    book = context.files.rulebook
    found = context.files.classifier.classify(text)
    kind, topic = found.kind, found.topic
    if kind is Kind.CHATTER:
        kind, topic = Kind.COMPLAINT, topic_in(book, text) or OTHER_TOPIC
        if topic == OTHER_TOPIC:
            notes.append("unrecognised")
    for column in ("类别", "主题"):
        said = sheet.cell(row, column)
        named = topic_named(book, said) if said else None
        if said in KINDS and KINDS[said] is not Kind.CHATTER:
            kind = KINDS[said]
        elif named:
            topic = named
        elif said:
            notes.append("class")
    severity = found.severity if kind is Kind.COMPLAINT else Severity.ORDINARY
    return Verdict(kind, topic, severity, found.place, found.score, found.because)


def _state(said: str, closed_at: datetime | None) -> State:
    if not said:
        return State.CLOSED if closed_at else State.OPEN
    state = next((state for pattern, state in _STATES if pattern.search(said.lower())), None)
    if state is None and closed_at is None:
        raise BadCell("bad_state", value=shown(said))
    return state or State.CLOSED


def _for_kind(kind: Kind, state: State) -> State:
    """A notice has no steps but its end."""
    if kind is not Kind.NOTICE:
        return state
    return State.POSTED if state in GOING_ON else State.ENDED


def _assignee(sheet: Sheet, row: Row, context: Context, notes: list[str]) -> str | None:
    said = sheet.cell(row, "负责人")
    found = context.roster.find(said) if said else ()
    if said and len(found) != 1:
        notes.append("assignee")
    return found[0] if len(found) == 1 else None
