"""A whole bot with a pretend platform, a database in memory and a clock to wind."""

from __future__ import annotations

import asyncio
import atexit
import shutil
import tempfile
import weakref
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import CompoundSelect, Dialect, Select, bindparam, func, insert, select, union_all

from bot.calendar.festivals import Festival, load_festivals
from bot.classify.classifier import Classifier
from bot.classify.rulebook import Rulebook, load_rulebook
from bot.clock import WoundClock
from bot.dispatch import Dispatch
from bot.domain import choices
from bot.domain.able import EVERYTHING, Able
from bot.domain.messages import (
    Account,
    Address,
    Button,
    Cause,
    Face,
    Incoming,
    Membership,
    Photo,
    Press,
    Standing,
)
from bot.domain.people import Area, Duty, Role, Roster
from bot.domain.tickets import Ticket
from bot.fetching import MediaLimits
from bot.files.config import Config, config_from
from bot.intake import Arrival, Intake
from bot.platforms.base import Undeliverable
from bot.platforms.console import Act, Console, Shown
from bot.texts import Texts, load_texts
from handlers.context import Context, Files
from handlers.groups import introduce_everywhere
from handlers.jobs.base import Beats
from handlers.jobs.table import JOBS
from storage.agenda import sends_by
from storage.compound import open_compound
from storage.database import Database
from storage.migrations import upgrade
from storage.store import Store, open_store
from storage.tables import UtcDateTime, accounts, bindings, cards, dead_letters, outbox, tickets
from tests.loaded import WORDS, statements

OWNERS = Address("console", "-100")
SECOND = Address("console", "-101")
STAFF = Address("console", "-200")
SUPERVISION = Address("console", "-300")

ABROAD = "telegram"
"""The other messenger's name."""

NOON = datetime(2026, 5, 12, 4, 0, tzinfo=UTC)
"""A Tuesday, 12:00 in Shanghai."""
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)

UNHURRIED: dict[str, Any] = {
    "own": [{"severity": severity, "solve_minutes": 0} for severity in ("ordinary", "major")]
}
"""``Town(clocks=UNHURRIED)``: who has accepted is left in peace, for stories about something else."""

_PLACES = {"1-3": ("1", "2", "3"), "4-6": ("4", "5", "6"), "7-9": ("7", "8", "9")}


def _area(text: str) -> Area:
    if text == "全部":
        return Area(whole=True)
    if text in _PLACES:
        return Area(buildings=frozenset((b, None, None) for b in _PLACES[text]))
    return Area(spots=frozenset({text}))


PEOPLE: tuple[tuple[str, str, Role, str], ...] = (
    ("一网格", "1-3", Role.GRID_WORKER, "老李"),
    ("二网格", "4-6", Role.GRID_WORKER, "小陈"),
    ("三网格", "7-9", Role.GRID_WORKER, "老赵"),
    ("一网格", "1-3", Role.BUILDING_HEAD, "周姐"),
    ("", "全部", Role.REPAIR, "王师傅"),
    ("", "全部", Role.CLEANER, "吴阿姨"),
    ("", "全部", Role.MEDIATOR, "梁调解"),
    ("", "全部", Role.MANAGER, "丁经理"),
    ("", "全部", Role.COMMITTEE, "王主任"),
    ("", "全部", Role.COMMITTEE, "谢委员"),
    ("", "全部", Role.COMMUNITY, "冯书记"),
)
KNOWN = Area(
    buildings=frozenset((str(n), None, None) for n in range(1, 10)),
    spots=frozenset({"地下车库", "东门", "西门", "中心花园"}),
)


@cache
def _classifier() -> Classifier:
    # The dictionary takes a second to load; it is immutable, so that all towns may share it.
    return Classifier(load_rulebook(), cache_dir=WORDS, known=KNOWN)


@cache
def _shared() -> tuple[Rulebook, tuple[Festival, ...], Texts]:
    """What no town changes."""
    return load_rulebook(), load_festivals(), load_texts()


@cache
def _compiled() -> tuple[Dialect, dict[Any, Any]]:
    """SQLite's dialect and the statements compiled for it: all towns say the same ones."""
    database = Database("sqlite://")
    with database.reading() as conn:
        return conn.dialect, {}


def _in_memory() -> Database:
    database = Database("sqlite://")
    dialect, compiled = _compiled()
    for engine in (database._writer, database._reader):
        # Compiling them anew for every town would take longer than most stories.
        engine.dialect = dialect
        engine.update_execution_options(compiled_cache=compiled)
    with database.writing() as conn:
        for statement in statements():
            conn.exec_driver_sql(statement)
    return database


@cache
def _runner() -> asyncio.Runner:
    """One event loop for all towns: making one takes longer than sending what is due."""
    runner = asyncio.Runner()
    atexit.register(runner.close)
    return runner


@cache
def _buried() -> Select[Any]:
    return select(dead_letters.c.error).order_by(dead_letters.c.id)


@cache
def _next_moments() -> CompoundSelect[Any]:
    """When a ticket's time comes after ``now``, and when the first letter and the first card are to be sent."""
    stale = cards.c.shown_version < cards.c.wanted_version
    return union_all(
        select(func.min(tickets.c.due_at)).where(tickets.c.due_at > bindparam("now", type_=UtcDateTime())),
        select(func.min(outbox.c.next_at)).where(outbox.c.state == "due"),
        select(func.min(cards.c.next_at)).where(stale, cards.c.lost.is_(False)),
    )


POOR = Able(buttons=False, edits=False, reactions=False, text_limit=2000, repeats=False)
"""What a messenger like WeChat offers: words and photos."""

everywhere = pytest.mark.parametrize("town", [EVERYTHING, POOR], ids=["buttons", "words"], indirect=True)
"""A story that is told on both kinds of messenger, by one text: a press is a word where there are no buttons."""


class Pretend(Console):
    """The terminal, with people who have blocked the bot and groups where it may not write."""

    def __init__(self, show: Callable[[Shown], None], able: Able = EVERYTHING) -> None:
        super().__init__(show)
        self.able = able
        self.refuses: set[str] = set()

    async def send(self, to: Address, face: Face, **more: Any) -> str:
        if to.chat in self.refuses:
            raise Undeliverable("Forbidden: bot was blocked by the user")
        return await super().send(to, face, **more)

    async def edit(self, to: Address, message: str, face: Face) -> None:
        if to.chat in self.refuses:
            raise Undeliverable("Forbidden")
        await super().edit(to, message, face)


class Town:
    """春晖苑, nine buildings. Everybody on the roster is bound and reachable unless ``unbound`` names them."""

    def __init__(
        self,
        *,
        mode: str = "live",
        at: datetime = NOON,
        unbound: Sequence[str] = (),
        database: Database | None = None,
        groups: dict[str, Any] | None = None,
        duties: tuple[Duty, ...] | None = None,
        start: bool = True,
        able: Able = EVERYTHING,
        **settings: Any,
    ) -> None:
        self.clock = WoundClock(at)
        self.folder = Path(tempfile.mkdtemp(prefix="linli-town-"))
        weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)
        self.shown: list[Shown] = []
        self.platform = Pretend(self.shown.append, able)
        self.abroad = Pretend(self.shown.append)
        """Another messenger, where some people are instead."""
        self.database = database or _in_memory()
        if database is not None:
            upgrade(database)
        self.config = self._config(mode, groups, settings)
        self.roster = Roster(
            duties
            if duties is not None
            else tuple(Duty(grid, _area(area), role, name, "") for grid, area, role, name in PEOPLE),
            KNOWN,
        )
        book, festivals, texts = _shared()
        self.files = Files(self.config, self.roster, book, _classifier(), festivals)
        self.next_files: Files | Exception = self.files
        with self.database.writing() as conn:
            self.compound = open_compound(conn, "main", "春晖苑", mode, self.clock.now())
        self.intake = Intake(
            self.database,
            self.compound,
            self.files,
            self.clock,
            texts,
            link=self._link,
            read_files=self._read_files,
            able=self._able,
        )
        groups_now = {(g.address.platform, g.address.chat) for g in self.config.groups.all}
        self.dispatch = Dispatch(
            self.database,
            self.compound,
            self.intake,
            {"console": self.platform, ABROAD: self.abroad},
            self.clock,
            MediaLimits(self.config.files.media, 10_000_000, 40_000_000),
            is_group=lambda to: (to.platform, to.chat) in groups_now,
            writer=None,
            pace=None,
        )
        self._read: dict[str, int] = {}
        self.tolerant = False
        """Whether handlers may fail: for tests of dead letters."""
        self._ran = Beats()
        self._bind_all([duty for duty in self.roster.duties if duty.name not in unbound])
        if start:
            self.intake.run("introduce", introduce_everywhere)
            self.settle()
            self.shown.clear()

    # -- making ----------------------------------------------------------------------------------------

    def _config(self, mode: str, groups: dict[str, Any] | None, settings: dict[str, Any]) -> Config:
        values: dict[str, Any] = {
            "mode": mode,
            "compound": {
                "name": "春晖苑",
                "buildings": ["1-9"],
                "spots": sorted(KNOWN.spots),
                "phone": "0453-0000000",
                "run_by": "业委会",
                "contact": "王主任",
            },
            "groups": groups
            or {
                "owners": [
                    {"platform": "console", "chat": OWNERS.chat},
                    {"platform": "console", "chat": SECOND.chat},
                ],
                "staff": {"platform": "console", "chat": STAFF.chat},
                "supervision": {"platform": "console", "chat": SUPERVISION.chat},
            },
            **settings,
        }
        return config_from(values, self.folder)

    def _link(self, platform: str, payload: str) -> str | None:
        return f"https://example.invalid/{platform}/{payload}" if self._able(platform).buttons else None

    def _able(self, platform: str) -> Able:
        return self.abroad.able if platform == ABROAD else self.platform.able

    def _read_files(self) -> Files:
        if isinstance(self.next_files, Exception):
            raise self.next_files
        return self.next_files

    def _bind_all(self, duties: Sequence[Duty]) -> None:
        now = self.clock.now()
        people = {duty.person: self.account(duty.name) for duty in duties}
        row = {"compound_id": self.compound, "platform": "console"}
        bound = [
            {**row, "person": p, "account": a.id, "bound_at": now, "bound_by": "test"}
            for p, a in people.items()
        ]
        open_chats = [
            {**row, "account": a.id, "name": a.name, "started_at": now} for a in set(people.values())
        ]
        if people:
            with self.database.writing() as conn:
                conn.execute(insert(bindings), bound)
                conn.execute(insert(accounts), open_chats)

    def bind(self, name: str, account: str | None = None, *, started: bool = True) -> None:
        """Tie somebody of the roster to an account; their private chat is open unless ``started`` is False."""
        person = next((d.person for d in self.roster.duties if d.name == name), name)
        with self.store() as store:
            who = self.account(account or name)
            store.people.bind(person, who, "test", self.clock.now())
            if started:
                store.people.remember(who, started_at=self.clock.now())

    def starts(self, name: str) -> None:
        """A resident has pressed Start."""
        with self.store() as store:
            store.people.remember(self.account(name), started_at=self.clock.now())

    @staticmethod
    def account(name: str) -> Account:
        """Everybody's account is called like themselves."""
        return Account("console", name, name)

    def private(self, name: str) -> Address:
        """Somebody's private chat with the bot."""
        return Address("console", name)

    # -- what happens ----------------------------------------------------------------------------------

    def says(
        self, name: str, text: str = "", *, in_chat: Address = OWNERS, settle: bool = True, **more: Any
    ) -> str:
        """Somebody writes in a group (the owners', if none is given). Returns the message's id."""
        message = str(more.pop("message", None) or self.platform.next_id())
        self.arrives(
            Incoming(
                chat=in_chat,
                message=message,
                author=more.pop("author", self.account(name)),
                text=text,
                sent_at=more.pop("sent_at", self.clock.now()),
                in_group=in_chat.chat.startswith("-"),
                **more,
            ),
            settle=settle,
        )
        return message

    def tells(self, name: str, text: str = "", **more: Any) -> str:
        """Somebody writes to the bot alone."""
        return self.says(name, text, in_chat=self.private(name), **more)

    def sends_photo(self, name: str, text: str = "", **more: Any) -> str:
        """Somebody sends a photo, real pixels and all."""
        return self.says(name, text, photos=(self.photo(),), **more)

    def photo(self) -> Photo:
        """A photo nobody has sent before."""
        from PIL import Image

        number = len(list(self.folder.glob("*.png")))
        path = self.folder / f"{number}.png"
        Image.new("RGB", (8 + number, 8), (number * 40 % 255, 80, 120)).save(path)
        return Photo(str(path), path.name)

    def edits(self, name: str, message: str, text: str, *, in_chat: Address = OWNERS) -> None:
        """Somebody edits what they wrote."""
        self.says(name, text, in_chat=in_chat, message=message, edited=True)

    def presses(
        self, name: str, label: str, *, in_chat: Address | None = None, message: str | None = None
    ) -> str:
        """Somebody presses the newest button with this label in a chat; returns the toast.

        Where there are no buttons they write what it offers instead; returns what is answered there.
        """
        chat = in_chat or self.private(name)
        if not self.platform.able.buttons:
            return self._writes(name, chat, label)
        where, button = self._button(chat, label, message)
        return self.forges(name, button.data, in_chat=chat, message=where)

    def _writes(self, name: str, chat: Address, label: str) -> str:
        with self.store() as store:
            since = self.clock.now() - timedelta(days=365)
            offered = [*store.cards.said_since(chat, since), *store.outbox.choices_since(chat, since)]
        offered.sort(key=lambda pair: pair[0], reverse=True)
        every = [b for _, face in offered for row in face.buttons for b in row]
        button = next((b for b in every if b.label == label), None)
        assert button is not None, f"nobody offered {label!r} in {chat.chat}: {[b.label for b in every]}"
        before = len(self.shown)
        self.says(name, choices.answer(button), in_chat=chat)
        said = [s.text for s in self.shown[before:] if s.act is Act.SAY and s.chat.chat == chat.chat]
        return said[0] if said else ""

    def forges(self, name: str, data: str, *, in_chat: Address, message: str = "0") -> str:
        """A press with data of somebody's own making; returns the toast."""
        self.arrives(
            Press(
                id=f"p{self.platform.next_id()}",
                chat=in_chat,
                message=message,
                author=self.account(name),
                data=data,
                sent_at=self.clock.now(),
                in_group=in_chat.chat.startswith("-"),
            )
        )
        toasts = [s.text for s in self.shown if s.act is Act.TOAST]
        return toasts[-1] if toasts else ""

    def _button(self, chat: Address, label: str, message: str | None) -> tuple[str, Button]:
        for (where, sent), face in reversed(self.platform.faces.items()):
            if where == chat.chat and message in (None, sent):
                for row in face.buttons:
                    for button in row:
                        if button.label == label:
                            return sent, button
        raise AssertionError(f"no button {label!r} in {chat.chat}: {self.buttons(chat)}")

    def buttons(self, chat: Address) -> list[str]:
        """Labels of all buttons that stand in a chat now."""
        return [
            b.label
            for (where, _), f in self.platform.faces.items()
            if where == chat.chat
            for row in f.buttons
            for b in row
        ]

    def standing(self, chat: Address, standing: Standing, title: str = "群") -> None:
        """The bot is added to, muted in or removed from a chat."""
        self.arrives(Membership(chat, title, standing, self.clock.now(), chat.chat.startswith("-")))

    def arrives(self, *causes: Cause, settle: bool = True) -> None:
        """Causes come in, in one batch."""
        self.intake.take("console", [Arrival(str(n), cause) for n, cause in enumerate(causes)])
        if settle:
            self.settle()

    def settle(self) -> None:
        """Send until nothing is due. Nothing that came in may have failed, unless ``tolerant`` says so."""
        if sends_by(self.database, self.compound, self.clock.now()):
            _runner().run(self._drain())
        assert self.tolerant or not self.buried(), f"a handler failed: {self.buried()}"

    async def _drain(self) -> None:
        for _ in range(200):
            if not await self.dispatch.drain():
                return
        raise AssertionError("the outbox never empties")

    def wait(
        self, *, minutes: float = 0, hours: float = 0, days: float = 0, step: timedelta | None = None
    ) -> None:
        """Wind the clock; all duties run as they would, at every moment when something is due and in between.

        In between: every minute of a quarter of an hour, every ten of two hours, every half hour of what is longer,
        unless ``step`` says otherwise.
        """
        left = timedelta(minutes=minutes, hours=hours, days=days)
        stride = step or timedelta(
            minutes=1 if left <= timedelta(minutes=15) else 10 if left <= timedelta(hours=2) else 30
        )
        end = self.clock.now() + left
        while self.clock.now() < end:
            # On the clock's own minutes, quarters and hours.
            mark = self.clock.now() + stride - (self.clock.now() - _LONG_AGO) % stride
            self.clock.set(min(end, mark, self._next_due()))
            self._duties(self.clock.now())
            self.settle()

    def _next_due(self) -> datetime:
        """When a ticket's time comes or something waits to be sent, as far as it is still to come."""
        far = datetime.max.replace(tzinfo=UTC)
        now = self.clock.now()
        with self.database.reading() as conn:
            moments = conn.execute(_next_moments(), {"now": now}).scalars().all()
        return min((m for m in moments if m is not None and m > now), default=far)

    def until(self, hour: int, minute: int = 0) -> None:
        """Wind to the next time the compound's clocks show this."""
        local = self.clock.now().astimezone(self.config.compound.zone)
        goal = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
        if goal <= local:
            goal += timedelta(days=1)
        self.wait(minutes=(goal - local).total_seconds() / 60)

    def sleeps(self, **span: float) -> None:
        """Time passes while the bot is down: nothing runs."""
        self.clock.wind(timedelta(**span))

    def tick(self) -> None:
        """Run every duty once, and send what comes of it."""
        self._ran.forget()
        self._duties(self.clock.now())
        self.settle()

    def _duties(self, now: datetime) -> None:
        """Run the duties that are to look again by now."""
        self.intake.tick(self._ran.due(JOBS, now))

    # -- what was heard --------------------------------------------------------------------------------

    def heard_in(self, chat: Address = OWNERS) -> list[str]:
        """New messages (not edits) in a chat since this was last asked."""
        said = [s.text for s in self.shown if s.act in (Act.SAY, Act.FILE) and s.chat.chat == chat.chat]
        seen = self._read.get(chat.chat, 0)
        self._read[chat.chat] = len(said)
        return said[seen:]

    def heard_by(self, name: str) -> list[str]:
        """New messages in somebody's private chat since this was last asked."""
        return self.heard_in(self.private(name))

    def stands_in(self, chat: Address = OWNERS) -> list[str]:
        """What all the bot's messages in a chat show now."""
        return [face.text for (where, _), face in self.platform.faces.items() if where == chat.chat]

    def card_of(self, name: str) -> str:
        """What the newest card in somebody's private chat shows now."""
        stands = self.stands_in(self.private(name))
        return stands[-1] if stands else ""

    def reactions(self) -> list[str]:
        """Every emoji the bot has put on a message."""
        return [s.text for s in self.shown if s.act is Act.REACT]

    def buried(self) -> list[str]:
        """What could not be handled: the dead letters' errors."""
        with self.database.reading() as conn:
            return list(conn.execute(_buried()).scalars())

    # -- looking in ------------------------------------------------------------------------------------

    def store(self) -> _Opened:
        """``with town.store() as store``: the store, in a transaction."""
        return _Opened(self)

    def context(self, store: Store) -> Context:
        """A context on a store, for what is tested without a message."""
        return replace(
            Context(
                store=store,
                now=self.clock.now(),
                files=self.intake.files,
                texts=_shared()[2],
                link=self._link,
                reload=self._read_files,
                moves={},
                able=self._able,
            )
        )

    def tickets(self) -> tuple[Ticket, ...]:
        """All tickets."""
        with self.store() as store:
            return store.tickets.find()

    def ticket(self, number: int = 1) -> Ticket:
        """One ticket."""
        with self.store() as store:
            found = store.tickets.numbered(number)
        assert found is not None, f"there is no #{number}"
        return found

    def diary(self, number: int = 1) -> list[str]:
        """What happened to a ticket, by name."""
        with self.store() as store:
            ticket = store.tickets.numbered(number)
            assert ticket is not None
            return [event.verb for event in store.tickets.diary(ticket)]


class _Opened:
    def __init__(self, town: Town) -> None:
        self._writing = town.database.writing()
        self._compound = town.compound

    def __enter__(self) -> Store:
        return open_store(self._writing.__enter__(), self._compound)

    def __exit__(self, *failed: Any) -> None:
        self._writing.__exit__(*failed)
