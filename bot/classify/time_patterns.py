"""How people write days and hours in a notice: the patterns that ``timespan`` reads by, on normalised text."""

from __future__ import annotations

import re

from bot.classify.numerals import NUMERALS, number

_NUM = rf"(?:\d{{1,2}}|[{NUMERALS}]{{1,3}})"
_PART = "凌晨|零晨|清晨|早上|早晨|上午|中午|下午|午后|傍晚|晚上|晚间|夜间|夜里|半夜|深夜|午夜|朝早|下昼|晨|早|晚|夜|朝"
_WEEK = "(?:周|星期|礼拜)"
_PLACE = "[楼院线店铺码房桌门栋幢座库车井泵机口柜桩位]|单元|电梯|地块"
_LINK = r"[、,/和及与到至~-]"

PART = re.compile(_PART)
DATE = re.compile(
    # 2026-11-25, 2026年11月25日
    rf"(?:(?P<y>\d{{4}})[年./-])?(?P<m>(?<!\d){_NUM}|(?<=[年./-]){_NUM})"
    # 11.25 is a day only where an hour or 日 follows; 2.5 may be a price.
    rf"(?:月份?|(?(y)[./-]|(?<=\d)[./-](?=\d{{1,2}}(?!\d)(?:[日号]|\s*(?:{_PART})?\s*\d{{1,2}}[:点时]))))"
    rf"(?P<d>{_NUM})(?![\d.%])[日号]?"
    # 26号, but not 3号楼 and not the 1号 of "1号、3号楼"
    rf"|(?:(?P<next>下个?月)|本月)?(?<![\d第a-z.])(?P<only>{_NUM})[日号]"
    rf"(?!(?:{_LINK}\s?{_NUM}号?){{0,12}}\s?(?:{_PLACE}))"
    # 今后, 明白 and 当晚 differ in what follows.
    r"|(?P<rel>大后|[后前](?=天|日)|今|明|当|听|昨)(?:天|日|(?=早|晚|晨|夜|朝))"
    # 晚上周三 is Wednesday evening, not the Wednesday of last week.
    rf"|(?<![每一两几二三四半])(?P<week>下{{1,3}}|(?<![早晚马])上{{1,3}}|本|这|今)?个?{_WEEK}(?P<wd>[一二三四五六日天])(?![次遍期趟年常])"
)
CLOCK = re.compile(
    rf"(?P<part>{_PART})?\s?(?<!\d)(?P<h>{_NUM})"
    rf"(?:\s?:\s?(?P<colon>\d{{2}})(?::\d{{2}})?(?!\d)"
    rf"|[点时](?!间|候|段|期|常|要求|建议|意见|说明|注意|内容|提示|希望|原因|问题|事项|措施)"
    rf"(?P<min>半|一刻|三刻|\d{{1,2}}(?=分)|\d{{2}}(?!\d|(?:[、,和-]\d{{1,3}}){{0,9}}\s?[期栋幢座号楼单])|[{NUMERALS}]{{1,3}}(?=分)|[{NUMERALS}]{{2,3}}(?![期栋幢座号楼单]))?"
    rf"[分钟整]?"
    # 9-11点: the first hour borrows the word of the second.
    rf"|(?=\s?[-~到至]\s?{_NUM}[点时])"
    # 早8到晚8
    rf"|(?<=[早晚]\d)(?=\s?[-~到至晚])|(?<=[早晚]\d\d)(?=\s?[-~到至晚]))"
)
BEGIN = re.compile(rf"[\d{NUMERALS}今明后前昨大当听周星礼上下本这即现从每办服营工开值接自]|{_PART}|半")
"""A character that a moment, or what is none, can begin with."""
TO = re.compile(r"\s?(?:-|—|–|~|～|→|开始|起)?\s?(?:-+|—+|–+|~+|→|直?到|直?至|(?=晚\d))\s?")
GAP = re.compile(
    rf"[\s,的]{{0,2}}(?:\(\s?{_WEEK}?[一二三四五六日天]\s?\)|{_WEEK}[一二三四五六日天])?[\s,的:]{{0,2}}"
)
"""What may stand between a day and its hour."""
BRACKETED = re.compile(r"\s?\(\s?")
DAILY = re.compile(r"[\s,的]{0,2}(?:\([^()]{1,8}\))?\s?(?:每天|每日|每晚(?=\d)|期间)?的?[\s,:]{0,2}")
LIST = re.compile(r"\s?[、,和及与]\s?")
NEXT_DAY = re.compile(r"\(?(?:次日|翌日|第二天|隔天)\)?\s?")
NOW = re.compile(
    r"(?:自|从)?(?:即日|即时|即刻|现在|此刻|目前)(?:起|开始)?(?=\s?(?:-|—|~|直?到|直?至))|(?:自|从)?(?:即日|即刻|现在)起"
)
OPENING = re.compile(
    r"每(?:个)?(?:周|星期|礼拜|月)[^。;\n]{0,3}(?:[到至、和-](?:周|星期|礼拜)?[一二三四五六日天])*"
    r"\s?(?:(?:上午|下午|晚上|早上)?\s?\d{1,2}[:点时]\d{0,2}(?:[-~到至]\d{1,2}[:点时]\d{0,2})?)?"
)
"""What happens every week is no single time."""
SOON = re.compile(
    rf"(?P<n>\d{{1,2}}|[{NUMERALS}]{{1,3}}|半)个?(?P<half>半)?(?P<unit>小时|钟头)(?:左右|以?内|之?后)?(?:可|能|将|就)?(?:恢复|来水|来电|来气|修好|结束|完成)"
)
SOON_AT = re.compile(
    r"(?:每天|每日|天天|(?:办公|服务|营业|工作|开放|值班|接待|上班|咨询|热线|受理)(?:时间|电话)?)[\s:为是]{0,2}$"
)
"""Before hours that are kept every day."""
UNTIL = re.compile(r"(?:截止(?:到|至|于|时间:?)?|截至|持续到|延续到|直到|(?<![自从收接来得\d])[到至])\s?$")
ENDS = re.compile(
    r"\s?(?:之?前|左右|许)?\s?(?:可|能|将|会|就|才)?(?:全面|陆续|逐步)?(?:恢复|来水|来电|来气|结束|完成|完工|通水|通电|送电|送水|修好)"
)
DEADLINE = re.compile(r"\s?(?:之前|以前|前(?![往台门后去来几]))")
ONWARD = re.compile(r"\s?(?:起|开始|以后|之后)")
LASTS = re.compile(
    rf"(?P<n>\d{{1,2}}|[{NUMERALS}]{{1,3}}|半)个?(?P<half>半)?(?P<unit>小时|钟头|天(?!内|前|后|以))(?!前|后)"
)


def numeral(said: str) -> int:
    """``16``, ``十六``, ``二十`` as a number; raises ValueError for what is none."""
    return int(number(said))


def hours_of(clock: re.Match[str]) -> int:
    """The hour that was said."""
    return numeral(clock["h"])


def minutes_of(clock: re.Match[str]) -> int:
    """The minutes that were said."""
    said = clock["colon"] or clock["min"] or "0"
    return {"半": 30, "一刻": 15, "三刻": 45}[said] if said in ("半", "一刻", "三刻") else numeral(said)
