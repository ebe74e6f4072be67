"""Promise: whatever people write, press, edit and send, nothing breaks and nothing leaks."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.able import EVERYTHING, Able
from bot.domain.messages import Account, Address, Moved, Standing
from bot.domain.tickets import NEXT
from tests.town import OWNERS, POOR, SECOND, STAFF, Town

PEOPLE = (
    "张阿姨秀英",
    "李叔建国",
    "3-2-501 王姐美丽",
    "王师傅",
    "丁经理",
    "老李",
    "王主任",
    "冯书记",
    "匿名",
)
RESIDENTS = ("王奶奶", "秀英", "建国", "美丽", "13912345678", "501室")
TEXTS = (
    "3栋电梯坏了，已经停了两天",
    "3栋2单元501室家里漏水，电话13912345678，已经漏了一天",
    "楼道垃圾没人清理，臭死了",
    "5栋",
    "5",
    "三栋二单元",
    "3栋",
    "电梯",
    "又坏了",
    "+1",
    "我家也是",
    "撤回 1",
    "撤回",
    "说错了",
    "别记我",
    "可以记我",
    "谢谢",
    "已解决",
    "还没好",
    "修好了吗",
    "3栋着火了，快来人",
    "电梯里有人被困，3栋，快来人",
    "希望小区能装几个充电桩",
    "通知：明天上午9点到11点停水检修",
    "大家早上好",
    "好的 明天9点",
    "确认",
    "",
    "?",
)
COMMANDS = (
    "/tickets",
    "/ticket 1",
    "/why 1",
    "/stats",
    "/new 3栋501 王奶奶 13912345678 水管漏水",
    "/merge 1 2",
    "/unmerge 2",
    "/reopen 1",
    "/assign 1 老李",
    "/reclass 1 噪音",
    "/reclass 1 心愿",
    "/mute 1h",
    "/unmute",
    "/mode listen",
    "/mode live",
    "/privacy 删除我",
    "/ignore 1 1小时",
    "/announce 周六清洗水箱",
    "/invite 老李",
    "/rebind 老李",
    "/unbind 老李",
    "/help",
    "/status",
    "/notices",
    "/festivals",
    "/export",
    "接单 1",
    "到场 1",
    "办结 1 换好了",
    "挂起 1 等配件 明天9点",
    "不办 1 归自来水公司",
    "误报 1",
    "放行 1",
    "继续 1",
)
CHATS = (OWNERS, SECOND, STAFF)

Act = tuple[str, str, str, int, int]
people = st.sampled_from(PEOPLE)
acts = st.lists(
    st.tuples(
        st.sampled_from(
            ["says"] * 6
            + ["press"] * 5
            + ["command"] * 4
            + ["tells", "photo", "edit", "reply", "wait", "night"]
            + ["standing", "block", "move"]
        ),
        people,
        st.sampled_from(TEXTS),
        st.integers(0, 10_000),
        st.integers(0, 10_000),
    ),
    min_size=5,
    max_size=40,
)


class _Play:
    def __init__(self, town: Town) -> None:
        self.town = town
        self.owners = OWNERS
        self.said: list[tuple[Address, str, str]] = []

    def __call__(self, what: str, name: str, text: str, one: int, two: int) -> None:
        town = self.town
        chat = (self.owners, SECOND, STAFF)[one % 3]
        more: dict[str, Any] = {}
        if name == "匿名":
            more = {"author": Account("console", "1087968824", "Group"), "anonymous": True}
        match what:
            case "says":
                self.said.append((chat, name, town.says(name, text, in_chat=chat, voice=not text, **more)))
            case "tells":
                town.tells(name, text)
            case "command":
                where = chat if one % 2 else town.private(name)
                town.says(name, COMMANDS[two % len(COMMANDS)], in_chat=where, **more)
            case "photo":
                town.sends_photo(name, text, in_chat=chat, album="a" if one % 2 else None, **more)
            case "edit" if self.said:
                where, _, message = self.said[two % len(self.said)]
                town.edits(name, message, text, in_chat=where)
            case "reply" if self.said:
                where, _, message = self.said[two % len(self.said)]
                town.says(name, text, in_chat=where, reply_to=message, **more)
            case "press":
                self._press(name, two)
            case "wait" | "night":
                town.sleeps(minutes=one % 200 if what == "wait" else 660)
                town.tick()
            case "standing":
                town.standing(self.owners, (Standing.MUTED, Standing.MEMBER, Standing.GONE)[two % 3])
            case "block":
                town.platform.refuses ^= {name}
            case "move":
                new = Address("console", f"{self.owners.chat}0")
                town.arrives(Moved(self.owners, new))
                self.owners = new

    def _press(self, name: str, pick: int) -> None:
        if not self.town.platform.able.buttons:
            self._answer(name, pick)
            return
        standing = [
            (where, message, button.data)
            for (where, message), face in self.town.platform.faces.items()
            for row in face.buttons
            for button in row
            if button.data
        ]
        if standing:
            where, message, data = standing[pick % len(standing)]
            self.town.forges(name, data, in_chat=Address("console", where), message=message)

    def _answer(self, name: str, pick: int) -> None:
        """Where there are no buttons: any word that any message has offered, by anybody."""
        offered = [
            (where, word)
            for (where, _), face in self.town.platform.faces.items()
            for line in face.text.splitlines()
            if line.startswith("回复：")
            for word in re.split(r" / |、|；也可以：", line.removeprefix("回复："))
        ]
        if offered:
            where, word = offered[pick % len(offered)]
            self.town.says(name, word, in_chat=Address("console", where))


@pytest.mark.parametrize("able", [EVERYTHING, POOR], ids=["buttons", "words"])
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sequence=acts)
def test_whatever_people_do_nothing_breaks_and_nothing_leaks(able: Able, sequence: list[Act]) -> None:
    town = Town(able=able)
    play = _Play(town)
    for act in sequence:
        play(*act)
    town.sleeps(hours=3)
    town.tick()

    assert town.buried() == []
    for ticket in town.tickets():
        assert ticket.state in NEXT[ticket.kind]
        assert ticket.voices >= 0
    for chat in (OWNERS, SECOND, play.owners):
        for shown in town.shown:
            if shown.chat.chat == chat.chat:
                for secret in RESIDENTS:
                    assert secret not in shown.text, (secret, shown.text)
                assert shown.photo is None
