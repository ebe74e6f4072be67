"""Words without persons, those that a ticket and its compound know of in the first place."""

from __future__ import annotations

import re

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


def for_reporter(context: Context, ticket: Ticket, text: str, *, to_call: bool = False) -> str:
    """What staff noted, for whoever reported it: nobody else in it, themselves as 您.

    ``to_call``: it says whom to turn to, so that numbers of companies and authorities stay.
    """
    if ticket.reporter is not None:
        others = others_known(context.store, ticket.reporter)
        text = without_names(text, names_in((ticket.reporter_name,)), others, "您")
        things = {word for group in context.files.rulebook.words.values() for word in group.words}
        staff = {duty.name for duty in context.roster.duties}
        neighbours = [name for name in names_in(others) if name not in things | staff]
        text = without_names(text, neighbours, staff)
    kept = _TO_CALL.findall(text) if to_call else []
    text = without_persons(_TO_CALL.sub(_KEPT, text) if kept else text)
    text = _MAY_BE_A_ROOM.sub("〔…〕", text)
    for number in kept:
        text = text.replace(_KEPT, number, 1)
    return text
