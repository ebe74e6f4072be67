"""What time takes away, and what people should know about the bot itself and its people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from bot import media
from bot.calendar.almanac import day_words
from bot.domain.messages import Address, Face, Outgoing, Priority, Say
from bot.domain.people import Duty
from handlers import bindings
from handlers.cards import refresh
from handlers.context import Context
from handlers.exports import sweep_exports
from handlers.jobs.base import this_hour, to_committee
from storage.agenda import Agenda
from storage.upkeep import blot_orphans, dead_by_cause, expire_photos, faded, sweep_occurrences

_LETTERS_KEPT = timedelta(days=30)
"""How long it is remembered what was said, so that nothing is said twice."""
_UPDATES_KEPT = timedelta(days=3)
"""A messenger repeats for a day what it could not post."""
_OCCURRENCES_KEPT = timedelta(days=800)
_NOTICE_OF_TERM = 7
"""Days before the end of a term that the committee hears of it."""


def forget(context: Context) -> list[Outgoing]:
    """A few minutes of talk and what nobody waits for any more are gone."""
    context.store.memory.sweep(context.now - timedelta(minutes=context.config.keep.context_minutes))
    context.store.memory.sweep_expectations(context.now)
    return []


def nothing_to_forget(context: Context, agenda: Agenda) -> bool:
    """All talk is younger, and everything that is waited for still may come."""
    kept = context.now - timedelta(minutes=context.config.keep.context_minutes)
    talk_is_young = agenda.said is None or agenda.said >= kept
    return talk_is_young and (agenda.awaited is None or agenda.awaited > context.now)


def sweep(context: Context) -> list[Outgoing]:
    """Everything that has been kept for as long as the configuration says."""
    store, keep, now = context.store, context.config.keep, context.now
    store.outbox.sweep(now - _LETTERS_KEPT)
    store.compound.sweep_dead(now - timedelta(days=keep.dead_letter_days))
    store.updates.sweep(now - _UPDATES_KEPT)
    store.hearing.sweep(now - _LETTERS_KEPT)
    sweep_occurrences(store, now - _OCCURRENCES_KEPT)
    blot_orphans(store)
    if keep.ticket_days is not None:
        faded(store, now - timedelta(days=keep.ticket_days))
    # Files first, rows second: a transaction that fails must not leave rows whose files are gone.
    in_use = set(store.tickets.media_in_use())
    media.sweep(context.config.files.media, in_use, now - timedelta(days=1))
    sweep_exports(context.config.files.media, now - timedelta(days=1))
    expire_photos(store, now - timedelta(days=keep.media_days))
    return []


def stars(context: Context) -> list[Outgoing]:
    """Nobody answered the question under a group's card in time: its buttons go."""
    for lapsed in context.store.stars.lapse(context.now):
        ticket = context.store.tickets.get(lapsed)
        if ticket is not None:
            refresh(context, ticket)
    return []


def no_stars_lapse(context: Context, _agenda: Agenda) -> bool:
    """No question stands under a card for too long."""
    return not context.store.stars.lapsing(context.now)


def dead_letters(context: Context) -> list[Outgoing]:
    """Once an hour by day, if something could not be handled: how many and of which kind, never what it said."""
    if context.quiet:
        return []
    hour = this_hour(context)
    since = context.store.compound.last_claimed("dead_letters") or hour - timedelta(days=1)
    if not context.store.compound.claim("dead_letters", hour):
        return []
    found = dead_by_cause(context.store, since, hour)
    if not found:
        return []
    kinds = "、".join(context.say("jobs_dead.kind", cause=cause, count=many) for cause, many in found.items())
    text = context.say("jobs_dead.told", count=sum(found.values()), kinds=kinds)
    return to_committee(context, f"dead:{hour.isoformat()}", text, Priority.ESCALATION)


def none_buried(context: Context, agenda: Agenda) -> bool:
    """It is night, or everything could be handled."""
    return context.quiet or agenda.buried is None


def terms(context: Context) -> list[Outgoing]:
    """Whoever has no duty any more hands on what they held; a week before, the committee is told. Not at night."""
    if context.quiet:
        return []
    return [*_ended(context), *_ending(context)]


def nobody_leaves(context: Context, _agenda: Agenda) -> bool:
    """Whoever is bound or holds something has a duty, and nobody's term ends soon."""
    if context.quiet:
        return True
    store = context.store
    return not _ending_soon(context) and all(
        _has_duty(context, person) for person in store.duty.holders() | store.people.bound()
    )


def _has_duty(context: Context, person: str) -> bool:
    return bool(context.roster.of(person, context.today)) or bool(context.roster.team(person, context.today))


def _ended(context: Context) -> list[Outgoing]:
    held = context.store.duty.holders()
    bound = {b.person: b.bound_at for b in context.store.people.bindings()}
    out: list[Outgoing] = []
    for person in sorted(held | set(bound)):
        if _has_duty(context, person):
            continue
        handed = bindings.hand_on(context, person)
        told_before = person in bound and not context.store.compound.claim(
            f"term-ended:{person}", bound[person]
        )
        if told_before and not handed:
            continue
        numbers = "、".join(f"#{ticket.number}" for ticket in handed)
        key = "jobs_terms.ended_holding" if handed else "jobs_terms.ended"
        text = context.say(key, name=context.name_of(person), numbers=numbers)
        out += to_committee(context, f"term-ended:{person}:{context.now.isoformat()}", text)
        if not told_before:
            out += _thanks(context, person)
    return out


def _thanks(context: Context, person: str) -> list[Outgoing]:
    out: list[Outgoing] = []
    for account in context.store.people.accounts_of(person):
        known = context.store.people.known(account)
        if known is not None and known.reachable:
            text = context.say(
                "jobs_terms.thanks", name=context.name_of(person), compound=context.config.compound.name
            )
            key = f"thanks:{account.platform}:{account.id}:{context.now.isoformat()}"
            out.append(Say(Address(account.platform, account.id), key, Face(text), Priority.DIGEST))
            out.append(bindings.menu_of(context, account))
    return out


def _ending(context: Context) -> list[Outgoing]:
    fresh = [duty for duty in _ending_soon(context) if _claim_term(context, duty)]
    if not fresh:
        return []
    lines = [context.say("jobs_terms.ending"), *_term_lines(context, fresh), context.say("jobs_terms.renew")]
    return to_committee(context, f"term-ends:{context.now.isoformat()}", "\n".join(lines))


def _ending_soon(context: Context) -> list[Duty]:
    last = context.today + timedelta(days=_NOTICE_OF_TERM)
    return [
        duty
        for duty in context.roster.on(context.today)
        if duty.until is not None and duty.until <= last and _renewed(context, duty) is False
    ]


def _renewed(context: Context, duty: Duty) -> bool:
    """Whether the same person goes on in the same role and grid by another row."""
    return any(
        (d.person, d.role, d.grid) == (duty.person, duty.role, duty.grid)
        and (d.until is None or _later(d.until, duty.until))
        for d in context.roster.duties
    )


def _later(one: date, other: date | None) -> bool:
    return other is not None and one > other


def _claim_term(context: Context, duty: Duty) -> bool:
    if duty.until is None:
        return False
    name = f"term-ends:{duty.person}:{duty.role.value}:{duty.grid}"[:120]
    return context.store.compound.claim(name, datetime.combine(duty.until, time(), UTC))


def _term_lines(context: Context, duties: Sequence[Duty]) -> list[str]:
    return [
        context.say(
            "jobs_terms.line",
            name=duty.name,
            role=f"{duty.grid}{duty.role.value}",
            day=day_words(duty.until) if duty.until else "",
        )
        for duty in duties
    ]
