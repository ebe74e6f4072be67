"""Drawing charts. Needs no font of the machine's, so no Chinese: what the numbers mean stands in the caption."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from bot.domain.charts import BarRow, Chart

_WIDTH = 1080
_EDGE, _LABEL, _END = 36, 150, 210
"""Pixels: the margin, the room for a row's label, the room for what stands at a bar's end."""
_BAR, _GAP, _BETWEEN, _HEAD, _FOOT = 34, 6, 26, 84, 48
_INK, _GREY, _LINE, _TROUGH = "#1a1a1a", "#595959", "#c8c8c8", "#f0f0f0"
_COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7")
"""Okabe and Ito's: told apart by every eye; each bar also carries its number."""


def draw_into(path: Path, chart: Chart) -> None:
    """Draw a chart as a PNG, readable by the owner only. A crash leaves the whole file or none. Raises OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(f".{secrets.token_hex(8)}{path.suffix}")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            _drawn(chart).save(file, "PNG")
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _drawn(chart: Chart) -> Image.Image:
    heights = [max(len(row.bars), 1) * (_BAR + _GAP) + _BETWEEN for row in chart.rows]
    image = Image.new("RGB", (_WIDTH, _HEAD + sum(heights) + _FOOT), "white")
    pen = ImageDraw.Draw(image)
    left, right = _EDGE + _LABEL, _WIDTH - _EDGE - _END
    bottom = image.height - _FOOT
    _write(pen, _EDGE, _HEAD // 2, chart.title, 34)
    for share in (0, 25, 50, 75, 100):
        x = left + (right - left) * share // 100
        pen.line((x, _HEAD - 10, x, bottom), fill=_LINE, width=2)
        _write(pen, x, bottom + 22, f"{share}%", 22, fill=_GREY, anchor="mm")
    top = _HEAD
    for row, height in zip(chart.rows, heights, strict=True):
        _row(pen, row, top, left, right)
        top += height
    return image


def _row(pen: ImageDraw.ImageDraw, row: BarRow, top: int, left: int, right: int) -> None:
    middle = top + (len(row.bars) * (_BAR + _GAP) - _GAP) // 2
    _write(pen, left - 54, middle, row.label, 30, anchor="rm")
    for index, bar in enumerate(row.bars):
        y = top + index * (_BAR + _GAP)
        centre = y + _BAR // 2
        length = (right - left) * min(max(bar.value or 0, 0), 100) // 100
        pen.rectangle((left, y, right, y + _BAR - 1), fill=_TROUGH)
        if length:
            pen.rectangle((left, y, left + length, y + _BAR - 1), fill=_COLOURS[index % len(_COLOURS)])
        _write(pen, left - 18, centre, str(index + 1), 22, fill=_GREY, anchor="mm")
        _write(
            pen, right + 14, centre, bar.label, 24, fill=_INK if bar.value is not None else _GREY, anchor="lm"
        )


def _write(
    pen: ImageDraw.ImageDraw, x: int, y: int, text: str, size: int, *, fill: str = _INK, anchor: str = "lm"
) -> None:
    # The font that comes with Pillow knows Latin letters alone; a box would say less than a dot.
    latin = "".join(sign if sign.isascii() and sign.isprintable() else "·" for sign in text)
    pen.text((x, y), latin, font=ImageFont.load_default(size), fill=fill, anchor=anchor)
