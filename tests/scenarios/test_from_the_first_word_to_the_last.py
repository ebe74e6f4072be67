"""Promise: say it once, in your own words, and see that somebody acts."""

from __future__ import annotations

from bot.domain.tickets import Outcome, State
from bot.domain.verdicts import Kind
from tests.town import OWNERS, SECOND, STAFF, Town, everywhere

LIFT = "3栋电梯坏了，已经停了两天"


@everywhere
def test_a_complaint_becomes_a_ticket_with_one_short_card_as_a_reply(town: Town) -> None:
    message = town.says("张阿姨", LIFT)

    assert town.heard_in() == ["已登记 #1 电梯·3栋 → 物业维修王师傅"]
    assert [s.reply_to for s in town.shown if s.chat == OWNERS] == [message]
    assert town.ticket().kind is Kind.COMPLAINT
    assert town.ticket().place.buildings == ("3",)


def test_the_responsible_person_gets_one_clear_card(town: Town) -> None:
    town.says("张阿姨", LIFT)

    (card,) = town.heard_by("王师傅")
    for part in ("#1", "投诉", "电梯", "3栋", LIFT, "张阿姨", "12:05 前接单"):
        assert part in card
    assert set(town.buttons(town.private("王师傅"))) >= {
        "接单",
        "到场",
        "办结",
        "转派",
        "挂起",
        "不属本职",
        "改类",
        "误报",
    }


@everywhere
def test_nobody_else_is_disturbed(town: Town) -> None:
    town.says("张阿姨", LIFT)

    for name in ("老李", "小陈", "老赵", "周姐", "丁经理", "王主任", "谢委员", "冯书记", "张阿姨"):
        assert town.heard_by(name) == [], name
    assert town.heard_in(STAFF) == []
    assert town.heard_in(SECOND) == []


@everywhere
def test_the_topic_decides_the_role(town: Town) -> None:
    town.says("张阿姨", "5栋楼下垃圾桶满了，没人清理，臭死了")

    assert "保洁员" in town.heard_in()[0]
    assert len(town.heard_by("吴阿姨")) == 1


def test_the_group_s_card_is_edited_in_place_as_the_ticket_moves(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.heard_in()

    assert town.presses("王师傅", "接单") == "已接单 #1"
    assert town.stands_in()[-1] == "#1 电梯·3栋 物业维修王师傅已接单"
    assert town.presses("王师傅", "到场") == "已记到场 #1"
    assert town.stands_in()[-1] == "#1 电梯·3栋 物业维修王师傅已到场"
    assert town.heard_in() == []


@everywhere
def test_a_whole_life(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.presses("王师傅", "接单")
    town.presses("王师傅", "到场")
    town.presses("王师傅", "办结")
    town.tells("王师傅", "已换门机主板")
    assert town.ticket().state is State.RESOLVED

    town.presses("张阿姨", "已解决", in_chat=OWNERS)

    assert town.ticket().state is State.CLOSED
    assert town.ticket().outcome is Outcome.CONFIRMED
    assert town.ticket().due_at is None
    assert town.diary() == ["filed", "rang", "accept", "arrive", "resolve", "confirm"]
    assert any("#1 电梯·3栋 已" in text and "解决" in text for text in town.stands_in())
    assert not {"已解决", "未解决"} & set(town.buttons(OWNERS))


@everywhere
def test_the_group_hears_three_things_at_most(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.presses("王师傅", "接单")
    town.presses("王师傅", "到场")
    town.presses("王师傅", "办结")
    town.tells("王师傅", "已换门机主板")
    town.presses("张阿姨", "已解决", in_chat=OWNERS)
    town.wait(hours=2)

    heard = town.heard_in()
    assert len(heard) == 2, "one card and one closing line"
    assert all(not s.mentions for s in town.shown if s.chat == OWNERS)


@everywhere
def test_words_work_instead_of_buttons(town: Town) -> None:
    town.says("张阿姨", LIFT)

    town.tells("王师傅", "接单 1")
    assert town.ticket().state is State.ACCEPTED
    town.tells("王师傅", "办结　＃１　已换灯泡")
    assert town.ticket().state is State.RESOLVED


@everywhere
def test_words_work_in_the_staff_group_too(town: Town) -> None:
    town.says("张阿姨", LIFT)

    town.says("王师傅", "接单1", in_chat=STAFF)

    assert town.ticket().state is State.ACCEPTED


@everywhere
def test_a_photo_is_proof_enough(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.presses("王师傅", "接单")
    town.presses("王师傅", "办结")
    town.sends_photo("王师傅", in_chat=town.private("王师傅"))

    assert town.ticket().state is State.RESOLVED
    with town.store() as store:
        (photo,) = store.tickets.photos(town_ticket := store.tickets.find()[0])
        assert photo.purpose == "proof"
        assert photo.media is not None
        assert town_ticket.number == 1


@everywhere
def test_an_album_is_proof_as_a_whole(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.presses("王师傅", "接单")
    town.presses("王师傅", "办结")
    for _ in range(3):
        town.sends_photo("王师傅", in_chat=town.private("王师傅"), album="a1")

    with town.store() as store:
        purposes = [p.purpose for p in store.tickets.photos(store.tickets.find()[0])]
    assert purposes == ["proof", "proof", "proof"]


def test_every_kind_of_writing_is_understood() -> None:
    for text in (
        "３号楼电梯坏了，已经停了两天",
        "３號樓電梯壞了，已經停了兩天",
        "三栋电梯坏了，已经停了两天",
        "😡😡3栋电梯坏了！！！已经停了两天😭",
        "3栋 电梯坏了，已经停了两天",
        "3#电梯坏了，已经停了两天",
        "\u202e3栋电梯坏了，已经停了两天\u200b",
    ):
        town = Town()
        town.says("张阿姨", text)
        assert len(town.tickets()) == 1, text
        assert town.ticket().topic == "电梯", text
        assert town.ticket().place.buildings == ("3",), text


@everywhere
def test_numbers_count_up_and_are_never_used_twice(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.says("张阿姨", "撤回 1")
    town.says("李叔", "8栋楼上半夜装修，噪音太大，吵得睡不着")

    assert [t.number for t in town.tickets()] == [1, 2]
