"""Promise: the group sees the matter, the worker sees the person."""

from __future__ import annotations

import pytest

from tests.town import OWNERS, SECOND, STAFF, SUPERVISION, Town

WORDS = "3栋2单元501老王家天天半夜装修，噪音太大，吵得睡不着，我电话13912345678，黑A12345"
SECRETS = ("501", "老王", "13912345678", "黑A12345", "秀英", "2单元", "睡不着")


@pytest.fixture
def told(town: Town) -> Town:
    """#1 accuses a household by name, room, phone and plate."""
    town.says("3-1-402 秀英", WORDS)
    return town


def _everything_in(town: Town, *chats: object) -> str:
    names = {getattr(chat, "chat", chat) for chat in chats}
    return "\n".join(
        "\n".join([s.text, *(b.label for row in s.buttons for b in row)])
        for s in town.shown
        if s.chat.chat in names
    )


def test_the_owners_groups_and_the_supervision_see_only_the_matter(told: Town) -> None:
    worker = told.ticket().assignee
    assert worker is not None
    told.presses(worker, "接单")
    told.presses(worker, "挂起")
    told.tells(worker, "501老王不在家 明天9点")
    told.tells("王主任", "/reopen 1")
    told.tells(worker, "办结 1 已和501的老王谈过，电话13912345678")
    told.says("3-1-402 秀英", "还没好")

    said = _everything_in(told, OWNERS, SECOND, SUPERVISION)
    assert "噪音" in said
    assert "3栋" in said
    for secret in SECRETS:
        assert secret not in said, secret
    assert "402" not in said


def test_no_photo_reaches_a_group(town: Town) -> None:
    town.sends_photo("秀英", "3栋电梯坏了，已经停了两天")

    assert not any(s.photo for s in town.shown if s.chat.chat.startswith("-"))
    assert any(s.photo for s in town.shown if s.chat == town.private("王师傅"))


def test_the_worker_in_charge_sees_the_person(told: Town) -> None:
    worker = told.ticket().assignee
    assert worker is not None
    (card,) = told.heard_by(worker)

    assert WORDS in card
    assert "秀英" in card
    assert "3栋2单元" in card


def test_the_staff_group_reads_the_words_without_persons() -> None:
    town = Town()
    for name in ("梁调解", "丁经理", "王师傅", "老李"):
        town.platform.refuses.add(name)
    town.says("秀英", WORDS)

    said = _everything_in(town, STAFF)
    assert "装修" in said
    for secret in ("501", "13912345678", "黑A12345", "秀英", "老王"):
        assert secret not in said, secret


def test_the_committee_reads_the_words_and_persons_only_on_request() -> None:
    town = Town(mode="listen")
    town.says("秀英", "3栋电梯坏了，已经停了两天")

    (card,) = town.heard_by("王主任")
    assert "3栋电梯坏了" in card
    assert "秀英" not in card
    assert "秀英" in town.presses("王主任", "看报修人")
    assert town.diary().count("persons_seen") == 1


@pytest.mark.parametrize(
    "command", ["/ticket 1", "/查单 1", "/tickets", "/why 1", "/stats", "/roster", "/status"]
)
def test_no_command_in_a_group_shows_a_person(told: Town, command: str) -> None:
    told.says("王主任", command, in_chat=OWNERS)
    told.says("王主任", command, in_chat=STAFF)

    said = _everything_in(told, OWNERS)
    for secret in SECRETS:
        assert secret not in said, secret
    assert "秀英" not in _everything_in(told, STAFF)


def test_a_resident_sees_their_own_matter_and_nobody_else_s(told: Town) -> None:
    told.tells("李叔", "/ticket 1")

    assert "老王" not in _everything_in(told, "李叔")
    assert "秀英" not in _everything_in(told, "李叔")


def test_nobody_s_name_is_said_in_the_group_when_voices_join(told: Town) -> None:
    told.says("李叔", "3栋半夜装修，噪音太大，吵得睡不着")

    assert "李叔" not in _everything_in(told, OWNERS)


def test_the_logs_carry_no_words(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    town.says("秀英", WORDS)
    town.says("秀英", "大家早上好，我是501的秀英")

    for record in caplog.records:
        if record.name.startswith(("bot", "handlers", "storage")):
            assert not any(secret in record.getMessage() for secret in SECRETS)


def test_a_resident_s_data_can_be_removed_and_what_happened_stays(told: Town) -> None:
    name = "3-1-402 秀英"
    told.tells(name, "/privacy 删除我")
    told.tells(name, "确认")

    ticket = told.ticket()
    assert ticket.reporter is None
    assert ticket.reporter_name == ""
    assert "filed" in told.diary()
    worker = ticket.assignee
    assert worker is not None
    assert "秀英" not in told.stands_in(told.private(worker))[-1]
