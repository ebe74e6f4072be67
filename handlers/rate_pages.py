"""The fair record as people read it: lines of a message, sheets of a workbook, a chart with its caption."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

from bot.domain.charts import Bar, BarRow, Chart
from bot.domain.rates import (
    FEW,
    Case,
    Measure,
    Rates,
    Share,
    Times,
    by_person,
    grouped,
    left_out,
    rates,
    running,
)
from bot.files.sheets import Cell, Sheet
from handlers.context import Context

_LINES = 12
"""Lines of one group in a message, and rows of a chart."""
_NUMBERS = 8
"""Numbers named behind a reason in a message."""
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_Named = Sequence[tuple[str, Rates]]


def page(context: Context, cases: Sequence[Case], title: str) -> str:
    """A period's rates as a message: the whole, then by company, grid and person, then what is not counted."""
    say = context.say
    blocks = [_head(context, cases, title)]
    for key, groups in (
        ("rates.by_company", _companies(context, cases)),
        ("rates.by_grid", _grids(context, cases)),
        ("rates.by_person", _people(context, cases)),
    ):
        if len(groups) > 1 or (groups and key == "rates.by_person"):
            lines = [_line(context, name, found) for name, found in groups[:_LINES]]
            more = [say("rates.more", count=len(groups) - _LINES)] if len(groups) > _LINES else []
            blocks.append("\n".join([say(key), *lines, *more]))
    blocks += _not_counted(context, cases)
    return "\n\n".join(blocks)


def own_page(context: Context, cases: Sequence[Case], title: str) -> str:
    """The same for the one it is about: nobody else's, and stars only in batches."""
    blocks = [_head(context, cases, title), context.say("rates.own_stars", few=FEW)]
    topics = grouped(cases, lambda case: case.topic)
    if len(topics) > 1:
        lines = [_line(context, name, found, stars=False) for name, found in topics[:_LINES]]
        blocks.append("\n".join([context.say("rates.by_topic"), *lines]))
    return "\n\n".join([*blocks, *_not_counted(context, cases)])


def sheets(context: Context, cases: Sequence[Case]) -> list[Sheet]:
    """The workbook: the rates by every group, each case, what is not counted, and when clocks stood. No case's stars."""
    say = context.say
    groups: list[tuple[str, _Named]] = [
        ("rates.all", ((say("rates.all"), rates(cases)),)),
        ("rates.group_month", grouped(cases, lambda case: case.month)),
        ("rates.group_company", _companies(context, cases)),
        ("rates.group_grid", _grids(context, cases)),
        ("rates.group_topic", grouped(cases, lambda case: case.topic)),
        ("rates.group_person", _people(context, cases)),
    ]
    return [
        Sheet(
            say("rates.sheet_rates"),
            say("rates.columns").split("、"),
            [_rates_row(say(key), name, found) for key, named in groups for name, found in named],
        ),
        Sheet(
            say("rates.sheet_cases"),
            say("rates.case_columns").split("、"),
            [_case_row(context, case) for case in cases],
        ),
        Sheet(
            say("rates.sheet_left_out"),
            say("rates.left_out_columns").split("、"),
            [
                [
                    f"#{out.number}",
                    out.episode,
                    say(f"rates.what.{out.what}"),
                    say(f"rates.reason.{out.reason.value}"),
                ]
                for out in left_out(cases)
            ],
        ),
        Sheet(
            say("rates.sheet_stops"),
            say("rates.stop_columns").split("、"),
            [
                [
                    f"#{case.number}",
                    case.episode,
                    stop.since,
                    stop.until,
                    stop.reason,
                    _name(context, stop.by),
                ]
                for case in cases
                for stop in case.stops
            ],
        ),
    ]


def chart(context: Context, cases: Sequence[Case], title: str) -> tuple[Chart, str]:
    """The whole and its grids (or its people, where there is one grid) as bars, and the caption that names them."""
    say = context.say
    parts = _grids(context, cases)
    if len(parts) < 2:
        parts = _people(context, cases)
    named = [(say("rates.all"), rates(cases)), *parts[: _LINES - 1]]
    rows = tuple(
        BarRow(letter, tuple(_bar(share) for share in (found.response, found.solved, found.satisfied)))
        for letter, (_, found) in zip(_LETTERS, named, strict=False)
    )
    days = sorted(case.day for case in cases)
    spell = f"{days[0]:%Y-%m-%d} - {days[-1]:%Y-%m-%d}" if days else ""
    legend = "、".join(f"{letter} {name}" for letter, (name, _) in zip(_LETTERS, named, strict=False))
    return Chart(spell, rows), say("rates.caption", period=title, legend=legend)


def _head(context: Context, cases: Sequence[Case], title: str) -> str:
    say, found = context.say, rates(cases)
    outs = {(out.number, out.episode) for out in left_out(cases)}
    lines = [
        say("rates.head", period=title, cases=len(cases), running=running(cases), out=len(outs)),
        _shares(context, found),
    ]
    if found.confirmed:
        lines.append(say("rates.confirmed", solved=found.solved.met, confirmed=found.confirmed))
    lines.append(
        say(
            "rates.times",
            accept=_times(context, found.accept),
            arrive=_times(context, found.arrive),
            solve=_times(context, found.solve),
        )
    )
    return "\n".join(lines)


def _line(context: Context, name: str, found: Rates, *, stars: bool = True) -> str:
    return context.say("rates.line", name=name, shares=_shares(context, found, stars=stars))


def _shares(context: Context, found: Rates, *, stars: bool = True) -> str:
    parts = [("response", found.response), ("solved", found.solved)]
    parts += [("satisfied", found.satisfied)] if stars else []
    return context.say("rates.between").join(
        context.say(f"rates.{key}", share=_share(context, share)) for key, share in parts
    )


def _share(context: Context, share: Share) -> str:
    if share.percent is None:
        return context.say("rates.none")
    return context.say("rates.share", met=share.met, of=share.of, percent=share.percent)


def _times(context: Context, found: Times) -> str:
    if found.median is None or found.ninety is None:
        return context.say("rates.none")
    return context.say(
        "rates.two_times", median=span(context, found.median), ninety=span(context, found.ninety)
    )


def span(context: Context, took: timedelta) -> str:
    """Minutes up to two hours, then hours, then days of counted time."""
    minutes = took.total_seconds() / 60
    if minutes < 120:
        return context.say("age.minutes", count=round(minutes))
    if minutes < 48 * 60:
        return context.say("age.hours", count=f"{minutes / 60:.1f}".removesuffix(".0"))
    return context.say("age.days", count=f"{minutes / 60 / 24:.1f}".removesuffix(".0"))


def _not_counted(context: Context, cases: Sequence[Case]) -> list[str]:
    """Every reason with its count and the first numbers; when clocks stood."""
    say, found = context.say, left_out(cases)
    blocks = []
    if found:
        reasons = list(dict.fromkeys(out.reason for out in found))
        lines = [say("rates.left_out")]
        for reason in reasons:
            numbers = list(dict.fromkeys(out.number for out in found if out.reason is reason))
            shown = "、".join(f"#{number}" for number in numbers[:_NUMBERS])
            more = say("rates.and_more") if len(numbers) > _NUMBERS else ""
            lines.append(
                say(
                    "rates.reason_line",
                    reason=say(f"rates.reason.{reason.value}"),
                    count=len(numbers),
                    numbers=shown + more,
                )
            )
        blocks.append("\n".join(lines))
    stops = [(case.number, stop) for case in cases for stop in case.stops]
    if stops:
        numbers = list(dict.fromkeys(number for number, _ in stops))
        shown = "、".join(f"#{number}" for number in numbers[:_NUMBERS])
        more = say("rates.and_more") if len(numbers) > _NUMBERS else ""
        blocks.append(say("rates.stops", count=len(stops), numbers=shown + more))
    return blocks


def _companies(context: Context, cases: Iterable[Case]) -> _Named:
    return grouped(cases, lambda case: context.say(f"rates.company.{case.company}"))


def _grids(context: Context, cases: Iterable[Case]) -> _Named:
    return grouped(cases, lambda case: case.grid or context.say("rates.no_grid"))


def _people(context: Context, cases: Sequence[Case]) -> _Named:
    return [(context.name_of(person), found) for person, found in by_person(cases)]


def _bar(share: Share) -> Bar:
    if share.percent is None:
        return Bar(None, "-")
    return Bar(share.percent, f"{share.met}/{share.of}  {share.percent}%")


def _rates_row(group: str, name: str, found: Rates) -> list[Cell]:
    row: list[Cell] = [group, name, found.cases]
    for share in (found.response, found.solved, found.satisfied):
        row += [share.met, share.of, None if share.percent is None else f"{share.percent}%"]
    row.append(found.confirmed)
    for took in (found.accept, found.arrive, found.solve):
        row += [_minutes(took.median), _minutes(took.ninety)]
    return row


def _case_row(context: Context, case: Case) -> list[Cell]:
    row: list[Cell] = [
        f"#{case.number}",
        case.episode,
        case.day,
        case.grid,
        case.topic,
        context.say(f"rates.company.{case.company}"),
    ]
    for measure in (case.response, case.arrival, case.solving):
        row += _measure(context, measure)
    yes: Callable[[bool], str] = lambda found: context.say("rates.yes") if found else ""  # noqa: E731
    return [*row, yes(case.reworked), yes(case.confirmed)]


def _measure(context: Context, measure: Measure | None) -> list[Cell]:
    if measure is None:
        return ["", "", None]
    result = context.say(f"rates.result.{measure.result.value}")
    if measure.reason is not None:
        result = f"{result}（{context.say(f'rates.reason.{measure.reason.value}')}）"
    return [result, _name(context, measure.person), _minutes(measure.took)]


def _name(context: Context, person: str | None) -> str:
    return context.name_of(person) if person else ""


def _minutes(took: timedelta | None) -> float | None:
    return None if took is None else round(took.total_seconds() / 60, 1)
