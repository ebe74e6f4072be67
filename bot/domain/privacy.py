"""Blotting persons out of a resident's words."""

from __future__ import annotations

import re

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
