"""What each step of a ticket sets, and what else comes of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.domain.messages import Face, Outgoing, Priority, Say
from bot.domain.tickets import State, Ticket, Verb
from handlers import changes
from handlers.borders import reach
from handlers.cards import (
    audience_at,
    bring_to,
    group_may_hear,
    refresh,
    ring_again,
    tell_committee,
    tell_group,
    tell_reporter,
)
from handlers.changes import Step
from handlers.clocks import wind
from handlers.context import Actor, Context, Refused
from handlers.duty import is_on_leave
from handlers.faces import matter, status_line
from handlers.in_person import ask as ask_in_person
from handlers.in_person import unasked
from handlers.looks import closing
from handlers.stars import ask
from storage.tables import tickets

Changes = Callable[[Context, Ticket, Step, Actor], dict[str, Any]]
Afterwards = Callable[[Context, Ticket, Ticket, Step], "tuple[Ticket, list[Outgoing]]"]
"""(context, ticket before, ticket now, step) → what else comes of it."""


def _card_to_holder(
    context: Context, _before: Ticket, ticket: Ticket, _step: Step
) -> tuple[Ticket, list[Outgoing]]:
    chat = reach(context, ticket, ticket.assignee) if ticket.assignee else None
    if chat is not None and ticket.assignee:
        bring_to(context, ticket, chat, ticket.assignee, aloud=False)
    return ticket, []


def _back_from_outside(
    context: Context, before: Ticket, ticket: Ticket, step: Step
) -> tuple[Ticket, list[Outgoing]]:
    if is_on_leave(context, ticket.assignee):
        return pass_on(context, ticket), []
    return _card_to_holder(context, before, ticket, step)


def pass_on(context: Context, ticket: Ticket) -> Ticket:
    """What goes on while its holder is on leave is asked of whoever stands in, or is responsible now."""
    context.store.tickets.note(ticket, context.now, "handed_on", "linli", person=ticket.assignee)
    return ring_again(
        context, context.store.tickets.change(ticket, state=State.OPEN.value, assignee=None, rung=0)
    )


def _rung_after_no(
    context: Context, before: Ticket, ticket: Ticket, _step: Step
) -> tuple[Ticket, list[Outgoing]]:
    ticket = ring_again(context, ticket)
    return ticket, _tell_again(context, before, ticket)


def _begins_anew(
    context: Context, before: Ticket, ticket: Ticket, _step: Step
) -> tuple[Ticket, list[Outgoing]]:
    if before.state is State.MERGED:
        _take_voices_back(context, before)
    if ticket.state is not State.OPEN:
        return ticket, []
    ticket = ring_again(context, ticket)
    if ticket.told_group_at is None and not context.quiet:
        ticket = tell_group(context, ticket)
    return ticket, []


def _rung_in_confidence(
    context: Context, before: Ticket, ticket: Ticket, _step: Step
) -> tuple[Ticket, list[Outgoing]]:
    if before.assignee and ticket.assignee is None:
        # Whoever held it may not know of it any more.
        context.store.tickets.note(ticket, context.now, "handed_on", "linli", person=before.assignee)
    _merged_too(context, ticket, Verb.MEDIATE)
    if ticket.state is State.OPEN and (ticket.assignee is None or before.state is not State.OPEN):
        ticket = ring_again(context, ticket)
    return ticket, []


def _known_again(
    context: Context, _before: Ticket, ticket: Ticket, _step: Step
) -> tuple[Ticket, list[Outgoing]]:
    _merged_too(context, ticket, Verb.DISCLOSE)
    return ticket, []


def _merged_too(context: Context, ticket: Ticket, verb: Verb) -> None:
    """What was merged into a matter is the same matter: as confidential, and its cards say as little."""
    for merged in context.store.tickets.find(tickets.c.merged_into == ticket.number):
        if merged.state is State.MERGED and merged.confidential != ticket.confidential:
            part = context.store.tickets.change(merged, confidential=ticket.confidential)
            context.store.tickets.note(part, context.now, verb.value, "linli")
            refresh(context, part)
            _merged_too(context, part, verb)


def _joins(context: Context, _before: Ticket, ticket: Ticket, step: Step) -> tuple[Ticket, list[Outgoing]]:
    if step.into is None or step.into.state is State.MERGED or step.into.id == ticket.id:
        raise Refused("refused.merge", number=step.into.number if step.into else ticket.number)
    if not step.into.going_on:
        # What has ended would take this one with it, unheard.
        raise Refused("refused.merge", number=step.into.number)
    if step.into.confidential != ticket.confidential:
        open_one = ticket if step.into.confidential else step.into
        raise Refused("refused.merge_confided", number=open_one.number)
    into = context.store.tickets.change(step.into, voices=step.into.voices + 1 + ticket.voices)
    context.store.tickets.note(into, context.now, "joined", "linli", merged=ticket.number)
    refresh(context, into)
    return ticket, []


def _answers(context: Context, _before: Ticket, ticket: Ticket, _step: Step) -> tuple[Ticket, list[Outgoing]]:
    if ticket.told_group_at is not None and not context.quiet:
        ticket = _card_in_group(context, ticket)
    tell_reporter(context, ticket)
    return ticket, []


def _asks(context: Context, _before: Ticket, ticket: Ticket, _step: Step) -> tuple[Ticket, list[Outgoing]]:
    return _ask_reporter(context, ticket)


def _rerouted(context: Context, before: Ticket, ticket: Ticket, _step: Step) -> tuple[Ticket, list[Outgoing]]:
    changed = ticket.kind is not before.kind or ticket.topic != before.topic
    if changed and ticket.state is State.OPEN and ticket.pinged_at is not None:
        ticket = ring_again(context, context.store.tickets.change(ticket, assignee=None, rung=0))
    return ticket, []


def _regraded(context: Context, before: Ticket, ticket: Ticket, _step: Step) -> tuple[Ticket, list[Outgoing]]:
    if ticket.state is State.OPEN and ticket.pinged_at is not None:
        worse = ticket.emergency and not before.emergency
        ticket = ring_again(context, ticket) if worse else wind(context, ticket)
    return ticket, []


def _put_off(context: Context, before: Ticket, ticket: Ticket, step: Step) -> tuple[Ticket, list[Outgoing]]:
    if not step.agreed_by:
        # Whoever was asked to agree has read why.
        tell_committee(context, ticket)
    return _answers(context, before, ticket, step)


def _referred(context: Context, before: Ticket, ticket: Ticket, step: Step) -> tuple[Ticket, list[Outgoing]]:
    # What waited for assent has it, or needs none any more.
    context.store.assents.settle_all(ticket.id, Verb.REFER.value)
    return _answers(context, before, ticket, step)


def _quiet_end(
    _context: Context, _before: Ticket, ticket: Ticket, _step: Step
) -> tuple[Ticket, list[Outgoing]]:
    return ticket, []


def _asks_for_stars(
    context: Context, _before: Ticket, ticket: Ticket, _step: Step
) -> tuple[Ticket, list[Outgoing]]:
    return ticket, ask(context, ticket)


EFFECTS: dict[Verb, tuple[Changes, Afterwards]] = {
    Verb.RELEASE: (changes.nothing, _begins_anew),
    Verb.ACCEPT: (changes.goes_on, _card_to_holder),
    Verb.ARRIVE: (changes.goes_on, _card_to_holder),
    Verb.RESUME: (changes.goes_on, _card_to_holder),
    Verb.RESOLVE: (changes.resolves, _asks),
    Verb.CONFIRM: (changes.confirms, _asks_for_stars),
    Verb.REJECT: (changes.rejects, _rung_after_no),
    Verb.REOPEN: (changes.reopens, _begins_anew),
    Verb.PLAN: (changes.plans, _card_to_holder),
    Verb.GRADE: (changes.grades, _regraded),
    Verb.PAUSE: (changes.pauses, _put_off),
    Verb.REFER: (changes.refers, _referred),
    Verb.ANSWER: (changes.comes_back, _back_from_outside),
    Verb.DECLINE: (changes.declines, _answers),
    Verb.MEDIATE: (changes.confides, _rung_in_confidence),
    Verb.DISCLOSE: (changes.discloses, _known_again),
    Verb.MERGE: (changes.merges, _joins),
    Verb.UNMERGE: (changes.unmerges, _begins_anew),
    Verb.WITHDRAW: (changes.stops, _quiet_end),
    Verb.FALSE_ALARM: (changes.stops, _quiet_end),
    Verb.ASSIGN: (changes.assigns, _begins_anew),
    Verb.RECLASS: (changes.reclasses, _rerouted),
    Verb.END: (changes.stops, _quiet_end),
}
"""What each step sets, and what else comes of it."""


def _ask_reporter(context: Context, ticket: Ticket) -> tuple[Ticket, list[Outgoing]]:
    """After 办结: the question stands in the group's card and, where possible, in private; one line points to it."""
    if ticket.listened:
        return ticket, []
    edits = ticket.origin is None or context.able(ticket.origin.platform).edits
    if edits:
        ticket = _card_in_group(context, ticket)
    tell_reporter(context, ticket)
    if unasked(context, ticket):
        return ticket, ask_in_person(context, ticket)
    if ticket.origin is None or ticket.confidential:
        return ticket, []
    pointing = Face(context.say("group.closing", number=ticket.number, matter=matter(ticket)))
    line = Say(
        to=ticket.origin,
        key=f"ticket:{ticket.id}:resolved:{ticket.episode}",
        face=pointing if edits else closing(context, ticket),
        reply_to=ticket.message,
        ticket=ticket.id,
        not_before=group_may_hear(context, ticket),
    )
    return ticket, [line]


def _card_in_group(context: Context, ticket: Ticket) -> Ticket:
    """A ticket told in a morning list has no card of its own in the group: it gets one once there is more to say."""
    if ticket.origin is None:
        return ticket
    audience = audience_at(context, ticket.origin)
    if any(
        card.to == context.cards_at(ticket.origin)
        for card in context.store.cards.of(ticket.id, audience.value)
    ):
        return ticket
    return tell_group(context, ticket, after_silence=True)


def _tell_again(context: Context, before: Ticket, ticket: Ticket) -> list[Outgoing]:
    """Whoever said it was done hears that it was not."""
    chat = context.store.people.reach(before.assignee) if before.assignee else None
    if chat is None or before.assignee == ticket.assignee:
        return []
    text = context.say("worker.rejected", line=status_line(context, ticket))
    key = f"ticket:{ticket.id}:rejected:{ticket.episode}"
    return [
        Say(
            chat,
            key,
            Face(text),
            Priority.CARD,
            ticket=ticket.id,
            not_before=context.hours.awake(context.now),
        )
    ]


def _take_voices_back(context: Context, merged: Ticket) -> None:
    into = context.store.tickets.numbered(merged.merged_into or 0)
    if into is not None:
        into = context.store.tickets.change(into, voices=max(into.voices - 1 - merged.voices, 0))
        context.store.tickets.note(into, context.now, "parted", "linli", merged=merged.number)
        refresh(context, into)


def step_back(context: Context, ticket: Ticket, actor: Actor) -> Ticket:
    """The reporter takes their own report back while others have joined: the matter goes on with the next of them."""
    others = [
        m for m in context.store.tickets.messages(ticket, "voice") if m.account not in (None, actor.account)
    ]
    heir = others[0] if others else None
    context.store.tickets.note(ticket, context.now, "stepped_back", actor.kind, actor.account)
    ticket = context.store.tickets.change(
        ticket,
        reporter=heir.account if heir else None,
        reporter_name=heir.name if heir else "",
        contact="",
        voices=ticket.voices - 1,
    )
    refresh(context, ticket)
    return ticket
