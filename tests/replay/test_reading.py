"""Promise: a history is read in the shapes in which people have it, and what is wrong is named by its line."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.replay import lines, wechat_text
from bot.replay.history import BadHistory, Part, Said
from bot.replay.reading import read_history

ZONE = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 5, 20)


def _read(tmp_path: Path, text: str) -> list[Said]:
    path = tmp_path / "history"
    path.write_text(text, encoding="utf-8")
    return read_history(path, ZONE, TODAY)


def _line(**values: Any) -> str:
    return json.dumps(
        {"id": "1", "time": "2026-05-12T10:05:00+08:00", "speaker": "张阿姨", "text": "早"} | values,
        ensure_ascii=False,
    )


def _wrong(tmp_path: Path, text: str) -> list[tuple[int, str]]:
    with pytest.raises(BadHistory) as bad:
        _read(tmp_path, text)
    return [(trouble.line, trouble.kind) for trouble in bad.value.troubles]


def test_json_lines_are_read_with_role_and_reply(tmp_path: Path) -> None:
    rows = [_line(), _line(id=2, speaker="小陈", role="staff", reply_to="1", time="2026-05-12T10:06:00")]
    first, second = _read(tmp_path, "\n".join([*rows, ""]))

    assert (first.id, first.part, first.at) == ("1", Part.RESIDENT, datetime(2026, 5, 12, 2, 5, tzinfo=UTC))
    assert (second.part, second.reply_to, second.at.minute) == (Part.STAFF, "1", 6)


def test_messages_are_played_in_order_of_time_whatever_the_file_s(tmp_path: Path) -> None:
    times = ("2026-05-12T10:09:00", "2026-05-11T10:00:00", "2026-05-12T02:08:00Z")
    text = "\n".join(_line(id=n, time=time) for n, time in enumerate(times))

    assert [said.id for said in _read(tmp_path, text)] == [1, 2, 0]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("{", "not_json"),
        ("[]", "no_object"),
        (_line(id=None), "no_id"),
        (_line(id=True), "no_id"),
        (_line(speaker=" "), "no_speaker"),
        (_line(text=None), "no_text"),
        (_line(time="昨天"), "bad_time"),
        (_line(time=None), "no_time"),
        (_line(role="boss"), "bad_role"),
        (_line(reply_to=[1]), "bad_reply"),
        (_line(), "same_id"),
        ('{"id": 3, "time": NaN}', "not_json"),
    ],
)
def test_a_line_that_is_no_message_is_named(tmp_path: Path, line: str, kind: str) -> None:
    assert _wrong(tmp_path, f"{_line()}\n\n{line}\n") == [(3, kind)]


def test_all_bad_lines_are_named_at_once(tmp_path: Path) -> None:
    assert [line for line, _ in _wrong(tmp_path, f"{_line()}\nx\n{_line(id=2)}\ny\n")] == [2, 4]


def test_an_empty_file_and_another_encoding_are_said_so(tmp_path: Path) -> None:
    assert _wrong(tmp_path, " \n") == [(1, "empty")]
    path = tmp_path / "gbk"
    path.write_bytes("张阿姨 10:05\n".encode("gbk"))
    with pytest.raises(BadHistory, match="not_utf8"):
        read_history(path, ZONE, TODAY)


@pytest.mark.parametrize(
    ("text", "photos", "voice", "words"),
    [
        ("[图片]", 1, False, ""),
        ("三单元漏水[图片][图片]", 2, False, "三单元漏水"),
        ("[語音]", 0, True, ""),
        ("[语音转文字] 电梯又停了", 0, False, "电梯又停了"),
        ("[微笑]", 0, False, "[微笑]"),
    ],
)
def test_what_stands_for_photos_and_voices_becomes_them(
    tmp_path: Path, text: str, photos: int, voice: bool, words: str
) -> None:
    (said,) = _read(tmp_path, _line(text=text))

    assert (said.photos, said.voice, said.text) == (photos, voice, words)


def test_a_quotation_is_a_reply_and_is_not_said_again(tmp_path: Path) -> None:
    quoting = "「张阿姨：电梯停了」\n- - - - - - - -\n马上来"
    _, said = _read(tmp_path, "\n".join([_line(text="电梯停了"), _line(id=2, speaker="小陈", text=quoting)]))

    assert (said.reply_to, said.text) == ("1", "马上来")


def test_a_telegram_export_is_read(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"id": 1, "type": "service", "action": "create_group", "date_unixtime": "1"},
        {"id": 2, "type": "message", "date": "2026-05-12T10:05:00", "date_unixtime": "1778551500",
         "from": "张阿姨", "from_id": "user7", "text": ["电梯", {"type": "bold", "text": "停了"}]},
        {"id": 3, "type": "message", "date": "2026-05-12T10:06:00", "from": None, "from_id": "user8",
         "text": "", "photo": "photos/1.jpg", "reply_to_message_id": 2},
        {"id": 4, "type": "message", "date": "2026-05-12T10:07:00", "from": "李叔", "from_id": "user9",
         "text": "", "media_type": "voice_message"},
    ]  # fmt: skip
    export = json.dumps({"name": "业主群", "type": "private_supergroup", "messages": rows}, indent=1)
    first, second, third = _read(tmp_path, export)

    assert (first.text, first.account, first.at) == (
        "电梯停了",
        "user7",
        datetime(2026, 5, 12, 2, 5, tzinfo=UTC),
    )
    assert (second.speaker, second.photos, second.reply_to) == ("user8", 1, 2)
    assert third.voice


def test_an_export_on_one_line_is_no_json_lines(tmp_path: Path) -> None:
    row = {"id": 2, "type": "message", "date": "2026-05-12T10:05:00", "from": "张阿姨", "text": "早"}

    assert [said.text for said in _read(tmp_path, json.dumps({"messages": [row]}))] == ["早"]


def test_the_export_of_a_whole_account_is_refused(tmp_path: Path) -> None:
    assert _wrong(tmp_path, json.dumps({"chats": {"list": []}}, indent=1)) == [(1, "whole_account")]


@pytest.mark.parametrize(
    "header",
    [
        "张阿姨 2026年5月12日 10:05",
        "张阿姨 2026-05-12 10:05:00",
        "2026-05-12 10:05:00 张阿姨",
        "张阿姨  2026/5/12 上午10:05",
        "[2026-05-12 10:05] 张阿姨",
        "张阿姨 (2026年5月12日 10:05):",
    ],
)
def test_pasted_wechat_text_is_read_in_its_usual_shapes(tmp_path: Path, header: str) -> None:
    (said,) = _read(tmp_path, f"{header}\n电梯停了\n第二行\n")

    assert (said.speaker, said.text, said.line) == ("张阿姨", "电梯停了\n第二行", 1)
    assert said.at == datetime(2026, 5, 12, 2, 5, tzinfo=UTC)


def test_hours_without_a_date_go_on_past_midnight(tmp_path: Path) -> None:
    text = "2026年5月12日 星期二\n张阿姨 23:50\n停电了\n李叔 0:10\n我家也是\n老李 下午3:20\n来电了\n"

    assert [f"{said.at:%d %H:%M}" for said in _read(tmp_path, text)] == ["12 23:50", "13 00:10", "13 15:20"]


def test_hours_without_any_date_are_today_s(tmp_path: Path) -> None:
    (said,) = _read(tmp_path, "张阿姨 10:05\n[图片]\n")

    assert (said.at.date(), said.photos) == (TODAY, 1)


def test_a_sentence_with_an_hour_is_no_header(tmp_path: Path) -> None:
    (said,) = _read(tmp_path, "张阿姨 10:05\n明天停水，时间是 9:00\n")

    assert said.text == "明天停水，时间是 9:00"


def test_text_before_the_first_header_is_named(tmp_path: Path) -> None:
    assert _wrong(tmp_path, "\n电梯停了\n张阿姨 10:05\n早\n") == [(2, "no_header")]
    assert _wrong(tmp_path, "张阿姨 2026年13月1日 10:05\n早\n")[0] == (1, "bad_time")


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    for shape in ("lines", "pasted"):
        try:
            found = lines.read(text, ZONE) if shape == "lines" else wechat_text.read(text, ZONE, TODAY)
        except BadHistory as bad:
            assert bad.troubles
        else:
            assert all(said.at.tzinfo is not None for said in found)
