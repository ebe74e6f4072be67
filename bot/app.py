"""Building the whole bot from its files, and running it until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import signal
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from handlers.jobs.table import JOBS
from sqlalchemy import Connection

from bot.classify.classifier import Classifier
from bot.classify.rulebook import RulebookError, load_rulebook
from bot.clock import Clock, SystemClock
from bot.config import Config, TelegramConfig
from bot.dispatch import Dispatch, MediaLimits
from bot.domain.messages import Address, Membership, Outgoing
from bot.festivals import load_festivals
from bot.intake import Arrival, Intake
from bot.logs import set_up
from bot.pace import Pace
from bot.platforms.base import Platform, TryLater, Undeliverable
from bot.platforms.telegram import Telegram
from bot.platforms.telegram_http import WrongToken
from bot.polling import Polling
from bot.problems import BadFiles, Problem
from bot.settings import Settings, load_settings, missing_for_run, telegram_token
from bot.texts import Texts, load_texts
from bot.timetable import Timetable
from handlers.bindings import first_code
from handlers.commands.menus import publish_menus
from handlers.context import Context, Files
from handlers.groups import introduce_everywhere
from storage.compound import open_compound
from storage.database import Database, DatabaseTrouble
from storage.lease import Lease
from storage.migrations import require_current, schema_state, upgrade

log = logging.getLogger(__name__)

T = TypeVar("T")
OnWriter = Callable[[Callable[[], None]], Awaitable[None]]

_LEASE_S = 30
RULES = "rules.toml"
_OK, _TROUBLE, _WRONG_FILES = 0, 1, 2


class LeaseLost(Exception):
    """Another process has taken this bot account over; nothing more may be written."""


def read_files(config_path: Path) -> Files:
    """Everything the committee's files say. Raises BadFiles with every problem of all of them."""
    settings = load_settings(config_path)
    return build_files(settings)


def build_files(settings: Settings) -> Files:
    """The rules, the festivals and the classifier that a configuration names. Raises BadFiles."""
    config = settings.config
    festivals = load_festivals(config.files.festivals)
    try:
        book = load_rulebook(config.files.rules)
    except RulebookError as bad:
        raise BadFiles([Problem(RULES, "", line, "") for line in bad.problems]) from None
    cache = config.files.media.parent / "jieba"
    classifier = Classifier(book, cache_dir=cache, known=config.compound.area)
    return Files(config, settings.roster, book, classifier, festivals)


def open_database(config: Config) -> Database:
    """The database, its schema made if it is empty. Raises DatabaseTrouble where it does not match."""
    database = Database(config.database.url)
    if schema_state(database) == "empty":
        upgrade(database)
    require_current(database)
    return database


@dataclass(slots=True)
class App:
    """The running bot: one compound, one Telegram account."""

    config_path: Path
    files: Files
    database: Database
    telegram: Telegram
    bot: str
    """The account's number, which a token begins with."""
    clock: Clock
    texts: Texts

    async def run(self) -> int:
        """Run until SIGTERM or SIGINT; returns the exit code."""
        stop, wake = asyncio.Event(), asyncio.Event()
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, stop.set)
        with ThreadPoolExecutor(1, thread_name_prefix="writer") as writer:
            lease = Lease(self.database, f"telegram:{self.bot}", secrets.token_hex(8), _LEASE_S)
            try:
                if not await self._take_lease(lease, writer, stop):
                    return _OK
                try:
                    return await self._serve(lease, writer, stop, wake)
                finally:
                    await loop.run_in_executor(writer, lease.release)
            except DatabaseTrouble as trouble:
                log.error("database: %s", trouble.kind)
                _tell(str(trouble))
                return _TROUBLE
            except WrongToken:
                _tell(self.texts("run.wrong_token"))
                return _TROUBLE
            except LeaseLost:
                _tell(self.texts("run.lease_lost"))
                return _TROUBLE
            finally:
                await self.telegram.stop()

    async def _take_lease(self, lease: Lease, writer: ThreadPoolExecutor, stop: asyncio.Event) -> bool:
        """Wait until no other process runs this account; False if told to stop meanwhile."""
        told = False
        while not stop.is_set():
            if await _on(writer, lambda: lease.take(self.clock.now())):
                return True
            if not told:
                _tell(self.texts("run.waiting"))
                told = True
            try:
                await asyncio.wait_for(stop.wait(), 2)
            except TimeoutError:
                continue
        return False

    async def _serve(
        self, lease: Lease, writer: ThreadPoolExecutor, stop: asyncio.Event, wake: asyncio.Event
    ) -> int:
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
            await asyncio.wait(tasks, timeout=10)
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
        return _OK

    def _build(self, lease: Lease, writer: ThreadPoolExecutor) -> tuple[Intake, Dispatch]:
        config = self.files.config
        with self.database.writing() as conn:
            compound = open_compound(
                conn, config.compound.code, config.compound.name, config.mode, self.clock.now()
            )

        def guard(conn: Connection) -> None:
            if not lease.renew_within(conn, self.clock.now()):
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
            read_files=lambda: read_files(self.config_path),
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
        )
        return intake, dispatch

    async def _connect(
        self, intake: Intake, on_writer: OnWriter, stop: asyncio.Event, wake: asyncio.Event
    ) -> None:
        """Log in, look round, then listen. The network may come later than we do."""
        wait_s = 3.0
        while not stop.is_set():
            try:
                me = await self.telegram.start()
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
        await Polling(self.telegram, intake, self.bot, on_writer).run(stop, wake)

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
            _tell(self.texts("run.first_code", code=codes[0], link=link))
        arrivals = []
        for group in self.files.config.groups.all:
            if group.platform != Telegram.name:
                continue
            where = Address(Telegram.name, group.chat)
            try:
                room = await self.telegram.room(where)
            except Undeliverable:
                _tell(self.texts("run.group_missing", chat=group.chat, name=group.name))
                continue
            except TryLater as trouble:
                log.warning("group %s not looked at: %s", group.chat, trouble)
                continue
            if not room.hears_all:
                _tell(self.texts("run.cannot_hear", group=room.title))
            arrivals.append(
                Arrival(
                    "start", Membership(where, room.title, room.standing, self.clock.now(), in_group=True)
                )
            )
        await on_writer(lambda: intake.take(Telegram.name, arrivals))

    async def _keep_lease(self, lease: Lease, writer: ThreadPoolExecutor, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                await asyncio.wait_for(stop.wait(), _LEASE_S / 3)
            except TimeoutError:
                if not await _on(writer, lambda: lease.renew(self.clock.now())):
                    raise LeaseLost from None


def telegram_of(config: Config, token: str) -> Telegram:
    """The Telegram account of a configuration."""
    account = config.telegram or TelegramConfig()
    return Telegram(token, media=config.files.media, base_url=account.base_url, proxy=account.proxy)


def run(config_path: Path) -> int:
    """Run the bot of a configuration until it is stopped. Returns the exit code: 0, 1 trouble, 2 wrong files."""
    texts = load_texts()
    try:
        settings = load_settings(config_path)
        problems = missing_for_run(settings.config, os.environ, config_path.name)
        token = telegram_token(settings.config) if not problems else ""
        set_up(logging.INFO, _secrets(settings.config, token), sys.stderr, settings.config.compound.zone)
        for warning in settings.warnings:
            _tell(str(warning))
        files = build_files(settings)
        database = open_database(settings.config)
    except BadFiles as bad:
        for problem in bad.problems:
            _tell(str(problem))
        return _WRONG_FILES
    except DatabaseTrouble as trouble:
        _tell(str(trouble))
        return _TROUBLE
    telegram = telegram_of(settings.config, token)
    app = App(config_path, files, database, telegram, token.partition(":")[0], SystemClock(), texts)
    try:
        return asyncio.run(app.run())
    finally:
        database.close()


def _secrets(config: Config, token: str) -> list[str]:
    account = config.telegram
    return [token, *([account.proxy] if account and account.proxy else []), config.database.url]


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201  # the operator's terminal


async def _on(writer: ThreadPoolExecutor, work: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(writer, work)
