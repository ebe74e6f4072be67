"""The whole bot on the terminal's platform: example files, a database of its own, a clock that is wound."""

from __future__ import annotations

import asyncio
import struct
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.app import build_files, open_database
from bot.clock import WoundClock
from bot.dispatch import Dispatch
from bot.domain.messages import (
    Account,
    Address,
    Button,
    Cause,
    Incoming,
    Membership,
    Photo,
    Press,
    Standing,
)
from bot.fetching import MediaLimits
from bot.files.config import config_from, read_toml
from bot.files.roster import load_roster
from bot.files.settings import Settings
from bot.intake import Arrival, Intake
from bot.platforms.console import Console, Shown
from bot.texts import load_texts
from handlers.context import Files
from handlers.groups import introduce_everywhere
from handlers.jobs.base import Beats
from handlers.jobs.table import JOBS
from storage.compound import open_compound
from storage.store import open_store
from storage.tables import tickets

_STRIDE = timedelta(minutes=15)
_STRIDE_AT_NIGHT = timedelta(hours=1)
"""Between two beats, where nothing falls due before: what is due on the hour is done on the hour."""

_OPENS = "start:"
"""How the address of a button begins that opens the private chat."""

_ROUNDS = 200
"""Rounds of sending after which something must be wrong."""

_PACKAGE = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing the bot did on the screen, and when."""

    at: datetime
    shown: Shown


class NoSuchButton(LookupError):
    """No message in sight has a button with this label."""


class Stage:
    """春晖苑 of the example files, everybody of the roster bound and reachable; close it after use."""

    def __init__(self, folder: Path, start: datetime) -> None:
        """``folder`` takes the database, the photos and the dictionary's cache; it is the caller's to remove."""
        self._folder = folder
        self._moments: list[Moment] = []
        self._beats = Beats()
        self._arrived = 0
        self._runner = asyncio.Runner()
        self.clock = WoundClock(start)
        self.platform = Console(lambda shown: self._moments.append(Moment(self.clock.now(), shown)))
        self.files = self._read_files()
        self.database = open_database(self.files.config)
        config = self.files.config
        with self.database.writing() as conn:
            self.compound = open_compound(
                conn, config.compound.code, config.compound.name, config.mode, start
            )
        self.intake = Intake(
            self.database,
            self.compound,
            self.files,
            self.clock,
            load_texts(),
            link=lambda _platform, payload: f"{_OPENS}{payload}",
            read_files=self._read_files,
        )
        self._dispatch = Dispatch(
            self.database,
            self.compound,
            self.intake,
            {Console.name: self.platform},
            self.clock,
            MediaLimits(config.files.media, config.limits.photo_bytes, config.limits.photo_pixels),
            is_group=in_group,
            writer=None,
            pace=None,
        )
        self._bind_everybody()

    def close(self) -> None:
        """Let go of the database."""
        self._runner.close()
        self.database.close()

    def _read_files(self) -> Files:
        """The example files as they are, with every group in the terminal and all else in the folder."""
        values = read_toml(example("config.example.toml"))
        groups = values["groups"]
        if isinstance(groups, dict):
            values["groups"] = {purpose: _on_console(found) for purpose, found in groups.items()}
        values.pop("telegram", None)
        values["database"] = {"url": f"sqlite:///{self._folder / 'linli.sqlite3'}"}
        values["files"] = {
            "roster": str(example("roster.example.csv")),
            "media": str(self._folder / "media"),
        }
        config = config_from(values, self._folder, "config.example.toml")
        return build_files(Settings(config, load_roster(config.files.roster, config)))

    def _bind_everybody(self) -> None:
        """As if everybody on the roster had used their invitation and pressed Start."""
        with self.database.writing() as conn:
            store = open_store(conn, self.compound)
            for duty in self.files.roster.duties:
                account = Account(Console.name, duty.name, duty.name)
                store.people.bind(duty.person, account, "demo", self.clock.now())
                store.people.remember(account, started_at=self.clock.now())

    # -- what people do ---------------------------------------------------------------------------------

    def introduce(self) -> list[Moment]:
        """The bot comes into its groups and says its first words."""
        self.intake.run("introduce", introduce_everywhere)
        found = self._settle()
        now = self.clock.now()
        here = (
            Membership(group.address, group.name, Standing.MEMBER, now, in_group=True)
            for group in self.files.config.groups.all
        )
        return found + self.arrive(*here)

    def message(
        self,
        who: str,
        text: str,
        chat: Address,
        *,
        photo: bool = False,
        reply_to: str | None = None,
        edits: str | None = None,
    ) -> Incoming:
        """A message as the platform would bring it, sent now; ``edits`` is the id of the one it replaces."""
        message = edits or self.platform.next_id()
        return Incoming(
            chat=chat,
            message=message,
            author=Account(Console.name, who, who),
            text=text,
            sent_at=self.clock.now(),
            in_group=in_group(chat),
            reply_to=reply_to,
            reply_to_bot=reply_to is not None and (chat.chat, reply_to) in self.platform.faces,
            photos=(self._photo(message),) if photo else (),
            edited=edits is not None,
        )

    def press(self, who: str, chat: Address, message: str, button: Button) -> Press | Incoming:
        """A press as the platform would bring it; a link into the private chat is followed there."""
        if button.url.startswith(_OPENS):
            return self.message(who, f"/start {button.url.removeprefix(_OPENS)}", private(who))
        return Press(
            id=f"press-{self.platform.next_id()}",
            chat=chat,
            message=message,
            author=Account(Console.name, who, who),
            data=button.data,
            sent_at=self.clock.now(),
            in_group=in_group(chat),
        )

    def arrive(self, *causes: Cause) -> list[Moment]:
        """Everything that comes of causes arriving in one batch."""
        arrivals = [Arrival(str(self._arrived + n), cause) for n, cause in enumerate(causes)]
        self._arrived += len(arrivals)
        self.intake.take(Console.name, arrivals, bot=Console.name, next_offset=self._arrived)
        return self._settle()

    def button(
        self, label: str, chat: Address | None = None, number: int | None = None
    ) -> tuple[Address, str, Button]:
        """The newest button with a label: in a chat, or in anybody's; under ticket ``number``'s message, if given.

        Raises NoSuchButton.
        """
        for (where, message), face in reversed(self.platform.faces.items()):
            if chat is not None and where != chat.chat:
                continue
            if number is not None and f"#{number} " not in f"{face.text} ".replace("\n", " "):
                continue
            for row in face.buttons:
                for button in row:
                    if button.label == label:
                        return Address(Console.name, where), message, button
        raise NoSuchButton(label)

    def wind(self, to: datetime) -> list[Moment]:
        """Let time pass; every duty is done at its beat."""
        found: list[Moment] = []
        while self.clock.now() < to:
            self.clock.set(min(self._next_beat(), to))
            found += self._beat()
        return found

    def _next_beat(self) -> datetime:
        now = self.clock.now()
        config = self.files.config
        night = config.hours.quiet(now.astimezone(config.compound.zone).time())
        stride = _STRIDE_AT_NIGHT if night else _STRIDE
        past = timedelta(minutes=now.minute, seconds=now.second, microseconds=now.microsecond) % stride
        with self.database.reading() as conn:
            store = open_store(conn, self.compound)
            due = [ticket.due_at for ticket in store.tickets.find(tickets.c.due_at > now)]
            due += [announcement.at for announcement in store.compound.planned()]
        return min([now - past + stride, *(at for at in due if at is not None and at > now)])

    def _beat(self) -> list[Moment]:
        self.intake.tick(self._beats.due(JOBS, self.clock.now()))
        return self._settle()

    def _settle(self) -> list[Moment]:
        for _ in range(_ROUNDS):
            if not self._runner.run(self._dispatch.drain()):
                found, self._moments[:] = list(self._moments), []
                return found
        raise RuntimeError("the outbox never empties")

    def _photo(self, name: str) -> Photo:
        path = self._folder / f"photo-{name}.png"
        path.write_bytes(picture())
        return Photo(str(path), path.name)


def in_group(chat: Address) -> bool:
    """Groups are numbered below zero; a private chat is called like its person."""
    return chat.chat.startswith("-")


def private(name: str) -> Address:
    """Somebody's private chat with the bot."""
    return Address(Console.name, name)


def example(name: str) -> Path:
    """An example file: inside the installed package, or beside it in a checkout."""
    inside = _PACKAGE / "data" / name
    return inside if inside.is_file() else _PACKAGE.parent / name


def picture(side: int = 96) -> bytes:
    """A real PNG, drawn now: a grey heap before a wall."""
    rows = bytearray()
    for y in range(side):
        rows.append(0)
        for x in range(side):
            heap = y > side // 3 + abs(x - side // 2) // 2 + (x * 7 + y * 3) % 5
            rows += bytes((96 + x % 23, 88 + y % 17, 80)) if heap else bytes((205, 200, 188))
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    parts = (("IHDR", header), ("IDAT", zlib.compress(bytes(rows))), ("IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name.encode(), data) for name, data in parts)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _on_console(found: object) -> object:
    """A group or a list of groups of the file, in the terminal."""
    if isinstance(found, list):
        return [_on_console(each) for each in found]
    return {**found, "platform": Console.name} if isinstance(found, dict) else found
