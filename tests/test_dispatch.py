"""The one way out: sent until the platform has taken it, in order, the urgent first, nothing twice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import select

from bot.delivery import STORM
from bot.dispatch import Dispatch
from bot.domain.messages import (
    Account,
    Address,
    Button,
    Face,
    Fetch,
    Outgoing,
    Photo,
    Priority,
    PublishMenu,
    React,
    Say,
    SendFile,
    Standing,
)
from bot.domain.tickets import State, Verb
from bot.fetching import MediaLimits
from bot.platforms.base import ChatMoved, Misused, TryLater, Undeliverable, Unsure
from bot.platforms.console import Act, Console, Shown
from bot.platforms.pace import Limits, Pace
from handlers.context import Context
from handlers.steps import Step, take
from storage.tables import outbox
from tests.town import OWNERS, SECOND, STAFF, Town

LIFT = "3栋电梯坏了，已经停了两天"
NEW = Address("console", "-1009")


class Moody(Console):
    """A platform that fails as it is told to: each chat's list of failures comes first, then it works."""

    def __init__(self, show: Callable[[Shown], None]) -> None:
        super().__init__(show)
        self.moods: dict[str, list[Exception]] = {}
        self.tried: list[tuple[str, str]] = []

    def _maybe_fail(self, chat: str, text: str) -> None:
        self.tried.append((chat, text))
        moods = self.moods.get(chat)
        if moods:
            raise moods.pop(0)

    async def send(self, to: Address, face: Face, **more: Any) -> str:
        self._maybe_fail(to.chat, face.text)
        return await super().send(to, face, **more)

    async def edit(self, to: Address, message: str, face: Face) -> None:
        self._maybe_fail(to.chat, face.text)
        await super().edit(to, message, face)

    async def react(self, reaction: React) -> None:
        self._maybe_fail(reaction.to.chat, reaction.emoji)
        await super().react(reaction)

    async def fetch(self, file: str, into: Any, limit_bytes: int) -> None:
        self._maybe_fail("", file)
        await super().fetch(file, into, limit_bytes)


class Post:
    """A town's outbox with a moody platform at its end."""

    def __init__(self, town: Town, pace: Pace | None = None) -> None:
        self.town = town
        self.shown: list[Shown] = []
        self.platform = Moody(self.shown.append)
        self.dispatch = Dispatch(
            town.database,
            town.compound,
            town.intake,
            {"console": self.platform},
            town.clock,
            MediaLimits(town.config.files.media, 10_000_000, 40_000_000),
            is_group=lambda to: to.chat.startswith("-"),
            writer=None,
            pace=pace,
        )

    def put(self, *out: Outgoing) -> None:
        self.town.intake.run("test", lambda _context: list(out))

    def drain(self, times: int = 1) -> int:
        return sum(asyncio.run(self.dispatch.drain()) for _ in range(times))

    def wait(self, seconds: float) -> None:
        self.town.clock.wind(timedelta(seconds=seconds))
        self.drain()

    def said(self, chat: Address = OWNERS) -> list[str]:
        return [s.text for s in self.shown if s.chat.chat == chat.chat and s.act in (Act.SAY, Act.EDIT)]


@pytest.fixture
def post(town: Town) -> Post:
    """A quiet town's post office."""
    return Post(town)


def _say(key: str, to: Address = OWNERS, **more: Any) -> Say:
    return Say(to, key, Face(key), **more)


def test_what_is_put_is_said_once(post: Post) -> None:
    post.put(_say("a"), _say("a"), _say("b"))
    post.drain(3)

    assert post.said() == ["a", "b"]


@pytest.mark.parametrize(
    "trouble", [TryLater("502"), TryLater("timeout"), OSError(), ValueError("a fault of ours")]
)
def test_passing_trouble_is_tried_again_until_it_passes(post: Post, trouble: Exception) -> None:
    post.platform.moods[OWNERS.chat] = [trouble] * 5
    post.put(_say("a"))
    for _ in range(12):
        post.wait(60)

    assert post.said() == ["a"]
    assert len(post.platform.tried) == 6


def test_the_platform_s_own_word_on_when_to_try_again_is_kept(post: Post) -> None:
    post.platform.moods[OWNERS.chat] = [TryLater("429", timedelta(seconds=37))]
    post.put(_say("a"))
    post.drain(3)
    post.wait(36)
    assert post.said() == []

    post.wait(1)
    assert post.said() == ["a"]


def test_the_order_within_a_chat_is_kept_over_trouble(post: Post) -> None:
    post.platform.moods[OWNERS.chat] = [TryLater("502")]
    post.put(_say("a"), _say("b"), _say("c"))
    post.drain()
    assert post.said() == []
    post.wait(60)

    assert post.said() == ["a", "b", "c"]


@pytest.mark.parametrize("after", [None, timedelta(seconds=3)])
def test_what_is_written_while_a_chat_waits_does_not_overtake(post: Post, after: timedelta | None) -> None:
    post.platform.moods[OWNERS.chat] = [TryLater("502", after)]
    post.put(_say("a"))
    post.drain()
    post.put(_say("b"), _say("fetch", STAFF))
    post.wait(1)
    assert post.said() == []
    assert post.said(STAFF) == ["fetch"]
    post.wait(60)

    assert post.said() == ["a", "b"]


def test_an_emergency_goes_past_a_message_that_failed_but_not_past_the_platform_s_own_pause(
    post: Post,
) -> None:
    post.platform.moods[OWNERS.chat] = [TryLater("502")]
    post.put(_say("a"))
    post.drain()
    post.put(_say("fire", priority=Priority.EMERGENCY))
    post.drain()
    assert post.said() == ["fire"]

    post.platform.moods[OWNERS.chat] = [TryLater("429", timedelta(seconds=30))]
    post.wait(10)
    post.put(_say("flood", priority=Priority.EMERGENCY))
    post.wait(10)
    assert post.said() == ["fire"]
    post.wait(30)
    assert post.said() == ["fire", "flood", "a"]


def test_one_chat_s_trouble_holds_up_no_other(post: Post) -> None:
    post.platform.moods[OWNERS.chat] = [TryLater("502")] * 3
    post.put(_say("a"), _say("b", SECOND), _say("c", STAFF))
    post.drain()

    assert post.said(SECOND) == ["b"]
    assert post.said(STAFF) == ["c"]


def test_the_urgent_goes_first(post: Post) -> None:
    post.put(
        _say("digest", priority=Priority.DIGEST),
        _say("card", priority=Priority.CARD),
        _say("fire", priority=Priority.EMERGENCY),
    )
    post.drain()

    assert post.said() == ["fire", "card", "digest"]


def test_a_person_who_refuses_is_given_up_and_remembered(post: Post) -> None:
    chat = post.town.private("王师傅")
    post.platform.moods[chat.chat] = [Undeliverable("blocked")]
    post.put(_say("a", chat))
    post.drain()
    post.wait(3600)

    assert post.said(chat) == []
    with post.town.store() as store:
        assert store.people.reach("王师傅") is None
        assert [g.key for g in store.outbox.given_up(post.town.clock.now() - timedelta(days=1))] == ["a"]


def test_a_group_that_refuses_keeps_its_messages_for_later(post: Post) -> None:
    post.platform.moods[OWNERS.chat] = [Undeliverable("muted")]
    post.put(_say("a"), _say("b"))
    post.drain(3)
    post.wait(3600)
    assert post.said() == []

    with post.town.store() as store:
        store.compound.set_group(OWNERS, standing=Standing.MEMBER.value)
    post.wait(3600)
    assert post.said() == ["a", "b"]


def test_a_group_that_moved_hears_everything_under_its_new_id(post: Post) -> None:
    post.platform.moods[OWNERS.chat] = [ChatMoved(OWNERS, NEW)]
    post.put(_say("a"), _say("b"))
    post.drain(3)
    post.wait(60)

    assert post.said(NEW) == ["a", "b"]
    assert post.said(OWNERS) == []


def test_a_message_that_the_platform_will_never_take_is_dropped_and_the_next_goes_on(post: Post) -> None:
    post.platform.moods[OWNERS.chat] = [Misused("too long")]
    post.put(_say("a"), _say("b"))
    post.drain(2)

    assert post.said() == ["b"]


def test_what_is_no_longer_useful_is_not_said(post: Post) -> None:
    now = post.town.clock.now()
    post.put(_say("late", useful_until=now + timedelta(minutes=5)), _say("ever"))
    post.town.clock.wind(timedelta(minutes=6))
    post.drain()

    assert post.said() == ["ever"]


def test_nothing_is_said_before_its_hour(post: Post) -> None:
    post.put(_say("a", not_before=post.town.clock.now() + timedelta(minutes=5)))
    post.drain()
    assert post.said() == []
    post.wait(300)
    assert post.said() == ["a"]


def test_a_lost_reaction_is_let_go_in_the_end_and_a_message_never(post: Post) -> None:
    post.platform.moods[OWNERS.chat] = [TryLater("502")] * 100
    post.put(React(OWNERS, "1", "👌"))
    for _ in range(40):
        post.wait(400)
    tried = len(post.platform.tried)
    assert tried < 20

    post.platform.moods[OWNERS.chat] = [TryLater("502")] * 30
    post.put(_say("a"))
    for _ in range(40):
        post.wait(400)
    assert post.said() == ["a"]


def test_what_was_in_flight_at_a_crash_is_sent_after_the_restart(post: Post) -> None:
    post.put(_say("a"))

    class Crash(BaseException):
        pass

    async def dies(*_: Any, **__: Any) -> str:
        raise Crash

    sends = post.platform.send
    post.platform.send = dies  # type: ignore[method-assign]
    with pytest.raises(BaseException):  # noqa: B017
        post.drain()
    post.platform.send = sends  # type: ignore[method-assign]
    assert post.drain() == 0

    after = Post(post.town)
    assert asyncio.run(after.dispatch.resume()) == 1
    after.drain()
    assert after.said() == ["a"]


def test_the_newest_state_of_a_card_is_sent_and_never_a_queue_of_edits(post: Post) -> None:
    town = post.town
    town.says("张阿姨", LIFT, settle=False)
    ticket = town.ticket().id
    post.platform.moods["王师傅"] = [TryLater("502")] * 2
    post.drain()
    for verb in ("accept", "arrive"):
        town.intake.run("step", _step(ticket, verb))
    for _ in range(4):
        post.wait(60)

    (card,) = post.said(town.private("王师傅"))
    assert "已到场" in card


def _step(ticket: int, verb: str) -> Callable[[Context], list[Outgoing]]:
    def duty(context: Context) -> list[Outgoing]:
        found = context.store.tickets.get(ticket)
        assert found is not None
        actor = context.actor(Account("console", "王师傅", "王师傅"))
        return take(context, found, Step(Verb(verb)), actor)[1]

    return duty


def test_a_card_whose_message_is_gone_is_sent_anew(post: Post) -> None:
    town = post.town
    town.says("张阿姨", LIFT, settle=False)
    post.drain()
    post.platform.faces.clear()
    town.intake.run("step", _step(town.ticket().id, "accept"))
    post.drain()

    assert len([s for s in post.shown if s.act is Act.SAY and s.chat == OWNERS]) == 2
    assert town.ticket().state is State.ACCEPTED


def test_a_card_that_cannot_be_brought_rings_the_next_one(post: Post) -> None:
    post.platform.moods["王师傅"] = [Undeliverable("blocked")]
    post.town.says("张阿姨", LIFT, settle=False)
    post.drain(3)

    assert len(post.said(post.town.private("丁经理"))) == 1
    assert post.town.ticket().assignee == "丁经理"


def test_a_photo_is_fetched_re_encoded_and_shown_on_the_card(post: Post) -> None:
    town = post.town
    town.says("张阿姨", LIFT, photos=(town.photo(),), settle=False)
    post.drain(3)

    assert any(s.photo for s in post.shown if s.chat == town.private("王师傅"))
    assert not [p for p in town.config.files.media.iterdir() if p.name.endswith(".part")]


@pytest.mark.parametrize("trouble", [Misused("gone"), Undeliverable("gone")])
def test_a_photo_that_cannot_be_had_leaves_the_ticket_as_it_is(post: Post, trouble: Exception) -> None:
    town = post.town
    post.platform.moods[""] = [trouble]
    town.says("张阿姨", LIFT, photos=(town.photo(),), settle=False)
    post.drain(4)

    with town.store() as store:
        (photo,) = store.tickets.photos(store.tickets.find()[0])
    assert photo.media is None
    assert photo.failed
    assert len(post.said(town.private("王师傅"))) == 1


def test_a_file_that_is_no_photo_is_not_kept(post: Post) -> None:
    town = post.town
    path = town.folder / "evil.png"
    path.write_bytes(b"<script>alert(1)</script>")
    town.says("张阿姨", LIFT, photos=(Photo(str(path), "evil"),), settle=False)
    post.drain(4)

    assert list(town.config.files.media.iterdir()) == []
    assert len(post.said(town.private("王师傅"))) == 1


def test_one_photo_s_trouble_holds_up_no_other(post: Post) -> None:
    town = post.town
    post.platform.moods[""] = [TryLater("502")]
    town.says("张阿姨", LIFT, photos=(town.photo(), town.photo()), settle=False)
    post.drain(3)

    with town.store() as store:
        media = [p.media for p in store.tickets.photos(store.tickets.find()[0])]
    assert sum(m is not None for m in media) == 1


def test_the_pace_is_kept_and_everything_arrives_in_order(town: Town) -> None:
    post = Post(town, Pace(Limits(timedelta(seconds=1), 3, 5)))
    # Answers to messages: they are never joined.
    post.put(*(_say(f"{n:02}", reply_to="1") for n in range(8)))
    times: list[tuple[str, float]] = []
    start = town.clock.now()
    for _ in range(400):
        before = len(post.said())
        post.wait(0.5)
        times += [(text, (town.clock.now() - start).total_seconds()) for text in post.said()[before:]]

    assert [text for text, _ in times] == [f"{n:02}" for n in range(8)]
    moments = [at for _, at in times]
    assert all(later - earlier >= 1 for earlier, later in pairwise(moments))
    assert all(_within(moments, at, 60) <= 3 for at in moments)


def test_an_emergency_overtakes_what_fills_a_group_s_minute(town: Town) -> None:
    post = Post(town, Pace(Limits()))
    post.put(*(_say(f"{n:02}", reply_to="1") for n in range(40)))
    for _ in range(40):
        post.wait(1)
    assert len(post.said()) == 18
    post.put(_say("fire", priority=Priority.EMERGENCY))
    post.wait(1)

    assert post.said()[-1] == "fire"


def _plain(many: int, to: Address, **more: Any) -> list[Say]:
    return [Say(to, f"told:{n}", Face(f"第{n}件事"), **more) for n in range(many)]


def test_in_a_storm_plain_words_of_one_kind_become_one_message_and_nothing_is_lost(post: Post) -> None:
    chat = post.town.private("王主任")
    post.put(*_plain(30, chat, priority=Priority.ANSWER))
    post.drain()

    (said,) = post.said(chat)
    assert said.split("\n\n") == [f"第{n}件事" for n in range(30)]
    with post.town.store() as store:
        places = {store.outbox.message_of(f"told:{n}") for n in range(30)}
        assert len(places) == 1
        assert None not in places


def test_a_few_messages_are_no_storm(post: Post) -> None:
    post.put(*_plain(STORM - 1, OWNERS))
    post.drain()

    assert len(post.said()) == STORM - 1


def test_what_is_joined_keeps_to_a_message_s_length(post: Post) -> None:
    post.put(*(Say(OWNERS, f"told:{n}", Face(f"{n}" * 900)) for n in range(8)))
    post.drain()

    said = post.said()
    assert [len(text) for text in said] == [900 * 4 + 6, 900 * 4 + 6]
    assert sorted("".join(said).replace("\n", "")) == sorted("".join(f"{n}" * 900 for n in range(8)))


@pytest.mark.parametrize(
    "more",
    [
        {"reply_to": "1"},
        {"mentions": (Account("console", "老李", "老李"),)},
        {"pin": True},
        {"priority": Priority.EMERGENCY},
    ],
)
def test_what_would_lose_something_by_it_is_not_joined(post: Post, more: dict[str, Any]) -> None:
    post.put(*_plain(8, OWNERS, **more))
    post.drain()

    assert len(post.said()) == 8


def test_buttons_stay_with_their_words(post: Post) -> None:
    face = Face("要吗", ((Button("要", "x:1"),),))
    post.put(*(Say(OWNERS, f"asked:{n}", face) for n in range(8)))
    post.drain()

    assert len(post.said()) == 8


def test_one_message_that_is_refused_does_not_take_its_company_with_it(post: Post) -> None:
    post.platform.moods[OWNERS.chat] = [Misused("too long"), Misused("too long")]
    post.put(*_plain(8, OWNERS))
    post.drain(3)

    assert "\n\n".join(post.said()).split("\n\n") == [f"第{n}件事" for n in range(1, 8)]


def test_what_may_have_arrived_is_sent_again_and_remembered_as_unsure(post: Post) -> None:
    post.platform.moods[OWNERS.chat] = [Unsure("timed out"), TryLater("502")]
    post.put(_say("a"))
    for _ in range(3):
        post.wait(60)

    assert post.said() == ["a"]
    assert _unsure(post.town) == [("sent", 1)]


def test_where_a_platform_repeats_nothing_what_may_have_arrived_waits_for_a_person(post: Post) -> None:
    post.platform.able = replace(post.platform.able, repeats=False)
    post.platform.moods[OWNERS.chat] = [Unsure("timed out")]
    post.put(_say("a"), _say("b"))
    post.drain()
    post.wait(3600)
    assert post.said() == ["b"]
    assert _unsure(post.town) == [("unknown", 1), ("sent", 0)]

    with post.town.store() as store:
        assert store.outbox.retry(post.town.clock.now()) == 1
    post.drain()
    assert post.said() == ["b", "a"]


def _unsure(town: Town) -> list[tuple[str, int]]:
    with town.store() as store:
        rows = store.conn.execute(
            select(outbox.c.state, outbox.c.unsure).where(outbox.c.key.in_(["a", "b"])).order_by(outbox.c.id)
        )
        return [(row.state, row.unsure) for row in rows]


def test_what_was_taken_but_not_begun_when_told_to_stop_is_not_unsure(post: Post) -> None:
    async def stopped() -> None:
        stop, wake = asyncio.Event(), asyncio.Event()
        sends = post.platform.send

        async def last(*of: Any, **more: Any) -> str:
            stop.set()
            wake.set()
            return await sends(*of, **more)

        post.platform.send = last  # type: ignore[method-assign]
        await post.dispatch.run(stop, wake)

    post.put(_say("a"), _say("b"))
    asyncio.run(stopped())
    asyncio.run(Post(post.town).dispatch.resume())

    assert _unsure(post.town) == [("sent", 0), ("due", 0)]


def test_the_newest_menu_of_a_chat_is_published_also_within_one_moment(post: Post) -> None:
    chat = post.town.private("老李")
    menus: list[tuple[tuple[str, str], ...]] = []

    async def publish(menu: PublishMenu) -> None:
        menus.append(menu.commands)

    post.platform.publish = publish  # type: ignore[method-assign]
    bound, gone = (("done", "办结"), ("help", "帮助")), (("help", "帮助"),)
    post.put(*(PublishMenu(chat, commands) for commands in (bound, gone, bound)))
    post.drain()
    assert menus[-1] == bound

    post.put(PublishMenu(chat, gone), PublishMenu(Address("console", "老李二号"), gone))
    post.put(PublishMenu(chat, bound))
    post.drain()
    assert menus[-1] == bound


def _within(moments: Iterable[float], at: float, span: float) -> int:
    return sum(at - span < other <= at for other in moments)


def test_a_file_that_is_not_there_stops_nothing(post: Post) -> None:
    chat = post.town.private("王主任")
    post.put(SendFile(chat, "file", "missing.xlsx"), _say("after", chat))
    post.drain(3)
    post.wait(60)

    assert "after" in post.said(chat)


def test_an_outcome_for_a_ticket_that_is_gone_does_no_harm(post: Post) -> None:
    post.put(Fetch("console", 999, "nothing"))
    post.drain(3)

    assert post.town.buried() == []
