"""Promise: what people say around a report finds its ticket; talk is neither a ticket nor a voice, and is not kept."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.domain.messages import Face
from bot.domain.places import Place
from bot.domain.tickets import State
from storage.tables import metadata
from tests.town import OWNERS, Town

LIFT = "3栋电梯坏了，已经停了两天"


def _ties(town: Town, number: int = 1) -> list[tuple[str, str]]:
    with town.store() as store:
        ticket = store.tickets.numbered(number)
        assert ticket is not None
        return [(m.purpose, m.text) for m in store.tickets.messages(ticket)]


def _words(town: Town) -> str:
    with town.database.reading() as conn:
        return "".join(str(conn.execute(select(table)).all()) for table in metadata.sorted_tables)


@pytest.mark.parametrize("text", ["真烦人", "这物业也就这样了", "呵呵", "又要爬楼喽"])
def test_remarks_are_neither_tickets_nor_voices_and_their_words_are_not_kept(town: Town, text: str) -> None:
    town.says("张阿姨", LIFT)
    town.heard_in()
    town.says("李叔", text)
    town.wait(minutes=15)

    assert len(town.tickets()) == 1
    assert town.ticket().voices == 0
    assert town.reactions() == []
    assert town.heard_in() == []
    assert text not in _words(town)


def test_a_reply_to_the_card_about_the_matter_is_kept_as_a_remark(town: Town) -> None:
    town.says("张阿姨", LIFT)
    card = _card(town)
    town.says("李叔", "电梯上周刚保养过", reply_to=card, reply_to_bot=True)

    assert len(town.tickets()) == 1
    assert ("comment", "电梯上周刚保养过") in _ties(town)
    assert "电梯上周刚保养过" in town.card_of("王师傅")
    assert town.ticket().voices == 0


def test_chatter_in_reply_to_the_card_is_not_kept(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.says("李叔", "机器人你好呀", reply_to=_card(town), reply_to_bot=True)
    town.wait(minutes=15)

    assert "机器人你好" not in _words(town)


@pytest.mark.parametrize("text", ["电梯修好了吗", "3栋电梯好了没", "啥时候能修好"])
def test_a_question_how_far_it_is_is_answered_with_its_state(unhurried: Town, text: str) -> None:
    town = unhurried
    town.says("张阿姨", LIFT)
    town.presses("王师傅", "接单")
    town.heard_in()
    town.wait(minutes=5)
    town.says("李叔", text)

    answers = town.heard_in()
    assert len(answers) == 1
    assert "#1" in answers[0]
    assert "已接单" in answers[0]


def test_it_is_answered_once_an_hour(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.wait(minutes=5)
    town.heard_in()
    for name in ("李叔", "赵姐", "孙姐"):
        town.says(name, "电梯修好了吗")
        town.wait(minutes=10)
    assert len(town.heard_in()) == 1

    town.wait(minutes=50)
    town.says("钱大爷", "电梯修好了吗")
    assert len(town.heard_in()) == 1


@pytest.mark.parametrize("text", ["图书馆开空调了吗", "水来了没", "5栋电梯修好了吗"])
def test_a_question_about_anything_else_is_not_answered(town: Town, text: str) -> None:
    town.says("张阿姨", LIFT)
    town.heard_in()
    town.says("李叔", text)

    assert town.heard_in() == []
    assert len(town.tickets()) == 1


@pytest.mark.parametrize("who", ["李叔", "张阿姨", "老李"])
def test_word_that_it_is_over_closes_nothing_and_asks_those_who_may(unhurried: Town, who: str) -> None:
    town = unhurried
    town.says("张阿姨", LIFT)
    town.presses("王师傅", "接单")
    town.heard_in()
    town.heard_by("王师傅")
    town.wait(minutes=30)
    town.says(who, "3栋电梯修好了")

    assert town.ticket().state is State.ACCEPTED
    (asked,) = town.heard_in()
    assert "#1" in asked
    assert "居民说已恢复" in town.heard_by("王师傅")[0]
    assert any("居民说已恢复" in text for text in town.stands_in(town.private("王师傅")))
    assert "said_solved" in town.diary()


def test_the_reporter_confirms_with_one_tap_and_nobody_else_can(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.wait(minutes=30)
    town.says("李叔", "电梯好了")

    town.presses("李叔", "已解决", in_chat=OWNERS)
    assert town.ticket().state is State.OPEN
    town.presses("张阿姨", "已解决", in_chat=OWNERS)
    assert town.ticket().state is State.CLOSED


def test_it_is_asked_once_however_many_say_so(town: Town) -> None:
    town.says("张阿姨", "5栋停水了")
    town.heard_in()
    for name in ("李叔", "赵姐", "孙姐"):
        town.says(name, "来水了")

    assert len(town.heard_in()) == 1
    assert len(town.tickets()) == 1


@pytest.mark.parametrize("text", ["修好了吗", "还没修好", "什么时候能好", "能修好就好了"])
def test_what_only_sounds_like_it_proposes_nothing(town: Town, text: str) -> None:
    town.says("张阿姨", LIFT)
    town.says("李叔", text)

    assert "said_solved" not in town.diary()


def test_in_the_listening_week_nobody_is_answered_or_asked() -> None:
    town = Town(mode="listen")
    town.says("张阿姨", LIFT)
    for text in ("电梯修好了吗", "电梯修好了"):
        town.says("李叔", text)

    assert town.heard_in() == []


def test_staff_s_news_about_a_matter_is_no_ticket_of_its_own(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.heard_in()
    town.says("王师傅", "3栋电梯主板烧了，配件明天上午到")

    assert len(town.tickets()) == 1
    assert "主板烧了" in town.card_of("王主任") or ("comment", "3栋电梯主板烧了，配件明天上午到") in _ties(
        town
    )


def test_an_announcement_stays_one_in_the_midst_of_talk(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.says("丁经理", "【停水通知】明天9:00-11:00全小区清洗水箱，到时没有水，请先接好水。")

    assert len(town.tickets()) == 2


@pytest.mark.parametrize("text", ["可不是嘛，闹得人头疼", "附议 太不像话了", "同问", "俺家也是"])
def test_me_too_in_other_words_joins(town: Town, text: str) -> None:
    town.says("张阿姨", LIFT)
    town.says("李叔", text)

    assert town.ticket().voices == 1


def test_me_too_to_something_else_does_not(town: Town) -> None:
    town.says("张阿姨", LIFT)
    other = town.says("钱大爷", "大米98一袋 要的接龙")
    town.says("李叔", "+1", reply_to=other)

    assert town.ticket().voices == 0


def test_an_outage_is_one_matter_as_long_as_it_is_open(town: Town) -> None:
    town.says("张阿姨", "5栋停水了")
    town.wait(hours=3)
    town.says("李叔", "5栋还在停水")

    assert len(town.tickets()) == 1
    assert town.ticket().voices == 1


def test_our_building_is_the_reporter_s(town: Town) -> None:
    town.says("3-2-501 王姐", "我们楼大厅的灯坏了好几天没人修")

    assert town.ticket().place.buildings == ("3",)


def test_a_place_said_later_completes_the_report(town: Town) -> None:
    town.says("张阿姨", "楼道灯坏了好几天没人修")
    town.wait(minutes=4)
    town.says("丁经理", "请问是哪栋？")
    town.wait(minutes=9)
    town.says("张阿姨", "3栋2单元的")

    assert town.ticket().place == Place(buildings=("3",), unit="2")
    assert len(town.tickets()) == 1


def test_whoever_comes_back_to_their_matter_adds_to_it(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.wait(hours=4)
    town.says("张阿姨", "电梯还是坏的，一直没人修")

    assert len(town.tickets()) == 1
    assert "一直没人修" in town.card_of("王师傅")


def test_a_remark_edited_into_a_report_is_a_report(town: Town) -> None:
    town.says("张阿姨", LIFT)
    remark = town.says("李叔", "真烦人")
    town.edits("李叔", remark, "5栋楼道垃圾没人清理，臭死了")

    assert len(town.tickets()) == 2


def test_pieces_said_amid_another_matter_still_become_a_report(town: Town) -> None:
    town.says("张阿姨", LIFT)
    for piece in ("5栋", "门禁", "又坏了"):
        town.says("李叔", piece)

    assert town.ticket(2).place.buildings == ("5",)
    assert [text for purpose, text in _ties(town, 2) if purpose == "piece"] == ["5栋", "门禁"]


def _card(town: Town) -> str:
    cards: list[tuple[str, Face]] = [
        (message, face) for (chat, message), face in town.platform.faces.items() if chat == OWNERS.chat
    ]
    return next(message for message, face in cards if "#1" in face.text)


def test_a_worker_who_reports_another_building_reports_another_matter(town: Town) -> None:
    town.says("张阿姨", "3栋电梯坏了没人管，停在一楼好几天了")
    town.says("老李", "5栋电梯坏了没人管，停在一楼好几天了")
    assert [ticket.place.public() for ticket in town.tickets()] == ["3栋", "5栋"]


def test_a_reporter_goes_on_in_other_words_about_what_was_just_said(town: Town) -> None:
    town.says("张阿姨", "我家卫生间天花板在滴水，该找谁")
    town.says("李叔", "先拍照，让物业开单")
    town.wait(minutes=3)
    town.says("张阿姨", "3栋的，油漆都鼓起来了")

    assert len(town.tickets()) == 1
    assert town.ticket().place.buildings == ("3",)


def test_another_matter_in_the_same_breath_is_another_ticket(town: Town) -> None:
    town.says("张阿姨", "我家卫生间天花板在滴水，该找谁")
    town.wait(minutes=1)
    town.says("张阿姨", "另外3栋楼下的垃圾三天没人收了，臭死了")

    assert [ticket.topic for ticket in town.tickets()] == ["漏水", "垃圾卫生"]


def test_who_reports_an_emergency_goes_on_about_it(town: Town) -> None:
    town.says("张阿姨", "救命！3栋电梯困住人了！")
    assert town.ticket().emergency
    town.says("张阿姨", "里面有老人喘不上气了，快晕过去了")

    assert len(town.tickets()) == 1


def test_whoever_speaks_at_once_after_a_report_speaks_of_it(town: Town) -> None:
    town.says("张阿姨", "3栋楼下那排垃圾桶昨天到现在没人收，臭死了")
    town.says("李叔", "袋子都破了，汤汤水水一地")

    assert len(town.tickets()) == 1
    assert len(_ties(town)) == 2
