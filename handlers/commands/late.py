"""What is late and why, in words: for the committee, and without persons for those who watch over it."""

from __future__ import annotations

from bot.domain.messages import Outgoing
from bot.domain.permissions import Right
from bot.domain.tickets import State, Ticket
from handlers.commands.base import Command, Invocation, answer
from handlers.commands.lists import age
from handlers.confidence import is_confided
from handlers.context import Context, Purpose
from handlers.faces import holder, matter
from handlers.lateness import Late, late_tickets
from handlers.referrals import line as referred
from handlers.referrals import overdue
from handlers.wishes import moot
from storage.tickets import among

_LINES = 25
"""Lines of one answer."""


def late(invocation: Invocation) -> list[Outgoing]:
    """超时: what is late and why, what stands still and why, and what waits for the committee."""
    context, said = invocation.context, invocation.said
    confided = not said.in_group and is_confided(invocation.actor)
    # Why something waits is staff's own words: for private eyes and the committee's group.
    among_us = not said.in_group or context.purpose(said.chat) is Purpose.COMMITTEE
    lines = late_lines(context, persons=among_us, confided=confided)
    text = "\n".join(lines[:_LINES])
    if len(lines) > _LINES:
        text += "\n" + context.say("command_tickets.more", count=len(lines) - _LINES)
    return [answer(invocation, text)]


def late_lines(context: Context, *, persons: bool = True, confided: bool = False) -> list[str]:
    """Line by line; without ``persons`` neither who holds it nor anybody's own words.

    What is in mediation is there only for whoever is ``confided``, in private.
    """
    over = [found for found in late_tickets(context) if confided or not found.ticket.confidential]
    lines = [context.say("late.head", count=len(over)) if over else context.say("late.none")]
    lines += [_line(context, found, persons=persons) for found in over]
    outside = [pair for pair in overdue(context) if confided or not pair[0].confidential]
    if outside:
        lines.append(context.say("referral.morning", count=len(outside)))
        lines += [referred(context, ticket, referral, numbered=False) for ticket, referral in outside]
    paused = context.store.tickets.going_on(among(State.PAUSED))
    standing = [ticket for ticket in paused if confided or not ticket.confidential]
    if standing:
        lines.append(context.say("late.standing", count=len(standing)))
        lines += [_standing(context, ticket, persons=persons) for ticket in standing]
    wishes = context.store.assents.waiting() if persons else ()
    known = context.store.tickets.get_all([wish.ticket for wish in wishes])
    shown = [
        wish
        for wish in wishes
        if (ticket := known.get(wish.ticket)) is not None
        and (confided or not ticket.confidential)
        and not moot(context, wish, ticket)
    ]
    if shown:
        lines.append(context.say("late.waiting", count=len(shown)))
        lines += [
            context.say(
                "late.wish",
                number=known[wish.ticket].number,
                name=context.name_of(wish.by),
                what=context.say(f"button.{wish.what}"),
            )
            for wish in shown
        ]
    return lines


def _line(context: Context, found: Late, *, persons: bool) -> str:
    ticket = found.ticket
    line = context.say(
        "late.line" if persons else "late.line_supervision",
        number=ticket.number,
        matter=matter(ticket),
        why=context.say(f"late.{found.stage.value}"),
        age=age(context, found.lap.due),
        holder=holder(context, ticket),
    )
    line += context.say("late.urged", count=ticket.urged) if ticket.urged else ""
    return line + (context.say("late.agenda") if ticket.rings else "")


def _standing(context: Context, ticket: Ticket, *, persons: bool) -> str:
    return context.say(
        "late.paused"
        if persons and ticket.paused_reason and not ticket.confidential
        else "late.paused_plain",
        number=ticket.number,
        matter=matter(ticket),
        until=context.clock(ticket.paused_until) if ticket.paused_until else "",
        reason=ticket.paused_reason,
    )


COMMANDS: tuple[Command, ...] = (Command("late", ("超时",), Right.COMMITTEE, late),)
