"""Text in rows of a terminal, where a Chinese character takes two cells."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text

_NOT_FIRST = " ，。！？、；：）”》」』…~·%]户"
"""What may not begin a row."""
_NOT_LAST = "“（《「『[@#⇄\u00a0"
"""What may not end one."""


def fold(text: Text, width: int) -> list[Text]:
    """A text in rows of at most ``width`` cells, line breaks kept; no row begins with a full stop or cuts a number."""
    rows: list[Text] = []
    for line in text.split("\n", allow_blank=True):
        plain, cuts, start, cells, index = line.plain, [], 0, 0, 0
        while index < len(plain):
            cells += cell_len(plain[index])
            if cells > width and index > start:
                cut = _cut(plain, start, index)
                cuts.append(cut)
                start, index, cells = cut, cut, 0
                continue
            index += 1
        rows += line.divide(cuts)
    return rows


def packed(lines: Sequence[str], width: int) -> list[str]:
    """Short lines side by side."""
    rows: list[str] = []
    for line in lines:
        if rows and cell_len(rows[-1]) + 2 + cell_len(line) <= width:
            rows[-1] += f"  {line}"
        else:
            rows.append(line)
    return rows


def _cut(plain: str, start: int, index: int) -> int:
    """Where to break best, at ``index`` or a little before it."""
    cut = index
    while cut > start + 1 and (plain[cut] in _NOT_FIRST or plain[cut - 1] in _NOT_LAST):
        cut -= 1
    while cut > start + 1 and plain[cut - 1].isascii() and plain[cut].isascii() and plain[cut - 1] != " ":
        cut -= 1
    # Rather a ragged row than a cut number, but no row of a few letters.
    return cut if (cut - start) * 3 > index - start else index
