"""Whom Linli cannot reach: since when, why, and what would help. For ``/status``."""

from __future__ import annotations

from datetime import datetime

from bot.domain.messages import Address
from bot.files.problems import shown
from handlers.context import Context
from storage.upkeep import given_up_by_reason, last_failure, unsure_since

_REASONS = (
    ("deactivated", "deactivated"),
    ("initiate", "not_started"),
    ("not found", "not_started"),
    ("blocked", "blocked"),
    ("no friend", "no_friend"),
)
"""A word of what the messenger said → what the catalogue calls it."""
_MOST = 10
"""People named in one answer."""


def lines(context: Context, since: datetime) -> list[str]:
    """Each person on duty who cannot be reached, and how much else has not arrived since a moment, by reason."""
    found = [line for line in (_person(context, person) for person in _on_duty(context)) if line]
    if len(found) > _MOST:
        found = [*found[:_MOST], context.say("command_status.unreached_more", count=len(found) - _MOST)]
    for reason, many in given_up_by_reason(context.store, since).items():
        found.append(context.say("command_status.given_up", count=many, reason=shown(reason, 60)))
    repeated, unknown = unsure_since(context.store, since)
    if repeated:
        found.append(context.say("command_status.repeated", count=repeated))
    if unknown:
        found.append(context.say("command_status.unknown", count=unknown))
    return found


def _on_duty(context: Context) -> tuple[str, ...]:
    bound = dict.fromkeys(binding.person for binding in context.store.people.bindings())
    return tuple(person for person in bound if context.roster.of(person, context.today))


def _person(context: Context, person: str) -> str:
    """Nothing where the person can be reached, by whichever account."""
    if context.store.people.reach(person) is not None:
        return ""
    account = context.store.people.accounts_of(person)[0]
    failed = last_failure(context.store, Address(account.platform, account.id))
    known = context.store.people.known(account)
    began = known is not None and known.started_at is not None
    reason = next(
        (key for word, key in _REASONS if failed and word in failed.error.lower()),
        "blocked" if began else "not_started",
    )
    since = (known.blocked_at if known else None) or (failed.at if failed else None)
    return context.say(
        "command_status.unreached" if since else "command_status.unreached_ever",
        name=context.name_of(person),
        **({"since": context.clock(since)} if since else {}),
        why=context.say(f"command_status.why_{reason}"),
        remedy=context.say(f"command_status.remedy_{reason}"),
    )
