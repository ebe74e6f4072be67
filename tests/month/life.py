"""A compound that lives: residents report, workers come or do not, the committee agrees or is away."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random

from sqlalchemy import select

from bot.domain.people import Area, Duty, Role
from bot.domain.tickets import State, Ticket
from storage.tables import assents, tickets
from tests.town import OWNERS, SECOND, Town

BEGIN = datetime(2026, 4, 30, 23, 30, tzinfo=UTC)
"""1 May 2026, 7:30 in Shanghai: a public holiday."""
_STRIDE, _NIGHT = timedelta(minutes=30), timedelta(hours=2)
"""How far the clock is wound at once, at most; what is due in between happens in between."""

PEOPLE: tuple[tuple[str, str, Role, str], ...] = (
    ("一网格", "1-3", Role.GRID_WORKER, "老李"),
    ("二网格", "4-6", Role.GRID_WORKER, "小陈"),
    ("三网格", "7-9", Role.GRID_WORKER, "老赵"),
    ("一网格", "1-3", Role.BUILDING_HEAD, "周姐"),
    ("二网格", "4-6", Role.BUILDING_HEAD, "何姐"),
    ("三网格", "7-9", Role.BUILDING_HEAD, "孙姐"),
    ("", "", Role.REPAIR, "王师傅"),
    ("", "", Role.REPAIR, "马师傅"),
    ("", "", Role.REPAIR, "郑师傅"),
    ("", "", Role.CLEANER, "吴阿姨"),
    ("", "", Role.CLEANER, "蒋阿姨"),
    ("", "", Role.MEDIATOR, "梁调解"),
    ("", "", Role.MANAGER, "丁经理"),
    ("", "", Role.COMMITTEE, "王主任"),
    ("", "", Role.COMMITTEE, "谢委员"),
    ("", "", Role.COMMUNITY, "冯书记"),
)

REPORTS = (
    "{b}栋{u}单元电梯坏了，没人管",
    "{b}栋{u}单元楼道灯不亮了",
    "{b}栋{u}单元漏水了，顺着墙往下流",
    "{b}栋{u}单元下水道堵了，一股臭味",
    "{b}栋{u}单元门口垃圾堆成山没人收",
    "{b}栋{u}单元门禁坏了，锁不上",
    "{b}栋{u}单元又停水了",
    "{b}栋{u}单元暖气不热",
    "{b}栋{u}单元楼上装修太吵了",
    "{b}栋{u}单元有人高空抛物",
    "{b}栋{u}单元对讲机坏了打不开门",
    "{b}栋{u}单元楼道里堆满杂物，过不去人",
)
EMERGENCIES = ("{b}栋{u}单元电梯困人了，快来人", "{b}栋{u}单元闻到好大的煤气味")
WISHES = ("希望{b}栋楼下能装一张长椅", "建议{b}栋门口加一个快递柜")


def _area(buildings: str) -> Area:
    if not buildings:
        return Area(whole=True)
    first, last = buildings.split("-")
    return Area(buildings=frozenset((str(n), None, None) for n in range(int(first), int(last) + 1)))


@dataclass(frozen=True, slots=True)
class Seen:
    """A ticket's standing, which somebody reacts to once."""

    state: str
    assignee: str | None
    episode: int
    rung: int
    rings: int


class Month:
    """Days of a compound. The same seed lives the same month."""

    def __init__(self, seed: str, *, homes: int, wanted: int, days: int, tail: float = 2) -> None:
        self.dice = Random(seed)
        self.wanted = wanted
        self.days = days
        self.tail = tail
        """Days at the end in which nobody reports anything."""
        self.homes = [f"住户{number:03}" for number in range(1, homes + 1)]
        self.town = Town(
            at=BEGIN,
            duties=tuple(Duty(grid, _area(where), role, name, "") for grid, where, role, name in PEOPLE),
        )
        for name in self.homes:
            if self.dice.random() < 0.5:
                self.town.starts(name)
        self.workers = [name for *_, name in PEOPLE]
        self.ill = {name: self._ill() for name in self.workers if self.dice.random() < 0.4}
        """Who lies in bed from when until when, whether or not anybody has been told."""
        self.down: list[tuple[datetime, datetime]] = []
        """When Linli did not run."""
        self._acts: list[tuple[datetime, int, Callable[[], object]]] = []
        self._order = count()
        self._seen: dict[int, Seen] = {}

    # -- living ------------------------------------------------------------------------------------

    def live(self, told: Callable[[int, int], None] = lambda _day, _filed: None) -> None:
        """All days, and the quiet ones after them."""
        self._plan_reports()
        for name, (begins, ends) in self.ill.items():
            if self.dice.random() < 0.5:
                self.at(begins, lambda name=name, ends=ends: self._excused(name, ends))  # type: ignore[misc]  # defaults bind them
        for day in range(1, self.days + 1):
            self.at(BEGIN + timedelta(days=day), lambda day=day: told(day, self.filed()))  # type: ignore[misc]  # a default binds the day
        if self.days > 5:
            self.at(BEGIN + timedelta(days=4, hours=3), self._goes_down)
        end = BEGIN + timedelta(days=self.days + self.tail)
        while self._acts and self._acts[0][0] <= end:
            at, _, act = heapq.heappop(self._acts)
            self._wind(at)
            act()
            self._look()
        self._wind(end)

    def _goes_down(self) -> None:
        since = self.now
        self.town.sleeps(hours=2)
        self.down.append((since, self.now))

    def at(self, moment: datetime, act: Callable[[], object]) -> None:
        """Something happens then."""
        heapq.heappush(self._acts, (max(moment, self.now), next(self._order), act))

    @property
    def now(self) -> datetime:
        """The wound clock."""
        return self.town.clock.now()

    def filed(self) -> int:
        """Tickets so far."""
        return len(self.town.tickets())

    def _wind(self, moment: datetime) -> None:
        while self.now < moment:
            hour = self.now.astimezone(self.town.config.compound.zone).hour
            stride = _NIGHT if hour >= 22 or hour < 6 else _STRIDE
            self.town.wait(minutes=min(moment - self.now, stride).total_seconds() / 60, step=stride)
            self._look()

    def _plan_reports(self) -> None:
        for _ in range(self.wanted):
            day = self.dice.randrange(self.days)
            # Mostly by day and in the evening, some at night.
            hour = self.dice.triangular(0, 24, 19) if self.dice.random() < 0.9 else self.dice.uniform(0, 24)
            self.at(BEGIN + timedelta(days=day, hours=(hour - 7.5) % 24), self._report)

    def _excused(self, name: str, until: datetime) -> None:
        zone = self.town.config.compound.zone
        first, last = self.now.astimezone(zone), until.astimezone(zone)
        self.town.tells("王主任", f"/请假 {name} {first:%m-%d} {last:%m-%d}")

    def _report(self) -> None:
        roll = self.dice.random()
        frames = EMERGENCIES if roll < 0.02 else WISHES if roll < 0.05 else REPORTS
        text = self.dice.choice(frames).format(b=self.dice.randint(1, 9), u=self.dice.randint(1, 4))
        name = self.dice.choice(self.homes)
        self.town.says(name, text, in_chat=self.dice.choice((OWNERS, SECOND)))
        if self.dice.random() < 0.03:
            self.at(self.now + self._minutes(4), lambda: self.town.says(name, "说错了，撤回"))

    # -- people react --------------------------------------------------------------------------------

    def _look(self) -> None:
        """Whoever is asked something now will react to it, some time."""
        for ticket in self._changed():
            react = {
                State.OPEN: self._asked,
                State.ACCEPTED: self._works,
                State.RESOLVED: self._answers,
                State.CLOSED: self._rates,
                State.HELD: self._releases,
            }.get(ticket.state)
            if react is not None:
                react(ticket)

    def _changed(self) -> list[Ticket]:
        """Tickets that stand otherwise than when they were last looked at."""
        with self.town.store() as store:
            rows = store.conn.execute(
                select(
                    tickets.c.id,
                    tickets.c.state,
                    tickets.c.assignee,
                    tickets.c.episode,
                    tickets.c.rung,
                    tickets.c.rings,
                )
            )
            now = {row.id: Seen(*row[1:]) for row in rows}
            fresh = [ticket for ticket, seen in now.items() if self._seen.get(ticket) != seen]
            self._seen |= now
            return sorted(store.tickets.get_all(fresh).values(), key=lambda ticket: ticket.id)

    def _asked(self, ticket: Ticket) -> None:
        if ticket.emergency:
            for name in self.dice.sample(self.workers, 2):
                self._soon(name, 1.5, lambda name=name: self._tell(name, ticket, "接单"), awake=False)  # type: ignore[misc]  # a default binds the name
        elif ticket.assignee and self.dice.random() > 0.1:
            name = ticket.assignee
            self._soon(name, 2.0, lambda: self._tell(name, ticket, "接单"))

    def _works(self, ticket: Ticket) -> None:
        name, roll = ticket.assignee, self.dice.random()
        if name is None or roll < 0.06:
            return
        if roll < 0.09:
            self._soon(name, 4, lambda: self._tell(name, ticket, "不办", "归自来水公司，请打 96116"))
        elif roll < 0.11:
            self._soon(name, 4, lambda: self._tell(name, ticket, "误报"))
        elif roll < 0.2:
            self._soon(name, 4, lambda: self._tell(name, ticket, "挂起", "等配件 明天9点"))
            self._soon("王主任", 25, lambda: self._agrees(ticket))
        else:
            if roll < 0.8:
                self._soon(name, 3, lambda: self._tell(name, ticket, "到场"))
            self._soon(name, 16, lambda: self._solves(name, ticket))

    def _agrees(self, ticket: Ticket) -> None:
        with self.town.store() as store:
            asked = store.conn.execute(
                select(assents.c.id).where(assents.c.ticket_id == ticket.id, assents.c.state == "asked")
            ).scalars()
            wishes = tuple(asked)
        for wish in wishes:
            word = "yes" if self.dice.random() < 0.8 else "no"
            self.town.forges("王主任", f"a:{wish}:{word}", in_chat=self.town.private("王主任"))

    def _solves(self, name: str, ticket: Ticket) -> None:
        now = self.town.ticket(ticket.number)
        if now.assignee == name and now.state in (State.ACCEPTED, State.ON_SITE):
            self._tell(name, ticket, "办结", "处理好了")

    def _answers(self, ticket: Ticket) -> None:
        reporter, roll = ticket.reporter, self.dice.random()
        if reporter is None or roll < 0.3:
            return
        verb = "reject" if roll < 0.37 else "confirm"
        origin = ticket.origin or OWNERS
        self._soon(
            reporter.id,
            90,
            lambda: self._if(
                ticket,
                State.RESOLVED,
                lambda: self.town.forges(reporter.id, f"t:{ticket.id}:{verb}", in_chat=origin),
            ),
        )

    def _rates(self, ticket: Ticket) -> None:
        reporter = ticket.reporter
        if reporter is not None and self.dice.random() < 0.5:
            stars = self.dice.choices((1, 2, 3, 4, 5), (1, 1, 2, 5, 8))[0]
            press = f"t:{ticket.id}:star:{stars}"
            self._soon(reporter.id, 30, lambda: self.town.forges(reporter.id, press, in_chat=OWNERS))

    def _releases(self, ticket: Ticket) -> None:
        self._soon(
            "谢委员", 40, lambda: self._if(ticket, State.HELD, lambda: self._tell("谢委员", ticket, "放行"))
        )

    def _if(self, ticket: Ticket, state: State, act: Callable[[], object]) -> None:
        if self.town.ticket(ticket.number).state is state:
            act()

    def _tell(self, name: str, ticket: Ticket, word: str, rest: str = "") -> None:
        """A worker writes to the bot; whatever is no longer possible is politely refused."""
        text = f"{word} {ticket.number} {rest}".strip()
        if word == "办结" and self.dice.random() < 0.4:
            self.town.sends_photo(name, text, in_chat=self.town.private(name))
        else:
            self.town.tells(name, text)

    def _soon(self, name: str, minutes: float, act: Callable[[], object], *, awake: bool = True) -> None:
        """After about so many minutes, some much later; not in somebody's sleep, not out of a sickbed."""
        moment = self.now + self._minutes(minutes)
        begins, ends = self.ill.get(name, (BEGIN, BEGIN))
        if begins <= moment < ends:
            return
        if awake:
            local = moment.astimezone(self.town.config.compound.zone)
            if local.hour >= 22 or local.hour < 7:
                morning = local.replace(hour=7, minute=10, second=0, microsecond=0)
                moment = morning + timedelta(days=local.hour >= 22) + self._minutes(minutes)
        self.at(moment.astimezone(UTC), act)

    def _minutes(self, about: float) -> timedelta:
        return timedelta(seconds=round(60 * about * self.dice.lognormvariate(0, 0.8)))

    def _ill(self) -> tuple[datetime, datetime]:
        first = BEGIN + timedelta(days=self.dice.uniform(0, max(self.days - 2, 1)))
        return first, first + timedelta(days=self.dice.uniform(1, 4))
