"""The tables of ``config.toml``: keys, bounds and defaults. pydantic reads them, and nothing else here knows it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args, get_origin
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    StringConstraints,
    ValidationError,
    model_validator,
)

from bot.domain.messages import Address
from bot.domain.people import LADDER, Area, Role
from bot.files import entries
from bot.files.clocks import Clocks, Hours, Promises
from bot.files.entries import Wrong
from bot.files.fields import Buildings, Count, Days, ExistingFile, FilePath, Line, Section, database, default
from bot.files.gateway import WeChatConfig
from bot.files.problems import shown
from bot.script import Script


class Compound(Section):
    """The compound (小区) and its numbering."""

    name: Line
    code: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")] = "main"
    """The database's key: never change it once tickets are filed."""
    buildings: Buildings = ()
    phases: Annotated[Mapping[str, Buildings], BeforeValidator(entries.phases)] = default({})
    """Phase (期) → its buildings, where numbers come again in another phase."""
    spots: tuple[Line, ...] = ()
    phone: Line
    run_by: Line
    contact: Line
    timezone: Annotated[str, AfterValidator(entries.time_zone)] = "Asia/Shanghai"

    @model_validator(mode="after")
    def _numbered(self) -> Self:
        if not self.buildings and not self.phases:
            raise Wrong("no_buildings")
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The compound's time zone."""
        return ZoneInfo(self.timezone)

    @property
    def every_building(self) -> tuple[str, ...]:
        """Each building's number once, whatever its phase."""
        phased = (name for names in self.phases.values() for name in names)
        return tuple(dict.fromkeys((*self.buildings, *phased)))

    @property
    def area(self) -> Area:
        """All that there is: every building, with its phase where phases are used, and every spot."""
        phased = {(name, phase, None) for phase, names in self.phases.items() for name in names}
        unphased = {(name, None, None) for name in self.buildings}
        return Area(buildings=frozenset(phased | unphased), spots=frozenset(self.spots))


class GroupConfig(Section):
    """A chat group that Linli serves."""

    platform: Literal["telegram", "wechat", "console"]
    chat: Annotated[Line, BeforeValidator(entries.identifier)]
    name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=60)] = ""
    thread: Annotated[Line | None, BeforeValidator(entries.identifier)] = None
    """One topic (话题) of the group only."""
    cards_thread: Annotated[Line | None, BeforeValidator(entries.identifier)] = None
    """The topic that cards go to, wherever their matter was told."""
    script: Literal["simplified", "traditional", "hongkong"] = "simplified"
    """How Chinese is written there."""

    @model_validator(mode="after")
    def _group_id(self) -> Self:
        if self.platform == "telegram" and not re.fullmatch(r"-\d{1,20}", self.chat):
            raise Wrong("not_a_group", value=shown(self.chat))
        if self.platform == "wechat" and not self.chat.endswith("@chatroom"):
            raise Wrong("not_a_room", value=shown(self.chat))
        return self

    @property
    def address(self) -> Address:
        """Where to write to."""
        return Address(self.platform, self.chat, self.thread)


class OwnersGroup(GroupConfig):
    """An owners' group, of the whole compound or of some buildings."""

    buildings: Annotated[tuple[str, ...], BeforeValidator(entries.some_buildings)] = ()
    """Whose owners are in it; reminders of notices about other buildings are not sent to it. None: all."""


class Groups(Section):
    """All groups by what they are for."""

    owners: tuple[OwnersGroup, ...] = Field(min_length=1)
    staff: GroupConfig | None = None
    supervision: GroupConfig | None = None
    committee: GroupConfig | None = None

    @property
    def all(self) -> tuple[GroupConfig, ...]:
        """Every group, the owners' first."""
        others = (self.staff, self.supervision, self.committee)
        return (*self.owners, *(group for group in others if group))

    def script_at(self, chat: Address) -> Script:
        """How Chinese is written in a chat."""
        found = (group.script for group in self.all if group.address.whole == chat.whole)
        return Script(next(found, Script.SIMPLIFIED))


class TelegramConfig(Section):
    """The Telegram account; ``bot.files.settings.telegram_token`` finds its token."""

    token: SecretStr | None = None
    token_file: FilePath | None = None
    token_env: Line | None = None
    base_url: Annotated[str, AfterValidator(entries.server)] = "https://api.telegram.org"
    """Bot API server: https, or http on this machine. Never ends with a slash."""
    proxy: Annotated[str, AfterValidator(entries.proxy)] | None = Field(default=None, repr=False)
    mode: Literal["polling", "webhook"] = "polling"
    """Whether Telegram is asked for updates, or posts them."""
    webhook_url: Annotated[str, AfterValidator(entries.webhook)] | None = None
    """Where it posts them to, as it sees us. Never ends with a slash."""
    webhook_listen: Annotated[str, AfterValidator(entries.listen)] = "127.0.0.1:8090"

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        if self.mode == "webhook" and self.webhook_url is None:
            raise Wrong("no_webhook")
        return self


class DatabaseConfig(Section):
    """Where what happened is kept."""

    url: Annotated[str, AfterValidator(database), Field(repr=False)] = default("sqlite:///var/linli.sqlite3")


class Files(Section):
    """Other files, absolute once read."""

    roster: FilePath = default("roster.csv")
    rules: ExistingFile | None = None
    festivals: ExistingFile | None = None
    media: FilePath = default("var/media")


class Limits(Section):
    """How much is too much."""

    tickets_per_hour: Count = 3
    photo_bytes: Annotated[int, Field(strict=True, ge=10_000, le=20_000_000)] = 10_000_000
    """Telegram gives bots no file above 20 MB."""
    photo_pixels: Annotated[int, Field(strict=True, ge=10_000, le=200_000_000)] = 40_000_000


class Keep(Section):
    """How long what is kept."""

    ticket_days: Days | None = None
    """None keeps tickets for ever."""
    media_days: Days = 365
    context_minutes: Annotated[int, Field(strict=True, ge=1, le=15)] = 10
    """Chatter leaves nothing behind beyond a few minutes, so there is little to choose."""
    backups: Count = 14
    dead_letter_days: Days = 30


DEPARTMENTS = (
    "燃气公司",
    "电力公司",
    "供水公司",
    "供热公司",
    "消防队",
    "派出所",
    "城管",
    "街道办",
    "司法调解",
)
"""Where matters go that the compound cannot settle itself."""


class Routing(Section):
    """Who is asked when nobody else is responsible, who is told next, and who outside may be referred to."""

    dispatcher: Role = Role.MANAGER
    ladder: Annotated[tuple[Role, ...], Field(min_length=1)] = LADDER
    most_open: Count = 8
    """Tickets in one person's hands from which on a colleague on the same rung is asked first."""
    departments: tuple[Annotated[Line, StringConstraints(max_length=20)], ...] = DEPARTMENTS
    """Departments outside (转办): offered as buttons, and the only names that the owners' groups are told."""


class Privacy(Section):
    """What may leave the messenger where it was said."""

    cross_border: Annotated[bool, Field(strict=True)] = False
    """Whether persons, rooms and free words may go to somebody on another messenger than the reporter's."""


class Config(Section):
    """Everything that is configured."""

    mode: Literal["listen", "live"] = "listen"
    listen_days: Days = 7
    compound: Compound
    groups: Groups
    telegram: TelegramConfig | None = None
    wechat: WeChatConfig | None = None
    database: DatabaseConfig = default({})
    files: Files = default({})
    hours: Hours = default({})
    promises: Promises = default({})
    clocks: Clocks = default({})
    limits: Limits = default({})
    keep: Keep = default({})
    routing: Routing = default({})
    privacy: Privacy = default({})


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with the values: where, which kind, what stood there, and the bounds it broke."""

    loc: tuple[int | str, ...]
    kind: str
    value: object
    bounds: Mapping[str, Any]


def checked(values: Mapping[str, object], folder: Path) -> Config | tuple[Fault, ...]:
    """What ``values`` say, relative paths seen from ``folder``; or everything that is wrong with them."""
    try:
        return Config.model_validate(values, context={"folder": folder})
    except ValidationError as error:
        faults = [_fault(dict(found)) for found in error.errors(include_url=False)]
    # A list whose entries are all faulty also counts as empty; that would be told twice.
    inner = {fault.loc[:-1] for fault in faults} | {fault.loc[:-2] for fault in faults}
    return tuple(fault for fault in faults if fault.kind != "too_short" or fault.loc not in inner)


def compound_from(values: Mapping[str, object]) -> Compound | None:
    """Only the compound, where that part is sound: enough to check a roster beside a faulty file."""
    try:
        return Compound.model_validate(values.get("compound"))
    except ValidationError:
        return None


def _fault(found: Mapping[str, Any]) -> Fault:
    bounds = found.get("ctx", {})
    wrong = bounds.get("error")
    # pydantic marks a table's key by a last "[key]"; people look for the key itself.
    loc = tuple(part for part in found["loc"] if part != "[key]")
    if isinstance(wrong, Wrong):
        return Fault(loc, wrong.kind, found["input"], wrong.values)
    return Fault(loc, found["type"], found["input"], bounds)


def tables(
    model: type[Section] = Config, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], type[Section]]]:
    """Every table that the file may have, by its name ("groups", "owners"), the top first."""
    yield path, model
    for name, field in model.model_fields.items():
        inner = _section_in(field.annotation)
        if inner:
            yield from tables(inner, (*path, name))


def keys_of(loc: tuple[int | str, ...]) -> tuple[str, ...]:
    """The keys that the table at a place may have."""
    model = _model_at(loc)
    return tuple(model.model_fields) if model else ()


def choices(loc: tuple[int | str, ...]) -> tuple[str, ...]:
    """The words that may stand at a place where only certain ones may."""
    names = [part for part in loc if isinstance(part, str)]
    model = _model_at(tuple(names[:-1]))
    field = model.model_fields.get(names[-1]) if model else None
    if field is None:
        return ()
    kinds = (field.annotation, *get_args(field.annotation))
    if Role in kinds:
        return tuple(role.value for role in Role)
    words = (word for kind in kinds if get_origin(kind) is Literal for word in get_args(kind))
    return tuple(str(word) for word in words)


def _model_at(loc: tuple[int | str, ...]) -> type[Section] | None:
    model: type[Section] | None = Config
    for part in loc:
        if isinstance(part, str) and model is not None:
            field = model.model_fields.get(part)
            model = _section_in(field.annotation) if field else None
    return model


def _section_in(annotation: object) -> type[Section] | None:
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return annotation
    return next((found for part in get_args(annotation) if (found := _section_in(part))), None)
