"""Promise: silence for chatter, and nothing of it is kept."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from storage.tables import metadata, recents
from tests.town import OWNERS, SECOND, STAFF, Town

CHATTER = (
    "大家早上好",
    "哈哈哈哈",
    "今天天气真好",
    "下班顺路带点菜回来",
    "有人要拼团买草莓吗",
    "谢谢老李",
    "辛苦了👍",
    "明天一起去跳广场舞",
    "……",
    "👍👍👍",
    "？",
)


def _kept(town: Town) -> int:
    with town.database.reading() as conn:
        return int(conn.execute(select(func.count()).select_from(recents)).scalar_one())


@pytest.mark.parametrize("text", CHATTER)
def test_chatter_is_met_with_silence_everywhere(town: Town, text: str) -> None:
    town.says("张阿姨", text)

    assert town.shown == []
    assert town.tickets() == ()


def test_chatter_is_forgotten_after_a_few_minutes(town: Town) -> None:
    for text in CHATTER:
        town.says("张阿姨", text)
    assert _kept(town) > 0

    town.wait(minutes=12)

    assert _kept(town) == 0
    words = {"草莓", "广场舞", "带点菜"}
    with town.database.reading() as conn:
        for table in metadata.sorted_tables:
            rows = str(conn.execute(select(table)).all())
            assert not any(word in rows for word in words), table.name


def test_talking_leaves_no_account_behind(town: Town) -> None:
    town.says("路人甲", "大家早上好")
    town.wait(minutes=12)

    with town.store() as store:
        assert store.people.known(town.account("路人甲")) is None


def test_a_photo_without_a_matter_is_not_kept(town: Town) -> None:
    town.sends_photo("张阿姨", "今天的晚霞")
    town.wait(minutes=12)

    assert town.shown == []
    assert _kept(town) == 0
    media = town.config.files.media
    assert not media.exists() or list(media.iterdir()) == []


def test_the_staff_group_is_not_read(town: Town) -> None:
    town.says("老李", "3栋电梯坏了，已经停了两天", in_chat=STAFF)

    assert town.tickets() == ()
    assert town.heard_in(STAFF) == []
    assert _kept(town) == 0


def test_a_mention_of_everybody_never_happens(town: Town) -> None:
    town.says("张阿姨", "3栋着火了，快来人")
    town.says("李叔", "3栋电梯坏了，已经停了两天", in_chat=SECOND)

    for chat in (OWNERS, SECOND, STAFF):
        assert not any("所有人" in text for text in town.stands_in(chat))
