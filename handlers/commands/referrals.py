"""Referring by command: hand a matter to a department outside, note its answer, list what waits for one."""

from __future__ import annotations

from bot.domain.messages import Outgoing
from bot.domain.permissions import Right
from bot.domain.tickets import Ticket, Verb
from handlers.commands import referring
from handlers.commands.base import Command, Invocation, answer
from handlers.commands.numbers import parse_number, ticket_of
from handlers.commands.referral_words import first_number
from handlers.confidence import may_know
from handlers.faces import department as department_of
from handlers.referrals import line, open_referrals
from storage.referrals import Referral

_LINES = 30


def refer(invocation: Invocation) -> list[Outgoing]:
    """转办 12 燃气 单号 20261122-7 11-25; what is missing is asked for. Without a word: what waits outside."""
    if not invocation.rest and invocation.said.reply_to is None:
        return referrals(invocation)
    ticket, rest = _which(invocation)
    reply = referring.begin(invocation.context, invocation.actor, invocation.said.chat, ticket, rest)
    return [answer(invocation, reply.text, reply.buttons), *reply.out]


def _which(invocation: Invocation) -> tuple[Ticket, str]:
    """The ticket, and what is said of its referral; a 单号 at the beginning is the department's where it can be."""
    label, after = first_number(invocation.rest)
    if label and (invocation.said.reply_to is not None or parse_number(after)[0] is not None):
        ticket, rest = ticket_of(invocation, after, Verb.REFER)
        return ticket, f"{label} {rest}"
    return ticket_of(invocation, invocation.rest, Verb.REFER)


def answered(invocation: Invocation) -> list[Outgoing]:
    """已回复 12 已更换阀门: what the department did or said."""
    ticket, rest = ticket_of(invocation, invocation.rest, Verb.ANSWER)
    reply = referring.answer_came(invocation.context, invocation.actor, ticket, rest)
    return [answer(invocation, reply.text, reply.buttons), *reply.out]


def referrals(invocation: Invocation) -> list[Outgoing]:
    """What waits for a department, by department, with the days it has waited."""
    context = invocation.context
    waiting = [
        pair
        for pair in open_referrals(context)
        if may_know(pair[0], invocation.actor) and not (pair[0].confidential and invocation.said.in_group)
    ]
    if not waiting:
        return [answer(invocation, context.say("command_referrals.none"))]
    by_department: dict[str, list[tuple[Ticket, Referral]]] = {}
    private = not invocation.said.in_group
    for pair in waiting:
        # What nobody configured may be a person's name.
        department = pair[1].department if private else department_of(context, pair[0])
        by_department.setdefault(department, []).append(pair)
    lines = [context.say("command_referrals.head", count=len(waiting))]
    for department, pairs in sorted(by_department.items(), key=lambda item: -len(item[1])):
        lines.append(context.say("command_referrals.department", department=department, count=len(pairs)))
        lines += [line(context, ticket, referral, numbered=private) for ticket, referral in pairs]
    if len(lines) > _LINES:
        lines = [*lines[:_LINES], context.say("command_referrals.more")]
    return [answer(invocation, "\n".join(lines))]


COMMANDS: tuple[Command, ...] = (
    Command("refer", ("转办",), Right.STAFF, refer),
    Command("answered", ("已回复", "回复"), Right.STAFF, answered),
    Command("referrals", ("转办清单", "转办列表"), Right.STAFF, referrals),
)
