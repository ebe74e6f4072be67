"""Who may know of a matter in mediation (调解保密): the mediators and the committee's members, nobody else."""

from __future__ import annotations

from bot.domain.messages import Account, Address
from bot.domain.permissions import CONFIDED_ROLES
from bot.domain.tickets import Ticket
from handlers.context import Actor, Context


def confided(context: Context, person: str | None) -> bool:
    """Whether somebody of the roster may know of confidential matters today."""
    return person is not None and any(
        d.role in CONFIDED_ROLES for d in context.roster.of(person, context.today)
    )


def may_know(ticket: Ticket, actor: Actor) -> bool:
    """Whether somebody may know more of a ticket than its number; its reporter knows their own words besides."""
    return not ticket.confidential or is_confided(actor)


def is_confided(actor: Actor) -> bool:
    """Whether somebody may know of confidential matters."""
    return any(d.role in CONFIDED_ROLES for d in actor.duties)


def confided_chat(context: Context, chat: Address) -> bool:
    """Whether a private chat is that of somebody who may know of confidential matters."""
    return confided(context, context.store.people.person_of(Account(chat.platform, chat.chat)))


def confided_chats(context: Context) -> tuple[Address, ...]:
    """The private chats of the committee's members, who are told in place of the committee's group."""
    people = context.people_with(*CONFIDED_ROLES)
    reached = (context.store.people.reach(person) for person in people)
    return tuple(dict.fromkeys(chat for chat in reached if chat))
