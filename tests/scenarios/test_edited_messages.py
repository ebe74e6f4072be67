"""Promise: an edited message updates its ticket."""

from __future__ import annotations

import pytest

from bot.domain.places import Place
from bot.domain.tickets import State
from tests.town import Town

LITTER = "3栋2单元楼道垃圾没人清理，臭死了"


def test_the_worker_reads_the_new_words(town: Town) -> None:
    message = town.says("张阿姨", LITTER)
    town.heard_in()
    town.edits("张阿姨", message, "3栋2单元楼道垃圾没人清理，已经三天了")

    assert "已经三天了" in town.card_of("吴阿姨")
    assert town.heard_in() == []
    assert "edited" in town.diary()


def test_the_wrong_building_corrected_goes_to_the_right_worker() -> None:
    town = Town(duties=None)
    message = town.says("张阿姨", "3栋楼道灯坏了，一直不亮，已经好几天了")
    first = town.ticket()

    town.edits("张阿姨", message, "5栋楼道灯坏了，一直不亮，已经好几天了")

    assert town.ticket().place == Place(buildings=("5",))
    assert town.ticket().grid == "二网格"
    assert first.grid == "一网格"
    assert "5栋" in town.stands_in()[-1]


def test_a_corrected_building_does_not_keep_the_old_one_s_unit(town: Town) -> None:
    message = town.says("张阿姨", LITTER)
    town.edits("张阿姨", message, LITTER.replace("3栋2单元", "5栋"))

    assert town.ticket().place == Place(buildings=("5",))


def test_who_is_on_the_way_hears_that_it_is_elsewhere(town: Town) -> None:
    message = town.says("张阿姨", LITTER)
    town.presses("吴阿姨", "接单")
    town.heard_by("吴阿姨")

    town.edits("张阿姨", message, LITTER.replace("3栋2单元", "5栋"))

    (card,) = town.heard_by("吴阿姨")
    assert "5栋" in card
    assert town.ticket().state is State.ACCEPTED


def test_the_building_added_by_an_edit_completes_the_ticket(town: Town) -> None:
    message = town.says("张阿姨", "楼道垃圾没人清理，臭死了")
    town.edits("张阿姨", message, "5栋楼道垃圾没人清理，臭死了")

    assert town.ticket().place.buildings == ("5",)
    assert not town.ticket().awaits_place
    assert len(town.heard_by("吴阿姨")) == 1


def test_talk_edited_into_a_complaint_is_a_complaint(town: Town) -> None:
    message = town.says("张阿姨", "大家早上好")
    town.edits("张阿姨", message, LITTER)

    assert len(town.tickets()) == 1


@pytest.mark.parametrize("again", ["哈哈哈", "没事了"])
def test_a_complaint_edited_into_talk_stays_for_people_to_decide(town: Town, again: str) -> None:
    message = town.says("张阿姨", LITTER)
    town.edits("张阿姨", message, again)

    assert town.ticket().state is State.OPEN
    assert again in town.card_of("吴阿姨")


def test_editing_one_of_several_pieces_keeps_the_others(town: Town) -> None:
    first = town.says("张阿姨", "3栋")
    town.says("张阿姨", "电梯")
    last = town.says("张阿姨", "又坏了")

    town.edits("张阿姨", last, "又坏了，真气人")
    assert town.ticket().text == "3栋\n电梯\n又坏了，真气人"
    town.edits("张阿姨", first, "5栋")
    assert town.ticket().text == "5栋\n电梯\n又坏了，真气人"
    assert town.ticket().place == Place(buildings=("5",))


def test_an_edit_is_not_read_together_with_what_it_replaces(town: Town) -> None:
    message = town.says("张阿姨", "电梯")
    town.edits("张阿姨", message, "电梯坏了没")

    assert not any("电梯\n电梯" in t.text for t in town.tickets())


def test_the_same_words_again_change_nothing(town: Town) -> None:
    message = town.says("张阿姨", LITTER)
    before = town.diary()
    town.edits("张阿姨", message, LITTER)

    assert town.diary() == before


def test_an_edit_by_somebody_who_is_no_longer_read_changes_nothing(town: Town) -> None:
    message = town.says("张阿姨", LITTER)
    town.says("张阿姨", "别记我")
    town.edits("张阿姨", message, "3栋2单元楼道垃圾没人清理，我叫张秀英")

    assert "张秀英" not in town.ticket().text
