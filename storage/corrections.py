"""What staff set right, and the rules a compound has made its own: no text of anybody, each change with its version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from storage.tables import corrections, own_rules


class Standing(StrEnum):
    """Where one change of the rules stands."""

    PROPOSED = "proposed"
    ACTIVE = "active"
    DROPPED = "dropped"
    """Was proposed, and is no longer worth it."""
    UNDONE = "undone"
    """Was active, and has been taken back."""


@dataclass(frozen=True, slots=True)
class Correction:
    """One decision that a person set right, with what the rules had seen."""

    id: int
    ticket: int
    at: datetime
    by: str
    verb: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    rules: tuple[tuple[str, tuple[str, ...]], ...]
    """Rules that spoke, each with the words it saw."""
    evidence: tuple[str, ...]
    words: tuple[str, ...]
    """The rules' own words that stood in the message, sorted: the message cannot be read from them."""
    staff: bool


@dataclass(frozen=True, slots=True)
class Change:
    """One version of a compound's own rules."""

    version: int
    what: str
    """word, weight, rule or example."""
    body: Mapping[str, Any]
    by: str
    at: datetime
    standing: Standing
    settled_by: str | None = None
    settled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Corrections:
    """What one compound has taught its Linli, inside one transaction."""

    conn: Connection
    compound: int

    # -- corrections ---------------------------------------------------------------------------------

    def add(
        self,
        ticket: int,
        at: datetime,
        by: str,
        verb: str,
        *,
        before: Mapping[str, Any],
        after: Mapping[str, Any],
        rules: Sequence[tuple[str, Sequence[str]]] = (),
        evidence: Sequence[str] = (),
        words: Sequence[str] = (),
        staff: bool = False,
    ) -> None:
        """Keep a correction; evidence and words are sorted, so that nobody can read a message from them."""
        self.conn.execute(
            insert(corrections).values(
                compound_id=self.compound,
                ticket_id=ticket,
                at=at,
                by=by,
                verb=verb,
                before=dict(before),
                after=dict(after),
                rules=[[rule, list(seen)] for rule, seen in rules],
                evidence=sorted(set(evidence)),
                words=sorted(set(words)),
                staff=staff,
            )
        )

    def all(self) -> tuple[Correction, ...]:
        """Every correction, the oldest first."""
        rows = self.conn.execute(
            select(corrections).where(corrections.c.compound_id == self.compound).order_by(corrections.c.id)
        )
        return tuple(
            Correction(
                r.id,
                r.ticket_id,
                r.at,
                r.by,
                r.verb,
                r.before,
                r.after,
                tuple((str(rule), tuple(seen)) for rule, seen in r.rules),
                tuple(r.evidence),
                tuple(r.words),
                r.staff,
            )
            for r in rows
        )

    # -- own rules -----------------------------------------------------------------------------------

    def next_version(self) -> int:
        """The version that the next change will have."""
        newest = self.conn.execute(select(func.max(own_rules.c.version)).where(self._own())).scalar()
        return 1 + (newest or 0)

    def propose(
        self, what: str, body: Mapping[str, Any], by: str, at: datetime, *, active: bool = False
    ) -> Change:
        """Keep a change under the next version, waiting for a yes unless it is ``active`` at once."""
        standing = Standing.ACTIVE if active else Standing.PROPOSED
        version = self.next_version()
        self.conn.execute(
            insert(own_rules).values(
                compound_id=self.compound,
                version=version,
                what=what,
                body=dict(body),
                by=by,
                at=at,
                state=standing.value,
            )
        )
        return Change(version, what, dict(body), by, at, standing)

    def settle(self, version: int, standing: Standing, by: str, at: datetime) -> bool:
        """Accept, drop or take back a version; False where it does not stand so that this can be done."""
        came_from = Standing.ACTIVE if standing is Standing.UNDONE else Standing.PROPOSED
        return bool(
            self.conn.execute(
                update(own_rules)
                .where(self._own(), own_rules.c.version == version, own_rules.c.state == came_from.value)
                .values(state=standing.value, settled_by=by, settled_at=at)
            ).rowcount
        )

    def changes(self, *standings: Standing) -> tuple[Change, ...]:
        """All versions, or those that stand so, in their order."""
        query = select(own_rules).where(self._own()).order_by(own_rules.c.version)
        if standings:
            query = query.where(own_rules.c.state.in_([s.value for s in standings]))
        return tuple(
            Change(
                r.version,
                r.what,
                r.body,
                r.by,
                r.at,
                Standing(r.state),
                r.settled_by,
                r.settled_at,
            )
            for r in self.conn.execute(query)
        )

    def change(self, version: int) -> Change | None:
        """One version."""
        return next((c for c in self.changes() if c.version == version), None)

    def _own(self) -> ColumnElement[bool]:
        return own_rules.c.compound_id == self.compound
