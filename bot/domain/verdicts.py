"""What the classifier says of a message."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.places import NOWHERE, Place


class Kind(StrEnum):
    """What a message is."""

    COMPLAINT = "complaint"
    WISH = "wish"
    NOTICE = "notice"
    CHATTER = "chatter"


class Severity(StrEnum):
    """How grave a matter is (严重程度)."""

    ORDINARY = "ordinary"
    MAJOR = "major"
    COMPLEX = "complex"
    EMERGENCY = "emergency"


OTHER_TOPIC = "其他"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One message's class, with what decided it."""

    kind: Kind
    topic: str = OTHER_TOPIC
    severity: Severity = Severity.ORDINARY
    place: Place = NOWHERE
    score: float = 0.0
    """How sure the rules are that it is ``kind``: 0 (no rule spoke) to 1."""
    because: tuple[str, ...] = ()
    """Ids of the rules that decided, the weightiest first, each with the words it saw: ``电梯停运(电梯,又停了)``."""
    danger: str | None = None
    """For an emergency: which one (被困, 起火, 燃气, 触电, 坠落 …), a key of the emergency guidance."""


CHATTER = Verdict(Kind.CHATTER)
