"""The bot's mode, its silence, its state, its files, its help."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.messages import Standing
from bot.files.problems import BadFiles, Problem
from bot.texts import load_texts
from handlers.commands.table import COMMANDS
from storage.tables import tickets
from tests.town import NOON, OWNERS, SECOND, STAFF, Town

CLUTTER = "3栋楼道堆满杂物没人管"
LIFT = "5栋电梯又停了"
GAS = "2栋有很重的煤气味，快来人"


def _asked(town: Town, name: str, text: str) -> str:
    town.heard_by(name)
    town.tells(name, text)
    heard = town.heard_by(name)
    assert heard, f"no answer to {text!r}"
    return heard[0]


# -- mode --------------------------------------------------------------------------------------------


def test_going_live_asks_first_and_says_what_listening_has_found() -> None:
    town = Town(mode="listen", unbound=["老李"])
    town.says("张阿姨", CLUTTER)
    town.says("刘叔", LIFT)
    question = _asked(town, "王主任", "/mode live")
    assert "会登记 2 件，会通知 2 次" in question
    assert "还有 1 人联系不到" in question
    with town.store() as store:
        assert store.compound.row().mode == "listen"
    town.presses("王主任", "确认")
    assert "已转为正式运行。试听时听到的事还有 2 件没派" in town.heard_by("王主任")[-1]
    town.says("小孙", "8栋楼道堆满杂物没人管")
    assert "#3" in town.heard_in(OWNERS)[-1]


def test_the_listening_mode_can_be_gone_back_to() -> None:
    town = Town()
    assert "已回到试听" in _asked(town, "王主任", "/模式 试听")
    town.says("张阿姨", CLUTTER)
    assert town.heard_in(OWNERS) == []
    assert town.heard_by("老李") == []


def test_the_mode_alone_says_how_it_stands() -> None:
    town = Town(mode="listen")
    assert "试听（第 1 天，建议听 7 天）" in _asked(town, "王主任", "/mode")
    town.sleeps(days=2)
    assert "第 3 天" in _asked(town, "王主任", "/mode")


@pytest.mark.parametrize(
    ("mode", "said", "answer"),
    [
        ("live", "/mode live", "已经是正式运行了"),
        ("listen", "/mode listen", "已经在试听了"),
        ("live", "/mode 随便", "写法：/模式"),
    ],
)
def test_a_mode_that_is_there_already_or_unknown_changes_nothing(mode: str, said: str, answer: str) -> None:
    town = Town(mode=mode)
    assert answer in _asked(town, "王主任", said)
    with town.store() as store:
        assert store.compound.row().mode == mode


def test_workers_and_residents_cannot_change_the_mode() -> None:
    town = Town(mode="listen")
    for name in ("老李", "张阿姨"):
        assert "业委会" in _asked(town, name, "/mode live")


def test_whoever_lost_the_committees_rights_cannot_confirm_any_more() -> None:
    town = Town(mode="listen")
    town.tells("谢委员", "/mode live")
    with town.store() as store:
        store.people.revoke(town.account("谢委员"), town.clock.now())
    assert "业委会" in town.presses("谢委员", "确认")
    with town.store() as store:
        assert store.compound.row().mode == "listen"


# -- silence -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "until"),
    [
        ("/mute", timedelta(hours=2)),
        ("/mute 2h", timedelta(hours=2)),
        ("/mute 90m", timedelta(minutes=90)),
        ("/mute 45 min", timedelta(minutes=45)),
        ("/静音 30分钟", timedelta(minutes=30)),
        ("/静音 30分", timedelta(minutes=30)),
        ("/静音 半小时", timedelta(minutes=30)),
        ("/静音 ２小时", timedelta(hours=2)),
        ("/静音 1天", timedelta(days=1)),
        ("/静音 到明早8点", timedelta(hours=20)),
        ("/静音 到15:30", timedelta(hours=3, minutes=30)),
    ],
)
def test_silence_is_asked_for_as_people_say_it(said: str, until: timedelta) -> None:
    town = Town()
    assert "不在业主群里说话" in _asked(town, "王主任", said)
    with town.store() as store:
        assert store.compound.row().muted_until == NOON + until


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("/mute 一会儿", "写法：/静音"),
        ("/mute 9:00", "已经过了"),
        ("/mute 30天", "一次最多静音 7 天"),
    ],
)
def test_a_silence_that_makes_no_sense_is_refused(said: str, answer: str) -> None:
    town = Town()
    assert answer in _asked(town, "王主任", said)
    with town.store() as store:
        assert store.compound.row().muted_until is None


def test_in_silence_workers_are_asked_and_the_group_hears_afterwards() -> None:
    town = Town()
    town.tells("王主任", "/mute 2h")
    town.says("张阿姨", CLUTTER)
    town.says("刘叔", LIFT)
    assert town.heard_in(OWNERS) == []
    assert town.heard_by("老李")
    town.wait(minutes=119)
    assert town.heard_in(OWNERS) == []
    town.wait(minutes=2)
    said = town.heard_in(OWNERS)
    assert len(said) == 1
    assert said[0].splitlines() == ["这段时间登记了 2 件，都在办理：", "#1 违建占用·3栋", "#2 电梯·5栋"]
    town.wait(minutes=10)
    assert town.heard_in(OWNERS) == []


def test_an_emergency_breaks_the_silence() -> None:
    town = Town()
    town.tells("王主任", "/mute 2h")
    town.says("张阿姨", GAS)
    assert "🚨" in town.heard_in(OWNERS)[0]


def test_ending_the_silence_tells_the_group_within_a_minute() -> None:
    town = Town()
    town.tells("王主任", "/mute 2h")
    town.says("张阿姨", CLUTTER)
    assert "恢复" in _asked(town, "王主任", "/unmute")
    town.wait(minutes=1)
    assert "#1" in town.heard_in(OWNERS)[0]
    assert _asked(town, "王主任", "/unmute") == "现在没有静音。"


def test_a_silence_that_ends_at_night_is_made_up_for_in_the_morning() -> None:
    town = Town(at=datetime(2026, 5, 12, 12, 0, tzinfo=UTC))  # 20:00
    town.tells("王主任", "/mute 3h")
    town.says("张阿姨", CLUTTER)
    town.wait(hours=6)
    assert town.heard_in(OWNERS) == []
    town.until(8, 5)
    assert len(town.heard_in(OWNERS)) == 1


# -- state -------------------------------------------------------------------------------------------


def test_the_status_tells_the_groups_the_queue_and_the_next_festival() -> None:
    town = Town()
    town.standing(OWNERS, Standing.MUTED, "业主一群")
    answer = _asked(town, "老李", "/status")
    assert answer.startswith("春晖苑 · 正式运行")
    assert "✗ 业主群1：被禁言 → 请群管理员允许机器人发言" in answer
    assert "✓ 业主群2：在群里" in answer
    assert "数据库：SQLite，正常" in answer
    assert "下一个节日：六一儿童节，6月1日" in answer


def test_the_status_tells_what_was_not_delivered_and_what_could_not_be_handled() -> None:
    town = Town()
    town.platform.refuses.add("张阿姨")
    town.starts("张阿姨")
    town.says("张阿姨", CLUTTER)
    town.presses("老李", "接单")
    town.tells("张阿姨", "/help")
    town.tolerant = True
    with town.store() as store:
        store.compound.bury("console", "1", "", "Incoming", "KeyError", town.clock.now())
    answer = _asked(town, "王主任", "/状态")
    assert "一天内没送达 1 条：Forbidden" in answer
    assert "一天内没能处理 1 条" in answer


def test_the_status_tells_who_of_the_staff_cannot_be_reached_since_when_why_and_what_helps() -> None:
    town = Town(unbound=["小陈"])
    town.bind("小陈", started=False)
    town.platform.refuses.add("王师傅")
    town.says("张阿姨", "3栋电梯坏了，已经停了两天")
    answer = _asked(town, "王主任", "/status")
    assert "✗ 王师傅从12:00起收不到私信：把机器人屏蔽了 → 请打开和机器人的私聊，解除屏蔽，点“开始”" in answer
    assert "✗ 小陈收不到私信：还没和机器人说过话 → 请打开和机器人的私聊，点“开始”" in answer

    town.platform.refuses.clear()
    town.tells("王师傅", "/start")
    assert "王师傅" not in _asked(town, "王主任", "/status")


def test_the_status_shows_no_persons_and_no_words() -> None:
    town = Town()
    town.says("张阿姨", "3栋501楼道堆满杂物没人管，我电话13800000000")
    answer = _asked(town, "老李", "/status")
    for secret in ("张阿姨", "501", "13800000000", "杂物"):
        assert secret not in answer


def test_residents_are_not_shown_the_status() -> None:
    assert "工作人员" in _asked(Town(), "张阿姨", "/status")


# -- files -------------------------------------------------------------------------------------------


def test_good_files_are_taken_over() -> None:
    town = Town()
    town.next_files = replace(town.files, roster=replace(town.roster, duties=town.roster.duties[:-1]))
    assert "名册 10 人" in _asked(town, "王主任", "/重读")
    assert len(town.intake.files.roster.duties) == 10


def test_bad_files_are_refused_whole_with_every_reason_and_the_old_ones_stay() -> None:
    town = Town()
    town.next_files = BadFiles(
        [
            Problem("roster.csv", "第 3 行", "没有写姓名。", "请填上。"),
            Problem("config.toml", "mode", "不能写“liev”。", "是不是想写“live”？"),
        ]
    )
    answer = _asked(town, "王主任", "/reload").splitlines()
    assert answer == [
        "文件有 2 处要改，先用着旧的：",
        "roster.csv · 第 3 行：没有写姓名。请填上。",
        "config.toml · mode：不能写“liev”。是不是想写“live”？",
    ]
    assert town.intake.files is town.files


def test_reasons_that_quote_the_roster_are_given_in_private() -> None:
    town = Town()
    town.next_files = BadFiles([Problem("roster.csv", "第 3 行", "看不懂电话“1380000”。", "请改正。")])
    town.says("王主任", "/reload")
    assert town.heard_in(OWNERS) == ["已私下发给您"]
    assert "1380000" in town.heard_by("王主任")[0]


def test_a_hundred_problems_still_fit_into_one_message() -> None:
    town = Town()
    town.next_files = BadFiles(
        [Problem("roster.csv", f"第 {n} 行", "没有写姓名。", "请填上。") for n in range(100)]
    )
    answer = _asked(town, "王主任", "/reload")
    assert len(answer) <= 4096
    assert "还有 70 处" in answer


def test_only_the_committee_may_reload() -> None:
    town = Town()
    town.next_files = replace(town.files, festivals=())
    assert "业委会" in _asked(town, "老李", "/reload")
    assert town.intake.files is town.files


# -- help --------------------------------------------------------------------------------------------


def test_help_shows_a_resident_only_what_they_may_do() -> None:
    answer = _asked(Town(), "张阿姨", "/help")
    assert answer.startswith("您不用记命令")
    assert "/隐私" in answer
    assert "/派单" not in answer
    assert "/公告" not in answer


def test_help_shows_a_worker_no_committee_command() -> None:
    answer = _asked(Town(), "老李", "/help")
    assert "/派单" in answer
    assert "/公告" not in answer


def test_help_in_a_group_stays_short_since_the_long_one_comes_in_private() -> None:
    town = Town()
    town.says("王主任", "/help", in_chat=STAFF)
    assert town.heard_in(STAFF) == ["已私下发给您"]
    assert "/公告" in town.heard_by("王主任")[0]


@pytest.mark.parametrize("word", ["派单", "/派单", "assign", "ASSIGN", "转派"])
def test_help_explains_a_command_by_any_of_its_names(word: str) -> None:
    assert "例如：/派单 12 老李" in _asked(Town(), "王主任", f"/help {word}")


def test_help_on_an_unknown_command_names_the_nearest_one() -> None:
    assert "是不是 /公告" in _asked(Town(), "王主任", "/help 公告栏")
    assert "发 /帮助" in _asked(Town(), "王主任", "/help zzzz")


def test_help_fits_into_one_message() -> None:
    assert len(_asked(Town(), "王主任", "/help")) <= 4096


def test_every_command_has_its_texts_and_a_name_of_its_own() -> None:
    texts = load_texts()
    assert len(COMMANDS) > 25
    words = [word for command in COMMANDS for word in (command.name, *command.aliases)]
    assert len(words) == len(set(words))
    for command in COMMANDS:
        assert f"command.{command.name}.does" in texts
        usage = texts(f"command.{command.name}.usage")
        assert any(word in usage for word in (command.name, *command.aliases))


# -- privacy -----------------------------------------------------------------------------------------


def test_privacy_says_what_is_kept_and_for_how_long() -> None:
    answer = _asked(Town(keep={"ticket_days": 400}), "张阿姨", "/privacy")
    assert "最多 10 分钟就忘掉" in answer
    assert "保留 400 天" in answer
    assert "照片保留 365 天" in answer
    assert "王主任" in answer


def test_somebody_is_no_longer_read_and_read_again() -> None:
    town = Town()
    town.tells("张阿姨", "/隐私 别记我")
    town.says("张阿姨", CLUTTER)
    assert town.tickets() == ()
    town.tells("张阿姨", "/隐私 可以记我")
    town.says("张阿姨", CLUTTER)
    assert len(town.tickets()) == 1


def test_a_residents_data_can_be_removed_and_what_happened_stays() -> None:
    town = Town()
    town.starts("张阿姨")
    town.sends_photo("张阿姨", "3栋2单元501门口楼道堆满杂物没人管，我电话13800000000")
    town.presses("老李", "接单")
    town.tells("老李", "/办结 1 已清走")
    town.presses("张阿姨", "已解决", in_chat=OWNERS)
    town.tells("张阿姨", "/隐私 删除我")
    town.presses("张阿姨", "确认")
    assert "已从您报过的 1 件事里去掉" in town.heard_by("张阿姨")[-1]
    ticket = town.ticket()
    assert ticket.reporter is None
    assert ticket.reporter_name == ""
    assert "13800000000" not in ticket.text
    assert ticket.place.room is None
    assert ticket.place.building == "3"
    assert town.diary()[0] == "filed"
    with town.store() as store:
        assert store.people.known(town.account("张阿姨")) is None
        assert store.tickets.media_in_use() == frozenset()
        rows = [*store.conn.exec_driver_sql("SELECT * FROM events").all()]
        rows += store.conn.exec_driver_sql("SELECT * FROM ticket_messages").all()
        assert not any("张阿姨" in str(row) or "13800000000" in str(row) for row in rows)


def test_what_still_goes_on_keeps_its_place_until_it_ends() -> None:
    town = Town()
    town.says("张阿姨", "3栋2单元501门口楼道堆满杂物没人管")
    town.tells("张阿姨", "/privacy 删除我")
    town.presses("张阿姨", "确认")
    assert "还在办的 1 件保留地点" in town.heard_by("张阿姨")[-1]
    assert town.ticket().reporter is None
    assert town.ticket().place.room == "501"
    town.tells("老李", "/接单 1")
    town.tells("老李", "/办结 1 已清走")
    town.wait(days=3, step=timedelta(hours=1))
    assert town.ticket().place.room is None


def test_removal_asks_first_and_only_takes_ones_own() -> None:
    town = Town()
    town.says("张阿姨", CLUTTER)
    town.says("刘叔", LIFT)
    town.tells("张阿姨", "/privacy 删除我")
    assert town.ticket(1).reporter_name == "张阿姨"
    town.presses("张阿姨", "确认")
    assert town.ticket(2).reporter_name == "刘叔"


def test_whoever_opted_out_stays_unread_after_removal() -> None:
    town = Town()
    town.says("张阿姨", CLUTTER)
    town.tells("张阿姨", "/privacy 别记我")
    town.tells("张阿姨", "/privacy 删除我")
    town.presses("张阿姨", "确认")
    with town.store() as store:
        assert store.people.opted_out(town.account("张阿姨"))


def test_staff_step_back_before_they_are_removed() -> None:
    assert "请先发 /退绑" in _asked(Town(), "老李", "/privacy 删除我")


def test_the_second_group_is_served_like_the_first() -> None:
    town = Town()
    town.tells("王主任", "/mute 1h")
    town.says("张阿姨", CLUTTER, in_chat=SECOND)
    assert town.heard_in(SECOND) == []
    town.wait(minutes=62)
    assert "#1" in town.heard_in(SECOND)[0]
    with town.store() as store:
        assert store.tickets.find(tickets.c.told_group_at.is_(None)) == ()
