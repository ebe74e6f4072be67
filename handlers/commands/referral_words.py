"""What somebody says of a referral, in any order: the department, its number there, the day to ask again, a note."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.classify.normalise import simplified
from handlers.commands.until import moment_in
from handlers.context import Context

_NAME, _REFERENCE = 20, 40
_LABEL = (
    r"(?<!电话)(?<!手机)(?<!车牌)(?<!联系)(?<!门牌)(?<!房间)"
    r"(?:(?:对方|他们|那边)?的?(?:受理|回执|登记|报修|报案|报警|接警|警情|案件|工单|派工|派单|订单|流水|热线|投诉|信访"
    r"|申请|服务|任务|业务|查询|诉求)(?:单号|编号|号码|号)|工单编?号|[案警文尾]号|(?:对方|他们|那边)?的?(?:单号|编号|号码))"
)
_LINK = r"\s*(?:[:=#]|是|为|叫|[nN][oO][.:]?)*\s*"
_DOCUMENT = r"[\u4e00-\u9fff]{0,8}[〔\[(][0-9]{4}[〕\])][\u4e00-\u9fff]{0,6}?第?[0-9]{1,8}号?"
"""沪燃〔2026〕77号: here 号 belongs to it."""
_PLAIN = r"[A-Za-z0-9][A-Za-z0-9\-_/.]*"
_LABELLED = re.compile(
    rf"{_LABEL}{_LINK}第?(?P<ref>{_DOCUMENT}|{_PLAIN})(?:\s?号(?:单子?)?(?![\u4e00-\u9fff]?[线楼院]))?"
)
_NOTHING = r"(?:暂时|目前|还|现在)?(?:没有?|无|暂无|未知|不知道?|待定|不清楚|忘了|没给|未给)(?:给|提供|告诉|说|问|要)?"
_NONE = re.compile(
    rf"(?:{_LABEL}{_LINK}{_NOTHING}|{_NOTHING}{_LABEL})(?=$|[\s,，、;；。.!！])(?:[\s,，、;；。.!！]|$)"
)
_NONE_AT_ALL = re.compile(rf"{_NOTHING}(?:{_LABEL})?[。.!！]?")
_BARE = re.compile(rf"(?:是|为)?第?(?P<ref>{_DOCUMENT}|(?=[^\s]*[0-9]){_PLAIN})(?:号(?:单子?)?)?")
_CALLED = re.compile(
    r"1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8}|400-?[0-9]{3}-?[0-9]{4}|1[12][0-9]|(?:12|95|96)[0-9]{3,4}"
)
"""What one dials is no reference."""
_TO = re.compile(
    r"(?:已经?)?(?:转办|转交|转给|转到|转至|转往|交给|交由|报给|报到|找到|联系|通知|转|给|报|找|到|交(?![警通]))(?=\S)"
)
_HANDED = re.compile(r"(?:已经?)?(?:转办|转交|转|交)[给到至往由]?(?=\S)")
_TAIL = re.compile(r"^(?:的|那边|那里|这边|处理|跟进|来|去)+")
_ASKED_AGAIN = r"(?:回访|跟进|再问|追问|再看|问|催)"
_DAY_BEFORE = re.compile(rf"^(?:{_ASKED_AGAIN}(?:日期?|时间)?[:是为]?|约?定?在|等到?|到|[:是为])")
_DAY_AFTER = re.compile(rf"(?:之?前|以?前)?(?:再?{_ASKED_AGAIN}(?:一下)?)?$")
_MARKED_DAY = re.compile(rf"{_ASKED_AGAIN}(?:日期?|时间)?[:是为]")
_DOTTED = re.compile(r"(?<![0-9.])(1[0-2]|0?[1-9])\.([0-3]?[0-9])(?![0-9.])")
"""11.25 is a day."""
_DAY_ONLY = re.compile(r"[0-9]{1,2}号")
_APART = re.compile(r"[\s,，、;；。!！]+")
_WORDS_OF_A_DAY = 4
"""11月25号 周三 下午 3点."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A referral as far as it has been said."""

    department: str = ""
    reference: str | None = None
    """None: not said yet; empty: there is none."""
    until: datetime | None = None
    note: str = ""


def read(context: Context, said: str, draft: Draft, *, named: bool = False) -> Draft:
    """What a text says of a referral, in any order; what it does not say stays. ``named``: no department in it."""
    said, reference = numbered(said)
    said, until = _day(context, said)
    words = [word for word in _APART.split(said) if word]
    if until is None:
        until, words = _glued_day(context, words, every=named)
    department = ""
    if not named:
        department, words = _department(context, words, draft.department)
    if reference is None and (draft.reference is None or not named):
        reference, words = _bare(context, words)
    moved = bool(draft.department) and department not in ("", draft.department)
    return replace(
        draft,
        department=department or draft.department,
        reference=reference if reference is not None else None if moved else draft.reference,
        until=until or draft.until,
        note=" ".join([draft.note, *words]).strip(),
    )


def plain(said: str) -> str:
    """A text with full-width signs made plain, in simplified characters."""
    return simplified(unicodedata.normalize("NFKC", said)).strip()


def none_given(said: str) -> bool:
    """Whether an answer to the question for the number says that there is none."""
    return _NONE_AT_ALL.fullmatch(plain(said)) is not None


def numbered(said: str) -> tuple[str, str | None]:
    """The text without the number that the department gave (单号 77号), and that number; empty: there is none."""
    said = plain(said)
    if (found := _NONE.search(said)) is not None:
        return _without(said, found), ""
    if (found := _LABELLED.search(said)) is not None:
        return _without(said, found), found["ref"][:_REFERENCE].rstrip("-_/.")
    return said, None


def first_number(said: str) -> tuple[str, str]:
    """A number with its word (单号 77号) at the beginning of a text, and what follows; empty where there is none."""
    said = plain(said)
    found = _LABELLED.match(said)
    return (found[0], said[found.end() :].strip(" ,，、;；。")) if found else ("", said)


def _without(said: str, found: re.Match[str]) -> str:
    return f"{said[: found.start()]} {said[found.end() :]}".strip()


def _bare(context: Context, words: Sequence[str]) -> tuple[str | None, list[str]]:
    """A number without a word before it (77号, B-4417), unless it is one to dial or a day; and the other words."""
    for n, word in enumerate(words):
        found = _BARE.fullmatch(word)
        if found is None or _CALLED.fullmatch(word):
            continue
        if _DAY_ONLY.fullmatch(word) or _moment(context, word) is None:
            return found["ref"][:_REFERENCE].rstrip("-_/."), [*words[:n], *words[n + 1 :]]
    return None, list(words)


def _day(context: Context, said: str) -> tuple[str, datetime | None]:
    """The text without the day on which to ask again, and that day: one to four words that say a moment."""
    words = [word for word in _APART.split(_MARKED_DAY.sub(" ", said)) if word]
    lone = None
    for length in range(min(_WORDS_OF_A_DAY, len(words)), 0, -1):
        for start in range(len(words) - length + 1):
            part = " ".join(words[start : start + length])
            until = _moment(context, part)
            if until is None:
                continue
            rest = " ".join([*words[:start], *words[start + length :]])
            if not _DAY_ONLY.fullmatch(part):
                return rest, until
            # 7号 may be the number, where another day is said.
            lone = lone or (rest, until)
    return lone or (said, None)


def _glued_day(context: Context, words: Sequence[str], *, every: bool) -> tuple[datetime | None, list[str]]:
    """A day at the end of another word: 燃气公司下周三, or anywhere with 回访 behind it."""
    for n, word in enumerate(words):
        if n and not every and not re.search(rf"{_ASKED_AGAIN}(?:一下)?$", word):
            continue
        for start in range(len(word)):
            torn = start and word[start - 1].isdecimal() and word[start].isdecimal()
            until = None if torn else _moment(context, word[start:])
            if until is not None:
                return until, [*words[:n], *([word[:start]] if start else []), *words[n + 1 :]]
    return None, list(words)


def _moment(context: Context, said: str) -> datetime | None:
    bare = _DAY_AFTER.sub("", _DAY_BEFORE.sub("", said))
    # A number alone is no hour here.
    if not bare or bare.isdecimal():
        return None
    bare = _DOTTED.sub(r"\1-\2", bare)
    return moment_in(bare, context.now, context.zone, context.config.hours.working_from)


def _department(context: Context, words: Sequence[str], present: str) -> tuple[str, list[str]]:
    """The department, and the other words: one of the list or the ``present`` one anywhere, else the first word.

    Of one that is at a department already a first word that is on no list is a note, unless it says 转给.
    """
    known = tuple(dict.fromkeys((*context.config.routing.departments, *([present] if present else []))))
    for n, word in enumerate(words):
        for said in dict.fromkeys((word, _TO.sub("", word, count=1))):
            name, rest = _named(known, said)
            if name:
                return name, [*words[:n], *([rest] if rest else []), *words[n + 1 :]]
    if words and (not present or _HANDED.match(words[0])):
        return _TO.sub("", words[0], count=1)[:_NAME], list(words[1:])
    return "", list(words)


def _named(known: Sequence[str], said: str) -> tuple[str, str]:
    for name in known:
        if said.startswith(name):
            return name, _TAIL.sub("", said[len(name) :])
    parts = [name for name in known if len(said) > 1 and said in name]
    return (parts[0], "") if len(parts) == 1 else ("", "")
