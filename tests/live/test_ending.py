"""Being stopped, and running long: quickly, in peace, and no larger than at the beginning."""

from __future__ import annotations

import signal

from tests.live.compound import Compound, Nearby
from tests.live.conftest import AUNT, Run
from tests.live.process import until

LIFT = "{at}电梯坏了没人管，停在一楼好几天了"


def test_it_ends_in_peace_and_gives_its_lease_back(compound: Compound, run: Run) -> None:
    bot = run().ready()
    compound.says(AUNT, LIFT.format(at="1栋"))
    compound.shows(compound.owners[0], "#1 电梯·1栋")
    assert bot.stop(within_s=20) == 0
    assert "Traceback" not in bot.output
    assert compound.rows("select owner from leases") == [("",)]


def test_a_server_that_hangs_does_not_keep_it_from_ending(
    compound: Compound, server: Nearby, run: Run
) -> None:
    bot = run().ready()
    compound.shows(compound.owners[0], "大家好，我是邻里")
    compound.server.do("fail", kind="slow", method="sendMessage", times=2, seconds=300)
    compound.says(AUNT, LIFT.format(at="1栋"))
    until(lambda: not server.town.faults, "both cards on their way")
    bot.send(signal.SIGTERM)
    assert bot.ends(within_s=45) == 0
    run(name="next").ready()
    compound.shows(compound.owners[0], "#1 电梯·1栋")


def test_thousands_of_messages_leave_no_memory_behind(compound: Compound, run: Run) -> None:
    do, group = compound.server.do, compound.owners[0]
    bot = run().ready()
    compound.shows(group, "大家好，我是邻里")
    lines = (
        "今天天气真好，晚上有没有人一起去公园散步呀",
        "谢谢各位邻居，快递已经拿到了，祝大家周末愉快",
        "孩子们放学了吗",
    )

    def talk(count: int) -> None:
        for index in range(count):
            do("says", person=3_000 + index % 100, text=lines[index % len(lines)], chat=group)
        until(lambda: not do("pending"), "all taken")

    for number in range(3_000, 3_100):
        do("person", number=number, first_name=f"邻居{number}")
    talk(500)
    before = bot.memory()
    talk(2_000)
    assert bot.memory() - before < 20_000, "kilobytes"
    assert compound.rows("select 1 from dead_letters") == []
    assert not any(line in bot.output for line in lines)
