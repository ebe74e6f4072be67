"""Who is responsible for a matter, and who is told when that one cannot be (升级)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.people import Duty, Role
from bot.domain.places import Place
from bot.domain.tickets import Ticket
from bot.domain.verdicts import Kind
from handlers.context import Context

_STAND_INS = (Role.GRID_WORKER, Role.BUILDING_HEAD)
"""Who takes a topic's matter where the grid has nobody in that role."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder: a role and the people who have it here, in the order they are asked."""

    role: Role
    people: tuple[str, ...]


def grid_of(context: Context, place: Place) -> str | None:
    """The grid a place lies in."""
    return context.roster.grid_of(place) if place.known else None


def ladder(context: Context, kind: Kind, topic: str, place: Place) -> tuple[Rung, ...]:
    """Every rung for a matter, the responsible one first. Rungs nobody is on are left out: they never ring.

    A wish begins with the committee. A complaint without a place begins with the dispatcher.
    """
    roles: list[Role] = []
    if kind is Kind.WISH:
        roles = [Role.COMMITTEE, Role.COMMUNITY]
    else:
        responsible = context.files.rulebook.topics[topic].role
        if place.known:
            roles = [_held_by(context, responsible, place)]
        else:
            roles = [context.config.routing.dispatcher]
        roles += [role for role in context.config.routing.ladder if role not in roles]
    rungs = (Rung(role, _people(context, role, place)) for role in roles)
    return tuple(rung for rung in rungs if rung.people)


def ladder_of(context: Context, ticket: Ticket) -> tuple[Rung, ...]:
    """The ladder of a ticket; the person it was handed to by name stands before it."""
    rungs = ladder(context, ticket.kind, ticket.topic, ticket.place)
    if ticket.assignee and not any(ticket.assignee in rung.people for rung in rungs):
        return (Rung(Role(ticket.role), (ticket.assignee,)), *rungs)
    return rungs


def everybody(context: Context, ticket: Ticket) -> tuple[str, ...]:
    """All who are rung at once in an emergency: everybody with a duty for the place, then the whole ladder."""
    duties = context.roster.on(context.today)
    near = [d.person for d in duties if ticket.place.known and d.area.covers(ticket.place)]
    above = [person for rung in ladder_of(context, ticket) for person in rung.people]
    return tuple(dict.fromkeys([*near, *above]))


def _held_by(context: Context, role: Role, place: Place) -> Role:
    """The role itself, or the nearest one that somebody holds for this place."""
    for candidate in (role, *_STAND_INS):
        if _people(context, candidate, place):
            return candidate
    return context.config.routing.dispatcher


def _people(context: Context, role: Role, place: Place) -> tuple[str, ...]:
    """People with a role whose area has the place; those with a small area before those with the whole compound."""
    duties = [d for d in context.roster.on(context.today) if d.role is role]
    if place.known:
        duties = [d for d in duties if d.area.covers(place)]
    duties.sort(key=lambda duty: duty.area.whole)
    return tuple(dict.fromkeys(d.person for d in duties))


def areas_in_words(duties: tuple[Duty, ...]) -> str:
    """``1号网格 网格员、全小区 物业经理``."""
    return "、".join(f"{d.grid} {d.role.value}".strip() for d in duties)
