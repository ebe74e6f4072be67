"""Killing the bot again and again while people write."""

from __future__ import annotations

import time
from collections.abc import Callable
from random import Random

from tests.live.audit import Ends
from tests.live.compound import Compound
from tests.live.process import Linli, until
from tests.live.story import Story


def kill(
    compound: Compound, bot: Linli, story: Story, dice: Random, kills: int, told: Callable[[int], None]
) -> Ends:
    """So many lives, each ended with ``kill -9`` at a random moment, and one more that ends in peace.

    ``told`` is called with the number of each kill. Returns, per life, what it had said last in every chat.
    """
    chats = (*compound.owners, *compound.people.values())
    ends = []
    for number in range(1, kills + 1):
        story.feed(dice.randint(0, 8))
        bot.start()
        if dice.random() < 0.15:
            # In the middle of starting.
            time.sleep(dice.uniform(0.2, 1.5))
        else:
            bot.ready()
            for _ in range(dice.randint(1, 3)):
                story.feed(dice.randint(2, 9))
                # Anywhere between the batch's arrival and the last of its cards.
                time.sleep(dice.choice((0.0, 0.05, 0.2, 0.6)) * dice.random())
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
