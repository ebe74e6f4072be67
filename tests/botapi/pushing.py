"""Pushing updates to a webhook: in order within a chat, again and again until they are taken."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress

import aiohttp

from tests.botapi.mailbox import Waiting
from tests.botapi.town import Json, Town

LONGEST_PAUSE_S = 2.0
"""The real server's pauses grow to an hour; a test has less patience."""


class Pusher:
    """Runs beside the server, in its loop."""

    def __init__(self, town: Town) -> None:
        self._town = town
        self._pause_s = 0.05
        self.wake = asyncio.Event()

    async def run(self) -> None:
        """Push for ever whatever waits, as long as a webhook is set."""
        connector = aiohttp.TCPConnector(limit=100)
        async with aiohttp.ClientSession(
            connector=connector, timeout=aiohttp.ClientTimeout(total=60)
        ) as session:
            while True:
                self.wake.clear()
                hook = self._town.webhook
                first = self._first() if hook else []
                if hook is None or not first:
                    await self.wake.wait()
                    continue
                taken = await asyncio.gather(*(self._push(session, hook, each) for each in first))
                if any(taken):
                    self._pause_s = 0.05
                else:
                    await asyncio.sleep(self._pause_s)
                    self._pause_s = min(self._pause_s * 2, LONGEST_PAUSE_S)

    def _first(self) -> list[Waiting]:
        """The oldest update of each chat, as many as the webhook takes side by side."""
        with self._town.lock:
            oldest: dict[object, Waiting] = {}
            for waiting in self._town.queue:
                oldest.setdefault(_chat(waiting.raw), waiting)
            most = (self._town.webhook or {}).get("max_connections", 40)
            return list(oldest.values())[:most]

    async def _push(self, session: aiohttp.ClientSession, hook: Json, waiting: Waiting) -> bool:
        headers = {"Content-Type": "application/json"}
        if hook.get("secret_token"):
            headers["X-Telegram-Bot-Api-Secret-Token"] = hook["secret_token"]
        fault = self._town.fault_for("push")
        if fault is not None and fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
        failed, to = "Connection refused", self._town.proxied(hook["url"])
        if not to.startswith("http://127.0.0.1:"):
            # Nothing leaves this machine.
            self._town.push_failed(failed)
            return False
        with suppress(aiohttp.ClientError, TimeoutError, OSError):
            async with session.post(to, data=waiting.raw, headers=headers) as answer:
                self._town.pushes.append((waiting.number, answer.status))
                # "lost": it was taken, and the answer never came.
                if 200 <= answer.status < 300 and (fault is None or fault.kind != "lost"):
                    self._town.pushed(waiting.number)
                    return True
                failed = f"Wrong response from the webhook: {answer.status} {answer.reason}"
        self._town.push_failed(failed)
        return False


def _chat(raw: bytes) -> object:
    """What keeps its order: a chat's messages, a person's presses."""
    try:
        update = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    if not isinstance(update, dict):
        return None
    if "callback_query" in update:
        return ("press", update["callback_query"]["from"]["id"])
    for part in update.values():
        if isinstance(part, dict) and "chat" in part:
            return part["chat"]["id"]
    return None
