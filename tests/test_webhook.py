"""The webhook: 200 only after the commit, nothing twice, and nobody but Telegram is let in."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest

from bot.http_server import Head
from bot.platforms.telegram.account import Telegram
from bot.webhook import Door, Webhook, door
from tests.botapi import Server, updates
from tests.botapi.town import TOKEN
from tests.botapi.town import Town as Telegrams
from tests.town import Town

PUBLIC = "https://linli.example.org/telegram"
LIFT = "3栋电梯坏了，已经停了两天"
CHAT = -1001


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def telegrams() -> Iterator[Server]:
    """Telegram's side."""
    with Server(Telegrams()) as server:
        server.town.person(7, "张阿姨")
        server.town.group(CHAT)
        yield server


class Site:
    """A running webhook in front of a whole bot, and its database."""

    def __init__(self, town: Town, telegrams: Server) -> None:
        self.town, self.telegrams = town, telegrams
        self.door = door(TOKEN, PUBLIC, f"127.0.0.1:{_free_port()}")
        self.telegram = Telegram(TOKEN, media=Path(), base_url=telegrams.url, timeout_s=5)
        self.trouble: list[Exception] = []
        telegrams.town.forward(PUBLIC, f"http://127.0.0.1:{self.door.port}/telegram")

    async def on_writer(self, work: Callable[[], None]) -> None:
        if self.trouble:
            raise self.trouble.pop()
        work()

    def run(self, story: Callable[[], Awaitable[None]]) -> None:
        async def running() -> None:
            await self.telegram.identify()
            stop, town = asyncio.Event(), self.telegrams.town
            before = len(town.called("setWebhook"))
            webhook = Webhook(self.telegram, self.town.intake, "42", self.on_writer, self.door)
            listening = asyncio.create_task(webhook.run(stop, asyncio.Event()))
            await _until(lambda: len(town.called("setWebhook")) > before)
            try:
                await story()
            finally:
                listening.cancel()
                with suppress(asyncio.CancelledError, OSError):
                    await listening
                await self.telegram.stop()

        asyncio.run(running())

    async def knock(
        self, body: bytes, *, path: str | None = None, header: str | None = None, method: str = "POST"
    ) -> int | None:
        """The answer's status, None where the connection broke."""
        url = f"http://127.0.0.1:{self.door.port}/telegram/{self.door.path if path is None else path}"
        request = Request(url, data=body, method=method)
        request.add_header("X-Telegram-Bot-Api-Secret-Token", self.door.header if header is None else header)
        return await asyncio.to_thread(_status, request)

    def numbers(self) -> list[int]:
        with self.town.store() as store:
            return sorted(store.updates.taken("42"))


def _status(request: Request) -> int | None:
    try:
        with urlopen(request, timeout=20) as answer:  # noqa: S310
            status: int = answer.status
            return status
    except HTTPError as error:
        with error:
            assert error.read() == b""
            return error.code
    except (URLError, OSError):
        return None


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not holds():
            await asyncio.sleep(0.01)


@pytest.fixture
def site(town: Town, telegrams: Server) -> Site:
    """A quiet compound behind its door."""
    return Site(town, telegrams)


def _update(number: int, text: str = LIFT) -> bytes:
    return json.dumps(updates.message(text, chat=updates.group(CHAT)) | {"update_id": number}).encode()


def test_what_telegram_posts_is_taken_and_forgotten_there(site: Site) -> None:
    telegrams = site.telegrams.town

    async def story() -> None:
        for number in range(20):
            telegrams.says(7, f"第{number}条", CHAT)
        await _until(lambda: not telegrams.pending())

    site.run(story)
    assert [status for _, status in telegrams.push_log()] == [200] * 20
    assert site.numbers() == [number for number, _ in telegrams.push_log()]
    (asked,) = telegrams.called("setWebhook")
    assert (asked["url"], asked["drop_pending_updates"]) == (site.door.full_url, False)
    assert {"message", "my_chat_member", "chat_member", "message_reaction"} <= set(asked["allowed_updates"])


def test_an_update_that_comes_again_is_answered_and_taken_once_in_whatever_order(site: Site) -> None:
    async def story() -> None:
        for number in (12, 11, 12, 11, 13):
            assert await site.knock(_update(number)) == 200

    site.run(story)
    assert site.numbers() == [11, 12, 13]


def test_what_was_taken_by_polling_is_not_taken_again_by_webhook(site: Site) -> None:
    with site.town.store() as store:
        store.compound.set_offset("42", 200_100, site.town.clock.now())

    async def story() -> None:
        assert await site.knock(_update(200_099)) == 200
        assert await site.knock(_update(200_100)) == 200

    site.run(story)
    assert site.numbers() == [200_100]
    with site.town.store() as store:
        assert store.compound.offset("42") == 200_100, "where polling goes on is left as it is"


def test_an_update_whose_transaction_fails_is_answered_with_500_and_taken_the_next_time(site: Site) -> None:
    async def story() -> None:
        site.trouble.append(OSError("no space left"))
        assert await site.knock(_update(11)) == 500

    site.run(story)
    assert site.numbers() == []

    after = Site(site.town, site.telegrams)

    async def again() -> None:
        assert await after.knock(_update(11)) == 200

    after.run(again)
    assert site.numbers() == [11]


@pytest.mark.parametrize(
    "wrong",
    [
        {"path": "wrong"},
        {"path": ""},
        {"header": "wrong"},
        {"header": ""},
        {"method": "GET"},
        {"path": "ü"},
    ],
)
def test_whoever_lacks_a_secret_is_told_nothing(site: Site, wrong: dict[str, str]) -> None:
    head = Head(
        wrong.get("method", "POST"),
        f"/telegram/{wrong.get('path', site.door.path)}",
        {"x-telegram-bot-api-secret-token": wrong.get("header", site.door.header)},
    )
    assert site.door.admits(head) == 403


def test_a_stranger_s_request_changes_nothing(site: Site) -> None:
    async def story() -> None:
        assert await site.knock(_update(11), header="wrong") == 403
        assert await site.knock(_update(11), path="wrong") == 403

    site.run(story)
    assert site.numbers() == []


@pytest.mark.parametrize("body", [b"{", b"[]", b"null", b'{"message": {}}', b"\xff\xfe", b"[" * 100_000])
def test_what_nobody_can_read_becomes_a_dead_letter_and_is_not_sent_again(site: Site, body: bytes) -> None:
    async def story() -> None:
        assert await site.knock(body) == 200

    site.run(story)
    assert len(site.town.buried()) == 1


def test_a_body_without_end_is_refused(site: Site) -> None:
    async def story() -> None:
        assert await site.knock(b" " * 2_000_001) in (413, None)

    site.run(story)
    assert site.town.buried() == []


def test_the_secrets_follow_from_the_token_and_give_it_away_to_nobody() -> None:
    here = door(TOKEN, PUBLIC, "127.0.0.1:8090")
    other = door(TOKEN[:-1] + "x", PUBLIC, "[::1]:8090")

    assert here == door(TOKEN, f"{PUBLIC}/", "127.0.0.1:8090")
    assert here.full_url == f"{PUBLIC}/{here.path}"
    assert {here.path, here.header}.isdisjoint({other.path, other.header})
    assert (other.host, other.port) == ("::1", 8090)
    assert isinstance(here, Door)
    for part in TOKEN.split(":"):
        assert part not in here.path + here.header
