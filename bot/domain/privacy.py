"""Blotting persons out of a resident's words."""

from __future__ import annotations

import re
from collections.abc import Collection

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔"
    "钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严武戴莫孔向汤"
)
_TITLES = "先生|女士|阿姨|叔叔|大爷|大妈|奶奶|爷爷|姐|哥|嫂|老师|师傅"
_WHOSE = "家|他们|两口子|又|天天|总是|把|的(?:狗|车|孩子|儿子|女儿|老公|老婆)"
_GAP = r"[ .·—-]?"

_BLOTS: tuple[tuple[re.Pattern[str], str], ...] = (
    # Fixed-length or possessive-like forms only: no pattern here can backtrack far.
    (re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)"), "〔证件〕"),
    (re.compile(rf"(?<!\d)(?:\+?86{_GAP})?1[3-9]\d{_GAP}\d{{4}}{_GAP}\d{{4}}(?!\d)"), "〔电话〕"),
    (re.compile(r"(?<!\d)0\d{2,3}[ -]?\d{7,8}(?!\d)"), "〔电话〕"),
    # A number of eight digits without an area code, unless it is a date.
    (re.compile(r"(?<!\d)(?!(?:19|20)\d\d[01]\d[0-3]\d)[2-8]\d{7}(?!\d)"), "〔电话〕"),
    (re.compile(r"(?:QQ|qq|扣扣)号?[:：]?\s?\d{5,11}(?!\d)"), "〔QQ〕"),
    (
        re.compile(
            r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]"
            r"[A-Za-z][·・ ]?[A-Za-z0-9]{5,6}(?![A-Za-z0-9])"
        ),
        "〔车牌〕",
    ),
    (re.compile(r"(?<!\d)(\d{1,3})[-—](\d{1,2})[-—]\d{3,4}(?!\d)"), r"\1栋"),
    (re.compile(r"(?<!\d)(\d{1,3})[-—]\d{3,4}(?!\d)"), r"\1栋"),
    (re.compile(r"([栋幢座楼#]|单元)\s?\d{3,4}(?![\d年月日天元块度米分点])(?:室|房|户|号房?)?"), r"\1某户"),
    (re.compile(r"(?<![\d年月])\d{3,4}(?:室|房|户|号房|的?业主|家(?!具|电|庭|长|里?装))"), "某户"),
    (re.compile(r"[A-Za-z][\w.+-]{2,40}@[\w-]{1,40}\.[\w.-]{2,20}"), "〔邮箱〕"),
    (re.compile(r"(?:微信号?|vx|VX|wx|WX)[:：]?\s?[A-Za-z][\w-]{4,19}"), "〔微信〕"),
    (re.compile(rf"(?:姓[\u4e00-\u9fff]|[{_SURNAMES}])(?:{_TITLES})"), "〔某人〕"),
    (re.compile(rf"[老小][{_SURNAMES}](?={_WHOSE})"), "〔某人〕"),
    # 等李建国回来: only people come home.
    (
        re.compile(
            rf"(?<=[等约找])(?!马上)[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}(?=(?:一家)?(?:回来|回家|在家|到家|开门|起床|下班))"
        ),
        "〔某人〕",
    ),
    # "101的王阿姨": a number is a room where the one who lives there follows.
    (re.compile(r"(?<!\d)\d{3,4}(?=(?:的|住的|那户)?〔某人〕)"), "某户"),
)

_FULL_WIDTH = {
    code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}
_FULL_WIDTH |= {ord("＋"): ord("+"), ord("－"): ord("-"), ord("＃"): ord("#"), ord("＠"): ord("@")}


CONFIDED = "专人跟进"
"""All that may be said of a matter in mediation where others name theirs."""


def without_persons(text: str) -> str:
    """The words with rooms, phones, plates, ids, accounts and named persons blotted out. Buildings stay.

    A best effort on free text: what must never be seen by an audience is not shown to it at all.
    """
    text = text.translate(_FULL_WIDTH)
    for pattern, blot in _BLOTS:
        text = pattern.sub(blot, text)
    return text


_GENERIC = frozenset(
    [
        "业主",
        "住户",
        "居民",
        "邻居",
        "户主",
        "房东",
        "租户",
        "租客",
        "家长",
        "物业",
        "群主",
        "管理员",
        "阿姨",
        "叔叔",
        "大爷",
        "大妈",
        "奶奶",
        "爷爷",
        "妈妈",
        "爸爸",
        "老师",
        "师傅",
        "先生",
        "女士",
        "楼长",
        "楼栋长",
        "网格员",
        "业委会",
        "社区",
        "维修",
        "保洁",
        "保安",
        "用户",
        "微信用户",
        "匿名",
    ]
)
"""What many are called: not taken for a name."""
_ALSO_NAMES = frozenset("向万方高于何常时应安成温明白金石和同与")
"""Surnames that are more often another word before a name: 向张阿姨说明."""
_PART = re.compile(r"[^\s\-—_·.,，。|/()（）【】\[\]~～@#:：\d]+")


def names_in(known: Collection[str]) -> tuple[str, ...]:
    """The names that people write for somebody whose display names are ``known``: ``3-1-402 秀英`` is also 秀英."""
    found: dict[str, None] = {}
    for name in known:
        parts = _PART.findall(name)
        for word in (name.strip(), *(parts if len(parts) > 1 or name[:1].isdigit() else ())):
            if word and word not in _GENERIC and (word == name.strip() or _chinese(word)):
                found[word] = None
    return tuple(found)


def without_names(
    text: str, names: Collection[str], others: Collection[str], instead: str = "〔某人〕"
) -> str:
    """The words without some names, each only where it stands by itself: never inside a longer name or word.

    ``others`` are names of other people; where one of them holds a name (王芳芳, 王芳), it is left alone.
    """
    mine = {name for name in names if name and name in text}
    if not mine:
        return text
    longer = {other for other in others if other not in mine and any(name in other for name in mine)}
    every = sorted(mine | longer, key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, every)))

    def blot(found: re.Match[str]) -> str:
        name = found[0]
        before, after = text[: found.start()][-1:], text[found.end() :][:1]
        return name if name in longer or _inside(name, before, after) else instead

    return pattern.sub(blot, text)


def _inside(name: str, before: str, after: str) -> bool:
    """Whether what stands beside a name makes it a part of something longer."""
    if len(name) == 1 and (before.isalnum() or after.isalnum()):
        return True
    if (name[0].isascii() and name[0].isalnum() and before.isascii() and before.isalnum()) or (
        name[-1].isascii() and name[-1].isalnum() and after.isascii() and after.isalnum()
    ):
        return True
    if not _chinese(name):
        return False
    if name[0] in _SURNAMES:
        # 老张阿姨 may be another one.
        return before in tuple("老小大")
    return before != "" and before in _SURNAMES and before not in _ALSO_NAMES


def _chinese(word: str) -> bool:
    return len(word) > 1 and all("\u4e00" <= sign <= "\u9fff" for sign in word)
