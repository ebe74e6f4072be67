"""How people say one to five stars (评价): 5星, 五星好评, ★★★★☆, ⭐⭐⭐."""

from __future__ import annotations

import re
import unicodedata

BEST = 5

_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5} | {str(n): n for n in range(1, BEST + 1)}
_LIT = "★⭐🌟✭✮"
_GIVES = r"(?:我)?(?:给|打|评|送|来)?(?:你们|师傅|个|他|她|您)?(?:打|评)?(?:个)?"
_PRAISE = (
    r"(?:师傅|老师|你们|大家)?(?:非常|很|挺|特别|真|太|都)?(?:好评|满意|好|不错|及时|给力|赞|点赞|棒|谢谢|多谢|感谢|辛苦|快|专业)"
    r"(?:师傅|老师|你们|您|大家)?(?:了|啦|哦|呀|吧)?"
)
_SAID = re.compile(rf"{_GIVES}([1-5一二两三四五])(?:颗|个)?(?:星星|星级|星)(?:级)?((?:{_PRAISE})*)")
_SHOWN = re.compile(rf"{_GIVES}([{_LIT}]{{1,5}})(☆*)((?:{_PRAISE})*)")
_DARK = re.compile(r"☆{1,5}")
_BARE = re.compile(rf"{_GIVES}([1-5一二三四五])(?:分)?")
_WORDS = {
    "满分": 5,
    "好评": 5,
    "非常满意": 5,
    "很满意": 5,
    "十分满意": 5,
    "满意": 4,
    "比较满意": 4,
    "基本满意": 3,
    "一般": 3,
    "一般般": 3,
    "还行": 3,
    "还可以": 3,
    "不满意": 2,
    "不太满意": 2,
    "很不满意": 1,
    "非常不满意": 1,
    "差评": 1,
}
_NOISE = re.compile(r"[\s\ufe0f\u200d,，.。!！~～、;；👍🌹🙏👏❤😊]+")


def stars_in(text: str, *, asked: bool) -> int | None:
    """The stars that a message gives, 1 to 5; None where it is anything else, or says anything else besides.

    ``asked``: in private, right after the question, where a bare 5 or 满意 is an answer too.
    """
    word = _NOISE.sub("", unicodedata.normalize("NFKC", text))
    if found := _SAID.fullmatch(word):
        return _DIGITS[found[1]]
    if (found := _SHOWN.fullmatch(word)) and len(found[1]) + len(found[2]) <= BEST:
        return len(found[1])
    if not asked:
        return None
    if _DARK.fullmatch(word):
        return len(word)
    if found := _BARE.fullmatch(word):
        return _DIGITS[found[1]]
    return _WORDS.get(word)
