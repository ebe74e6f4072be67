"""Promise: what is at a department outside is asked after until it answers, and nobody's clock runs meanwhile."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.tickets import State
from handlers.record import record
from tests.town import OWNERS, STAFF, Town


@pytest.fixture
def taken(town: Town) -> Town:
    """#1 is a lift out of order that 王师傅 has accepted."""
    town.says("秀英", "3栋电梯坏了，已经停了两天")
    town.presses("王师傅", "接单")
    return town


def _all_said(town: Town, *names: str) -> dict[str, list[str]]:
    return {name: town.heard_by(name) for name in names}


def test_one_line_refers_and_the_group_reads_only_where_it_went(taken: Town) -> None:
    taken.tells("王主任", "/refer 1 燃气 单号 20261122-7 5-15 张工接的电话")

    assert taken.ticket().state is State.REFERRED
    assert taken.stands_in(OWNERS)[-1] == "#1 电梯·3栋 已转燃气公司"
    everything = "\n".join(s.text for s in taken.shown if s.chat in (OWNERS, STAFF))
    assert "20261122" not in everything
    assert "张工" not in everything
    assert "5月15日" in taken.heard_by("王主任")[-1]


def test_what_is_missing_is_asked_step_by_step_with_buttons(taken: Town) -> None:
    taken.presses("王师傅", "转办")
    taken.presses("王师傅", "电力公司")
    taken.tells("王师傅", "回执号码 B-4417")
    taken.presses("王师傅", "3 天后")
    taken.presses("王主任", "同意")

    ticket = taken.ticket()
    assert ticket.state is State.REFERRED
    assert ticket.paused_reason == "电力公司"
    assert ticket.paused_until is not None
    assert (ticket.paused_until - taken.clock.now()).days == 2
    assert "B-4417" in "\n".join(taken.heard_by("王主任") + _diary_of(taken, "王主任"))


def _diary_of(town: Town, name: str) -> list[str]:
    town.tells(name, "/查单 1")
    return town.heard_by(name)


def test_a_free_name_is_allowed_and_the_group_is_not_told_it(taken: Town) -> None:
    taken.tells("王主任", "/转办 1 老周维修队 没有单号 下周一")

    assert taken.ticket().paused_reason == "老周维修队"
    assert taken.stands_in(OWNERS)[-1] == "#1 电梯·3栋 已转有关部门"


def test_the_step_by_step_way_in_words_only(taken: Town) -> None:
    taken.tells("王主任", "转办 1")
    taken.tells("王主任", "电力")
    taken.tells("王主任", "没有")
    taken.tells("王主任", "哪天都行")
    assert taken.ticket().state is State.ACCEPTED
    taken.tells("王主任", "后天")

    assert taken.ticket().state is State.REFERRED


def test_on_the_day_the_holder_and_the_referrer_are_reminded_again_and_again(taken: Town) -> None:
    taken.tells("王主任", "/refer 1 燃气 单号 7788 5-15")
    _all_said(taken, "王主任", "王师傅")
    days: list[int] = []
    for day in range(1, 25):
        taken.wait(days=1, step=timedelta(hours=1))
        told = _all_said(taken, "王主任", "王师傅")
        reminded = [
            name
            for name, said in told.items()
            if any("请今天回访" in text and "7788" in text for text in said)
        ]
        assert reminded in ([], ["王主任", "王师傅"])
        if reminded:
            days.append(day)

    assert days[:4] == [3, 4, 6, 10]
    assert days[-1] >= 17
    assert taken.ticket().state is State.REFERRED
    assert taken.diary().count("referral_reminded") == len(days)


def test_it_goes_on_only_once_the_department_has_answered(taken: Town) -> None:
    taken.tells("王主任", "/refer 1 燃气 单号 7788 5-15")
    taken.tells("王师傅", "办结 1 好了")
    assert taken.ticket().state is State.REFERRED

    taken.tells("王主任", "/answered 1 已更换阀门")
    ticket = taken.ticket()
    assert ticket.state is State.ACCEPTED
    assert ticket.assignee == "王师傅"
    assert any("已更换阀门" in text for text in taken.heard_by("王师傅"))
    taken.tells("王师傅", "办结 1 阀门换好")
    assert taken.ticket().state is State.RESOLVED


def test_the_answer_by_a_button_and_a_line(taken: Town) -> None:
    taken.tells("王师傅", "/refer 1 供水 单号 9 明天")
    taken.presses("王主任", "同意")
    taken.wait(days=1)
    taken.presses("王师傅", "已回复")
    taken.tells("王师傅", "水压已恢复")

    assert taken.ticket().state is State.ACCEPTED
    assert "回到您手上" in taken.heard_by("王师傅")[-1]


def test_more_time_keeps_the_number_and_the_day_it_was_referred(taken: Town) -> None:
    taken.tells("王主任", "/refer 1 供水 单号 9 明天")
    taken.wait(days=2)
    taken.presses("王主任", "再等几天")
    taken.presses("王主任", "7 天后")
    taken.heard_by("王主任")
    taken.tells("王主任", "/referrals")

    (shown,) = taken.heard_by("王主任")
    assert "供水公司" in shown
    assert "单号 9" in shown
    assert "已等 2 天" in shown


def test_the_list_is_by_department_and_a_group_does_not_read_numbers(taken: Town) -> None:
    taken.says("李叔", "5栋楼道灯不亮了，晚上看不见")
    taken.tells("王主任", "/refer 1 燃气 单号 7788 明天")
    taken.tells("王主任", "/refer 2 电力 单号 6699 5-30")
    taken.wait(days=3)
    taken.heard_in(STAFF)
    taken.says("王主任", "/转办", in_chat=STAFF)

    (shown,) = taken.heard_in(STAFF)
    assert "【燃气公司】1 件" in shown
    assert "【电力公司】1 件" in shown
    assert "已等 3 天，该回访了" in shown
    assert "7788" not in shown


def test_a_worker_s_referral_is_recorded_at_once_and_its_clock_runs_until_the_committee_agrees(
    taken: Town,
) -> None:
    taken.presses("王师傅", "到场")
    taken.heard_by("王主任")
    promised = taken.ticket().deadline_at
    taken.tells("王师傅", "/refer 1 电力 单号 5 5-20 已联系张工")

    (asked,) = taken.heard_by("王主任")
    assert "电力公司（单号 5）" in asked
    assert "同意之前时限照走" in asked
    assert taken.ticket().state is State.ON_SITE
    assert taken.ticket().deadline_at == promised
    assert _shown(taken, "王师傅", "已转电力公司，5月20日08:30 回访；等业委会同意停计时限")
    taken.tells("王师傅", "/referrals")
    assert "单号 5" in (listed := taken.heard_by("王师傅")[-1])
    assert "等业委会同意停计时限" in listed
    assert "张工" not in "\n".join(s.text for s in taken.shown if s.chat in (OWNERS, STAFF))
    taken.wait(minutes=10)
    taken.presses("谢委员", "同意")

    ticket = taken.ticket()
    assert ticket.state is State.REFERRED
    assert ticket.deadline_at is None
    assert ticket.assignee == "王师傅"
    assert taken.stands_in(OWNERS)[-1] == "#1 电梯·3栋 已转电力公司"
    taken.wait(days=3)
    assert "late" not in taken.diary()


def _shown(town: Town, name: str, words: str) -> bool:
    return any(words in text for text in town.stands_in(town.private(name)))


def test_while_nobody_has_agreed_the_ladder_goes_on_and_an_assent_ends_it(taken: Town) -> None:
    taken.presses("王师傅", "到场")
    taken.tells("王师傅", "/refer 1 电力 单号 5 5-20")
    taken.wait(hours=5)
    assert "late" in taken.diary()
    taken.presses("王主任", "同意")
    before = taken.diary()
    taken.wait(hours=20)

    assert taken.ticket().state is State.REFERRED
    assert not {"climbed", "rang", "rang_again"} & set(taken.diary()[len(before) :])


def test_what_was_taken_back_while_it_waited_comes_back_to_whoever_referred_it(taken: Town) -> None:
    taken.tells("王师傅", "/refer 1 电力 单号 5 5-20")
    taken.wait(minutes=6)
    assert taken.ticket().assignee == "丁经理"
    taken.presses("王主任", "同意")

    assert taken.ticket().state is State.REFERRED
    assert taken.ticket().assignee == "王师傅"


def test_whoever_has_taken_it_over_meanwhile_is_not_stopped_by_another_s_referral(taken: Town) -> None:
    taken.tells("王师傅", "/refer 1 电力 单号 5 5-20")
    taken.wait(minutes=6)
    taken.presses("丁经理", "接单")
    assert "情况已经变了" in taken.presses("王主任", "同意")
    assert taken.ticket().state is State.ACCEPTED
    assert taken.ticket().assignee == "丁经理"
    taken.tells("王主任", "/查单 1")
    assert "电力公司（单号 5）" in taken.heard_by("王主任")[-1], "the department's number is not lost"


def test_without_assent_the_clock_goes_on_and_the_worker_hears_of_it(taken: Town) -> None:
    taken.presses("王师傅", "到场")
    taken.tells("王师傅", "/refer 1 电力 单号 5 5-20")
    taken.heard_by("王师傅")
    taken.presses("王主任", "不同意")

    assert taken.ticket().state is State.ON_SITE
    assert "没有同意 #1 的转办" in taken.heard_by("王师傅")[-1]
    assert not _shown(taken, "王师傅", "等业委会同意停计时限，同意之前照走")


def test_an_answer_that_comes_before_the_assent_ends_the_wish(taken: Town) -> None:
    taken.presses("王师傅", "到场")
    taken.tells("王师傅", "/refer 1 电力 单号 5 5-20")
    taken.tells("王师傅", "/已回复 1 已送电")

    assert "回到您手上" in taken.heard_by("王师傅")[-1]
    assert taken.ticket().state is State.ON_SITE
    assert "已有人答复过了" in taken.presses("王主任", "同意")
    assert taken.ticket().state is State.ON_SITE


def test_whoever_refers_what_nobody_has_accepted_has_it_in_hand(town: Town) -> None:
    town.says("秀英", "3栋电梯坏了，已经停了两天")
    town.tells("王师傅", "/refer 1 电力 单号 5 5-20")

    assert town.ticket().state is State.ACCEPTED
    assert town.ticket().assignee == "王师傅"


def test_a_committee_member_s_own_referral_needs_nobody_s_assent(taken: Town) -> None:
    taken.tells("王师傅", "/refer 1 电力 单号 5 5-20")
    taken.heard_by("谢委员")
    taken.tells("王主任", "/refer 1 电力 单号 6 5-21")

    assert taken.ticket().state is State.REFERRED
    assert taken.heard_by("谢委员") == []
    assert "已有人答复过了" in taken.presses("谢委员", "同意")


@pytest.mark.parametrize("agreed", [True, False])
def test_the_same_referral_sent_again_is_one_referral_with_the_newest_number_and_day(
    taken: Town, agreed: bool
) -> None:
    taken.presses("王师傅", "到场")
    taken.tells("王师傅", "/refer 1 电力 没有单号 5-14")
    if agreed:
        taken.presses("王主任", "同意")
    for name in ("王师傅", "王主任", "谢委员"):
        taken.heard_by(name)
    taken.tells("王师傅", "/refer 1 电力公司 单号 77号 5-13")
    (said,) = taken.heard_by("王师傅")
    assert "不重复登记，按新的记下了" in said
    assert "单号 77" in said
    taken.tells("王师傅", "/refer 1 电力公司 单号 77 5-13")
    assert "没有变动，不重复登记" in taken.heard_by("王师傅")[-1]
    assert taken.heard_by("王主任") == taken.heard_by("谢委员") == [], "nobody is asked twice"
    if not agreed:
        taken.presses("王主任", "同意")
    taken.heard_by("王师傅")
    taken.wait(hours=22)
    taken.tells("王师傅", "/referrals")
    heard = taken.heard_by("王师傅")

    assert sum("请今天回访" in text and "77" in text for text in heard) == 1
    assert "【电力公司】1 件" in heard[-1]
    assert len(_stops(taken)) == 1


def test_only_the_number_may_be_said_later(taken: Town) -> None:
    taken.tells("王主任", "/refer 1 电力 没有单号 5-20")
    taken.tells("王主任", "/refer 1 电力 单号 77号")

    assert "5月20日" in (said := taken.heard_by("王主任")[-1])
    assert "单号 77" in said


def _stops(town: Town) -> list[str]:
    with town.store() as store:
        found = record(town.context(store), town.clock.now() - timedelta(days=3), town.clock.now())
    return [stop.reason for case in found.cases for stop in case.stops]


def test_the_record_counts_the_clock_as_standing_from_the_assent_on(taken: Town) -> None:
    taken.presses("王师傅", "到场")
    taken.tells("王师傅", "/refer 1 电力 单号 5 5-20")
    assert _stops(taken) == []
    taken.wait(minutes=30)
    taken.presses("王主任", "同意")

    assert _stops(taken) == ["电力公司"]


def test_another_department_named_by_a_worker_is_told_to_the_committee(taken: Town) -> None:
    taken.tells("王主任", "/refer 1 电力 单号 5 5-20")
    taken.heard_by("谢委员")
    taken.tells("王师傅", "/refer 1 城管 单号 8 5-21")

    assert taken.ticket().paused_reason == "城管"
    assert any("城管" in text for text in taken.heard_by("谢委员"))


def test_nobody_reachable_means_the_committee_is_reminded(taken: Town) -> None:
    taken.tells("王师傅", "/refer 1 电力 单号 5 明天")
    taken.presses("王主任", "同意")
    ticket = taken.ticket()
    with taken.store() as store:
        store.tickets.change(ticket, assignee=None)
        store.people.revoke(taken.account("王师傅"), taken.clock.now())
    taken.heard_by("谢委员")
    taken.wait(days=1)

    assert any("电力公司" in text for text in taken.heard_by("谢委员"))


def test_others_may_neither_refer_nor_answer(taken: Town) -> None:
    taken.tells("吴阿姨", "/refer 1 电力 单号 5 5-20")
    assert taken.ticket().state is State.ACCEPTED
    taken.tells("王主任", "/refer 1 电力 单号 5 5-20")
    taken.tells("吴阿姨", "/answered 1 好了")
    assert taken.ticket().state is State.REFERRED


def test_a_day_that_is_over_is_refused(taken: Town) -> None:
    taken.tells("王主任", "/refer 1 电力 单号 5 5-1")
    assert taken.ticket().state is State.ACCEPTED


def test_after_a_week_s_outage_there_is_one_reminder(taken: Town) -> None:
    taken.tells("王主任", "/refer 1 电力 单号 5 明天")
    taken.heard_by("王主任")
    taken.sleeps(days=8)
    taken.wait(hours=4)

    assert sum("请今天回访" in text for text in taken.heard_by("王主任")) == 1


def test_another_department_is_another_referral(taken: Town) -> None:
    taken.tells("王主任", "/refer 1 电力 单号 5 5-20")
    taken.wait(days=2)
    taken.tells("王主任", "/refer 1 城管 单号 8 5-21")

    assert taken.stands_in(OWNERS)[-1] == "#1 电梯·3栋 已转城管"
    taken.heard_by("王主任")
    taken.tells("王主任", "/referrals")
    assert "已等 0 天" in taken.heard_by("王主任")[-1]


def test_the_committee_reads_every_morning_what_should_have_been_answered(taken: Town) -> None:
    taken.tells("王主任", "/refer 1 燃气 单号 7788 5-14")
    taken.heard_by("冯书记")
    taken.until(9)
    assert not any("回访日" in text for text in taken.heard_by("冯书记"))
    taken.until(9)
    taken.until(9)

    (line,) = [text for text in taken.heard_by("冯书记") if "回访日" in text]
    assert "#1 电梯·3栋（单号 7788） 已等 3 天，该回访了" in line


def test_while_it_is_outside_no_clock_counts_against_the_worker(taken: Town) -> None:
    taken.tells("王主任", "/refer 1 燃气 单号 7788 5-20")
    taken.heard_by("王师傅")
    taken.wait(days=6)

    assert taken.ticket().assignee == "王师傅"
    assert "climbed" not in taken.diary()
    assert "taken_back" not in taken.diary()
