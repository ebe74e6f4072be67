"""What the bot says in a group that writes traditional characters; the one place that knows OpenCC."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.messages import Address, Answer, Button, Face, PublishMenu, SendFile
from bot.platforms.console import Act, Console, Shown
from bot.platforms.scripted import Scripted
from bot.script import Script, written
from bot.texts import load_texts
from tests.town import OWNERS, SECOND, Town

TAIWAN, HONGKONG = Address("console", "-1"), Address("console", "-2")


@pytest.mark.parametrize(
    ("text", "taiwan", "hongkong"),
    [
        (
            "已登记 #4 停水，业委会请点“已解决”",
            "已登記 #4 停水，業委會請點“已解決”",
            "已登記 #4 停水，業委會請點“已解決”",
        ),
        ("家里的软件", "家裡的軟體", "家裏的軟件"),
        ("/tickets 3", "/tickets 3", "/tickets 3"),
        ("", "", ""),
    ],
)
def test_each_script_writes_as_its_readers_do(text: str, taiwan: str, hongkong: str) -> None:
    assert written(text, Script.SIMPLIFIED) == text
    assert written(text, Script.TRADITIONAL) == taiwan
    assert written(text, Script.HONGKONG) == hongkong


def test_every_text_of_the_catalogue_can_be_written_and_keeps_what_is_filled_in() -> None:
    texts = load_texts()
    for key in sorted(texts.keys):
        raw = texts._entries[key]
        for script in (Script.TRADITIONAL, Script.HONGKONG):
            converted = written(raw, script)
            assert converted.count("{") == raw.count("{"), key
            assert converted.count("\n") == raw.count("\n"), key


@given(st.text(max_size=60))
def test_whatever_people_write_is_written_without_a_fault(text: str) -> None:
    assert isinstance(written(text, Script.TRADITIONAL), str)


def _platform() -> tuple[Scripted, list[Shown]]:
    shown: list[Shown] = []
    scripts = {TAIWAN.chat: Script.TRADITIONAL, HONGKONG.chat: Script.HONGKONG}
    return Scripted(Console(shown.append), lambda to: scripts.get(to.chat, Script.SIMPLIFIED)), shown


def test_words_buttons_and_toasts_are_in_the_chat_s_script_and_data_is_left_alone() -> None:
    platform, shown = _platform()
    face = Face("电梯坏了", ((Button("接单", "t:1:accept"), Button("详情", url="https://t.me/x?start=楼")),))

    async def story() -> None:
        for to in (TAIWAN, HONGKONG, OWNERS):
            message = await platform.send(to, face)
            await platform.edit(to, message, Face("修好了"))
        await platform.answer(Answer("p1", TAIWAN, "请稍后再试"))

    asyncio.run(story())
    said = [one.text for one in shown if one.act is Act.SAY]
    assert said == ["電梯壞了", "電梯壞了", "电梯坏了"]
    (accept, details) = shown[0].buttons[0]
    assert (accept.label, accept.data) == ("接單", "t:1:accept")
    assert (details.label, details.url) == ("詳情", "https://t.me/x?start=楼")
    assert shown[-1].text == "請稍後再試"


def test_a_file_s_caption_is_converted_and_the_file_is_not(tmp_path: Path) -> None:
    platform, shown = _platform()
    path = tmp_path / "工单.csv"
    path.write_text("电梯")
    asyncio.run(platform.send_file(SendFile(TAIWAN, "k", path.name, "这个月的工单"), path))

    assert shown[-1].text.startswith("這個月的工單 [工单")
    assert path.read_text() == "电梯"


def test_a_menu_is_in_its_chat_s_script() -> None:
    platform, _ = _platform()
    seen: list[PublishMenu] = []

    async def keep(menu: PublishMenu) -> None:
        seen.append(menu)

    platform._platform.publish = keep  # type: ignore[method-assign]
    asyncio.run(platform.publish(PublishMenu(TAIWAN, (("help", "帮助：有哪些命令"),))))
    assert seen[0].commands == (("help", "幫助：有哪些命令"),)


def test_the_configuration_says_which_group_writes_how() -> None:
    owners = [
        {"platform": "console", "chat": OWNERS.chat, "script": "traditional"},
        {"platform": "console", "chat": SECOND.chat},
    ]
    groups = Town(groups={"owners": owners}).config.groups

    assert groups.script_at(Address("console", OWNERS.chat, "7")) is Script.TRADITIONAL
    assert groups.script_at(SECOND) is Script.SIMPLIFIED
    assert groups.script_at(Address("console", "张阿姨")) is Script.SIMPLIFIED


def test_commands_in_traditional_characters_are_understood() -> None:
    town = Town()
    town.tells("老李", "/幫助")
    assert "想知道某个命令怎么写" in town.heard_by("老李")[-1]
    town.says("张阿姨", "3栋电梯坏了，已经停了两天")
    town.tells("王师傅", "接單 1")
    assert town.ticket().assignee == "王师傅"
