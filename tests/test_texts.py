"""The catalogue: nothing in it is unused, nothing is missing, and it reads as a neighbour writes."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest

from bot.domain.messages import Standing
from bot.domain.permissions import STEPS, Right
from bot.domain.stages import Stage
from bot.domain.tickets import Outcome, State, Verb
from bot.domain.verdicts import Kind, Severity
from bot.texts import Texts, load_texts
from handlers.bindings import INVITED_FOR
from handlers.commands.table import COMMANDS
from tests.text_uses import catalogue, modules, placeholders, source

RAW = catalogue()
KEYS = sorted(RAW)

MATTER = {"number", "matter", "holder", "until", "into", "voices"}
DIARY = {
    "who", "verb", "people", "role", "until", "into", "merged", "place", "topic", "kind", "severity", "was",
    "department", "before", "stage", "what",
}  # fmt: skip
TOLD = (
    *(verb.value for verb in Verb),
    "filed", "on_behalf", "imported", "place", "severity", "detail", "edited", "voice", "joined", "parted",
    "rang", "climbed", "stepped_back", "rang_all", "unreachable", "vacant", "undelivered", "nobody", "top", "would_ring", "handed_on", "handed_over",
    "rang_again", "taken_back", "late", "agenda", "asked", "refused", "urged",
    "said_solved", "state_told", "referral_reminded", "in_person_confirm", "in_person_reject",
    "persons_seen", "persons_exported", "confidence_exported",
)  # fmt: skip
ASKED_INSTEAD = {
    *(Verb.RESOLVE, Verb.PAUSE, Verb.DECLINE, Verb.ASSIGN, Verb.RECLASS, Verb.MERGE),
    *(Verb.REFER, Verb.ANSWER, Verb.PLAN, Verb.GRADE),
}
"""Steps that one press does not take: they need words, a person, a class or another ticket first."""

FAMILIES: tuple[tuple[str, Iterable[str], set[str]], ...] = (
    ("kind.", Kind, set()),
    ("severity.", Severity, set()),
    ("state.", State, set()),
    ("outcome.", Outcome, set()),
    ("group.", State, MATTER),
    ("card.state.", State, {"holder"}),
    ("button.", Verb, set()),
    ("diary.", TOLD, DIARY),
    ("toast.", [verb for verb in Verb if STEPS[verb] and verb not in ASKED_INSTEAD], {"number"}),
    ("stage.", Stage, set()),
    ("late.", Stage, set()),
    ("ask.", ("proof", "pause", "plan", "decline", "assign", "reclass", "answer"), {"number"}),
    ("committee.", (Standing.MUTED, Standing.GONE), {"group"}),
    ("refused.needs_", (Right.STAFF, Right.COMMITTEE), {"command"}),
    ("command_help.for_", (Right.ANYBODY, Right.STAFF, Right.COMMITTEE), set()),
)
"""Texts whose key is made from a value of the code: what it begins with, the values, and what may be filled in."""

OPERATORS = frozenset(
    [
        "database",
        "festivals",
        "config",
        "roster",
        "area",
        "sheets",
        "rules",
        "run",
        "check",
        "classify",
        "export",
        "import",
        "db",
        "outbox",
        "rules_check",
        "rules_fit",
        "groups",
        "accuracy",
        "replay",
        "cli",
        "demo",
    ]
)
"""Tables that are read by whoever installs Linli, in a terminal; file names and settings are their words."""
KNOWN_WORDS = frozenset({"Excel", "JPG", "PNG", "WebP", "live", "listen", "platform", "chat", "groups"})


def test_the_catalogue_holds_what_its_file_says() -> None:
    assert load_texts().keys == set(KEYS)


def test_every_text_is_asked_for_somewhere() -> None:
    assert len(KEYS) > 800
    assert [key for key in KEYS if not source().asks_for(key)] == []


def test_every_text_that_is_asked_for_exists() -> None:
    uses = source().uses
    assert len(uses) > 400
    assert [(use.where, key) for use in uses for key in sorted(use.keys) if key not in RAW] == []


def test_every_text_is_given_all_the_values_it_shows() -> None:
    checked = [(use, key) for use in source().uses if use.values is not None for key in use.keys]
    assert len(checked) > 400
    short = [(use.where, key, placeholders(RAW[key]) - (use.values or set())) for use, key in checked]
    assert [each for each in short if each[2]] == []


def test_no_value_is_given_that_no_text_shows() -> None:
    idle = [
        (use.where, name)
        for use in source().uses
        if use.values and not any(key.startswith(("group.", "diary.")) for key in use.keys)
        for name in use.values
        if not any(name in placeholders(RAW[key]) for key in use.keys)
    ]
    assert idle == []


@pytest.mark.parametrize(("begins", "members", "fills"), FAMILIES, ids=[family[0] for family in FAMILIES])
def test_every_value_of_the_code_has_its_text(begins: str, members: Iterable[str], fills: set[str]) -> None:
    keys = [f"{begins}{member}" for member in members]
    assert keys
    assert [key for key in keys if key not in RAW] == []
    assert [key for key in keys if placeholders(RAW[key]) - fills] == []


def test_every_event_that_is_written_down_has_its_line_in_the_diary() -> None:
    written = {
        verb
        for path in modules()
        for verb in re.findall(
            r"tickets\.note\(\s*\w+(?:\.\w+)*,\s*\w+(?:\.\w+)*,\s*\"(\w+)\"", path.read_text(encoding="utf-8")
        )
    }
    assert {"rang", "top", "parted"} <= written
    assert written <= set(TOLD)


def test_every_command_says_what_it_does_and_how_it_is_written() -> None:
    assert len(COMMANDS) > 30
    for command in COMMANDS:
        assert f"command.{command.name}.does" in RAW
        usage = RAW[f"command.{command.name}.usage"]
        assert any(word in usage for word in (command.name, *command.aliases)), command.name


def test_no_text_is_left_of_a_command_that_is_gone() -> None:
    described = {key.split(".")[1] for key in KEYS if key.startswith("command.") and key.count(".") == 2}
    assert described == {command.name for command in COMMANDS}


def test_what_a_command_does_fits_into_a_menu() -> None:
    # Telegram cuts a command's description at 256 characters; a phone shows about 20 Chinese ones.
    assert [c.name for c in COMMANDS if len(RAW[f"command.{c.name}.does"]) > 24] == []


def test_texts_are_not_in_a_programmers_words() -> None:
    found = {}
    for key in KEYS:
        if key.split(".")[0] in OPERATORS:
            continue
        plain = re.sub(r"\{\w+[^{}]*\}|/[a-z]+|[\w.]+\.(?:toml|csv)|b2x7…", " ", RAW[key])
        strange = set(re.findall(r"[A-Za-z][A-Za-z_-]*", plain)) - KNOWN_WORDS
        if strange:
            found[key] = strange
    assert found == {}


def test_chinese_sentences_have_chinese_punctuation() -> None:
    wrong = []
    for key in KEYS:
        # Column heads are narrow; addresses and the shape of a token are typed as they stand.
        if key.startswith("demo.column."):
            continue
        plain = re.sub(r"\w+://\S+|“数字:一长串字母数字”", "", RAW[key])
        if re.search(r"[\u4e00-\u9fff][,;:?!()](?!\w*\})|[,;:?!()][\u4e00-\u9fff]", plain):
            wrong.append(key)
    assert wrong == []


def test_nothing_is_spaced_twice_or_left_hanging() -> None:
    for key in KEYS:
        # What is laid out in columns on a terminal has its spaces on purpose.
        if not key.startswith("demo."):
            assert "  " not in RAW[key], key
            assert not RAW[key].endswith((" ", "\n")), key
            assert not RAW[key].startswith(" ") or RAW[key].startswith(" · "), key
        assert "\t" not in RAW[key], key


@pytest.mark.parametrize(
    ("word", "others"),
    [
        ("密钥", ["这个 token", "令牌"]),
        ("群号", ["群编号", "群 ID", "群id"]),
        ("名册", ["花名册", "人员表"]),
        ("楼栋", ["楼幢", "楼座"]),
        ("工单", ["单据", "案件"]),
    ],
)
def test_one_thing_has_one_word(word: str, others: list[str]) -> None:
    assert any(word in RAW[key] for key in KEYS)
    assert [key for key in KEYS if any(other in RAW[key] for other in others)] == []


def test_brackets_and_quotes_are_closed() -> None:
    for key in KEYS:
        for opening, closing in ("（）", "“”", "【】", "《》"):
            assert RAW[key].count(opening) == RAW[key].count(closing), key


def test_no_text_promises_minutes() -> None:
    """What is promised is configured and enforced, so that a number of minutes always comes from a value."""
    examples = {"command.mute.usage", "demo.help"}  # what somebody may type
    found = {key for key in KEYS if re.search(r"[\d一二三四五六七八九十]+\s*分钟(?!前)", RAW[key])}
    assert found == examples


def test_how_long_an_invitation_holds_is_said_as_it_is() -> None:
    saying = [key for key in KEYS if key.startswith(("command_invite.", "binding.")) and "小时" in RAW[key]]
    hours = int(INVITED_FOR.total_seconds() // 3600)
    assert len(saying) >= 3
    assert all(f"{hours} 小时" in RAW[key] for key in saying)


def test_a_missing_text_or_value_is_an_error_and_no_gap() -> None:
    texts = Texts({"greeting": "您好，{name}"})
    assert texts("greeting", name="张阿姨") == "您好，张阿姨"
    with pytest.raises(KeyError):
        texts("greetings")
    with pytest.raises(KeyError):
        texts("greeting")


def test_what_people_write_is_never_read_as_a_placeholder() -> None:
    assert Texts({"words": "“{text}”"})("words", text="{number} {text}") == "“{number} {text}”"
