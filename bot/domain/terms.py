"""What is promised for which matters (承诺): minutes per severity, topic and role."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.people import Role
from bot.domain.sla import Count
from bot.domain.verdicts import Severity


@dataclass(frozen=True, slots=True)
class Promise:
    """How long what may take for one matter; None where nothing is promised."""

    accept: timedelta
    arrive: timedelta | None = None
    plan: timedelta | None = None
    solve: timedelta | None = None
    heard: Count = Count.WAKING
    """How the time to accept is counted: nobody's matter lies unheard over a holiday."""
    work: Count = Count.WAKING
    """How the time on the way and at work is counted."""
    days: Count = Count.WORKDAYS
    """How the time to a plan is counted."""


@dataclass(frozen=True, slots=True)
class Term:
    """One line of what is promised: for which matters, and what it sets. A zero span promises nothing."""

    severity: Severity | None = None
    topic: str | None = None
    role: Role | None = None
    accept: timedelta | None = None
    arrive: timedelta | None = None
    plan: timedelta | None = None
    solve: timedelta | None = None

    def fits(self, severity: Severity, topic: str, role: str) -> bool:
        """Whether it is about such a matter. An emergency must be named: what is said of a topic leaves it alone."""
        named = self.severity is severity if self.severity else severity is not Severity.EMERGENCY
        return named and self.topic in (None, topic) and self.role in (None, role)


@dataclass(frozen=True, slots=True)
class Terms:
    """Everything that is promised, the general first: a later line that fits wins, figure by figure."""

    accept: timedelta
    lines: tuple[Term, ...]
    office: frozenset[str]
    """Roles whose work counts only working hours."""

    def of(self, severity: Severity, topic: str, role: str) -> Promise:
        """What is promised for a matter of this severity and topic, held by this role."""
        found: dict[str, timedelta] = {"accept": self.accept}
        for line in self.lines:
            if line.fits(severity, topic, role):
                spans = {name: getattr(line, name) for name in ("accept", "arrive", "plan", "solve")}
                found |= {name: span for name, span in spans.items() if span is not None}
        emergency = severity is Severity.EMERGENCY
        work = Count.OFFICE if role in self.office else Count.WAKING
        return Promise(
            found["accept"],
            found.get("arrive") or None,
            found.get("plan") or None,
            found.get("solve") or None,
            heard=Count.ALWAYS if emergency else Count.WAKING,
            work=Count.ALWAYS if emergency else work,
            days=Count.ALWAYS if emergency else Count.WORKDAYS,
        )
