"""QR codes: invitations, and the login of a WeChat account. The only file that knows segno."""

from __future__ import annotations

from io import BytesIO
from itertools import zip_longest
from pathlib import Path

import segno

_QUIET = 4
"""Light modules around the code, as the standard asks for."""
_BLOCKS = {(True, True): "█", (True, False): "▀", (False, True): "▄", (False, False): " "}


def as_png(url: str, path: Path) -> None:
    """Write a PNG that a phone's camera reads at arm's length, for the bot's eyes only (mode 0600).

    Raises segno's DataOverflowError (a ValueError) for more than a code can hold.
    """
    picture = BytesIO()
    _code(url).save(picture, kind="png", scale=10, border=_QUIET)
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_bytes(picture.getvalue())


def as_terminal(url: str) -> str:
    """The code in half blocks, black on white whatever the terminal's colours are; two rows to a line."""
    rows = [tuple(bool(dark) for dark in row) for row in _code(url).matrix_iter(border=_QUIET)]
    light = (False,) * len(rows[0])
    lines = []
    for upper, lower in zip_longest(rows[::2], rows[1::2], fillvalue=light):
        blocks = "".join(_BLOCKS[pair] for pair in zip(upper, lower, strict=True))
        lines.append(f"\x1b[38;5;16;48;5;231m{blocks}\x1b[0m")
    return "\n".join(lines)


def _code(url: str) -> segno.QRCode:
    return segno.make_qr(url, error="m")
