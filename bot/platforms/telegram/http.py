"""Calls to a Bot API server: one request, one result or one named failure. The only holder of the token."""

from __future__ import annotations

import asyncio
import ipaddress
import json
import logging
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlsplit

from telegram import InputFile
from telegram.error import TelegramError, TimedOut
from telegram.request import HTTPXRequest, RequestData

# Not exported by the library, and the only way to give RequestData its content; the version is locked.
from telegram.request._requestparameter import RequestParameter

from bot.platforms.base import TryLater, Unsure

OFFICIAL = "https://api.telegram.org"

LONGEST_PAUSE_S = 24 * 3600
"""A ``retry_after`` beyond this is taken for nonsense and shortened."""

_TOKEN_CHECKED_BY = frozenset({"getMe", "getUpdates"})
"""Methods that every server has, so that their 404 means a malformed token and not an unknown method."""


_NEVER_LEFT = frozenset({"ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError"})
"""The HTTP library's failures before a request is written. After any other it may have arrived."""


class WrongToken(TryLater):
    """The server does not accept the bot's token (revoked or mistyped): a person has to act."""


class Conflict(TryLater):
    """Somebody else polls with this token (Telegram answers the older), or a webhook is set (``webhook``)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.webhook = "webhook" in reason.lower()


class Refusal(Exception):
    """The server understood and refuses: 400, 403, and 404 for an unknown method."""

    def __init__(self, code: int, reason: str, moved_to: int | None = None) -> None:
        super().__init__(f"{code} {reason}")
        self.code = code
        self.reason = reason.lower()
        self.moved_to = moved_to
        """The new id of a group that became a supergroup."""

    def says(self, *phrases: str) -> bool:
        """Whether the server's words contain one of these (lower case)."""
        return any(phrase in self.reason for phrase in phrases)


def checked_base_url(url: str) -> str:
    """The server's root without trailing slash and ``/bot``. ValueError unless https, or http on loopback."""
    parts = urlsplit(url.strip())
    if parts.query or parts.fragment or parts.username or parts.password:
        raise ValueError("base_url must have no query, fragment, user or password")
    if not parts.hostname or not (
        parts.scheme == "https" or (parts.scheme == "http" and _loopback(parts.hostname))
    ):
        raise ValueError(
            "base_url must be https://…, or http://… on this machine (127.0.0.1, ::1, localhost)"
        )
    return parts.geturl().rstrip("/").removesuffix("/bot")


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Caller:
    """Speaks to one Bot API server for one bot.

    The token appears in no log, repr or exception: the HTTP library writes URLs into its log and into its
    exceptions, so its log is turned down and its exceptions are replaced, never chained.
    """

    def __init__(
        self, token: str, *, base_url: str, proxy: str | None, connect_timeout_s: float, timeout_s: float
    ) -> None:
        root = checked_base_url(base_url)
        secret = quote(token, safe=":")
        self._token = token
        self._calls = f"{root}/bot{secret}"
        self._files = f"{root}/file/bot{secret}"
        self._timeout_s = timeout_s
        for library in ("httpx", "httpcore", "telegram"):
            logging.getLogger(library).setLevel(logging.WARNING)
        self._http = HTTPXRequest(
            connection_pool_size=32,
            proxy=proxy,
            connect_timeout=connect_timeout_s,
            read_timeout=timeout_s,
            write_timeout=timeout_s,
            media_write_timeout=timeout_s * 4,
            pool_timeout=timeout_s,
            # A proxy from the environment is for the outside world, not for a server on this machine.
            # A redirect could carry the token anywhere.
            httpx_kwargs={"trust_env": urlsplit(root).scheme == "https", "follow_redirects": False},
        )

    def __repr__(self) -> str:
        return f"Caller({urlsplit(self._calls).hostname})"

    async def open(self) -> None:
        """Make ready to call; harmless if it is."""
        await self._http.initialize()

    async def close(self) -> None:
        """Close the connections; harmless if they are."""
        await self._http.shutdown()

    async def call(self, method: str, wait_s: float = 0, /, **parameters: object) -> Any:
        """The ``result`` of a method; parameters that are None are left out.

        ``wait_s`` is how long the server may wait of its own accord.

        Raises TryLater (network, 429, 5xx), Unsure among them where it may have arrived (a connection that broke
        or timed out, an answer that is none), WrongToken, Conflict or Refusal.
        """
        data = RequestData(
            [RequestParameter.from_input(k, v) for k, v in parameters.items() if v is not None]
        )
        upload = any(isinstance(value, InputFile) for value in parameters.values())
        limit_s = wait_s + self._timeout_s * (5 if upload else 1)
        status, body = await self._request(f"{self._calls}/{method}", "POST", data, limit_s)
        answer = _parsed(body)
        if not isinstance(answer, dict):
            if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
                # A proxy in front of the server says so in its own words.
                raise Refusal(status, "request entity too large")
            kind = TryLater if HTTPStatus.OK < status < HTTPStatus.INTERNAL_SERVER_ERROR else Unsure
            raise kind(f"{method}: {status} without a Bot API answer")
        if status == HTTPStatus.OK and answer.get("ok") is True and "result" in answer:
            return answer["result"]
        raise self._failure(method, status, answer)

    async def download(self, path: str) -> bytes:
        """A file's bytes. Raises TryLater, or Refusal where it is gone."""
        status, body = await self._request(f"{self._files}/{quote(path)}", "GET", None, self._timeout_s * 4)
        if status == HTTPStatus.OK:
            return body
        if status in (HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND):
            raise Refusal(status, "the file is gone")
        raise TryLater(f"download: {status}")

    async def _request(
        self, url: str, http_method: str, data: RequestData | None, limit_s: float
    ) -> tuple[int, bytes]:
        trouble, left = "timed out", True
        try:
            # The library's read timeout counts anew with every byte, so a trickle could hold us for ever.
            async with asyncio.timeout(limit_s):
                return await self._http.do_request(url, http_method, data, read_timeout=limit_s)
        except TimeoutError:
            pass
        except TelegramError as error:
            left = type(error.__cause__).__name__ not in _NEVER_LEFT
            if not isinstance(error, TimedOut):
                trouble = self._scrubbed(str(error))
        except OSError as error:
            trouble = type(error).__name__
        # Raised here, outside of the handlers, so that no exception with the URL hangs on to this one.
        raise (Unsure if left else TryLater)(f"network: {trouble}")

    def _failure(self, method: str, status: int, answer: dict[str, Any]) -> Exception:
        inner = answer.get("error_code")
        code = inner if status == HTTPStatus.OK and type(inner) is int else status
        words = answer.get("description")
        reason = self._scrubbed(words if isinstance(words, str) else "no reason given")
        hints = answer.get("parameters")
        hints = hints if isinstance(hints, dict) else {}
        if code == HTTPStatus.TOO_MANY_REQUESTS:
            return TryLater(f"{method}: {reason}", _pause(hints.get("retry_after")))
        if code == HTTPStatus.UNAUTHORIZED or (code == HTTPStatus.NOT_FOUND and method in _TOKEN_CHECKED_BY):
            return WrongToken(f"{method}: {code} {reason}")
        if code == HTTPStatus.CONFLICT:
            return Conflict(f"{method}: {reason}")
        moved_to = hints.get("migrate_to_chat_id")
        if code in (400, 403, 404, 413):
            return Refusal(code, reason, moved_to if type(moved_to) is int else None)
        return TryLater(f"{method}: {code} {reason}")

    def _scrubbed(self, words: str) -> str:
        return words.replace(self._token, "<token>").replace(quote(self._token, safe=":"), "<token>")[:300]


def _pause(seconds: object) -> timedelta | None:
    if not isinstance(seconds, int | float) or not seconds > 0:
        return None
    return timedelta(seconds=min(seconds, LONGEST_PAUSE_S))


def _parsed(body: bytes) -> object:
    """The JSON, or None. One odd update must not hide the whole batch, so a laxer reading is tried, too."""
    text = body.decode("utf-8", "replace")
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    try:
        return json.loads(text, strict=False, parse_int=_bounded)
    except (ValueError, RecursionError):
        return None


def _bounded(digits: str) -> int | None:
    # Python refuses to read integers of thousands of digits; no field of the Bot API has more than 16.
    return int(digits) if len(digits) < 40 else None
