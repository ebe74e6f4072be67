"""What is said at its hour: festivals, planned announcements, and the listening week's daily line."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from bot.calendar.festivals import posts_due, words
from bot.domain.messages import Face, Outgoing, Priority, Say
from bot.domain.verdicts import Kind
from handlers.commands.news import published
from handlers.context import Context, Purpose
from handlers.jobs.base import claim_morning, start_of_day, to_committee
from storage.agenda import Agenda
from storage.questions import filed_in

_LATEST = timedelta(days=1)
"""How far back a festival's announcement is looked for after an outage."""
_MISSED = timedelta(hours=12)
"""An announcement later than this is not sent any more: people decide."""
_EXCERPT = 30


def festivals(context: Context) -> list[Outgoing]:
    """Festivals whose hour has come, each once per group of groups for ever; late only while it is still useful.

    Not in listening mode, not at night; the owners' groups not while they are to be left in silence.
    """
    if context.listening or context.quiet:
        return []
    out: list[Outgoing] = []
    for post in posts_due(context.files.festivals, context.now - _LATEST, context.now, context.zone):
        text = words(post, context.config.compound.name)
        day = datetime.combine(post.day, time(), UTC)
        for purpose in map(Purpose, post.festival.groups):
            if purpose is Purpose.OWNERS and context.muted:
                continue
            name = f"festival:{post.festival.id}:{post.lead_days}:{purpose.value}"
            if not context.store.compound.claim(name, day):
                continue
            out += [
                Say(
                    chat,
                    f"festival:{post.festival.id}:{post.day}:{post.lead_days}:{chat.platform}:{chat.chat}",
                    Face(text),
                    Priority.DIGEST,
                    useful_until=post.useful_until,
                )
                for chat in context.groups(purpose)
            ]
    return out


def no_festival(context: Context, agenda: Agenda) -> bool:
    """No festival is to be announced at this hour, or nobody is told of any."""
    if agenda.listening is not None or context.quiet:
        return True
    return not posts_due(context.files.festivals, context.now - _LATEST, context.now, context.zone)


def announcements(context: Context) -> list[Outgoing]:
    """Planned announcements whose hour has come, each exactly once; after a long outage the committee is asked."""
    out: list[Outgoing] = []
    for announcement in context.store.compound.planned(until=context.now):
        if context.now - announcement.at > _MISSED:
            if context.store.compound.settle(announcement.id, "missed"):
                text = context.say(
                    "jobs_announcement.missed",
                    number=announcement.id,
                    at=context.clock(announcement.at),
                    text=" ".join(announcement.text.split())[:_EXCERPT],
                )
                out += to_committee(context, f"announcement:{announcement.id}:missed", text)
        elif (
            not context.quiet and not context.muted and context.store.compound.settle(announcement.id, "sent")
        ):
            out += published(context, announcement)
    return out


def none_planned(context: Context, agenda: Agenda) -> bool:
    """No announcement's hour has come."""
    return agenda.announcement is None or agenda.announcement > context.now


def listening(context: Context) -> list[Outgoing]:
    """In the listening week, every morning: what was heard yesterday, and what would have been done about it."""
    if not context.listening or not claim_morning(context, "listening"):
        return []
    since = context.store.compound.row().listening_since
    until = start_of_day(context)
    if since >= until:
        return []
    yesterday = max(start_of_day(context, 1), since)
    found = [t for t in filed_in(context.store, yesterday, until) if t.listened]
    lines = [
        context.say(
            "jobs_listening.yesterday",
            heard=len(found),
            filed=sum(t.kind is not Kind.NOTICE for t in found),
            pings=context.store.tickets.count_events("would_ring", yesterday, until),
        )
    ]
    day = (context.today - since.astimezone(context.zone).date()).days
    if day >= context.config.listen_days:
        lines.append(context.say("jobs_listening.enough", days=day))
    return to_committee(context, f"listening:{context.today}", "\n".join(lines))


def not_listening(_context: Context, agenda: Agenda) -> bool:
    """The bot is live."""
    return agenda.listening is None
