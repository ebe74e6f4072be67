"""Planned outages and what is said about them: announced, felt, put off, called off, over."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.classify.normalise import plain


@dataclass(frozen=True, slots=True)
class Outage:
    """A supply that can be cut off."""

    id: str
    """The end of the catalogue's keys ``notices.what.<id>`` and ``notices.advice.<id>``."""
    topic: str
    stops: tuple[str, ...]
    """How it is announced."""
    felt: tuple[str, ...]
    """How those without it put it, besides."""
    back: tuple[str, ...]
    """How its return is called."""


OUTAGES: tuple[Outage, ...] = (
    Outage(
        "water",
        "停水供水",
        (
            "停水",
            "断水",
            "停止供水",
            "暂停供水",
            "停供水",
            "停自来水",
            "停供自来水",
            "中断供水",
            "停止食水",
            "暂停食水",
        ),
        ("没水", "没有水", "没自来水", "水停", "无水", "一滴水", "不来水", "水没了", "还没来水"),
        ("恢复供水", "来水", "通水", "供水恢复", "供水正常", "送水"),
    ),
    Outage(
        "power",
        "停电供电",
        ("停电", "断电", "停止供电", "暂停供电", "停供电", "中断供电", "停止用电"),
        ("没电", "没有电", "电停", "无电", "不来电", "还没来电"),
        ("恢复供电", "来电", "通电", "供电恢复", "供电正常", "送电"),
    ),
    Outage(
        "gas",
        "燃气",
        (
            "停气",
            "停燃气",
            "停煤气",
            "停天然气",
            "停止供气",
            "暂停供气",
            "中断供气",
            "停供燃气",
            "停供天然气",
        ),
        ("没气", "没燃气", "没煤气", "没天然气", "煤气没", "燃气没", "天然气没", "打不着火"),
        ("恢复供气", "来气", "通气", "供气恢复", "供气正常"),
    ),
    Outage(
        "heating",
        "供暖",
        ("停暖", "停止供暖", "暂停供暖", "停止供热", "暂停供热", "停热", "停供暖", "中断供热"),
        ("没暖气", "暖气停", "不热", "没供暖", "暖气没", "不供暖"),
        ("恢复供暖", "恢复供热", "来暖", "供暖恢复"),
    ),
    Outage(
        "lift",
        "电梯",
        ("电梯停用", "电梯停运", "电梯检修", "电梯维保", "电梯年检", "停梯", "电梯暂停", "电梯维修"),
        ("电梯停", "电梯不能用", "电梯用不了", "电梯坏", "电梯没开", "电梯怎么不", "电梯不动"),
        ("电梯恢复", "恢复运行", "电梯好了", "电梯修好"),
    ),
)

_LIFT = re.compile(r"电梯.{0,24}?(?:停用|停运|检修|维保|年检|暂停)")
_ASKS = re.compile(r"[??]|吗|[么嘛]$|什么时候|啥时|几时|几点|多久|怎么|为什么|为啥|咋|什么情况|啥情况|原因")
_QUESTION = re.compile(r"[??]\s*$|吗\W*$")
_CALLED_OFF = re.compile(r"取消|不停[水电气暖]?了|不再停|暂不停|撤销|作废")
_MOVED = re.compile(
    r"(?:改为|改到|改成|改至|改在|调整为|调整到|调整至|变更为|更正为|推迟到|推迟至|延期到|延期至|延迟到|延迟至|顺延到|顺延至|"
    r"提前到|提前至|延长到|延长至|延后到|延后至)\s*[::]?"
)
_LONGER = re.compile(r"延长[到至]|延迟[到至]|推迟[到至]|延后[到至]")
_OVER = re.compile(
    r"(?:已|已经|现已|均已|提前|全部|全面)\s*(?:恢复|来水|来电|来气|通水|通电|送电|修好|抢修完)|抢修(?:结束|完成|完毕)"
)
_BACK_NOW = re.compile(r"了|正常|完毕")
_NOT_YET = re.compile(r"预计|大概|大约|估计|将|争取|尽快|力争|还没|尚未|未|待|等|后恢复|之?前恢复|吗|[??]|才")
_GOING_ON = re.compile(r"正在|目前|现已|现在|现停|抢修|突发|紧急|临时停|故障|爆")
_MORE = re.compile(r"爆|漏|喷|淹|烧|冒|着火|起火|触电|打火|困|异味|臭|火花|冒烟")


def outage_of(text: str) -> Outage | None:
    """The outage that a notice announces, or None."""
    text = plain(text)
    for outage in OUTAGES:
        if any(word in text for word in outage.stops) or (outage.id == "lift" and _LIFT.search(text)):
            return outage
    return None


def spoken_of(text: str) -> tuple[Outage, ...]:
    """The outages that a text speaks of in any way."""
    text = plain(text)
    return tuple(o for o in OUTAGES if any(word in text for word in (*o.stops, *o.felt, *o.back)))


def feels(text: str, outage: Outage) -> bool:
    """Whether somebody says that they are without it, and nothing worse (a burst pipe, a smell)."""
    text = plain(text)
    return any(word in text for word in (*outage.stops, *outage.felt)) and not _MORE.search(text)


def asks_about(text: str, outage: Outage) -> bool:
    """Whether a short text asks about it: 停水了吗, 什么时候来水."""
    text = plain(text).strip()
    if len(text) > 30 or not any(word in text for word in (*outage.stops, *outage.felt, *outage.back)):
        return False
    return _ASKS.search(text) is not None and not _MORE.search(text)


def is_question(text: str) -> bool:
    """Whether a text ends as a question."""
    return _QUESTION.search(plain(text).strip()) is not None


def called_off(text: str) -> bool:
    """取消停水: it will not happen, or no longer."""
    return _CALLED_OFF.search(plain(text)) is not None and not is_question(text)


def moved_to(text: str) -> str | None:
    """What follows 改为, 推迟到 …: the new time, if the text speaks of one."""
    text = plain(text)
    found = list(_MOVED.finditer(text))
    return text[found[-1].end() :] if found else None


def lasts_longer(text: str) -> bool:
    """Whether its end is put off (延长至20:00)."""
    return _LONGER.search(plain(text)) is not None


def is_over(text: str) -> bool:
    """已恢复供水, 来水了: it is over now, not only expected to be."""
    text = plain(text)
    if _NOT_YET.search(text):
        return False
    back = any(word in text for outage in OUTAGES for word in outage.back)
    return _OVER.search(text) is not None or (back and _BACK_NOW.search(text) is not None)


def goes_on(text: str) -> bool:
    """Whether an outage is happening as it is announced: 正在抢修, 突发停水."""
    return _GOING_ON.search(plain(text)) is not None
