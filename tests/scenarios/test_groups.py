"""Promise: groups that move, mute, throw out or are strange are handled; what was to be said there is not lost."""

from __future__ import annotations

from sqlalchemy import select

from bot.domain.messages import Address, Incoming, Leave, Moved, Standing
from storage.tables import outbox
from tests.town import OWNERS, SECOND, STAFF, Town

LIFT = "3栋电梯坏了，已经停了两天"
NEW = Address("console", "-1009")


def _incoming(town: Town, chat: Address, text: str, message: str = "501") -> Incoming:
    return Incoming(chat, message, town.account("张阿姨"), text, town.clock.now(), True)


def test_a_group_with_a_new_id_goes_on_as_before(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.arrives(Moved(OWNERS, NEW))
    assert any("-1009" in text for text in town.heard_by("王主任"))

    town.says("李叔", "3栋电梯又停了", in_chat=NEW)
    town.presses("王师傅", "接单")

    assert town.ticket().voices == 1
    assert any("已接单" in text for text in town.stands_in(NEW))


def test_what_is_said_right_after_the_move_is_not_taken_for_a_stranger_s(town: Town) -> None:
    town.arrives(Moved(OWNERS, NEW), _incoming(town, NEW, LIFT))

    assert len(town.tickets()) == 1
    assert not _left(town)


def test_the_old_group_s_messages_after_the_move_do_no_harm(town: Town) -> None:
    town.arrives(Moved(OWNERS, NEW), Moved(OWNERS, NEW))
    town.says("李叔", "5栋电梯坏了，已经停了两天", in_chat=NEW)

    assert len(town.tickets()) == 1
    assert len(town.heard_in(NEW)) == 1


def test_the_new_group_counts_its_messages_anew(town: Town) -> None:
    old = town.says("张阿姨", LIFT)
    town.arrives(Moved(OWNERS, NEW))
    town.says("李叔", "5栋电梯坏了，已经停了两天", in_chat=NEW, message=old)

    assert len(town.tickets()) == 2
    town.edits("李叔", old, "6栋电梯坏了，已经停了两天", in_chat=NEW)
    assert town.ticket(1).text == LIFT


def test_muted_in_a_group_its_messages_wait_and_the_committee_hears(town: Town) -> None:
    town.standing(OWNERS, Standing.MUTED, "春晖苑业主群")
    assert any("春晖苑业主群" in text for text in town.heard_by("王主任"))

    town.says("张阿姨", LIFT)
    assert len(town.tickets()) == 1
    assert town.heard_in() == []
    assert len(town.heard_by("王师傅")) == 1

    town.standing(OWNERS, Standing.MEMBER)
    assert len(town.heard_in()) == 1


def test_a_group_that_refuses_parks_its_messages(town: Town) -> None:
    town.platform.refuses.add(OWNERS.chat)
    town.says("张阿姨", LIFT)
    town.says("李叔", "5栋电梯坏了，已经停了两天")

    assert len(town.heard_by("王主任")) == 1, "told once"
    town.platform.refuses.clear()
    town.standing(OWNERS, Standing.MUTED)
    town.standing(OWNERS, Standing.MEMBER)
    assert len(town.heard_in()) == 2


def test_silence_asked_for_by_the_committee_ends_with_one_list(town: Town) -> None:
    town.tells("王主任", "/mute 2h")
    town.says("张阿姨", LIFT)
    town.says("李叔", "5栋电梯坏了，已经停了两天")
    assert town.heard_in() == []
    assert len(town.heard_by("王师傅")) == 2

    town.wait(minutes=125)
    (listed,) = town.heard_in()
    assert "#1" in listed
    assert "#2" in listed


def test_done_during_the_silence_is_asked_after_it(town: Town) -> None:
    town.tells("王主任", "/mute 2h")
    town.says("张阿姨", LIFT)
    town.presses("王师傅", "接单")
    town.tells("王师傅", "办结 1 已换主板")
    assert town.heard_in() == []

    town.wait(minutes=125)
    assert any("请报修的邻居" in text for text in town.heard_in())
    assert set(town.buttons(OWNERS)) == {"已解决", "未解决"}


def test_a_strange_group_is_told_its_id_and_left(town: Town) -> None:
    strange = Address("console", "-666")
    town.standing(strange, Standing.MEMBER, "别的群")

    assert any("-666" in text for text in town.heard_in(strange))
    assert _left(town) == ["-666"]


def test_it_is_left_as_often_as_it_is_invited(town: Town) -> None:
    strange = Address("console", "-666")
    for _ in range(3):
        town.standing(strange, Standing.MEMBER, "别的群")
        town.wait(minutes=10)

    assert len(_left(town)) == 3
    assert len(town.heard_in(strange)) == 1


def test_nothing_said_in_a_strange_group_is_filed(town: Town) -> None:
    town.says("张阿姨", LIFT, in_chat=Address("console", "-666"))

    assert town.tickets() == ()


def test_another_topic_of_our_group_is_not_read_and_not_left() -> None:
    town = Town(
        groups={
            "owners": [{"platform": "console", "chat": OWNERS.chat, "thread": "7"}],
            "staff": {"platform": "console", "chat": STAFF.chat},
        }
    )
    town.says("张阿姨", LIFT, in_chat=Address("console", OWNERS.chat, "8"))
    assert town.tickets() == ()
    assert not _left(town)

    town.says("张阿姨", LIFT, in_chat=Address("console", OWNERS.chat, "7"))
    assert len(town.tickets()) == 1


def test_the_same_message_number_in_two_groups_is_two_messages(town: Town) -> None:
    town.says("张阿姨", LIFT, message="9001")
    town.says("李叔", "5栋电梯坏了，已经停了两天", in_chat=SECOND, message="9001")

    assert len(town.tickets()) == 2


def _left(town: Town) -> list[str]:
    with town.database.reading() as conn:
        rows = conn.execute(select(outbox).where(outbox.c.payload["what"].as_string() == Leave.__name__))
        return [row.chat for row in rows]
