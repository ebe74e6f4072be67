"""The main job on WeChat: the real bot, a real gateway, and people who only have words."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gateway.gateway import KEY, started
from tests.gateway.village import AUNT, OWNERS, WANG, ZHOU, Village
from tests.live.process import until

pytestmark = pytest.mark.slow


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    """The bot logged in, nobody bound yet."""
    with started() as gateway:
        village = Village(tmp_path, gateway)
        village.moves_in()
        with village.bot:
            village.bot.start()
            village.bot.says("微信已登录")
            yield village


def test_from_the_complaint_to_five_stars(village: Village) -> None:
    village.bind()
    village.says(AUNT, "3栋电梯又坏了")
    card = village.hears(OWNERS, "#1 电梯·3栋")
    assert "王姐" not in card
    assert "501" not in card
    task = village.hears(WANG, "#1")
    assert "3栋电梯又坏了" in task
    assert "接单" in task

    village.says(WANG, "接单 1", room=None)
    until(lambda: village.rows("select state from tickets") == [("accepted",)], "accepted")
    village.says(WANG, "办结 1 已重启控制柜", room=None)
    village.hears(OWNERS, "已办结")
    village.says(AUNT, "已解决 5星")
    until(lambda: village.rows("select state from tickets") == [("closed",)], "closed")
    assert [row[0] for row in village.rows("select stars from stars")] == [5]
    about = [text for text in village.heard(OWNERS) if "#1" in text]
    assert len(about) <= 3, about
    assert len([one for one in village.heard(WANG) if "3栋电梯又坏了" in one]) == 1


def test_an_operator_is_shown_the_code_that_logs_in(village: Village) -> None:
    village.gateway.do("logout")
    village.bot.says("微信账号已退出登录")
    village.gateway.do("scan", qrcode="https://login.example/abc")
    village.bot.says("二维码也存成了图片")
    picture = village.config.parent / "var" / "wechat-login.png"
    assert picture.stat().st_mode & 0o077 == 0
    assert picture.read_bytes().startswith(b"\x89PNG")
    village.gateway.do("login")
    village.says(AUNT, "3栋电梯又坏了")
    village.hears(OWNERS, "#1 电梯·3栋")


def test_check_says_how_it_stands(village: Village) -> None:
    assert village.bot.stop() == 0
    assert _check(village, "群“春晖苑业主群”") == 0
    village.gateway.do("room", id="19003@chatroom", topic="钓鱼群", members={})
    _check(village, "钓鱼群 19003@chatroom")
    village.gateway.do("logout")
    assert _check(village, "账号没有登录") == 1
    village.gateway.kill()
    assert _check(village, "连不上微信网关") == 1


def _check(village: Village, part: str) -> int:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("linli")), "check", "--config", str(village.config)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert part in done.stdout, done.stdout + done.stderr
    assert KEY not in done.stdout + done.stderr
    return done.returncode


def test_a_gateway_killed_in_a_burst_loses_nothing_that_was_delivered_and_files_nothing_twice(
    village: Village,
) -> None:
    gateway = village.gateway
    gateway.do("burst", count=500, **{"from": AUNT}, room=OWNERS, text="{n}号楼道灯坏了，一直不亮")
    until(lambda: village.rows("select count(*) from taken_updates")[0][0] > 20, "some taken")
    gateway.kill()
    gateway.start()
    village.moves_in()
    village.bot.says("没有连上")
    village.says(AUNT, "5栋漏水了，滴到楼道里")
    until(lambda: village.rows("select 1 from ticket_messages where text like '%5栋漏水%'"), "heard again")
    messages = [row[0] for row in village.rows("select message from ticket_messages")]
    assert len(messages) == len(set(messages))
    assert "Traceback" not in village.bot.output
    assert village.rows("select count(*) from dead_letters where cause != 'unreadable'") == [(0,)]
    assert village.bot.stop() == 0


def test_what_was_said_while_linli_did_not_run_is_known_to_be_lost(village: Village) -> None:
    """A gateway keeps nothing for later: the committee must know that something may be missing."""
    village.bind()
    assert village.bot.stop() == 0
    village.says(AUNT, "3栋电梯坏了")
    village.bot.start()
    village.bot.says("这段时间里群里说的话没有收到")
    ((since, until_),) = until(lambda: village.rows("select since, until from gaps"), "a gap")
    assert since < until_
    village.bot.kill()
    village.bot.start()
    until(lambda: len(village.rows("select 1 from gaps")) == 2, "another gap")
    village.says(ZHOU, "/status", room=None)
    assert village.hears(ZHOU, "的话没收到").count("没有连上") == 2
