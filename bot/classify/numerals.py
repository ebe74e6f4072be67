"""Chinese numerals as residents write them in places and times."""

from __future__ import annotations

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "幺": 1}
NUMERALS = "零〇一二三四五六七八九十百两幺"


def number(text: str) -> str:
    """``text`` in plain digits: "12" → "12", "十二" → "12", "二零三" → "203", "一百零五" → "105".

    Leading zeros are dropped ("03" → "3") unless nothing else is left. Letters pass unchanged.
    """
    if not any(c in NUMERALS for c in text):
        return text.lstrip("0") or "0" if text.isdigit() else text
    if not any(c in "十百" for c in text):
        return "".join(str(_DIGITS[c]) if c in _DIGITS else c for c in text)
    return str(_spoken(text))


def _spoken(text: str) -> int:
    total = 0
    last = 0
    for c in text:
        if c == "百":
            total += (last or 1) * 100
            last = 0
        elif c == "十":
            total += (last or 1) * 10
            last = 0
        elif c in _DIGITS:
            last = _DIGITS[c]
        elif c.isdigit():
            last = last * 10 + int(c)
    return total + last
