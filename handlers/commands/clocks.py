"""Commands about time: the plan of a complex matter, how grave a matter is, which days are worked."""

from __future__ import annotations

import re
from datetime import date

from bot.calendar import workdays
from bot.calendar.almanac import day_words
from bot.calendar.moments import parse_moment
from bot.domain.messages import Outgoing
from bot.domain.permissions import Right
from bot.domain.tickets import Verb
from bot.domain.verdicts import Severity
from bot.files.problems import shown
from handlers.changes import Step
from handlers.commands import late
from handlers.commands.base import Command, Invocation, answer
from handlers.commands.numbers import ticket_of, usage_of
from handlers.commands.pausing import plan_of, said_of
from handlers.commands.taking import LONGEST_NOTE, said_done
from handlers.context import Context, Refused
from handlers.steps import check, take

_GRADES = {
    "一般": Severity.ORDINARY,
    "普通": Severity.ORDINARY,
    "重要": Severity.MAJOR,
    "重大": Severity.MAJOR,
    "复杂": Severity.COMPLEX,
    "疑难": Severity.COMPLEX,
    "紧急": Severity.EMERGENCY,
    "急": Severity.EMERGENCY,
}
_WORKS = {"上班": True, "班": True, "工作日": True, "补班": True, "调休上班": True}
_OFF = {"休": False, "休息": False, "放假": False, "放": False, "假": False, "不上班": False, "节假日": False}
_BACK = ("取消", "恢复", "照常")


def plan(invocation: Invocation) -> list[Outgoing]:
    """方案 12 换主板 6月3日: what will be done, and by when."""
    context = invocation.context
    ticket, rest = ticket_of(invocation, invocation.rest, Verb.PLAN)
    check(context, ticket, Verb.PLAN, invocation.actor)
    wanted = plan_of(context, ticket, rest)
    ticket, out = take(context, ticket, wanted, invocation.actor)
    return [*out, *said_done(invocation, ticket, said_of(context, ticket, wanted))]


def severity(invocation: Invocation) -> list[Outgoing]:
    """定级 12 重要: how grave it is. What gives more time waits for the committee."""
    context = invocation.context
    ticket, rest = ticket_of(invocation, invocation.rest, Verb.GRADE)
    word = next((word for word in sorted(_GRADES, key=len, reverse=True) if rest.startswith(word)), None)
    if word is None:
        raise Refused("command.usage", usage=usage_of(invocation))
    grade = _GRADES[word]
    note = rest[len(word) :].strip(" ,.:;。，、")[:LONGEST_NOTE]
    ticket, out = take(context, ticket, Step(Verb.GRADE, note, severity=grade), invocation.actor)
    if ticket.severity is grade:
        text = context.say(
            "toast.grade", number=ticket.number, severity=context.say(f"severity.{grade.value}")
        )
    else:
        text = context.say("assent.asked", number=ticket.number, what=context.say("button.grade"))
    return [*out, *said_done(invocation, ticket, text)]


def holiday(invocation: Invocation) -> list[Outgoing]:
    """放假 2026-12-31 休: a day that is not what the calendar says; alone it lists what was declared."""
    context = invocation.context
    if not invocation.rest:
        return [answer(invocation, _declared(context))]
    day, word = _day_and_word(context, invocation.rest)
    if day is None:
        raise Refused("command.usage", usage=usage_of(invocation))
    if day < context.today:
        raise Refused("command_holiday.past", day=day_words(day))
    if word in _BACK:
        context.store.days.clear(day)
    elif word in _WORKS or word in _OFF:
        context.store.days.set(day, word in _WORKS, invocation.actor.person or "", context.now)
    elif word:
        raise Refused("command_holiday.unknown", word=shown(word, 20))
    key = "works" if context.calendar.works(day) else "off"
    text = context.say(f"command_holiday.{key}", day=day_words(day), year=day.year)
    if not workdays.known(day.year):
        text += "\n" + context.say("command_holiday.unknown_year", year=day.year)
    return [answer(invocation, text)]


def _day_and_word(context: Context, said: str) -> tuple[date | None, str]:
    """The day that is meant, and what is said of it, in either order."""
    tokens = [token for token in re.split(r"[\s,，:：=]+", said) if token]
    words = {**_WORKS, **_OFF, **dict.fromkeys(_BACK, False)}
    word = next((token for token in tokens if token in words), "")
    left = "".join(token for token in tokens if token != word)
    if not word:
        word = next((w for w in sorted(words, key=len, reverse=True) if left.endswith(w)), "")
        left = left.removesuffix(word)
    moment = parse_moment(f"{left} 12:00", context.now, context.zone)
    if moment is None:
        return None, word
    return moment.astimezone(context.zone).date(), word


def _declared(context: Context) -> str:
    known = [e for e in context.store.days.all() if e.day >= context.today]
    lines = [
        context.say("command_holiday.head" if known else "command_holiday.none", year=workdays.last_known())
    ]
    for exception in known:
        key = "works" if exception.works else "off"
        lines.append(
            context.say(f"command_holiday.{key}", day=day_words(exception.day), year=exception.day.year)
        )
    return "\n".join(lines)


COMMANDS: tuple[Command, ...] = (
    Command("plan", ("方案",), Right.STAFF, plan),
    Command("severity", ("定级", "级别"), Right.STAFF, severity),
    *late.COMMANDS,
    Command("holiday", ("放假", "节假日", "调休"), Right.COMMITTEE, holiday),
)
