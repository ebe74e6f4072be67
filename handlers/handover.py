"""Handing over (转交): what one person has in hand goes to another, who takes it with one tap; its clock goes on."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from bot.domain.messages import Address, Button, Face, Outgoing, Priority, Say
from bot.domain.tickets import State, Ticket, Verb
from handlers.cards import bring_to, refresh
from handlers.confidence import confided
from handlers.context import Actor, Context, Refused
from handlers.faces import matter
from handlers.steps import Step, take
from storage.duty import OFFERED, REFUSED, TAKEN, VOID, Handover
from storage.tables import tickets

_LINES = 10
"""Tickets named one by one in an offer."""


def in_hand(context: Context, person: str) -> tuple[Ticket, ...]:
    """What a person has in hand and could hand over."""
    found = context.store.tickets.going_on(tickets.c.assignee == person)
    return tuple(t for t in found if not t.listened and t.state is not State.HELD)


def offer(
    context: Context, found: Sequence[Ticket], giver: str, taker: str, by: str, intro: str
) -> list[Outgoing]:
    """Ask a colleague to take tickets over; ``intro`` says why. Raises Refused where they cannot be asked.

    At night the question waits for the morning, unless lives are at stake.
    """
    name = context.name_of(taker)
    chat = context.store.people.reach(taker)
    if chat is None:
        raise Refused("handover.unreachable", name=name)
    if any(ticket.confidential for ticket in found) and not confided(context, taker):
        raise Refused("handover.confidential", name=name)
    token = secrets.token_hex(6)
    for ticket in found:
        context.store.duty.offer(token, ticket.id, giver, taker, by, context.now)
    lines = [intro, *(f"#{ticket.number} {matter(ticket)}" for ticket in found[:_LINES])]
    if len(found) > _LINES:
        lines.append(context.say("handover.more", count=len(found) - _LINES))
    lines.append(context.say("handover.clock"))
    yes = context.say("handover.take_all" if len(found) > 1 else "handover.take")
    row = (
        Button(yes, f"d:take:{token}"),
        Button(context.say("handover.cannot"), f"d:leave:{token}"),
    )
    wakes = any(ticket.emergency for ticket in found)
    return [
        Say(
            chat,
            f"handover:{token}",
            Face("\n".join(lines), (row,)),
            Priority.CARD,
            not_before=None if wakes else context.hours.awake(context.now),
        )
    ]


def taken(context: Context, actor: Actor, token: str) -> tuple[str, list[Outgoing]]:
    """The colleague takes everything of an offer that is still to be had: what to tell them, and what else is said."""
    waiting = _waiting(context, actor, token)
    out: list[Outgoing] = []
    had: list[Ticket] = []
    for part in waiting:
        ticket = context.store.tickets.get(part.ticket, lock=True)
        if ticket is None or not ticket.going_on or ticket.assignee != part.giver:
            context.store.duty.close(part, VOID, context.now)
            continue
        ticket, said = _takes_over(context, ticket, actor, part.giver)
        out += said
        context.store.duty.close(part, TAKEN, context.now)
        had.append(ticket)
    if not had:
        raise Refused("handover.gone")
    numbers = _numbers(had)
    out += _tell_giver(context, waiting[0], "handover.told_taken", numbers, actor)
    return context.say("handover.taken", numbers=numbers), out


def refused(context: Context, actor: Actor, token: str) -> tuple[str, list[Outgoing]]:
    """The colleague cannot: whoever offered hears it, and everything stays where it is."""
    waiting = _waiting(context, actor, token)
    for part in waiting:
        context.store.duty.close(part, REFUSED, context.now)
    found = (context.store.tickets.get(part.ticket) for part in waiting)
    numbers = _numbers([ticket for ticket in found if ticket])
    out = _tell_giver(context, waiting[0], "handover.told_refused", numbers, actor)
    return context.say("handover.refused"), out


def _waiting(context: Context, actor: Actor, token: str) -> tuple[Handover, ...]:
    parts = context.store.duty.offered(token)
    if not parts:
        raise Refused("refused.stale")
    if actor.person != parts[0].taker or not actor.staff:
        raise Refused("handover.not_yours")
    waiting = tuple(part for part in parts if part.state == OFFERED)
    if not waiting:
        raise Refused("handover.gone")
    return waiting


def _takes_over(context: Context, ticket: Ticket, actor: Actor, giver: str) -> tuple[Ticket, list[Outgoing]]:
    """What nobody has accepted is accepted; everything else changes hands, and what was promised stays promised."""
    if ticket.state is State.OPEN:
        return take(context, ticket, Step(Verb.ACCEPT), actor)
    # Whoever takes it over is not on site yet.
    state = State.ACCEPTED if ticket.state is State.ON_SITE else ticket.state
    ticket = context.store.tickets.change(
        ticket, assignee=actor.person, role=actor.duties[0].role.value, state=state.value
    )
    facts = {"person": giver, "role": ticket.role}
    context.store.tickets.note(ticket, context.now, "handed_over", actor.kind, actor.account, **facts)
    bring_to(context, ticket, Address(actor.account.platform, actor.account.id), actor.person or "")
    refresh(context, ticket)
    return ticket, []


def _tell_giver(context: Context, part: Handover, key: str, numbers: str, actor: Actor) -> list[Outgoing]:
    """Whoever gave it, and whoever offered it in their name."""
    text = context.say(key, name=actor.name, numbers=numbers, giver=context.name_of(part.giver))
    reached = (context.store.people.reach(person) for person in (part.giver, part.offered_by))
    chats = dict.fromkeys(chat for chat in reached if chat)
    wakes = context.hours.awake(context.now)
    return [
        Say(chat, f"handover:{part.offer}:{part.id}:{n}", Face(text), Priority.GROUP, not_before=wakes)
        for n, chat in enumerate(chats)
    ]


def _numbers(found: Sequence[Ticket]) -> str:
    return "、".join(f"#{ticket.number}" for ticket in found)
