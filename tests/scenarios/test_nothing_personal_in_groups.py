"""Promise: whatever staff note and whoever asks, no group ever reads a name, a room, a phone, or words of residents."""

from __future__ import annotations

from collections import Counter

import pytest

from bot.domain.messages import Address
from bot.platforms.console import Act
from tests.town import OWNERS, SECOND, STAFF, SUPERVISION, Town

WORDS = "3栋2单元501老王家天天半夜装修，噪音太大，吵得睡不着，我电话13912345678，黑A12345"
PERSONS = ("501", "402", "老王", "秀英", "13912345678", "黑A12345", "张工", "赔偿", "面谈", "保密号")
STEPS = (
    "/接单 1",
    "/挂起 1 501老王不在家，402秀英没钥匙 明天9点",
    "/refer 1 派出所 单号 保密号7 明天 张工接的电话",
    "/answered 1 老王答应赔偿402秀英",
    "/定级 1 复杂 501老王不讲理",
    "/方案 1 约501老王和402秀英面谈 6月3日",
    "/转交 1 老赵",
    "/办结 1 501老王停工了，电话13912345678",
    "/重开 1 402秀英说还在吵",
    "/不属本职 1 该找501老王",
    "/重开 1",
    "/调解 1 501老王同意",
    "/调解 1 解除",
    "/误报 1 402秀英听错了",
)
ASKED = (
    "/late",
    "/rates",
    "/rates 噪音",
    "/referrals",
    "/duty",
    "/ticket 1",
    "/tickets",
    "/why 1",
    "/stats",
    "/status",
    "/refer 1",
    "/answered 1",
    "/handover",
)
ALL = (OWNERS, SECOND, STAFF, SUPERVISION)


def _in(town: Town, *chats: Address) -> str:
    names = {chat.chat for chat in chats}
    shown = [s for s in town.shown if s.chat.chat in names]
    return "\n".join("\n".join([s.text, *(b.label for row in s.buttons for b in row)]) for s in shown)


@pytest.mark.parametrize("by", ["王主任", "梁调解"])
def test_every_step_with_names_in_its_note(by: str) -> None:
    town = Town()
    town.says("3-1-402 秀英", WORDS)
    for step in STEPS:
        town.tells(by, step)
        if "同意" in town.buttons(town.private("谢委员")):
            town.presses("谢委员", "同意")
        for group in ALL:
            for question in ASKED:
                town.says("王主任", question, in_chat=group, settle=False)
        town.settle()
    town.until(9)

    said = _in(town, *ALL)
    assert "噪音" in said
    for person in PERSONS:
        assert person not in said, person


def test_a_room_that_only_a_number_tells_is_not_in_the_staff_group() -> None:
    town = Town()
    for name in ("梁调解", "丁经理", "老李"):
        town.platform.refuses.add(name)
    town.says("秀英", "3栋半夜装修，噪音太大，就是501，白天301也在敲，打110都没用，2026年了还这样")

    said = _in(town, STAFF)
    assert "噪音" in said
    assert "110" in said
    assert "2026年" in said
    assert "501" not in said
    assert "301" not in said


def test_a_department_nobody_configured_is_no_news_for_a_group(town: Town) -> None:
    town.says("秀英", WORDS)
    town.tells("王主任", "/refer 1 王五律师 单号 7 明天")
    town.says("王主任", "/ticket 1", in_chat=STAFF)
    town.says("王主任", "/referrals", in_chat=STAFF)

    assert "王五" not in _in(town, *ALL)


@pytest.mark.parametrize("command", ["/ticket 1", "/why 1", "/start t1", "/tickets"])
@pytest.mark.parametrize("name", ["吴阿姨", "老赵", "李叔"])
def test_who_has_nothing_to_do_with_it_learns_no_person_in_private_either(name: str, command: str) -> None:
    town = Town()
    town.says("3-1-402 秀英", WORDS)
    town.tells("王主任", "/挂起 1 501老王不在家，402秀英没钥匙 明天9点")
    town.tells(name, command)

    said = "\n".join(town.heard_by(name))
    assert said
    for person in PERSONS:
        assert person not in said, person


# -- noise -----------------------------------------------------------------------------------------------


def test_a_normal_day_is_one_card_and_one_closing_line_for_the_group() -> None:
    town = Town()
    town.starts("秀英")
    town.says("秀英", "3栋电梯坏了，已经停了两天")
    town.wait(minutes=2)
    town.presses("王师傅", "接单")
    town.wait(minutes=3)
    town.presses("王师傅", "到场")
    town.says("李叔", "3栋电梯坏了，我家也上不去")
    town.presses("孙哥", "催一下", in_chat=OWNERS)
    town.wait(minutes=20)
    town.tells("王师傅", "办结 1 换了接触器")
    town.presses("秀英", "已解决", in_chat=OWNERS)
    town.presses("秀英", "5星")
    town.wait(hours=3)

    said = Counter(s.chat.chat for s in town.shown if s.act in (Act.SAY, Act.FILE))
    assert said == {OWNERS.chat: 2, "王师傅": 3, "秀英": 2}, (
        "card, urging and the answer to 办结; question and stars"
    )


def test_a_pause_a_department_and_a_wait_stay_edits_for_the_group() -> None:
    town = Town()
    town.says("秀英", "3栋电梯坏了，已经停了两天")
    town.presses("王师傅", "接单")
    town.presses("王师傅", "到场")
    town.tells("王师傅", "/挂起 1 等配件 明天9点")
    town.presses("谢委员", "同意")
    for name in ("王主任", "谢委员", "冯书记"):
        assert len(town.heard_by(name)) == 1, "who was asked to agree has read why"
    town.until(9, 30)
    town.tells("王师傅", "/refer 1 燃气 单号 7 明天")
    town.until(9)
    town.tells("王师傅", "/已回复 1 换了")
    town.tells("王师傅", "/办结 1 好了")
    town.wait(days=3)

    assert len(town.heard_in(OWNERS)) == 2
