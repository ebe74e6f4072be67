"""The running bot: one lease, one writer thread, and the loops that listen, send and tick."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import signal
import socket
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection

from bot.clock import Clock
from bot.dispatch import Dispatch
from bot.domain.messages import Address, Membership, Moved, Outgoing
from bot.fetching import MediaLimits
from bot.files.config import GroupConfig
from bot.intake import Arrival, Intake
from bot.platforms.base import ChatMoved, Misused, Platform, TryLater, Undeliverable
from bot.platforms.pace import Pace
from bot.platforms.telegram import Telegram
from bot.platforms.telegram_http import WrongToken
from bot.polling import Pauses, Polling
from bot.texts import Texts
from bot.timetable import Timetable
from bot.webhook import Door, Webhook
from handlers.bindings import first_code
from handlers.commands.menus import publish_menus
from handlers.context import Context, Files
from handlers.groups import introduce_everywhere
from handlers.jobs.table import JOBS
from storage.compound import open_compound
from storage.database import Database
from storage.lease import Lease, LeaseLost

log = logging.getLogger(__name__)

T = TypeVar("T")
OnWriter = Callable[[Callable[[], None]], Awaitable[None]]

_LEASE_S = 30


@dataclass(slots=True)
class Service:
    """The running bot: one compound, one Telegram account."""

    files: Files
    read_files: Callable[[], Files]
    database: Database
    telegram: Telegram
    bot: str
    """The account's number, which a token begins with."""
    clock: Clock
    texts: Texts
    tell: Callable[[str], None]
    """Says a line to the operator, on the terminal that Linli was started from."""
    pauses: Pauses = field(default_factory=Pauses)
    door: Door | None = None
    """Where Telegram posts updates to; None: it is asked for them."""

    async def run(self) -> None:
        """Run until SIGTERM or SIGINT. Raises DatabaseTrouble, WrongToken at the start, and LeaseLost."""
        stop, wake = asyncio.Event(), asyncio.Event()
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, stop.set)
        with ThreadPoolExecutor(1, thread_name_prefix="writer") as writer:
            lease = Lease(self.database, f"telegram:{self.bot}", _owner(), _LEASE_S)
            try:
                if not await self._take_lease(lease, writer, stop):
                    return
                try:
                    await self._serve(lease, writer, stop, wake)
                finally:
                    await loop.run_in_executor(writer, lease.release)
            finally:
                await self.telegram.stop()

    async def _take_lease(self, lease: Lease, writer: ThreadPoolExecutor, stop: asyncio.Event) -> bool:
        """Wait until no other process runs this account; False if told to stop meanwhile."""
        told = False
        while not stop.is_set():
            if await _on(writer, lambda: self._taken(lease)):
                return True
            if not told:
                self.tell(self.texts("run.waiting"))
                told = True
            try:
                await asyncio.wait_for(stop.wait(), 2)
            except TimeoutError:
                continue
        return False

    def _taken(self, lease: Lease) -> bool:
        """Take the lease; one whose process has died on this machine need not be waited for."""
        if lease.take(self.clock.now()):
            return True
        holder = lease.holder()
        if holder is None or not _died_here(holder[0]):
            return False
        Lease(lease.database, lease.name, holder[0]).release()
        return lease.take(self.clock.now())

    async def _serve(
        self, lease: Lease, writer: ThreadPoolExecutor, stop: asyncio.Event, wake: asyncio.Event
    ) -> None:
        intake, dispatch = await _on(writer, lambda: self._build(lease, writer))
        await dispatch.resume()
        await _on(writer, lambda: intake.run("introduce", introduce_everywhere))

        async def on_writer(work: Callable[[], None]) -> None:
            await _on(writer, work)

        tasks = [
            asyncio.create_task(self._connect(intake, on_writer, stop, wake), name="polling"),
            asyncio.create_task(dispatch.run(stop, wake), name="dispatch"),
            asyncio.create_task(Timetable(intake, JOBS, on_writer).run(stop, wake), name="timetable"),
            asyncio.create_task(self._keep_lease(lease, writer, stop), name="lease"),
        ]
        stopping = asyncio.create_task(stop.wait())
        try:
            done, _ = await asyncio.wait([*tasks, stopping], return_when=asyncio.FIRST_COMPLETED)
            stop.set()
            wake.set()
            # A long poll would hold up the farewell: what it may bring comes again next time.
            tasks[0].cancel()
            await asyncio.wait(tasks, timeout=5)
            for task in done - {stopping}:
                task.result()
            for task in tasks[1:]:
                if task.done() and not task.cancelled():
                    task.result()
        finally:
            stopping.cancel()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _build(self, lease: Lease, writer: ThreadPoolExecutor) -> tuple[Intake, Dispatch]:
        config = self.files.config
        with self.database.writing() as conn:
            compound = open_compound(
                conn, config.compound.code, config.compound.name, config.mode, self.clock.now()
            )

        def guard(conn: Connection) -> None:
            if not lease.renew_within(conn, self.clock.now()):
                raise LeaseLost

        def watch(conn: Connection) -> None:
            if not lease.held_within(conn):
                raise LeaseLost

        platforms: dict[str, Platform] = {Telegram.name: self.telegram}
        intake = Intake(
            self.database,
            compound,
            self.files,
            self.clock,
            self.texts,
            link=lambda platform, payload: (
                platforms[platform].link(payload) if platform in platforms else None
            ),
            read_files=self.read_files,
            guard=guard,
        )
        dispatch = Dispatch(
            self.database,
            compound,
            intake,
            platforms,
            self.clock,
            MediaLimits(config.files.media, config.limits.photo_bytes, config.limits.photo_pixels),
            # Telegram numbers groups below zero and people above.
            is_group=lambda to: to.chat.startswith("-"),
            writer=writer,
            pace=Pace(),
            guard=watch,
        )
        return intake, dispatch

    async def _connect(
        self, intake: Intake, on_writer: OnWriter, stop: asyncio.Event, wake: asyncio.Event
    ) -> None:
        """Log in, look round, then listen. The network may come later than we do."""
        wait_s = 3.0
        while not stop.is_set():
            try:
                me = await (self.telegram.identify() if self.door else self.telegram.start())
                break
            except WrongToken:
                raise
            except TryLater as trouble:
                log.warning("telegram cannot be reached yet: %s", trouble)
                try:
                    await asyncio.wait_for(stop.wait(), wait_s)
                except TimeoutError:
                    wait_s = min(wait_s * 2, 60.0)
        else:
            return
        log.info("logged in as @%s, mode %s", me.username, self.files.config.mode)
        await self._greet(intake, on_writer)
        wake.set()
        if self.door is not None:
            await Webhook(self.telegram, intake, self.bot, on_writer, self.door).run(stop, wake)
        else:
            await Polling(self.telegram, intake, self.bot, on_writer, self.pauses).run(stop, wake)

    async def _greet(self, intake: Intake, on_writer: OnWriter) -> None:
        """Publish the menus, print the first committee member's code, see how we stand in every group."""
        codes: list[str | None] = []

        def code(context: Context) -> list[Outgoing]:
            codes.append(first_code(context))
            return []

        await on_writer(lambda: intake.run("first code", code))
        await on_writer(lambda: intake.run("menus", publish_menus))
        if codes and codes[0]:
            link = self.telegram.link(codes[0]) or ""
            self.tell(self.texts("run.first_code", code=codes[0], link=link))
        groups = [g for g in self.files.config.groups.all if g.platform == Telegram.name]
        # Side by side: each is two calls to a server that may be far away.
        found = await asyncio.gather(*(self._look(group) for group in groups))
        await on_writer(lambda: intake.take(Telegram.name, [arrival for arrival in found if arrival]))

    async def _look(self, group: GroupConfig) -> Arrival | None:
        """How we stand in a group, told to the operator where that is not as it should be."""
        where = Address(Telegram.name, group.chat)
        try:
            room = await self.telegram.room(where)
        except (Undeliverable, Misused):
            self.tell(self.texts("run.group_missing", chat=group.chat, name=group.name))
            return None
        except ChatMoved as moved:
            return Arrival("start", Moved(moved.old, moved.new))
        except TryLater as trouble:
            log.warning("group %s not looked at: %s", group.chat, trouble)
            return None
        if not room.hears_all:
            self.tell(self.texts("run.cannot_hear", group=room.title))
        return Arrival("start", Membership(where, room.title, room.standing, self.clock.now(), in_group=True))

    async def _keep_lease(self, lease: Lease, writer: ThreadPoolExecutor, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                await asyncio.wait_for(stop.wait(), _LEASE_S / 3)
            except TimeoutError:
                if not await _on(writer, lambda: lease.renew(self.clock.now())):
                    raise LeaseLost from None


def _owner() -> str:
    """This process: machine, process id, and a word of its own, since ids are used again."""
    return f"{_machine()}/{os.getpid()}/{secrets.token_hex(6)}"


def _machine() -> str:
    """What a process id is unique in: two containers may share a name, and each has a process 7."""
    marks = [socket.gethostname()]
    with suppress(OSError):
        marks.append(Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii"))
        marks.append(str(Path("/proc/self/ns/pid").readlink()))
    return f"{marks[0][:40]}.{sha256(repr(marks).encode()).hexdigest()[:8]}"


def _died_here(owner: str) -> bool:
    """Whether an owner was a process of this machine that is no more."""
    machine, _, rest = owner.partition("/")
    pid = rest.partition("/")[0]
    if machine != _machine() or not pid.isdecimal() or int(pid) == os.getpid():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


async def _on(writer: ThreadPoolExecutor, work: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(writer, work)
