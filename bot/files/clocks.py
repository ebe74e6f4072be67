"""The tables [hours], [promises] and [clocks]: when what is done, and how long what may take."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bot.domain.people import Role
from bot.domain.terms import Term, Terms
from bot.domain.verdicts import Severity
from bot.files.entries import Wrong
from bot.files.fields import ClockTime, Line, Minutes, Section, default

SolveMinutes = Annotated[int, Field(strict=True, ge=0, le=30 * 24 * 60)]
"""0 promises nothing."""
ArriveMinutes = Annotated[int, Field(strict=True, ge=0, le=24 * 60)]
PlanHours = Annotated[int, Field(strict=True, ge=0, le=30 * 24)]
Times = Annotated[int, Field(strict=True, ge=0, le=20)]


class Hours(Section):
    """When what is done, in the compound's time zone."""

    quiet_from: ClockTime = time(22)
    quiet_to: ClockTime = time(8)
    """Equal to ``quiet_from``: no quiet hours."""
    working_from: ClockTime = time(8, 30)
    working_to: ClockTime = time(17, 30)
    office_roles: tuple[Role, ...] = (Role.MANAGER, Role.COMMUNITY)
    """Whose work counts only working hours of working days; what they must accept rings on all the same."""
    morning: ClockTime = time(8)
    """When the daily lines and the lists of the night are sent."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.working_from >= self.working_to:
            raise Wrong("working_backwards")
        if self.quiet(self.morning):
            raise Wrong("morning_in_the_night")
        return self

    def quiet(self, at: time) -> bool:
        """Whether only emergencies may ring at this time of day."""
        if self.quiet_from <= self.quiet_to:
            return self.quiet_from <= at < self.quiet_to
        return at >= self.quiet_from or at < self.quiet_to


class Promises(Section):
    """How long what may take."""

    accept_minutes: Minutes = 5
    confirm_hours: Annotated[int, Field(strict=True, ge=1, le=24 * 30)] = 48
    place_minutes: Minutes = 10
    join_minutes: Minutes = 60
    recall_minutes: Minutes = 10
    photo_minutes: Minutes = 2
    burst_minutes: Minutes = 3


class Figures(Section):
    """What one line of the clocks sets; what it leaves out stays as it is."""

    accept_minutes: Minutes | None = None
    arrive_minutes: ArriveMinutes | None = None
    plan_hours: PlanHours | None = None
    solve_minutes: SolveMinutes | None = None

    def term(
        self, severity: Severity | None = None, topic: str | None = None, role: Role | None = None
    ) -> Term:
        """As the domain has it."""
        return Term(
            severity,
            topic,
            role,
            accept=_minutes(self.accept_minutes),
            arrive=_minutes(self.arrive_minutes),
            plan=None if self.plan_hours is None else timedelta(hours=self.plan_hours),
            solve=_minutes(self.solve_minutes),
        )


class Ordinary(Figures):
    """Half an hour, as the articles promise."""

    solve_minutes: SolveMinutes | None = 30


class Major(Figures):
    """Four hours."""

    solve_minutes: SolveMinutes | None = 240


class Complex(Figures):
    """A plan within a working day; its date is the deadline from then on."""

    plan_hours: PlanHours | None = 24


class Emergency(Figures):
    """Day and night."""

    arrive_minutes: ArriveMinutes | None = 5
    solve_minutes: SolveMinutes | None = 30


class Own(Figures):
    """Figures for a topic, a role, a severity, or what has all that is named."""

    topic: Line | None = None
    role: Role | None = None
    severity: Literal["ordinary", "major", "complex", "emergency"] | None = None

    @model_validator(mode="after")
    def _about_something(self) -> Self:
        if self.topic is None and self.role is None and self.severity is None:
            raise Wrong("clock_for_nothing")
        return self


class Clocks(Section):
    """The stages' minutes per severity, topic and role, and the ladder's."""

    ordinary: Ordinary = default({})
    major: Major = default({})
    complex: Complex = default({})
    emergency: Emergency = default({})
    own: tuple[Own, ...] = default([{"role": Role.REPAIR, "arrive_minutes": 5}])
    rung_minutes: Annotated[tuple[Minutes, ...], Field(min_length=1)] = (10, 30, 60)
    """For each rung above the one responsible; where there are more rungs, the last figure holds."""
    repeats: Times = 3
    """How often the last rung is rung again, each time after twice the span, before it is once a day."""


def terms_of(hours: Hours, promises: Promises, clocks: Clocks) -> Terms:
    """What these tables promise, the general first."""
    by_severity = {
        Severity.ORDINARY: clocks.ordinary,
        Severity.MAJOR: clocks.major,
        Severity.COMPLEX: clocks.complex,
        Severity.EMERGENCY: clocks.emergency,
    }
    lines = [figures.term(severity) for severity, figures in by_severity.items()]
    lines += [
        own.term(Severity(own.severity) if own.severity else None, own.topic, own.role) for own in clocks.own
    ]
    office = frozenset(role.value for role in hours.office_roles)
    return Terms(timedelta(minutes=promises.accept_minutes), tuple(lines), office)


def _minutes(count: int | None) -> timedelta | None:
    return None if count is None else timedelta(minutes=count)
