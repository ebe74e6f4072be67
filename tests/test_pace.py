"""How fast a messenger may be written to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

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

    assert pace.earliest(GROUP, True, NOW + 20 * SECOND) == NOW + MINUTE
    assert pace.earliest(GROUP, False, NOW + 20 * SECOND) == NOW + 20 * SECOND, "a person has no such limit"


def test_thirty_a_second_overall() -> None:
    pace = Pace()
    for n in range(30):
        pace.sent(Address("telegram", str(n)), NOW)

    assert pace.earliest(Address("telegram", "99"), False, NOW) == NOW + SECOND


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
