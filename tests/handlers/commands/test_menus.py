"""Menus: what everybody may do in two languages, and in the characters that a group writes."""

from __future__ import annotations

from bot.domain.messages import EVERY_GROUP, EVERY_PRIVATE_CHAT, PublishMenu
from bot.domain.permissions import Right
from bot.texts import english_menu
from handlers.commands.menus import publish_menus
from handlers.commands.table import COMMANDS
from tests.town import OWNERS, SECOND, Town


def _menus(town: Town) -> list[PublishMenu]:
    with town.store() as store:
        return [menu for menu in publish_menus(town.context(store)) if isinstance(menu, PublishMenu)]


def test_everybody_s_commands_are_told_in_english_too() -> None:
    anybody = {command.name for command in COMMANDS if command.needs is Right.ANYBODY}
    assert set(english_menu()) == anybody
    assert all(words.isascii() and 5 < len(words) <= 60 for words in english_menu().values())


def test_there_is_a_menu_for_all_and_one_for_those_whose_app_speaks_english() -> None:
    general = [m for m in _menus(Town()) if m.to.chat in (EVERY_PRIVATE_CHAT, EVERY_GROUP)]

    assert [menu.language for menu in general] == ["", "en", "", "en"]
    chinese, english = general[0], general[1]
    assert [name for name, _ in chinese.commands] == [name for name, _ in english.commands]
    assert chinese.commands != english.commands


def test_a_group_with_characters_of_its_own_has_a_menu_of_its_own() -> None:
    owners = [
        {"platform": "console", "chat": OWNERS.chat, "script": "hongkong"},
        {"platform": "console", "chat": SECOND.chat},
    ]
    chats = [menu.to for menu in _menus(Town(groups={"owners": owners}))]

    assert OWNERS in chats
    assert SECOND not in chats
