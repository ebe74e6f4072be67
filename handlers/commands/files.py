"""The committee's paperwork: filing for somebody, figures, workbooks, accounts that are not heard for a while."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from secrets import token_hex

from bot.domain.messages import Account, Address, Outgoing, SendFile
from bot.domain.permissions import Right
from bot.domain.tickets import GOING_ON, State, Ticket
from bot.domain.verdicts import Kind
from bot.files.problems import shown
from handlers.commands.base import Command, Invocation, answer, ask_first, private_chat, privately
from handlers.commands.numbers import numbered, parse_number, usage_of
from handlers.commands.on_behalf import new
from handlers.commands.periods import Period, days_back, parse_period
from handlers.commands.until import moment_in
from handlers.confidence import may_know
from handlers.context import Actor, Context, Refused
from handlers.exports import write_export
from handlers.figures import Figures, figures
from handlers.lateness import late_ones
from storage.questions import accounts_named, author_of, filed_in

_TOPICS = 8
_MOST = 5000
"""Tickets in one workbook: about two seconds of writing."""
_EXPORT_DAYS = 90
_IGNORE_HOURS = 24
_IGNORE_DAYS = 30
_WITH_PERSONS = re.compile(r"(?:包?含|带|连同?)(?:上|有)?(?:住户|居民|报修人|个人)(?:信息)?")
_CONFIDED = re.compile(r"(?:包?含|带|连同?)(?:上|有)?(?:保密)?调解(?:事项)?")
_STOP = re.compile(r"(?:取消|恢复|解除|停止|off)(?:忽略)?")


def stats(invocation: Invocation) -> list[Outgoing]:
    """今天 and the last seven days, or the period asked for. Counts only: fit for any group."""
    context = invocation.context
    periods = _periods(invocation) or [
        days_back(1, context.now, context.zone, context.say("command_stats.today")),
        days_back(7, context.now, context.zone, context.say("command_stats.week")),
    ]
    blocks = [_block(context, period, figures(context, period.since, period.until)) for period in periods]
    late = len(late_ones(context))
    going_on = len([t for t in context.store.tickets.going_on() if t.state is not State.HELD])
    blocks.append(context.say("command_stats.now", going_on=going_on, late=late))
    return [answer(invocation, "\n\n".join(blocks))]


def _periods(invocation: Invocation) -> list[Period]:
    found = []
    for word in re.split(r"[\s,、]+", invocation.rest.lower()):
        period = parse_period(word, invocation.context.now, invocation.context.zone) if word else None
        if period is not None:
            found.append(period)
        elif word:
            raise Refused("command_stats.unknown", word=shown(word, 20))
    return found[:3]


def _block(context: Context, period: Period, found: Figures) -> str:
    say = context.say
    if not found.filed:
        return say("command_stats.nothing", period=period.name)
    kinds = "、".join(
        f"{say(f'kind.{kind.value}')} {found.kinds[kind]}"
        for kind in (Kind.COMPLAINT, Kind.WISH)
        if found.kinds.get(kind)
    )
    states = "；".join(
        f"{say(f'state.{state.value}')} {found.states[state]}" for state in State if found.states.get(state)
    )
    topics = "、".join(f"{topic} {count}" for topic, count in found.topics[:_TOPICS])
    closed = sum(found.states.get(s, 0) for s in State if s not in GOING_ON)
    lines = [
        say("command_stats.head", period=period.name, filed=found.filed, kinds=kinds, ended=closed),
        say("command_stats.states", states=states),
        say("command_stats.topics", topics=topics),
    ]
    if found.to_accept is not None or found.to_solve is not None:
        accept, solve = _span(context, found.to_accept), _span(context, found.to_solve)
        lines.append(say("command_stats.speed", accept=accept, solve=solve))
    if found.confirmed or found.unconfirmed:
        lines.append(say("command_stats.ended", confirmed=found.confirmed, unconfirmed=found.unconfirmed))
    if found.voices or found.left_out:
        lines.append(say("command_stats.besides", voices=found.voices, left_out=found.left_out))
    return "\n".join(lines)


def _span(context: Context, span: timedelta | None) -> str:
    """Minutes up to two hours, then hours, then days."""
    if span is None:
        return context.say("command_stats.none_yet")
    minutes = span.total_seconds() / 60
    if minutes < 120:
        return context.say("age.minutes", count=round(minutes))
    if minutes < 48 * 60:
        return context.say("age.hours", count=f"{minutes / 60:.1f}".removesuffix(".0"))
    return context.say("age.days", count=f"{minutes / 60 / 24:.1f}".removesuffix(".0"))


def export(invocation: Invocation) -> list[Outgoing]:
    """An Excel workbook, in private. With residents it asks first, and every ticket's diary keeps who took it."""
    context = invocation.context
    chat = private_chat(invocation)
    persons = bool(_WITH_PERSONS.search(invocation.rest))
    confided = bool(_CONFIDED.search(invocation.rest))
    word = _CONFIDED.sub(" ", _WITH_PERSONS.sub(" ", invocation.rest)).strip().lower()
    period = _exported_period(context, word, usage_of(invocation))
    tickets = _exported(context, invocation.actor, period, confided=confided)
    if not tickets:
        raise Refused("command_export.empty", period=period.name)
    if persons:
        question = context.say("command_export.ask", count=len(tickets), period=period.name)
        data = {"platform": chat.platform, "chat": chat.chat, "word": word, "confided": confided}
        return ask_first(invocation, question, "export", **data)
    out: list[Outgoing] = [_workbook(context, chat, period, tickets, persons=False)]
    if invocation.said.in_group:
        out.append(answer(invocation, context.say("command.sent_privately")))
    return out


def _exported(context: Context, actor: Actor, period: Period, *, confided: bool) -> list[Ticket]:
    """The period's tickets. What is in mediation is there only where somebody who may know of it asks for it."""
    found = filed_in(context.store, period.since, period.until, limit=_MOST)
    shown = [t for t in found if not t.confidential or (confided and may_know(t, actor))]
    for ticket in shown:
        if ticket.confidential:
            context.store.tickets.note(ticket, context.now, "confidence_exported", actor.kind, actor.account)
    return shown


def _exported_period(context: Context, word: str, usage: str) -> Period:
    if not word:
        name = context.say("command_export.lately", days=_EXPORT_DAYS)
        return days_back(_EXPORT_DAYS, context.now, context.zone, name)
    period = parse_period(word, context.now, context.zone)
    if period is None:
        raise Refused("command_export.unknown", word=shown(word, 20), usage=usage)
    return period


def _workbook(
    context: Context, chat: Address, period: Period, tickets: Sequence[Ticket], *, persons: bool
) -> SendFile:
    name = context.say("command_export.file_persons" if persons else "command_export.file")
    path = write_export(context, tickets, name, persons=persons)
    key = "command_export.caption_persons" if persons else "command_export.caption"
    caption = context.say(key, period=period.name, count=len(tickets))
    if len(tickets) == _MOST:
        caption += context.say("command_export.cut", most=_MOST)
    return SendFile(chat, f"export:{token_hex(8)}", path, caption)


def export_with_persons(context: Context, actor: Actor, data: dict[str, object]) -> list[Outgoing] | str:
    """The confirmed export. Rights may have ended since it was asked for."""
    if not actor.committee:
        raise Refused("refused.needs_committee", command=context.say("command_export.name"))
    period = _exported_period(context, str(data["word"]), "")
    tickets = _exported(context, actor, period, confided=bool(data.get("confided")))
    for ticket in tickets:
        context.store.tickets.note(ticket, context.now, "persons_exported", actor.kind, actor.account)
    chat = Address(str(data["platform"]), str(data["chat"]))
    return [_workbook(context, chat, period, tickets, persons=True)]


def ignore(invocation: Invocation) -> list[Outgoing]:
    """忽略: an account's messages are not filed for some hours. Said in private, so that nobody is put on show."""
    context = invocation.context
    private_chat(invocation)
    account, rest = _whom(invocation)
    if context.actor(account).staff:
        raise Refused("command_ignore.staff")
    if _STOP.search(rest):
        context.store.people.remember(account, ignored_until=None)
        return privately(invocation, context.say("command_ignore.stopped", name=account.name))
    until = _until(context, rest, usage_of(invocation))
    context.store.people.remember(account, ignored_until=until)
    text = context.say("command_ignore.done", name=account.name, until=context.clock(until))
    return privately(invocation, text)


def _whom(invocation: Invocation) -> tuple[Account, str]:
    """The account that is meant, and what follows: by a ticket's number, a reply, or the name it carries."""
    context, said = invocation.context, invocation.said
    if said.reply_to is not None:
        author = author_of(context.store, said.chat, said.reply_to)
        if author is None:
            raise Refused("command_ignore.too_old")
        return author, invocation.rest
    number, rest = parse_number(invocation.rest)
    if number is not None:
        reporter = numbered(invocation, number).reporter
        if reporter is None:
            raise Refused("command_ignore.no_account", number=number)
        return reporter, rest
    name, _, rest = invocation.rest.removeprefix("@").partition(" ")
    if not name:
        raise Refused("command.usage", usage=usage_of(invocation))
    found = accounts_named(context.store, name)
    if len(found) != 1:
        key = "command_ignore.several" if found else "command_ignore.nobody"
        raise Refused(key, name=shown(name, 20))
    return found[0], rest


def _until(context: Context, said: str, usage: str) -> datetime:
    said = said.strip()
    if not said:
        return context.now + timedelta(hours=_IGNORE_HOURS)
    until = moment_in(said, context.now, context.zone, context.config.hours.working_from)
    if until is None or until <= context.now:
        raise Refused("command.usage", usage=usage)
    return min(until, context.now + timedelta(days=_IGNORE_DAYS))


COMMANDS: tuple[Command, ...] = (
    Command("new", ("登记", "代报"), Right.COMMITTEE, new, private=True),
    Command("stats", ("统计",), Right.STAFF, stats),
    Command("export", ("导出",), Right.COMMITTEE, export, private=True),
    Command("ignore", ("忽略",), Right.COMMITTEE, ignore, private=True),
)

CONFIRMED: dict[str, Callable[[Context, Actor, dict[str, object]], list[Outgoing] | str]] = {
    "export": export_with_persons,
}
"""What is done once the question has been answered with yes."""
