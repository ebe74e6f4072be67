"""Commands that speak to everybody: announcements, festivals, notices."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from bot.calendar.almanac import day_words, lunar_words, weekday_words
from bot.calendar.festivals import Occasion, upcoming
from bot.calendar.moments import parse_moment
from bot.classify.outages import outage_of
from bot.domain.messages import Face, Outgoing, Priority, Say
from bot.domain.permissions import Right
from bot.domain.privacy import without_persons
from bot.domain.tickets import State, Ticket, Verb
from bot.domain.verdicts import Kind
from handlers.commands.base import Command, Invocation, answer, ask_first
from handlers.context import Actor, Context, Purpose, Refused
from handlers.faces import matter
from handlers.notices import announced as read_notice
from handlers.notices import gist, official, outage_words, when
from handlers.steps import Step, take
from storage.compound import Announcement
from storage.notices import NoticeTime
from storage.tables import tickets

LONGEST = 3000
"""Characters of an announcement; with its head it fits into one message everywhere."""

_FARTHEST = timedelta(days=366)
_NEXT = 6
_NOTICES = 10
_EXCERPT = 60
_CANCEL = re.compile(r"(?:取消|撤销|cancel)\s*#?\s*(\d{1,9})?", re.IGNORECASE)
_END = re.compile(r"(?:结束|取消|撤销|end)\s*#?\s*(\d{1,7})", re.IGNORECASE)
_LIST = frozenset({"列表", "待发", "list"})
_WORD = re.compile(r"\s*[/／]?[^\s:：]+[\s:：]*")
_CLOCK_ONLY = re.compile(r"\d{1,2}[:：]\d{2}|[^日号天周]{0,3}\d{1,2}[点时](?:半|钟|\d{1,2}分?)?")


def announce(invocation: Invocation) -> list[Outgoing]:
    """Say something in all owners' groups, now or at a moment, after a preview."""
    context, rest = invocation.context, invocation.rest
    cancelled = _CANCEL.fullmatch(rest)
    if cancelled:
        return [answer(invocation, _cancel(context, cancelled[1]))]
    if rest in _LIST:
        return [answer(invocation, _planned(context) or context.say("command_announce.none"))]
    if not rest:
        planned = _planned(context)
        usage = context.say("command.announce.usage")
        if planned:
            return [answer(invocation, f"{planned}\n\n{usage}")]
        raise Refused("command.usage", usage=usage)
    if context.purpose(invocation.said.chat) is Purpose.OWNERS:
        raise Refused("command_announce.not_here")
    # As it was typed: normalising would turn the Chinese punctuation into Latin.
    text, at = split_moment(_WORD.sub("", invocation.said.text, count=1).strip(), context)
    if not text:
        raise Refused("command.usage", usage=context.say("command.announce.usage"))
    if len(text) > LONGEST:
        raise Refused("command_announce.too_long", length=len(text), longest=LONGEST)
    _refuse_moment(context, at)
    return ask_first(
        invocation, _preview(context, text, at), "announce", text=text, at=at.isoformat() if at else None
    )


def split_moment(text: str, context: Context) -> tuple[str, datetime | None]:
    """The announcement and the moment written after it, day and hour both: "… 2026-06-16 09:00", "… 明天 9:00".

    An hour alone (今晚停水 22:00) belongs to the text, and so does a moment with a full stop behind it.
    """
    words = text.split()
    for count in (3, 2, 1):
        if len(words) <= count:
            continue
        tail = " ".join(words[-count:])
        if _CLOCK_ONLY.fullmatch(tail):
            continue
        moment = parse_moment(tail, context.now, context.zone)
        if moment is not None:
            pattern = r"\s+".join(map(re.escape, words[-count:])) + r"\s*$"
            return re.sub(pattern, "", text).rstrip(), moment
    return text, None


def published(context: Context, announcement: Announcement) -> list[Outgoing]:
    """The announcement for every owners' group, each once for ever; at night without a sound.

    Where it names a time to come it is a notice as well.
    """
    read_notice(context, announcement)
    text = announcement_text(context, announcement.text, context.today)
    return [
        Say(
            chat,
            f"announcement:{announcement.id}:{chat.platform}:{chat.chat}",
            Face(text),
            Priority.GROUP,
            silent=context.quiet,
        )
        for chat in context.groups(Purpose.OWNERS)
    ]


def announcement_text(context: Context, text: str, day: date) -> str:
    """How an announcement of a day looks in a group."""
    run_by = context.config.compound.run_by
    return context.say("command_announce.text", text=text, run_by=run_by, day=day_words(day))


def festivals(invocation: Invocation) -> list[Outgoing]:
    """The next festivals with their dates and when something will be said."""
    context = invocation.context
    coming = upcoming(context.files.festivals, context.today, _NEXT)
    if not coming:
        return [answer(invocation, context.say("command_festivals.none"))]
    lines = [context.say("command_festivals.head"), *(_festival_line(context, o) for o in coming)]
    if context.listening:
        lines.append(context.say("command_festivals.listening"))
    return [answer(invocation, "\n".join(lines))]


def notices(invocation: Invocation) -> list[Outgoing]:
    """What runs, what comes and what else holds. Only what staff have written is repeated in their words.

    结束 12: a notice no longer holds.
    """
    context = invocation.context
    ending = _END.fullmatch(invocation.rest)
    if ending:
        return _ended(invocation, int(ending[1]))
    found = context.store.tickets.find(
        tickets.c.kind == Kind.NOTICE.value,
        tickets.c.state == State.POSTED.value,
        tickets.c.filed_at >= context.now - timedelta(days=30),
        newest_first=True,
        limit=_NOTICES,
    )
    if not found:
        return [answer(invocation, context.say("command_notices.none"))]
    lines = [context.say("command_notices.head"), *_listed(context, found)]
    return [answer(invocation, "\n".join(lines))]


def _ended(invocation: Invocation, number: int) -> list[Outgoing]:
    context = invocation.context
    ticket = context.store.tickets.numbered(number, lock=True)
    if ticket is None or ticket.kind is not Kind.NOTICE or ticket.state is not State.POSTED:
        raise Refused("command_notices.not_a_notice", number=number)
    _, out = take(context, ticket, Step(Verb.END), invocation.actor)
    return [*out, answer(invocation, context.say("command_notices.ended", number=number))]


def _listed(context: Context, found: tuple[Ticket, ...]) -> list[str]:
    """What runs, what comes by its hour, and what names no time, each under its head where there are several."""
    running: list[tuple[datetime, str]] = []
    coming: list[tuple[datetime, str]] = []
    other: list[str] = []
    for ticket in found:
        span = next((s for s in context.store.notices.of(ticket.id) if s.over_at > context.now), None)
        if span is None:
            other.append(_notice_line(context, ticket))
        else:
            where = running if span.starts_at <= context.now else coming
            where.append((span.starts_at, _timed_line(context, ticket, span)))
    lines: list[str] = []
    for key, part in (
        ("command_notices.now", [line for _, line in sorted(running)]),
        ("command_notices.coming", [line for _, line in sorted(coming)]),
        ("command_notices.other", other),
    ):
        lines += [context.say(key), *part] if part else []
    return lines


def _refuse_moment(context: Context, at: datetime | None) -> None:
    if at is None:
        return
    if at <= context.now:
        raise Refused("command_announce.past", at=context.clock(at))
    if at - context.now > _FARTHEST:
        raise Refused("command_announce.too_far", at=context.clock(at))
    if context.hours.quiet(at):
        hours = context.config.hours
        raise Refused(
            "command_announce.night",
            at=context.clock(at),
            quiet_from=f"{hours.quiet_from:%H:%M}",
            quiet_to=f"{hours.quiet_to:%H:%M}",
        )


def _preview(context: Context, text: str, at: datetime | None) -> str:
    groups = len(context.groups(Purpose.OWNERS))
    day = at.astimezone(context.zone).date() if at else context.today
    lines = [context.say("command_announce.preview"), announcement_text(context, text, day), ""]
    if at is not None:
        lines.append(context.say("command_announce.at", at=context.clock(at), groups=groups))
    else:
        lines.append(context.say("command_announce.now", groups=groups))
        if context.quiet:
            lines.append(context.say("command_announce.quietly"))
    if context.listening:
        lines.append(context.say("command_announce.listening"))
    elif context.muted:
        lines.append(context.say("command_announce.muted" if at is None else "command_announce.muted_later"))
    return "\n".join(lines)


def _cancel(context: Context, number: str | None) -> str:
    planned = context.store.compound.planned()
    if number is None:
        if len(planned) != 1:
            raise Refused(
                "command_announce.cancel_which" if planned else "command_announce.none",
                numbers="、".join(str(a.id) for a in planned),
            )
        number = str(planned[0].id)
    if not context.store.compound.settle(int(number), "cancelled"):
        numbers = "、".join(str(a.id) for a in planned) or context.say("command_announce.no_number")
        raise Refused("command_announce.unknown", number=number, numbers=numbers)
    return context.say("command_announce.cancelled", number=number)


def _planned(context: Context) -> str:
    lines = [
        context.say(
            "command_announce.planned_line",
            number=a.id,
            at=context.clock(a.at),
            text=_excerpt(a.text),
        )
        for a in context.store.compound.planned()
    ]
    return "\n".join([context.say("command_announce.planned_head"), *lines]) if lines else ""


def _festival_line(context: Context, occasion: Occasion) -> str:
    times = [
        (occasion.date - timedelta(lead), occasion.festival.hour) for lead in occasion.festival.lead_days
    ]
    coming = [
        context.say("command_festivals.at", day=day_words(day), hour=hour)
        for day, hour in times
        if (day, hour) > (context.today, context.local.hour)
    ]
    return context.say(
        "command_festivals.line",
        name=occasion.festival.name,
        day=day_words(occasion.date),
        weekday=weekday_words(occasion.date),
        lunar=lunar_words(occasion.date),
        posts="、".join(coming) or context.say("command_festivals.said"),
    )


def _notice_line(context: Context, ticket: Ticket) -> str:
    filed = ticket.filed_at.astimezone(context.zone)
    words = (
        _excerpt(without_persons(ticket.text))
        if official(context, ticket) and ticket.text
        else matter(ticket)
    )
    return context.say("command_notices.line", number=ticket.number, day=day_words(filed.date()), words=words)


def _timed_line(context: Context, ticket: Ticket, span: NoticeTime) -> str:
    outage = outage_of(ticket.text)
    if outage is not None:
        what = outage_words(context, ticket, outage)
    else:
        what = gist(context, ticket) if official(context, ticket) else matter(ticket)
    return context.say("command_notices.timed", number=ticket.number, when=when(context, span), what=what)


def _excerpt(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _EXCERPT else line[: _EXCERPT - 1] + "…"


def _announce_now(context: Context, actor: Actor, data: dict[str, object]) -> list[Outgoing] | str:
    if not actor.committee:
        raise Refused("refused.needs_committee", command=context.say("command_announce.this"))
    text, by = str(data["text"]), actor.person or ""
    at = datetime.fromisoformat(str(data["at"])) if data.get("at") else None
    if at is not None:
        _refuse_moment(context, at)
        number = context.store.compound.plan(text, by, at, context.now)
        return context.say("command_announce.kept", number=number, at=context.clock(at))
    number = context.store.compound.plan(text, by, context.now, context.now)
    context.store.compound.settle(number, "sent")
    out = published(context, Announcement(number, text, by, context.now, "sent"))
    told = Face(context.say("command_announce.sent", groups=len(out)))
    here = context.store.people.reach(by) if by else None
    return [*out, *([Say(here, f"announcement:{number}:told", told, Priority.ANSWER)] if here else [])]


COMMANDS: tuple[Command, ...] = (
    Command("notices", ("通知",), Right.ANYBODY, notices),
    Command("festivals", ("节日",), Right.ANYBODY, festivals),
    Command("announce", ("公告",), Right.COMMITTEE, announce),
)

CONFIRMED = {"announce": _announce_now}
"""What is done once somebody has confirmed it."""
