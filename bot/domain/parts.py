"""A text that is too long for one message, in parts."""

from __future__ import annotations


def parts(text: str, limit: int) -> tuple[str, ...]:
    """The text in parts of at most ``limit`` UTF-16 units, cut between lines where it has any, else between signs.

    Nothing is lost but the line breaks between two parts. Raises ValueError for a limit that no sign fits into.
    """
    if limit < 2:
        raise ValueError("a sign may need two units")
    found: list[str] = []
    rest = text
    while _units(rest) > limit:
        head = _head(rest, limit)
        line = len(head) if rest[len(head)] == "\n" else head.rfind("\n")
        cut = line if line > 0 else len(head)
        found.append(rest[:cut])
        rest = rest[cut:].removeprefix("\n")
    return (*found, rest)


def _head(text: str, limit: int) -> str:
    """As much of the beginning as fits."""
    head = text[:limit]
    while _units(head) > limit:
        head = head[: len(head) - max((_units(head) - limit) // 2, 1)]
    return head


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
