"""Invitation links as QR codes: what the picture and the terminal show is the code of exactly this link."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.qr import as_png, as_terminal
from handlers.bindings import new_code

LINK = f"https://t.me/linli_bot?start={new_code()}"
QUIET = 4
Matrix = tuple[tuple[bool, ...], ...]


def meant(url: str) -> Matrix:
    """The code as segno reads it, with its quiet edge."""
    code = segno.make_qr(url, error="m")
    return tuple(tuple(bool(dark) for dark in row) for row in code.matrix_iter(border=QUIET))


def in_picture(path: Path) -> Matrix:
    """The modules of a picture, each looked at in its middle."""
    with Image.open(path) as picture:
        grey = picture.convert("L")
        side = (
            next(n for n in range(1, grey.width) if grey.getpixel((n + QUIET * 10 - 1, QUIET * 10)) == 255)
            // 7
        )
        count = grey.width // side
        assert (grey.width, grey.height) == (count * side, count * side)
        pixels = {
            (x, y): grey.getpixel((x * side + side // 2, y * side + side // 2))
            for x, y in product(range(count), repeat=2)
        }
    return tuple(tuple(pixels[x, y] == 0 for x in range(count)) for y in range(count))


def on_terminal(text: str) -> Matrix:
    """The modules of half blocks, two rows to a line."""
    halves = {"█": (True, True), "▀": (True, False), "▄": (False, True), " ": (False, False)}
    rows: list[tuple[bool, ...]] = []
    for line in text.split("\n"):
        found = re.fullmatch(r"\x1b\[38;5;16;48;5;231m([█▀▄ ]+)\x1b\[0m", line)
        assert found, line
        pairs = [halves[block] for block in found[1]]
        rows += [tuple(upper for upper, _ in pairs), tuple(lower for _, lower in pairs)]
    return tuple(rows)


def test_the_picture_is_the_link_s_code(tmp_path: Path) -> None:
    as_png(LINK, tmp_path / "code.png")

    assert in_picture(tmp_path / "code.png") == meant(LINK)


def test_another_link_has_another_code(tmp_path: Path) -> None:
    as_png(f"{LINK}x", tmp_path / "code.png")

    assert in_picture(tmp_path / "code.png") != meant(LINK)


def test_the_picture_is_for_the_bot_s_eyes_only_also_where_one_was_there_before(tmp_path: Path) -> None:
    path = tmp_path / "code.png"
    path.write_bytes(b"old")
    path.chmod(0o644)
    as_png(LINK, path)

    assert path.stat().st_mode & 0o777 == 0o600


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=64))
def test_the_terminal_shows_the_link_s_code(payload: str) -> None:
    link = f"https://t.me/linli_bot?start={payload}"
    shown, code = on_terminal(as_terminal(link)), meant(link)

    assert shown[: len(code)] == code
    # An odd number of rows leaves half a line over: it is light.
    assert not any(any(row) for row in shown[len(code) :])


def test_around_the_code_there_is_the_light_edge_that_the_standard_asks_for() -> None:
    shown = on_terminal(as_terminal(LINK))

    assert not any(any(row[:QUIET]) or any(row[-QUIET:]) for row in shown)
    assert not any(any(row) for row in (*shown[:QUIET], *shown[-QUIET:]))
    assert any(shown[QUIET])


def test_what_no_code_can_hold_is_an_error_and_leaves_no_picture(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r".+"):
        as_png("x" * 5000, tmp_path / "code.png")
    assert not (tmp_path / "code.png").exists()
