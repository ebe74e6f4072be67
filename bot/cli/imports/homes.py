"""Which account lives where, from a committee's list of homes. Only accounts can be recognised, so only they are kept."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from bot.cli.imports.columns import PERSON_HEADS, PLACE_HEADS, BadCell, Sheet, place_of, read_sheet
from bot.domain.messages import Account
from bot.domain.places import Place
from bot.files.problems import shown
from bot.files.sheets import Row
from handlers.context import Context
from storage.people import People

HEADS: Mapping[str, tuple[str, ...]] = {
    "账号": (
        *("账号", "帐号", "平台账号", "telegram账号", "telegram", "telegramid", "tgid"),
        *("账号id", "用户id", "userid", "account"),
    ),
    "平台": ("平台", "platform"),
    "昵称": ("昵称", "群昵称", "网名", "群名片", "nickname"),
    **PLACE_HEADS,
    **PERSON_HEADS,
}
_PLATFORMS = {"": "telegram", "telegram": "telegram", "tg": "telegram", "电报": "telegram"}
_LONGEST_NAME = 60


class Fate(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    NO_ACCOUNT = "no_account"
    """Names and phones cannot be recognised in a chat: not usable yet."""
    OPTED_OUT = "opted_out"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class HomeRow:
    """A row of the list, and what becomes of it."""

    number: int
    fate: Fate
    home: Place | None = None
    account: Account | None = None
    why: str = ""
    """Why it cannot be used, in the catalogue's words."""


@dataclass(frozen=True, slots=True)
class HomeTable:
    """What a file says."""

    rows: tuple[HomeRow, ...]
    unused: tuple[str, ...]


def read_homes(path: Path, context: Context) -> HomeTable:
    """Every row of a file and what would become of it. Raises BadFiles where the file as a whole is of no use."""
    sheet = read_sheet(path, HEADS, (("楼栋", "房号", "地点"),))
    rows: list[HomeRow] = []
    first: dict[Account, HomeRow] = {}
    for line in sheet.table.rows:
        row = _read(sheet, line, context)
        if row.account is not None and row.fate is not Fate.BAD:
            before = first.setdefault(row.account, row)
            if before is not row:
                row = _again(row, before, context)
        rows.append(row)
    return HomeTable(tuple(rows), sheet.unused)


def _read(sheet: Sheet, line: Row, context: Context) -> HomeRow:
    try:
        home = _home(sheet, line, context)
        account = _account(sheet, line)
    except BadCell as wrong:
        return HomeRow(line.number, Fate.BAD, why=context.say(f"import.{wrong.kind}", **wrong.values))
    if account is None:
        return HomeRow(line.number, Fate.NO_ACCOUNT, home)
    known = context.store.people.known(account)
    if known is None or not known.home:
        fate = Fate.OPTED_OUT if known is not None and known.opted_out_at else Fate.NEW
    elif known.opted_out_at:
        fate = Fate.OPTED_OUT
    else:
        fate = Fate.SAME if known.home == home else Fate.CHANGED
    # The name that the platform tells is the better one.
    named = account if known is None else replace(account, name="")
    return HomeRow(line.number, fate, home, named)


def _home(sheet: Sheet, line: Row, context: Context) -> Place:
    home = place_of(sheet, line, context.files)
    if home.building is None:
        raise BadCell("no_home")
    return home


def _again(row: HomeRow, before: HomeRow, context: Context) -> HomeRow:
    """The second row of an account."""
    if row.home == before.home:
        return replace(row, fate=Fate.SAME)
    return HomeRow(row.number, Fate.BAD, why=context.say("import.two_homes", first=before.number))


def _account(sheet: Sheet, line: Row) -> Account | None:
    """The row's account, or None where it gives none. Raises BadCell."""
    said = sheet.cell(line, "账号")
    platform = _PLATFORMS.get(sheet.cell(line, "平台").lower())
    if not said:
        return None
    if platform is None:
        raise BadCell("bad_platform", value=shown(sheet.cell(line, "平台")))
    if not re.fullmatch(r"[1-9]\d{4,18}", said):
        raise BadCell("bad_account", value=shown(said))
    return Account(platform, said, sheet.cell(line, "昵称")[:_LONGEST_NAME])


def keep_homes(rows: Sequence[HomeRow], people: People) -> int:
    """Keep the new and the changed homes; says how many. The file's names and phones are not kept."""
    kept = [row for row in rows if row.fate in (Fate.NEW, Fate.CHANGED)]
    for row in kept:
        if row.account is not None:
            people.remember(row.account, home=row.home)
    return len(kept)
