"""Promise: whatever staff say about leave, swaps and handovers, in whatever order, nobody is away twice at once."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.tickets import State
from tests.scenarios.test_leave_and_swaps import LIFT, REPAIRERS
from tests.town import Town

NAMES = ("王师傅", "杨师傅", "老李", "丁经理", "王主任")
DAYS = ("今天", "明天上午", "5-13 5-14", "5-14", "5-14下午", "5-15到17", "5-13 8:00 5-13 18:00", "5-1")
SAID = st.one_of(
    st.builds("/请假 {} {}".format, st.sampled_from(DAYS), st.sampled_from([*NAMES, ""])),
    st.builds("/请假 {} {} {}".format, st.sampled_from(NAMES), st.sampled_from(DAYS), st.sampled_from(NAMES)),
    st.builds(
        "/换班 {} {} {}".format, st.sampled_from(DAYS), st.sampled_from(NAMES), st.sampled_from([*DAYS, ""])
    ),
    st.builds("/销假 {}".format, st.sampled_from([*NAMES, *DAYS, ""])),
    st.builds("/转交 {}".format, st.sampled_from([*NAMES, "1 杨师傅", "王师傅 老李", ""])),
    st.just("/值班"),
)
PRESSED = st.sampled_from(["同意", "不换", "代不了", "接过来", "接不了", "接单", "都给杨师傅"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(NAMES), SAID),
        st.tuples(st.sampled_from(NAMES), PRESSED),
        st.tuples(st.just(""), st.sampled_from([1, 6, 24])),
    ),
    max_size=8,
)


@settings(max_examples=10, deadline=None)
@given(STEPS)
def test_nobody_is_away_twice_and_no_ticket_changes_hands_unasked(
    steps: list[tuple[str, str] | tuple[str, int]],
) -> None:
    unhurried = {"ordinary": {"solve_minutes": 0}, "major": {"solve_minutes": 0}, "own": []}
    town = Town(duties=REPAIRERS, clocks=unhurried)
    town.says("张阿姨", LIFT)
    town.presses("王师傅", "接单")
    for name, what in steps:
        holder = town.ticket().assignee
        taken = what == "接过来"
        if isinstance(what, int):
            town.wait(hours=what)
        elif what.startswith("/"):
            town.tells(name, what)
            assert town.heard_by(name), f"no answer to {what}"
        elif what in town.buttons(town.private(name)):
            town.presses(name, what)
        if not taken and town.ticket().state is State.ACCEPTED:
            assert town.ticket().assignee == holder
    with town.store() as store:
        holding = store.duty.lasting(town.clock.now())
    assert all(change.person != change.stand_in for change in holding)
    assert all(change.starts_at < change.ends_at for change in holding)
    for one, other in combinations(holding, 2):
        same = one.person == other.person and one.touches(other.starts_at, other.ends_at)
        assert not same, "away twice at once"
