"""Who may do what, and who sees what. Tables in code, so that they can be read, printed and tested."""

from __future__ import annotations

from enum import StrEnum

from bot.domain.people import Role
from bot.domain.tickets import Verb


class Right(StrEnum):
    """What somebody is to a ticket, or to the compound."""

    ANYBODY = "anybody"
    REPORTER = "reporter"
    IN_CHARGE = "in_charge"
    """The ticket's card was brought to this person, or they hold it."""
    STAFF = "staff"
    MEDIATOR = "mediator"
    """Has the duty to mediate between neighbours."""
    COMMITTEE = "committee"


COMMITTEE_ROLES = frozenset({Role.COMMITTEE, Role.COMMUNITY})
"""Roles that give the committee's rights."""

CONFIDED_ROLES = frozenset({Role.MEDIATOR, Role.COMMITTEE})
"""Roles that may know of what is in mediation. To anybody else it is a number that somebody attends to."""

STEPS: dict[Verb, frozenset[Right]] = {
    Verb.RELEASE: frozenset({Right.COMMITTEE}),
    Verb.ACCEPT: frozenset({Right.IN_CHARGE, Right.STAFF, Right.COMMITTEE}),
    Verb.ARRIVE: frozenset({Right.IN_CHARGE, Right.COMMITTEE}),
    Verb.RESOLVE: frozenset({Right.IN_CHARGE, Right.COMMITTEE}),
    Verb.CONFIRM: frozenset({Right.REPORTER}),
    Verb.REJECT: frozenset({Right.REPORTER}),
    Verb.REOPEN: frozenset({Right.REPORTER, Right.COMMITTEE}),
    Verb.PLAN: frozenset({Right.IN_CHARGE, Right.COMMITTEE}),
    # Lowering it, like a pause, waits for a committee member's assent.
    Verb.GRADE: frozenset({Right.IN_CHARGE, Right.COMMITTEE}),
    Verb.PAUSE: frozenset({Right.IN_CHARGE, Right.COMMITTEE}),
    Verb.RESUME: frozenset({Right.IN_CHARGE, Right.COMMITTEE}),
    Verb.REFER: frozenset({Right.IN_CHARGE, Right.COMMITTEE}),
    Verb.ANSWER: frozenset({Right.IN_CHARGE, Right.COMMITTEE}),
    Verb.DECLINE: frozenset({Right.IN_CHARGE, Right.COMMITTEE}),
    Verb.MERGE: frozenset({Right.IN_CHARGE, Right.COMMITTEE}),
    Verb.UNMERGE: frozenset({Right.REPORTER, Right.IN_CHARGE, Right.COMMITTEE}),
    Verb.WITHDRAW: frozenset({Right.REPORTER}),
    Verb.FALSE_ALARM: frozenset({Right.IN_CHARGE, Right.COMMITTEE}),
    Verb.ASSIGN: frozenset({Right.IN_CHARGE, Right.COMMITTEE}),
    Verb.RECLASS: frozenset({Right.IN_CHARGE, Right.COMMITTEE}),
    Verb.MEDIATE: frozenset({Right.MEDIATOR, Right.COMMITTEE}),
    Verb.DISCLOSE: frozenset({Right.COMMITTEE}),
    Verb.END: frozenset({Right.REPORTER, Right.COMMITTEE}),
    Verb.EXPIRE: frozenset(),
}
"""Who may take which step. ``EXPIRE`` is the clock's alone."""


class Fact(StrEnum):
    """What a text about a ticket may tell."""

    MATTER = "matter"
    """Kind, topic, building, state."""
    WORDS = "words"
    """The resident's own words and photo."""
    WORDS_WITHOUT_PERSONS = "words_without_persons"
    """The same, with rooms, phones, plates and ids blotted out, and no photo of persons promised."""
    PERSONS = "persons"
    """Reporter, contact, room, the accused household."""


class Audience(StrEnum):
    """Who reads a text about a ticket."""

    WORKER = "worker"
    COMMITTEE = "committee"
    STAFF_GROUP = "staff"
    OWNERS_GROUP = "group"
    REPORTER = "reporter"
    SUPERVISION = "supervision"


SEES: dict[Audience, frozenset[Fact]] = {
    Audience.WORKER: frozenset({Fact.MATTER, Fact.WORDS, Fact.PERSONS}),
    # Persons only on request, and the request is written into the ticket's diary.
    Audience.COMMITTEE: frozenset({Fact.MATTER, Fact.WORDS}),
    Audience.STAFF_GROUP: frozenset({Fact.MATTER, Fact.WORDS_WITHOUT_PERSONS}),
    Audience.OWNERS_GROUP: frozenset({Fact.MATTER}),
    # Their own matter in their own private chat.
    Audience.REPORTER: frozenset({Fact.MATTER, Fact.WORDS}),
    Audience.SUPERVISION: frozenset({Fact.MATTER}),
}
"""Who sees what."""

SEES_CONFIDENTIAL: dict[Audience, frozenset[Fact]] = {
    # Cards of those who have none of the confided roles are taken away besides.
    Audience.WORKER: SEES[Audience.WORKER],
    Audience.COMMITTEE: SEES[Audience.COMMITTEE],
    Audience.STAFF_GROUP: frozenset(),
    Audience.OWNERS_GROUP: frozenset(),
    Audience.REPORTER: SEES[Audience.REPORTER],
    Audience.SUPERVISION: frozenset(),
}
"""Who sees what of a matter in mediation."""

PERSONS_ON_REQUEST = frozenset({Audience.COMMITTEE})
"""Who may ask to see persons; each look is logged."""
