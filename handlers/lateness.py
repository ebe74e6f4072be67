"""Which complaints were not accepted in time."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.tickets import State, Verb
from bot.domain.verdicts import Kind
from handlers.context import Context
from storage.questions import steps_in_state
from storage.tickets import among

_BEGINS = tuple(
    verb.value
    for verb in (
        Verb.REOPEN,
        Verb.REJECT,
        Verb.UNMERGE,
        Verb.RELEASE,
        Verb.ASSIGN,
        Verb.RESUME,
        Verb.RECLASS,
    )
)
"""Steps after which the clock begins anew."""


def late_ones(context: Context) -> frozenset[int]:
    """Row ids of the open complaints that waited longer than promised, nights not counted.

    Counted from when the matter was filed or last came back, not from ``due_at``, which moves on with each rung.
    """
    span = timedelta(minutes=context.config.promises.accept_minutes)
    begun = steps_in_state(context.store, _BEGINS, State.OPEN.value)
    late: set[int] = set()
    for ticket in context.store.tickets.going_on(among(State.OPEN)):
        if ticket.kind is not Kind.COMPLAINT or ticket.listened:
            continue
        start = max([ticket.filed_at, *(at for at, _ in begun.get(ticket.id, ()))])
        end = start + span if ticket.emergency else context.hours.after(start, span)
        if end <= context.now:
            late.add(ticket.id)
    return frozenset(late)
