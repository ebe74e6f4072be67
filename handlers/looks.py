"""How a ticket's card looks in one chat: what may be shown there, and, where nothing can be edited, what is worth saying.

A card that can be edited shows everything as it is. Elsewhere each change would be a new message, so that a card has
a gist (要点): it is said anew where that has changed, and otherwise only kept. The line is drawn here and nowhere else.
"""

from __future__ import annotations

from dataclasses import replace

from bot.domain.messages import Address, Button, Face
from bot.domain.permissions import Audience
from bot.domain.tickets import BEGINS_ANEW, State, Ticket, Verb
from handlers.borders import crosses
from handlers.clocks import LATE
from handlers.context import Context
from handlers.faces import closing_buttons, face, matter, status_line
from handlers.routing import ladder_of, members

_PUBLIC = frozenset({Audience.OWNERS_GROUP, Audience.SUPERVISION})
_ANSWERED_IN_PUBLIC = frozenset({Verb.CONFIRM.value, Verb.REJECT.value, Verb.FALSE_ALARM.value, "star"})
"""Choices that may be answered in words in the midst of everybody's talk."""
_WAITS = frozenset({State.PAUSED, State.REFERRED})
_LATE = frozenset({"climbed", "taken_back", "late"})
"""Diary lines that say that the promised time is over."""


def look(
    context: Context, ticket: Ticket, audience: Audience, chat: Address, person: str | None = None
) -> Face:
    """The ticket's card for an audience in a chat; ``person`` is whose card it is."""
    able = context.able(chat.platform)
    shown = face(context, ticket, audience, abroad=crosses(context, ticket, chat))
    if not able.buttons and audience in _PUBLIC:
        kept = (tuple(button for button in row if _answerable(button)) for row in shown.buttons)
        shown = replace(shown, buttons=tuple(row for row in kept if row))
    if able.edits:
        return shown
    if audience in _PUBLIC:
        return _in_public(context, ticket, shown)
    if audience is Audience.REPORTER:
        asked = ticket.state is State.RESOLVED and not able.buttons
        return replace(closing(context, ticket) if asked else shown, gist=_for_reporter(ticket))
    if audience is Audience.WORKER:
        return _for_worker(context, ticket, shown, person)
    return _for_others(context, ticket, shown, rung=ticket.rung if audience is Audience.COMMITTEE else 0)


def closing(context: Context, ticket: Ticket) -> Face:
    """Where the card cannot show it: that it is done, how many reported it, and the question whether it is solved."""
    voices = context.say("group.voices", count=ticket.voices) if ticket.voices else ""
    text = context.say("choices.closing", number=ticket.number, matter=matter(ticket), voices=voices)
    return Face(text, closing_buttons(context, ticket))


def _answerable(button: Button) -> bool:
    return bool(button.url) or button.data.split(":")[2:3] in [[word] for word in _ANSWERED_IN_PUBLIC]


def _in_public(context: Context, ticket: Ticket, shown: Face) -> Face:
    """Three times at most: that it is filed, that it is late, how it ended. A reopened one begins anew."""
    if ticket.confidential:
        return replace(shown, gist="confided")
    if not ticket.going_on:
        return replace(shown, gist=f"over {ticket.episode}")
    danger = " emergency" if ticket.emergency else ""
    if not is_late(context, ticket):
        return replace(shown, gist=f"filed {ticket.episode}{danger}")
    return replace(shown, text=late_line(context, ticket), gist=f"late {ticket.episode}{danger}")


def _for_reporter(ticket: Ticket) -> str:
    """Their own matter in private: what changed for them, not who is on the way."""
    if ticket.state in _WAITS:
        return f"waits {ticket.episode} {ticket.paused_until}"
    return f"{'goes on' if ticket.going_on else ticket.state.value} {ticket.episode}"


def _for_worker(context: Context, ticket: Ticket, shown: Face, person: str | None) -> Face:
    """The whole card for whoever must act; one line for whoever need not any more."""
    if not ticket.going_on:
        return Face(status_line(context, ticket), gist=f"over {ticket.episode}")
    if not _theirs(context, ticket, person):
        climbed = ticket.state is State.OPEN and is_late(context, ticket)
        line = late_line if climbed else status_line
        return Face(line(context, ticket), gist=f"another's {ticket.episode}")
    what = (ticket.place.full(), ticket.emergency, ticket.state in _WAITS, ticket.mark == LATE)
    return replace(shown, gist=f"yours {ticket.episode} {what}")


def _theirs(context: Context, ticket: Ticket, person: str | None) -> bool:
    if ticket.assignee in (None, person) or person in members(context, ticket.assignee):
        return True
    return ticket.emergency and ticket.state is State.OPEN


def _for_others(context: Context, ticket: Ticket, shown: Face, *, rung: int) -> Face:
    """The staff group and the committee: that it is asked for, in whose hands it is, that it waits, how it ended."""
    if ticket.state is State.HELD or ticket.listened:
        return replace(shown, gist=ticket.state.value)
    if ticket.state in _WAITS:
        return replace(shown, gist=f"waits {ticket.episode} {ticket.paused_until}")
    if ticket.state is State.OPEN:
        return replace(shown, gist=f"asked {ticket.episode} {rung} {ticket.emergency}")
    word = "in hand" if ticket.going_on else "over"
    return Face(status_line(context, ticket), gist=f"{word} {ticket.episode}")


def is_late(context: Context, ticket: Ticket) -> bool:
    """Whether the promised time is over in this episode."""
    for event in reversed(context.store.tickets.diary(ticket)):
        if event.verb in BEGINS_ANEW:
            return False
        if event.verb in _LATE:
            return True
    return False


def late_line(context: Context, ticket: Ticket) -> str:
    """Instead of the state: that the time is over, and whom that has been told."""
    rungs = ladder_of(context, ticket)
    role = rungs[min(ticket.rung, len(rungs) - 1)].role.value if rungs else ticket.role
    line = context.say("choices.late", number=ticket.number, matter=matter(ticket), role=role)
    return line + (context.say("group.voices", count=ticket.voices) if ticket.voices else "")
