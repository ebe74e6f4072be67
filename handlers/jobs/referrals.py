"""The committee's morning line about departments that should have answered by now."""

from __future__ import annotations

from bot.domain.messages import Address, Face, Outgoing, Priority, Say
from handlers.confidence import confided_chat
from handlers.context import Context, Purpose
from handlers.jobs.base import claim_morning, committee_key
from handlers.referrals import line, overdue


def referrals(context: Context) -> list[Outgoing]:
    """Once a day: what is overdue at departments outside, to the committee; nothing where nothing is."""
    if not claim_morning(context, "referrals"):
        return []
    out: list[Outgoing] = []
    for chat in context.committee_chats():
        text = _words(context, chat)
        if text:
            key = committee_key(f"referrals:{context.today}", chat)
            out.append(Say(chat, key, Face(text), Priority.DIGEST))
    return out


def _words(context: Context, chat: Address) -> str:
    group = context.purpose(chat) is Purpose.COMMITTEE
    confided = not group and confided_chat(context, chat)
    shown = [(t, r) for t, r in overdue(context) if confided or not t.confidential]
    if not shown:
        return ""
    lines = [line(context, ticket, referral, numbered=not group) for ticket, referral in shown]
    return "\n".join([context.say("referral.morning", count=len(shown)), *lines])
