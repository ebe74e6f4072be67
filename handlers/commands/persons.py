"""Which person of the roster somebody means, and how people of the roster are shown to the committee."""

from __future__ import annotations

import re
from difflib import get_close_matches
from hashlib import sha256

from bot.domain.people import Role
from handlers.commands.base import Invocation
from handlers.context import Context, Purpose, Refused

_NAMED = re.compile(r"(?P<name>.*?)[\s/,]*(?P<tail>\d{3,20})?")
_NEAR = 3


def person_named(context: Context, said: str, command: str) -> str:
    """The person a text names: "李四", "网格员李四", "李四 8001" where two share the name.

    Raises Refused, naming those who share it or the nearest names; ``command`` is how it was called.
    """
    found = _NAMED.fullmatch(re.sub(r"^@|[。.]$", "", said.strip()))
    name, tail = (found["name"], found["tail"] or "") if found else (said, "")
    people = tuple(dict.fromkeys(d.person for d in context.roster.on(context.today)))
    for called in dict.fromkeys((name, _without_role(name))):
        meant = [p for p in people if called == context.name_of(p) and _phone(p).endswith(tail)]
        if len(meant) == 1:
            return meant[0]
        if meant:
            choices = "、".join(f"{called} {_phone(p)[-4:]}({roles(context, p)})" for p in meant)
            example = f"/{command} {called} {_phone(meant[0])[-4:]}"
            raise Refused("command_people.which", name=called, choices=choices, example=example)
    names = list(dict.fromkeys(map(context.name_of, people)))
    near = get_close_matches(_without_role(name), names, n=_NEAR, cutoff=0.4)
    near += [n for n in names if n not in near and name and (n[0] == name[0] or n in name)]
    if near:
        others = "、".join(near[:_NEAR])
        raise Refused("command_people.nobody_near", name=name, others=others, example=f"/{command} {near[0]}")
    raise Refused("command_people.nobody", name=name)


def roles(context: Context, person: str) -> str:
    """``三网格网格员、楼栋长``: a person's duties today."""
    duties = context.roster.of(person, context.today)
    return "、".join(dict.fromkeys(f"{d.grid}{d.role.value}" for d in duties))


def standing(context: Context, person: str) -> str:
    """How a person can be reached, as the catalogue's key: ``ready``, ``unbound``, ``not_started``, ``blocked``."""
    accounts = context.store.people.accounts_of(person)
    if not accounts:
        return "unbound"
    if context.store.people.reach(person) is not None:
        return "ready"
    known = [context.store.people.known(account) for account in accounts]
    return "blocked" if any(k is not None and k.blocked_at for k in known) else "not_started"


def phone_of(person: str) -> str:
    """A person's phone as the roster has it; empty where it has none."""
    return _phone(person)


def staff_reads(invocation: Invocation) -> bool:
    """Whether only staff reads where a command was given: in private, in the staff's or the committee's group."""
    inside = (Purpose.STAFF, Purpose.COMMITTEE)
    return not invocation.said.in_group or invocation.context.purpose(invocation.said.chat) in inside


def among_staff(invocation: Invocation) -> None:
    """Raises Refused where residents read: who is away and who has what in hand is not for them."""
    if not staff_reads(invocation):
        raise Refused("command_people.among_staff")


def short_hash(person: str) -> str:
    """A person or a team in a button's few bytes."""
    return sha256(person.encode()).hexdigest()[:12]


def _phone(person: str) -> str:
    return person.partition("/")[2]


def _without_role(name: str) -> str:
    role = next((role.value for role in Role if name.startswith(role.value)), "")
    return name.removeprefix(role).strip()
