"""The buttons of leave, swaps and handovers: one tap, checked against who it was for and what holds now."""

from __future__ import annotations

from bot.domain.messages import Outgoing
from handlers import handover, leave
from handlers.commands.handing import offered_to
from handlers.context import Actor, Context, Refused


def duty_pressed(context: Context, actor: Actor, data: str) -> tuple[str, list[Outgoing]]:
    """Do what the button says: what to tell the presser, and what else is said. Raises Refused."""
    word, _, rest = data.partition(":")
    number, _, said = rest.partition(":")
    if not actor.staff:
        raise Refused("refused.stale")
    if word == "take":
        return handover.taken(context, actor, rest)
    if word == "leave":
        return handover.refused(context, actor, rest)
    if word == "give":
        return offered_to(context, actor, rest)
    if not number.isdecimal() or len(number) > 11:
        raise Refused("refused.stale")
    if word == "swap":
        return leave.settle_swap(context, actor, int(number), yes=said == "yes")
    if word == "cannot":
        return leave.cannot_stand_in(context, actor, int(number))
    raise Refused("refused.stale")
