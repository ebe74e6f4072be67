"""Whether topics, places and words are one: what every question of one matter or two comes down to."""

from __future__ import annotations

from bot.classify.pieces import pieces
from bot.domain.places import IN_EVERY_BUILDING, Place
from bot.domain.tickets import Ticket
from bot.domain.verdicts import OTHER_TOPIC, Verdict

SHARED_TOPICS = frozenset({"停水供水", "停电供电", "燃气", "供暖"})
"""One failure of these reaches many buildings, so voices from different buildings are one matter."""

_FAMILIES = (
    frozenset({"漏水", "停水供水", "排水排污"}),
    frozenset({"停电供电", "路灯照明", "电梯"}),
    frozenset({"停车", "道路交通", "消防"}),
    frozenset({"充电桩", "消防"}),
    frozenset({"充电桩", "停电供电"}),
    frozenset({"宠物", "噪音", "垃圾卫生"}),
    frozenset({"垃圾卫生", "排水排污", "油烟空气"}),
    frozenset({"违建占用", "消防", "停车"}),
    frozenset({"物业服务", "收费"}),
)
"""Topics under which one and the same matter is talked about."""
VAGUE = frozenset({OTHER_TOPIC, "公共设施", "物业服务"})
"""Topics that say little about what a matter is."""


def kindred(one: str, other: str) -> bool:
    """Whether people often call the same matter by either topic."""
    return any(one in family and other in family for family in _FAMILIES)


def at_odds(ticket: Ticket, subject: Verdict) -> bool:
    """Whether a message names another topic than the ticket's, or another place."""
    named = OTHER_TOPIC not in (subject.topic, ticket.topic)
    other_topic = named and subject.topic != ticket.topic and not kindred(subject.topic, ticket.topic)
    return other_topic or elsewhere(ticket, subject.place)


def elsewhere(ticket: Ticket, place: Place) -> bool:
    """Whether a place is certainly not the ticket's."""
    if ticket.topic in SHARED_TOPICS or not place.buildings or not ticket.place.buildings:
        return False
    return not agree(ticket.place, place)


def apart(one: Place, other: Place) -> bool:
    """Whether both name buildings, and none that is the other's."""
    return bool(one.buildings and other.buildings) and not set(one.buildings) & set(other.buildings)


def agree(one: Place, other: Place) -> bool:
    """Whether two known places are one, or one lies in the other."""
    if set(one.buildings) & set(other.buildings):
        return one.contains(other) or other.contains(one)
    shared = (set(one.spots) & set(other.spots)) - IN_EVERY_BUILDING
    return not one.buildings and not other.buildings and bool(shared)


def pairs(text: str) -> frozenset[str]:
    """Pairs of Chinese characters in a text, numbers of homes aside."""
    return frozenset(piece for piece in pieces(text) if len(piece) == 2)
