"""Bringing a ticket's card to people, and keeping every card of it true."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from bot.domain.messages import Account, Address, Face, Outgoing, Priority, Say
from bot.domain.permissions import Audience
from bot.domain.tickets import State, Ticket
from handlers.borders import reach
from handlers.clocks import start_rung
from handlers.confidence import confided, confided_chat, confided_chats
from handlers.context import Context, Purpose
from handlers.faces import confided_face
from handlers.looks import look
from handlers.passed_over import passed_over
from handlers.routing import Rung, everybody, ladder_of, members
from storage.cards import Card


def refresh(context: Context, ticket: Ticket, heard: Collection[Address] = ()) -> None:
    """Every card of the ticket shows its present state.

    ``heard`` are chats that know already, by their own doing or by a message of their own: where a card cannot be
    edited, it is not said anew there.
    """
    looks: dict[tuple[Audience, str, str | None], Face] = {}
    for card in context.store.cards.of(ticket.id):
        audience = Audience(card.audience)
        if ticket.confidential and not _may_stay(context, card):
            last = replace(confided_face(context, ticket), bare=card.face.photo is not None)
            context.store.cards.retire(card, last, context.now)
            continue
        # On a messenger all cards for an audience look alike; whose it is matters only where it is said anew.
        alike = (audience, card.to.platform, None if context.able(card.to.platform).edits else card.person)
        if alike not in looks:
            looks[alike] = look(context, ticket, audience, card.to, card.person)
        context.store.cards.show(
            ticket.id,
            audience.value,
            card.to,
            looks[alike],
            card.priority,
            context.now,
            not_before=_may_be_heard(context, ticket, card.to),
            aloud=card.to.whole not in heard,
        )


def _may_be_heard(context: Context, ticket: Ticket, chat: Address) -> datetime | None:
    """When a card that is said anew may ring; an edited one makes no sound."""
    if context.able(chat.platform).edits:
        return None
    owners = context.purpose(chat) is Purpose.OWNERS
    return group_may_hear(context, ticket) if owners else _by_day(context, ticket)


def told(out: Iterable[Outgoing]) -> set[Address]:
    """The chats that are told something in words."""
    return {what.to.whole for what in out if isinstance(what, Say)}


def _may_stay(context: Context, card: Card) -> bool:
    """Whether a confidential ticket's card may stay where it is. No group but those told its number keeps one."""
    match Audience(card.audience):
        case Audience.WORKER:
            return confided(context, card.person)
        case Audience.COMMITTEE:
            return confided_chat(context, card.to)
        case Audience.STAFF_GROUP:
            return False
        case _:
            return True


def ring(context: Context, ticket: Ticket) -> Ticket:
    """Bring the card to whoever must act now, beginning at the ticket's rung; the ladder is never silent.

    In listening mode only the committee gets it. In an emergency everybody does, at once. Otherwise the first
    person on the rung who can be reached; where nobody there can, the staff group is told and the next rung rings.
    """
    if ticket.listened or ticket.state is State.HELD:
        tell_committee(context, ticket)
        return ticket
    if ticket.emergency:
        return _ring_everybody(context, ticket)
    rungs = ladder_of(context, ticket)
    first = min(ticket.rung, max(len(rungs) - 1, 0))  # sent back once more at the top, the top hears it again
    for index, rung in enumerate(rungs[first:], start=first):
        rung_again = _ring_rung(context, ticket, rung, index)
        if rung_again is not None:
            return rung_again
        if not rung.people:
            # Nobody here is on duty now: no news, the roster says so.
            continue
        context.store.tickets.note(
            ticket, context.now, "unreachable", "linli", role=rung.role.value, people=list(rung.people)
        )
        tell_staff(context, ticket, rung.people)
        tell_committee(context, ticket)
    for index, rung in enumerate(rungs[first:], start=first):
        # Better somebody off duty than nobody at all.
        rung_again = _ring_rung(context, ticket, Rung(rung.role, rung.off), index)
        if rung_again is not None:
            return rung_again
    return _nobody(context, ticket)


def _ring_rung(context: Context, ticket: Ticket, rung: Rung, index: int) -> Ticket | None:
    """Bring the card to the one of a rung who is asked, or to all of a team; None where nobody can be reached."""
    team = members(context, ticket.assignee)
    if team and ticket.assignee and set(rung.people) <= set(team):
        reached = [person for person in rung.people if context.store.people.reach(person)]
        asked = ticket.assignee
    else:
        person = reachable(context, ticket, rung)
        reached, asked = ([person] if person else []), person or ""
    if not reached:
        return None
    ticket = context.store.tickets.change(
        ticket, rung=index, role=rung.role.value, assignee=asked, pinged_at=context.now
    )
    for person in reached:
        bring(context, ticket, person, Priority.CARD if index == 0 else Priority.ESCALATION)
    context.store.tickets.note(ticket, context.now, "rang", "linli", person=asked, role=rung.role.value)
    if passed_over(context, ticket):
        tell_committee(context, ticket)
    return ticket


def ring_by_day(context: Context, ticket: Ticket) -> Ticket:
    """Ring now and start the clock; at night the morning list does both, unless lives are at stake."""
    waits = context.quiet and not (ticket.emergency or ticket.listened or ticket.state is State.HELD)
    ticket = context.store.tickets.change(ticket, pinged_at=None) if waits else ring(context, ticket)
    if ticket.state is not State.OPEN:
        return ticket
    return start_rung(context, ticket)


def ring_again(context: Context, ticket: Ticket) -> Ticket:
    """A ticket that comes back is brought to whoever must act now, and is heard there."""
    ticket = ring_by_day(context, ticket)
    for card in context.store.cards.of(ticket.id, Audience.WORKER.value):
        rung = ticket.emergency or (ticket.pinged_at is not None and card.person == ticket.assignee)
        if rung and card.message:
            # An edited card makes no sound; a ticket that comes back must be heard.
            context.store.cards.repost(card, context.now)
    return ticket


def group_may_hear(context: Context, ticket: Ticket) -> datetime:
    """When a group may be told something: now, or once the night and the committee's silence are over."""
    if ticket.emergency:
        return context.now
    return context.hours.awake(max(context.now, context.store.compound.row().muted_until or context.now))


def tell_group(context: Context, ticket: Ticket, *, after_silence: bool = False) -> Ticket:
    """One short card in the group, as a reply to the message it began with; private reports get it privately.

    While the committee wants silence nothing is said (its end lists what was missed), unless ``after_silence``
    asks for the card to wait for that end.
    """
    if ticket.origin is None or ticket.listened or ticket.state is State.HELD:
        return ticket
    owners = context.purpose(ticket.origin) is Purpose.OWNERS
    if context.muted and not ticket.emergency and owners and not after_silence:
        return ticket
    audience, to = audience_at(context, ticket.origin), context.cards_at(ticket.origin)
    context.store.cards.show(
        ticket.id,
        audience.value,
        to,
        look(context, ticket, audience, to),
        Priority.EMERGENCY if ticket.emergency else Priority.GROUP,
        context.now,
        # An answer cannot stand in another topic than what it answers.
        reply_to=ticket.message if to == ticket.origin else None,
        not_before=group_may_hear(context, ticket) if owners else None,
    )
    return context.store.tickets.change(ticket, told_group_at=context.now)


def audience_at(context: Context, chat: Address) -> Audience:
    """Who reads in a chat: a group of owners, the staff group, the committee, or a reporter in private."""
    purposes = {
        Purpose.OWNERS: Audience.OWNERS_GROUP,
        Purpose.SUPERVISION: Audience.SUPERVISION,
        Purpose.STAFF: Audience.STAFF_GROUP,
        Purpose.COMMITTEE: Audience.COMMITTEE,
    }
    purpose = context.purpose(chat)
    return purposes[purpose] if purpose else Audience.REPORTER


def tell_reporter(context: Context, ticket: Ticket) -> None:
    """The reporter's own card in private, if they have pressed Start."""
    known = context.store.people.known(ticket.reporter) if ticket.reporter else None
    if ticket.reporter is None or known is None or not known.reachable or ticket.listened:
        return
    chat = Address(ticket.reporter.platform, ticket.reporter.id)
    context.store.cards.show(
        ticket.id,
        Audience.REPORTER.value,
        chat,
        look(context, ticket, Audience.REPORTER, chat),
        Priority.GROUP,
        context.now,
        not_before=_by_day(context, ticket),
    )


def tell_committee(context: Context, ticket: Ticket) -> None:
    """The committee's card: the matter and the words, persons only on request."""
    asked = {card.to for card in context.store.cards.of(ticket.id, Audience.WORKER.value) if not card.lost}
    for chat in confided_chats(context) if ticket.confidential else context.committee_chats():
        if chat in asked:
            # A member who is asked to act has the worker's card already.
            continue
        context.store.cards.show(
            ticket.id,
            Audience.COMMITTEE.value,
            chat,
            look(context, ticket, Audience.COMMITTEE, chat),
            Priority.EMERGENCY if ticket.emergency else Priority.CARD,
            context.now,
            not_before=_by_day(context, ticket),
        )


def _by_day(context: Context, ticket: Ticket) -> datetime:
    """Now in an emergency, else not at night."""
    return context.now if ticket.emergency else context.hours.awake(context.now)


def bring_to(context: Context, ticket: Ticket, chat: Address, person: str, *, aloud: bool = True) -> None:
    """The worker's card into a private chat (after taking a ticket from a list).

    Not ``aloud`` where who has one already needs no other, since it is they who act.
    """
    if ticket.confidential and not confided(context, person):
        return
    context.store.cards.show(
        ticket.id,
        Audience.WORKER.value,
        chat,
        look(context, ticket, Audience.WORKER, chat, person),
        Priority.CARD,
        context.now,
        person=person,
        aloud=aloud,
    )


def _ring_everybody(context: Context, ticket: Ticket) -> Ticket:
    people = everybody(context, ticket)
    reached = [p for p in people if context.store.people.reach(p)]
    if reached:
        ticket = context.store.tickets.change(ticket, pinged_at=context.now)
    for person in reached:
        bring(context, ticket, person, Priority.EMERGENCY)
    context.store.tickets.note(
        ticket,
        context.now,
        "rang_all",
        "linli",
        people=reached,
        unreachable=[p for p in people if p not in reached],
    )
    tell_staff(context, ticket, people)
    tell_committee(context, ticket)
    return ticket if reached else _nobody(context, ticket)


def reachable(context: Context, ticket: Ticket, rung: Rung) -> str | None:
    """Who of a rung is asked: the one it was handed to, else the first who can be reached and did not refuse it."""
    lost = {card.person for card in context.store.cards.of(ticket.id, Audience.WORKER.value) if card.lost}
    people = rung.people
    if ticket.assignee in rung.off:
        # Whoever gave it to them by name knows why.
        people = (ticket.assignee, *people)
    order = sorted(people, key=lambda person: person != ticket.assignee)
    return next((p for p in order if p not in lost and context.store.people.reach(p)), None)


def bring(context: Context, ticket: Ticket, person: str, priority: Priority) -> None:
    """The worker's card into somebody's private chat, where they can be reached."""
    chat = reach(context, ticket, person)
    if chat is not None and (not ticket.confidential or confided(context, person)):
        context.store.cards.show(
            ticket.id,
            Audience.WORKER.value,
            chat,
            look(context, ticket, Audience.WORKER, chat, person),
            priority,
            context.now,
            person=person,
        )


def tell_staff(context: Context, ticket: Ticket, people: tuple[str, ...]) -> None:
    """The staff group's card, with a mention of those it is for and without the reporter."""
    group = context.group(Purpose.STAFF)
    if group is None or ticket.confidential:
        return
    mentions: list[Account] = []
    for person in people:
        accounts = [a for a in context.store.people.accounts_of(person) if a.platform == group.platform]
        mentions += [replace(a, name=context.name_of(person)) for a in accounts[:1]]
    shown = look(context, ticket, Audience.STAFF_GROUP, group)
    context.store.cards.show(
        ticket.id,
        Audience.STAFF_GROUP.value,
        group,
        shown,
        Priority.EMERGENCY if ticket.emergency else Priority.ESCALATION,
        context.now,
        mentions=tuple(mentions),
        anew=bool(mentions),
    )


def _nobody(context: Context, ticket: Ticket) -> Ticket:
    """Nobody at all can be reached in private: the staff group has its card, the committee is told where it can be."""
    context.store.tickets.note(ticket, context.now, "nobody", "linli")
    tell_staff(context, ticket, ())
    tell_committee(context, ticket)
    last = max(len(ladder_of(context, ticket)) - 1, 0)
    return context.store.tickets.change(ticket, rung=last, pinged_at=ticket.pinged_at or context.now)


def photo_beside(context: Context, ticket: Ticket, photo: int, media: str | None) -> list[Outgoing]:
    """A photo that came after its card was said: where the card cannot be edited, it follows by itself."""
    out: list[Outgoing] = []
    for card in context.store.cards.of(ticket.id):
        if media is None or card.message is None or context.able(card.to.platform).edits:
            continue
        if look(context, ticket, Audience(card.audience), card.to, card.person).photo is not None:
            text = context.say("choices.photo", number=ticket.number)
            key = f"photo:{photo}:{card.to.platform}:{card.to.chat}"
            by_day = _by_day(context, ticket)
            out.append(
                Say(card.to, key, Face(text, photo=media), Priority.CARD, ticket=ticket.id, not_before=by_day)
            )
    return out
