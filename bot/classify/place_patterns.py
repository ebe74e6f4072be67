"""How residents write places: fixed patterns, bounded everywhere, so that no text can make them slow."""

from __future__ import annotations

import re

from bot.classify.numerals import NUMERALS

_N = rf"(?:\d{{1,3}}|[{NUMERALS}]{{1,4}})"
_ONE = rf"(?:[a-z]{{0,2}}\d{{1,3}}[a-z]?|[{NUMERALS}]{{1,4}})[甲乙丙丁]?"
_GAP = r"[ \-—–_,的]{0,2}"
_AND = r"(?:[、,/和与及跟 ]|以及){1,2}"
_TO = r"(?:-|—|–|~|到|至){1,2}"
# 冻 is what a keyboard makes of 栋.
_TOWER = r"(?:号楼|号院|栋楼|#楼|栋|幢|#|(?<=\d)冻(?![死得坏伤住结肉品豆鱼疮]))"
# "12栋小高层" counts houses; "3栋楼下" and "3栋楼道" name one.
_COUNTED = (
    r"(?!\s*(?:小高层|高层|洋房|住宅|别墅|房|建筑|商品|公寓|多层|独栋|联排"
    r"|写字|大楼|高楼|楼房|楼盘|居民楼))"
)
_NOT_COUNTED = r"(?<![共建盖买每几多整数拆剩这那哪\d.:a-z])(?<![^还只也没]有)(?<!^有)(?<!对面)(?<!隔壁)"

NUMBERED = re.compile(r"[座栋幢楼区单层期室房铺冻#甲乙丙丁负]|\d[-—–_]\d|b[1-4]|\d门|\d[家业住户]|号院")
"""What every place with a number has somewhere; most messages have none of it."""
TOWERS = re.compile(
    rf"{_NOT_COUNTED}(?!(?<=-)0)第?"
    rf"(?P<list>{_ONE}(?:(?:{_TOWER}(?:{_AND}|{_TO}(?!0))?|{_AND}|{_TO}(?!0)){_ONE}){{0,20}})"
    rf"{_TOWER}{_COUNTED}"
)
LETTER_TOWER = re.compile(
    rf"(?<![a-z\d])(?P<list>[a-z]\d{{0,2}}(?:{_AND}[a-z]\d{{0,2}}){{0,8}})"
    r"(?:座|栋|幢|号楼|楼(?!层))(?!标|谈)"
)
HASH = re.compile(r"(?<![\w#])#(?P<b>\d{1,3})(?!\d|[.,]\d|号)")
# "39楼5层", "36楼2楼": the first is the building. A lone "29楼" may be either.
BARE_TOWER = re.compile(
    rf"(?<![\d.:-])(?P<b>\d{{1,3}}[a-z甲乙丙丁]?|[{NUMERALS}]{{1,3}})楼{_GAP}"
    rf"(?={_N}(?:楼|层|单元|门(?![口禁])))"
)
PRIME = re.compile(r"(?<![\d.:-])(?P<b>\d{1,3}(?:[甲乙丙丁](?![\d天级等])|[a-z](?=楼)))(?:楼|栋)?")
UNIT = re.compile(rf"(?P<u>{_N}|[a-z]|[东西中甲乙丙丁])(?:单元|(?<=[甲乙丙丁])口)")
DOOR = re.compile(rf"(?P<u>{_N})(?:门(?![禁口店面票])|门洞|梯(?!队))")
FLOOR = re.compile(
    rf"(?<![\d.:共第高建盖加爬了每走两少a-z{NUMERALS}])(?P<f>\d{{1,2}}|[{NUMERALS}]{{1,3}})(?:-\d{{1,2}})?"
    r"(?:楼(?![梯盘市价主长道上下顶凤房])|层(?![次面意高走级再以]|楼(?![道梯])|旧|老|住|建|小|停|机))"
)
BASEMENT = re.compile(r"(?:负|地下)([一二三四1-4])(?:楼|层)|(?<![a-z\d])b([1-4])(?![\d栋座幢a-z]|号楼|区)")
ROOM = re.compile(
    r"(?<!\d)(?P<r>\d{3,4}[a-z]?|\d{1,2}[a-h](?=室|房)|[一二三四五六七八九][零〇一二三四五六七八九]{2,3})"
    r"(?P<k>室|号房|房(?!价|子|租)|宿舍|寝室|商铺|铺|户|住户)?"
    r"(?!\d|[年元块斤米万个人%天分次平多条份票页]|[.:]\d)"
)
SHORT_ROOM = re.compile(r"[-—](\d{2})(?!\d)|(\d{2})(?=后花园|号房|室|房)")
DOOR_LETTER = re.compile(rf"(?P<f>{_N})[楼层](?P<r>[a-h])[室座]|(?P<f2>\d{{1,2}})[楼层]之(?P<r2>\d{{1,2}})")
SHOP = re.compile(r"(?<![\d.])(?P<n>\d{1,4})号?(?:商铺|铺面|门面|底商)")
PHASE = re.compile(
    rf"(?<![第分免月学近早末中假长短首本每这上下同延\d])(?P<p>\d{{1,2}}|[{NUMERALS}]{{1,2}})期"
    r"(?!间|货|末|刊|望|待|限|付|还款|贷|疫|免|培训|节目|考|学员|杂志|视频|票|工程款|房贷|肺)"
)
ZONE = re.compile(
    rf"(?<![a-z\d第全小社片市城郊辖])(?P<z>[a-z]\d?|[{NUMERALS}]|[东南西北]|\d{{1,2}})区"
    r"(?![别域间块分号政委县长])"
)
SERIES = re.compile(
    r"(?<![\d.:/a-z-])(?P<b>[a-z]?\d{1,3}[a-z]?)[-—–_](?P<u>\d{1,2})[-—–_](?P<r>\d{3,4})(?![\d:/]|[.-]\d)"
)
PAIR = re.compile(r"(?<![\d.:/a-z-])(?P<b>[a-z]\d{0,2}|[1-9]\d?)[-—–_](?P<r>\d{3,4})(?![\d:/]|[.-]\d)")
PAIR_UNITS = re.compile(
    r"\s*(?:元|块|斤|人|个|%|天|分|左右|米|平|万|千|k|w|m|克|号|年|月|度|次|寸|岁|级|路|字|页|本|多)"
)
HOME_WORDS = re.compile(r"[家户室住栋]|业主|邻居|来取|来拿|自取")
INSIDE = re.compile(rf"{_GAP}{_N}(?:单元|楼|层|门|号)|{_GAP}\d{{3}}")
GATE = re.compile(
    r"(?<![小学院校出部上开热专家车关进敲走铁木窗澳厦荆江天虎过入闸柜房宫玄])"
    r"(?P<g>(?:东南|西南|东北|西北|东|南|西|北|正|后|侧)(?:侧|边|面)?(?:大|小|侧|\d)?门)(?![牙票子诊窗])"
)
MAIN_GATE = re.compile(r"(?:小区|社区|院|园区)大门|(?<![宅厅家区])大门口|(?<![打敲家开关进的])大门(?!牙|口)")
HALL = re.compile(r"(?P<h>[一二三四理文]教)(?![授育练师学会化材养程])")
TOWERS_COUNTED = re.compile(r"(?P<list>\d{1,2}(?:[、,和]\d{1,2}){1,9})[两三四五六七八九几]栋")
BARE_HOME = re.compile(
    r"(?<![\d.:a-z-])(?P<r>[1-9]\d{2,3})(?=家的|家小|那家|业主|住户|户主|的业主|的邻居|的住户)"
)
ITEM = re.compile(rf"(?P<to>{_TO})?(?P<n>{_ONE})")

BARE = re.compile(
    rf"({_ONE}|[a-z]|\d{{4}}[a-z]?)[栋号楼#]*"
    rf"(?:[-—–_ /.的]+({_N}|\d{{4}}[a-z]?)(?:单元)?(?:[-—–_ /.]+(\d{{3,4}}[a-z]?))?)?"
)
BARE_ROOM = re.compile(r"\d{3,4}[a-z]?")
BEFORE = re.compile(
    r"^(?:@\S+\s+)?(?:(?:不好意思|你好|哦|噢|嗯|啊|对|是|在|住|就是|就在|这里是|这边是|位置|地址"
    r"|我们家|我家|我们|我|咱们|咱家|咱|家)[,:。 ]*){0,4}"
)
AFTER = re.compile(
    r"(?:[,。.!?~ ]|的|哈|呢|啊|呀|哦|噢|喔|了|吧|谢谢|谢了|麻烦了|这边|这里|那边|这儿|门口|业主|住户|这栋"
    r"|\[[^\]]{1,4}\]){0,6}$"
)
FILLER = re.compile(r"[\s,。.!?~、的和\-—–_]|这边|那边|门口|附近|旁边|楼下")
NICKNAME = re.compile(r"^[\d一二三四五六七八九十a-z甲乙丙丁栋幢座号楼单元室期区#\-—–_. ]{2,20}")
