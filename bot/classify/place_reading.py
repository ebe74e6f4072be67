"""One reading of a text for places: which patterns are tried, in which order, and what each of them says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.classify import place_patterns as patterns
from bot.classify.numerals import number
from bot.domain.places import NOWHERE, Place

_MOST = 64
"""Places read from one message; a text of nothing but numbers must not take quadratic time."""
_AD = 100
"""Characters: longer texts that speak of a sale are letters about a matter."""
_HIGHEST = 34
"""A lone "36楼" above it is a building: few towers are higher, since from 100 m on other rules hold."""

_DASHES = frozenset("-—–_")
_OF_UNITS = frozenset("单门口梯")
"""What must be there for anything to be read: cheaper to look for than the patterns themselves."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Found:
    """A place and the stretches of text that named it, or something that would be a place elsewhere."""

    place: Place
    spans: tuple[Span, ...]
    strange: tuple[str, ...] = ()
    """Buildings that are named and that the compound has not."""


class Reading:
    """One reading of one text: each pattern takes what it understands, and no character is read twice."""

    def __init__(self, text: str, known: Mapping[str, str] | None, called: Mapping[str, str]) -> None:
        self.text = text
        self.known = known
        self.called = called
        """Usual name of a spot → what this compound calls it."""
        self.buildings: list[str] = []
        self.strange: list[str] = []
        self.phase: str | None = None
        self.unit: str | None = None
        self.floor: str | None = None
        self.room: str | None = None
        self.spots: list[str] = []
        self.spans: list[Span] = []

    def found(self) -> Found:
        """What has been read so far."""
        if self.spans and self._only_mentioned():
            return Found(NOWHERE, tuple(sorted(self.spans)), tuple(dict.fromkeys(self.strange)))
        place = Place(
            self.phase,
            tuple(dict.fromkeys(self.buildings)),
            self.unit,
            self.floor,
            self.room,
            tuple(dict.fromkeys(self.called.get(spot, spot) for spot in self.spots)),
        )
        return Found(place, tuple(sorted(self.spans)), tuple(dict.fromkeys(self.strange)))

    def numbered(self) -> None:
        """Everything with a number, the surest ways of writing first."""
        text = self.text
        dashed = not _DASHES.isdisjoint(text)
        if dashed:
            self._homes()
        if "楼" in text or "层" in text:
            self._inside_letters()
        self._towers()
        if not _OF_UNITS.isdisjoint(text):
            self._units()
        self._floors()
        self._rooms()
        if dashed:
            self._pairs()
        if "期" in text or "区" in text or "组" in text:
            self._phases()

    def gates(self) -> None:
        """Gates, halls, the garage and what stands in the grounds, by name."""
        for match in patterns.GATE.finditer(self.text):
            self.facility(match.span(), re.sub("[侧边面大]", "", match["g"]))
        for match in patterns.MAIN_GATE.finditer(self.text):
            self.facility(match.span(), "大门")
        for match in patterns.HALL.finditer(self.text):
            self.spot(match.span(), match["h"] or match["h2"] or match["h3"])
        for match in patterns.NUMBERED_GATE.finditer(self.text):
            self.facility(match.span(), f"{number(match['n'])}号门")
        for match in patterns.GARAGE.finditer(self.text):
            self.facility(match.span(), "地下车库")
        for match in patterns.GROUNDS.finditer(self.text):
            self.facility(match.span(), match[0])
        for match in patterns.COMMON_PART.finditer(self.text):
            self.spot(match.span(), match["c"].replace("大厅", "大堂"))

    def facility(self, span: Span, name: str) -> None:
        """A spot that many compounds have: where it is only wanted, counted or telephoned, it is no place."""
        start, end = span
        before = patterns.NO_SPOT_BEFORE.search(self.text, max(0, start - 6), start)
        if before is None and patterns.NO_SPOT_AFTER.match(self.text, end) is None:
            self.spot(span, name)
        elif self._free(span):
            self.spans.append(span)

    def spot(self, span: Span, name: str) -> None:
        """A named spot, unless its words already say something else."""
        if self._free(span):
            self.spots.append(name)
            self.spans.append(span)

    def _only_mentioned(self) -> bool:
        """Whether all places are only talked about: sold, praised, looked for."""
        if len(self.text) <= _AD and patterns.NO_MATTER.search(self.text) is not None:
            return True
        return all(patterns.PRAISED.match(self.text, end) is not None for _, end in self.spans)

    def _homes(self) -> None:
        for match in self._fresh(patterns.SERIES):
            if int(match["u"]) <= 20:
                self._add(match["b"])
                self.unit = self.unit or number(match["u"])
                self.room = self.room or match["r"]
                self._take(match)

    def _towers(self) -> None:
        for match in self._fresh(patterns.TOWERS_COUNTED):
            for name in _listed(match["list"]):
                self._add(name)
            self._take(match)
        for match in self._fresh(patterns.TOWERS):
            names = _listed(match["list"])
            if names == ["1"] and match["list"] == "一" and not self._house_one(match):
                continue
            for name in names:
                self._add(name)
            self._take(match)
        for match in self._fresh(patterns.LETTER_TOWER):
            if self._follows(match.start()) and self.buildings:
                # "10栋B座" is one of the towers of building 10.
                self.unit = self.unit or match["list"][0].upper()
                self._take(match)
                continue
            for name in re.findall(r"[a-z]\d{0,2}", match["list"]):
                self._add(name)
            self._take(match)
        for pattern in _ALONE:
            for match in self._fresh(pattern):
                self._add(number(match["b"]))
                self._take(match)
        for match in self._fresh(patterns.DASH_UNIT):
            if self.buildings and self._ends_at(match.start()):
                self.unit = self.unit or match["u"]
                self._take(match)

    def _house_one(self, match: re.Match[str]) -> bool:
        """一栋 counts houses unless something inside it is named."""
        return match[0].startswith("第") or patterns.INSIDE.match(self.text, match.end()) is not None

    def _inside_letters(self) -> None:
        for match in self._fresh(patterns.DOOR_LETTER):
            if self.room is None:
                self.floor = number(match["f"] or match["f2"])
                self.room = (
                    f"{self.floor}{match['r'].upper()}" if match["r"] else f"{self.floor}-{match['r2']}"
                )
                self._take(match)

    def _units(self) -> None:
        for match in self._fresh(patterns.SPLIT_UNIT):
            # "1-3单元" are three units, "16-2单元" is one of building 16.
            if int(match["b"]) > int(match["u"]) > 0:
                self._add(match["b"])
                self.unit = self.unit or number(match["u"])
                self._take(match)
        for match in self._fresh(patterns.UNIT):
            self.unit = self.unit or number(match["u"]).upper()
            self._take(match)
        for match in self._fresh(patterns.DOOR):
            if match["hole"] or self._follows(match.start()):
                self.unit = self.unit or number(match["u"])
                self._take(match)

    def _floors(self) -> None:
        for match in self._fresh(patterns.BASEMENT):
            if self.known is not None and match[0].upper() in self.known:
                continue
            self.floor = self.floor or f"-{number(match[1] or match[2])}"
            self.spots.append("地下车库")
            self._take(match)
        for match in self._fresh(patterns.PASSED):
            self._take(match)
        for match in self._fresh(patterns.FLOOR):
            said = number(match["f"])
            if self._is_tower(match, said):
                self._add(said)
            else:
                self.floor = self.floor or said
            self._take(match)
        for match in self._fresh(patterns.HIGH):
            self.floor = self.floor or match["f"]
            self._take(match)

    def _is_tower(self, match: re.Match[str], said: str) -> bool:
        high = said.isdigit() and int(said) > _HIGHEST
        unread = "楼" in match[0] and not self.buildings
        return unread and high and (self.known is None or said in self.known)

    def _rooms(self) -> None:
        for match in self._fresh(patterns.SHOP):
            if self._follows(match.start()):
                self.room = self.room or match["n"]
            else:
                self.spots.append(f"{match['n']}号商铺")
            self._take(match)
        for match in self._fresh(patterns.ROOM):
            if match["k"] or self._follows(match.start()):
                self.room = self.room or number(match["r"]).upper()
                self._take(match)
        for match in self._fresh(patterns.BARE_HOME):
            self.room = self.room or number(next(filter(None, match.groups()))).upper()
            self._take(match)
        for match in self._fresh(patterns.SHORT_ROOM):
            if self.room is None and self._follows(match.start()):
                self.room = match[1] or match[2]
                self._take(match)

    def _pairs(self) -> None:
        for match in self._fresh(patterns.PAIR):
            if self._is_home(match):
                self._add(match["b"])
                self.room = self.room or match["r"]
                self._take(match)

    def _is_home(self, match: re.Match[str]) -> bool:
        """Whether "3-501" is a home: a known building, or nothing else that two numbers could be."""
        if patterns.PAIR_UNITS.match(self.text, match.end()) or not 1 <= int(match["r"][-2:]) <= 20:
            return False
        if self.known is not None:
            return match["b"].upper() in self.known
        near = self.text[max(0, match.start() - 4) : match.end() + 4]
        alone = len(self.text) <= len(match[0]) + 4
        return match["b"][0].isalpha() or alone or patterns.HOME_WORDS.search(near) is not None

    def _phases(self) -> None:
        for match in self._fresh(patterns.PHASE):
            self.phase = self.phase or number(match["p"])
            self._take(match)
        for match in self._fresh(patterns.GROUP):
            self.phase = self.phase or f"{number(match['n']).upper()}组团"
            self._take(match)
        for match in self._fresh(patterns.ZONE):
            self.phase = self.phase or f"{match['z'].upper()}区"
            self._take(match)

    def _add(self, said: str) -> None:
        name = said.upper()
        if self.known is not None and name not in self.known:
            bare = name.rstrip("甲乙丙丁")
            if bare in self.known:
                self.unit = self.unit or name[len(bare) :]
                name = bare
        if self.known is None:
            self.buildings.append(name)
        elif name in self.known:
            self.buildings.append(self.known[name])
        else:
            # A building that the compound has not is left out: it is better to ask than to send somebody astray.
            self.strange.append(name)

    def _fresh(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        return (match for match in pattern.finditer(self.text) if self._free(match.span()))

    def _free(self, span: Span) -> bool:
        start, end = span
        return len(self.spans) < _MOST and all(end <= first or last <= start for first, last in self.spans)

    def _take(self, match: re.Match[str]) -> None:
        self.spans.append(match.span())

    def _ends_at(self, position: int) -> bool:
        return any(end == position for _, end in self.spans)

    def _follows(self, position: int) -> bool:
        """Whether a place ends right before ``position``."""
        return any(
            0 <= position - end <= 2 and not self.text[end:position].strip(" -—–_的") for _, end in self.spans
        )


_ALONE = (
    patterns.HASH,
    patterns.BARE_TOWER,
    patterns.PRIME,
    patterns.DIGIT_TOWER,
    patterns.T_TOWER,
)
"""Ways of writing one building."""


def _listed(text: str) -> list[str]:
    """The buildings of a list: "3、5" are two, "1-6" are six, of "150 5" only the last is one."""
    names: list[str] = []
    end = 0
    for item in patterns.ITEM.finditer(text):
        name = number(item["n"])
        ahead = int(name) - int(names[-1]) if names and name.isdigit() and names[-1].isdigit() else 0
        if item["to"] and 0 < ahead <= 60:
            names += (str(n) for n in range(int(names[-1]) + 1, int(name) + 1))
        elif names and ahead <= 0 and text[end : item.start()] == " ":
            # A price before a building: lists with nothing but spaces count upwards.
            names = [name]
        else:
            names.append(name)
        end = item.end()
    return names
