"""Where a message says that something is: buildings, units, rooms, floors, phases, gates, named spots."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick, MatchKind

from bot.classify import place_patterns as patterns
from bot.classify.numerals import number
from bot.domain.people import Area
from bot.domain.places import NOWHERE, Place

_MOST = 64
"""Places read from one message; a text of nothing but numbers must not take quadratic time."""
_HIGHEST = 34
"""A lone "36楼" above it is a building: few towers are higher, since from 100 m on other rules hold."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Found:
    """A place and the stretches of text that named it."""

    place: Place
    spans: tuple[Span, ...]


_NOT_FOUND = Found(NOWHERE, ())


class Locator:
    """Reads places. ``spots``: what is said → the spot's name; ``known``: the compound's own buildings."""

    def __init__(self, spots: Mapping[str, str], known: Area | None = None) -> None:
        names = dict(spots)
        if known is not None:
            names |= {spot.lower(): spot for spot in known.spots}
        self._spots = tuple(names.values())
        self._spot_words = AhoCorasick(list(names), matchkind=MatchKind.LeftmostLongest) if names else None
        self._known: dict[str, str] | None = None
        if known is not None and known.buildings:
            self._known = {building.upper(): building for building, _, _ in known.buildings}

    def __call__(self, text: str) -> Found:
        """Everything that ``text`` (normalised) says about a place."""
        numbered = patterns.NUMBERED.search(text) is not None
        gated = "门" in text or "教" in text
        spots = self._spot_words.find_matches_as_indexes(text) if self._spot_words is not None else []
        if not (numbered or gated or spots):
            return _NOT_FOUND
        reading = _Reading(text, self._known)
        if numbered:
            reading.numbered()
        if gated:
            reading.gates()
        for index, start, end in spots:
            reading.spot((start, end), self._spots[index])
        return reading.found()

    def only(self, text: str) -> Place:
        """The place, where ``text`` is nothing but the answer to "which building?"."""
        text = patterns.AFTER.sub("", patterns.BEFORE.sub("", text.strip())).strip()
        if not text or len(text) > 24:
            return NOWHERE
        found = self(text)
        if found.place and not patterns.FILLER.sub("", uncovered(text, found.spans)):
            return found.place
        return self.bare(text)

    def bare(self, text: str) -> Place:
        """What bare numbers mean as an answer: "5" is building 5, "5-2" its unit 2, "501" a room."""
        match = patterns.BARE.fullmatch(text)
        if match is None:
            return NOWHERE
        parts = [part for part in match.groups() if part]
        lone_room = len(parts) == 1 and patterns.BARE_ROOM.fullmatch(parts[0])
        if lone_room and self._name(parts[0], strict=True) is None:
            return Place(room=parts[0].upper())
        building = self._name(number(parts.pop(0)))
        if building is None:
            return NOWHERE
        unit = number(parts.pop(0)) if parts and not patterns.BARE_ROOM.fullmatch(parts[0]) else None
        room = parts.pop(0).upper() if parts else None
        return NOWHERE if parts else Place(buildings=(building,), unit=unit, room=room)

    def nickname(self, name: str) -> Place:
        """The home that a nickname begins with: "3-2-501 王姐", "3栋501", "3-501-王姐"."""
        match = patterns.NICKNAME.match(name)
        if match is None:
            return NOWHERE
        head = match[0].strip(" -—–_.,、号")
        found = self(head)
        if found.place.buildings and not patterns.FILLER.sub("", uncovered(head, found.spans)):
            return found.place
        pair = patterns.PAIR.fullmatch(head) or patterns.SERIES.fullmatch(head)
        return self.bare(head) if pair else NOWHERE

    def _name(self, said: str, *, strict: bool = False) -> str | None:
        """The building's name; ``strict``: only a known one."""
        if self._known is None:
            return None if strict else said.upper()
        return self._known.get(said.upper())


class _Reading:
    """One reading of one text: each pattern takes what it understands, and no character is read twice."""

    def __init__(self, text: str, known: Mapping[str, str] | None) -> None:
        self.text = text
        self.known = known
        self.buildings: list[str] = []
        self.phase: str | None = None
        self.unit: str | None = None
        self.floor: str | None = None
        self.room: str | None = None
        self.spots: list[str] = []
        self.spans: list[Span] = []

    def found(self) -> Found:
        place = Place(
            self.phase,
            tuple(dict.fromkeys(self.buildings)),
            self.unit,
            self.floor,
            self.room,
            tuple(dict.fromkeys(self.spots)),
        )
        return Found(place, tuple(sorted(self.spans)))

    def numbered(self) -> None:
        """Everything with a number, the surest ways of writing first."""
        self._homes()
        self._towers()
        self._inside_letters()
        self._units()
        self._floors()
        self._rooms()
        self._pairs()
        self._phases()

    def gates(self) -> None:
        for match in patterns.GATE.finditer(self.text):
            self.spot(match.span(), re.sub("[侧边面大]", "", match["g"]))
        for match in patterns.MAIN_GATE.finditer(self.text):
            self.spot(match.span(), "大门")
        for match in patterns.HALL.finditer(self.text):
            self.spot(match.span(), match["h"])

    def spot(self, span: Span, name: str) -> None:
        if self._free(span):
            self.spots.append(name)
            self.spans.append(span)

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
            names = list(_listed(match["list"]))
            if names == ["1"] and match["list"] == "一" and not self._house_one(match):
                continue
            for name in names:
                self._add(name)
            self._take(match)
        for match in self._fresh(patterns.LETTER_TOWER):
            for name in re.findall(r"[a-z]\d{0,2}", match["list"]):
                self._add(name)
            self._take(match)
        for pattern in (patterns.HASH, patterns.BARE_TOWER, patterns.PRIME):
            for match in self._fresh(pattern):
                self._add(number(match["b"]))
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
        for match in self._fresh(patterns.UNIT):
            self.unit = self.unit or number(match["u"]).upper()
            self._take(match)
        for match in self._fresh(patterns.DOOR):
            if self._follows(match.start()):
                self.unit = self.unit or number(match["u"])
                self._take(match)

    def _floors(self) -> None:
        for match in self._fresh(patterns.BASEMENT):
            self.floor = self.floor or f"-{number(match[1] or match[2])}"
            self.spots.append("地下车库")
            self._take(match)
        for match in self._fresh(patterns.FLOOR):
            said = number(match["f"])
            if self._is_tower(match, said):
                self._add(said)
            else:
                self.floor = self.floor or said
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
            self.room = self.room or match["r"]
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
        # A building that the compound has not is left out: it is better to ask than to send somebody astray.

    def _fresh(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        return (match for match in pattern.finditer(self.text) if self._free(match.span()))

    def _free(self, span: Span) -> bool:
        start, end = span
        return len(self.spans) < _MOST and all(end <= first or last <= start for first, last in self.spans)

    def _take(self, match: re.Match[str]) -> None:
        self.spans.append(match.span())

    def _follows(self, position: int) -> bool:
        """Whether a place ends right before ``position``."""
        return any(
            0 <= position - end <= 2 and not self.text[end:position].strip(" -—–_的") for _, end in self.spans
        )


def _listed(text: str) -> Iterable[str]:
    """The buildings of a list: "3、5" are two, "1-6" are six."""
    last: str | None = None
    for item in patterns.ITEM.finditer(text):
        name = number(item["n"])
        if item["to"] and last and last.isdigit() and name.isdigit() and 0 < int(name) - int(last) <= 60:
            yield from (str(n) for n in range(int(last) + 1, int(name) + 1))
        else:
            yield name
        last = name


def uncovered(text: str, spans: Iterable[Span]) -> str:
    """What is left of ``text`` without the spans."""
    pieces: list[str] = []
    position = 0
    for start, end in sorted(spans):
        pieces.append(text[position:start])
        position = max(position, end)
    pieces.append(text[position:])
    return "".join(pieces)
