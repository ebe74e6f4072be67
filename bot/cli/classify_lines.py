"""``linli classify``: messages as JSON lines in, verdicts as JSON lines out, one by one and in order."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import IO, NoReturn

from bot.classify.classifier import Classifier
from bot.domain.verdicts import Verdict

_LONGEST = 16_000_000
"""Bytes of a line that are read; a message of a group has a few thousand."""


class BadLine(ValueError):
    """A line that is no message. ``kind`` is a key of the catalogue's [classify] table."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def classify_lines(
    lines: Iterable[bytes],
    out: IO[bytes],
    classifier: Classifier,
    complain: Callable[[int, str], None],
    went_on: Callable[[int], None],
) -> bool:
    """Classify each line's text and write its verdict at once. Returns whether every line could be read.

    ``complain`` gets the number of a bad line, counted from 1, and why; ``went_on`` the bytes of each line.
    """
    good = True
    for number, line in enumerate(lines, 1):
        content = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
        if content.strip():
            try:
                id_, text = read_message(content)
            except BadLine as bad:
                good = False
                complain(number, bad.kind)
            else:
                out.write(written(id_, classifier.classify(text)))
                out.flush()
        went_on(len(line))
    return good


def read_message(line: bytes) -> tuple[object, str]:
    """A message's id, of whatever type, and its text. Raises BadLine."""
    if len(line) > _LONGEST:
        raise BadLine("too_long")
    try:
        values = json.loads(line.decode("utf-8"), parse_constant=_refuse)
    except UnicodeDecodeError:
        raise BadLine("not_utf8") from None
    except (ValueError, RecursionError):
        raise BadLine("not_json") from None
    if not isinstance(values, dict):
        raise BadLine("no_object")
    if "id" not in values:
        raise BadLine("no_id")
    if not isinstance(values.get("text"), str):
        raise BadLine("no_text")
    # JSON can say half a surrogate pair; no text that people see has one.
    text = values["text"].encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return values["id"], text


def written(id_: object, verdict: Verdict) -> bytes:
    """The verdict as a line of JSON in UTF-8."""
    values = {
        "id": id_,
        "kind": verdict.kind.value,
        "topic": verdict.topic,
        "severity": verdict.severity.value,
        "place": verdict.place.to_json(),
        "score": round(verdict.score, 4),
        "because": list(verdict.because),
    }
    try:
        return json.dumps(values, ensure_ascii=False).encode() + b"\n"
    except UnicodeEncodeError:
        # Half a surrogate pair in the id, which is given back as it came.
        return json.dumps(values).encode() + b"\n"


def _refuse(_constant: str) -> NoReturn:
    raise ValueError("NaN and Infinity are no JSON")
