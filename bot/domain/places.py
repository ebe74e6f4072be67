"""Where something is in a compound (位置)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain import numbering

IN_EVERY_BUILDING = frozenset({"大堂", "架空层"})
"""Spots that say little without their building."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place as a message named it, numerals made plain: ``Place(phase="2", buildings=("5",), unit="3")``.

    Buildings keep the resident's own letters ("45甲", "D3"). Several buildings may be named at once.
    """

    phase: str | None = None
    """A phase's number ("2" is 二期) or a zone by its name ("B区", "1组团")."""
    buildings: tuple[str, ...] = ()
    unit: str | None = None
    floor: str | None = None
    room: str | None = None
    spots: tuple[str, ...] = ()
    """Named places outside the numbering: 地下车库, 东门, 中心花园."""

    def __bool__(self) -> bool:
        return bool(self.phase or self.buildings or self.unit or self.floor or self.room or self.spots)

    @property
    def building(self) -> str | None:
        """The first building named."""
        return self.buildings[0] if self.buildings else None

    @property
    def known(self) -> bool:
        """Whether somebody could be sent there: a building, or a spot that not every building has of its own."""
        return bool(self.buildings or any(spot not in IN_EVERY_BUILDING for spot in self.spots))

    def public(self) -> str:
        """For everybody's eyes: phase, buildings and spots, never unit, floor or room."""
        phase = _phase(self.phase) if self.phase else ""
        where = phase + (
            f"{numbering.fold(sorted(self.buildings, key=_in_order))}栋" if self.buildings else ""
        )
        return "·".join(part for part in (where, *self.spots) if part)

    def full(self) -> str:
        """For those who have to go there."""
        where = self.public() if not self.spots else Place(self.phase, self.buildings).public()
        where += f"{self.unit}单元" if self.unit else ""
        where += f"{self.floor}层" if self.floor and not self.room else ""
        where += f"{self.room}室" if self.room else ""
        return "·".join(part for part in (where, *self.spots) if part)

    def over(self, other: Place) -> Place:
        """This place, completed by ``other`` where this one says nothing.

        Units, floors and rooms belong to a building: those of another building are not taken over.
        """
        elsewhere = bool(self.buildings and other.buildings and self.buildings != other.buildings)
        inside = NOWHERE if elsewhere else other
        return Place(
            phase=self.phase or other.phase,
            buildings=self.buildings or other.buildings,
            unit=self.unit or inside.unit,
            floor=self.floor or inside.floor,
            room=self.room or inside.room,
            spots=self.spots or other.spots,
        )

    def contains(self, other: Place) -> bool:
        """Whether ``other`` is this place or lies inside it; a place that says less contains more."""
        return (
            (not self.phase or not other.phase or self.phase == other.phase)
            and (not self.buildings or set(other.buildings) <= set(self.buildings))
            and (not self.unit or self.unit == other.unit)
            and (not self.spots or bool(set(self.spots) & set(other.spots)) or not other.spots)
        )

    def to_json(self) -> dict[str, object]:
        """Only what is known; the inverse of ``from_json``."""
        values: dict[str, object] = {
            "phase": self.phase,
            "buildings": list(self.buildings),
            "unit": self.unit,
            "floor": self.floor,
            "room": self.room,
            "spots": list(self.spots),
        }
        return {key: value for key, value in values.items() if value}

    @classmethod
    def from_json(cls, values: dict[str, object]) -> Place:
        """The inverse of ``to_json``; unknown keys are ignored, since an older or newer Linli may have written it."""

        def word(key: str) -> str | None:
            value = values.get(key)
            return str(value) if value else None

        def words(key: str) -> tuple[str, ...]:
            value = values.get(key)
            return tuple(str(item) for item in value) if isinstance(value, list) else ()

        return cls(
            word("phase"), words("buildings"), word("unit"), word("floor"), word("room"), words("spots")
        )


NOWHERE = Place()


def _in_order(building: str) -> tuple[int, str]:
    digits = "".join(ch for ch in building if ch.isdecimal())
    return (int(digits) if digits and len(digits) < 10 else 0, building)


def _phase(said: str) -> str:
    """二期 for "2"; a zone (B区) already says what it is."""
    if said.endswith(("区", "组团")):
        return said
    numerals = "一二三四五六七八九十"
    small = said.isascii() and said.isdigit() and 1 <= int(said) <= 10
    return f"{numerals[int(said) - 1] if small else said}期"
