"""Where a message says that something is: buildings, units, rooms, floors, phases, gates, named spots."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ahocorasick_rs import AhoCorasick, MatchKind

from bot.classify import place_patterns as patterns
from bot.classify.normalise import plain
from bot.classify.numerals import number
from bot.classify.place_reading import Found, Reading, Span
from bot.domain.people import Area
from bot.domain.places import NOWHERE, Place

_COMMON = (
    "央菜岗垃圾丰快递花儿童图书文化场台泉柜位站园棚池亭活物业空停所大小中公车广心电动子点道边面行地自水会下"
)
"""Characters in names of spots, the commoner in all talk the later; any other tells even more."""
_NOT_FOUND = Found(NOWHERE, ())


class Locator:
    """Reads places. ``spots``: what is said → the spot's name; ``known``: the compound's own buildings."""

    def __init__(self, spots: Mapping[str, str], known: Area | None = None) -> None:
        own = {plain(spot): spot for spot in known.spots} if known is not None else {}
        # A compound that says 地库 means it as well where somebody writes 地下车库.
        self._called = {spots[word]: spot for word, spot in own.items() if word in spots}
        names = {**spots, **own}
        self._spots = tuple(names.values())
        self._own = frozenset(own.values())
        self._telling = patterns.TELLING | {_telling(word) for word in names}
        self._spot_words = AhoCorasick(list(names), matchkind=MatchKind.LeftmostLongest) if names else None
        self._known: dict[str, str] | None = None
        if known is not None and known.buildings:
            self._known = {building.upper(): building for building, _, _ in known.buildings}

    def __call__(self, text: str) -> Found:
        """Everything that ``text`` (normalised) says about a place."""
        if self._telling.isdisjoint(text):
            return _NOT_FOUND
        numbered = patterns.NUMBERED.search(text) is not None
        gated = patterns.NAMED.search(text) is not None
        spots = self._spot_words.find_matches_as_indexes(text) if self._spot_words is not None else []
        if not (numbered or gated or spots):
            return _NOT_FOUND
        reading = Reading(text, self._known, self._called)
        for index, start, end in spots:
            if self._spots[index] in self._own:
                reading.spot((start, end), self._spots[index])
        if numbered:
            reading.numbered()
        if gated:
            reading.gates()
        for index, start, end in spots:
            reading.facility((start, end), self._spots[index])
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


def uncovered(text: str, spans: Iterable[Span]) -> str:
    """What is left of ``text`` without the spans."""
    pieces: list[str] = []
    position = 0
    for start, end in sorted(spans):
        pieces.append(text[position:start])
        position = max(position, end)
    pieces.append(text[position:])
    return "".join(pieces)


def _telling(word: str) -> str:
    """A character of a spot's name that tells a text may hold it; best one that is looked for anyway."""
    return next((c for c in word if c in patterns.TELLING), None) or min(word, key=_COMMON.find)
