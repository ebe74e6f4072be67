"""Charts are drawn whole, with any words and any numbers, and without a font of the machine's."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.delivery import carry
from bot.domain.charts import Bar, BarRow, Chart
from bot.domain.messages import Address, SendFile
from bot.drawing import draw_into
from bot.fetching import MediaLimits
from bot.platforms.base import TryLater
from bot.platforms.console import Console

BLUE, ORANGE = (0, 0x72, 0xB2), (0xE6, 0x9F, 0)


def row(*values: int | None) -> BarRow:
    return BarRow("A", tuple(Bar(value, f"{value}%") for value in values))


def pixels(path: Path, colour: tuple[int, int, int]) -> int:
    with Image.open(path) as image:
        assert image.format == "PNG"
        return {found: count for count, found in image.getcolors(1 << 24) or []}.get(colour, 0)


def test_longer_bars_are_longer_and_each_place_has_its_colour(tmp_path: Path) -> None:
    draw_into(tmp_path / "a.png", Chart("2026-11", (row(100, 50),)))
    blue, orange = pixels(tmp_path / "a.png", BLUE), pixels(tmp_path / "a.png", ORANGE)
    assert 0 < 1.9 * orange < blue < 2.1 * orange


def test_nothing_to_show_draws_no_bar(tmp_path: Path) -> None:
    draw_into(tmp_path / "a.png", Chart("2026-11", (row(None, 0),)))
    assert pixels(tmp_path / "a.png", BLUE) == pixels(tmp_path / "a.png", ORANGE) == 0


def test_it_is_the_owners_alone_and_leaves_nothing_else_behind(tmp_path: Path) -> None:
    target = tmp_path / "exports" / "三率.png"
    draw_into(target, Chart("2026-11", (row(10),)))
    draw_into(target, Chart("2026-11", (row(20),)))
    assert target.stat().st_mode & 0o777 == 0o600
    assert list(target.parent.iterdir()) == [target]


_BARS = st.builds(Bar, st.none() | st.integers(-5, 200), st.text(max_size=12))
_ROWS = st.builds(BarRow, st.text(max_size=6), st.lists(_BARS, max_size=5).map(tuple))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=20), st.lists(_ROWS, max_size=4).map(tuple))
def test_any_words_and_any_numbers_are_drawn(tmp_path: Path, title: str, rows: tuple[BarRow, ...]) -> None:
    draw_into(tmp_path / "a.png", Chart(title, rows))
    with Image.open(tmp_path / "a.png") as image:
        image.load()


def test_a_full_disk_means_later_and_never_not_at_all(tmp_path: Path) -> None:
    (tmp_path / "exports").write_text("in the way")
    letter = SendFile(Address("console", "王主任"), "rates:1", "exports/a.png", chart=Chart("", (row(1),)))
    limits = MediaLimits(tmp_path, 1, 1)
    with pytest.raises(TryLater):
        asyncio.run(carry(Console(lambda _shown: None), letter, limits))
    (tmp_path / "exports").unlink()
    asyncio.run(carry(Console(lambda _shown: None), letter, limits))
    assert pixels(tmp_path / "exports" / "a.png", BLUE) > 0
