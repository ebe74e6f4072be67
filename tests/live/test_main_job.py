"""The main job, as an operator and a committee live through it: the real command, the real protocol, real people."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from tests.live.compound import Compound, text_of
from tests.live.conftest import AUNT, Make
from tests.live.process import Linli, until

LIFT = "3栋2单元电梯坏了没人管，停在一楼好几天了"


def _linli(compound: Compound) -> Linli:
    bot = Linli(compound.config)
    bot.command = (str(Path(sys.executable).parent / "linli"), "run", "--config", str(compound.config))
    return bot


def test_from_the_printed_code_to_the_closed_ticket(make: Make) -> None:
    compound = make()
    server, group = compound.server, compound.owners[0]
    chair, worker = compound.people["周老师"], compound.people["王师傅"]
    for number, name in ((AUNT, "张阿姨"), (chair, "周"), (worker, "王")):
        server.do("person", number=number, first_name=name)

    with _linli(compound) as bot:
        # The committee's first member comes with the code from the terminal, the worker by their invitation.
        bot.start()
        code = re.findall(r"start=(\w+)", bot.says("/start"))[0]
        server.do("start", person=chair, payload=f"{code} 周老师")
        compound.shows(chair, "周老师")
        compound.tells(chair, "/invite 王师傅")
        invitation = text_of(compound.shows(chair, "start="))
        server.do("start", person=worker, payload=re.findall(r"start=(\w+)", invitation)[0])
        compound.shows(worker, "王师傅")

        # A resident says it once, in their own words.
        said = compound.says(AUNT, LIFT)
        card = compound.shows(group, "已登记 #1 电梯·3栋 → 物业维修王师傅")
        assert card["reply_to_message"]["message_id"] == said
        assert "张阿姨" not in text_of(card)

        # The worker sees the person, and acts.
        task = compound.shows(worker, "#1")
        assert LIFT in text_of(task)
        assert "张阿姨" in text_of(task)
        compound.press(worker, task, "接单")
        compound.shows(group, "#1 电梯·3栋 物业维修王师傅已接单")
        task = compound.shows(worker, "已接单")
        compound.press(worker, task, "办结")
        compound.shows(worker, "请发一句话或一张照片")
        server.do("sends_photo", person=worker, name="proof", caption="已换门机主板")
        asked = compound.shows(group, "已办结，请报修的邻居点一下")
        assert asked["message_id"] == card["message_id"], "edited in place"

        # Only the reporter's press closes it.
        compound.press(AUNT, asked, "已解决")
        closed = compound.shows(group, "#1 电梯·3栋 已解决 ✅")
        assert closed["message_id"] == card["message_id"]
        # Only stars are left to press, as long as nobody has given any.
        compound.press(AUNT, closed, "5星")
        until(lambda: compound.rows("select 1 from stars where stars = 5"), "stars kept")
        until(compound.quiet, "the stars gone")
        assert "reply_markup" not in compound.shows(group, "#1 电梯·3栋 已解决 ✅")

        until(compound.quiet, "everything said")
        assert compound.rows("select state, outcome from tickets") == [("closed", "confirmed")]
        assert [row.failed for row in compound.rows("select failed from photos where media is not null")] == [
            ""
        ]
        assert bot.stop() == 0
    words = [message["text"] for message in server.do("sent", chat=group)]
    assert len(words) == 3, "the introduction, the card, and one closing line"
    assert server.do("pending") == 0
