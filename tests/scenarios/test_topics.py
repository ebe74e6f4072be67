"""Promise: in a forum what is said in a topic is answered there, and cards go where the group keeps them."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.messages import Address, Leave, Standing
from bot.platforms.console import Act
from storage.tables import outbox
from tests.town import OWNERS, Town

LIFT = "3栋电梯坏了，已经停了两天"
TOPIC, OTHER, CARDS = (Address("console", OWNERS.chat, thread) for thread in ("7", "8", "9"))


def _forum(**own: str) -> Town:
    return Town(groups={"owners": [{"platform": "console", "chat": OWNERS.chat, **own}]})


def _places(town: Town) -> set[Address]:
    return {shown.chat for shown in town.shown if shown.act is Act.SAY and shown.chat.chat == OWNERS.chat}


def test_cards_and_answers_stay_in_the_topic_where_it_was_said() -> None:
    town = _forum()
    town.says("张阿姨", LIFT, in_chat=TOPIC)
    town.says("张阿姨", "/help", in_chat=OTHER)

    assert _places(town) == {TOPIC, OTHER}


def test_a_group_that_keeps_a_topic_for_cards_has_them_there_and_answers_elsewhere() -> None:
    town = _forum(cards_thread="9")
    message = town.says("张阿姨", LIFT, in_chat=TOPIC)
    cards = [shown for shown in town.shown if shown.act is Act.SAY and shown.chat.chat == OWNERS.chat]
    assert [(shown.chat, shown.reply_to) for shown in cards] == [(CARDS, None)]

    town.presses("王师傅", "接单")
    town.says("李叔", "我家也是，电梯停了", in_chat=TOPIC, reply_to=message)
    assert town.ticket().voices == 1
    assert "+1户" in [face.text for (chat, _), face in town.platform.faces.items() if chat == OWNERS.chat][-1]


def test_buttons_under_cards_work_in_their_topic_also_where_only_another_is_listened_to() -> None:
    town = _forum(thread="7", cards_thread="9")
    town.says("张阿姨", LIFT, in_chat=TOPIC)
    town.says("赵姨", "5栋电梯坏了，已经停了两天", in_chat=OTHER)
    assert len(town.tickets()) == 1

    with town.store() as store:
        context = town.context(store)
        assert context.purpose(CARDS) is context.purpose(TOPIC) is not None
        assert context.purpose(OTHER) is None
        assert context.cards_at(TOPIC) == CARDS


def test_a_group_of_which_one_topic_is_ours_is_not_left_and_hears_first_words_there() -> None:
    town = Town(groups={"owners": [{"platform": "console", "chat": OWNERS.chat, "thread": "7"}]}, start=False)
    town.standing(OWNERS, Standing.MEMBER, "业主群")

    assert _places(town) == {TOPIC}
    with town.store() as store:
        payloads = [row.payload["what"] for row in store.conn.execute(outbox.select())]
    assert Leave.__name__ not in payloads
    assert replace(TOPIC, thread=None) == OWNERS
