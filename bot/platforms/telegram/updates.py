"""What concerns a Telegram bot account itself: who it is, and how it is told of updates."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.platforms.base import TryLater
from bot.platforms.telegram.http import Caller, Refusal
from bot.platforms.telegram.incoming import Me

LISTENS_TO = (
    "message",
    "edited_message",
    "callback_query",
    "my_chat_member",
    "chat_member",
    "message_reaction",
)
"""The kinds of updates we are sent. The last two come only where the bot is an admin."""

_AT_ONCE = 10
"""Updates that Telegram may post side by side; those of one chat come one after the other."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sign:
    """Where Telegram posts updates to, and how it fares with that."""

    url: str
    """Empty: nowhere, it waits to be asked."""
    pending: int
    error: str = ""
    error_at: datetime | None = None


async def asked(caller: Caller, method: str, wait_s: float = 0, /, **parameters: object) -> Any:
    """A call about the bot itself. No refusal of it is for ever: what stands in between may be at fault."""
    try:
        return await caller.call(method, wait_s, **parameters)
    except Refusal as refusal:
        raise TryLater(f"{method}: {refusal}") from None


async def who(caller: Caller) -> Me:
    """The account that the token is of. Raises WrongToken, TryLater."""
    user = await asked(caller, "getMe")
    if not (isinstance(user, dict) and type(user.get("id")) is int and isinstance(user.get("username"), str)):
        raise TryLater("getMe: no account in the answer")
    return Me(
        id=str(user["id"]),
        username=user["username"],
        name=str(user.get("first_name", "")),
        can_read_all_group_messages=user.get("can_read_all_group_messages") is True,
    )


async def sign(caller: Caller) -> Sign:
    """How things stand with the webhook. Raises TryLater."""
    found = await asked(caller, "getWebhookInfo")
    if not isinstance(found, dict):
        raise TryLater("getWebhookInfo: no webhook in the answer")
    url, pending, at = found.get("url"), found.get("pending_update_count"), found.get("last_error_date")
    return Sign(
        url if isinstance(url, str) else "",
        pending if type(pending) is int else 0,
        str(found.get("last_error_message") or "") if type(at) is int else "",
        datetime.fromtimestamp(at, UTC) if type(at) is int and 0 <= at < 2**40 else None,
    )


async def hang_sign(caller: Caller, url: str, secret: str) -> None:
    """Have updates posted to a URL, with a secret in each request's header; what waits is kept. Raises TryLater."""
    await asked(
        caller,
        "setWebhook",
        url=url,
        secret_token=secret,
        max_connections=_AT_ONCE,
        allowed_updates=list(LISTENS_TO),
        drop_pending_updates=False,
    )


async def take_sign_down(caller: Caller) -> None:
    """Have nothing posted anywhere, which would keep updates from being asked for; what waits is kept."""
    try:
        found = await caller.call("getWebhookInfo")
        if isinstance(found, dict) and found.get("url"):
            await caller.call("deleteWebhook", drop_pending_updates=False)
    except Refusal as refusal:
        _log.warning("could not look for a webhook: %s", refusal)
