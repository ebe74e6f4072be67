"""Parts of the compound as a roster names them: 1-5, 3栋1-2单元, 二期1-4栋, 地下车库, 全部."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bot.domain import numbering
from bot.domain.numbering import NUMERAL, STEM, TO, WORD
from bot.domain.people import Area
from bot.files.config import Compound
from bot.files.problems import nearest, shown

_GAP = r"[\s、,;/+&和及与。]"
_END = rf"(?={_GAP}|$)"
_BETWEEN = re.compile(rf"{_GAP}+")
_WHOLE = re.compile(rf"(?:全部|全小区|整个小区|全区|所有|ALL)(?:楼栋|区域)?{_END}")
_PHASE = re.compile(rf"(?P<phase>{NUMERAL})期(?:(?:全部|所有)?(?:楼栋)?(?P<all>{_END}))?")
_UNIT_LIST = rf"{NUMERAL}(?:单元)?(?:{TO}{NUMERAL})?(?:(?:单元)?[、,]{NUMERAL}(?:{TO}{NUMERAL})?)*单元"
_UNITS = re.compile(rf"(?P<units>{_UNIT_LIST}){_END}")
_BUILDINGS = re.compile(
    rf"(?P<first>{STEM})(?P<word>{WORD})?(?:{TO}(?P<last>{STEM}){WORD}?)?(?P<units>(?<=[栋幢座楼号#]){_UNIT_LIST})?{_END}"
)
_DATE = re.compile(r"\d{1,2}月\d{1,2}日|\d{4}[-/]\d{1,2}[-/]\d{1,2}.*|\d{1,2}-[A-Z]{3}|[A-Z]{3}-\d{1,2}")
_MANY_UNITS = 30

_Entry = tuple[str, str | None, str | None]


class BadArea(ValueError):
    """A text that names no part of this compound. ``kind`` is a key of the catalogue's [area] table."""

    def __init__(self, kind: str, **values: object) -> None:
        super().__init__(kind)
        self.kind = kind
        self.values = values


@dataclass(slots=True)
class _Reader:
    """What has been read so far of one cell."""

    compound: Compound
    phase: str | None = None
    whole: bool = False
    buildings: set[_Entry] = field(default_factory=set)
    spots: set[str] = field(default_factory=set)
    last: tuple[_Entry, ...] = ()
    """The buildings just named: a unit alone belongs to them."""


def parse_area(text: str, compound: Compound) -> Area:
    """The part of the compound that ``text`` names. Raises BadArea.

    A range names the buildings that exist between its ends, since many compounds have no 4 and no 14.
    A phase holds for what follows it: "二期1-4栋、6栋" is all in phase 2.
    """
    said = numbering.plain(text)
    if _DATE.fullmatch(said):
        raise BadArea("date", value=shown(text))
    reader = _Reader(compound)
    spots = sorted(((numbering.plain(spot), spot) for spot in compound.spots), key=lambda pair: -len(pair[0]))
    at = 0
    while at < len(said):
        between = _BETWEEN.match(said, at)
        at = between.end() if between else _item(said, at, reader, spots)
    if not (reader.whole or reader.buildings or reader.spots):
        raise BadArea("empty")
    if reader.whole:
        return Area(whole=True)
    return Area(buildings=frozenset(reader.buildings), spots=frozenset(reader.spots))


def overlap(one: Area, other: Area) -> str:
    """What lies in both, in words; empty where they are apart."""
    if one.whole and other.whole:
        return "全部"
    if one.whole or other.whole:
        part = other if one.whole else one
        one = other = part
    both = {
        max(a, b, key=lambda entry: sum(part is not None for part in entry))
        for a in one.buildings
        for b in other.buildings
        if a[0] == b[0] and all(x is None or y is None or x == y for x, y in zip(a[1:], b[1:], strict=True))
    }
    return "、".join(part for part in (described(both), *sorted(one.spots & other.spots)) if part)


def described(entries: set[_Entry]) -> str:
    """Buildings and units in words: 1-3栋、5栋2单元."""
    order = sorted(entries, key=lambda e: (e[1] or "", _natural(e[0]), _natural(e[2] or "")))
    parts = []
    for phase in dict.fromkeys(entry[1] for entry in order):
        prefix = f"{phase}期" if phase else ""
        bare = [name for name, its, unit in order if its == phase and unit is None]
        parts += [f"{prefix}{numbering.fold(bare)}栋"] if bare else []
        parts += [f"{prefix}{name}栋{unit}单元" for name, its, unit in order if its == phase and unit]
    return "、".join(parts)


def _natural(name: str) -> tuple[int, str]:
    digits = re.search(r"\d+", name)
    return (int(digits[0]) if digits else 0, name)


def _item(said: str, at: int, reader: _Reader, spots: list[tuple[str, str]]) -> int:
    """Read one item and return where it ends."""
    for written, spot in spots:
        if said.startswith(written, at) and re.compile(_END).match(said, at + len(written)):
            reader.spots.add(spot)
            reader.last = ()
            return at + len(written)
    if found := _WHOLE.match(said, at):
        reader.whole = True
        return found.end()
    if found := _PHASE.match(said, at):
        _enter_phase(reader, found["phase"], whole=found["all"] is not None)
        return found.end()
    if found := _BUILDINGS.match(said, at):
        _add_buildings(reader, found["first"], found["last"], found["units"])
        return found.end()
    if found := _UNITS.match(said, at):
        _add_units(reader, found["units"])
        return found.end()
    word = re.split(_GAP, said[at:], maxsplit=1)[0]
    near = nearest(word, reader.compound.spots)
    if near:
        raise BadArea("unknown_near", value=shown(word), near=near)
    raise BadArea("unknown", value=shown(word), buildings=_known(reader.compound))


def _enter_phase(reader: _Reader, said: str, *, whole: bool) -> None:
    phase, phases = str(numbering.number(said)), reader.compound.phases
    if not phases:
        raise BadArea("no_phases", value=f"{said}期")
    if phase not in phases:
        raise BadArea("unknown_phase", value=f"{said}期", known="、".join(f"{name}期" for name in phases))
    reader.phase = phase
    if whole:
        reader.last = tuple((name, phase, None) for name in phases[phase])
        reader.buildings.update(reader.last)


def _add_buildings(reader: _Reader, first: str, last: str | None, units: str | None) -> None:
    try:
        named = numbering.span(first, last)
    except numbering.BadSpan as bad:
        raise BadArea(f"span_{bad.kind}", value=shown(bad.text)) from None
    known = reader.compound.every_building
    ends = {named[0], named[-1]}
    missing = [name for name in named if name in ends and name not in known]
    if missing:
        raise BadArea(
            "no_building", value="、".join(dict.fromkeys(missing)), buildings=_known(reader.compound)
        )
    reader.last = tuple((name, _phase_of(reader, name), None) for name in named if name in known)
    reader.buildings.update(reader.last)
    if units:
        _add_units(reader, units)


def _phase_of(reader: _Reader, name: str) -> str | None:
    compound = reader.compound
    inside = [phase for phase, names in compound.phases.items() if name in names]
    if reader.phase in inside:
        return reader.phase
    if reader.phase is not None and inside:
        raise BadArea("not_in_phase", value=name, phase=reader.phase, inside="、".join(inside))
    if name in compound.buildings and not inside:
        return None
    if len(inside) == 1 and name not in compound.buildings:
        return inside[0]
    raise BadArea("which_phase", value=name, inside="、".join(f"{phase}期" for phase in inside))


def _add_units(reader: _Reader, said: str) -> None:
    if not reader.last:
        raise BadArea("unit_alone", value=shown(said))
    units: list[str] = []
    for part in re.split(r"[、,]", said.replace("单元", "")):
        first, *last = (numbering.number(end) or 0 for end in re.split(TO, part))
        until = last[0] if last else first
        if not 1 <= first <= until <= _MANY_UNITS:
            raise BadArea("bad_units", value=shown(part))
        units += [str(unit) for unit in range(first, until + 1)]
    for name, phase, _ in reader.last:
        # "3栋" was read as the whole building; the unit that follows says which part is meant.
        reader.buildings.discard((name, phase, None))
        reader.buildings.update((name, phase, unit) for unit in units)


def _known(compound: Compound) -> str:
    phased = [f"{phase}期{numbering.fold(names)}" for phase, names in compound.phases.items()]
    return "、".join([*([numbering.fold(compound.buildings)] if compound.buildings else []), *phased])
