"""Both files together, and what is still missing before the bot can go out to people."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.domain.people import Roster
from bot.files.config import BadFiles, Config, Problem, config_from, read_toml
from bot.files.entries import Wrong, path_from
from bot.files.gateway import WeChatConfig
from bot.files.problems import shown, tell
from bot.files.roster import read_roster, roster_warnings
from bot.files.sections import TelegramConfig, compound_from
from bot.texts import load_texts

EXAMPLE_CHAT = "-100000000"
"""How the chat ids of ``config.example.toml`` begin; no real Telegram group's does."""

_TOKEN = re.compile(r"[0-9]{3,20}:[A-Za-z0-9_-]{20,100}")
_GATEWAY_TOKEN = re.compile(r"[!-~]{8,200}")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the files say, and what is odd but no obstacle."""

    config: Config
    roster: Roster
    warnings: tuple[Problem, ...] = ()


def load_settings(path: Path) -> Settings:
    """The configuration and the roster it names. Raises BadFiles with all problems of both at once."""
    values = read_toml(path)
    folder = path.resolve().parent
    try:
        config = config_from(values, folder, path.name)
    except BadFiles as bad:
        raise BadFiles([*bad.problems, *_roster_problems(values, folder)]) from None
    roster = read_roster(config.files.roster, config.compound)
    return Settings(config, roster, roster_warnings(roster, config))


def _roster_problems(values: Mapping[str, object], folder: Path) -> tuple[Problem, ...]:
    """The roster's problems, as far as a bad configuration lets them be seen."""
    compound, files = compound_from(values), values.get("files", {})
    if compound is None or not isinstance(files, Mapping):
        return ()
    try:
        read_roster(path_from(folder, files.get("roster", "roster.csv")), compound)
    except Wrong:
        return ()
    except BadFiles as bad:
        return bad.problems
    return ()


def telegram_token(config: Config, environ: Mapping[str, str] = os.environ, file: str = "config.toml") -> str:
    """The one token that is given. Raises BadFiles where there is none, or several, or no real one."""
    key, token = _token("telegram", config.telegram, environ, file)
    if not _TOKEN.fullmatch(token):
        raise _bad(file, key, "bad_token")
    return token


def wechat_token(config: Config, environ: Mapping[str, str] = os.environ, file: str = "config.toml") -> str:
    """The gateway's one token that is given. Raises BadFiles where there is none, or several, or an impossible one."""
    key, token = _token("wechat", config.wechat, environ, file)
    if not _GATEWAY_TOKEN.fullmatch(token):
        raise _bad(file, key, "bad_gateway_token")
    return token


def _token(
    name: str, account: TelegramConfig | WeChatConfig | None, environ: Mapping[str, str], file: str
) -> tuple[str, str]:
    """Where an account's token stands, and the token."""
    if account is None:
        raise _bad(file, name, f"no_{name}")
    given = [key for key in ("token", "token_file", "token_env") if getattr(account, key) is not None]
    if len(given) > 1:
        raise _bad(file, name, "tokens", given="、".join(given))
    if account.token is not None:
        return f"{name}.token", account.token.get_secret_value().strip()
    if account.token_file is not None:
        key = f"{name}.token_file"
        try:
            return key, account.token_file.read_bytes()[:1000].decode("utf-8-sig").strip()
        except (OSError, UnicodeDecodeError):
            raise _bad(file, key, "token_file", path=shown(account.token_file, 200)) from None
    if account.token_env is not None:
        token = environ.get(account.token_env, "").strip()
        if not token:
            raise _bad(file, f"{name}.token_env", "token_env", name=shown(account.token_env))
        return f"{name}.token_env", token
    raise _bad(file, name, f"no_token_{name}")


def _bad(file: str, key: str, kind: str, **values: object) -> BadFiles:
    return BadFiles([tell(load_texts(), file, key, f"config.{kind}", **values)])


def missing_for_run(
    config: Config, environ: Mapping[str, str] = os.environ, file: str = "config.toml"
) -> tuple[Problem, ...]:
    """What ``linli run`` still needs; nothing where the bot can go out to people."""
    return tuple(_missing(config, environ, file))


def _missing(config: Config, environ: Mapping[str, str], file: str) -> Iterator[Problem]:
    texts = load_texts()
    if config.telegram is not None or any(group.platform == "telegram" for group in config.groups.all):
        try:
            telegram_token(config, environ, file)
        except BadFiles as bad:
            yield from bad.problems
    if config.wechat is not None or any(group.platform == "wechat" for group in config.groups.all):
        try:
            wechat_token(config, environ, file)
        except BadFiles as bad:
            yield from bad.problems
    for number, group in enumerate(config.groups.owners, 1):
        if group.chat.startswith(EXAMPLE_CHAT):
            yield tell(texts, file, f"groups.owners[{number}].chat", "config.example_chat", value=group.chat)
    for name in ("staff", "supervision", "committee"):
        group = getattr(config.groups, name)
        if group is not None and group.chat.startswith(EXAMPLE_CHAT):
            yield tell(texts, file, f"groups.{name}.chat", "config.example_chat", value=group.chat)
    if config.database.url == "sqlite://":
        yield tell(texts, file, "database.url", "config.fleeting")
