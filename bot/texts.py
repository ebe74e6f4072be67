"""Every word that people read comes from one catalogue, ``bot/data/texts.zh.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources


class Texts:
    """The catalogue: ``texts("card.filed", number=12)``. A missing key or value is a programming error and raises."""

    def __init__(self, entries: dict[str, str]) -> None:
        self._entries = entries

    def __call__(self, key: str, **values: object) -> str:
        """The text under ``key`` with its ``{placeholders}`` filled."""
        return self._entries[key].format_map(values)

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    @property
    def keys(self) -> frozenset[str]:
        """All keys, ``table.key``."""
        return frozenset(self._entries)


@cache
def load_texts() -> Texts:
    """The catalogue that comes with Linli, which does not change while it runs."""
    source = resources.files("bot") / "data" / "texts.zh.toml"
    return Texts(dict(_flat(tomllib.loads(source.read_text(encoding="utf-8")), "")))


@cache
def english_menu() -> dict[str, str]:
    """What everybody's commands do, by their names, for the menus of those whose app speaks English."""
    source = resources.files("bot") / "data" / "menu.en.toml"
    return dict(_flat(tomllib.loads(source.read_text(encoding="utf-8")), ""))


def _flat(table: dict[str, object], prefix: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in table.items():
        if isinstance(value, dict):
            found += _flat(value, f"{prefix}{key}.")
        else:
            found.append((f"{prefix}{key}", str(value)))
    return found
