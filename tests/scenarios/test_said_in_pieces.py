"""Promise: several short messages, photos and albums are one matter."""

from __future__ import annotations

from bot.domain.messages import Photo
from bot.domain.places import Place
from tests.town import OWNERS, Town

LIFT = "3栋电梯坏了，已经停了两天"


def _photos(town: Town) -> int:
    with town.store() as store:
        return sum(len(store.tickets.photos(t)) for t in store.tickets.find())


def test_pieces_by_one_person_become_one_ticket(town: Town) -> None:
    for piece in ("3栋", "电梯", "又坏了"):
        town.says("张阿姨", piece)
        town.wait(minutes=0.2)

    assert len(town.tickets()) == 1
    assert town.ticket().place == Place(buildings=("3",))
    assert town.ticket().topic == "电梯"
    assert town.ticket().text == "3栋\n电梯\n又坏了"


def test_the_place_said_first_counts(town: Town) -> None:
    town.says("张阿姨", "3栋2单元")
    town.says("张阿姨", "电梯坏了，已经停了两天")

    assert town.ticket().place == Place(buildings=("3",), unit="2")


def test_pieces_of_different_people_are_not_put_together(town: Town) -> None:
    town.says("张阿姨", "3栋")
    town.says("李叔", "电梯")
    town.says("赵姐", "呵呵")

    assert town.tickets() == ()


def test_pieces_far_apart_are_not_put_together(town: Town) -> None:
    town.says("张阿姨", "3栋2单元")
    town.wait(minutes=5)
    town.says("张阿姨", "电梯坏了，已经停了两天")

    assert not town.ticket().place.known


def test_going_on_about_it_adds_to_the_same_ticket(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.heard_in()
    town.says("张阿姨", "3栋电梯坏了两天都没人修")

    assert len(town.tickets()) == 1
    assert "没人修" in town.card_of("王师傅")
    assert town.heard_in() == []


def test_another_matter_of_the_same_person_is_another_ticket(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.says("张阿姨", "3栋楼道垃圾没人清理，臭死了")

    assert len(town.tickets()) == 2


def test_the_same_matter_in_another_building_is_another_ticket(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.says("张阿姨", "5栋电梯坏了，已经停了两天")

    assert len(town.tickets()) == 2


def test_a_photo_right_after_the_words_belongs_to_them(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.wait(minutes=1)
    town.sends_photo("张阿姨")

    assert _photos(town) == 1
    assert any(s.photo for s in town.shown if s.chat == town.private("王师傅"))
    assert not any(s.photo for s in town.shown if s.chat == OWNERS)


def test_a_photo_right_before_the_words_belongs_to_them(town: Town) -> None:
    town.sends_photo("张阿姨")
    town.wait(minutes=1)
    town.says("张阿姨", LIFT)

    assert _photos(town) == 1


def test_a_photo_too_late_or_by_somebody_else_does_not(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.sends_photo("李叔")
    town.wait(minutes=3)
    town.sends_photo("张阿姨")

    assert _photos(town) == 0


def test_a_photo_with_words_is_one_report(town: Town) -> None:
    town.sends_photo("张阿姨", LIFT)

    assert len(town.tickets()) == 1
    assert _photos(town) == 1


def test_an_album_is_one_ticket_whichever_part_comes_first(town: Town) -> None:
    town.sends_photo("张阿姨", album="a")
    town.sends_photo("张阿姨", LIFT, album="a")
    town.sends_photo("张阿姨", album="a")
    town.sends_photo("李叔", "5栋电梯坏了，已经停了两天", album="b")
    town.sends_photo("李叔", album="b")

    assert len(town.tickets()) == 2
    with town.store() as store:
        counts = [len(store.tickets.photos(t)) for t in store.tickets.find()]
    assert counts == [3, 2]


def test_an_anonymous_admin_s_album_stays_together(town: Town) -> None:
    admin = town.account("1087968824")
    for text in ("", LIFT, ""):
        town.sends_photo("1087968824", text, author=admin, anonymous=True, album="a")

    assert len(town.tickets()) == 1
    assert _photos(town) == 3


def test_the_same_photo_twice_is_kept_once(town: Town) -> None:
    photo: Photo = town.photo()
    town.says("张阿姨", LIFT, photos=(photo,))
    town.says("张阿姨", "", photos=(photo,))

    assert _photos(town) == 1


def test_a_photo_after_a_withdrawal_is_not_kept(town: Town) -> None:
    town.says("张阿姨", LIFT)
    town.says("张阿姨", "撤回 1")
    town.sends_photo("张阿姨")

    assert _photos(town) == 0


def test_a_message_delivered_twice_is_one(town: Town) -> None:
    for text in (LIFT, "通知：明天上午9点到11点停水检修"):
        message = town.says("老李", text)
        town.says("老李", text, message=message)

    assert len(town.tickets()) == 2
    assert town.diary(1).count("filed") == 1
    assert "detail" not in town.diary(1)
