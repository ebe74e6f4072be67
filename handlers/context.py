"""What a handler is given: the store, the moment, the files, the words; and the one exception it may raise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from zoneinfo import ZoneInfo

from bot.calendar import workdays
from bot.calendar.festivals import Festival
from bot.classify.classifier import Classifier
from bot.classify.rulebook import Rulebook
from bot.domain.able import Able, all_able
from bot.domain.messages import Account, Address
from bot.domain.people import Duty, Role, Roster
from bot.domain.permissions import COMMITTEE_ROLES, Right
from bot.domain.sla import Calendar, Hours
from bot.domain.terms import Terms
from bot.files.clocks import terms_of
from bot.files.config import Config
from bot.texts import Texts
from storage.store import Store


class Refused(Exception):
    """A polite no: the catalogue's key and its values. The router turns it into a reply."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


class Purpose(StrEnum):
    """What a group is for."""

    OWNERS = "owners"
    STAFF = "staff"
    SUPERVISION = "supervision"
    COMMITTEE = "committee"


@dataclass(frozen=True, slots=True)
class Files:
    """What the committee's files say, read whole at start and on /reload."""

    config: Config
    roster: Roster
    rulebook: Rulebook
    classifier: Classifier
    festivals: tuple[Festival, ...]
    base: Classifier | None = None
    """The classifier of the files alone, where the compound's own rules from the database stand on top of it."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who does something, with the rights that the bindings and the roster give today."""

    account: Account
    person: str | None = None
    duties: tuple[Duty, ...] = ()

    @property
    def staff(self) -> bool:
        """Whether they have any duty today."""
        return bool(self.duties)

    @property
    def committee(self) -> bool:
        """Whether they have the committee's rights today."""
        return any(d.role in COMMITTEE_ROLES for d in self.duties)

    @property
    def kind(self) -> str:
        """How the diary calls them."""
        return "committee" if self.committee else "worker" if self.staff else "resident"

    @property
    def name(self) -> str:
        """Their name on the roster, else the name they carry on the platform."""
        return self.duties[0].name if self.duties else self.account.name


def _nobody_listens(_files: Files) -> None:
    """At the terminal no bot is running that could take new files."""


Menu = tuple[tuple[str, str], ...]
"""(command's name, description) in order."""


def _no_menu(_context: Context, _needs: frozenset[Right]) -> Menu:
    """At the terminal nobody has a menu."""
    return ()


@dataclass(frozen=True, slots=True)
class Context:
    """One transaction's view of the world."""

    store: Store
    now: datetime
    files: Files
    texts: Texts
    link: Callable[[str, str], str | None]
    """(platform, payload) → an address that opens the bot's private chat with that payload, where there is one."""
    reload: Callable[[], Files]
    """Read all files anew; raises BadFiles. The shell takes the new files once the transaction is committed."""
    moves: dict[tuple[str, str], str]
    """Groups that were given a new id since the configuration was written."""
    renew: Callable[[Files], None] = _nobody_listens
    """Give the running bot new files, which it takes once the transaction is committed."""
    menu: Callable[[Context, frozenset[Right]], Menu] = _no_menu
    """The commands of those who have these rights; whoever builds the table of commands hands it in."""
    able: Callable[[str], Able] = all_able
    """What the platform of a name offers."""

    @property
    def config(self) -> Config:
        """The configuration."""
        return self.files.config

    @property
    def roster(self) -> Roster:
        """The roster."""
        return self.files.roster

    @property
    def zone(self) -> ZoneInfo:
        """The compound's time zone."""
        return self.config.compound.zone

    @property
    def local(self) -> datetime:
        """Now, as the compound's clocks show it."""
        return self.now.astimezone(self.zone)

    @property
    def today(self) -> date:
        """The compound's date."""
        return self.local.date()

    @property
    def hours(self) -> Hours:
        """The quiet hours."""
        return Hours(self.config.hours.quiet_from, self.config.hours.quiet_to, self.zone)

    @property
    def calendar(self) -> Calendar:
        """The hours that count: quiet hours, working hours, days off with the committee's exceptions."""
        hours, declared = self.config.hours, cache(self._declared_days)

        def works(day: date) -> bool:
            own = declared().get(day)
            return workdays.is_workday(day) if own is None else own

        return Calendar(self.hours, hours.working_from, hours.working_to, works)

    def _declared_days(self) -> dict[date, bool]:
        return {exception.day: exception.works for exception in self.store.days.all()}

    @property
    def terms(self) -> Terms:
        """What is promised for which matters."""
        return terms_of(self.config.hours, self.config.promises, self.config.clocks)

    @property
    def quiet(self) -> bool:
        """Whether it is night."""
        return self.hours.quiet(self.now)

    @property
    def listening(self) -> bool:
        """Whether only the committee is told anything yet."""
        return self.store.compound.row().mode == "listen"

    @property
    def muted(self) -> bool:
        """Whether the committee has asked for silence in the owners' groups."""
        until = self.store.compound.row().muted_until
        return until is not None and until > self.now

    def say(self, key: str, **values: object) -> str:
        """A text of the catalogue."""
        return self.texts(key, **values)

    def clock(self, moment: datetime) -> str:
        """A moment as people say it: the hour today, else with its day."""
        local = moment.astimezone(self.zone)
        if local.date() == self.today:
            return f"{local:%H:%M}"
        if local.date() == self.today + timedelta(days=1):
            return self.texts("when.tomorrow", time=f"{local:%H:%M}")
        return self.texts("when.day", month=local.month, day=local.day, time=f"{local:%H:%M}")

    # -- groups --------------------------------------------------------------------------------------

    def _here(self, address: Address) -> Address:
        moved = self.moves.get((address.platform, address.chat))
        return Address(address.platform, moved, address.thread) if moved else address

    def groups(self, purpose: Purpose) -> tuple[Address, ...]:
        """The groups configured for a purpose, under the ids they have now."""
        groups = self.config.groups
        found = {
            Purpose.OWNERS: groups.owners,
            Purpose.STAFF: (groups.staff,),
            Purpose.SUPERVISION: (groups.supervision,),
            Purpose.COMMITTEE: (groups.committee,),
        }[purpose]
        return tuple(self._here(group.address) for group in found if group)

    def group(self, purpose: Purpose) -> Address | None:
        """The one group for a purpose, if there is one."""
        found = self.groups(purpose)
        return found[0] if found else None

    def purpose(self, chat: Address) -> Purpose | None:
        """What a chat is for, or None for one that is not configured.

        A configured topic (话题) admits only itself, and the topic that its cards go to.
        """
        for purpose in Purpose:
            for address in self.groups(purpose):
                if address.whole == chat.whole and (
                    address.thread in (None, chat.thread) or chat == self.cards_at(address)
                ):
                    return purpose
        return None

    def configured(self, chat: Address) -> Address | None:
        """The configured group, or its one topic, that a chat as a whole belongs to."""
        every = (address for purpose in Purpose for address in self.groups(purpose))
        return next((address for address in every if address.whole == chat.whole), None)

    def cards_at(self, chat: Address) -> Address:
        """Where the cards of a chat go: the topic that its group keeps for them, else where it was said."""
        for group in self.config.groups.all:
            if group.cards_thread and self._here(group.address).whole == chat.whole:
                return Address(chat.platform, chat.chat, group.cards_thread)
        return chat

    # -- people --------------------------------------------------------------------------------------

    def actor(self, account: Account) -> Actor:
        """Who this is: rights come from the binding and the roster's rows of today, never from the name."""
        person = self.store.people.person_of(account)
        if person is None:
            return Actor(account)
        return Actor(account, person, self.roster.of(person, self.today))

    def people_with(self, *roles: Role) -> tuple[str, ...]:
        """Everybody who has one of these roles today, in the roster's order."""
        return tuple(dict.fromkeys(d.person for d in self.roster.on(self.today) if d.role in roles))

    def name_of(self, person: str) -> str:
        """A person's name as the roster has it."""
        return person.partition("/")[0]

    def committee_chats(self) -> tuple[Address, ...]:
        """Where the committee is told things: its group if there is one, else its members' private chats."""
        group = self.group(Purpose.COMMITTEE)
        if group is not None:
            return (group,)
        reached = (self.store.people.reach(p) for p in self.people_with(*COMMITTEE_ROLES))
        return tuple(dict.fromkeys(chat for chat in reached if chat))
