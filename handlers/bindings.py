"""Which account becomes whose, and what happens to a person's tickets when an account loses its rights."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from datetime import timedelta

from bot.domain.messages import Account, Address, Face, Outgoing, Priority, PublishMenu, Say
from bot.domain.permissions import COMMITTEE_ROLES, Audience, Right
from bot.domain.tickets import State, Ticket
from handlers.cards import bring_to, refresh, ring_again
from handlers.context import Context, Refused
from handlers.routing import ladder_of
from storage.tables import tickets

INVITED_FOR = timedelta(hours=24)
"""How long an invitation can be used."""

_CODE = re.compile(r"b[a-z2-7]{26}")


def new_code() -> str:
    """A code of 128 random bits: ``b`` and 26 letters and digits that are not mistaken for each other.

    It fits into a deep link as it is, and is no ticket's ``t12``.
    """
    return "b" + base64.b32encode(secrets.token_bytes(16)).decode("ascii").rstrip("=").lower()


def is_code(word: str) -> bool:
    """Whether a word is written like a code."""
    return _CODE.fullmatch(word.lower()) is not None


def hash_code(code: str) -> str:
    """What is kept of a code. 128 random bits need neither salt nor stretching."""
    return hashlib.sha256(code.strip().lower().encode()).hexdigest()


def first_code(context: Context) -> str | None:
    """A new one-time code for the first committee member, to be printed in the terminal; earlier ones lapse.

    None once somebody of the committee is bound: from then on they invite each other.
    """
    if any(context.store.people.accounts_of(person) for person in context.people_with(*COMMITTEE_ROLES)):
        context.store.compound.change(first_code_hash=None)
        return None
    code = new_code()
    context.store.compound.change(first_code_hash=hash_code(code))
    return code


def invite(context: Context, person: str, by: str) -> str:
    """A new invitation's code for a person; their earlier unused ones lapse."""
    code = new_code()
    context.store.people.invite(person, hash_code(code), by, context.now, INVITED_FOR)
    return code


def redeem(context: Context, account: Account, code: str, name: str = "") -> tuple[str, list[Outgoing]]:
    """Use a code: what to tell its user, and what else is to be said. Raises Refused where it is no code.

    A code of somebody else's that has been used up raises an alarm; one's own, tapped twice, does not.
    """
    hashed = hash_code(code)
    first = context.store.compound.row().first_code_hash
    if first is not None and secrets.compare_digest(first, hashed):
        return _redeem_first(context, account, code, name)
    invitation = context.store.people.invitation(hashed)
    if invitation is None:
        raise Refused("binding.unknown")
    person, called = invitation.person, context.name_of(invitation.person)
    actor = context.actor(account)
    if invitation.used_at is not None:
        if actor.person == person:
            return context.say("binding.already", name=called), []
        return context.say("binding.used"), _alarm(context, invitation.id, person, account)
    if invitation.expires_at <= context.now:
        raise Refused("binding.expired", name=called)
    if not context.roster.of(person, context.today):
        raise Refused("binding.no_duty", name=called)
    if actor.staff and actor.person != person:
        # Somebody opened a colleague's link: nobody loses duties by that, and the link stays good.
        raise Refused("binding.other_person", mine=actor.name, name=called)
    if not context.store.people.use_invitation(invitation, account, context.now):
        raise Refused("binding.used")
    return bound(context, person, account, invitation.created_by)


def bound(context: Context, person: str, account: Account, by: str) -> tuple[str, list[Outgoing]]:
    """Make the account the person's: their open tickets come to it, the one before it loses its rights."""
    before = [card.ticket for card in context.store.cards.of_person(person)]
    out: list[Outgoing] = []
    for old in context.store.people.bind(person, account, by, context.now):
        out += dismiss(context, person, old)
    bring_open(context, person, Address(account.platform, account.id), before)
    duties = context.roster.of(person, context.today)
    called = context.name_of(person)
    text = context.say(
        "binding.bound",
        name=called,
        roles="、".join(dict.fromkeys(d.role.value for d in duties)),
        compound=context.config.compound.name,
    )
    told = context.say("binding.told", name=called, account=account.name or account.id)
    key = f"bound:{account.platform}:{account.id}:{context.now.isoformat()}"
    private = Address(account.platform, account.id)
    chats = [chat for chat in context.committee_chats() if chat != private]
    out += [Say(chat, f"{key}:{n}", Face(told), Priority.GROUP) for n, chat in enumerate(chats)]
    return text, [menu_of(context, account), *out]


def bring_open(context: Context, person: str, chat: Address, also: list[int] | None = None) -> None:
    """Bring a person who can be reached now what waits for them.

    That is what they hold, what their former account had on its cards (``also``), their emergencies,
    and what nobody could be told so far.
    """
    for ticket in context.store.tickets.going_on():
        if ticket.listened or ticket.state is State.HELD:
            continue
        waits = ticket.state is State.OPEN and ticket.assignee is None and ticket.pinged_at is not None
        rungs = ladder_of(context, ticket) if waits else ()
        rung = next((index for index, rung in enumerate(rungs) if person in rung.people), None)
        mine = ticket.assignee == person or person in context.roster.team(ticket.assignee, context.today)
        if mine or ticket.id in (also or ()) or (rung is not None and ticket.emergency):
            bring_to(context, ticket, chat, person)
            _found_again(context, ticket, chat)
        elif rung is not None and not context.quiet:
            _found_again(context, ticket, chat)
            _again(context, ticket, rung=rung)


def _found_again(context: Context, ticket: Ticket, chat: Address) -> None:
    """A card that could not be shown where now it can: it is sent again, and its person counts as reachable."""
    for card in context.store.cards.of(ticket.id, Audience.WORKER.value):
        if card.to == chat and card.lost:
            context.store.cards.repost(card, context.now)


def dismiss(context: Context, person: str, account: Account) -> list[Outgoing]:
    """An account has lost a person's rights: its cards show nothing any more, and it is told."""
    chat = (account.platform, account.id)
    for card in context.store.cards.of_person(person):
        if (card.to.platform, card.to.chat) == chat:
            ticket = context.store.tickets.get(card.ticket)
            fresh = ticket is not None and (ticket.going_on or ticket.state is State.RESOLVED)
            number = ticket.number if ticket else 0
            last = Face(context.say("binding.card_gone", number=number)) if fresh else None
            context.store.cards.retire(card, last, context.now)
    known = context.store.people.known(account)
    if known is None or not known.reachable:
        return []
    key = f"dismissed:{account.platform}:{account.id}:{context.now.isoformat()}"
    text = context.say("binding.dismissed", name=context.name_of(person))
    told = Say(Address(account.platform, account.id), key, Face(text), Priority.GROUP)
    return [menu_of(context, account), told]


def revoke(context: Context, person: str) -> list[Outgoing]:
    """Take the rights of all of a person's accounts at once. What they were only asked to take rings on."""
    out: list[Outgoing] = []
    for account in context.store.people.accounts_of(person):
        context.store.people.revoke(account, context.now)
        out += dismiss(context, person, account)
    for ticket in held_by(context, person):
        if ticket.state is State.OPEN and not ticket.listened:
            _again(context, ticket, assignee=None)
    return out


def hand_on(context: Context, person: str) -> list[Ticket]:
    """A person has left: whatever they held is open again and goes to whoever is responsible now."""
    handed: list[Ticket] = []
    for ticket in held_by(context, person):
        context.store.tickets.note(ticket, context.now, "handed_on", "linli", person=person)
        if ticket.state in (State.PAUSED, State.REFERRED):
            handed.append(context.store.tickets.change(ticket, assignee=None))
            continue
        values = {"state": State.OPEN.value, "assignee": None, "rung": 0}
        if ticket.listened:
            handed.append(context.store.tickets.change(ticket, **values))
            continue
        handed.append(_again(context, ticket, **values))
    for card in context.store.cards.of_person(person):
        found = context.store.tickets.get(card.ticket)
        last = context.say("binding.card_gone", number=found.number) if found and found.going_on else ""
        context.store.cards.retire(card, Face(last) if last else None, context.now)
    return handed


def held_by(context: Context, person: str) -> tuple[Ticket, ...]:
    """What a person has in hand."""
    return context.store.tickets.going_on(tickets.c.assignee == person)


def menu_of(context: Context, account: Account) -> PublishMenu:
    """The command menu of an account's private chat, by the rights it has now."""
    actor = context.actor(account)
    needs = {
        Right.ANYBODY,
        *([Right.STAFF] if actor.staff else []),
        *([Right.COMMITTEE] if actor.committee else []),
    }
    return PublishMenu(Address(account.platform, account.id), context.menu(context, frozenset(needs)))


def _redeem_first(context: Context, account: Account, code: str, name: str) -> tuple[str, list[Outgoing]]:
    """The terminal's code makes its user the committee's first member; the roster says who that can be."""
    people = context.people_with(*COMMITTEE_ROLES)
    meant = [p for p in people if name in (context.name_of(p), p)] if name else list(people)
    if not people:
        raise Refused("binding.no_committee")
    if len(meant) != 1:
        names = "、".join(dict.fromkeys(context.name_of(p) for p in people))
        raise Refused("binding.which_member", names=names, code=code, example=context.name_of(people[0]))
    context.store.compound.change(first_code_hash=None)
    return bound(context, meant[0], account, "terminal")


def _alarm(context: Context, invitation: int, person: str, account: Account) -> list[Outgoing]:
    """Somebody tried a code that has been used: the committee should know, once per account."""
    text = context.say(
        "binding.alarm", name=context.name_of(person), account=account.name or "?", id=account.id
    )
    key = f"alarm:invitation:{invitation}:{account.platform}:{account.id}"
    chats = context.committee_chats()
    return [Say(chat, f"{key}:{n}", Face(text), Priority.ESCALATION) for n, chat in enumerate(chats)]


def _again(context: Context, ticket: Ticket, **values: object) -> Ticket:
    """Ring a ticket's ladder anew, by day; every card of it says so, and whoever is asked hears it."""
    ticket = ring_again(context, context.store.tickets.change(ticket, **values))
    refresh(context, ticket)
    return ticket
