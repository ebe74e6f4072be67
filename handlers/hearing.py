"""Times in which a messenger could not be heard."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.messages import Outgoing, Unheard
from handlers.context import Context
from storage.hearing import Gap

_SHOWN = 5


def unheard(cause: Unheard, context: Context) -> list[Outgoing]:
    """Remember the gap; ``/status`` tells of it."""
    context.store.hearing.note_gap(Gap(cause.platform, cause.since, cause.until))
    return []


def gap_lines(context: Context) -> list[str]:
    """The gaps of the last week, the newest last."""
    found = context.store.hearing.gaps(context.now - timedelta(days=7))
    return [
        context.say(
            "hearing.gap",
            platform=context.say(f"platform.{gap.platform}"),
            since=context.clock(gap.since),
            until=context.clock(gap.until),
        )
        for gap in found[-_SHOWN:]
    ]
