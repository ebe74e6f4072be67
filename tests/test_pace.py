"""How fast a messenger may be written to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.messages import Address
from bot.platforms.pace import Limits, Pace

NOW = datetime(2026, 5, 12, 4, 0, tzinfo=UTC)
GROUP = Address("telegram", "-100")
PERSON = Address("telegram", "7")
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)

chats = st.sampled_from(["-1", "-2", "1", "2", "3", "4", "5", "6", "7", "8"])
steps = st.lists(st.tuples(chats, st.integers(0, 1500)), max_size=150)
limits = st.builds(
    Limits,
    st.sampled_from([SECOND, SECOND / 2]),
    st.integers(1, 6),
    st.integers(1, 5),
)


def test_one_message_a_second_in_a_chat() -> None:
    pace = Pace()
    pace.sent(PERSON, NOW)

    assert pace.earliest(PERSON, False, NOW) == NOW + SECOND
    assert pace.earliest(PERSON, False, NOW + SECOND) == NOW + SECOND
    assert pace.earliest(Address("telegram", "8"), False, NOW) == NOW


def test_twenty_a_minute_in_a_group() -> None:
    pace = Pace()
    for n in range(20):
        pace.sent(GROUP, NOW + n * SECOND)

    assert pace.earliest(GROUP, True, NOW + 20 * SECOND, urgent=True) == NOW + MINUTE
    assert pace.earliest(GROUP, False, NOW + 20 * SECOND) == NOW + 20 * SECOND, "a person has no such limit"


def test_thirty_a_second_overall() -> None:
    pace = Pace()
    for n in range(30):
        pace.sent(Address("telegram", str(n)), NOW)

    assert pace.earliest(Address("telegram", "99"), False, NOW, urgent=True) == NOW + SECOND


def test_a_topic_counts_for_its_group() -> None:
    pace = Pace()
    pace.sent(Address("telegram", "-100", "7"), NOW)

    assert pace.earliest(GROUP, True, NOW) == NOW + SECOND


def test_a_clock_set_back_holds_nothing_up() -> None:
    pace = Pace()
    pace.sent(PERSON, NOW + timedelta(days=1))

    assert pace.earliest(PERSON, False, NOW) == NOW


def test_after_a_quiet_minute_all_is_free() -> None:
    pace = Pace()
    for n in range(40):
        pace.sent(GROUP, NOW + n * SECOND)

    later = NOW + 40 * SECOND + MINUTE
    assert pace.earliest(GROUP, True, later) == later


def test_an_emergency_has_room_of_its_own() -> None:
    pace = Pace()
    for n in range(27):
        pace.sent(Address("telegram", str(n)), NOW)
    fresh = Address("telegram", "99")
    assert pace.earliest(fresh, False, NOW) == NOW + SECOND
    assert pace.earliest(fresh, False, NOW, urgent=True) == NOW

    for n in range(18):
        pace.sent(GROUP, NOW + n * SECOND)
    later = NOW + 18 * SECOND
    assert pace.earliest(GROUP, True, later) == NOW + MINUTE
    assert pace.earliest(GROUP, True, later, urgent=True) == later


waves = st.lists(st.tuples(chats, st.sampled_from([0, 0, 10]), st.integers(0, 400)), min_size=1, max_size=120)


@given(waves)
def test_whatever_arrives_no_window_is_exceeded_nothing_starves_and_an_emergency_overtakes(
    wishes: list[tuple[str, int, int]],
) -> None:
    """A dispatcher in small: each chat's most urgent goes as soon as its chat may be written to."""
    limit, pace, now = Limits(), Pace(Limits()), NOW
    arrives = NOW
    waiting: list[tuple[int, int, str, datetime]] = []
    for number, (chat, priority, pause) in enumerate(wishes):
        arrives += timedelta(milliseconds=pause)
        waiting.append((priority, number, chat, arrives))
    sent: list[tuple[int, int, str, datetime]] = []
    while waiting:
        here = sorted(each for each in waiting if each[3] <= now)
        tried: set[str] = set()
        for each in here:
            priority, _, chat, _ = each
            to, group, urgent = Address("telegram", chat), chat.startswith("-"), priority == 0
            if chat in tried or pace.earliest(to, group, now, urgent=urgent) > now:
                tried.add(chat)
                continue
            pace.sent(to, now)
            sent.append((priority, each[1], chat, now))
            waiting.remove(each)
            tried.add(chat)
        now += timedelta(milliseconds=250)
        assert now < NOW + timedelta(minutes=15), f"starved: {waiting}"

    assert len(sent) == len(wishes)
    for index, (_, _, chat, at) in enumerate(sent):
        before = sent[: index + 1]
        assert sum(t > at - SECOND for *_, t in before) <= limit.overall_per_second
        own = [t for *_, c, t in before if c == chat]
        assert len(own) < 2 or own[-1] - own[-2] >= limit.chat_gap
        if chat.startswith("-"):
            assert sum(t > at - MINUTE for t in own) <= limit.group_per_minute
    for chat in {chat for *_, chat, _ in sent}:
        order = [(priority, number, at) for priority, number, c, at in sent if c == chat]
        for (priority, number, at), (other, later, _) in pairwise(order):
            came = NOW + timedelta(milliseconds=sum(pause for _, _, pause in wishes[: later + 1]))
            assert (priority, number) < (other, later) or came > at, "the urgent, then the older, goes first"


@given(limits, steps)
def test_whoever_waits_as_told_never_exceeds_a_limit(limit: Limits, wishes: list[tuple[str, int]]) -> None:
    pace, now = Pace(limit), NOW
    sent: list[tuple[str, datetime]] = []
    for chat, pause in wishes:
        now += timedelta(milliseconds=pause)
        to, group = Address("telegram", chat), chat.startswith("-")
        moment = pace.earliest(to, group, now)
        assert moment >= now
        assert moment <= now + MINUTE
        now = moment
        assert pace.earliest(to, group, now) == now, "what was promised holds"
        pace.sent(to, now)
        sent.append((chat, now))

    for index, (chat, at) in enumerate(sent):
        before = sent[: index + 1]
        assert sum(t > at - SECOND for _, t in before) <= limit.overall_per_second
        own = [t for c, t in before if c == chat]
        assert len(own) < 2 or own[-1] - own[-2] >= limit.chat_gap
        if chat.startswith("-"):
            assert sum(t > at - MINUTE for t in own) <= limit.group_per_minute
