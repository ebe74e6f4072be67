"""The running bot: one lease, one writer thread, and the loops that listen, send and tick."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import signal
import socket
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection

from bot.accounts import Account, Ear
from bot.calendar import workdays
from bot.clock import Clock
from bot.dispatch import Dispatch
from bot.domain.able import all_able
from bot.domain.messages import Address, Outgoing
from bot.fetching import MediaLimits
from bot.intake import Intake
from bot.platforms.base import Platform
from bot.platforms.pace import Pace
from bot.platforms.scripted import Scripted
from bot.resting import rest
from bot.script import Script
from bot.texts import Texts
from bot.timetable import Timetable
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
    """The running bot: one compound, an account on one messenger or on several."""

    files: Files
    read_files: Callable[[], Files]
    database: Database
    accounts: Sequence[Account]
    clock: Clock
    texts: Texts
    tell: Callable[[str], None]
    """Says a line to the operator, on the terminal that Linli was started from."""
    _greeted: bool = False
    _left_off: dict[str, datetime] = field(default_factory=dict)
    """Until when each account was listened to before, by its key."""

    async def run(self) -> None:
        """Run until SIGTERM or SIGINT. Raises DatabaseTrouble, WrongToken at the start, and LeaseLost."""
        stop, wake = asyncio.Event(), asyncio.Event()
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, stop.set)
        with ThreadPoolExecutor(1, thread_name_prefix="writer") as writer:
            owner = _owner()
            leases = [Lease(self.database, account.key, owner, _LEASE_S) for account in self.accounts]
            held: list[Lease] = []
            try:
                for lease in leases:
                    if not await self._take_lease(lease, writer, stop):
                        return
                    held.append(lease)
                await self._serve(leases, writer, stop, wake)
            finally:
                for lease in held:
                    await loop.run_in_executor(writer, _releasing(lease, self.clock))
                for account in self.accounts:
                    await account.close()

    async def _take_lease(self, lease: Lease, writer: ThreadPoolExecutor, stop: asyncio.Event) -> bool:
        """Wait until no other process runs this account; False if told to stop meanwhile."""
        told = False
        while not stop.is_set():
            if await _on(writer, lambda: self._taken(lease)):
                return True
            if not told:
                self.tell(self.texts("run.waiting"))
                told = True
            await rest(stop, 2)
        return False

    def _taken(self, lease: Lease) -> bool:
        """Take the lease; one whose process has died on this machine need not be waited for."""
        left_off, holder = lease.ran_until(), lease.holder()
        if left_off is not None:
            self._left_off[lease.name] = left_off
        if lease.take(self.clock.now()):
            return True
        if holder is None or not _died_here(holder[0]):
            return False
        Lease(lease.database, lease.name, holder[0]).release(self.clock.now())
        return lease.take(self.clock.now())

    async def _serve(
        self, leases: Sequence[Lease], writer: ThreadPoolExecutor, stop: asyncio.Event, wake: asyncio.Event
    ) -> None:
        intake, dispatch = await _on(writer, lambda: self._build(leases, writer))
        await dispatch.resume()
        await _on(writer, lambda: intake.run("introduce", introduce_everywhere))

        async def on_writer(work: Callable[[], None]) -> None:
            await _on(writer, work)

        async def greet() -> None:
            await self._greet(intake, on_writer)

        ear = Ear(intake, on_writer, stop, wake, greet)
        listening = [
            asyncio.create_task(
                account.listen(replace(ear, left_off=self._left_off.get(account.key))),
                name=account.platform.name,
            )
            for account in self.accounts
        ]
        tasks = [
            *listening,
            asyncio.create_task(dispatch.run(stop, wake), name="dispatch"),
            asyncio.create_task(Timetable(intake, JOBS, on_writer).run(stop, wake), name="timetable"),
            asyncio.create_task(self._keep_leases(leases, writer, stop), name="lease"),
        ]
        stopping = asyncio.create_task(stop.wait())
        try:
            done, _ = await asyncio.wait([*tasks, stopping], return_when=asyncio.FIRST_COMPLETED)
            stop.set()
            wake.set()
            # A long poll would hold up the farewell: what it may bring comes again next time.
            for hearing in listening:
                hearing.cancel()
            await asyncio.wait(tasks, timeout=5)
            for task in done - {stopping}:
                task.result()
            for task in tasks[len(listening) :]:
                if task.done() and not task.cancelled():
                    task.result()
        finally:
            stopping.cancel()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _build(self, leases: Sequence[Lease], writer: ThreadPoolExecutor) -> tuple[Intake, Dispatch]:
        config = self.files.config
        with self.database.writing() as conn:
            compound = open_compound(
                conn, config.compound.code, config.compound.name, config.mode, self.clock.now()
            )

        def guard(conn: Connection) -> None:
            if not all(lease.renew_within(conn, self.clock.now()) for lease in leases):
                raise LeaseLost

        def watch(conn: Connection) -> None:
            if not all(lease.held_within(conn) for lease in leases):
                raise LeaseLost

        def script_of(to: Address) -> Script:
            # Asked for anew each time: /reload may have changed it.
            return intake.files.config.groups.script_at(to)

        platforms: dict[str, Platform] = {
            account.platform.name: Scripted(account.platform, script_of) for account in self.accounts
        }
        groups = {account.platform.name: account.is_group for account in self.accounts}
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
            able=lambda platform: platforms[platform].able if platform in platforms else all_able(platform),
        )
        dispatch = Dispatch(
            self.database,
            compound,
            intake,
            platforms,
            self.clock,
            MediaLimits(config.files.media, config.limits.photo_bytes, config.limits.photo_pixels),
            is_group=lambda to: groups[to.platform](to.chat),
            writer=writer,
            pace=Pace(),
            guard=watch,
        )
        return intake, dispatch

    async def _greet(self, intake: Intake, on_writer: OnWriter) -> None:
        """Once, by the first account that is there: publish the menus, print the first committee member's code."""
        if self._greeted:
            return
        self._greeted = True
        year = self.clock.now().astimezone(self.files.config.compound.zone).year
        if not workdays.known(year):
            log.warning("the public holidays of %d are not known: only weekends count as days off", year)
        codes: list[str | None] = []

        def code(context: Context) -> list[Outgoing]:
            codes.append(first_code(context))
            return []

        await on_writer(lambda: intake.run("first code", code))
        await on_writer(lambda: intake.run("menus", publish_menus))
        if codes and codes[0]:
            links = (account.platform.link(codes[0]) for account in self.accounts)
            link = next((link for link in links if link), None)
            key = "run.first_code" if link else "run.first_code_words"
            self.tell(self.texts(key, code=codes[0], **({"link": link} if link else {})))

    async def _keep_leases(
        self, leases: Sequence[Lease], writer: ThreadPoolExecutor, stop: asyncio.Event
    ) -> None:
        while not stop.is_set():
            await rest(stop, _LEASE_S / 3)
            if stop.is_set():
                return
            for lease in leases:
                if not await _on(writer, _renewing(lease, self.clock)):
                    raise LeaseLost


def _renewing(lease: Lease, clock: Clock) -> Callable[[], bool]:
    return lambda: lease.renew(clock.now())


def _releasing(lease: Lease, clock: Clock) -> Callable[[], None]:
    return lambda: lease.release(clock.now())


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
