"""How people say that something is not solved (没好): 根本没修好, 还是老样子, 哪里好了, 仲未搞掂."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

_LONGEST, _LONGEST_CLAUSE = 300, 40
_FILLERS = (
    r"根本就?|压根儿?就?|完全|全|一点儿?|丝毫|半点|明明|其实|好像|好似|似乎|感觉|看样子|哎呀?|唉|诶|喂|师傅|你好|您好|大家好"
    r"|不好意思|对不起|抱歉|我家|我们家|咱家|我这儿?|我们这儿?|这边|这里|这儿|家里|到(?:现在|目前|而家)|现在|目前|刚才|刚刚"
    r"|刚看了|看了|刚试了|试了|今天|今早|今晚|早上|晚上|又|还是|仍然|仍旧|仍|依然|依旧|照样|照旧|始终|一直|还|都|就|也|并|可是|可|但是|但"
    r"|真的|真|实在|确实|是|这(?!样)|那(?!样)|它|他们|你们|物业|反正|问题|事情|呢单嘢|呢个|嗰个|还系|仲系|仲|亦|都系|系|而家|依家|[搞整修弄]都"
)
_LEADS = re.compile(rf"(?:{_FILLERS})*+")
_AFTER = r"[呢啊呀哦噢喔嘛吧哎唉诶欸的了过呐啦咧哇哈嘅㗎架喎㖞呃嗯着]*+"
_NOT = r"(?:没有?|从来没有?|未曾?|未有|不曾|冇|木有|没得)"
_WORK = (
    r"(?:修理|维修|修缮|修|弄|搞|解决|处理|整改|整|办理|办|疏通|换|装|清理|清运|清|打扫|扫|收拾|恢复|补|治理|治|管理|管|做|完成"
    r"|落实|改|收|拉走|见|执|攪|倒腾|鼓捣)"
)
_DONE = r"(?:好转?|掂|妥当?|完|通|成功?|干净|彻底|到位|利索|利落|定|行|得|亮|起来|过来|结|返|效果?|用|动)"
_NOBODY = r"(?:人|有人|见人|见到人|见有人)"
_GONE = r"(?:水|电|气|燃气|网|暖气|热水|信号|反应|动静|变化|改善|改变|起色|区别|两样|效果|用|好转)"
_STILL = re.compile(r"还是|还系|仍然|仍旧|仍|依然|依旧|照样|照旧|还|又|一直|继续|始终|仲系|仲|都系|根本|压根")
_BROKEN = (
    r"(?:漏|堵|渗|滴|响|吵|臭|坏|停|断|卡|黑|冒|溢|反水|跳闸|跳|掉|塌|裂|破|开不了|关不上|打不开|用不了|上不去|进不去|进不来|刷不了|下不去"
    r"|没变|老毛病|老问题|犯)(?:水|电|气|味|住|死|掉|下来|出来)?"
)
_WORKS_NOT = r"(?:不|唔|没法|不能)(?:行|得|通|亮|好使|能用|好用|管用|顶用|用|动|转|制冷|制热|热|凉|灵|见好|响|正常|work|出水|来水|来电|开)"
_SAME = (
    r"(?:(?:(?:跟|和|同|与)?(?:原来|之前|以前|先前|刚才|上次|没修|没弄|未整)(?:还是)?)?"
    r"(?:老样子|老样|原样|那样|这样|咁样?|一个样|一模一样|一样|差不多)|冇变|没变过?)"
)
_DOUBT = r"(?:哪里|哪儿|哪|边度|边处|谁说|谁讲|怎么就|怎么算|怎么可能|什么叫|啥叫|这也?叫|这也?算|咁都叫|这样也?叫|这样也?算)"
_SCORN = r"(?:个屁|个鬼|个毛|个啥|个什么|了个寂寞|什么|啥|乜|咩|毛线|毛)"

_NO = re.compile(
    rf"(?:{_NOT}(?:完全|彻底|全部?|真的?|真正){{0,2}}(?:{_NOBODY}?(?:来|去|嚟)?{_WORK}{_DONE}?|{_NOBODY}(?:来|嚟|去|到|理|理睬|动)|{_DONE})"
    rf"|{_NOT}(?:什么|啥|任何|一点)?(?:变化|改善|改变|起色|区别|两样|效果|好转)|变化都?没有?"
    rf"|老样子|(?:跟|和|同|与)(?:原来|之前|以前|先前|没修|没弄|未整){_SAME}|没变|(?:用|效果)都?没有?"
    rf"|白(?:修|弄|跑|搞|整|换|来)|{_WORK}了?(?:跟|和|同|等于|像|好比)没{_WORK}(?:过|一样|似的)?"
    rf"|(?:不|唔)(?:好使|管用|顶用|见好))(?:又(?:坏|漏|堵|停))?{_AFTER}"
)
_STILL_SO = re.compile(
    rf"(?:{_NOT}?(?:什么|啥|任何|来)?{_GONE}|(?:在|喺度)?{_BROKEN}|{_WORKS_NOT}|{_SAME}){_AFTER}"
)
_RHETORICAL = re.compile(
    rf"(?:{_DOUBT}(?:有|都|就|是|算|系)?(?:已经?)?{_WORK}?(?:{_DONE}|了)(?:咗|了|过|呀|的)?"
    rf"|{_DOUBT}(?:有|都|就|是|算)?(?:已经?)?{_WORK}(?:了|咗|过)?"
    rf"|{_WORK}?好{_SCORN}好?|{_WORK}了?{_SCORN}){_AFTER}[?？]*"
)
_BARE = re.compile(
    rf"(?:还|仲|都还|好像)?(?:没有?|未|冇|木有)(?:呢|啊|呀|哦|喔|嘛|吧)?|不|不行|不是|不可以|否|no|nope|{_WORKS_NOT}",
    re.IGNORECASE,
)
_YES = re.compile(
    rf"(?:总算|终于|已经|已|彻底){{0,2}}(?:{_WORK}?(?:好|掂|定|通|妥)(?:了|咗)|解决(?:了|咗)|可以了|行了|正常了?|没问题了?|没事了?|恢复了)"
    rf"{_AFTER}"
)
_EITHER = re.compile(r"(.{1,2})(?:没|未|不|冇)有?\1")
"""好没好, 修好没修好: a question."""
_APART = re.compile(r"[\s,，。.!！~～;；:：、]+|(?<=[?？])")


@dataclass(frozen=True, slots=True)
class Denial:
    """That something is not solved, and how sure that is by itself."""

    alone: bool
    """Nothing else is said."""
    first: bool
    """It is what the message begins with."""
    named: bool
    """It is said of a thing (电梯还是没好), so that this must be the matter's."""
    bare: bool
    """A mere no, which means something only as an answer."""


def denial_in(text: str) -> Denial | None:
    """How a text in simplified characters says that it is not solved; None for questions and for everything else."""
    text = text.strip()
    clauses = [part for part in _APART.split(text) if part and part not in "?？"]
    if not clauses or len(text) > _LONGEST:
        return None
    if any(_EITHER.search(clause) for clause in clauses):
        return None
    if len(clauses) == 1 and _BARE.fullmatch(clauses[0]):
        return Denial(alone=True, first=True, named=False, bare=True)
    if any(_YES.fullmatch(_led(clause)[1]) for clause in clauses):
        # 上次没修好，现在好了.
        return None
    pure = [n for n, clause in enumerate(clauses) if _pure(clause)]
    # 没修好 in the first place counts, even where 电梯还是没好 follows.
    if pure:
        return Denial(alone=len(clauses) == 1, first=pure[0] == 0, named=False, bare=False)
    named = [n for n, clause in enumerate(clauses) if _of_a_thing(clause)]
    if named:
        return Denial(alone=len(clauses) == 1, first=named[0] == 0, named=True, bare=False)
    # 还是 老样子: spaces may stand anywhere.
    joined = (one + two for one, two in pairwise(clauses))
    if any(_pure(both) for both in joined):
        return Denial(alone=len(clauses) == 2, first=True, named=False, bare=False)
    return None


def _pure(clause: str) -> bool:
    if len(clause) > _LONGEST_CLAUSE:
        return False
    if _RHETORICAL.fullmatch(clause):
        return True
    lead, rest = _led(clause)
    if _NO.fullmatch(rest) or _RHETORICAL.fullmatch(rest):
        return True
    return _STILL.search(lead) is not None and _STILL_SO.fullmatch(rest) is not None


def _led(clause: str) -> tuple[str, str]:
    """What a clause begins with and needs for nothing but its tone, and the rest."""
    found = _LEADS.match(clause)
    end = found.end() if found else 0
    return clause[:end], clause[end:]


def _of_a_thing(clause: str) -> bool:
    return any(_pure(clause[start:]) for start in range(1, min(12, len(clause) - 1)))
