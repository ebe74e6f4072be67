"""Short conversational acts: joining, thanking, withdrawing, opting out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ActKind(StrEnum):
    """What a short message does in a conversation."""

    ME_TOO = "me_too"
    THANKS = "thanks"
    SOLVED = "solved"
    WITHDRAW = "withdraw"
    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"
    URGE = "urge"
    STATUS = "status"


@dataclass(frozen=True, slots=True)
class Act:
    """An act and the ticket's number, if one was named ("撤回 12")."""

    kind: ActKind
    number: int | None = None
