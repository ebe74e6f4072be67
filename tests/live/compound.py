"""A compound's folder: configuration, roster, database, and the same people and groups behind the server."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.app import open_database
from bot.domain.messages import Account
from bot.files.settings import Settings, load_settings
from storage.compound import open_compound
from storage.database import Database
from storage.store import Store, open_store
from tests.botapi import Server
from tests.botapi.town import CONTROLS, Town
from tests.live.process import until

STAFF = -2001
FIRST_WORKER = 2001
"""The roster's people have numbers from here on, in its order."""

_CONFIG = """
mode = "live"
[compound]
name = "春晖苑"
buildings = ["1-12", "12甲"]
spots = ["地下车库", "东门", "西门", "中心花园", "儿童乐园", "物业服务中心"]
phone = "0100-8000000"
run_by = "业委会"
contact = "周老师"
[groups]
owners = [{owners}]
staff = {{platform = "telegram", chat = "{staff}"}}
[telegram]
token = "{token}"
base_url = "{url}"
[hours]
# No quiet hours: tests run at night, too.
quiet_from = "03:00"
quiet_to = "03:00"
[promises]
accept_minutes = 1000
[clocks]
own = []
[clocks.ordinary]
solve_minutes = 0
[clocks.major]
solve_minutes = 0
"""
_ROSTER = """网格,楼栋,职责,姓名,电话
一网格,1-3栋、东门,网格员,老李,
二网格,4-6栋、西门,网格员,小陈,
三网格,7-9栋、中心花园,网格员,老赵,
四网格,10-12栋、12甲栋、儿童乐园、地下车库、物业服务中心,网格员,孙姐,
一网格,1-3栋,物业维修,王师傅,
二网格,4-6栋,物业维修,杨师傅,
三网格,7-9栋,物业维修,高师傅,
四网格,10-12栋、12甲栋,物业维修,贾师傅,
,1-6栋、12甲栋,保洁员,吴阿姨,
,7-12栋,保洁员,刘阿姨,
,全部,治安调解员,梁调解,
,全部,物业经理,丁经理,
,全部,业委会,周老师,
,全部,社区,冯书记,
"""


class Remembering(Town):
    """A town that keeps every update it has ever put into the queue."""

    def __init__(self) -> None:
        super().__init__()
        self.history: list[bytes] = []

    def enqueue(self, raw: object, number: int | None = None) -> int:
        """See Mailbox."""
        with self.lock:
            number = super().enqueue(raw, number)
            self.history.append(self.queue[-1].raw)
            return number


class Nearby:
    """A stand-in server in this process: it starts at once."""

    def __init__(self, server: Server, town: Remembering) -> None:
        self.url, self.token, self.town = server.url, town.token, town

    @property
    def history(self) -> tuple[bytes, ...]:
        """Every update there ever was, as JSON, oldest first."""
        with self.town.lock:
            return tuple(self.town.history)

    @property
    def messages(self) -> int:
        """How many messages there are in all chats, people's and the bot's."""
        return len(self.town.messages)

    def do(self, name: str, /, **arguments: Any) -> Any:
        """Act on the town by the name of its method, with copies of what it returns."""
        assert name in CONTROLS, name
        with self.town.lock:
            return json.loads(json.dumps(getattr(self.town, name)(**arguments)))


@contextmanager
def nearby() -> Iterator[Nearby]:
    """A server that runs until the end."""
    town = Remembering()
    with Server(town) as server:
        yield Nearby(server, town)


@dataclass(frozen=True, slots=True)
class Compound:
    """The files of one bot and the server it talks to."""

    folder: Path
    server: Nearby
    owners: tuple[int, ...]

    @property
    def config(self) -> Path:
        """The configuration's file."""
        return self.folder / "config.toml"

    @property
    def settings(self) -> Settings:
        """What its files say."""
        return load_settings(self.config)

    @property
    def database(self) -> Path:
        """SQLite's file."""
        return Path(self.settings.config.database.url.removeprefix("sqlite:///"))

    @property
    def people(self) -> dict[str, int]:
        """Everybody on the roster with their Telegram number."""
        persons = dict.fromkeys(duty.name for duty in self.settings.roster.duties)
        return {name: FIRST_WORKER + index for index, name in enumerate(persons)}

    @property
    def chats(self) -> tuple[int, ...]:
        """Every chat that the bot writes in."""
        return (*self.owners, STAFF, *self.people.values())

    @contextmanager
    def store(self) -> Iterator[Store]:
        """What the bot remembers, read beside it."""
        database = Database(self.settings.config.database.url)
        try:
            with database.reading() as conn:
                yield open_store(conn, 1)
        finally:
            database.close()

    def rows(self, sql: str, **values: object) -> list[Any]:
        """Rows of the database."""
        with self.store() as store:
            return list(store.conn.exec_driver_sql(sql, values or None))

    def texts(self, chat: int) -> list[str]:
        """What the bot's messages in a chat show now, oldest first."""
        return [text_of(message) for message in self.server.do("sent", chat=chat)]

    def shows(self, chat: int, words: str) -> dict[str, Any]:
        """Wait until a message of the bot's in a chat shows these words; the newest such message."""

        def shown() -> dict[str, Any] | None:
            sent: list[dict[str, Any]] = self.server.do("sent", chat=chat)
            return next((message for message in reversed(sent) if words in text_of(message)), None)

        found = until(shown, f"{words!r} in {chat}")
        assert found is not None
        return found

    def press(self, person: int, message: dict[str, Any], label: str) -> None:
        """Somebody presses the button with this label under a message of the bot's."""
        rows = message.get("reply_markup", {"inline_keyboard": []})["inline_keyboard"]
        labels = {button["text"]: button["callback_data"] for row in rows for button in row}
        assert label in labels, f"no button {label}, only {list(labels)}"
        self.server.do(
            "press",
            person=person,
            chat=message["chat"]["id"],
            message=message["message_id"],
            data=labels[label],
        )

    def says(self, person: int, text: str, chat: int | None = None) -> int:
        """Somebody writes in a chat, in the first owners' group if none is given; the message's number."""
        number: int = self.server.do("says", person=person, text=text, chat=chat or self.owners[0])
        return number

    def tells(self, person: int, text: str) -> None:
        """Somebody writes to the bot alone."""
        self.server.do("says", person=person, text=text)

    def quiet(self) -> bool:
        """Whether everything has been taken and everything has been said."""
        if self.server.do("pending"):
            return False
        with self.store() as store:
            return not store.outbox.waiting() and not store.cards.waiting()

    def bind(self, names: Iterable[str] | None = None) -> None:
        """Bind people of the roster (all, if none are named) to their accounts, as invitations would have."""
        settings = self.settings
        wanted = set(names) if names is not None else set(self.people)
        now = datetime.now(UTC)
        database = open_database(settings.config)
        try:
            with database.writing() as conn:
                compound = open_compound(
                    conn, settings.config.compound.code, settings.config.compound.name, "live", now
                )
                store = open_store(conn, compound)
                for duty in settings.roster.duties:
                    if duty.name in wanted:
                        wanted.remove(duty.name)
                        account = Account("telegram", str(self.people[duty.name]), duty.name)
                        store.people.bind(duty.person, account, "test", now)
                        store.people.remember(account, started_at=now)
                        self.server.do("person", number=int(account.id), first_name=duty.name, started=True)
        finally:
            database.close()
        assert not wanted, f"nobody on the roster is called {wanted}"


def text_of(message: dict[str, Any]) -> str:
    """A message's words, whatever else it carries."""
    return str(message.get("text") or message.get("caption") or "")


def found(folder: Path, server: Nearby, words: Path, groups: int = 1) -> Compound:
    """Write a compound's files; its groups exist, and the bot is an admin there. ``words``: a warm jieba cache."""
    owners = tuple(-1001 - index for index in range(groups))
    rows = ", ".join(f'{{platform = "telegram", chat = "{chat}"}}' for chat in owners)
    text = _CONFIG.format(owners=rows, staff=STAFF, token=server.token, url=server.url)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.toml").write_text(text, encoding="utf-8")
    (folder / "roster.csv").write_text(_ROSTER, encoding="utf-8")
    cache = folder / "var" / "jieba"
    cache.mkdir(mode=0o700, parents=True)
    shutil.copy(words / "words.cache", cache)
    for chat in owners:
        server.do(
            "group",
            number=chat,
            title=f"春晖苑业主{-1000 - chat}群",
            bot="administrator",
            can_pin_messages=True,
        )
    server.do("group", number=STAFF, title="春晖苑工作群")
    return Compound(folder, server, owners)
