"""Words without persons, those that a ticket and its compound know of in the first place."""

from __future__ import annotations

import re
from collections.abc import Collection

from bot.domain.privacy import names_in, without_names, without_persons
from bot.domain.tickets import Ticket
from handlers.context import Context
from storage.erasure import others_known

_MAY_BE_A_ROOM = re.compile(
    r"(?<![\d.:点])(?!1(?:1[09]|2[02])(?!\d))\d{3,4}(?![\d.:年月日号天元块度米分点人])"
)
"""Three or four digits that say neither what they count nor whom to call: in a group they are not shown."""
_TO_CALL = re.compile(r"(?<![\d-])(?:0\d{2,3}-?\d{7,8}|[48]00-?\d{3}-?\d{4}|(?:12|95|96)\d{3,4})(?![\d-])")
"""Numbers of companies and authorities: whoever is told to ask there needs them."""
_KEPT = "\ufffc"


def blotted(ticket: Ticket, text: str) -> str:
    """A resident's words for a group of staff."""
    room = ticket.place.room or ""
    known = (ticket.reporter_name, ticket.contact, room if len(room) > 2 else "")
    for fact in known:
        text = text.replace(fact, "〔…〕") if fact.strip() else text
    return _MAY_BE_A_ROOM.sub("〔…〕", without_persons(text))


def on_roster(context: Context) -> frozenset[str]:
    """Who works for the compound, by name."""
    return frozenset(duty.name for duty in context.roster.duties)


def names_of(context: Context, known: Collection[str]) -> tuple[str, ...]:
    """The names in display names that mean nobody but their bearers: no thing, and nobody on the roster."""
    named = names_in(known)
    things = context.files.rulebook.words.values()
    also = on_roster(context).union(*(set(named).intersection(group.words) for group in things))
    return tuple(name for name in named if name not in also)


def for_reporter(context: Context, ticket: Ticket, text: str, *, to_call: bool = False) -> str:
    """What staff noted, for whoever reported it: nobody else in it, themselves as 您.

    ``to_call``: it says whom to turn to, so that numbers of companies and authorities stay.
    """
    if ticket.reporter is not None:
        others = others_known(context.store, ticket.reporter)
        text = without_names(text, names_in((ticket.reporter_name,)), others, "您")
        text = without_names(text, names_of(context, others), on_roster(context))
    kept = _TO_CALL.findall(text) if to_call else []
    text = without_persons(_TO_CALL.sub(_KEPT, text) if kept else text)
    text = _MAY_BE_A_ROOM.sub("〔…〕", text)
    for number in kept:
        text = text.replace(_KEPT, number, 1)
    return text
