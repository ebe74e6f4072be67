"""Two processes on one database: one works, the other waits; who has lost it says nothing more."""

from __future__ import annotations

import signal
import socket
import sqlite3
from datetime import UTC, datetime, timedelta

from tests.live.compound import Compound
from tests.live.conftest import AUNT, UNCLE, Run

LIFT = "{at}电梯坏了没人管，停在一楼好几天了"


def test_the_second_process_waits_and_takes_over_when_the_first_one_dies(
    compound: Compound, run: Run
) -> None:
    first = run(name="first").ready()
    second = run(name="second")
    second.says("另一个进程正在用这个账号运行")
    compound.says(AUNT, LIFT.format(at="1栋"))
    compound.shows(compound.owners[0], "#1 电梯·1栋")
    assert "listening" not in second.output

    first.kill()
    compound.says(UNCLE, LIFT.format(at="5栋"))
    second.ready()
    compound.shows(compound.owners[0], "#2 电梯·5栋")
    assert compound.rows("select number from tickets order by number") == [(1,), (2,)]
    assert not [reason for method, reason in compound.server.do("refused") if "409" in reason]


def test_the_second_process_need_not_wait_where_the_first_one_ends_in_peace(
    compound: Compound, run: Run
) -> None:
    first = run(name="first").ready()
    second = run(name="second")
    second.says("另一个进程正在用这个账号运行")
    assert first.stop() == 0
    second.ready()


def test_a_waiting_process_can_be_stopped(compound: Compound, run: Run) -> None:
    run(name="first").ready()
    second = run(name="second")
    second.says("另一个进程正在用这个账号运行")
    second.send(signal.SIGINT)
    assert second.ends() == 0


def test_a_process_of_another_machine_is_not_taken_for_dead(compound: Compound, run: Run) -> None:
    """Its number means nothing here, even if both machines, or containers, have the same name."""
    until = datetime.now(UTC) + timedelta(hours=1)
    with sqlite3.connect(compound.database) as beside:
        row = ("telegram:4200000000", f"{socket.gethostname()}.0000/999999/word", f"{until:%F %T.%f}")
        beside.execute("insert into leases values (?, ?, ?)", row)
    beside.close()
    bot = run()
    bot.says("另一个进程正在用这个账号运行")
    assert bot.stop() == 0


def test_a_process_that_was_taken_over_says_so_and_sends_nothing_more(compound: Compound, run: Run) -> None:
    """As after a machine has slept: the lease ran out and somebody else has it."""
    bot = run().ready()
    compound.shows(compound.owners[0], "大家好，我是邻里")
    with sqlite3.connect(compound.database, timeout=30) as beside:
        beside.execute("update leases set owner = 'elsewhere/1/word', until = '2099-01-01 00:00:00'")
    beside.close()
    compound.says(AUNT, LIFT.format(at="1栋"))
    assert bot.ends() == 1
    assert "已被另一个进程接管" in bot.output
    assert "Traceback" not in bot.output
    assert compound.rows("select 1 from tickets") == []
    assert compound.server.do("pending"), "it is there for the one who has taken over"
    assert compound.rows("select owner from leases") == [("elsewhere/1/word",)]
