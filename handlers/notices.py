"""Notices of staff: when they hold, whom they concern, and what staff say about them later."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from bot.classify import outages
from bot.classify.normalise import plain
from bot.classify.outages import Outage, outage_of
from bot.classify.timespan import Timespan, read_timespans
from bot.domain.messages import Incoming, Outgoing, React
from bot.domain.places import Place
from bot.domain.privacy import without_persons
from bot.domain.tickets import State, Ticket, Verb, after
from bot.domain.verdicts import OTHER_TOPIC, Kind, Verdict
from handlers.cards import refresh
from handlers.context import Actor, Context, Purpose
from handlers.filing import JOINED, Report, file
from storage.compound import Announcement
from storage.notices import NoticeTime

_UNKNOWN_END = timedelta(hours=12)
"""How long an outage is taken to last where no end was said."""
_ONWARD = timedelta(days=30)
"""How long what begins and goes on ("12月1日起") is still worth telling."""
_SHORT = 200
"""Longest message, in characters, that is read as news about an earlier notice."""
_PARTS = {0: "night", 6: "early", 8: "morning", 11: "noon", 12: "afternoon", 18: "evening"}
_GIST = 36


# -- reading -------------------------------------------------------------------------------------------


def official(context: Context, ticket: Ticket) -> bool:
    """Whether staff stand behind a notice: only theirs are read and repeated."""
    return ticket.on_behalf or (ticket.reporter is not None and context.actor(ticket.reporter).staff)


def read(context: Context, ticket: Ticket) -> tuple[NoticeTime, ...]:
    """Read the times out of a notice of staff and keep them; anything else has none."""
    if ticket.kind is not Kind.NOTICE or ticket.state is not State.POSTED or not official(context, ticket):
        return ()
    times = times_in(context, ticket.text, ticket.filed_at)
    context.store.notices.keep(ticket.id, times)
    return times


def times_in(
    context: Context, text: str, said_at: datetime, day: date | None = None
) -> tuple[NoticeTime, ...]:
    """The times that a text names and that are not over when it is said; hours without a date are on ``day``."""
    local, outage = said_at.astimezone(context.zone), outage_of(text)
    found = [
        NoticeTime(span.start, span.end, over, span.timed)
        for span in read_timespans(text, local, day)
        if (over := _over(span, outage)) > said_at
    ]
    if not found and outage is not None and outages.goes_on(text):
        return (NoticeTime(said_at, None, said_at + _UNKNOWN_END, timed=True),)
    return tuple(found)


def _over(span: Timespan, outage: Outage | None) -> datetime:
    if span.end is not None:
        return span.end
    if outage is not None:
        return span.start + _UNKNOWN_END
    if span.onward:
        return span.start + _ONWARD
    return datetime.combine(span.start.date() + timedelta(1), time(), span.start.tzinfo)


def announced(context: Context, announcement: Announcement) -> None:
    """An announcement that names a time to come is kept as a notice, so that people are reminded of it."""
    times = times_in(context, announcement.text, context.now)
    if not times:
        return
    verdict = context.files.classifier.classify(announcement.text, staff=True)
    outage = outage_of(announcement.text)
    topic = outage.topic if outage else verdict.topic if verdict.kind is Kind.NOTICE else OTHER_TOPIC
    report = Report(
        text=announcement.text,
        verdict=Verdict(Kind.NOTICE, topic, place=verdict.place, score=1.0),
        reporter=None,
        reporter_name=context.name_of(announcement.by),
        at=context.now,
        on_behalf=True,
    )
    ticket, _ = file(context, report)
    context.store.notices.keep(ticket.id, times)


# -- what staff say later ------------------------------------------------------------------------------


def heard(said: Incoming, context: Context, actor: Actor) -> list[Outgoing] | None:
    """Staff call a notice off, move it, say that it is over, post it again, or announce an outage in plain words.

    None for everything else: it is read like any message.
    """
    if not actor.staff or not said.text or said.anonymous or said.edited:
        return None
    if context.purpose(said.chat) is not Purpose.OWNERS or outages.is_question(said.text):
        return None
    if context.store.tickets.message_at(said.chat, said.message) is not None:
        # Delivered twice.
        return []
    meant = _meant(said, context)
    if meant is not None and len(said.text) <= _SHORT and _revised(said, context, actor, meant):
        return _noticed(said, context, meant)
    outage = outage_of(said.text)
    times = times_in(context, said.text, said.sent_at) if outage is not None else ()
    if outage is None or not times or outages.called_off(said.text):
        return None
    if meant is not None and _same_times(times, context.store.notices.of(meant.id)):
        # The same notice in the other owners' group, or once more.
        return _noticed(said, context, meant)
    verdict = context.files.classifier.classify(said.text, staff=True)
    if verdict.kind is Kind.NOTICE or verdict.danger is not None:
        return None
    report = Report(
        text=said.text,
        verdict=replace(verdict, kind=Kind.NOTICE, topic=outage.topic),
        reporter=said.author,
        reporter_name=said.author.name,
        at=said.sent_at,
        origin=said.chat,
        message=said.message,
        album=said.album,
        photos=said.photos,
    )
    ticket, out = file(context, report)
    context.store.notices.keep(ticket.id, times)
    return out


def changed(context: Context, ticket: Ticket, actor: Actor) -> None:
    """A notice was edited: it holds when it says now, or not at all where it says that it is called off."""
    if ticket.kind is not Kind.NOTICE or ticket.state is not State.POSTED or not official(context, ticket):
        return
    if outages.called_off(ticket.text) and outages.moved_to(ticket.text) is None:
        end(context, ticket, actor)
    else:
        read(context, ticket)


def end(context: Context, ticket: Ticket, actor: Actor | None = None) -> Ticket:
    """The notice no longer holds: because somebody of the staff says so, or its time is over."""
    state = after(ticket.kind, ticket.state, Verb.END)
    if state is None:
        return ticket
    ticket = context.store.tickets.change(ticket, state=state.value, due_at=None)
    who = actor.kind if actor else "linli"
    context.store.tickets.note(ticket, context.now, Verb.END.value, who, actor.account if actor else None)
    refresh(context, ticket)
    return ticket


def _meant(said: Incoming, context: Context) -> Ticket | None:
    """The posted notice that staff speak of: by reply, else by what is cut off and where."""
    posted = context.store.notices.posted()
    answered = context.store.tickets.message_at(said.chat, said.reply_to) if said.reply_to else None
    if answered is not None and answered.ticket in posted:
        return context.store.tickets.get(answered.ticket, lock=True)
    topics = {outage.id for outage in outages.spoken_of(said.text)}
    if not topics:
        return None
    place = context.files.classifier.place(said.text)
    fitting: list[tuple[datetime, Ticket]] = []
    for number, times in posted.items():
        ticket = context.store.tickets.get(number, lock=True)
        outage = outage_of(ticket.text) if ticket else None
        if ticket is None or outage is None or outage.id not in topics or not _overlap(ticket.place, place):
            continue
        starts = [time.starts_at for time in times if time.over_at > context.now]
        if starts:
            fitting.append((starts[0], ticket))
    # The one that runs or comes next is the one that is spoken of.
    return min(fitting, key=lambda pair: pair[0])[1] if fitting else None


def _revised(said: Incoming, context: Context, actor: Actor, ticket: Ticket) -> bool:
    """Whether the words change when the notice holds; then it is changed."""
    times = context.store.notices.of(ticket.id)
    running = _running(times, context.now)
    tail = outages.moved_to(said.text)
    if tail is not None:
        return _moved(said, context, actor, ticket, tail)
    if outages.called_off(said.text) or (outages.is_over(said.text) and running is not None):
        end(context, ticket, actor)
        return True
    expected = read_timespans(said.text, said.sent_at.astimezone(context.zone))
    if running is None or outage_of(said.text) is not None or len(expected) != 1:
        return False
    until = expected[0].end
    if until is None or expected[0].start > context.now:
        return False
    # "预计18点恢复供水", said while it lasts.
    _keep(context, ticket, actor, _ending(times, running, until))
    return True


def _moved(said: Incoming, context: Context, actor: Actor, ticket: Ticket, tail: str) -> bool:
    times = context.store.notices.of(ticket.id)
    running = _running(times, context.now)
    local = said.sent_at.astimezone(context.zone)
    first = running or next((t for t in times if t.starts_at > context.now), None)
    day = first.starts_at.astimezone(context.zone).date() if first else None
    spans = read_timespans(tail, local, day)
    if not spans or first is None:
        return False
    new = spans[0]
    if running is not None and outages.lasts_longer(said.text) and new.end is None:
        if new.start <= context.now:
            return False
        _keep(context, ticket, actor, _ending(times, running, new.start))
        return True
    moved = times_in(context, tail, said.sent_at, day)
    if not moved:
        return False
    if len(moved) == 1 and moved[0].ends_at is None and first.ends_at is not None and moved[0].timed:
        # "推迟到15:00": as long as planned, only later.
        until = moved[0].starts_at + (first.ends_at - first.starts_at)
        moved = (replace(moved[0], ends_at=until, over_at=until),)
    _keep(context, ticket, actor, moved)
    return True


def _keep(context: Context, ticket: Ticket, actor: Actor, times: Iterable[NoticeTime]) -> None:
    context.store.notices.keep(ticket.id, tuple(times))
    context.store.tickets.note(ticket, context.now, "edited", actor.kind, actor.account)


def _ending(times: Iterable[NoticeTime], running: NoticeTime, until: datetime) -> tuple[NoticeTime, ...]:
    return tuple(replace(t, ends_at=until, over_at=until) if t == running else t for t in times)


def _noticed(said: Incoming, context: Context, ticket: Ticket) -> list[Outgoing]:
    """A sign that it was understood; the words belong to the notice."""
    context.store.tickets.add_message(
        ticket, said.chat, said.message, said.author, purpose="comment", text=said.text, at=said.sent_at
    )
    return [] if context.listening or context.muted else [React(said.chat, said.message, JOINED)]


def _running(times: Iterable[NoticeTime], now: datetime) -> NoticeTime | None:
    return next((t for t in times if t.starts_at <= now < t.over_at), None)


def _same_times(one: Iterable[NoticeTime], other: Iterable[NoticeTime]) -> bool:
    return [(t.starts_at, t.ends_at) for t in one] == [(t.starts_at, t.ends_at) for t in other]


def _overlap(one: Place, other: Place) -> bool:
    if one.phase and other.phase and one.phase != other.phase:
        return False
    return not one.buildings or not other.buildings or bool(set(one.buildings) & set(other.buildings))


# -- in words ------------------------------------------------------------------------------------------


def when(context: Context, span: NoticeTime) -> str:
    """今天 8:00-18:00, 明天上午, 11月23日至27日, as it is said today."""
    start = span.starts_at.astimezone(context.zone)
    if span.timed:
        begins = f"{_day(context, start.date())} {start.hour}:{start:%M}"
        if span.ends_at is None:
            return context.say("notices.from", start=begins)
        until = span.ends_at.astimezone(context.zone)
        if until.date() == start.date():
            return f"{begins}-{until.hour}:{until:%M}"
        if (until.hour, until.minute) == (0, 0) and until.date() - start.date() == timedelta(1):
            return f"{begins}-24:00"
        ends = f"{_day(context, until.date())} {until.hour}:{until:%M}"
        return context.say("notices.span", start=begins, end=ends)
    if span.ends_at is None:
        return context.say("notices.from", start=_day(context, start.date()))
    last = (span.ends_at.astimezone(context.zone) - timedelta(seconds=1)).date()
    if last > start.date():
        return context.say("notices.span", start=_day(context, start.date()), end=_day(context, last))
    if span.ends_at - span.starts_at < timedelta(hours=23) and start.hour in _PARTS and start.minute == 0:
        return _day(context, last) + context.say(f"notices.part.{_PARTS[start.hour]}")
    return _day(context, last)


def outage_words(context: Context, ticket: Ticket, outage: Outage) -> str:
    """``3、5栋停水``."""
    place = ticket.place.public()
    return place + context.say(f"notices.what.{outage.id}")


def reminder(context: Context, ticket: Ticket, span: NoticeTime) -> str:
    """One short line: when, where, what, and what to do before."""
    outage = outage_of(ticket.text)
    if outage is None:
        return context.say("notices.remind", when=when(context, span), gist=gist(context, ticket))
    return context.say(
        "notices.remind_outage",
        when=when(context, span),
        what=outage_words(context, ticket, outage),
        advice=context.say(f"notices.advice.{outage.id}"),
    )


def gist(context: Context, ticket: Ticket) -> str:
    """What a notice is about: the sentence that names the time, without the time, which reads otherwise by now."""
    text = plain(ticket.text)
    spans = read_timespans(text, ticket.filed_at.astimezone(context.zone))
    at = spans[0].at if spans else (0, 0)
    begin = max((text.rfind(mark, 0, at[0]) for mark in "。!\n;:"), default=-1) + 1
    stops = [found for mark in "。!\n;" if (found := text.find(mark, at[1])) >= 0]
    cut = text[begin : at[0]] + text[at[1] : min(stops, default=len(text))]
    line = " ".join(without_persons(cut).strip(" ,，。()").split()).replace(",", "，")
    if not line:
        line = ticket.topic
    return line if len(line) <= _GIST else line[: _GIST - 1] + "…"


def _day(context: Context, day: date) -> str:
    if day == context.today:
        return context.say("notices.today")
    if day == context.today + timedelta(1):
        return context.say("notices.tomorrow")
    return context.say("notices.day", month=day.month, day=day.day)
