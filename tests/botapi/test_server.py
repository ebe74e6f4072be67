"""The stand-in behaves as the Bot API server is documented to; python-telegram-bot itself understands it."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
import telegram
from telegram.request import HTTPXRequest

from tests.botapi import RemoteServer, Server, Town, control, updates
from tests.botapi.mailbox import KEPT_S
from tests.botapi.server import Server as ServerItself

GROUP = -1001


@pytest.fixture
def town() -> Town:
    town = Town()
    town.person(7, "张阿姨")
    town.person(8, "老李", started=True)
    town.group(GROUP)
    town.repoll_limit(False)
    return town


@pytest.fixture
def server(town: Town) -> Iterator[Server]:
    with Server(town) as server:
        yield server


def ask(server: Server, method: str, /, token: str | None = None, **parameters: Any) -> dict[str, Any]:
    """One call by JSON; the answer whatever its status."""
    request = Request(  # noqa: S310  # always the stand-in's own http://127.0.0.1
        f"{server.url}/bot{token or server.town.token}/{method}",
        data=json.dumps(parameters).encode(),
        headers={"Content-Type": "application/json"},
    )
    try:
        with urlopen(request, timeout=30) as answer:  # noqa: S310
            found: dict[str, Any] = json.load(answer)
    except HTTPError as error:
        with error:
            found = json.load(error)
    return found


def numbers(server: Server, **parameters: Any) -> list[int]:
    return [update["update_id"] for update in ask(server, "getUpdates", **parameters)["result"]]


def talk(town: Town, count: int) -> list[int]:
    for number in range(count):
        town.says(7, f"第{number}条", GROUP)
    return [waiting.number for waiting in town.queue]


# --- getUpdates


def test_updates_below_the_offset_are_forgotten_and_no_others(server: Server, town: Town) -> None:
    first, second, third = talk(town, 3)
    assert numbers(server) == [first, second, third]
    assert numbers(server, offset=0) == [first, second, third]
    assert numbers(server, offset=second) == [second, third]
    assert numbers(server) == [second, third]


def test_a_negative_offset_counts_from_the_end_and_forgets_the_rest(server: Server, town: Town) -> None:
    every = talk(town, 5)
    assert numbers(server, offset=-2) == every[-2:]
    assert numbers(server) == every[-2:]


def test_a_limit_limits(server: Server, town: Town) -> None:
    every = talk(town, 120)
    assert numbers(server, limit=3) == every[:3]
    assert numbers(server) == every[:100]


def test_asking_again_at_once_with_the_same_offset_gives_one_only(server: Server, town: Town) -> None:
    every = talk(town, 3)
    town.repoll_limit(True)
    assert numbers(server, offset=every[0]) == every
    assert numbers(server, offset=every[0]) == every[:1]
    assert numbers(server, offset=every[1]) == every[1:]


def test_updates_are_kept_for_a_day() -> None:
    now = [1000.0]
    town = Town(clock=lambda: now[0])
    town.person(7, "张阿姨")
    town.group(GROUP)
    talk(town, 1)
    now[0] += KEPT_S - 1
    talk(town, 1)
    assert town.pending() == 2
    now[0] += 2
    assert town.pending() == 1


def test_only_wanted_kinds_of_updates_are_kept_from_then_on(server: Server, town: Town) -> None:
    talk(town, 1)
    assert len(numbers(server, allowed_updates=["callback_query"])) == 1
    talk(town, 1)
    assert town.pending() == 1
    assert "unknown update type" in ask(server, "getUpdates", allowed_updates=["gossip"])["description"]


def test_a_webhook_and_polling_exclude_each_other(server: Server) -> None:
    assert ask(server, "setWebhook", url="https://example.com/x")["result"] is True
    assert ask(server, "getUpdates")["error_code"] == 409
    assert ask(server, "getWebhookInfo")["result"]["url"] == "https://example.com/x"
    ask(server, "deleteWebhook")
    assert ask(server, "getUpdates")["ok"] is True


def test_a_webhook_without_encryption_is_refused(server: Server) -> None:
    assert "HTTPS" in ask(server, "setWebhook", url="http://example.com")["description"]


def test_updates_are_posted_in_order_until_they_are_taken_and_trouble_is_told(
    server: Server, town: Town
) -> None:
    ask(server, "setWebhook", url="https://example.com/x", secret_token="geheim")
    talk(town, 3)
    waited = 0.0
    while "last_error_message" not in ask(server, "getWebhookInfo")["result"] and waited < 20:
        time.sleep(0.02)
        waited += 0.02

    found = ask(server, "getWebhookInfo")["result"]
    assert (found["pending_update_count"], found["last_error_message"]) == (3, "Connection refused")
    assert town.push_log() == [], "nothing leaves this machine"
    assert (
        "unallowed" in ask(server, "setWebhook", url="https://example.com", secret_token="ä")["description"]
    )


# --- who may ask


def test_a_wrong_token_is_unauthorized_and_a_malformed_one_not_found(server: Server) -> None:
    assert ask(server, "getMe", token="42:wrong")["error_code"] == 401
    assert ask(server, "getMe", token="nonsense")["error_code"] == 404
    assert ask(server, "sendTelepathy")["error_code"] == 404


def test_a_published_method_that_is_not_played_says_so(server: Server) -> None:
    assert "not played" in ask(server, "getMyName")["description"]


def test_every_refusal_is_remembered(server: Server, town: Town) -> None:
    ask(server, "sendMessage", chat_id=GROUP, text="x", colour="red")
    assert town.refused() == [["sendMessage", "Bad Request: unknown parameter colour"]]


# --- sending


@pytest.mark.parametrize(
    ("chat", "code", "words"),
    [
        (7, 403, "can't initiate conversation"),
        (99, 400, "chat not found"),
        ("@owners", 400, "chat not found"),
        (-99, 400, "chat not found"),
    ],
)
def test_strangers_cannot_be_written_to(server: Server, chat: object, code: int, words: str) -> None:
    answer = ask(server, "sendMessage", chat_id=chat, text="x")
    assert (answer["error_code"], words in answer["description"]) == (code, True)


def test_pressing_start_opens_the_private_chat_and_blocking_closes_it(server: Server, town: Town) -> None:
    town.start(7, "invite-1")
    assert ask(server, "sendMessage", chat_id=7, text="x")["ok"]
    town.block(7)
    assert "blocked" in ask(server, "sendMessage", chat_id=7, text="x")["description"]
    town.start(7)
    assert ask(server, "sendMessage", chat_id=7, text="x")["ok"]
    kinds = [next(key for key in u if key != "update_id") for u in ask(server, "getUpdates")["result"]]
    assert kinds == ["message", "my_chat_member", "message"]


def test_a_group_that_moved_names_its_new_id(server: Server, town: Town) -> None:
    town.group(-55, kind="group")
    town.migrate(-55, -1002)
    answer = ask(server, "sendMessage", chat_id=-55, text="x")
    assert answer["parameters"] == {"migrate_to_chat_id": -1002}
    assert ask(server, "sendMessage", chat_id=-1002, text="x")["ok"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<b>停水", "Can't find end tag"),
        ("停水</b>", "Unmatched end tag"),
        ("<room>302</room>", "Unsupported start tag"),
        ("<b>" + "x" * 4097 + "</b>", "too long"),
    ],
)
def test_broken_html_is_refused(server: Server, text: str, words: str) -> None:
    answer = ask(server, "sendMessage", chat_id=GROUP, text=text, parse_mode="HTML")
    assert words in answer["description"]


def test_html_becomes_entities_and_only_the_rest_counts(server: Server) -> None:
    text = f'<b>{"停" * 4090}</b> &amp; <a href="https://x.cn">x</a>'
    message = ask(server, "sendMessage", chat_id=GROUP, text=text, parse_mode="HTML")["result"]
    assert message["text"] == "停" * 4090 + " & x"
    assert [entity["type"] for entity in message["entities"]] == ["bold", "text_link"]


def test_an_entity_outside_of_its_text_is_refused(server: Server) -> None:
    entity = {"type": "bold", "offset": 1, "length": 2}
    assert ask(server, "sendMessage", chat_id=GROUP, text="😀x", entities=[entity])["ok"]
    assert "UTF-16" in ask(server, "sendMessage", chat_id=GROUP, text="😀", entities=[entity])["description"]


def test_only_the_bots_own_messages_can_be_edited(server: Server, town: Town) -> None:
    other = town.says(7, "停水", GROUP)
    answer = ask(server, "editMessageText", chat_id=GROUP, message_id=other, text="x")
    assert "can't be edited" in answer["description"]


def test_the_limits_are_one_a_second_to_a_chat_and_twenty_a_minute_to_a_group(town: Town) -> None:
    town.limits()
    with Server(town) as server:
        assert ask(server, "sendMessage", chat_id=GROUP, text="1")["ok"]
        answer = ask(server, "sendMessage", chat_id=GROUP, text="2")
        assert (answer["error_code"], answer["parameters"]) == (429, {"retry_after": 1})
        assert ask(server, "sendMessage", chat_id=8, text="1")["ok"]


# --- what the town hears


def test_in_privacy_mode_the_bot_hears_only_what_is_meant_for_it() -> None:
    town = Town(privacy=True)
    town.person(7, "张阿姨")
    town.group(GROUP)
    town.says(7, "今天天气不错", GROUP)
    assert town.pending() == 0
    town.says(7, "/help", GROUP)
    town.says(7, "@linli_bot 停水了", GROUP)
    assert town.pending() == 2
    town.bot_becomes(GROUP, "administrator")
    town.says(7, "今天天气不错", GROUP)
    assert town.pending() == 4


def test_who_is_not_in_the_group_hears_nothing(town: Town) -> None:
    town.bot_becomes(GROUP, "kicked")
    town.says(7, "停水", GROUP)
    assert town.pending() == 1


def test_a_button_that_is_not_there_cannot_be_pressed_unless_forged(town: Town) -> None:
    with pytest.raises(ValueError, match="no button"):
        town.press(7, GROUP, 1, "t:1:accept")
    assert town.press(7, GROUP, 1, "t:1:accept", forged=True)


def test_a_fault_must_be_one_the_server_knows(town: Town) -> None:
    with pytest.raises(ValueError, match="no such fault"):
        town.fail("teapot")


def test_chaos_is_the_same_for_the_same_seed() -> None:
    def rolls() -> list[str | None]:
        town = Town()
        town.chaos(0.5, ["500", "reset"], seed=7)
        faults = [town.fault_for("getMe") for _ in range(40)]
        return [None if fault is None else fault.kind for fault in faults]

    assert rolls() == rolls()
    assert {"500", "reset", None} == set(rolls())


def test_a_lost_answer_has_had_its_effect(server: Server, town: Town) -> None:
    town.fail("lost", "sendMessage")
    with pytest.raises(ConnectionError):
        ask(server, "sendMessage", chat_id=GROUP, text="x")
    assert len(town.sent(GROUP)) == 1


def test_the_stand_in_notices_when_it_breaks_the_rules_itself(town: Town) -> None:
    town.me["favourite_colour"] = "red"
    with pytest.raises(AssertionError, match="getMe"), ServerItself(town) as server:
        ask(server, "getMe")


def test_a_port_that_is_taken_is_told(server: Server) -> None:
    with pytest.raises(OSError, match="in use"), Server(port=server.port):
        pass


# --- from other processes


def test_another_process_can_act_on_the_town_and_see_what_came_of_it(server: Server) -> None:
    control(server.url, "person", number=5, first_name="小王", started=True)
    control(server.url, "says", person=5, text="你好")
    assert control(server.url, "pending") == 1
    ask(server, "sendMessage", chat_id=5, text="您好")
    assert [message["text"] for message in control(server.url, "sent", chat=5)] == ["您好"]


@pytest.mark.parametrize(("name", "arguments"), [("__init__", {}), ("keep", {}), ("says", {"person": 404})])
def test_another_process_can_do_no_more_than_that(
    server: Server, name: str, arguments: dict[str, int]
) -> None:
    with pytest.raises(ValueError, match=r"no control|KeyError"):
        control(server.url, name, **arguments)


@pytest.mark.slow
def test_it_runs_as_a_process_of_its_own() -> None:
    with RemoteServer() as server:
        server.do("group", number=GROUP)
        server.do("enqueue", raw=updates.message("停水"))
        assert server.do("pending") == 1


# --- python-telegram-bot understands every word of it


def with_library(server: Server, story: Callable[[telegram.Bot], Awaitable[None]]) -> None:
    async def whole() -> None:
        bot = telegram.Bot(
            server.town.token,
            base_url=f"{server.url}/bot",
            base_file_url=f"{server.url}/file/bot",
            request=HTTPXRequest(httpx_kwargs={"trust_env": False}),
            get_updates_request=HTTPXRequest(httpx_kwargs={"trust_env": False}),
        )
        async with bot:
            await story(bot)

    asyncio.run(whole())


def test_the_library_reads_every_update(server: Server, town: Town) -> None:
    town.group(-55, kind="group")
    town.group(-1003, forum=True)
    said = town.says(7, "3栋电梯又停了 @linli_bot", GROUP)
    town.edits(GROUP, said, "3栋2单元电梯又停了")
    town.says(7, "回一下", GROUP, reply_to=said)
    town.says(7, "匿名", GROUP, anonymous=True)
    town.says(7, "路灯", -1003, thread=town.topic(-1003))
    town.album(7, ["a", "b"], "楼道堆物", GROUP)
    town.press(7, GROUP, said, "t:1:x", forged=True)
    town.press(7, GROUP, 99999, "t:1:x", forged=True)
    for status in ("administrator", "restricted", "kicked", "left", "member"):
        town.bot_becomes(GROUP, status)
    town.block(8)
    town.migrate(-55, -1002)

    async def story(bot: telegram.Bot) -> None:
        read = await bot.get_updates(allowed_updates=["message"])
        assert len(read) == town.pending() == 17
        assert read[0].message is not None
        assert read[0].message.parse_entities(["mention"]) != {}
        assert read[8].callback_query is not None
        assert read[8].callback_query.data == "t:1:x"

    with_library(server, story)


def test_the_library_reads_every_answer(server: Server, town: Town) -> None:
    town.bot_becomes(GROUP, "administrator", can_pin_messages=True)

    async def story(bot: telegram.Bot) -> None:
        sent = await bot.send_message(GROUP, "<b>#1</b>", parse_mode="HTML")
        assert (sent.text, sent.entities[0].type) == ("#1", "bold")
        await sent.edit_text("#1 已接单")
        await bot.pin_chat_message(GROUP, sent.message_id)
        await bot.set_message_reaction(GROUP, sent.message_id, "👍")
        photo = await bot.send_photo(GROUP, telegram.InputFile(_picture(), "a.png"), caption="漏水")
        content = await (await photo.photo[-1].get_file()).download_as_bytearray()
        assert bytes(content) == _picture()
        await bot.edit_message_media(telegram.InputMediaPhoto(_picture()), GROUP, photo.message_id)
        await bot.send_document(GROUP, telegram.InputFile(b"PK", "a.xlsx"))
        await bot.set_my_commands([("help", "帮助")], scope=telegram.BotCommandScopeChat(GROUP))
        assert [c.command for c in await bot.get_my_commands(telegram.BotCommandScopeChat(GROUP))] == ["help"]
        assert (await bot.get_chat(GROUP)).title == "春晖苑业主群"
        assert isinstance(await bot.get_chat_member(GROUP, bot.id), telegram.ChatMemberAdministrator)
        assert len(await bot.get_chat_administrators(GROUP)) == 1
        await bot.delete_message(GROUP, sent.message_id)
        await bot.leave_chat(GROUP)

    with_library(server, story)
    assert town.refused() == []


def _picture() -> bytes:
    from tests.botapi.town import picture

    return picture()
