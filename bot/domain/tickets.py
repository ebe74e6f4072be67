"""Tickets (工单) and the steps they may take."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.messages import Account, Address
from bot.domain.places import Place
from bot.domain.verdicts import Kind, Severity


class State(StrEnum):
    """Where a ticket stands."""

    HELD = "held"
    """Waits for a committee member, since its author files too many (待业委会过目)."""
    OPEN = "open"
    ACCEPTED = "accepted"
    ON_SITE = "on_site"
    PAUSED = "paused"
    REFERRED = "referred"
    """Handed to a department outside (转办), whose answer is waited for."""
    RESOLVED = "resolved"
    CLOSED = "closed"
    DECLINED = "declined"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"
    FALSE_ALARM = "false_alarm"
    POSTED = "posted"
    """A notice that holds."""
    ENDED = "ended"
    """A notice that no longer holds."""


class Verb(StrEnum):
    """A step of a ticket."""

    RELEASE = "release"
    ACCEPT = "accept"
    ARRIVE = "arrive"
    RESOLVE = "resolve"
    CONFIRM = "confirm"
    EXPIRE = "expire"
    """Nobody confirmed in time: closed as unconfirmed."""
    REJECT = "reject"
    """The reporter says it is not solved."""
    REOPEN = "reopen"
    PLAN = "plan"
    """There is a plan with a date (方案), for what cannot be solved at once."""
    GRADE = "grade"
    """Another severity (定级)."""
    PAUSE = "pause"
    RESUME = "resume"
    REFER = "refer"
    """To a department outside; again, where it is another one or it takes longer."""
    ANSWER = "answer"
    """What came back from it."""
    DECLINE = "decline"
    MERGE = "merge"
    UNMERGE = "unmerge"
    WITHDRAW = "withdraw"
    FALSE_ALARM = "false_alarm"
    ASSIGN = "assign"
    RECLASS = "reclass"
    MEDIATE = "mediate"
    """A dispute between neighbours becomes confidential (调解)."""
    DISCLOSE = "disclose"
    """It was no such matter: everybody may know of it again."""
    END = "end"


BEGINS_ANEW = frozenset({Verb.REJECT, Verb.REOPEN, Verb.UNMERGE, Verb.RELEASE})
"""Steps from which everything that was promised counts anew; a diary's line is one where its verb is among them."""


_ANY_TIME = {Verb.MERGE: State.MERGED, Verb.WITHDRAW: State.WITHDRAWN, Verb.FALSE_ALARM: State.FALSE_ALARM}
"""Steps that every matter still going on may take."""

_REOPEN = {Verb.REOPEN: State.OPEN}

_REFERRED = {Verb.ANSWER: State.ACCEPTED, Verb.REFER: State.REFERRED, **_ANY_TIME}
"""It goes on only once the department has answered."""

_COMPLAINT: dict[State, dict[Verb, State]] = {
    State.HELD: {Verb.RELEASE: State.OPEN, Verb.DECLINE: State.DECLINED, **_ANY_TIME},
    State.OPEN: {
        Verb.ACCEPT: State.ACCEPTED,
        Verb.ARRIVE: State.ON_SITE,
        Verb.RESOLVE: State.RESOLVED,
        Verb.CONFIRM: State.CLOSED,
        Verb.PAUSE: State.PAUSED,
        Verb.REFER: State.REFERRED,
        Verb.DECLINE: State.DECLINED,
        Verb.ASSIGN: State.OPEN,
        Verb.PLAN: State.ACCEPTED,
        Verb.GRADE: State.OPEN,
        **_ANY_TIME,
    },
    State.ACCEPTED: {
        Verb.ARRIVE: State.ON_SITE,
        Verb.RESOLVE: State.RESOLVED,
        Verb.CONFIRM: State.CLOSED,
        Verb.PAUSE: State.PAUSED,
        Verb.REFER: State.REFERRED,
        Verb.DECLINE: State.DECLINED,
        Verb.ASSIGN: State.OPEN,
        Verb.PLAN: State.ACCEPTED,
        Verb.GRADE: State.ACCEPTED,
        **_ANY_TIME,
    },
    State.ON_SITE: {
        Verb.RESOLVE: State.RESOLVED,
        Verb.CONFIRM: State.CLOSED,
        Verb.PAUSE: State.PAUSED,
        Verb.REFER: State.REFERRED,
        Verb.DECLINE: State.DECLINED,
        Verb.ASSIGN: State.OPEN,
        Verb.PLAN: State.ON_SITE,
        Verb.GRADE: State.ON_SITE,
        **_ANY_TIME,
    },
    State.PAUSED: {
        Verb.RESUME: State.ACCEPTED,
        Verb.ACCEPT: State.ACCEPTED,
        Verb.RESOLVE: State.RESOLVED,
        Verb.REFER: State.REFERRED,
        Verb.DECLINE: State.DECLINED,
        Verb.ASSIGN: State.OPEN,
        Verb.GRADE: State.PAUSED,
        **_ANY_TIME,
    },
    State.REFERRED: _REFERRED,
    State.RESOLVED: {
        Verb.CONFIRM: State.CLOSED,
        Verb.EXPIRE: State.CLOSED,
        Verb.REJECT: State.OPEN,
        Verb.REOPEN: State.OPEN,
        Verb.WITHDRAW: State.WITHDRAWN,
    },
    State.CLOSED: {Verb.REJECT: State.OPEN, **_REOPEN},
    State.DECLINED: _REOPEN,
    State.MERGED: {Verb.UNMERGE: State.OPEN},
    State.WITHDRAWN: _REOPEN,
    State.FALSE_ALARM: _REOPEN,
}

_WISH: dict[State, dict[Verb, State]] = {
    State.HELD: _COMPLAINT[State.HELD],
    State.OPEN: {
        Verb.ACCEPT: State.ACCEPTED,
        Verb.RESOLVE: State.RESOLVED,
        Verb.DECLINE: State.DECLINED,
        Verb.PAUSE: State.PAUSED,
        Verb.REFER: State.REFERRED,
        Verb.ASSIGN: State.OPEN,
        **_ANY_TIME,
    },
    State.ACCEPTED: {
        Verb.RESOLVE: State.RESOLVED,
        Verb.DECLINE: State.DECLINED,
        Verb.PAUSE: State.PAUSED,
        Verb.REFER: State.REFERRED,
        Verb.ASSIGN: State.OPEN,
        **_ANY_TIME,
    },
    State.PAUSED: {
        Verb.RESUME: State.ACCEPTED,
        Verb.RESOLVE: State.RESOLVED,
        Verb.REFER: State.REFERRED,
        Verb.DECLINE: State.DECLINED,
        Verb.ASSIGN: State.OPEN,
        **_ANY_TIME,
    },
    State.REFERRED: _REFERRED,
    State.RESOLVED: _COMPLAINT[State.RESOLVED],
    State.CLOSED: _COMPLAINT[State.CLOSED],
    State.DECLINED: _REOPEN,
    State.MERGED: {Verb.UNMERGE: State.OPEN},
    State.WITHDRAWN: _REOPEN,
    State.FALSE_ALARM: _REOPEN,
}

_NOTICE: dict[State, dict[Verb, State]] = {
    State.POSTED: {
        Verb.END: State.ENDED,
        Verb.WITHDRAW: State.WITHDRAWN,
        Verb.FALSE_ALARM: State.FALSE_ALARM,
    },
    State.ENDED: {Verb.REOPEN: State.POSTED},
    State.WITHDRAWN: {Verb.REOPEN: State.POSTED},
    State.FALSE_ALARM: {Verb.REOPEN: State.POSTED},
}

NEXT: dict[Kind, dict[State, dict[Verb, State]]] = {
    Kind.COMPLAINT: _COMPLAINT,
    Kind.WISH: _WISH,
    Kind.NOTICE: _NOTICE,
}
"""The whole life of a ticket: kind → state → step → next state. What is not here cannot happen."""

GOING_ON = frozenset({State.HELD, State.OPEN, State.ACCEPTED, State.ON_SITE, State.PAUSED, State.REFERRED})
"""A complaint or wish that somebody still has to do something about."""


_STAYS = (Verb.RECLASS, Verb.MEDIATE, Verb.DISCLOSE)
"""Steps that leave a ticket where it stands."""


def first_state(kind: Kind) -> State:
    """Where a ticket of this kind begins."""
    return State.POSTED if kind is Kind.NOTICE else State.OPEN


def possible(kind: Kind, state: State) -> tuple[Verb, ...]:
    """The steps open to a ticket; what changes no state is open to all but merged ones."""
    steps = tuple(NEXT[kind].get(state, {}))
    return (*steps, *(verb for verb in _STAYS if after(kind, state, verb) is not None))


def after(kind: Kind, state: State, verb: Verb) -> State | None:
    """The state after a step, or None where it is forbidden."""
    if verb in _STAYS:
        public = kind is Kind.NOTICE and verb is not Verb.RECLASS
        return None if public or state is State.MERGED else state
    return NEXT[kind].get(state, {}).get(verb)


class Outcome(StrEnum):
    """How a closed ticket ended."""

    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True, slots=True)
class Ticket:
    """One matter, from the first message on."""

    id: int
    number: int
    """What people call it (#12), per compound."""
    kind: Kind
    topic: str
    severity: Severity
    state: State
    text: str
    place: Place
    filed_at: datetime
    reporter: Account | None
    """None where the person has been removed or a committee member filed it for somebody without a phone."""
    reporter_name: str
    """How the worker may address the reporter; empty once removed."""
    contact: str
    """A phone number for the worker's eyes, if one was given."""
    origin: Address | None
    """The chat it was said in."""
    message: str | None
    """The message it began with."""
    grid: str | None
    role: str
    """The role that holds it now."""
    assignee: str | None
    """The person (roster key) who holds it or has accepted it."""
    rung: int
    """How far up the ladder it has climbed in this episode; 0 is the one responsible."""
    episode: int
    """Counts reopenings, so that a reopened ticket may ring again."""
    voices: int
    """Households that have joined, the reporter's not counted."""
    due_at: datetime | None
    """When something happens unless somebody acts; None where nothing more will."""
    outcome: Outcome | None
    paused_until: datetime | None
    paused_reason: str
    merged_into: int | None
    """Number of the ticket it was merged into."""
    danger: str | None
    awaits_place: bool
    because: tuple[str, ...]
    score: float
    on_behalf: bool
    """Filed by a committee member for somebody else."""
    listened: bool
    """Filed in listening mode: only the committee has been told."""
    pinged_at: datetime | None
    """When the responsible person was first told; None for what waits for the morning."""
    told_group_at: datetime | None
    """When the group was first told; None for what waits for the morning."""
    confidential: bool
    """In mediation (调解): only mediators and the committee's members may know of it."""
    lap_at: datetime | None = None
    """Since when the running clock counts: the stage's, or the rung's; None where nothing runs."""
    deadline_at: datetime | None = None
    """When that clock has run out. ``due_at`` is the next moment to look, which may be a mark before it."""
    mark: int = 0
    """What the card shows of it: 0, 50, 80, or 100 once it is late."""
    rings: int = 0
    """How often the ladder's last rung has been rung again in this episode."""
    planned_for: datetime | None = None
    """The plan's date (方案), if there is one in this episode."""
    urged: int = 0
    """How often residents have asked to hurry (催), in this episode."""

    @property
    def going_on(self) -> bool:
        """Whether somebody still has to act."""
        return self.state in GOING_ON

    @property
    def emergency(self) -> bool:
        """Whether lives may be at stake."""
        return self.severity is Severity.EMERGENCY
