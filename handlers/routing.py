"""Who is responsible for a matter, and who is told when that one cannot be (升级)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.domain.people import Duty, Role
from bot.domain.places import Place
from bot.domain.tickets import Ticket
from bot.domain.verdicts import Kind
from handlers import duty
from handlers.confidence import confided
from handlers.context import Context

_STAND_INS = (Role.GRID_WORKER, Role.BUILDING_HEAD)
"""Who takes a topic's matter where the grid has nobody in that role."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder: a role and the people who have it here, in the order they are asked."""

    role: Role
    people: tuple[str, ...]
    """On duty now; a rung may have nobody who is."""
    off: tuple[str, ...] = ()
    """Not on duty, asked where nobody else can be reached."""

    def has(self, person: str | None) -> bool:
        """Whether somebody stands here, on duty or not."""
        return person in self.people or person in self.off


def grid_of(context: Context, place: Place) -> str | None:
    """The grid a place lies in."""
    return context.roster.grid_of(place) if place.known else None


def ladder(
    context: Context, kind: Kind, topic: str, place: Place, *, confidential: bool = False
) -> tuple[Rung, ...]:
    """Every rung for a matter, the responsible one first. Rungs that nobody holds are left out: they never ring.

    Those on duty are asked first. A rung with nobody on duty keeps its place; where that is so of all of them,
    those off duty are asked as if they were on. A wish begins with the committee, a complaint without a place
    with the dispatcher.
    """
    roles = roles_of(context, kind, topic, place, confidential=confidential)
    now = duty.watch(context)
    found = (duty.crew(context, _duties(context, role, place), now) for role in roles)
    rungs = [
        Rung(role, crew.on, crew.off) for role, crew in zip(roles, found, strict=True) if crew.on or crew.off
    ]
    if confidential:
        # Whoever stands in for a mediator need not be one.
        rungs = [replace(rung, people=_confided(context, rung.people)) for rung in rungs]
    if not any(rung.people for rung in rungs):
        rungs = [Rung(rung.role, rung.off) for rung in rungs]
    return tuple(rungs)


def roles_of(
    context: Context, kind: Kind, topic: str, place: Place, *, confidential: bool = False
) -> list[Role]:
    """The roles of a matter's ladder in their order, whether anybody holds them or not."""
    if confidential:
        return [Role.MEDIATOR, Role.COMMITTEE]
    if kind is Kind.WISH:
        return [Role.COMMITTEE, Role.COMMUNITY]
    responsible = context.files.rulebook.topics[topic].role
    first = _held_by(context, responsible, place) if place.known else context.config.routing.dispatcher
    return [first, *(role for role in context.config.routing.ladder if role is not first)]


def ladder_of(context: Context, ticket: Ticket) -> tuple[Rung, ...]:
    """The ladder of a ticket; the person or team it was handed to by name stands before it."""
    rungs = ladder(context, ticket.kind, ticket.topic, ticket.place, confidential=ticket.confidential)
    if ticket.assignee and not any(rung.has(ticket.assignee) for rung in rungs):
        named = members(context, ticket.assignee) or (ticket.assignee,)
        return (Rung(Role(ticket.role), named), *rungs)
    return rungs


def members(context: Context, assignee: str | None) -> tuple[str, ...]:
    """The people of a team (队伍) that a ticket was handed to, those on duty first; none for a person."""
    team = context.roster.team(assignee, context.today) if assignee else ()
    if not team:
        return ()
    found = duty.crew(context, [d for d in context.roster.on(context.today) if assignee in d.teams])
    return tuple(person for person in (*found.on, *found.off) if person in team)


def everybody(context: Context, ticket: Ticket) -> tuple[str, ...]:
    """All who are rung at once in an emergency: everybody with a duty for the place, then the whole ladder.

    On duty or not; those on leave only where there is nobody else.
    """
    duties = context.roster.on(context.today)
    now = duty.watch(context)
    near = duty.crew(context, [d for d in duties if ticket.place.known and d.area.covers(ticket.place)], now)
    above = [person for rung in ladder_of(context, ticket) for person in (*rung.people, *rung.off)]
    people = tuple(dict.fromkeys([*near.on, *near.off, *above]))
    if ticket.confidential:
        people = _confided(context, people)
    return tuple(person for person in people if person not in now.away) or people


def _confided(context: Context, people: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(person for person in people if confided(context, person))


def _held_by(context: Context, role: Role, place: Place) -> Role:
    """The role itself, or the nearest one that somebody holds for this place, on duty or not."""
    for candidate in (role, *_STAND_INS):
        if _duties(context, candidate, place):
            return candidate
    return context.config.routing.dispatcher


def _duties(context: Context, role: Role, place: Place) -> list[Duty]:
    """A role's duties whose area has the place; those of a small area before those of the whole compound."""
    duties = [d for d in context.roster.on(context.today) if d.role is role]
    if place.known:
        duties = [d for d in duties if d.area.covers(place)]
    return sorted(duties, key=lambda found: found.area.whole)


def areas_in_words(duties: tuple[Duty, ...]) -> str:
    """``1号网格 网格员、全小区 物业经理``."""
    return "、".join(f"{d.grid} {d.role.value}".strip() for d in duties)
