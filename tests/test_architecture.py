"""How the code is built, where import contracts cannot look: homes of libraries, sizes, clocks, names."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.text_uses import ROOT, modules

LONGEST = 350

HOMES: dict[str, tuple[str, ...]] = {
    "telegram": ("bot/platforms/telegram/",),
    "apscheduler": ("bot/timetable.py",),
    "jieba": ("bot/classify/segment.py",),
    "ahocorasick_rs": ("bot/classify/",),
    "borax": ("bot/calendar/almanac.py",),
    "chinese_calendar": ("bot/calendar/workdays.py",),
    "openpyxl": ("bot/files/sheets.py",),
    "PIL": ("bot/media.py", "bot/drawing.py"),
    "segno": ("bot/qr.py",),
    "opencc": ("bot/script.py",),
    "h11": ("bot/http_server.py",),
    # Each checks what comes from outside as text: a file of settings, a row of JSON.
    "pydantic": (
        "bot/files/sections.py",
        "bot/files/fields.py",
        "bot/files/clocks.py",
        "bot/files/gateway.py",
        "storage/wire.py",
    ),
    "wechaty_puppet_service": ("bot/platforms/wechat/puppet.py",),
    "wechaty_puppet": ("bot/platforms/wechat/puppet.py",),
    "wechaty_grpc": ("bot/platforms/wechat/puppet.py",),
    "grpclib": ("bot/platforms/wechat/puppet.py",),
    "pyee": ("bot/platforms/wechat/puppet.py",),
    "alembic": ("storage/migrations/",),
    # The shell opens connections and hears them fail; it writes no SQL.
    "sqlalchemy": ("storage/", "bot/intake.py", "bot/dispatch.py", "bot/service.py", "bot/cli/offline.py"),
    "click": ("bot/cli/", "bot/demo/transcript.py"),
    "rich": ("bot/cli/", "bot/demo/"),
}
"""Each library we use and where it may be imported: a file, or everything that begins so."""

LONGER = {
    "bot/files/sheets.py": 360,
    "storage/tables.py": 700,
    "storage/tickets.py": 400,
}
"""Modules that are longer than they should be, and may not grow. Migrations are written once and are not counted."""

OWN_CLOCK = {
    "bot/clock.py": "the clock itself",
}

SYNCHRONOUS = ("handlers/", "storage/", "bot/domain/", "bot/classify/")
"""Rooms in which nothing waits."""

EMPTY_NAMES = re.compile(r"(?i)util|helper|manager|^misc|^common$|^base_?model")


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def trees() -> tuple[tuple[str, ast.Module], ...]:
    """Every module that ships, parsed; an empty list would prove nothing."""
    found = modules()
    assert len(found) > 100
    return tuple((relative(path), ast.parse(text_of(path))) for path in found)


@cache
def imports() -> tuple[tuple[str, frozenset[str]], ...]:
    """Every module that ships and the libraries that it imports, anywhere in it."""
    return tuple((path, frozenset(_imported(tree))) for path, tree in trees())


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield (node.module or "").split(".")[0]


def outside(places: Iterable[str], path: str) -> bool:
    return not any(
        path == place or (not place.endswith(".py") and path.startswith(place)) for place in places
    )


@pytest.mark.parametrize("library", HOMES)
def test_each_library_is_imported_in_one_home_only(library: str) -> None:
    users = [path for path, used in imports() if library in used]
    assert users, f"{library} is used nowhere; take it out of the table and of pyproject.toml"
    assert [path for path in users if outside(HOMES[library], path)] == []
    idle = [place for place in HOMES[library] if all(outside([place], path) for path in users)]
    assert idle == []


def test_every_library_has_a_home() -> None:
    ours = {"bot", "handlers", "storage", "__future__"}
    used = {library for _, used in imports() for library in used}
    assert used - ours - set(sys.stdlib_module_names) == set(HOMES)


def test_modules_are_short_enough_to_be_read_at_once() -> None:
    lengths = {relative(path): len(text_of(path).splitlines()) for path in modules()}
    assert lengths
    counted = {path: lines for path, lines in lengths.items() if "/versions/" not in path}
    assert {p: lines for p, lines in counted.items() if lines > LONGER.get(p, LONGEST)} == {}
    assert [path for path in LONGER if counted[path] <= LONGEST] == [], "short now: take it out of LONGER"


def test_every_module_says_in_one_line_what_lives_there() -> None:
    for path, tree in trees():
        said = ast.get_docstring(tree) or ""
        first, _, rest = said.partition("\n")
        assert first.endswith("."), path
        assert not rest or rest.startswith("\n"), f"{path}: what lives there fits into one line"


def test_everything_public_makes_its_promise_in_words() -> None:
    counted = [silent(path, tree) for path, tree in trees() if "/versions/" not in path]
    assert [name for names in counted for name in names] == []


def silent(path: str, tree: ast.Module) -> list[str]:
    """Public names without documentation; what fulfils a promise made in the same module need not repeat it."""
    owners: list[ast.Module | ast.ClassDef] = [tree, *(n for n in tree.body if isinstance(n, ast.ClassDef))]
    public = [
        node
        for owner in owners
        # What overrides something of another module keeps the promise made there.
        if not (isinstance(owner, ast.ClassDef) and (owner.name.startswith("_") or _overrides(owner)))
        for node in owner.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
    ]
    promised = {node.name for node in public if ast.get_docstring(node)}
    return [f"{path}: {node.name}" for node in public if node.name not in promised]


def _overrides(owner: ast.ClassDef) -> bool:
    return bool(owner.bases) and not any(ast.unparse(base).startswith("Protocol") for base in owner.bases)


def test_only_the_clock_asks_what_time_it_is() -> None:
    """``now`` is read once per transaction and passed on as a value."""
    asking = re.compile(r"\.(?:now|utcnow|today)\((?:\)|UTC|tz|timezone)|\btime\.time\(|\btime_ns\(")
    found = {
        relative(path)
        for path in modules()
        # Our own clock is asked by its name.
        if asking.search(
            re.sub(r"\b\w*clock\w*(?:\(\))?\.now\(\)|\bSystemClock\(\)\.now\(\)", "", text_of(path))
        )
    }
    assert found == set(OWN_CLOCK)


def test_nothing_waits_below_the_shell() -> None:
    inside = [(path, tree) for path, tree in trees() if path.startswith(SYNCHRONOUS)]
    assert len(inside) > 60
    for path, tree in inside:
        assert not any(isinstance(n, ast.AsyncFunctionDef | ast.Await) for n in ast.walk(tree)), path
    used = {path: libraries for path, libraries in imports() if path.startswith(SYNCHRONOUS)}
    assert {path: found for path in used if (found := {"asyncio", "time"} & used[path])} == {}


def test_no_rule_looks_at_a_platforms_name() -> None:
    rooms = ("handlers/", "storage/", "bot/domain/", "bot/classify/", "bot/intake.py", "bot/dispatch.py")
    inside = [(path, tree) for path, tree in trees() if path.startswith(rooms)]
    assert len(inside) > 60
    for path, tree in inside:
        words = {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
        assert not words & {"telegram", "wechat", "console"}, path


def test_values_are_frozen_and_what_is_not_says_so() -> None:
    """A dataclass that handlers, the domain or the store pass round cannot be changed by whoever receives it."""
    found = 0
    for path, tree in trees():
        for node in ast.walk(tree):
            if not isinstance(node, ast.ClassDef):
                continue
            for made in node.decorator_list:
                if "dataclass" not in ast.unparse(made):
                    continue
                found += 1
                asked = {k.arg for k in made.keywords} if isinstance(made, ast.Call) else set()
                assert "slots" in asked, f"{path}: {node.name}"
                if path.startswith(("handlers/", "storage/", "bot/domain/")):
                    assert "frozen" in asked, f"{path}: {node.name}"
    assert found > 60


def test_nothing_is_named_after_nothing() -> None:
    for path, tree in trees():
        assert not EMPTY_NAMES.search(Path(path).stem), path
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                assert not EMPTY_NAMES.search(node.name), f"{path}: {node.name}"


def test_nothing_is_left_for_later_and_nothing_is_pretended() -> None:
    for path, used in imports():
        assert not {"unittest", "mock", "pytest", "hypothesis"} & used, path
    for path, tree in trees():
        for node in ast.walk(tree):
            assert not isinstance(node, ast.Global), path
            assert not (isinstance(node, ast.Name) and node.id == "NotImplementedError"), path
    for module in modules():
        assert not re.search(r"#.*\b(?:TODO|FIXME|XXX|HACK)\b", text_of(module)), module


def test_the_import_contracts_are_kept() -> None:
    """The layers themselves are in pyproject.toml, where import-linter reads them."""
    tool = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([tool, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]
    assert "0 broken" in done.stdout
