"""The log: a line per record, and no secret in any of them, whichever way it came in."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Iterator
from datetime import timedelta, timezone
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.logs import HIDDEN, redactor, set_up
from bot.webhook import door

TOKEN = "4200000000:AAstand-in-token-of-no-real-bot-0123"
DATABASE = "postgresql+psycopg://linli:s3cret/p@ss word@db.example.org/linli"
PROXY = "socks5://linli:pr0xy-pass@127.0.0.1:1080"
DOOR = door(TOKEN, "https://linli.example.org/telegram", "127.0.0.1:8090")
SECRETS = (TOKEN, DATABASE, PROXY, DOOR.path, DOOR.header)
CODE = "b2hzjzzmjcgzkdcingdeqqrh3ze"

PARTS = ("AAstand-in-token-of-no-real-bot-0123", "s3cret", "pr0xy-pass", DOOR.path, DOOR.header, CODE)
"""What must never be seen, however it is wrapped."""

LEAKS = (
    f"token {TOKEN}",
    f"POST https://api.telegram.org/bot{TOKEN}/sendMessage",
    f"POST https://api.telegram.org/bot{quote(TOKEN)}/sendMessage",
    f"file/bot{quote(TOKEN, safe=':')}/photos/1.jpg",
    f"cannot connect to {DATABASE}",
    "cannot connect to postgresql://linli:s3cret@127.0.0.1/linli",
    f"proxy {PROXY} refuses",
    f"setWebhook {DOOR.full_url}",
    f"header {DOOR.header}",
    f"https://t.me/linli_bot?start={CODE}",
    f"/bind {CODE} 王主任",
    f"/bind {CODE.upper()} 王主任",
    repr({"token": TOKEN, "url": DATABASE}),
    quote_plus(f"a={TOKEN}&b={DATABASE}"),
)


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """What the log writes; afterwards logging is as it was."""
    root, hook = logging.getLogger(), sys.excepthook
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in ("httpx", "telegram", "sqlalchemy", "asyncio")}
    stream = io.StringIO()
    set_up(logging.INFO, SECRETS, stream, timezone(timedelta(hours=8)))
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    sys.excepthook = hook
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


def _clean(written: str) -> bool:
    assert written, "a log that says nothing would hide everything"
    return not [part for part in PARTS if part.lower() in written.lower()]


@pytest.mark.parametrize("leak", LEAKS)
def test_no_secret_is_in_a_line_however_it_is_quoted(stream: io.StringIO, leak: str) -> None:
    log = logging.getLogger("bot.dispatch")
    log.info(leak)
    log.warning("said: %s", leak)
    log.error("said: %r", {"why": leak})

    assert len(stream.getvalue().splitlines()) == 3
    assert _clean(stream.getvalue())
    assert HIDDEN in stream.getvalue()


def _breaks(leak: str) -> None:
    raise OSError(leak)


def _fails(leak: str) -> None:
    try:
        _breaks(leak)
    except OSError as inner:
        raise RuntimeError(f"failed: {leak}") from inner


@pytest.mark.parametrize("leak", LEAKS)
def test_no_secret_is_in_an_exception_nor_in_what_caused_it(stream: io.StringIO, leak: str) -> None:
    try:
        _fails(leak)
    except RuntimeError:
        logging.getLogger("bot.service").exception("stopped")

    (line,) = stream.getvalue().splitlines()
    assert "RuntimeError" in line
    assert "OSError" in line
    assert _clean(line)


@pytest.mark.parametrize("leak", LEAKS)
def test_no_secret_is_in_what_nobody_caught(stream: io.StringIO, leak: str) -> None:
    try:
        _fails(leak)
    except RuntimeError as fault:
        sys.excepthook(RuntimeError, fault, fault.__traceback__)

    assert "stopped by an error" in stream.getvalue()
    assert _clean(stream.getvalue())


def test_a_slip_in_a_log_line_costs_neither_the_line_nor_a_secret(stream: io.StringIO) -> None:
    # pytest's own handler, which is beside ours, would complain of it.
    (ours,) = (each for each in logging.getLogger().handlers if getattr(each, "stream", None) is stream)
    ours.handle(logging.makeLogRecord({"msg": "%d updates from %s", "args": (TOKEN,)}))

    (line,) = stream.getvalue().splitlines()
    assert "updates from" in line
    assert _clean(line)


def test_a_secret_over_two_lines_is_hidden_before_they_are_joined(stream: io.StringIO) -> None:
    logging.getLogger("bot").info("first %s\nsecond %s", TOKEN, DOOR.header)

    (line,) = stream.getvalue().splitlines()
    assert " ⏎ second" in line
    assert _clean(line)


def test_a_line_has_its_moment_level_and_place(stream: io.StringIO) -> None:
    logging.getLogger("bot.polling").warning("telegram: %s", "slow")

    (line,) = stream.getvalue().splitlines()
    moment, level, place, said = line.split(" ", 3)
    assert moment.endswith("+08:00")
    assert (level, place, said) == ("WARNING", "bot.polling:", "telegram: slow")


def test_what_people_write_cannot_forge_a_line(stream: io.StringIO) -> None:
    logging.getLogger("bot").info(
        "title %s", "群\n2026-06-16T09:00:00+08:00 INFO bot: all is well\x1b[2J\u202e"
    )

    (line,) = stream.getvalue().splitlines()
    assert "\x1b" not in line
    assert "\u202e" not in line


@pytest.mark.parametrize("name", ["httpx", "httpcore", "telegram", "sqlalchemy.engine", "apscheduler", "PIL"])
def test_libraries_that_would_log_addresses_speak_only_of_trouble(stream: io.StringIO, name: str) -> None:
    logging.getLogger(name).info("GET https://api.telegram.org/")
    assert stream.getvalue() == ""
    logging.getLogger(name).warning("GET https://api.telegram.org/bot%s/", TOKEN)
    assert _clean(stream.getvalue())


@given(st.text(alphabet=st.characters(codec="ascii", exclude_categories=["C"]), min_size=4, max_size=40))
def test_whatever_a_secret_is_it_is_hidden(secret: str) -> None:
    assume("*" not in secret)
    hide = redactor([secret])
    for form in (secret, quote(secret, safe=""), quote_plus(secret), repr(secret)[1:-1]):
        assert hide(f"-{form}-") == f"-{HIDDEN}-"


@pytest.mark.parametrize("words", ["", "a", "ab", "abc"])
def test_what_is_too_short_to_be_a_secret_riddles_no_line(words: str) -> None:
    assert redactor([words])("abc abc") == "abc abc"


def test_ordinary_words_are_left_alone() -> None:
    line = (
        "listening from update 500001; backup-of-the-whole-database.tar.gz; https://t.me/linli_bot?start=t12"
    )
    assert redactor(SECRETS)(line) == line
