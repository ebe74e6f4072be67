"""The small server: a body is answered once it has been dealt with, and nobody can hold it up."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.http_server import Head, HttpServer, Limits

SMALL = Limits(body_bytes=1000, connections=3, request_s=0.3, idle_s=0.3)
Story = Callable[[int], Awaitable[None]]


class Inside:
    """What a server was asked to deal with."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.heads: list[Head] = []
        self.hold: asyncio.Event | None = None

    def admit(self, head: Head) -> HTTPStatus:
        self.heads.append(head)
        return HTTPStatus.OK if head.path == "/in" else HTTPStatus.FORBIDDEN

    async def take(self, body: bytes) -> HTTPStatus:
        if body == b"bad":
            raise ValueError(body)
        if self.hold is not None:
            await self.hold.wait()
        self.bodies.append(body)
        return HTTPStatus.OK


def served(story: Story, inside: Inside, limits: Limits = SMALL) -> None:
    async def run() -> None:
        server = HttpServer("127.0.0.1", 0, inside.admit, inside.take, limits)
        port = await server.open()
        try:
            await story(port)
        finally:
            await server.close(1)

    asyncio.run(run())


async def say(port: int, *pieces: bytes, shut: bool = False) -> bytes:
    """Send pieces over one connection and read until it is closed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.01)
        if shut:
            writer.write_eof()
        return await reader.read()
    except OSError:
        return b""
    finally:
        writer.close()


def post(body: bytes, path: str = "/in", *more: str) -> bytes:
    lines = [f"POST {path} HTTP/1.1", "Host: x", f"Content-Length: {len(body)}", *more]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def statuses(answer: bytes) -> list[int]:
    return [int(line.split()[1]) for line in answer.split(b"\r\n") if line.startswith(b"HTTP/1.1 ")]


def test_bodies_are_dealt_with_one_after_the_other_on_one_connection() -> None:
    inside = Inside()

    async def story(port: int) -> None:
        assert statuses(await say(port, post(b"one"), post(b"two"))) == [200, 200]
        assert statuses(await say(port, post(b"three") + post(b"four"))) == [200, 200]

    served(story, inside)
    assert inside.bodies == [b"one", b"two", b"three", b"four"]


def test_a_body_may_come_in_pieces_and_in_chunks() -> None:
    inside = Inside()
    chunked = (
        b"POST /in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n"
    )

    async def story(port: int) -> None:
        whole = post("水管爆了".encode())
        assert statuses(await say(port, whole[:20], whole[20:-3], whole[-3:])) == [200]
        assert statuses(await say(port, chunked)) == [200]

    served(story, inside)
    assert inside.bodies == ["水管爆了".encode(), b"onetwo"]


def test_whoever_waits_for_leave_to_send_a_body_is_given_it() -> None:
    inside = Inside()

    async def story(port: int) -> None:
        head, body = post(b"one", "/in", "Expect: 100-continue")[:-3], b"one"
        assert statuses(await say(port, head, body)) == [100, 200]

    served(story, inside)


def test_what_is_not_admitted_is_not_read() -> None:
    inside = Inside()

    async def story(port: int) -> None:
        answer = await say(port, post(b"x" * 900, "/elsewhere"))
        assert statuses(answer) == [403]
        assert answer.endswith(b"\r\n\r\n"), "not a word of explanation"

    served(story, inside)
    assert inside.bodies == []


def test_a_body_that_is_too_large_is_refused_whether_or_not_it_says_so() -> None:
    inside = Inside()
    chunk = b"300\r\n" + b"x" * 0x300 + b"\r\n"

    async def story(port: int) -> None:
        assert statuses(await say(port, post(b"x" * 1001))) == [413]
        head = b"POST /in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        assert statuses(await say(port, head, chunk, chunk)) == [413]
        assert statuses(await say(port, post(b"x" * 1000))) == [200]

    served(story, inside)
    assert [len(body) for body in inside.bodies] == [1000]


def test_what_fails_inside_is_answered_with_500_and_the_next_is_served() -> None:
    inside = Inside()

    async def story(port: int) -> None:
        assert statuses(await say(port, post(b"bad"), post(b"good"))) == [500, 200]

    served(story, inside)


def test_a_caller_who_trickles_is_cut_off_and_holds_up_nobody() -> None:
    inside = Inside()

    async def story(port: int) -> None:
        slow = asyncio.create_task(say(port, post(b"one")[:-1]))
        silent = asyncio.create_task(say(port))
        assert statuses(await say(port, post(b"two"))) == [200]
        assert statuses(await slow) == []
        assert statuses(await silent) == []

    served(story, inside)
    assert inside.bodies == [b"two"]


def test_too_many_callers_at_a_time_are_turned_away() -> None:
    inside = Inside()

    async def story(port: int) -> None:
        idle = [asyncio.create_task(say(port)) for _ in range(3)]
        await asyncio.sleep(0.1)
        assert statuses(await say(port, post(b"one"))) == []
        await asyncio.gather(*idle)
        assert statuses(await say(port, post(b"one"))) == [200]

    served(story, inside)


def test_what_is_in_hand_at_the_end_is_answered_and_nothing_new_begins() -> None:
    inside = Inside()

    async def run() -> None:
        inside.hold = asyncio.Event()
        server = HttpServer("127.0.0.1", 0, inside.admit, inside.take, SMALL)
        port = await server.open()
        working = asyncio.create_task(say(port, post(b"one"), b""))
        while not inside.heads:
            await asyncio.sleep(0.01)
        closing = asyncio.create_task(server.close(5))
        await asyncio.sleep(0.05)
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", port)
        inside.hold.set()
        assert statuses(await working) == [200]
        await closing

    asyncio.run(run())
    assert inside.bodies == [b"one"]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.binary(min_size=1, max_size=300), max_size=3))
def test_whatever_is_sent_the_server_stands(pieces: list[bytes]) -> None:
    inside = Inside()

    async def story(port: int) -> None:
        answer = await say(port, *pieces, shut=True)
        assert set(statuses(answer)) <= {400, 403}
        assert statuses(await say(port, post(b"after"))) == [200]

    served(story, inside, Limits(request_s=0.3, idle_s=0.3))
    assert inside.bodies == [b"after"]
