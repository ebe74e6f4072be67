"""Commands about the bot itself: its mode, its silence, its state, its files."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from bot.calendar.almanac import day_words
from bot.calendar.festivals import upcoming
from bot.domain.messages import Address, Outgoing, Standing
from bot.domain.permissions import Right
from bot.domain.verdicts import Kind
from bot.files.problems import BadFiles
from bot.files.roster import roster_warnings
from handlers.commands import help as help_
from handlers.commands import privacy, undelivered
from handlers.commands.base import Command, Invocation, answer, ask_first, privately
from handlers.commands.until import moment_in
from handlers.context import Actor, Context, Purpose, Refused
from handlers.hearing import gap_lines
from storage.tables import tickets
from storage.upkeep import dead_by_cause, last_heard

_LIVE = frozenset({"live", "正式", "正式运行", "上线", "on"})
_LISTEN = frozenset({"listen", "试听", "听", "只听"})
_MUTED_FOR = timedelta(hours=2)
_LONGEST_MUTE = timedelta(days=7)
_PROBLEMS = 30
"""Lines of one answer; a message holds 4096 characters."""


def mode(invocation: Invocation) -> list[Outgoing]:
    """Whether the bot only listens; with a word: change it. Going live asks first."""
    context, word = invocation.context, invocation.rest.lower()
    if word in _LIVE:
        if not context.listening:
            return [answer(invocation, context.say("command_mode.live_already"))]
        return ask_first(invocation, _before_live(context), "live")
    if word in _LISTEN:
        if context.listening:
            return [answer(invocation, context.say("command_mode.listen_already"))]
        context.store.compound.change(mode="listen", listening_since=context.now)
        return [answer(invocation, context.say("command_mode.listens"))]
    if word:
        raise Refused("command.usage", usage=context.say("command.mode.usage"))
    text = _mode_words(context)
    if context.listening:
        text += "\n" + _heard(context)
    return [answer(invocation, text)]


def mute(invocation: Invocation) -> list[Outgoing]:
    """Nothing is said in the owners' groups until a moment, except in an emergency."""
    context = invocation.context
    until = _until(context, invocation.rest)
    if until is None:
        raise Refused("command.usage", usage=context.say("command.mute.usage"))
    if until <= context.now:
        raise Refused("command_mute.past", until=context.clock(until))
    if until - context.now > _LONGEST_MUTE:
        raise Refused("command_mute.too_long", days=_LONGEST_MUTE.days)
    context.store.compound.change(muted_until=until)
    return [answer(invocation, context.say("command_mute.muted", until=context.clock(until)))]


def unmute(invocation: Invocation) -> list[Outgoing]:
    """The groups are spoken to again; what they missed comes as one list within a minute."""
    context = invocation.context
    if not context.muted:
        return [answer(invocation, context.say("command_unmute.not_muted"))]
    context.store.compound.change(muted_until=context.now)
    key = "command_unmute.morning" if context.quiet else "command_unmute.done"
    return [answer(invocation, context.say(key))]


def status(invocation: Invocation) -> list[Outgoing]:
    """How the bot stands. No persons and no words of anybody."""
    context, store = invocation.context, invocation.context.store
    since = context.now - timedelta(days=1)
    lines = [
        context.say("command_status.head", compound=context.config.compound.name, mode=_mode_words(context))
    ]
    row = store.compound.row()
    if context.muted and row.muted_until is not None:
        lines.append(context.say("command_status.muted", until=context.clock(row.muted_until)))
    lines += [_group_line(context, name, chat) for name, chat in _groups(context)]
    heard = last_heard(store)
    lines.append(
        context.say(
            "command_status.heard",
            when=context.clock(heard) if heard else context.say("command_status.never"),
        )
    )
    lines.append(
        context.say("command_status.waiting", letters=store.outbox.waiting(), cards=store.cards.waiting())
    )
    lines += gap_lines(context)
    lines += undelivered.lines(context, since)
    dead = sum(dead_by_cause(store, since, context.now + timedelta(seconds=1)).values())
    if dead:
        lines.append(context.say("command_status.dead", count=dead))
    planned = len(store.compound.planned())
    if planned:
        lines.append(context.say("command_status.planned", count=planned))
    lines.append(context.say("command_status.database", name=_DATABASES[store.conn.dialect.name]))
    for occasion in upcoming(context.files.festivals, context.today, 1):
        lines.append(
            context.say("command_status.festival", name=occasion.festival.name, day=day_words(occasion.date))
        )
    return [answer(invocation, "\n".join(lines))]


def reload(invocation: Invocation) -> list[Outgoing]:
    """Read all files anew. A bad one is refused whole, with every reason, and the old ones stay."""
    context = invocation.context
    try:
        files = context.reload()
    except BadFiles as bad:
        found = [str(problem) for problem in bad.problems]
        lines = [context.say("command_reload.bad", count=len(found)), *found[:_PROBLEMS]]
        if len(found) > _PROBLEMS:
            lines.append(context.say("command_reload.more", count=len(found) - _PROBLEMS))
        # A reason may quote a row of the roster.
        return privately(invocation, "\n".join(lines))
    text = context.say(
        "command_reload.done",
        people=len({d.person for d in files.roster.on(context.today)}),
        rules=len(files.rulebook.rules),
        festivals=sum(festival.enabled for festival in files.festivals),
    )
    odd = [str(problem) for problem in roster_warnings(files.roster, files.config)][:_PROBLEMS]
    if not odd:
        return [answer(invocation, text)]
    return privately(invocation, "\n".join([text, context.say("command_reload.odd"), *odd]))


def _before_live(context: Context) -> str:
    staff = dict.fromkeys(d.person for d in context.roster.on(context.today))
    unreached = sum(context.store.people.reach(person) is None for person in staff)
    lines = [context.say("command_mode.ask"), _heard(context)]
    if unreached:
        lines.append(context.say("command_mode.unreached", count=unreached))
    return "\n".join(lines)


def _heard(context: Context) -> str:
    """What listening has found since it began."""
    since = context.store.compound.row().listening_since
    found = context.store.tickets.find(tickets.c.listened.is_(True), tickets.c.filed_at >= since)
    return context.say(
        "command_mode.heard",
        days=(context.today - since.astimezone(context.zone).date()).days + 1,
        filed=sum(t.kind is not Kind.NOTICE for t in found),
        pings=context.store.tickets.count_events("would_ring", since, context.now + timedelta(seconds=1)),
        wrong=sum(t.state.value == "false_alarm" for t in found),
    )


def _mode_words(context: Context) -> str:
    if not context.listening:
        return context.say("command_mode.is_live")
    since = context.store.compound.row().listening_since.astimezone(context.zone).date()
    return context.say(
        "command_mode.is_listening", day=(context.today - since).days + 1, days=context.config.listen_days
    )


def _until(context: Context, said: str) -> datetime | None:
    if not said:
        return context.now + _MUTED_FOR
    text = re.sub(r"(?<=\d)\s*(?:mins?|minutes?|m|分)$", "分钟", re.sub(r"^(?:到|至)", "", said), flags=re.I)
    text = re.sub(r"(?<=\d)\s*(?:hours?|hrs?)$", "小时", text, flags=re.I)
    text = re.sub(r"(?<=\d)\s*d(?:ays?)?$", "天", text, flags=re.I)
    return moment_in(text, context.now, context.zone, context.config.hours.morning)


def _groups(context: Context) -> list[tuple[str, Address]]:
    """Every configured group with what the committee calls it."""
    groups = context.config.groups
    found: list[tuple[str, Address]] = []
    for number, (group, chat) in enumerate(
        zip(groups.owners, context.groups(Purpose.OWNERS), strict=True), 1
    ):
        count = str(number) if len(groups.owners) > 1 else ""
        found.append((group.name or context.say("command_status.owners", number=count), chat))
    for purpose in (Purpose.STAFF, Purpose.COMMITTEE, Purpose.SUPERVISION):
        chat_of = context.group(purpose)
        if chat_of is not None:
            found.append((context.say(f"command_status.{purpose.value}"), chat_of))
    return found


def _group_line(context: Context, name: str, chat: Address) -> str:
    row = context.store.compound.group(chat)
    key = row.standing.value if row else "unseen"
    mark = "✓" if row and row.standing is Standing.MEMBER else "✗" if row else "·"
    line = context.say(
        "command_status.group", mark=mark, name=name, standing=context.say(f"command_status.is_{key}")
    )
    if key not in ("muted", "gone"):
        return line
    return context.say("command_status.mend", line=line, remedy=context.say(f"command_status.remedy_{key}"))


def _go_live(context: Context, actor: Actor, _data: dict[str, object]) -> str:
    if not actor.committee:
        raise Refused("refused.needs_committee", command=context.say("command_mode.this"))
    waiting = context.store.tickets.going_on(tickets.c.listened.is_(True))
    context.store.compound.change(mode="live")
    return context.say("command_mode.lives", waiting=len(waiting))


_DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}

COMMANDS: tuple[Command, ...] = (
    *help_.COMMANDS,
    *privacy.COMMANDS,
    Command("status", ("状态",), Right.STAFF, status),
    Command("mode", ("模式",), Right.COMMITTEE, mode),
    Command("mute", ("静音",), Right.COMMITTEE, mute),
    Command("unmute", ("取消静音", "恢复发言"), Right.COMMITTEE, unmute),
    Command("reload", ("重读",), Right.COMMITTEE, reload),
)

CONFIRMED = {"live": _go_live, **privacy.CONFIRMED}
"""What is done once somebody has confirmed it."""
