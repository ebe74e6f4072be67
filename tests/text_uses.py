"""Which texts the code asks for, and with which values, read from its source."""

from __future__ import annotations

import ast
import errno
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
_SAYS = frozenset({"say", "texts", "_texts", "Refused"})
"""Called with a key first, and its values by name."""
_TELLS = frozenset({"tell", "warn"})
"""Called with a key fourth, which stands for its ``.what`` and its ``.remedy``."""
_ENDINGS = (".what", ".remedy", ".short", ".help")
"""Added to a key elsewhere than where it is named."""


@dataclass(frozen=True, slots=True)
class Use:
    """One place where the code asks for texts by keys that stand there."""

    where: str
    keys: frozenset[str]
    values: frozenset[str] | None
    """The names it gives, or None where they are in a dict."""


@dataclass(frozen=True, slots=True)
class Source:
    """What is written in the code that ships."""

    words: frozenset[str]
    """Every string constant, documentation left out."""
    patterns: tuple[re.Pattern[str], ...]
    """Every f-string that begins with a word; what is filled in is a group."""
    uses: tuple[Use, ...]

    def asks_for(self, key: str) -> bool:
        """Whether the key stands in the code, whole or in pieces of which every one stands there."""
        return self._stands(key, pieces=2)

    def _stands(self, text: str, pieces: int) -> bool:
        for part in (text, *(text.removesuffix(end) for end in _ENDINGS if text.endswith(end))):
            if part in self.words or part in errno.errorcode.values():
                return True
            found = (pattern.fullmatch(part) for pattern in self.patterns) if pieces else ()
            if any(
                all(self._stands(hole, pieces - 1) for hole in match.groups()) for match in found if match
            ):
                return True
        return False


@cache
def source() -> Source:
    """The whole source."""
    words: set[str] = set()
    patterns: set[str] = set()
    uses: list[Use] = []
    for path in modules():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        said = _documentation(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in said:
                words.add(node.value)
            elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                patterns.add(_pattern(node))
        for function, call in _calls(tree):
            keys = _keys(call, function)
            if keys:
                uses.append(Use(f"{path.relative_to(ROOT)}:{call.lineno}", keys, _values(call)))
    return Source(frozenset(words), tuple(re.compile(p) for p in sorted(patterns)), tuple(uses))


def modules() -> tuple[Path, ...]:
    """Every module that ships."""
    return tuple(
        path for room in ("bot", "handlers", "storage") for path in sorted((ROOT / room).rglob("*.py"))
    )


def catalogue() -> dict[str, str]:
    """Every text as it stands in its file, by its key."""
    return dict(_flat(tomllib.loads((ROOT / "bot/data/texts.zh.toml").read_text(encoding="utf-8")), ""))


def _flat(table: dict[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


def placeholders(text: str) -> frozenset[str]:
    """The names in braces."""
    return frozenset(re.findall(r"\{(\w+)[^{}]*\}", text.replace("{{", "").replace("}}", "")))


def _calls(tree: ast.Module) -> Iterator[tuple[ast.AST, ast.Call]]:
    """Every call that asks for a text, with the function it stands in."""

    def walk(node: ast.AST, function: ast.AST) -> Iterator[tuple[ast.AST, ast.Call]]:
        for child in ast.iter_child_nodes(node):
            inside = child if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) else function
            if isinstance(child, ast.Call) and _name(child.func) in _SAYS | _TELLS:
                yield inside, child
            yield from walk(child, inside)

    yield from walk(tree, tree)


def _keys(call: ast.Call, function: ast.AST) -> frozenset[str]:
    """The keys that a call may ask for, as far as they stand near it."""
    at = 3 if _name(call.func) in _TELLS else 0
    found = _strings(call.args[at], function) if len(call.args) > at else frozenset()
    return frozenset(f"{key}{end}" for key in found for end in _ENDINGS[:2]) if at else found


def _strings(node: ast.expr, function: ast.AST) -> frozenset[str]:
    match node:
        case ast.Constant(value=str(value)):
            return frozenset({value})
        case ast.IfExp(body=body, orelse=orelse):
            return _strings(body, function) | _strings(orelse, function)
        case ast.Name(id=name):
            given = (
                _strings(other.value, function)
                for other in ast.walk(function)
                if isinstance(other, ast.Assign)
                and any(isinstance(target, ast.Name) and target.id == name for target in other.targets)
            )
            return frozenset().union(*given)
        case _:
            return frozenset()


def _values(call: ast.Call) -> frozenset[str] | None:
    names = [keyword.arg for keyword in call.keywords]
    return None if None in names else frozenset(name for name in names if name)


def _name(function: ast.expr) -> str:
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Call(func=ast.Name(id="load_texts")):
            return "texts"
        case _:
            return ""


def _pattern(node: ast.JoinedStr) -> str:
    return "".join(
        re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"([\w.-]+)" for part in node.values
    )


def _documentation(tree: ast.Module) -> frozenset[ast.AST]:
    """Strings that stand for themselves and ask for nothing."""
    return frozenset(
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    )
