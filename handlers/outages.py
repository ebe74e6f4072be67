"""What residents say while an announced outage lasts: counted on its notice, and answered with the planned time."""

from __future__ import annotations

from datetime import timedelta

from bot.classify import outages
from bot.classify.outages import Outage, outage_of
from bot.domain.messages import Face, Incoming, Outgoing, Priority, Say
from bot.domain.places import Place
from bot.domain.tickets import Ticket
from bot.domain.verdicts import Kind
from handlers.context import Actor, Context
from handlers.conversation import home_of
from handlers.follow_ups import add_voice
from handlers.notices import outage_words, when
from storage.notices import NoticeTime

_EARLY = timedelta(minutes=30)
"""How long before its hour an outage is felt: somebody turns the valve first."""
_AGAIN = timedelta(hours=1)
"""How soon the planned time is told again in a group."""


def felt(said: Incoming, context: Context, actor: Actor) -> list[Outgoing] | None:
    """A complaint about what a running notice has announced joins it; a question about it is answered.

    None where no such notice runs here, and wherever lives may be at stake or more has happened than was announced.
    """
    if not said.text or actor.staff or said.edited:
        return None
    spoken = outages.spoken_of(said.text)
    running = _running(context, {outage.id for outage in spoken}) if spoken else []
    if not running:
        return None
    verdict = context.files.classifier.classify(said.text)
    if verdict.danger is not None:
        return None
    place = verdict.place if verdict.place else home_of(said, context)
    for ticket, outage, span in running:
        if not concerns(context, ticket.place, place):
            continue
        if verdict.kind is Kind.COMPLAINT and outages.feels(said.text, outage):
            if _reported_already(context, outage):
                return None
            out = add_voice(said, context, _audible(context, ticket))
            return [*out, *_planned(said, context, ticket, outage, span, sure=bool(place))]
        if verdict.kind in (Kind.CHATTER, Kind.COMPLAINT) and outages.asks_about(said.text, outage):
            return _planned(said, context, ticket, outage, span, sure=bool(place))
    return None


def concerns(context: Context, notice: Place, place: Place) -> bool:
    """Whether what is announced for ``notice`` can be felt at ``place``, as far as it is known."""
    if notice.spots and not notice.buildings:
        return bool(set(notice.spots) & set(place.spots))
    if place.spots and not place.buildings:
        return not notice.buildings and not notice.phase
    if notice.buildings and not set(place.buildings) <= set(notice.buildings):
        return False
    if notice.phase and place:
        known = context.roster.known.buildings
        phases = {place.phase} if place.phase else {p for b, p, _ in known if b in place.buildings}
        if phases - {None} and notice.phase not in phases:
            return False
    return not notice.unit or not place.unit or notice.unit == place.unit


def _running(context: Context, ids: set[str]) -> list[tuple[Ticket, Outage, NoticeTime]]:
    found: list[tuple[Ticket, Outage, NoticeTime]] = []
    for number, spans in context.store.notices.posted().items():
        span = next((s for s in spans if s.starts_at - _EARLY <= context.now < s.over_at), None)
        ticket = context.store.tickets.get(number, lock=True) if span else None
        outage = outage_of(ticket.text) if ticket else None
        if span is not None and ticket is not None and outage is not None and outage.id in ids:
            found.append((ticket, outage, span))
    return found


def _reported_already(context: Context, outage: Outage) -> bool:
    """Whether residents have reported it before staff explained it: then their ticket goes on counting."""
    since = context.now - timedelta(minutes=context.config.promises.join_minutes)
    alike = context.store.tickets.alike(Kind.COMPLAINT, outage.topic, since)
    return any(ticket.listened is context.listening for ticket in alike)


def _audible(context: Context, ticket: Ticket) -> Ticket:
    """A notice heard in the listening week is one like any other once the week is over."""
    if ticket.listened and not context.listening:
        return context.store.tickets.change(ticket, listened=False)
    return ticket


def _planned(
    said: Incoming, context: Context, ticket: Ticket, outage: Outage, span: NoticeTime, *, sure: bool
) -> list[Outgoing]:
    """The planned time, at most once an hour for each notice and chat; at night without a sound, and once."""
    if context.listening or (context.muted and said.in_group):
        return []
    job = f"planned:{ticket.id}:{said.chat.platform}:{said.chat.chat}"[:120]
    last = context.store.compound.last_claimed(job)
    if last is not None and (context.now - last < _AGAIN or (context.quiet and context.hours.quiet(last))):
        return []
    if not context.store.compound.claim(job, context.now):
        return []
    key = "notices.planned" if span.ends_at is not None else "notices.planned_open"
    text = context.say(
        key, number=ticket.number, what=outage_words(context, ticket, outage), when=when(context, span)
    )
    if ticket.place.buildings and not sure:
        text += context.say("notices.elsewhere")
    return [
        Say(
            said.chat,
            f"{job}:{context.now.isoformat()}",
            Face(text),
            Priority.ANSWER,
            reply_to=said.message,
            silent=context.quiet,
            ticket=ticket.id,
            useful_until=span.over_at,
        )
    ]
