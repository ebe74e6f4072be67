"""Marks: what rules can ask of a message besides its words, such as being a question or naming a building."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from bot.classify.place_reading import Found

_QUESTION = re.compile(r"[?？]|[吗么嘛呢][,。!~ \n]*(?:$|[\n,])|(?:没有|了没|了没有|不)[!~ ]*$")
_LOUD = re.compile(r"[!！]{2,}|[!?！？]{3,}")
_TIME = re.compile(
    r"\d{1,2}[:点时]|[一二三四五六七八九十两]点|\d{1,2}月\d{1,2}[日号]|周[一二三四五六日天]|星期|明[天日晚早]|今[天日晚早]|昨[天日晚]|后天|本周|下周"
)
_SCHEDULE = re.compile(
    r"\d{1,2}[:点时]\d{0,2}分?\s*(?:-|—|–|~|到|至){1,2}\s*(?:\d{1,2}|[次明]日)|\d{1,2}月\d{1,2}[日号]"
)
_LINK = re.compile(r"https?:|\[链接\]|\[视频号\]|t\.cn/")
_QUOTED = re.compile(r"//@|回复 ?@|转发微博|「[^」]*[::]")
_CHAIN = re.compile(r"^\s*(?:#?接龙|\d{1,3}[.、 ])|\n\s*\d{1,2}[.、 ]")
_MONEY = re.compile(r"\d+(?:\.\d+)?\s*(?:元|块|万|包邮|一斤|/斤|r\b)|[¥￥]\s*\d|\d+一(?:个月|斤|箱)")
_HEADED = re.compile(r"^\s*(?:【[^】]{2,20}】|[^\n,。]{0,12}(?:通知|公告|温馨提示|提示|通告)[::!\n])")
_LISTED = re.compile(r"^\s*(?:\d{1,2}|[一二三四五六七八九十])[、.)]\s*\S")
_SINCE = re.compile(
    r"(?:\d+|[一二两三四五六七八九十半几好多俩仨])个?多?(?:天|月|周|礼拜|星期|小时|钟头|年|宿|晚上|上午|下午)(?:了|没|都|还|也)"
    r"|第[一二三四五六七八九十\d]+天|(?:从|打从|自从)[^,。]{1,8}(?:到现在|就|开始|一直)|到现在"
)
_AGAIN = re.compile(
    r"第[二三四五六七八九十\d几N]+[次回遍]|[\d几好多三四五六七八九十]+[遍次回](?:了|都|还|没)"
)
_ASKS_ALL = re.compile(
    r"(?:^|[,。:!\n ])请(?!问|教|客|假|吃|喝|个|我|他|你|她|保安|物业|人|师傅|阿姨)|请各|请大家|请业主|请住户|请车主|请广大|烦请"
)
_DONE = re.compile(
    r"已(?:经)?(?:修|恢复|更换|送电|处理|清理|完成|联系|安排|报|通知|捕|到位|启用|复位|由|请|对|送|开通|换|解决|派|张贴|发|到)"
)
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")

_SHORT, _LONG, _VERY_LONG = 8, 40, 100
"""Characters."""

MARKS: Mapping[str, Callable[[str], bool]] = {
    "问": lambda text: _QUESTION.search(text) is not None,
    "叹": lambda text: _LOUD.search(text) is not None,
    "时间": lambda text: _TIME.search(text) is not None,
    "时段": lambda text: _SCHEDULE.search(text) is not None,
    "链接": lambda text: _LINK.search(text) is not None,
    "转述": lambda text: _QUOTED.search(text) is not None,
    "接龙": lambda text: _CHAIN.search(text) is not None,
    "价钱": lambda text: _MONEY.search(text) is not None,
    "标题": lambda text: _HEADED.search(text) is not None,
    "条款": lambda text: _LISTED.search(text) is not None,
    "时长": lambda text: _SINCE.search(text) is not None,
    "次数": lambda text: _AGAIN.search(text) is not None,
    "请各位": lambda text: _ASKS_ALL.search(text) is not None,
    "已办": lambda text: _DONE.search(text) is not None,
    "拖长": lambda text: _STRETCHED.search(text) is not None,
    "@人": lambda text: "@" in text,
    "短": lambda text: len(text) <= _SHORT,
    "长": lambda text: len(text) >= _LONG,
    "很长": lambda text: len(text) >= _VERY_LONG,
}
"""Name → whether a normalised message has it. Two more, 楼栋 and 位置, come from the reading of the place."""


def marks_of(text: str, where: Found) -> frozenset[str]:
    """The terms of all marks that a normalised text has; ``where`` is what was read of its place."""
    marks = {f"<{name}>" for name, has in MARKS.items() if has(text)}
    marks.update(_place_marks(where))
    return frozenset(marks)


def sure_marks(text: str, where: Found) -> tuple[str, ...]:
    """Those of the marks that cost nothing to tell; UNKNOWN stands for the others."""
    length = len(text)
    if length <= _SHORT:
        return (UNKNOWN, "<短>", *_place_marks(where))
    if length < _LONG:
        return (UNKNOWN, *_place_marks(where))
    return (UNKNOWN, "<长>", *(() if length < _VERY_LONG else ("<很长>",)), *_place_marks(where))


def _place_marks(where: Found) -> tuple[str, ...]:
    if not where.spans:
        return ()
    place = where.place
    return ("<位置>", "<楼栋>") if place.buildings or place.unit or place.floor else ("<位置>",)


UNKNOWN = "<?>"
PLACE_MARKS = ("楼栋", "位置")
ALL_MARKS: frozenset[str] = frozenset((*MARKS, *PLACE_MARKS))
