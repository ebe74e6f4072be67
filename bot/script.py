"""Chinese as a group writes it: what the bot says in simplified characters, in traditional ones. Knows OpenCC alone."""

from __future__ import annotations

from enum import StrEnum
from functools import cache

from opencc import OpenCC


class Script(StrEnum):
    """How Chinese is written in a chat."""

    SIMPLIFIED = "simplified"
    TRADITIONAL = "traditional"
    """As in Taiwan, with the words used there (软件 → 軟體)."""
    HONGKONG = "hongkong"


_CONVERSIONS = {Script.TRADITIONAL: "s2twp", Script.HONGKONG: "s2hk"}


def written(text: str, script: Script) -> str:
    """The text in this script; simplified text is left as it is. Its length may change by a few characters."""
    if script is Script.SIMPLIFIED or not text or text.isascii():
        return text
    converted: str = _converter(_CONVERSIONS[script]).convert(text)
    return converted


@cache
def _converter(conversion: str) -> OpenCC:
    # Its dictionaries take a tenth of a second to read.
    return OpenCC(conversion)
