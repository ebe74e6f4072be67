"""A compound for a dry run: in memory, everybody on its roster reachable, its clock wound by the history."""

from __future__ import annotations

from collections.abc import Collection, Generator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from bot.app import RULES, build_files
from bot.calendar.festivals import load_festivals
from bot.classify.classifier import Classifier
from bot.classify.rulebook import RulebookError, load_rulebook
from bot.clock import WoundClock
from bot.domain.messages import Account, Address, Cause, Press
from bot.domain.people import Area, Duty, Role, Roster
from bot.domain.tickets import State, Verb
from bot.files.config import config_from
from bot.files.problems import BadFiles, Problem
from bot.files.settings import Settings
from bot.intake import Arrival, Intake
from bot.replay.history import Part, Said
from bot.texts import load_texts
from handlers.context import Files
from handlers.groups import introduce_everywhere
from handlers.jobs.base import Beats
from handlers.jobs.table import JOBS
from storage.compound import open_compound
from storage.database import Database
from storage.migrations import upgrade
from storage.store import Store, open_store

_GROUP = Address("console", "-1")
_STRIDE = timedelta(minutes=15)
_STRIDE_AT_NIGHT = timedelta(hours=1)
TAKEN_AFTER = timedelta(minutes=4)
"""How soon whoever is rung accepts, or in an emergency is there: in time. A history cannot tell; too late, and every ladder would climb."""
_PART_ROLES = {Part.STAFF: Role.GRID_WORKER, Part.COMMITTEE: Role.COMMITTEE}
_LONGEST_ACCOUNT = 64


def default_files(cache: Path, folder: Path, history: Collection[Said]) -> Files:
    """Files for a history without a configuration: buildings as they are said, one person for each role.

    ``cache`` is the dictionary's, ``folder`` takes what the bot would write. Raises BadFiles.
    """
    texts = load_texts()
    values = {
        "mode": "live",
        "compound": {
            "name": texts("replay.compound"),
            "buildings": ["1"],
            "phone": "0",
            "run_by": Role.COMMITTEE.value,
            "contact": Role.COMMITTEE.value,
        },
        "groups": {"owners": [{"platform": _GROUP.platform, "chat": _GROUP.chat}]},
        "files": {"media": str(folder / "media")},
    }
    duties = tuple(Duty("", Area(whole=True), role, role.value, "") for role in Role)
    roster = Roster((*duties, *_speaking(history, duties)), Area(whole=True))
    try:
        book = load_rulebook()
    except RulebookError as bad:
        raise BadFiles([Problem(RULES, "", line, "") for line in bad.problems]) from None
    config = config_from(values, folder)
    return Files(config, roster, book, Classifier(book, cache_dir=cache), load_festivals())


def configured_files(settings: Settings, folder: Path, history: Collection[Said]) -> Files:
    """A compound's own files, switched on, with nothing of its own within reach. Raises BadFiles."""
    files = build_files(settings)
    config = files.config
    # The duty that sweeps old photos must never see the real ones.
    aside = config.files.model_copy(update={"media": folder / "media"})
    config = config.model_copy(update={"mode": "live", "files": aside})
    duties = files.roster.duties
    roster = Roster((*duties, *_speaking(history, duties)), files.roster.known)
    return Files(config, roster, files.rulebook, files.classifier, files.festivals)


def _speaking(history: Collection[Said], duties: Collection[Duty]) -> list[Duty]:
    """Those whom the history calls staff or committee and whom no roster knows: they speak, and are asked last."""
    named = {duty.name for duty in duties}
    speakers = {said.speaker: said.part for said in history if said.part in _PART_ROLES}
    return [
        Duty("", Area(whole=True), _PART_ROLES[part], speaker, "")
        for speaker, part in speakers.items()
        if speaker not in named
    ]


class Compound:
    """The bot with real handlers on a database of its own. It sends nothing: what it would say stays in the outbox."""

    def __init__(self, files: Files, start: datetime) -> None:
        self.files = files
        self.started = start
        self.clock = WoundClock(start)
        owners = files.config.groups.owners
        self.group = owners[0].address
        self._beats = Beats()
        self._presses = 0
        self._database = Database("sqlite://")
        upgrade(self._database)
        with self._database.writing() as conn:
            self._compound = open_compound(conn, "replay", files.config.compound.name, "live", start)
        self._intake = Intake(
            self._database,
            self._compound,
            files,
            self.clock,
            load_texts(),
            link=lambda _platform, _payload: None,
            read_files=lambda: files,
        )
        self._bind()
        self._intake.run("introduce", introduce_everywhere)

    def close(self) -> None:
        """Let go of the database; nothing stays."""
        self._database.close()

    def account(self, said: Said) -> Account:
        """Whose account a message was written with."""
        return Account(self.group.platform, said.account[:_LONGEST_ACCOUNT], said.speaker)

    def take(self, cause: Cause) -> None:
        """Something happens now."""
        self._intake.take(self.group.platform, [Arrival("replay", cause)])

    def wind(self, to: datetime) -> None:
        """Let time pass; every duty is done at its beat."""
        while self.clock.now() < to:
            self.clock.set(min(self._next_beat(), to))
            self._accept()
            self._beat()

    @contextmanager
    def read(self) -> Generator[Store]:
        """The store as it is now; only for looking at."""
        with self._database.reading() as conn:
            yield open_store(conn, self._compound)

    def _bind(self) -> None:
        with self._database.writing() as conn:
            store = open_store(conn, self._compound)
            for duty in self.files.roster.duties:
                account = Account(self.group.platform, duty.name[:_LONGEST_ACCOUNT], duty.name)
                store.people.bind(duty.person, account, "replay", self.clock.now())
                store.people.remember(account, started_at=self.clock.now())

    def _next_beat(self) -> datetime:
        now = self.clock.now()
        config = self.files.config
        night = config.hours.quiet(now.astimezone(config.compound.zone).time())
        stride = _STRIDE_AT_NIGHT if night else _STRIDE
        past = timedelta(minutes=now.minute, seconds=now.second, microseconds=now.microsecond) % stride
        with self.read() as store:
            open_ = store.tickets.going_on()
        moments = [ticket.due_at for ticket in open_]
        moments += [t.pinged_at + TAKEN_AFTER for t in open_ if t.pinged_at and t.state is State.OPEN]
        return min([now - past + stride, *(at for at in moments if at is not None and at > now)])

    def _beat(self) -> None:
        self._intake.tick(self._beats.due(JOBS, self.clock.now()))

    def _accept(self) -> None:
        """Whoever was rung a while ago presses the button; in an emergency they are there, not only on their way."""
        with self.read() as store:
            rung = [
                (ticket.id, Verb.ARRIVE if ticket.emergency else Verb.ACCEPT, account)
                for ticket in store.tickets.going_on()
                if ticket.state is State.OPEN
                and ticket.pinged_at is not None
                and ticket.pinged_at + TAKEN_AFTER <= self.clock.now()
                for person in [ticket.assignee or self._first(store, ticket.id)]
                if person is not None
                for account in store.people.accounts_of(person)[:1]
            ]
        for ticket_id, verb, account in rung:
            self._presses += 1
            private = Address(account.platform, account.id)
            data = f"t:{ticket_id}:{verb.value}"
            press = Press(f"replay-{self._presses}", private, "0", account, data, self.clock.now(), False)
            self.take(press)

    @staticmethod
    def _first(store: Store, ticket: int) -> str | None:
        """In an emergency everybody is rung and nobody holds it yet."""
        return next((card.person for card in store.cards.of(ticket, "worker") if card.person), None)
