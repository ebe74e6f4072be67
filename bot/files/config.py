"""``config.toml``, read and checked whole: every problem at once, in words that say how to mend it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.files.clocks import Hours
from bot.files.problems import BadFiles, Problem, nearest, shown, tell
from bot.files.sections import (
    Compound,
    Config,
    Fault,
    GroupConfig,
    Groups,
    TelegramConfig,
    checked,
    choices,
    keys_of,
    tables,
)
from bot.texts import Texts, load_texts

__all__ = [
    "BadFiles",
    "Compound",
    "Config",
    "GroupConfig",
    "Groups",
    "Hours",
    "Problem",
    "TelegramConfig",
    "config_from",
    "load_config",
]

_LARGEST = 1_000_000
"""Bytes; a configuration is a page or two."""


def load_config(path: Path) -> Config:
    """The configuration in a file. Raises BadFiles with every problem at once."""
    return config_from(read_toml(path), path.resolve().parent, path.name)


def config_from(values: Mapping[str, object], folder: Path, file: str = "config.toml") -> Config:
    """The configuration that ``values`` say, relative paths seen from ``folder``. Raises BadFiles."""
    texts = load_texts()
    problems = list(_same_chat(texts, file, values))
    config = checked(values, folder)
    if isinstance(config, Config):
        if problems:
            raise BadFiles(problems)
        return config
    raise BadFiles([*(_explained(texts, file, fault) for fault in config), *problems])


def read_toml(path: Path) -> dict[str, object]:
    """A TOML file's values. Raises BadFiles where it is missing, unreadable or no TOML."""
    texts = load_texts()
    try:
        if path.stat().st_size > _LARGEST:
            raise BadFiles([tell(texts, path.name, "", "config.too_large")])
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise BadFiles([tell(texts, path.name, "", "config.missing_file", path=shown(path, 200))]) from None
    except OSError as error:
        why = shown(error.strerror or error)
        raise BadFiles([tell(texts, path.name, "", "config.unreadable", why=why)]) from None
    except UnicodeDecodeError:
        raise BadFiles([tell(texts, path.name, "", "config.not_utf8")]) from None
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"at line (\d+), column (\d+)", str(error))
        key = texts("config.line", line=where[1], column=where[2]) if where else texts("config.end")
        raise BadFiles([tell(texts, path.name, key, "config.not_toml")]) from None


_BY_KIND = {
    "missing": "missing",
    "string_too_short": "empty_text",
    "greater_than_equal": "too_small",
    "less_than_equal": "too_big",
    "string_too_long": "too_long",
    "int_type": "not_whole",
    "float_type": "not_number",
    "bool_type": "not_switch",
    "string_type": "not_text",
    "tuple_type": "not_list",
    "model_type": "not_table",
    "string_pattern_mismatch": "control_characters",
    "too_short": "empty_list",
}
"""How pydantic calls a fault → how the catalogue does. Our own kinds are the same in both."""


def _explained(texts: Texts, file: str, fault: Fault) -> Problem:
    """A fault in plain words; lists are counted from 1. What stands in a secret's place is never repeated."""
    key = "".join(f"[{p + 1}]" if isinstance(p, int) else f".{shown(p)}" for p in fault.loc).lstrip(".")
    name = next((shown(part) for part in reversed(fault.loc) if isinstance(part, str)), "")
    secret = fault.loc[:1] in (("telegram",), ("database",))
    values: dict[str, object] = {
        "name": name,
        "value": texts("config.hidden") if secret else shown(fault.value),
        **fault.bounds,
    }
    if fault.kind == "extra_forbidden":
        return _unknown_key(texts, file, key, fault.loc)
    if fault.kind in ("literal_error", "enum"):
        words = choices(fault.loc)
        near = nearest(str(fault.value), words)
        kind, values = "not_one_of", {**values, "known": "、".join(words)}
        if near:
            kind, values = "not_one_of_near", {**values, "near": near}
    elif fault.loc in (("groups", "owners"), ("groups",)) and fault.kind in ("too_short", "missing"):
        kind = "no_owners"
    elif fault.loc == ("compound", "code") and fault.kind == "string_pattern_mismatch":
        kind = "bad_code"
    else:
        kind = _BY_KIND.get(fault.kind, fault.kind)
    if f"config.{kind}.what" not in texts:
        kind = "other"
    return tell(texts, file, key, f"config.{kind}", **values)


def _unknown_key(texts: Texts, file: str, key: str, loc: tuple[int | str, ...]) -> Problem:
    name, here = str(loc[-1]), keys_of(loc[:-1])
    elsewhere = [path for path, table in tables() if name in table.model_fields]
    if elsewhere:
        # The usual slip in TOML: a key of the top written below a table's head belongs to that table.
        path = elsewhere[0]
        place = texts("config.table", path=".".join(path)) if path else texts("config.top")
        return tell(texts, file, key, "config.misplaced", name=shown(name), place=place)
    near = nearest(name, here)
    if near:
        return tell(texts, file, key, "config.unknown_near", name=shown(name), near=near)
    return tell(texts, file, key, "config.unknown", name=shown(name), known="、".join(here))


def _same_chat(texts: Texts, file: str, values: Mapping[str, object]) -> Iterator[Problem]:
    """Groups that would be mixed up. Read from the raw values, so that it is told beside other faults."""
    groups = values.get("groups")
    if not isinstance(groups, Mapping):
        return
    owners = groups["owners"] if isinstance(groups.get("owners"), list) else []
    rows = [(f"groups.owners[{number}]", row) for number, row in enumerate(owners, 1)]
    rows += [(f"groups.{name}", groups.get(name)) for name in ("staff", "supervision", "committee")]
    seen: list[tuple[str, tuple[object, str], object]] = []
    for key, row in rows:
        if not isinstance(row, Mapping) or "chat" not in row:
            continue
        chat, thread = (row.get("platform"), str(row["chat"]).strip()), row.get("thread")
        for other, its_chat, its_thread in seen:
            if chat == its_chat and (its_thread is None or thread is None or str(its_thread) == str(thread)):
                yield tell(texts, file, f"{key}.chat", "config.same_chat", other=other, value=shown(chat[1]))
                break
        seen.append((key, chat, thread))
