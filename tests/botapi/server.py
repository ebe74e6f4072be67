"""The stand-in Bot API server: reads requests, checks them against the table, plays them in the town."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from types import TracebackType
from typing import Any

from aiohttp import web
from aiohttp.web_request import FileField

from tests.botapi import methods, table
from tests.botapi.markup import unmarked
from tests.botapi.pushing import Pusher
from tests.botapi.table import Refused, Upload, bad
from tests.botapi.town import CONTROLS, DEFAULT_UPDATES, Json, Town
from tests.botapi.trouble import Fault

LARGEST_REQUEST = 60 * 1024 * 1024
LONGEST_POLL_S = 50
REPOLL_S = 0.5
_GARBAGE = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"
_KNOWN_UPDATES = frozenset(table.published()["types"]["Update"]) - {"update_id"}


class _Poll:
    """One getUpdates that waits."""

    def __init__(self) -> None:
        self.wake = asyncio.Event()
        self.replaced = False


class Server:
    """Serves a town on loopback, from a thread of its own: ``with Server() as server: … server.url``.

    At the end it raises if it has itself given an answer that is not as published.
    """

    def __init__(self, town: Town | None = None, port: int = 0) -> None:
        self.town = town or Town()
        self.port = port
        self.broken: list[str] = []
        """Answers of the stand-in's own that were not as published."""
        self._loop = asyncio.new_event_loop()
        self._runner: web.AppRunner | None = None
        self._thread = threading.Thread(target=self._run, name="botapi", daemon=True)
        self._ready = threading.Event()
        self._failure: OSError | None = None
        self._poll: _Poll | None = None
        self._pusher: Pusher | None = None
        self._pushing: asyncio.Task[None] | None = None
        self._last_offset: int | None = None
        self._last_poll = 0.0

    @property
    def url(self) -> str:
        """What goes into the bot's ``base_url``."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Server:
        self._thread.start()
        self._ready.wait()
        if self._failure is not None:
            raise self._failure
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(20)
        if kind is None and self.broken:
            raise AssertionError(f"the stand-in broke the published rules itself: {self.broken}")

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._open())
            self.town.changed = lambda: self._loop.call_soon_threadsafe(self._wake)
            self._ready.set()
            self._loop.run_forever()
        except OSError as error:
            self._failure = error
        finally:
            self._ready.set()
            self.town.changed = lambda: None
            if self._pushing is not None:
                self._pushing.cancel()
                with suppress(asyncio.CancelledError):
                    self._loop.run_until_complete(self._pushing)
            if self._runner is not None:
                self._loop.run_until_complete(self._runner.cleanup())
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()

    async def _open(self) -> None:
        self._pusher = Pusher(self.town)
        self._pushing = asyncio.create_task(self._pusher.run())
        app = web.Application(client_max_size=LARGEST_REQUEST)
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        app.router.add_get("/file/bot{token}/{path:.+}", self._download)
        app.router.add_post("/control/{name}", self._control)
        self._runner = web.AppRunner(app, handler_cancellation=True, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    def _wake(self) -> None:
        if self._poll is not None:
            self._poll.wake.set()
        if self._pusher is not None:
            self._pusher.wake.set()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        fault = self.town.fault_for(method)
        if fault is None:
            return await self._answer(request, method)
        return await _spoilt(fault, request, lambda: self._answer(request, method))

    async def _answer(self, request: web.Request, method: str) -> web.Response:
        try:
            self._check_token(request.match_info["token"])
            sent, files = await _read(request)
            parameters = table.checked(method, unmarked(sent), files)
            self.town.calls.append((method, {name: _shown(value) for name, value in parameters.items()}))
            if method == "getUpdates":
                batch = b",".join(await self._updates(parameters))
                return _json(b'{"ok":true,"result":[' + batch + b"]}")
            result = methods.play(self.town, method, parameters, files)
        except Refused as refused:
            self.town.refusals.append((method, refused.description))
            return _refusal(refused)
        wrong = _wrong(method, result)
        if wrong:
            self.broken.append(f"{method}: {wrong}")
        return _json(json.dumps({"ok": True, "result": result}, ensure_ascii=False).encode())

    def _check_token(self, token: str) -> None:
        if token != self.town.token:
            number, _, secret = token.partition(":")
            raise Refused(401, "Unauthorized") if number.isdigit() and secret else Refused(404, "Not Found")

    async def _updates(self, p: Json) -> list[bytes]:
        """getUpdates: the newer of two callers wins, the older one is told so with 409."""
        town = self.town
        if town.webhook is not None:
            raise Refused(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        if "allowed_updates" in p:
            if unknown := set(p["allowed_updates"]) - _KNOWN_UPDATES:
                raise bad(f"unknown update type {min(unknown)}")
            town.allowed = frozenset(p["allowed_updates"]) or DEFAULT_UPDATES
        now = asyncio.get_running_loop().time
        offset, limit = p.get("offset"), p.get("limit", 100)
        if town.slowed and offset == self._last_offset and now() - self._last_poll < REPOLL_S:
            limit = 1
        if self._poll is not None:
            self._poll.replaced = True
            self._poll.wake.set()
        poll = self._poll = _Poll()
        until = now() + min(max(p.get("timeout", 0), 0), LONGEST_POLL_S)
        try:
            while True:
                poll.wake.clear()
                batch = town.updates(offset, limit)
                if batch or now() >= until:
                    return batch
                try:
                    await asyncio.wait_for(poll.wake.wait(), until - now())
                except TimeoutError:
                    continue
                if poll.replaced:
                    raise Refused(
                        409,
                        "Conflict: terminated by other getUpdates request; "
                        "make sure that only one bot instance is running",
                    )
                if town.webhook is not None:
                    raise Refused(409, "Conflict: terminated by setWebhook request")
        finally:
            self._last_offset, self._last_poll = offset, now()
            if self._poll is poll:
                self._poll = None

    async def _download(self, request: web.Request) -> web.StreamResponse:
        fault = self.town.fault_for("download")
        if fault is None:
            return await self._file(request)
        return await _spoilt(fault, request, lambda: self._file(request))

    async def _file(self, request: web.Request) -> web.Response:
        try:
            self._check_token(request.match_info["token"])
        except Refused as refused:
            return _refusal(refused)
        name = request.match_info["path"].removeprefix("photos/").removesuffix(".jpg")
        with self.town.lock:
            if name not in self.town.files:
                return _refusal(Refused(404, "Not Found"))
            return web.Response(body=self.town.files[name][0], content_type="image/jpeg")

    async def _control(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in CONTROLS:
            return web.json_response({"error": f"no control {name}"}, status=404)
        arguments = await request.json() if request.can_read_body else {}
        try:
            return web.json_response({"result": getattr(self.town, name)(**arguments)})
        except (TypeError, ValueError, KeyError) as error:
            return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)


async def _read(request: web.Request) -> tuple[dict[str, object], dict[str, Upload]]:
    """What was sent, whichever of the four ways: query, form, JSON or multipart."""
    sent: dict[str, object] = {}
    files: dict[str, Upload] = {}
    pairs: list[tuple[str, object]] = list(request.query.items())
    if request.content_type == "application/json":
        try:
            body = await request.json()
        except ValueError:
            raise bad("can't parse request JSON object") from None
        if not isinstance(body, dict):
            raise bad("request JSON must be an object")
        pairs += body.items()
    elif request.can_read_body:
        pairs += (await request.post()).items()
    for name, value in pairs:
        if name in sent or name in files:
            raise bad(f"{name} is given twice")
        if isinstance(value, FileField):
            files[name] = Upload(value.filename, value.file.read())
            value.file.close()
        else:
            sent[name] = value
    return sent, files


async def _spoilt(
    fault: Fault, request: web.Request, proper: Callable[[], Awaitable[web.Response]]
) -> web.StreamResponse:
    """An answer with something wrong about it."""
    if fault.kind == "slow":
        await asyncio.sleep(fault.seconds)
        return await proper()
    if fault.kind == "lost":
        await proper()
    if fault.kind in ("lost", "reset"):
        if request.transport is not None:
            request.transport.abort()
        return web.Response()
    if fault.kind == "garbage":
        return web.Response(text=_GARBAGE, content_type="text/html")
    if fault.kind == "empty":
        return web.Response()
    if fault.kind == "truncated":
        body = (await proper()).body
        return _json(body[: len(body) // 2] if isinstance(body, bytes) else b"{")
    if fault.kind == "redirect":
        return web.Response(status=302, headers={"Location": f"/elsewhere{request.path}"})
    return _spoilt_status(int(fault.kind), int(fault.seconds))


def _spoilt_status(status: int, seconds: int) -> web.Response:
    if status == 429:
        return _refusal(Refused(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds))
    if status >= 502:
        # What stands before the real server, and not the server itself, answers these.
        return web.Response(status=status, text=_GARBAGE, content_type="text/html")
    words = {401: "Unauthorized", 403: "Forbidden: bot was blocked by the user", 404: "Not Found"}
    words |= {409: "Conflict: terminated by other getUpdates request", 500: "Internal Server Error"}
    return _refusal(Refused(status, words[status]))


def _refusal(refused: Refused) -> web.Response:
    answer: Json = {"ok": False, "error_code": refused.code, "description": refused.description}
    if refused.parameters:
        answer["parameters"] = refused.parameters
    return _json(json.dumps(answer).encode(), refused.code)


def _json(body: bytes, status: int = 200) -> web.Response:
    return web.Response(body=body, status=status, content_type="application/json")


def _wrong(method: str, result: Any) -> list[str]:
    """What is wrong with an answer of the stand-in itself."""
    found = [table.faults(type_name, result) for type_name in table.gives(method)]
    return [] if any(not faults for faults in found) else [fault for faults in found for fault in faults]


def _shown(value: object) -> object:
    if isinstance(value, Upload):
        return {"filename": value.filename, "bytes": len(value.content)}
    return value
