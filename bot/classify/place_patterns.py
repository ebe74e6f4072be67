"""How residents write places: fixed patterns, bounded everywhere, so that no text can make them slow."""

from __future__ import annotations

import re

from bot.classify.numerals import NUMERALS

_N = rf"(?:\d{{1,3}}|[{NUMERALS}]{{1,4}})"
_ONE = rf"(?:[a-z]{{0,2}}\d{{1,3}}[a-z]?|[{NUMERALS}]{{1,4}})[甲乙丙丁]?"
_GAP = r"[ \-—–_,的]{0,2}"
_AND = r"(?:[、,/和与及跟 ]|以及){1,2}"
_TO = r"(?:-|—|–|~|到|至){1,2}"
# 冻 and dong are what a keyboard makes of 栋, 撞 of 幢.
_TOWER = r"(?:号楼|号院|栋楼|#楼|栋|幢|#|(?<=\d)(?:冻(?![死得坏伤住结肉品豆鱼疮])|撞(?![车人墙到死坏伤了上])|dong(?![a-z])))"
# "12栋小高层" counts houses; "3栋楼下" and "3栋楼道" name one.
_COUNTED = (
    r"(?!\s*(?:小高层|高层|洋房|住宅|别墅|房|建筑|商品|公寓|多层|独栋|联排"
    r"|写字|大楼|高楼|楼房|楼盘|居民楼))"
)
_NOT_COUNTED = r"(?<![共建盖买每几多整数拆剩这那哪\d.:a-z])(?<![^还只也没]有)(?<!^有)(?<!对面)(?<!隔壁)"

NUMBERED = re.compile(
    rf"[\da-z东西南北甲乙丙丁{NUMERALS}#]号?[座栋幢楼区单层期室房院铺冻甲乙丙丁#底]|#\d|[负下][一二三四1-4]|号商"
    rf"|\d[-—–_]\d|-[1-4一二三四]|b[1-4]|[\d{NUMERALS}]号?门|[甲乙丙丁][口门]|\d号?[家业住户宿寝]|(?:\d\d\d|\d[a-h])[^\d年月日元块]|\d/?f|\d(?:dong|撞)|t\d|组团|号大?门|[零〇]"
)
"""What every place with a number has somewhere; most messages have none of it."""
TELLING = frozenset("0123456789座栋幢楼区单层期室房铺冻#甲乙丙丁负院零〇组门教理库湖假滑秋坑球乒泵部堂厅")
"""Without one of these characters neither of the two below matches; most messages have none."""
NAMED = re.compile(
    r"车库|[工观]湖|假山|滑梯|秋千|沙坑|网球|乒乓|[泵电][房室]|卖部|门|[一二三四理文]教|理[一二三四五]|[学史理关科技子政验夫术]楼|大[堂厅]|架空层"
)
"""The same for gates and halls."""
TOWERS = re.compile(
    rf"{_NOT_COUNTED}(?!(?<=-)0)第?"
    rf"(?P<list>{_ONE}(?:(?:{_TOWER}(?:{_AND}|{_TO}(?!0))?|{_AND}|{_TO}(?!0)){_ONE}){{0,20}})"
    rf"{_TOWER}{_COUNTED}"
)
LETTER_TOWER = re.compile(
    rf"(?<![a-z\d])(?P<list>[a-z]\d{{0,2}}(?:{_AND}[a-z]\d{{0,2}}){{0,8}})"
    r"(?:座|栋|幢|号楼|楼(?!层))(?!标|谈)"
)
# "5座" may be a car with five seats or a seat in a theatre, unless something of a house follows.
DIGIT_TOWER = re.compile(
    rf"(?<![\d排.:第a-z])(?P<b>\d{{1,2}})座(?={_GAP}{_N}[楼层室]|电梯|大[堂厅]|楼[上下道]|门口|没|停[水电]|[又在]?漏)"
)
T_TOWER = re.compile(
    r"(?<![a-z\d])(?P<b>t[1-9])(?=电梯|大[堂厅]|楼[上下道]|门口|没|停[水电]|[-—]\d{3,4}(?!\d))"
)
SPLIT_UNIT = re.compile(r"(?<![\d.:/a-z-])(?P<b>[1-9]\d?)[-—](?P<u>\d{1,2})单元")
DASH_UNIT = re.compile(r"[-—](?P<u>[1-9])(?![\d楼层栋幢号.:#-])")
HASH = re.compile(r"(?<![\w#])#(?P<b>\d{1,3})(?!\d|[.,]\d|号)")
# "39楼5层", "36楼2楼": the first is the building. A lone "29楼" may be either.
BARE_TOWER = re.compile(
    rf"(?<![\d.:-])(?P<b>\d{{1,3}}[a-z甲乙丙丁]?|[{NUMERALS}]{{1,3}})"
    rf"(?:楼{_GAP}(?={_N}(?:楼|层|单元|门(?![口禁])))|号{_GAP}(?={_N}单元))"
)
PRIME = re.compile(r"(?<![\d.:-])(?P<b>\d{1,3}(?:[甲乙丙丁](?![\d天级等])|[a-z](?=楼)))(?:楼|栋)?")
UNIT = re.compile(rf"(?P<u>{_N}|[a-z]|[东西中甲乙丙丁])(?:单元|(?<=[甲乙丙丁])[口门])")
DOOR = re.compile(rf"(?P<u>{_N})(?:号?(?P<hole>门洞)|门(?![禁口店面票])|梯(?!队))")
NUMBERED_GATE = re.compile(
    rf"(?<![\d.:栋幢楼院路街巷号])(?P<n>\d{{1,2}}|[{NUMERALS}]{{1,2}})号大?门(?![前洞牌诊票面店卡禁])"
)
FLOOR = re.compile(
    rf"(?<![\d.:共计第高建盖加爬了每走两少a-z{NUMERALS}])(?<!社区)(?<!物业)(?<!居委会)(?<!医院)(?<!商场)"
    # A button of the lift, a floor of a forum's thread, a guess ("七八楼").
    r"(?<!按)(?<!按键)(?<!方式在)(?!(?<=[这那整买送])一层)(?!十?(?:一[二两]|[二两]三|三四|四五|五六|六七|七八|八九)[楼层])"
    rf"(?P<f>[1-9]\d?|[{NUMERALS}]{{1,3}})(?:-\d{{1,2}})?"
    r"(?:楼(?![梯盘市价主长道上下顶凤]|房(?![屋间里顶东]))|层(?![次面意高走级再以]|楼(?![道梯])|旧|老|住|建|小|停|机))"
    # "18楼往上" is a range, "一层只有一个" counts for every floor, "二楼12排" is a seat.
    r"(?!(?:及|往|和)?以?[上下](?:的|水|都|全|住|没|几)|往[上下](?![扔丢抛倒泼滴漏掉])|以[上下]|网吧|会议室|只有|至少|共用|(?<=一层)一[个户家盏部]|大亮|正解|[^,。]{0,2}\d{1,2}排"
    # "五楼就更小" compares.
    r"|就更)"
)
PASSED = re.compile(
    rf"从{_N}[楼层][^,。楼层]{{0,6}}[坠降升冲滑跌掉落]到?了?{_N}[楼层]"
    rf"|(?:(?<=梯)从|梯[^,。]{{1,3}}从){_N}楼"
    rf"|(?:下到|带[我它]?[去到回]|带[我它]?去了){_N}楼"
    rf"|我(?:家|们|们家)?[在住]?{_N}楼(?:里|上)?(?:都能?(?:听|跟着)|更)"
)
"""Floors that a lift passes, or where it is heard: the matter is elsewhere."""
HIGH = re.compile(r"(?<![a-z\d.:])(?P<f>[1-9]\d?)/?f(?![a-z\d])")
BASEMENT = re.compile(
    r"(?:负|地下|(?<![\d栋幢座楼元室#a-z])-)([一二三四1-4])(?:楼|层)|(?<![a-z\d])b([1-4])(?![\d栋座幢a-z]|号楼|区)"
)
ROOM = re.compile(
    r"(?<!\d)(?P<r>\d{3,4}[a-z]?|\d{1,2}[a-h](?=室|房)|[一二三四五六七八九][零〇一二三四五六七八九]{2,3})"
    r"(?P<k>室|号房|房(?!价|子|租)|宿舍|寝室|商铺|铺|户(?!型)|住户)?"
    r"(?!\d|[年元块斤米万个人%天分次平多条份票页]|[.:]\d)"
)
SHORT_ROOM = re.compile(r"[-—](\d{2})(?!\d)|(\d{2})(?=后花园|号房|室|房)")
DOOR_LETTER = re.compile(rf"(?P<f>{_N})[楼层](?P<r>[a-h])[室座]|(?P<f2>\d{{1,2}})[楼层]之(?P<r2>\d{{1,2}})")
SHOP = re.compile(r"(?<![\d.])(?P<n>\d{1,4})号?(?:商铺|铺面|门面|底商)")
PHASE = re.compile(
    rf"(?<![第分免月学近早末中假长短首本每这上下同延出\d.])(?P<p>\d{{1,2}}|[{NUMERALS}]{{1,2}})期"
    r"(?!一会|间|货|末|刊|望|待|限|付|还款|贷|疫|免|培训|节目|考|学员|杂志|视频|票|工程款|房贷|肺)"
)
ZONE = re.compile(
    rf"(?<![a-z\d第全小社片市城郊辖])(?P<z>[a-z]\d?|[{NUMERALS}]|[东南西北]|\d{{1,2}})区"
    r"(?![别域间块分号政委县长])"
)
GROUP = re.compile(rf"(?<![\d第])(?P<n>\d{{1,2}}|[{NUMERALS}]{{1,2}}|[a-z])组团")
SERIES = re.compile(
    r"(?<![\d.:/a-z-])(?P<b>[a-z]?\d{1,3}[a-z]?)[-—–_](?P<u>\d{1,2})[-—–_](?P<r>\d{3,4})(?![\d:/]|[.-]\d)"
)
PAIR = re.compile(r"(?<![\d.:/a-z-])(?P<b>[a-z]\d{0,2}|[1-9]\d?)[-—–_](?P<r>\d{3,4})(?![\d:/]|[.-]\d)")
PAIR_UNITS = re.compile(
    r"\s*(?:元|块|斤|人|个|%|天|分|左右|米|平|万|千|k|w|m|克|号|年|月|度|次|寸|岁|级|路|字|页|本|多)"
)
HOME_WORDS = re.compile(r"[家户室住栋]|业主|邻居|来取|来拿|自取")
INSIDE = re.compile(rf"{_GAP}{_N}(?:单元|楼|层|门|号)|{_GAP}\d{{3}}|[东南西北中]门")
GATE = re.compile(
    r"(?<![大小学院校出部上开热专家车关进敲走铁木窗澳厦荆江天虎过入闸柜房宫玄])"
    r"(?P<g>(?:东南|西南|东北|西北|东|南|西|北|正|后|侧)(?:侧|边|面)?(?:大|小|侧|\d)?门)(?![牙票子诊窗])"
)
MAIN_GATE = re.compile(
    r"(?:小区|社区|院|园区)大门|(?<![宅厅家区])大门口|(?<![打敲家开关进的校])大门(?!牙|口)"
)
HALL = re.compile(
    r"(?P<h>[一二三四理文]教)(?![授育练师学会化材养程])"
    r"|(?<![代经管处料心真道物清打整护办修])(?P<h2>理[一二三四五])(?=\d{3}|[楼门教])"
    r"|(?P<h3>[地文理化数生医法工商国科电物](?:学|史|理|关|科|技|子)楼|(?:行政|实验|科技|逸夫|艺术)楼)(?![盘市价])"
)
GARAGE = re.compile(r"(?<![下面])车库(?!管)")
GROUNDS = re.compile(r"人工湖|景观湖|假山|滑梯|秋千|沙坑|网球场|乒乓球[台桌]|水泵房|配电[房室]|小卖部")
COMMON_PART = re.compile(r"(?P<c>(?<![访务业事院票政个])大[堂厅]|架空层)(?![吃食经酒])")
# Somebody called there, a company, something wanted or counted, a way somewhere: not where the matter is.
NO_SPOT_BEFORE = re.compile(
    r"(?:联系|致电|通知|询问|(?<![求请])问|[找让叫喊建]|利用|送到|[你他]们|什么|没有|没个|[看见]不到|推荐的|不错的|校外|有(?:恒温|室内|室外|独立)?"
    r"|(?<![这那哪每两三])[个座处]|[高大新]的|隔壁小区)$"
)
NO_SPOT_AFTER = re.compile(r"的路上|(?:至[^,。]{1,4})?马路")
# Talk in which a place is only mentioned: homes that are sold, seats that are sold, somebody who was admired, what
# a building is, how something is done. Nothing of it is a place where something is the matter.
NO_MATTER = re.compile(
    r"这套(?:房子?(?:也?[在是]|[,。]|$)|也?是|在)|[楼层期区栋]这套|一套\d+号楼|那套\d|房源|黄金楼层|[约来]看房|满[二两五](?:年?唯一|的(?:[,。]|$))"
    r"|可以?按揭|挂了?多少|性价比(?:很|非常|超|最|挺)?高|性价比非常|可以卖的|[期区]还?卖(?:\d|[吗?,。]|$)|的房子(?:还?卖|没有满)|往外租|合租吗"
    r"|精装修的(?:是吧|吗|$)|总高\d|^房?子?楼层在?\d|的[一二两三]房(?:[?!,。]|$)"
    r"|[出求转送换](?:今|明|后|昨|[一两二三\d]张)[^,。]{0,14}票(?![据数选])|[楼层](?:中间(?:靠前|连座|[座坐])|靠前|前区|连座|[座坐]位|[一二三四五六七八九十]{1,2}排)"
    r"|偶遇[\"”]?(?:[你他她]|一个)|(?:主动|上前|想去?|敢)搭讪|想认识|帅到|(?:小哥哥|小姐姐|帅哥|美女|妹子|姐姐|男生|女生|女孩儿?|哥哥|欧巴)[^,。]{0,14}(?:帅|好看|漂亮|可爱|迷人)"
    r"|(?:[栋幢]|号楼)是(?:物业|会所|公寓|商铺|酒店|写字楼|幼儿园|(?:[一二三四五六]|\d)期)的?(?:[,。!]|$)"
    r"|求[^,。]{1,8}(?:步骤|流程|攻略|测评|推荐)"
)
PRAISED = re.compile(
    r"[^,。!?]{0,4}(?:不错|这么好|那么好|好多了|会好点)|附近(?:就行|就好|都行|都可以|的?房子)"
)
"""What follows a place that is compared, or looked for."""
TOWERS_COUNTED = re.compile(r"(?P<list>\d{1,2}(?:[、,和]\d{1,2}){1,9})[两三四五六七八九几]栋")
BARE_HOME = re.compile(
    r"(?<![\d.:a-z-])(?P<r>[1-9]\d{2,3})(?=家的|家小|那家|业主|住户|户主|的业主|的邻居|的住户)"
    # Without such a word it has to look like a room, and something be done there that is done in homes.
    r"|(?<![\d.:a-z-])(?P<r2>[1-4]?\d(?:0[1-9]|1\d|20))(?=的?(?:马桶|总阀|角阀|阳台|卫生间|厨房|租客|房东|门口|楼[上下])"
    r"|那[户间]|[又在]?漏|的(?:狗|猫|小孩|孩子|小子|姑娘|大爷|大妈|男的|女的)|搞(?:装修|日租|群租|民宿|培训)|(?:在|又)?装修|(?:又|天天|半夜)(?:在|吵|敲|唱|拖|打麻将|装)|谁都能|租给|养了|[和跟、](?!20[012]\d)(?:[1-4]?\d(?:0[1-9]|1\d|20))(?!\d|[年元块个人米号路]))"
    rf"|(?<![{NUMERALS}\d])(?P<r4>[一二三四五六七八九][零〇][一二三四五六七八九])(?![{NUMERALS}\d年后医高度点中])"
    r"|(?<![\d.:a-z-])(?P<r3>[1-4]?\d[a-h])(?=那[户家]|是不是|天天|又|的?(?:业主|住户|租客|房东)|租|漏)"
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
