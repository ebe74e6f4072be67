"""Who is on duty today and this week (值班), leave (请假、销假) and swapped shifts (换班)."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import datetime, time, timedelta

from bot.calendar.almanac import day_words
from bot.domain.cover import Post
from bot.domain.messages import Outgoing
from bot.domain.people import Duty
from bot.domain.permissions import Right
from bot.domain.shifts import WEEKDAYS, Stretch
from bot.files.problems import shown
from bot.files.shiftwords import hours_words, shift_words
from handlers import duty as on_duty
from handlers import leave as leaves
from handlers.commands.base import Command, Invocation, answer, privately
from handlers.commands.persons import among_staff, person_named, staff_reads
from handlers.commands.stretches import Said, read_stretch
from handlers.context import Context, Refused
from handlers.gaps import AHEAD, gaps_ahead, watched_posts

_BACK = re.compile(r"^(?:取消|撤销|收回|销假|回来了?|不请了)\s*")
_MOST = 6
"""People named in one line."""


def duty(invocation: Invocation) -> list[Outgoing]:
    """Who is on duty today and this week, grid by grid; a word narrows it to a grid, a role or a name."""
    context, word = invocation.context, re.sub(r"\s", "", invocation.rest)
    posts = [post for post in watched_posts(context) if _meant(post, word)]
    posts += _others(context, word, posts) if word else []
    if not posts:
        names = "、".join(post.name for post in watched_posts(context))
        raise Refused("command_duty.nobody", word=shown(word, 20), names=names)
    lines = [_head(context), *(_today(context, post) for post in posts)]
    week = [line for post in posts if (line := _pattern(context, post))]
    if week:
        lines += [context.say("command_duty.week"), *week]
    people = {d.person for post in posts for d in post.duties}
    until = context.now + AHEAD
    changes = [
        leaves.line(context, change)
        for change in context.store.duty.lasting(context.now)
        if change.starts_at < until and (not word or change.person in people)
    ]
    if changes:
        lines += [context.say("command_duty.changes"), *changes]
    named = {post.name for post in posts}
    lines += [
        context.say("command_duty.gap", post=gap.post, when=gap.words)
        for gap in gaps_ahead(context)
        if gap.post in named
    ]
    text = "\n".join(lines)
    # Names of staff are for staff: elsewhere the answer goes to the asker alone.
    return [answer(invocation, text)] if staff_reads(invocation) else privately(invocation, text)


def leave(invocation: Invocation) -> list[Outgoing]:
    """Leave for oneself, or by the committee for anybody: from, to, and who stands in."""
    context = invocation.context
    among_staff(invocation)
    if _BACK.match(invocation.rest):
        return _taken_back(invocation, _BACK.sub("", invocation.rest))
    said, stretch = _said(invocation, "leave")
    person = _whose(invocation, said.before, "请假")
    other = person_named(context, said.after, "请假") if said.after else None
    text, out = leaves.take_leave(context, person, other, stretch, invocation.actor.person or "")
    return [answer(invocation, text), *out]


def back(invocation: Invocation) -> list[Outgoing]:
    """Leave or a swap is taken back."""
    among_staff(invocation)
    return _taken_back(invocation, invocation.rest)


def swap(invocation: Invocation) -> list[Outgoing]:
    """Ask a colleague to do one's shift of a day, against one of theirs if a second day is said."""
    context, actor = invocation.context, invocation.actor
    among_staff(invocation)
    if _BACK.match(invocation.rest):
        return _taken_back(invocation, _BACK.sub("", invocation.rest))
    said, stretch = _said(invocation, "swap")
    later = read_stretch(said.after, context.now, context.zone)
    # One name is the colleague's, wherever it stands.
    name = later.before or later.after or said.before
    person = _whose(invocation, said.before if name != said.before else "", "换班")
    if not name:
        raise Refused("command.usage", usage=context.say("command.swap.usage"))
    other = person_named(context, name, "换班")
    mine = _shift(context, person, stretch)
    theirs = _shift(context, other, later.stretch) if later.stretch else None
    if actor.person != person:
        # The committee plans for others, but nobody is made to swap unasked: both would have to agree.
        raise Refused("command_swap.own", name=context.name_of(person))
    text, out = leaves.ask_swap(context, person, other, mine, theirs)
    return [answer(invocation, text), *out]


def _said(invocation: Invocation, command: str) -> tuple[Said, Stretch]:
    """The days and names of a command. Raises Refused where no days are said."""
    context = invocation.context
    said = read_stretch(invocation.rest, context.now, context.zone)
    if said.backwards:
        raise Refused("command_leave.backwards")
    if said.stretch is None:
        mine = [
            leaves.line(context, change)
            for change in context.store.duty.lasting(context.now)
            if invocation.actor.person in (change.person, change.stand_in)
        ]
        usage = context.say("command.usage", usage=context.say(f"command.{command}.usage"))
        raise Refused("command_leave.which", lines="\n".join([*mine, usage]))
    return said, said.stretch


def _whose(invocation: Invocation, name: str, command: str) -> str:
    """Whose duty it is about: one's own, or anybody's for the committee."""
    context, actor = invocation.context, invocation.actor
    if not name:
        return actor.person or ""
    person = person_named(context, name, command)
    if person != actor.person and not actor.committee:
        raise Refused("refused.needs_committee", command=context.say("command_leave.other"))
    return person


def _taken_back(invocation: Invocation, rest: str) -> list[Outgoing]:
    context = invocation.context
    said = read_stretch(rest, context.now, context.zone)
    person = _whose(invocation, said.before or said.after, "销假")
    text, out = leaves.take_back(context, person, invocation.actor.person or "", said.stretch)
    return [answer(invocation, text), *out]


def _shift(context: Context, person: str, stretch: Stretch) -> Stretch:
    """The shift that begins on a day, where a whole day is said; hours that are said hold as they are."""
    if stretch.end - stretch.start != timedelta(days=1):
        return stretch
    day = stretch.start.astimezone(context.zone).date()
    return on_duty.span_of_day(context, context.roster.of(person, day), stretch)


def _meant(post: Post, word: str) -> bool:
    return not word or word in post.name or any(word in (d.name, d.role.value) for d in post.duties)


def _others(context: Context, word: str, shown_already: list[Post]) -> list[Post]:
    """What a word means besides: other roles of a grid, a team, a name."""
    known = {id(d) for post in shown_already for d in post.duties}
    found: dict[str, list[Duty]] = defaultdict(list)
    for d in context.roster.on(context.today):
        if id(d) not in known and (word in d.grid or word in d.role.value or word in (d.name, *d.teams)):
            found[word if word in d.teams else d.role.value].append(d)
    return [Post(name, tuple(duties)) for name, duties in found.items()]


def _head(context: Context) -> str:
    kind = on_duty.kinds(context)(context.today)
    return context.say(
        "command_duty.head",
        day=day_words(context.today),
        weekday=f"周{WEEKDAYS[context.today.weekday()]}",
        kind=context.say(f"command_duty.{kind.value}"),
    )


def _today(context: Context, post: Post) -> str:
    """``一网格：●老李 8:00–18:00、小陈（请假，周姐代）``; a dot for those who are on duty now."""
    away, days = on_duty.away_now(context), on_duty.kinds(context)
    midnight = datetime.combine(context.today, time(), context.zone)
    named: list[str] = []
    for duty_ in post.duties:
        hours = [
            hours_words(_minute(s.start, midnight), _minute(s.end, midnight))
            for s in duty_.shift.beginning_on(context.today, context.zone, days)
        ]
        on = duty_.shift.covers(context.now, context.zone, days)
        if not hours and not on:
            continue
        words = duty_.name
        if not duty_.shift.always:
            words += " " + ("、".join(hours) or context.say("command_duty.from_yesterday"))
        if duty_.person in away:
            other = on_duty.stand_in(duty_.person, away)
            words += (
                context.say("command_duty.away_with", other=context.name_of(other))
                if other
                else context.say("command_duty.away")
            )
            on = on and other is not None
        named.append(context.say("command_duty.now", name=words) if on else words)
    people = "、".join(named[:_MOST]) or context.say("command_duty.nobody_today")
    return context.say("command_duty.line", post=post.name, people=people)


def _minute(moment: datetime, midnight: datetime) -> int:
    return int((moment - midnight).total_seconds()) // 60


def _pattern(context: Context, post: Post) -> str:
    """A post's week by its people's hours; nothing where all of them are there at any time."""
    if all(d.shift.always for d in post.duties):
        return ""
    people = "、".join(
        f"{d.name} {shift_words(d.shift) or context.say('command_duty.always')}" for d in post.duties[:_MOST]
    )
    return context.say("command_duty.line", post=post.name, people=people)


COMMANDS: tuple[Command, ...] = (
    Command("duty", ("值班", "排班", "值班表"), Right.STAFF, duty),
    Command("leave", ("请假", "代班"), Right.STAFF, leave),
    Command("back", ("销假",), Right.STAFF, back),
    Command("swap", ("换班",), Right.STAFF, swap),
)
