"""Hours of duty as a committee writes them: 周一-周五 8:00-18:00, 周六日, 夜班 22:00-8:00, 节假日, 工作日 早8点到晚6点."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace

from bot.domain.shifts import ALWAYS, DAY, WEEKDAYS, DayKind, Shift, Slot

_WEEK = r"(?:每?(?:周|星期|礼拜))"
_DAY = rf"[{WEEKDAYS}天1-7]"
_EVERY = frozenset(range(7))
_RESTING = frozenset({DayKind.WEEKEND, DayKind.HOLIDAY})
_NAMED: dict[str, tuple[frozenset[int], frozenset[DayKind]]] = {
    "每天": (_EVERY, frozenset()),
    "每日": (_EVERY, frozenset()),
    "天天": (_EVERY, frozenset()),
    "工作日": (frozenset(), frozenset({DayKind.WORKDAY})),
    "上班日": (frozenset(), frozenset({DayKind.WORKDAY})),
    "平日": (frozenset(), frozenset({DayKind.WORKDAY})),
    "平时": (frozenset(), frozenset({DayKind.WORKDAY})),
    "周末": (frozenset({5, 6}), frozenset()),
    "双休日": (frozenset({5, 6}), frozenset()),
    "双休": (frozenset({5, 6}), frozenset()),
    "休息日": (frozenset(), _RESTING),
    "法定节假日": (frozenset(), frozenset({DayKind.HOLIDAY})),
    "法定假日": (frozenset(), frozenset({DayKind.HOLIDAY})),
    "节假日": (frozenset(), frozenset({DayKind.HOLIDAY})),
    "节日": (frozenset(), frozenset({DayKind.HOLIDAY})),
    "假日": (frozenset(), frozenset({DayKind.HOLIDAY})),
}
_SHIFTS = {
    "全天": (0, DAY),
    "24小时": (0, DAY),
    "白班": (8 * 60, 22 * 60),
    "夜班": (22 * 60, 32 * 60),
    "晚班": (22 * 60, 32 * 60),
    "上午": (8 * 60, 12 * 60),
    "下午": (12 * 60, 18 * 60),
}
"""What a word means that stands without hours; beside hours it is only their name."""
_ALWAYS = frozenset(
    {"", "-", "/", "无", "不限", "长期", "随时", "全天候", "全天", "每天", "每日", "24小时", "每天全天"}
)
_PART = "凌晨|清晨|早上|早晨|上午|早|中午|下午|午后|傍晚|晚上|夜里|晚|夜"
_LATE = ("下午", "午后", "傍晚", "晚上", "夜里", "晚", "夜")
_CLOCK = rf"(?:{_PART})?\d{{1,2}}(?:[:.]\d{{2}}(?::00)?|[点时](?:半|\d{{1,2}}分?)?整?)?"
_TIMES = re.compile(rf"(?P<start>{_CLOCK})-(?:次日|第二天|翌日|隔天|明)?(?P<end>{_CLOCK})")
_WEEKDAYS = re.compile(rf"{_WEEK}(?P<first>{_DAY})(?:-{_WEEK}?(?P<last>[{WEEKDAYS}天]|[1-7](?![0-9:点时])))?")
_MORE_DAYS = re.compile(rf"[、,和及]?(?P<first>[{WEEKDAYS}天])(?:-(?P<last>[{WEEKDAYS}天]))?")
_EXCEPT = re.compile(
    r"\(?(?:法定)?(?:节假日|假日|节日)(?:除外|不算|休息|不值班|不上班|休)\)?|除(?:法定)?(?:节假日|假日)外?"
)
_NAMES = re.compile("|".join(sorted(_NAMED, key=len, reverse=True)))
_SHIFT = re.compile("|".join(_SHIFTS))
_NOISE = re.compile(r"值班|在岗|上班|当班|班|以及|[ :,、()和及与]")
_END = re.compile(r"[;/\n]+")
_CLOCK_PARTS = re.compile(
    rf"(?P<part>{_PART})?(?P<hour>\d{{1,2}})(?:[:.点时](?P<minute>半|\d{{2}}|\d{{1,2}}(?=分))?.*)?"
)


class BadShift(ValueError):
    """Hours that cannot be read: ``kind`` is the catalogue's key, ``value`` what stood there."""

    def __init__(self, kind: str, value: str) -> None:
        super().__init__(f"{kind}: {value}")
        self.kind = kind
        self.value = value


@dataclass(slots=True)
class _Group:
    """Days and times that belong together, as far as they have been read."""

    weekdays: set[int] = field(default_factory=set)
    kinds: set[DayKind] = field(default_factory=set)
    times: list[tuple[int, int]] = field(default_factory=list)
    named: tuple[int, int] | None = None
    """The hours of a shift's name, which hold where none are written."""
    times_first: bool = False

    @property
    def days(self) -> bool:
        return bool(self.weekdays or self.kinds)


def parse_shift(text: str) -> Shift:
    """The hours that a cell of the roster says; nothing written means always. Raises BadShift."""
    said = _plain(text)
    if said in _ALWAYS:
        return ALWAYS
    slots: list[Slot] = []
    for part in _END.split(said):
        slots += _slots(part)
    if not slots:
        raise BadShift("unknown", said)
    return Shift(tuple(dict.fromkeys(slots)))


def _plain(text: str) -> str:
    said = unicodedata.normalize("NFKC", text).replace("。", ";").replace("；", ";")
    said = re.sub(r"至|到|~|～|—+|–|―|--+", "-", re.sub(r"[ \t\r]+", " ", said))
    # A space parts 周1-5 from 8-18; elsewhere it says nothing.
    return re.sub(r" ?([-:;,、]) ?|(?<=[周期拜]) | (?=[点时])", r"\1", said).strip(" ;,、\n")


def _slots(part: str) -> list[Slot]:
    """The slots of one part, which no other part has a say in."""
    found: list[Slot] = []
    group, position, after_weekday, not_on_holidays = _Group(), 0, False, False
    while position < len(part):
        if (word := _EXCEPT.match(part, position)) is not None:
            not_on_holidays = True
        elif (word := _WEEKDAYS.match(part, position)) or (
            after_weekday and (word := _MORE_DAYS.match(part, position))
        ):
            group = _closed(group, found, times=False)
            group.weekdays |= _range(word["first"], word["last"])
            after_weekday, position = True, word.end()
            continue
        elif (word := _NAMES.match(part, position)) is not None:
            group = _closed(group, found, times=False)
            weekdays, kinds = _NAMED[word[0]]
            group.weekdays |= weekdays
            group.kinds |= kinds
        elif (word := _TIMES.match(part, position)) is not None:
            group = _closed(group, found, times=True)
            group.times_first = group.times_first or not group.days
            group.times.append(_span(word["start"], word["end"]))
        elif (word := _SHIFT.match(part, position)) is not None:
            group.named = _SHIFTS[word[0]]
        elif (word := _NOISE.match(part, position)) is None:
            raise BadShift("unknown", part[position:])
        after_weekday, position = after_weekday and word[0] == " ", word.end()
    _closed(group, found, end=True)
    return [replace(slot, not_on_holidays=True) for slot in found] if not_on_holidays else found


def _closed(group: _Group, found: list[Slot], *, times: bool = False, end: bool = False) -> _Group:
    """The group itself while what comes next (times or days) can still belong to it, else a new one."""
    both = group.days and bool(group.times)
    if not end and not (both and group.times_first is times):
        return group
    spans = group.times or ([group.named] if group.named else [])
    if group.days or spans:
        # Hours without days hold every day, days without hours the whole day.
        weekdays = frozenset(group.weekdays) if group.days else _EVERY
        found += [Slot(weekdays, frozenset(group.kinds), start, last) for start, last in spans or [(0, DAY)]]
    return _Group()


def _range(first: str, last: str | None) -> set[int]:
    start = _weekday(first)
    span = (_weekday(last) - start) % 7 if last else 0
    return {(start + step) % 7 for step in range(span + 1)}


def _weekday(said: str) -> int:
    return int(said) - 1 if said.isdecimal() else WEEKDAYS.index(said.replace("天", "日"))


def _span(start: str, end: str) -> tuple[int, int]:
    """Minutes after midnight; the end is after the start, on the next day if need be."""
    first, last = _minutes(start), _minutes(end)
    if first >= DAY:
        raise BadShift("bad_time", start)
    if start.startswith(_LATE) and re.match(r"\d", end) and first < last + DAY // 2 <= DAY:
        # 下午2点-6点 ends in the evening, 晚8点-6点 in the morning.
        last += DAY // 2
    return first, last if last > first else last + DAY


def _minutes(said: str) -> int:
    found = _CLOCK_PARTS.fullmatch(said)
    if found is None:
        raise BadShift("bad_time", said)
    hour = int(found["hour"])
    minute = 30 if found["minute"] == "半" else int(found["minute"] or 0)
    if found["part"] in _LATE and hour < 12:
        hour += 12
    elif found["part"] in _LATE and hour == 12 and found["part"] not in ("下午", "午后"):
        hour = 24
    elif found["part"] == "中午" and hour < 4:
        hour += 12
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        raise BadShift("bad_time", said)
    return hour * 60 + minute
