"""What time takes away, and what people should know about the bot and its people."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date, timedelta

from bot.domain.messages import Face, Say
from bot.domain.tickets import State
from handlers.jobs.table import JOBS
from handlers.jobs.upkeep import dead_letters, sweep
from storage.upkeep import faded
from tests.town import NOON, OWNERS, UNHURRIED, Town

CLUTTER = "3栋501门口楼道堆满杂物没人管"


def _with_term(name: str, until: date) -> Town:
    return Town(
        duties=tuple(
            replace(d, until=until) if d.name == name else d for d in Town(start=False).roster.duties
        ),
        clocks=UNHURRIED,
    )


def _closed(town: Town) -> None:
    town.says("张阿姨", CLUTTER)
    town.tells("老李", "/接单 1")
    town.tells("老李", "/办结 1 已给张阿姨清走")
    town.presses("张阿姨", "已解决", in_chat=OWNERS)


# -- forgetting --------------------------------------------------------------------------------------


def test_chatter_leaves_nothing_behind_after_some_minutes() -> None:
    town = Town()
    town.says("张阿姨", "今天天气真好")
    with town.store() as store:
        assert store.conn.exec_driver_sql("SELECT count(*) FROM recents").scalar() == 1
    town.wait(minutes=12)
    with town.store() as store:
        assert store.conn.exec_driver_sql("SELECT count(*) FROM recents").scalar() == 0


def test_what_nobody_waits_for_any_more_is_forgotten() -> None:
    town = Town()
    town.tells("王主任", "/换号 老李")
    town.wait(minutes=12)
    with town.store() as store:
        assert store.conn.exec_driver_sql("SELECT count(*) FROM expectations").scalar() == 0


def test_tickets_lose_their_words_and_persons_when_their_days_are_over() -> None:
    town = Town(keep={"ticket_days": 30})
    _closed(town)
    town.sleeps(days=29)
    town.tick()
    assert "杂物" in town.ticket().text
    town.sleeps(days=2)
    town.tick()
    ticket = town.ticket()
    assert (ticket.text, ticket.reporter, ticket.reporter_name, ticket.place.room) == ("", None, "", None)
    assert (ticket.topic, ticket.place.building, ticket.state) == ("违建占用", "3", State.CLOSED)
    assert town.diary()[0] == "filed"
    with town.store() as store:
        rows = [*store.conn.exec_driver_sql("SELECT * FROM events").all()]
        rows += store.conn.exec_driver_sql("SELECT * FROM ticket_messages").all()
    assert not any(word in str(row) for row in rows for word in ("张阿姨", "杂物"))


def test_what_still_goes_on_keeps_its_words_however_old_it_is() -> None:
    town = Town(keep={"ticket_days": 30})
    town.says("张阿姨", CLUTTER)
    town.sleeps(days=60)
    with town.store() as store:
        assert faded(store, town.clock.now()) == 0
    assert "杂物" in town.ticket().text


def test_tickets_are_kept_for_ever_unless_it_is_said_otherwise() -> None:
    town = Town()
    _closed(town)
    town.sleeps(days=3000)
    town.tick()
    assert "杂物" in town.ticket().text


def test_photos_go_when_their_days_are_over_the_files_after_the_rows() -> None:
    town = Town(keep={"media_days": 30})
    town.sends_photo("张阿姨", CLUTTER)
    folder = town.config.files.media
    (photo,) = folder.glob("*.jpg")
    # The file system's clock is not the town's.
    os.utime(photo, (NOON.timestamp(), NOON.timestamp()))
    town.sleeps(days=29)
    town.tick()
    assert len(list(folder.glob("*.jpg"))) == 1
    town.sleeps(days=2)
    town.tick()
    with town.store() as store:
        assert store.tickets.media_in_use() == frozenset()
    town.tick()
    assert list(folder.glob("*.jpg")) == []


def test_what_was_said_is_forgotten_after_a_month_but_what_waits_is_not() -> None:
    town = Town()
    town.says("张阿姨", CLUTTER)
    town.presses("老李", "接单")
    with town.store() as store:
        letter = Say(town.private("王主任"), "later", Face("稍后"), not_before=NOON + timedelta(days=90))
        store.outbox.put(letter, letter.key, letter.to, 50, town.clock.now(), letter.not_before)
    town.sleeps(days=31)
    with town.store() as store:
        sweep(town.context(store))
        rows = store.conn.exec_driver_sql("SELECT key FROM outbox").scalars().all()
    assert rows == ["later"]


def test_every_job_may_run_twice_at_the_same_moment() -> None:
    town = Town()
    town.says("张阿姨", CLUTTER)
    town.wait(minutes=31)
    town.shown.clear()
    assert len(JOBS) >= 10
    for job in (*JOBS, *JOBS):
        town.intake.run(job.name, job.run)
    town.settle()
    assert town.shown == []


# -- dead letters ------------------------------------------------------------------------------------


def _bury(town: Town, cause: str = "Incoming") -> None:
    town.tolerant = True
    with town.store() as store:
        store.compound.bury("console", "1", "", cause, "KeyError at x.py:1", town.clock.now())


def test_what_could_not_be_handled_is_told_once_an_hour_by_count_and_kind() -> None:
    town = Town()
    town.wait(minutes=1)
    _bury(town)
    _bury(town)
    _bury(town, "Press")
    town.wait(minutes=30)
    assert town.heard_by("王主任") == []
    town.wait(minutes=30)
    told = town.heard_by("王主任")
    assert len(told) == 1
    assert "有 3 条消息没能处理（Incoming 2 条、Press 1 条）" in told[0]
    town.wait(hours=3)
    assert town.heard_by("王主任") == []


def test_what_failed_at_night_is_told_in_the_morning() -> None:
    town = Town()
    town.wait(hours=11)
    _bury(town)
    town.wait(hours=8)
    assert town.heard_by("王主任") == []
    town.until(8, 5)
    assert len(town.heard_by("王主任")) == 1


def test_the_same_hour_is_not_told_by_two_processes() -> None:
    town = Town()
    _bury(town)
    town.wait(minutes=61)
    with town.store() as store:
        assert dead_letters(town.context(store)) == []


# -- terms -------------------------------------------------------------------------------------------


def test_a_week_before_a_term_ends_the_committee_is_told_once() -> None:
    town = _with_term("老李", date(2026, 5, 20))
    town.wait(minutes=10)
    assert town.heard_by("王主任") == []
    town.until(9)
    told = town.heard_by("王主任")
    assert len(told) == 1
    assert "老李（一网格网格员）到 5月20日" in told[0]
    town.wait(days=2, step=timedelta(hours=1))
    assert town.heard_by("王主任") == []


def test_a_renewed_term_is_not_said_to_end() -> None:
    duties = Town(start=False).roster.duties
    first = replace(duties[0], until=date(2026, 5, 15))
    town = Town(duties=(first, *duties[1:], replace(duties[0], until=date(2027, 5, 15))))
    town.wait(minutes=10)
    assert town.heard_by("王主任") == []


def test_when_a_term_has_ended_the_open_tickets_go_to_others_and_everybody_is_told() -> None:
    town = _with_term("老李", date(2026, 5, 12))
    town.wait(minutes=10)
    town.says("张阿姨", CLUTTER)
    town.presses("老李", "接单")
    for name in ("王主任", "老李", "周姐", "丁经理"):
        town.heard_by(name)
    town.until(7, 59)
    assert town.ticket().assignee == "老李"
    town.until(8, 5)
    assert town.ticket().assignee == "周姐"
    assert town.ticket().state is State.OPEN
    assert "杂物" in town.heard_by("周姐")[0]
    assert any("手上的 #1 已重新派给现在负责的人" in text for text in town.heard_by("王主任"))
    assert any("感谢您" in text for text in town.heard_by("老李"))
    assert town.card_of("老李") != ""
    assert "#1 已转走，这张卡片作废。" in town.stands_in(town.private("老李"))
    town.wait(days=1, step=timedelta(hours=1))
    assert not any("老李" in text for text in town.heard_by("王主任"))


def test_whoever_vanishes_from_the_roster_by_day_hands_on_at_once() -> None:
    town = Town()
    town.says("张阿姨", CLUTTER)
    town.presses("老李", "接单")
    town.next_files = replace(
        town.files,
        roster=replace(town.roster, duties=tuple(d for d in town.roster.duties if d.name != "老李")),
    )
    town.tells("王主任", "/重读")
    town.wait(minutes=5)
    assert town.ticket().assignee == "周姐"
    assert town.diary().count("handed_on") == 1


def test_a_paused_ticket_keeps_its_pause_and_wakes_with_somebody_else() -> None:
    town = _with_term("老李", date(2026, 5, 12))
    town.says("张阿姨", CLUTTER)
    town.presses("老李", "接单")
    town.tells("老李", "/挂起 1 等清运车 5月14日 9点")
    town.presses("王主任", "同意")
    town.until(8, 10)
    assert town.ticket().state is State.PAUSED
    assert town.ticket().assignee is None
    town.wait(hours=24, minutes=53, step=timedelta(minutes=10))
    assert town.ticket().assignee == "周姐"


def test_files_of_nobody_are_swept_after_a_day() -> None:
    town = Town(unbound=["老李"])
    town.tells("王主任", "/邀请 老李")
    folder = town.config.files.media
    (picture,) = folder.glob("*.png")
    os.utime(picture, (NOON.timestamp(), NOON.timestamp()))
    town.sleeps(hours=23)
    town.tick()
    assert picture.exists()
    town.sleeps(hours=2)
    town.tick()
    assert list(folder.glob("*.png")) == []


def test_workbooks_are_swept_after_a_day() -> None:
    town = Town()
    town.says("张阿姨", CLUTTER)
    town.tells("王主任", "/导出")
    (workbook,) = town.config.files.media.rglob("*.xlsx")
    os.utime(workbook, (NOON.timestamp(), NOON.timestamp()))
    town.sleeps(hours=25)
    town.tick()
    assert not workbook.exists()
