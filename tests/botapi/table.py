"""The published methods, parameters, types and limits, and whether a value keeps to them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_SPEC = re.compile(r"([^ !]+)(!?)(?: (\d+)-(\d+)([cbvn])| =(\w+))?")
_INTEGER = re.compile(r"-?\d{1,19}")
_PLAIN: dict[str, tuple[type, ...]] = {
    "String": (str,),
    "Integer": (int,),
    "Boolean": (bool,),
    "True": (bool,),
    "Float": (int, float),
}


class Refused(Exception):
    """A request that is answered with an error, in the official server's words where they are known."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def bad(description: str) -> Refused:
    """A 400."""
    return Refused(400, f"Bad Request: {description}")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a request."""

    filename: str
    content: bytes


@dataclass(frozen=True, slots=True)
class _Field:
    types: tuple[str, ...]
    required: bool
    low: int
    high: int
    counts: str
    """What the limits count: c UTF-16 units, b bytes, v the value, n items; empty without limits."""
    constant: str | None


@cache
def published() -> dict[str, Any]:
    """The table as it lies in the file."""
    table: dict[str, Any] = json.loads(Path(__file__).with_name("table.json").read_text(encoding="utf-8"))
    return table


@cache
def reactions() -> frozenset[str]:
    """The emoji that may be a reaction; with and without the variation selector they are the same."""
    return frozenset(published()["reactions"].replace("\ufe0f", "").split())


def units(text: str) -> int:
    """Length in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def checked(method: str, sent: Mapping[str, object], files: Mapping[str, Upload]) -> dict[str, Any]:
    """A request's parameters as values of their types. Refused for anything that is not as published.

    ``sent`` holds strings (a form, a query) or JSON values; ``files`` what came as parts of a multipart form.
    """
    if method not in published()["methods"]:
        raise Refused(404, "Not Found: method not found")
    takes: dict[str, str] = published()["methods"][method]["takes"]
    unused = set(files)
    values: dict[str, Any] = {}
    for name, raw in sent.items():
        if name not in takes:
            raise bad(f"unknown parameter {name}")
        spec = _field(takes[name])
        value = _parsed(raw, spec, name)
        unused -= _attached(value, files)
        values[name] = _kept(value, spec, name)
    for name in set(files) & set(takes):
        if "InputFile" not in _field(takes[name]).types:
            raise bad(f"{name} takes no file")
        values[name] = files[name]
        unused.discard(name)
    if unused:
        raise bad(f"unknown file part {min(unused)}")
    for name, text in takes.items():
        if _field(text).required and name not in values:
            raise bad("message text is empty" if name == "text" else f"{name} is empty")
    return values


def faults(type_name: str, value: object) -> list[str]:
    """What is wrong with a value of a published type; nothing if it is as published."""
    try:
        _typed(value, type_name, type_name)
    except Refused as refused:
        return [refused.description]
    return []


def gives(method: str) -> tuple[str, ...]:
    """The types a method may answer with."""
    return tuple(published()["methods"][method]["gives"])


@cache
def _field(text: str) -> _Field:
    found = _SPEC.fullmatch(text)
    if found is None:
        raise ValueError(f"table.json: {text!r}")
    types, required, low, high, counts, constant = found.groups()
    return _Field(
        tuple(types.split("|")), bool(required), int(low or 0), int(high or 0), counts or "", constant or None
    )


def _parsed(raw: object, spec: _Field, name: str) -> object:
    """A form carries everything as text; what is meant is known from the type alone."""
    if not isinstance(raw, str):
        return raw
    if "Boolean" in spec.types and raw.lower() in ("true", "false"):
        return raw.lower() == "true"
    if "Integer" in spec.types and _INTEGER.fullmatch(raw):
        return int(raw)
    if "String" in spec.types or "InputFile" in spec.types:
        return raw
    if spec.types == ("Float",):
        try:
            return float(raw)
        except ValueError:
            raise bad(f"{name} must be a number") from None
    try:
        return json.loads(raw)
    except ValueError:
        raise bad(f"can't parse {name} JSON") from None


def _attached(value: object, files: Mapping[str, Upload]) -> set[str]:
    """Names of file parts that a value refers to; every one of them must have come."""
    if isinstance(value, str) and value.startswith("attach://"):
        part = value.removeprefix("attach://")
        if part not in files:
            raise bad(f"file part {part} was not sent")
        return {part}
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return set().union(*(_attached(item, files) for item in inner))


def _kept(value: object, spec: _Field, name: str) -> object:
    trouble: Refused | None = None
    for type_name in _likely(value, spec.types):
        try:
            _typed(value, type_name, name)
        except Refused as refused:
            trouble = trouble or refused
            continue
        _limited(value, spec, name)
        return value
    raise trouble or bad(f"{name} must be of type {'|'.join(spec.types)}")


def _typed(value: object, type_name: str, where: str) -> None:
    if type_name.startswith("*"):
        if not isinstance(value, list):
            raise bad(f"{where} must be an Array")
        for item in value:
            _kept(item, _Field((type_name[1:],), True, 0, 0, "", None), where)
        return
    if type_name in _PLAIN:
        kinds = _PLAIN[type_name]
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            raise bad(f"{where} must be of type {type_name}")
        return
    if type_name == "InputFile":
        raise bad(f"{where} must be a file")
    described = published()["types"][type_name]
    if isinstance(described, list):
        _kept(value, _Field(tuple(described), True, 0, 0, "", None), where)
        return
    if not isinstance(value, dict):
        raise bad(f"{where}: object expected as {type_name}")
    for name, item in value.items():
        if name not in described:
            raise bad(f"{where}: unknown field {name} in {type_name}")
        _kept(item, _field(described[name]), f"{where}.{name}")
    for name, text in described.items():
        if _field(text).required and name not in value:
            raise bad(f"{where}: field {name} of {type_name} is missing")


def _likely(value: object, types: tuple[str, ...]) -> tuple[str, ...]:
    """Of several object types those whose constants agree, so that a refusal names what is really wrong."""
    if len(types) == 1 or not isinstance(value, dict | list):
        return types
    probe = value[0] if isinstance(value, list) and value else value
    agreeing = []
    for type_name in types:
        described = published()["types"].get(type_name.lstrip("*"))
        if isinstance(described, dict) and isinstance(probe, dict):
            constants = {n: _field(t).constant for n, t in described.items() if _field(t).constant}
            if all(probe.get(n) == c for n, c in constants.items()):
                agreeing.append(type_name)
        elif not isinstance(described, dict):
            agreeing.append(type_name)
    return tuple(agreeing)


def _limited(value: object, spec: _Field, name: str) -> None:
    if spec.constant is not None and value != spec.constant:
        raise bad(f"{name} must be {spec.constant}")
    if not spec.counts:
        return
    size: float
    if spec.counts == "v":
        size = value if isinstance(value, int | float) else 0
    elif spec.counts == "n":
        size = len(value) if isinstance(value, list) else 0
    elif spec.counts == "b":
        size = len(str(value).encode())
    else:
        size = units(str(value).strip())
    if spec.low <= size <= spec.high:
        return
    raise bad(
        _WORDS.get((name.rpartition(".")[2], size > spec.high), f"{name} must be {spec.low}-{spec.high}")
    )


_WORDS = {
    ("text", True): "message is too long",
    ("text", False): "message text is empty",
    ("caption", True): "message caption is too long",
    ("callback_data", True): "BUTTON_DATA_INVALID",
    ("callback_data", False): "BUTTON_DATA_INVALID",
    ("command", True): "BOT_COMMAND_INVALID",
    ("command", False): "BOT_COMMAND_INVALID",
    ("description", True): "BOT_COMMAND_DESCRIPTION_INVALID",
    ("description", False): "BOT_COMMAND_DESCRIPTION_INVALID",
    ("commands", True): "BOT_COMMANDS_TOO_MUCH",
}
"""(field, whether too long) → the official server's own words."""
