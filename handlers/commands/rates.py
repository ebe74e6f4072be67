"""三率: how promises were kept. The committee sees everybody's, a worker their own and nobody else's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from secrets import token_hex

from bot.domain.messages import Outgoing, Priority, SendFile
from bot.domain.permissions import Right
from bot.domain.rates import Case, part_of, unnamed
from bot.files.problems import shown
from bot.files.sheets import write_csv, write_workbook
from handlers.commands.base import Command, Invocation, answer, private_chat, privately
from handlers.commands.periods import Period, parse_period
from handlers.context import Context, Purpose, Refused
from handlers.exports import export_file
from handlers.rate_pages import chart, own_page, page, sheets
from handlers.record import MOST, record

_TABLES = {"表格": "xlsx", "表": "xlsx", "导出": "xlsx", "excel": "xlsx", "xlsx": "xlsx", "csv": "csv"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose rates of which time somebody wants to see."""

    period: Period
    person: str | None = None
    grid: str | None = None
    topic: str | None = None
    table: str | None = None
    """``xlsx`` or ``csv``."""

    @property
    def title(self) -> str:
        """``10月 老李``."""
        name = self.person.partition("/")[0] if self.person else None
        return " ".join(part for part in (self.period.name, self.grid, self.topic, name) if part)

    def of(self, cases: Sequence[Case]) -> tuple[Case, ...]:
        """The cases that are meant."""
        found = tuple(
            case for case in cases if self.grid in (None, case.grid) and self.topic in (None, case.topic)
        )
        return part_of(found, self.person) if self.person else found


def wanted(context: Context, text: str) -> Wanted:
    """What "10月 老李 表格" asks for, in any order. Raises Refused for a word that says nothing."""
    this_month = parse_period("本月", context.now, context.zone)
    assert this_month is not None, "there is always a present month"  # noqa: S101
    found = Wanted(this_month)
    grids = {duty.grid for duty in context.roster.duties if duty.grid}
    for word in re.split(r"[\s,、]+", text):
        period = parse_period(word.lower(), context.now, context.zone) if word else None
        people = context.roster.find(word.removeprefix("@")) if word else ()
        if period is not None:
            found = replace(found, period=period)
        elif word.lower() in _TABLES:
            found = replace(found, table=_TABLES[word.lower()])
        elif word in grids:
            found = replace(found, grid=word)
        elif word in context.files.rulebook.topics:
            found = replace(found, topic=word)
        elif len(people) == 1:
            found = replace(found, person=people[0])
        elif people:
            raise Refused("command_rates.several", name=shown(word, 20), people="、".join(people))
        elif word:
            raise Refused("command_rates.unknown", word=shown(word, 20))
    return found


def rates(invocation: Invocation) -> list[Outgoing]:
    """The three rates with a chart, or as a table. Names of workers are read in private and by the committee alone."""
    context, actor = invocation.context, invocation.actor
    want = wanted(context, invocation.rest)
    if not actor.committee:
        return _own(invocation, want)
    known = record(context, want.period.since, want.period.until)
    cases = want.of(known.cases)
    if not cases:
        raise Refused("command_rates.none", title=want.title)
    said = invocation.said
    here = not said.in_group or context.purpose(said.chat) is Purpose.COMMITTEE
    chat = said.chat if here else private_chat(invocation)
    if want.table is not None:
        file = _table(context, cases, want)
        out: list[Outgoing] = [
            SendFile(chat, f"rates:{token_hex(8)}", file, context.say("command_rates.file", title=want.title))
        ]
        return out if here else [*out, answer(invocation, context.say("command.sent_privately"))]
    text = page(context, cases, want.title)
    if known.cut:
        text += "\n" + context.say("command_rates.cut", most=MOST)
    drawn, caption = chart(context, cases, want.title)
    picture = SendFile(
        chat,
        f"rates:{token_hex(8)}",
        export_file(context, context.say("rates.sheet_rates"), "png"),
        caption,
        Priority.ANSWER,
        drawn,
    )
    words: list[Outgoing] = [answer(invocation, text)] if here else privately(invocation, text)
    return [*words, picture]


def _own(invocation: Invocation, want: Wanted) -> list[Outgoing]:
    """A worker's own, by whole months: other slices of time would tell who gave which stars."""
    context, person = invocation.context, invocation.actor.person
    if want.person not in (None, person) or want.grid or want.topic or want.table or person is None:
        raise Refused("command_rates.own_only")
    first = want.period.since.astimezone(context.zone)
    last = want.period.until.astimezone(context.zone)
    if first.day != 1 or (last - first).days > 31 or not (last.day == 1 or last > context.local):
        raise Refused("command_rates.months_only")
    known = record(context, want.period.since, want.period.until)
    cases = unnamed(part_of(known.cases, person))
    title = replace(want, person=person).title
    if not cases:
        raise Refused("command_rates.none", title=title)
    return privately(invocation, own_page(context, cases, title))


def _table(context: Context, cases: Sequence[Case], want: Wanted) -> str:
    found = sheets(context, cases)
    file = export_file(context, context.say("rates.sheet_rates"), want.table or "xlsx")
    path = context.config.files.media / file
    if want.table == "csv":
        write_csv(path, found[0], context.zone)
    else:
        write_workbook(path, found, context.zone)
    return file


COMMANDS: tuple[Command, ...] = (Command("rates", ("三率", "考核"), Right.STAFF, rates, private=True),)
