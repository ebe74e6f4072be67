"""The real process behind a webhook: what is posted becomes a ticket with its card, and kills lose nothing."""

from __future__ import annotations

import signal
import socket
from random import Random

import pytest

from tests.live.compound import Compound
from tests.live.conftest import AUNT, Run
from tests.live.process import until

PUBLIC = "https://linli.example.org/telegram"


@pytest.fixture
def hooked(compound: Compound) -> Compound:
    """The compound, with a reverse proxy that leads to its bot."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    text = compound.config.read_text(encoding="utf-8")
    mode = f'mode = "webhook"\nwebhook_url = "{PUBLIC}"\nwebhook_listen = "127.0.0.1:{port}"\n[hours]'
    compound.config.write_text(text.replace("[hours]", mode), encoding="utf-8")
    compound.server.do("forward", address=PUBLIC, to=f"http://127.0.0.1:{port}/telegram")
    return compound


def test_a_complaint_is_posted_filed_and_answered_with_a_card(hooked: Compound, run: Run) -> None:
    bot = run()
    bot.says("listening for updates")
    hooked.says(AUNT, "3号楼的电梯坏了，停在五楼不动")
    card = hooked.shows(hooked.people["王师傅"], "电梯")
    hooked.press(hooked.people["王师傅"], card, "接单")
    hooked.shows(hooked.owners[0], "王师傅")
    until(hooked.quiet, "everything taken and said")

    assert hooked.server.do("called", method="getUpdates") == []
    assert {status for _, status in hooked.server.do("push_log")} == {200}
    assert bot.stop() == 0
    secret = hooked.server.do("called", method="setWebhook")[0]["secret_token"]
    assert secret not in bot.output


def test_kills_in_between_lose_nothing_and_file_nothing_twice(hooked: Compound, run: Run) -> None:
    dice = Random(5)
    faults = ["2号楼的路灯坏了", "5号楼门禁坏了", "7号楼水管漏水", "9号楼的门锁坏了", "11号楼楼道灯不亮"]
    for number in range(8):
        bot = run(name=f"life{number}")
        if number % 2:
            # A taken update whose answer never arrived comes once more.
            hooked.server.do("fail", kind="lost", method="push", times=2)
        bot.says("listening for updates")
        for _ in range(3):
            hooked.says(AUNT, dice.choice(faults) + "，" + "急" * dice.randint(0, 3))
        _until_more_is_posted(hooked)
        bot.kill()
    bot = run(name="last")
    bot.says("listening for updates")
    until(hooked.quiet, "everything taken and said", 120)

    heard = hooked.rows("select number from taken_updates")
    assert len(heard) == len(hooked.server.history)
    assert hooked.rows("select * from dead_letters") == []
    messages = [row.message for row in hooked.rows("select chat, message from ticket_messages")]
    assert len(messages) == len(set(messages))
    assert bot.stop() == 0


def _until_more_is_posted(compound: Compound) -> None:
    before = len(compound.server.do("push_log"))
    until(lambda: len(compound.server.do("push_log")) > before, "something was posted")


def test_going_back_to_polling_loses_nothing(hooked: Compound, run: Run) -> None:
    bot = run(name="webhook")
    bot.says("listening for updates")
    hooked.says(AUNT, "2号楼的路灯坏了")
    until(hooked.quiet, "taken")
    bot.send(signal.SIGTERM)
    bot.ends()
    hooked.says(AUNT, "9号楼的门锁坏了")
    text = hooked.config.read_text(encoding="utf-8")
    hooked.config.write_text(text.replace('mode = "webhook"', 'mode = "polling"'), encoding="utf-8")
    run(name="polling").ready()
    until(hooked.quiet, "everything taken and said")

    assert len(hooked.rows("select * from tickets")) == 2
    assert hooked.rows("select * from dead_letters") == []
