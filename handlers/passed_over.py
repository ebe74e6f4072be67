"""Rungs of the ladder that were passed over: nobody holds them, or nobody on them can be reached. Once an episode."""

from __future__ import annotations

from bot.domain.tickets import BEGINS_ANEW, Ticket
from handlers.context import Context
from handlers.routing import ladder_of, roles_of

_NOTED = frozenset({"unreachable", "vacant"})


def passed_over(context: Context, ticket: Ticket) -> bool:
    """Write down what lies below the rung that is asked and was left out; whether there is any news of that kind.

    A rung whose people are merely off duty is none: the roster says so.
    """
    if ticket.emergency or not (ticket.rung or ticket.rings):
        return False
    rungs = ladder_of(context, ticket)
    roles = roles_of(context, ticket.kind, ticket.topic, ticket.place, confidential=ticket.confidential)
    here = rungs[min(ticket.rung, len(rungs) - 1)].role if rungs else None
    # Where the last rung is rung again, those above it are missing too.
    below = roles[: roles.index(here)] if here in roles and not ticket.rings else roles
    held = {rung.role for rung in rungs}
    known, asked = _so_far(context, ticket)
    found: list[tuple[str, str, tuple[str, ...]]] = [
        (role.value, "vacant", ()) for role in below if role not in held and role.value not in known
    ]
    for rung in rungs[: ticket.rung]:
        reached = any(person in asked or context.store.people.reach(person) for person in rung.people)
        if rung.people and not reached and rung.role.value not in known:
            found.append((rung.role.value, "unreachable", rung.people))
    for role, verb, people in found:
        context.store.tickets.note(ticket, context.now, verb, "linli", role=role, people=list(people))
    return bool(found)


def _so_far(context: Context, ticket: Ticket) -> tuple[set[str], set[str]]:
    """The roles that this episode knows to be missing, and everybody who was ever asked."""
    known: set[str] = set()
    asked: set[str] = set()
    for event in context.store.tickets.diary(ticket):
        if event.verb in BEGINS_ANEW:
            known.clear()
        elif event.verb in _NOTED:
            known.add(str(event.data.get("role", "")))
        elif event.verb == "rang" and event.data.get("person"):
            asked.add(str(event.data["person"]))
    return known, asked
