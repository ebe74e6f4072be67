"""Listening to a real gateway: in order, once, whatever happens to the line."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import trustme

from bot.clock import SystemClock
from bot.domain.messages import (
    Account,
    Address,
    Cause,
    Face,
    FriendRequest,
    Incoming,
    Membership,
    Recalled,
    Standing,
    Unheard,
)
from bot.intake import Arrival
from bot.platforms.base import TryLater, Undeliverable, Unsure
from bot.platforms.wechat.account import Manner, WeChat
from bot.platforms.wechat.puppet import Gateway, Line
from bot.streaming import Pauses, Streaming
from bot.texts import load_texts
from tests.gateway.gateway import KEY, ME, RealGateway, started, until

ROOM, AUNT, LI = "r1@chatroom", "wxid_aunt", "wxid_li"
SWIFT = Manner(room_gap_s=0, overall_gap_s=0, echo_s=3)


class Ear:
    """Keeps what was taken, each id once, as the real intake does."""

    def __init__(self) -> None:
        self.causes: list[Cause] = []
        self.unreadable: list[str] = []
        self._seen: set[str] = set()

    def take(self, platform: str, arrivals: Sequence[Arrival], *, bot: str, pushed: bool) -> None:
        assert (platform, bot, pushed) == ("wechat", "wechat", True)
        for arrival in arrivals:
            if arrival.id in self._seen or arrival.cause is None:
                continue
            self._seen.add(arrival.id)
            if isinstance(arrival.cause, Exception):
                self.unreadable.append(arrival.id)
            else:
                self.causes.append(arrival.cause)

    @property
    def said(self) -> list[Incoming]:
        return [cause for cause in self.causes if isinstance(cause, Incoming)]

    @property
    def texts(self) -> list[str]:
        return [said.text for said in self.said]


class Listener:
    """A listening account in a thread of its own."""

    def __init__(self, gateway: RealGateway, *, key: str = KEY, tls: dict[str, Any] | None = None) -> None:
        self.ear, self.told, self.codes = Ear(), list[str](), list[str]()
        self.account = WeChat(manner=SWIFT)
        self.streaming = Streaming(
            Gateway("127.0.0.1", gateway.port, answer_s=2, alive_s=1, **(tls or {})),
            key,
            self.account,
            self.ear,  # type: ignore[arg-type]  # only ``take`` is used
            self._on_writer,
            SystemClock(),
            load_texts(),
            ZoneInfo("Asia/Shanghai"),
            self.told.append,
            self.codes.append,
            Pauses(shortest_s=0.1, longest_s=0.5, for_a_person_s=0.5, fetch_s=0.05),
        )
        self._logs_in = key == KEY
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()))
        self._stop = asyncio.Event()

    def __enter__(self) -> Listener:
        self._thread.start()
        until(lambda: self._loop, "started")
        return self.ready() if self._logs_in else self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def ready(self) -> Listener:
        until(lambda: self.account.me, "logged in")
        return self

    def do(self, call: Callable[[WeChat], Any]) -> Any:
        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(call(self.account), self._loop).result(60)

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        await self.streaming.run(self._stop, asyncio.Event())

    async def _on_writer(self, work: Callable[[], None]) -> None:
        work()


@pytest.fixture
def gateway() -> Iterator[RealGateway]:
    """A gateway with a room of neighbours."""
    with started() as real:
        people(real)
        yield real


def people(gateway: RealGateway) -> None:
    """张阿姨, 李师傅 and their group."""
    gateway.do("contact", id=AUNT, name="张阿姨")
    gateway.do("contact", id=LI, name="李师傅(3栋", friend=True)
    gateway.do("room", id=ROOM, topic="春晖苑业主群", members={AUNT: "3-2-501 王姐", LI: "", ME: "小邻"})


def test_what_is_said_in_a_room_and_alone_arrives_with_names(gateway: RealGateway) -> None:
    with Listener(gateway) as listener:
        gateway.do("say", **{"from": AUNT}, room=ROOM, text="3栋电梯又坏了")
        gateway.do("say", **{"from": LI}, text="接单 12")
        gateway.do("say", **{"from": LI}, room=ROOM, text="@小邻\u2005帮助", mentions=[ME])
        gateway.do("say", **{"from": AUNT}, room=ROOM, image="aGVsbG8=")
        until(lambda: len(listener.ear.said) == 4, "all heard")
    group, alone, mention, photo = listener.ear.said
    assert (group.text, group.chat, group.author.name, group.in_group) == (
        "3栋电梯又坏了",
        Address("wechat", ROOM),
        "3-2-501 王姐",
        True,
    )
    assert (alone.text, alone.chat, alone.author.name, alone.in_group) == (
        "接单 12",
        Address("wechat", LI),
        "李师傅(3栋",
        False,
    )
    assert (mention.text, mention.mentions_bot) == ("帮助", True)
    assert photo.photos and not photo.text


def test_a_burst_of_five_hundred_keeps_its_order(gateway: RealGateway) -> None:
    with Listener(gateway) as listener:
        gateway.do("burst", count=500, **{"from": AUNT}, room=ROOM, text="第{n}句")
        until(lambda: len(listener.ear.said) == 500, "all heard")
    assert listener.ear.texts == [f"第{n}句" for n in range(1, 501)]


def test_a_slow_message_keeps_its_place_and_one_that_cannot_be_had_is_told(gateway: RealGateway) -> None:
    with Listener(gateway) as listener:
        gateway.do("plan", kind="slow-payload", seconds=1)
        gateway.do("burst", count=5, **{"from": AUNT}, room=ROOM, text="第{n}句")
        until(lambda: len(listener.ear.said) == 5, "all heard")
        for _ in range(4):
            gateway.do("plan", kind="fail-payload")
        gateway.do("say", **{"from": AUNT}, room=ROOM, text="丢了")
        until(lambda: listener.ear.unreadable, "told")
        gateway.do("plan", kind="fail-payload")
        gateway.do("say", **{"from": AUNT}, room=ROOM, text="第二次就好")
        until(lambda: "第二次就好" in listener.ear.texts, "tried again")
    assert listener.ear.texts[:5] == [f"第{n}句" for n in range(1, 6)]


def test_what_one_line_could_not_bring_comes_over_the_next_one(gateway: RealGateway) -> None:
    """An answer that does not come in time breaks the line; nothing that was announced is lost by that."""
    with Listener(gateway) as listener:
        gateway.do("plan", kind="slow-payload", seconds=4)
        gateway.do("burst", count=30, **{"from": AUNT}, room=ROOM, text="第{n}句")
        until(lambda: len(listener.ear.said) == 30, "all heard")
        assert listener.ear.texts == [f"第{n}句" for n in range(1, 31)]
        for _ in range(4):
            gateway.do("plan", kind="slow-payload", seconds=60)
        gateway.do("say", **{"from": AUNT}, room=ROOM, text="怎么也取不到")
        until(lambda: listener.ear.unreadable, "told")
        gateway.do("say", **{"from": AUNT}, room=ROOM, text="后面的照样到")
        until(lambda: "后面的照样到" in listener.ear.texts, "heard")


def test_the_same_message_told_twice_and_sorts_nobody_knows_do_no_harm(gateway: RealGateway) -> None:
    with Listener(gateway) as listener:
        message = gateway.do("say", **{"from": AUNT}, room=ROOM, text="3栋漏水")["message"]
        gateway.do("replay", message=message)
        for sort in (0, 1, 5, 9, 12, 14, 15, 16, 17, 18, 99):
            gateway.do("say", **{"from": AUNT}, room=ROOM, text="?", type=sort)
        gateway.do("say", **{"from": AUNT}, room=ROOM, text="完了")
        until(lambda: "完了" in listener.ear.texts, "all heard")
    assert listener.ear.texts == ["3栋漏水", "完了"]
    assert not listener.ear.unreadable


def test_who_comes_and_goes_and_what_the_room_is_called(gateway: RealGateway) -> None:
    with Listener(gateway) as listener:
        gateway.do("topic", room=ROOM, topic="春晖苑一期", who=AUNT)
        gateway.do("leave", room=ROOM, who=ME)
        standings = until(
            lambda: [
                c for c in listener.ear.causes if isinstance(c, Membership) and c.standing is Standing.GONE
            ],
            "thrown out",
        )
        titles = [cause.title for cause in listener.ear.causes if isinstance(cause, Membership)]
        assert "春晖苑一期" in titles
        assert standings[0].chat == Address("wechat", ROOM)
        message = gateway.do("say", **{"from": LI}, text="3栋漏水")["message"]
        gateway.do("recall", message=message, **{"from": LI})
        gateway.do("befriend", id="f1", contact=AUNT, hello="ABC-123")
        until(lambda: any(isinstance(c, FriendRequest) for c in listener.ear.causes), "asked")
    assert [c.message for c in listener.ear.causes if isinstance(c, Recalled)] == [message]
    asked = next(c for c in listener.ear.causes if isinstance(c, FriendRequest))
    assert (asked.author, asked.words, asked.request) == (Account("wechat", AUNT), "ABC-123", "f1")


def test_a_killed_gateway_is_found_again_and_the_gap_is_told(gateway: RealGateway) -> None:
    with Listener(gateway) as listener:
        gateway.kill()
        until(lambda: listener.account.me is None, "noticed")
        gateway.start()
        people(gateway)
        listener.ready()
        gateway.do("say", **{"from": AUNT}, room=ROOM, text="又来了")
        until(lambda: "又来了" in listener.ear.texts, "heard again")
    assert len([cause for cause in listener.ear.causes if isinstance(cause, Unheard)]) == 1
    assert any("没有连上" in line for line in listener.told)


def test_a_frozen_gateway_is_noticed(gateway: RealGateway) -> None:
    with Listener(gateway) as listener:
        gateway.freeze()
        until(lambda: listener.account.me is None, "noticed", 40)
        gateway.thaw()
        listener.ready()


def test_errors_and_a_logout_end_nothing(gateway: RealGateway) -> None:
    with Listener(gateway) as listener:
        gateway.do("error", text="something")
        gateway.do("logout")
        until(lambda: listener.account.me is None, "logged out")
        gateway.do("scan", qrcode="https://login.example/abc")
        until(lambda: listener.codes, "asked to scan")
        gateway.do("login")
        listener.ready()
        gateway.do("say", **{"from": AUNT}, room=ROOM, text="还在吗")
        until(lambda: "还在吗" in listener.ear.texts, "heard")
    assert listener.codes == ["https://login.example/abc"]


def test_a_wrong_token_is_told_and_never_shown(gateway: RealGateway) -> None:
    with Listener(gateway, key="wrong-key-of-nobody") as listener:
        until(lambda: listener.told, "told")
    assert any("密钥" in line for line in listener.told)
    assert not any("wrong-key" in line for line in listener.told)


def test_a_gateway_with_tls_is_trusted_only_under_its_own_name(tmp_path: Path) -> None:
    authority = trustme.CA()
    certificate = authority.issue_cert("gateway.example.org")
    files = (tmp_path / "cert.pem", tmp_path / "key.pem")
    certificate.cert_chain_pems[0].write_to_path(files[0])
    certificate.private_key_pem.write_to_path(files[1])
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    trusted = {"tls": True, "ca_file": str(tmp_path / "ca.pem"), "server_name": "gateway.example.org"}
    with started(files) as gateway:
        people(gateway)
        with Listener(gateway, tls=trusted) as listener:
            gateway.do("say", **{"from": AUNT}, room=ROOM, text="3栋漏水")
            until(lambda: listener.ear.texts == ["3栋漏水"], "heard")
        for wrong in ({**trusted, "server_name": "other.example.org"}, {"tls": True}, {}):
            with pytest.raises(TryLater):
                asyncio.run(_opened(gateway, wrong))


async def _opened(gateway: RealGateway, tls: dict[str, Any]) -> None:
    line = Line(Gateway("127.0.0.1", gateway.port, **tls), KEY)
    try:
        await line.open()
    finally:
        await line.shut()


def test_another_client_takes_over_and_is_told_of(gateway: RealGateway) -> None:
    with Listener(gateway) as first, Listener(gateway):
        until(lambda: any("别的程序" in line for line in first.told), "told")


def test_what_is_sent_arrives_once_also_when_the_answer_is_late(gateway: RealGateway) -> None:
    with Listener(gateway) as listener:
        room = Address("wechat", ROOM)
        listener.do(
            lambda wechat: wechat.send(room, Face("请处理"), mentions=(Account("wechat", LI, "李师傅(3栋"),))
        )
        gateway.do("plan", kind="late", seconds=3)
        assert listener.do(lambda wechat: wechat.send(room, Face("答得慢")))
        with pytest.raises(Undeliverable):
            listener.do(lambda wechat: wechat.send(Address("wechat", AUNT), Face("私聊")))
        with pytest.raises(Undeliverable):
            listener.do(lambda wechat: wechat.send(Address("wechat", "r9@chatroom"), Face("没有这个群")))
        gateway.do("plan", kind="late", seconds=3, delivers=False)
        with pytest.raises(Unsure):
            listener.do(lambda wechat: wechat.send(room, Face("没到")))
    assert [(one["text"], one["mentions"]) for one in gateway.sent(ROOM)] == [
        ("@李师傅(3栋\u2005请处理", [LI]),
        ("答得慢", []),
    ]
