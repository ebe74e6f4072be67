"""Makes ``table.json`` from a machine-readable copy of the published Bot API.

``python -m tests.botapi.make_table FILE``, where FILE holds ``methods`` and ``types``, each with ``fields``
of name, types, required and description. Kept are names, types and limits, one short string a field.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

_CONSTANT = re.compile(r'(?:always|must be) "?([a-z0-9_]+)"?$')
_LENGTH = re.compile(r"(\d+)-(\d+) (characters|[Bb]ytes)")
_VALUE = re.compile(r"(?:[;,]|between|Values between) (\d+)(?:-| and )(\d+)\b(?! characters|, or 0x)")
_ITEMS = re.compile(
    r"(?:list of|List of|include) (\d+)-(\d+)\b|(?:[Uu]p to|At most) ()(\d+) (?:items|identifiers|\w+ )"
)
_EMOJI = re.compile(r'"([^"A-Za-z]+)"')


def field(described: dict[str, Any]) -> str:
    """``types``, ``!`` if required, a limit (of c characters, b bytes, v value, n items) or ``=constant``."""
    words, types = described["description"], described["types"]
    short = "|".join(t.replace("Array of ", "*") for t in types) + ("!" if described["required"] else "")
    if types == ["String"]:
        if constant := _CONSTANT.search(words):
            return f"{short} ={constant[1]}"
        if found := _LENGTH.search(words):
            return f"{short} {found[1]}-{found[2]}{'c' if found[3] == 'characters' else 'b'}"
    elif types[0].startswith("Array of "):
        if found := _ITEMS.search(words):
            return f"{short} {found[1] or 0}-{found[2] or found[4]}n"
    elif types[0] in ("Integer", "Float") and (found := _VALUE.search(words)):
        return f"{short} {found[1]}-{found[2]}v"
    return short


def table(published: dict[str, Any]) -> dict[str, Any]:
    """The whole table."""
    types: dict[str, Any] = {}
    for name, described in published["types"].items():
        subtypes = described.get("subtypes")
        fields = {f["name"]: field(f) for f in described.get("fields", [])}
        types[name] = [t.replace("Array of ", "*") for t in subtypes] if subtypes else fields
    methods = {
        name: {
            "gives": [t.replace("Array of ", "*") for t in described["returns"]],
            "takes": {f["name"]: field(f) for f in described.get("fields", [])},
        }
        for name, described in published["methods"].items()
    }
    emoji = next(f for f in published["types"]["ReactionTypeEmoji"]["fields"] if f["name"] == "emoji")
    return {
        "version": published["version"],
        "reactions": " ".join(_EMOJI.findall(emoji["description"])),
        "methods": methods,
        "types": types,
    }


if __name__ == "__main__":
    made = table(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    lines = json.dumps(made, ensure_ascii=False, indent=1, sort_keys=False)
    # One method or type a line: small, and readable in a diff.
    lines = re.sub(r"\n {3,}", " ", lines)
    lines = re.sub(r"\n {2}([\]}])", r" \1", lines)
    Path(__file__).with_name("table.json").write_text(lines + "\n", encoding="utf-8")
