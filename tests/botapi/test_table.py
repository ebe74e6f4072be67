"""The stand-in refuses whatever the published documents do not allow."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.botapi import updates as u
from tests.botapi.table import Refused, Upload, checked, faults, published, reactions

BUTTON = '{"inline_keyboard":[[{"text":"接单","callback_data":"%s"}]]}'


def refusal(method: str, files: dict[str, Upload] | None = None, **sent: Any) -> str:
    with pytest.raises(Refused) as caught:
        checked(method, sent, files or {})
    return caught.value.description


def test_the_table_holds_every_method_and_type() -> None:
    table = published()
    assert table["version"] == "Bot API 10.1"
    assert (len(table["methods"]), len(table["types"])) == (180, 359)
    assert {"👀", "👍", "❤"} <= reactions()


def test_every_method_refuses_a_parameter_it_does_not_have() -> None:
    for method in published()["methods"]:
        assert refusal(method, nonsense="1") == "Bad Request: unknown parameter nonsense"


def test_every_method_refuses_to_go_without_what_it_requires() -> None:
    with_required = [
        (method, name)
        for method, described in published()["methods"].items()
        for name, spec in described["takes"].items()
        if "!" in spec
    ]
    assert len(with_required) > 150
    for method in {method for method, _ in with_required}:
        assert "is empty" in refusal(method)


def test_a_method_that_is_not_published_is_not_found() -> None:
    with pytest.raises(Refused) as caught:
        checked("sendTelepathy", {}, {})
    assert caught.value.code == 404


def test_a_form_and_json_mean_the_same() -> None:
    form = checked("sendMessage", {"chat_id": "-5", "text": "5", "disable_notification": "true"}, {})
    assert form == {"chat_id": -5, "text": "5", "disable_notification": True}
    assert form == checked("sendMessage", {"chat_id": -5, "text": "5", "disable_notification": True}, {})


@pytest.mark.parametrize(
    ("method", "sent", "words"),
    [
        ("getUpdates", {"limit": "0"}, "limit must be 1-100"),
        ("getUpdates", {"limit": "101"}, "limit must be 1-100"),
        ("getUpdates", {"timeout": "soon"}, "timeout"),
        ("getUpdates", {"timeout": True}, "timeout must be of type Integer"),
        ("getUpdates", {"allowed_updates": "message"}, "allowed_updates JSON"),
        ("sendMessage", {"chat_id": "1", "text": "  "}, "message text is empty"),
        ("sendMessage", {"chat_id": "1", "text": "x" * 4097}, "message is too long"),
        ("sendMessage", {"chat_id": "1", "text": "😀" * 2049}, "message is too long"),
        ("sendMessage", {"chat_id": "1", "text": 5}, "text must be of type String"),
        ("sendMessage", {"chat_id": "1", "text": "x", "reply_markup": BUTTON % ""}, "BUTTON_DATA_INVALID"),
        (
            "sendMessage",
            {"chat_id": "1", "text": "x", "reply_markup": BUTTON % ("停" * 22)},
            "BUTTON_DATA_INVALID",
        ),
        ("sendMessage", {"chat_id": "1", "text": "x", "reply_markup": '{"buttons":[]}'}, "reply_markup"),
        ("sendMessage", {"chat_id": "1", "text": "x", "reply_parameters": "{}"}, "message_id"),
        ("sendPhoto", {"chat_id": "1", "photo": "x", "caption": "很" * 1025}, "caption is too long"),
        ("answerCallbackQuery", {"callback_query_id": "1", "text": "很" * 201}, "too long"),
        ("setMessageReaction", {"chat_id": "1", "message_id": "2", "reaction": '[{"type":"x"}]'}, "reaction"),
        ("setMyCommands", {"commands": '[{"command":"","description":"d"}]'}, "BOT_COMMAND_INVALID"),
        (
            "setMyCommands",
            {"commands": json.dumps([{"command": "a", "description": "d" * 257}])},
            "BOT_COMMAND_DESCRIPTION_INVALID",
        ),
        (
            "setMyCommands",
            {"commands": json.dumps([{"command": "a", "description": "d"}] * 101)},
            "BOT_COMMANDS_TOO_MUCH",
        ),
        ("setMyCommands", {"commands": "[]", "scope": '{"type":"chat"}'}, "chat_id"),
    ],
)
def test_a_parameter_that_is_not_as_published_is_refused(
    method: str, sent: dict[str, Any], words: str
) -> None:
    assert words in refusal(method, **sent)


@pytest.mark.parametrize(
    ("method", "sent"),
    [
        ("sendMessage", {"chat_id": "1", "text": "x" * 4096}),
        ("sendMessage", {"chat_id": "1", "text": "x", "reply_markup": BUTTON % ("停" * 21)}),
        ("sendMessage", {"chat_id": "@owners", "text": "x", "reply_markup": '{"force_reply":true}'}),
        ("answerCallbackQuery", {"callback_query_id": "1", "text": ""}),
        (
            "setMessageReaction",
            {"chat_id": "1", "message_id": "2", "reaction": '[{"type":"emoji","emoji":"👍"}]'},
        ),
        ("setMyCommands", {"commands": "[]", "scope": '{"type":"chat","chat_id":5}'}),
        ("getUpdates", {"offset": "-1", "limit": "100", "timeout": "0", "allowed_updates": '["message"]'}),
    ],
)
def test_what_is_as_published_is_taken(method: str, sent: dict[str, object]) -> None:
    assert checked(method, sent, {}).keys() == sent.keys()


def test_files_are_taken_where_files_belong() -> None:
    file = Upload("a.jpg", b"x")
    assert checked("sendPhoto", {"chat_id": "1"}, {"photo": file})["photo"] == file
    assert "takes no file" in refusal("sendPhoto", {"caption": file}, chat_id="1", photo="x")
    assert "unknown file part" in refusal("sendPhoto", {"other": file}, chat_id="1", photo="x")
    assert "was not sent" in refusal("sendPhoto", chat_id="1", photo="attach://other")


@pytest.mark.parametrize(
    "update",
    [
        *(u.message(), u.edited(), u.press(), u.press(None), u.press(under=u.gone()), u.anonymous()),
        *(u.from_channel(), u.from_channel(automatic=False), u.forwarded(), u.in_topic()),
        *(u.message("", voice=u.voice()), u.message("x", chat=u.private())),
        *(u.membership(s) for s in ("creator", "administrator", "member", "restricted", "left", "kicked")),
        *u.album("a", "b", caption="漏水 @linli_bot"),
        *u.migration(),
    ],
)
def test_the_updates_tests_are_made_of_are_as_published(update: dict[str, object]) -> None:
    assert faults("Update", update) == []


def test_an_update_that_is_not_as_published_would_be_noticed() -> None:
    broken = u.message()
    del broken["message"]["date"]
    assert faults("Update", broken) == ["Bad Request: Update.message: field date of Message is missing"]
    assert faults("Update", u.message(colour="red"))
