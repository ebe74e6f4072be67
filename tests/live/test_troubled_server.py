"""Whatever Telegram answers: nothing is lost, order is kept, and a person is told where one has to act."""

from __future__ import annotations

from tests.live.compound import Compound
from tests.live.conftest import AUNT, Make, Run
from tests.live.process import Linli, until

HURRIED = ("--shortest", "0.05", "--longest", "0.3")
LIFT = "{at}电梯坏了没人管，停在一楼好几天了"
POLLS = ("500", "502", "reset", "lost", "garbage", "empty", "truncated", "redirect", "404", "403")


def test_a_server_that_fails_in_every_way_costs_no_message_and_no_order(compound: Compound, run: Run) -> None:
    do = compound.server.do
    bot = run(*HURRIED).ready()
    compound.shows(compound.owners[0], "大家好，我是邻里")
    said = []
    for number, kind in enumerate(POLLS, 1):
        do("fail", kind=kind, method="getUpdates", times=2)
        said.append(str(compound.says(_resident(compound, number), LIFT.format(at=f"{number}栋"))))
        # It is confirmed only by a poll that succeeds, so that both failures are behind us.
        until(lambda: not do("pending"), f"recovered from {kind}")
    assert [row.message for row in compound.rows("select message from tickets order by number")] == said
    assert "Traceback" not in bot.output
    assert bot.stop() == 0


def test_updates_that_nobody_can_read_hold_up_no_others(compound: Compound, run: Run) -> None:
    do = compound.server.do
    do("enqueue", raw={"update_id": 0, "message": "no message at all"})
    do("enqueue", raw=["no update at all"])
    do("enqueue", raw=None)
    said = compound.says(AUNT, LIFT.format(at="12栋"))
    do("enqueue", raw={"update_id": 0, "message": {"chat": None}})
    run(*HURRIED).ready()
    compound.shows(compound.owners[0], "大家好，我是邻里")
    until(lambda: not do("pending"), "all taken")
    assert [row.message for row in compound.rows("select message from tickets")] == [str(said)]
    assert {row.cause for row in compound.rows("select cause from dead_letters")} == {"unreadable"}


def test_sending_into_a_troubled_chat_keeps_its_order_and_holds_up_nobody_else(
    compound: Compound, run: Run
) -> None:
    """Order within the chat, whatever fails in between; what was delivered is not sent again."""
    do = compound.server.do
    bot = run(*HURRIED).ready()
    compound.shows(compound.owners[0], "大家好，我是邻里")
    do("fail", kind="429", method="sendMessage", times=2, seconds=1)
    do("fail", kind="500", method="sendMessage")
    do("fail", kind="truncated", method="setMessageReaction")
    numbers = [str(compound.says(_resident(compound, n), LIFT.format(at=f"{n}栋"))) for n in (1, 2, 3)]
    compound.says(AUNT, "1栋的电梯还是坏的，老人上不去楼")
    until(lambda: compound.rows("select 1 from tickets where voices = 1") and compound.quiet(), "all said")
    cards = [
        str(message["reply_to_message"]["message_id"])
        for message in do("sent", chat=compound.owners[0])
        if "reply_to_message" in message
    ]
    assert cards == numbers
    assert bot.stop() == 0


def test_a_slow_photo_holds_up_no_card(compound: Compound, run: Run) -> None:
    do = compound.server.do
    run().ready()
    do("fail", kind="slow", method="download", seconds=300)
    do("sends_photo", person=AUNT, name="lift", caption=LIFT.format(at="1栋"), chat=compound.owners[0])
    until(lambda: do("called", method="getFile"), "the photo asked for")
    compound.says(_resident(compound, 1), LIFT.format(at="5栋"))
    compound.shows(compound.owners[0], "#2 电梯·5栋")
    compound.shows(compound.people["杨师傅"], "#2")
    assert compound.rows("select media from photos") == [(None,)]


def test_what_needs_a_person_is_told_and_outlived(compound: Compound, run: Run) -> None:
    """Another program with the same token, and a token that is not accepted for a while."""
    do = compound.server.do
    bot = run(*HURRIED).ready()
    do("fail", kind="409", method="getUpdates", times=3)
    compound.says(AUNT, LIFT.format(at="1栋"))
    bot.says("another program polls with the same token")
    compound.shows(compound.owners[0], "#1 电梯·1栋")

    do("fail", kind="401", method="getUpdates", times=3)
    compound.says(_resident(compound, 1), LIFT.format(at="5栋"))
    bot.says("telegram does not accept the token any more")
    compound.shows(compound.owners[0], "#2 电梯·5栋")


def test_a_wrong_token_is_said_in_one_line_and_ends_it(compound: Compound, run: Run) -> None:
    compound.config.write_text(
        compound.config.read_text(encoding="utf-8").replace("4200000000:AA", "4200000000:BB"),
        encoding="utf-8",
    )
    bot = run()
    assert bot.ends() == 1
    assert "Telegram 不认这个密钥" in bot.output
    assert "Traceback" not in bot.output
    assert "stand-in-token" not in bot.output


def test_a_server_that_comes_later_is_waited_for(make: Make) -> None:
    compound = make()
    compound.server.do("fail", kind="502", method="getMe")
    with Linli(compound.config) as bot:
        bot.start().says("telegram cannot be reached yet")
        bot.ready()


def _resident(compound: Compound, number: int) -> int:
    """Make one more resident."""
    compound.server.do("person", number=AUNT + 100 * number, first_name=f"邻居{number}")
    return AUNT + 100 * number
