"""Killing the bot again and again while people write."""

from __future__ import annotations

import time
from collections.abc import Callable
from random import Random

from tests.live.audit import Ends
from tests.live.compound import Compound
from tests.live.process import Linli, until
from tests.live.story import Story

_PATIENCE_S = 4
"""How long something to be said is waited for: on a busy machine the first message of a life takes a second or two."""


def kill(
    compound: Compound, bot: Linli, story: Story, dice: Random, kills: int, told: Callable[[int], None]
) -> Ends:
    """So many lives, each ended with ``kill -9`` at a random moment, and one more that ends in peace.

    ``told`` is called with the number of each kill. Returns, per life, what it had said last in every chat.
    """
    chats = compound.chats
    ends = []
    for number in range(1, kills + 1):
        story.feed(dice.randint(0, 8))
        how = dice.random()
        bot.start(cold=how < 0.15)
        if how < 0.15:
            # In the middle of starting.
            time.sleep(dice.uniform(0.2, 1.5))
        elif how < 0.6:
            # Anywhere between a batch's arrival and the last of its cards.
            bot.ready()
            for _ in range(dice.randint(1, 3)):
                story.feed(dice.randint(2, 9))
                time.sleep(dice.choice((0.0, 0.05, 0.2, 0.6)) * dice.random())
        else:
            # A message has just been sent: the bot may not have noted it yet.
            bot.ready()
            story.feed(dice.randint(4, 12))
            _wait_for_words(compound)
        bot.kill()
        ends.append(
            {
                chat: sent[-1]["message_id"]
                for chat in chats
                if (sent := compound.server.do("sent", chat=chat))
            }
        )
        told(number)
    story.feed(10)
    bot.start().ready()
    until(compound.quiet, "everything taken and said", 300)
    assert bot.stop() == 0, bot.output
    return ends


def _wait_for_words(compound: Compound) -> None:
    before, end = compound.server.messages, time.monotonic() + _PATIENCE_S
    while compound.server.messages == before and time.monotonic() < end:
        time.sleep(0.0005)
