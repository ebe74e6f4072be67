"""Matters at departments outside (转办): which are there, and who is reminded to ask for the answer."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.messages import Address, Button, Buttons, Face, Outgoing, Priority, Say
from bot.domain.tickets import GOING_ON, State, Ticket, Verb
from handlers import duty
from handlers.confidence import confided, confided_chats
from handlers.context import Context
from handlers.faces import matter
from handlers.routing import members
from handlers.wishes import referral_wished
from storage.referrals import REMINDED, Referral, referrals_of
from storage.tables import tickets

_AGAIN = (1, 2, 4, 7)
"""Days until the next reminder; the last one over and over."""


def open_referrals(context: Context) -> list[tuple[Ticket, Referral]]:
    """Every ticket that a department has, with the referral it waits for, the longest wait first.

    Also those that wait for the committee's assent, while their clocks run.
    """
    known = referrals_of(context.store, tickets.c.state.in_([state.value for state in GOING_ON]))
    waiting = [
        (ticket, known[ticket.id][-1])
        for ticket in context.store.tickets.going_on(tickets.c.id.in_(list(known)))
        if ticket.state is State.REFERRED or referral_wished(context, ticket)
    ]
    return sorted(waiting, key=lambda pair: pair[1].at)


def referral_of(context: Context, ticket: Ticket) -> Referral | None:
    """The referral that a ticket waits for, or None."""
    if ticket.state is not State.REFERRED:
        return None
    known = referrals_of(context.store, tickets.c.id == ticket.id).get(ticket.id, ())
    return known[-1] if known else None


def overdue(context: Context) -> list[tuple[Ticket, Referral]]:
    """Those whose day of follow-up has come."""
    return [pair for pair in open_referrals(context) if pair[1].follow_up <= context.now]


def line(context: Context, ticket: Ticket, referral: Referral, *, numbered: bool) -> str:
    """One of them in a list; the number that the department gave it only where ``numbered``: for private eyes."""
    reference = ""
    if referral.reference and numbered:
        reference = context.say("referral.reference", reference=referral.reference)
    return context.say(
        "command_referrals.line",
        number=ticket.number,
        matter=matter(ticket),
        reference=reference,
        days=days(context, referral.at),
        follow_up=_follow_up(context, referral),
    )


def _follow_up(context: Context, referral: Referral) -> str:
    wished = "" if referral.agreed else context.say("command_referrals.wished")
    if referral.follow_up <= context.now:
        return context.say("command_referrals.overdue") + wished
    return context.say("command_referrals.until", until=context.clock(referral.follow_up)) + wished


def days(context: Context, since: datetime) -> int:
    """For how many days something has waited: 0 on the first."""
    return (context.today - since.astimezone(context.zone).date()).days


def remind(context: Context, ticket: Ticket) -> list[Outgoing]:
    """The day has come to ask the department: whoever holds the ticket and whoever referred it hear of it.

    In private and again at growing intervals until there is an answer; the committee, where neither can be reached.
    """
    referral = referral_of(context, ticket)
    if referral is None:
        # Its diary was taken away: it goes on as after an answer.
        context.store.tickets.change(ticket, state=State.ACCEPTED.value, due_at=None)
        return []
    wait = _AGAIN[min(referral.reminded, len(_AGAIN) - 1)]
    context.store.tickets.change(ticket, due_at=_morning(context, wait))
    told = {chat: person for person in _people(context, ticket, referral) if (chat := _chat(context, person))}
    context.store.tickets.note(ticket, context.now, REMINDED, "linli", people=list(told.values()))
    shown = Face(_words(context, ticket, referral), _buttons(context, ticket))
    return [
        Say(
            chat,
            f"referral:{ticket.id}:{referral.at.isoformat()}:{context.now.isoformat()}:{chat.platform}:{chat.chat}",
            shown,
            Priority.CARD,
            ticket=ticket.id,
        )
        for chat in told or dict.fromkeys(_instead(context, ticket))
    ]


def _instead(context: Context, ticket: Ticket) -> tuple[Address, ...]:
    return confided_chats(context) if ticket.confidential else context.committee_chats()


def _words(context: Context, ticket: Ticket, referral: Referral) -> str:
    reference = context.say("referral.reference", reference=referral.reference) if referral.reference else ""
    return context.say(
        "referral.remind",
        number=ticket.number,
        matter=matter(ticket),
        department=referral.department,
        reference=reference,
        days=days(context, referral.at),
    )


def _buttons(context: Context, ticket: Ticket) -> Buttons:
    return (
        (
            Button(
                context.say(f"button.{Verb.ANSWER.value}"),
                f"t:{ticket.id}:{Verb.ANSWER.value}",
                number=ticket.number,
            ),
            Button(
                context.say("button.longer"),
                f"t:{ticket.id}:{Verb.REFER.value}:longer",
                number=ticket.number,
            ),
        ),
    )


def _people(context: Context, ticket: Ticket, referral: Referral) -> list[str]:
    by = context.store.people.person_of(referral.by) if referral.by else None
    team = members(context, ticket.assignee)
    away = duty.away_now(context)
    # Who is on leave is spared where somebody stands in.
    people = (
        duty.stand_in(person, away) or person for person in (*(team or (ticket.assignee,)), by) if person
    )
    return list(dict.fromkeys(p for p in people if _may_be_told(context, ticket, p)))


def _chat(context: Context, person: str) -> Address | None:
    return context.store.people.reach(person) if context.roster.of(person, context.today) else None


def _may_be_told(context: Context, ticket: Ticket, person: str) -> bool:
    return not ticket.confidential or confided(context, person)


def _morning(context: Context, wait: int) -> datetime:
    day = context.today + timedelta(days=wait)
    working = datetime.combine(day, context.config.hours.working_from, context.zone)
    return context.hours.awake(working)
