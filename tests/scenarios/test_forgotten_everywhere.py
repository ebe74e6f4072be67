"""Promise: whoever has themselves removed is named no more, also not in what staff wrote about them."""

from __future__ import annotations

import pytest

from bot.domain.messages import Account
from tests.town import Town

CLUTTER = "3栋楼道堆满杂物没人管"
NAME = "张阿姨"


@pytest.fixture
def noted(town: Town) -> Town:
    """#1 is 张阿姨's, and staff have named her in a pause, a referral's note, a refused wish and the proof."""
    town.says(NAME, CLUTTER)
    town.says("老张阿姨", "5栋路灯不亮了，晚上看不见")
    town.presses("老李", "接单")
    town.tells("老李", "/挂起 1 张阿姨不在家 明天9点")
    town.presses("王主任", "不同意")
    town.tells("王主任", "/挂起 1 等张阿姨回来，老张阿姨作证 明天9点")
    town.tells("王主任", "/继续 1")
    town.tells("王主任", "/refer 1 城管 单号 7 5-25 张阿姨会在场")
    town.tells("王主任", "/已回复 1 城管已联系张阿姨")
    town.tells("老李", "/办结 1 张阿姨看过，已清走")
    town.tells("王主任", "/派单 2 小陈 张阿姨也去看看")
    town.tells(NAME, "/privacy 删除我")
    town.presses(NAME, "确认")
    return town


def _kept(town: Town) -> str:
    with town.store() as store:
        tables = ("tickets", "events", "ticket_messages", "assents", "cards")
        rows = [row for table in tables for row in store.conn.exec_driver_sql(f"SELECT * FROM {table}").all()]  # noqa: S608
    return "\n".join(map(str, rows)).replace("老张阿姨", "")


def test_no_note_names_them_any_more_and_others_keep_their_names(noted: Town) -> None:
    with noted.store() as store:
        ticket = store.tickets.numbered(1)
        assert ticket is not None
        notes = [str(e.data.get("note", "")) for e in store.tickets.diary(ticket)]
    assert "〔某人〕不在家" in notes
    assert "等〔某人〕回来，老张阿姨作证" in notes
    assert "〔某人〕看过，已清走" in notes
    assert "〔某人〕会在场" in notes
    assert "城管已联系〔某人〕" in notes


def test_what_they_had_nothing_to_do_with_stays_as_it_was_written(noted: Town) -> None:
    kept = _kept(noted)
    assert kept.count(NAME) == kept.count("张阿姨也去看看")


def test_the_cards_that_stand_show_it_no_more(town: Town) -> None:
    town.says(NAME, CLUTTER)
    town.tells("王主任", "/挂起 1 等张阿姨回来 明天9点")
    assert "张阿姨" in "".join(town.stands_in(town.private("老李")))
    town.tells(NAME, "/privacy 删除我")
    town.presses(NAME, "确认")

    assert NAME not in "".join(town.stands_in(town.private("老李")))
    assert town.ticket().paused_reason == "等〔某人〕回来"


def test_a_neighbour_who_has_only_joined_is_taken_out_too(town: Town) -> None:
    town.says("刘叔", CLUTTER)
    town.says(NAME, "3栋楼道杂物我家门口也有，没人管")
    assert town.ticket().voices == 1
    town.tells("王主任", "/挂起 1 等张阿姨回来 明天9点")
    town.tells(NAME, "/privacy 删除我")
    town.presses(NAME, "确认")

    assert town.ticket().paused_reason == "等〔某人〕回来"


def test_who_is_called_like_somebody_on_duty_leaves_their_work_alone(town: Town) -> None:
    namesake = Account("console", "居民七", "王师傅")
    town.says("居民七", CLUTTER, author=namesake)
    town.tells("王主任", "/挂起 1 等王师傅来 明天9点")
    town.tells("居民七", "/privacy 删除我", author=namesake)
    town.presses("居民七", "确认")

    assert town.ticket().reporter is None
    assert town.ticket().paused_reason == "等王师傅来"
