"""Calls to a server that may do anything, and a token that nobody sees."""

from __future__ import annotations

import asyncio
import logging
import traceback
from datetime import timedelta

import pytest

from bot.platforms.base import TryLater, Unsure
from bot.platforms.telegram.http import Caller, Conflict, Refusal, WrongToken, checked_base_url
from tests.botapi import Server, Town


def caller(server: Server, token: str | None = None, timeout_s: float = 5) -> Caller:
    return Caller(
        token or server.town.token, base_url=server.url, proxy=None, connect_timeout_s=5, timeout_s=timeout_s
    )


def call(
    server: Server, method: str, *, timeout_s: float = 5, token: str | None = None, **parameters: object
) -> object:
    async def once() -> object:
        own = caller(server, token, timeout_s)
        try:
            return await own.call(method, **parameters)
        finally:
            await own.close()

    return asyncio.run(once())


def trouble(server: Server, method: str = "getMe", **more: object) -> Exception:
    with pytest.raises(Exception) as caught:
        call(server, method, **more)  # type: ignore[arg-type]
    return caught.value


@pytest.mark.parametrize(
    ("url", "root"),
    [
        ("https://api.telegram.org", "https://api.telegram.org"),
        ("https://api.telegram.org/bot", "https://api.telegram.org"),
        ("https://bots.example.com/api/", "https://bots.example.com/api"),
        ("http://127.0.0.1:8081", "http://127.0.0.1:8081"),
        ("http://localhost:8081/", "http://localhost:8081"),
        ("http://[::1]:8081", "http://[::1]:8081"),
    ],
)
def test_a_server_is_reached_by_https_or_on_this_machine(url: str, root: str) -> None:
    assert checked_base_url(url) == root


@pytest.mark.parametrize(
    "url",
    [
        "http://api.telegram.org",
        "http://192.168.1.5:8081",
        "http://127.0.0.1.example.com",
        "http://localhost@example.com",
        "https://user:word@example.com",
        "https://example.com/?x=1",
        "ftp://127.0.0.1",
        "api.telegram.org",
        "",
    ],
)
def test_a_server_to_which_the_token_would_travel_in_the_open_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="base_url"):
        checked_base_url(url)


@pytest.mark.parametrize("kind", ["500", "502", "503", "reset", "garbage", "empty", "truncated", "redirect"])
def test_passing_troubles_are_to_be_tried_later(server: Server, kind: str) -> None:
    server.town.fail(kind)
    # Of an answer that is none nobody can tell whether the call was carried out.
    told = TryLater if kind in ("429", "500", "redirect") else Unsure
    assert type(trouble(server)) is told
    call(server, "getMe")


def test_a_redirect_is_not_followed(server: Server) -> None:
    server.town.fail("redirect")
    trouble(server)
    assert server.town.calls == []


def test_too_many_requests_say_how_long_to_wait(server: Server) -> None:
    server.town.fail("429", seconds=17)
    failure = trouble(server)
    assert isinstance(failure, TryLater)
    assert failure.after == timedelta(seconds=17)


def test_a_senseless_wait_is_shortened(server: Server) -> None:
    server.town.fail("429", seconds=10**9)
    failure = trouble(server)
    assert isinstance(failure, TryLater)
    assert failure.after == timedelta(days=1)


def test_a_silent_server_is_not_waited_for_for_ever(server: Server) -> None:
    server.town.fail("slow", seconds=30)
    assert "timed out" in str(trouble(server, timeout_s=0.3))


def test_a_server_that_is_not_there_is_to_be_tried_later() -> None:
    with Server(Town()) as server:
        pass
    assert type(trouble(server)) is TryLater


def test_a_proxy_is_used_and_not_gone_round(server: Server) -> None:
    with Server(Town()) as closed:
        pass

    async def once() -> None:
        own = Caller(
            server.town.token, base_url=server.url, proxy=closed.url, connect_timeout_s=5, timeout_s=5
        )
        try:
            with pytest.raises(TryLater):
                await own.call("getMe")
        finally:
            await own.close()

    asyncio.run(once())
    assert server.town.calls == []


def test_a_proxy_of_the_environment_is_not_asked_for_this_machine(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    call(server, "getMe")
    assert [method for method, _ in server.town.calls] == ["getMe"]


@pytest.mark.parametrize("token", ["42:wrong", "no-token-at-all"])
def test_a_wrong_token_has_its_own_name(server: Server, token: str) -> None:
    assert type(trouble(server, token=token)) is WrongToken


def test_a_revoked_token_is_noticed_in_any_call(server: Server) -> None:
    server.town.fail("401")
    assert type(trouble(server, "getWebhookInfo")) is WrongToken


def test_a_method_the_server_does_not_know_is_no_wrong_token(server: Server) -> None:
    failure = trouble(server, "sendTelepathy")
    assert isinstance(failure, Refusal)
    assert failure.code == 404


def test_a_second_poller_is_a_conflict(server: Server) -> None:
    server.town.fail("409")
    failure = trouble(server, "getUpdates")
    assert isinstance(failure, Conflict)
    assert not failure.webhook


def test_a_webhook_in_the_way_is_a_conflict_that_says_so(server: Server) -> None:
    call(server, "setWebhook", url="https://example.com/hook")
    failure = trouble(server, "getUpdates")
    assert isinstance(failure, Conflict)
    assert failure.webhook


def test_parameters_that_are_none_are_left_out(server: Server) -> None:
    call(server, "getUpdates", offset=None, limit=5)
    assert server.town.called("getUpdates") == [{"limit": 5}]


def test_what_never_left_has_not_arrived_and_what_got_no_answer_may_have(server: Server) -> None:
    server.town.fail("slow", seconds=30)
    assert type(trouble(server, timeout_s=0.3)) is Unsure
    server.town.fail("lost")
    assert type(trouble(server)) is Unsure

    with Server() as closed:
        pass
    assert type(trouble(closed)) is TryLater


@pytest.mark.parametrize("kind", ["401", "404", "409", "429", "500", "reset", "garbage", "slow", None])
def test_the_token_is_in_no_log_no_repr_and_no_exception(
    server: Server, caplog: pytest.LogCaptureFixture, kind: str | None
) -> None:
    own = caller(server, timeout_s=0.3)
    secret = server.town.token.partition(":")[2]
    failure: BaseException | None = None

    async def once() -> None:
        nonlocal failure
        try:
            await own.call("getMe")
        except TryLater as caught:
            failure = caught
        finally:
            await own.close()

    if kind is not None:
        server.town.fail(kind, seconds=2)
    with caplog.at_level(logging.DEBUG):
        asyncio.run(once())
    assert (failure is None) == (kind is None)
    told = caplog.text + repr(own)
    while failure is not None:
        told += "".join(traceback.format_exception(failure)) + repr(failure)
        failure = failure.__cause__ or failure.__context__
    assert secret not in told


def test_a_server_that_repeats_the_token_is_not_repeated() -> None:
    town = Town(token="42:repeated")
    with Server(town) as server:
        failure = trouble(server, "sendMessage", chat_id=1, text="x", **{"42:repeated": "x"})
    assert "repeated" not in str(failure)
    assert "<token>" in str(failure)
