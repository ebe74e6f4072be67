"""Building the bot from its files, and what an operator is told when that, or running, cannot be."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from importlib.util import find_spec
from pathlib import Path

from bot.accounts import Account
from bot.calendar.festivals import load_festivals
from bot.classify.classifier import Classifier
from bot.classify.rulebook import RulebookError, load_rulebook
from bot.clock import Clock, SystemClock
from bot.files.config import Config, TelegramConfig
from bot.files.gateway import WeChatConfig
from bot.files.problems import BadFiles, Problem, tell
from bot.files.settings import Settings, load_settings, missing_for_run, telegram_token, wechat_token
from bot.logs import set_up
from bot.on_telegram import OnTelegram
from bot.platforms.telegram.account import Telegram
from bot.platforms.telegram.http import WrongToken
from bot.polling import Pauses
from bot.service import Service
from bot.texts import Texts, load_texts
from bot.webhook import Door, door
from handlers.context import Files
from storage.database import Database, DatabaseTrouble
from storage.lease import LeaseLost
from storage.migrations import require_current, schema_state, upgrade

_OK, _TROUBLE, _WRONG_FILES = 0, 1, 2
RULES = "rules.toml"


def read_files(config_path: Path) -> Files:
    """Everything the committee's files say. Raises BadFiles with every problem of all of them."""
    settings = load_settings(config_path)
    return build_files(settings)


def build_files(settings: Settings) -> Files:
    """The rules, the festivals and the classifier that a configuration names. Raises BadFiles."""
    config = settings.config
    festivals = load_festivals(config.files.festivals)
    try:
        book = load_rulebook(config.files.rules)
    except RulebookError as bad:
        raise BadFiles([Problem(RULES, "", line, "") for line in bad.problems]) from None
    cache = config.files.media.parent / "jieba"
    classifier = Classifier(book, cache_dir=cache, known=config.compound.area)
    return Files(config, settings.roster, book, classifier, festivals)


def open_database(config: Config) -> Database:
    """The database, its schema made if it is empty. Raises DatabaseTrouble where it does not match."""
    database = Database(config.database.url)
    if schema_state(database) == "empty":
        upgrade(database)
    require_current(database)
    return database


def telegram_of(config: Config, token: str) -> Telegram:
    """The Telegram account of a configuration."""
    account = config.telegram or TelegramConfig()
    return Telegram(token, media=config.files.media, base_url=account.base_url, proxy=account.proxy)


def door_of(config: Config, token: str) -> Door | None:
    """Where Telegram posts updates to; None where it is asked for them."""
    account = config.telegram
    if account is None or account.mode != "webhook" or account.webhook_url is None:
        return None
    return door(token, account.webhook_url, account.webhook_listen)


def run(config_path: Path, pauses: Pauses | None = None) -> int:
    """Run the bot of a configuration until it is stopped. Returns the exit code: 0, 1 trouble, 2 wrong files."""
    texts = load_texts()
    try:
        _run(config_path, pauses or Pauses())
    except BadFiles as bad:
        for problem in bad.problems:
            _tell(str(problem))
        return _WRONG_FILES
    except DatabaseTrouble as trouble:
        _tell(str(trouble))
    except WrongToken:
        _tell(texts("run.wrong_token"))
    except LeaseLost:
        _tell(texts("run.lease_lost"))
    else:
        return _OK
    return _TROUBLE


def _run(config_path: Path, pauses: Pauses) -> None:
    settings = load_settings(config_path)
    config = settings.config
    problems = missing_for_run(config, os.environ, config_path.name)
    if problems:
        raise BadFiles(problems)
    texts, clock = load_texts(), SystemClock()
    secrets = [config.database.url]
    accounts: list[Account] = []
    if config.telegram is not None:
        token = telegram_token(config)
        at = door_of(config, token)
        secrets += [token, config.telegram.proxy or "", *([at.path, at.header] if at else [])]
        telegram = telegram_of(config, token)
        bot = token.partition(":")[0]
        accounts.append(OnTelegram(telegram, bot, config, clock, texts, _tell, pauses, at))
    if config.wechat is not None:
        key = wechat_token(config)
        secrets.append(key)
        accounts.append(_on_wechat(config, config.wechat, key, clock, texts))
    set_up(logging.INFO, [secret for secret in secrets if secret], sys.stderr, config.compound.zone)
    for warning in settings.warnings:
        _tell(str(warning))
    files = build_files(settings)
    database = open_database(config)
    try:
        service = Service(
            files=files,
            read_files=lambda: read_files(config_path),
            database=database,
            accounts=accounts,
            clock=clock,
            texts=texts,
            tell=_tell,
        )
        asyncio.run(service.run())
    finally:
        database.close()


def _on_wechat(config: Config, account: WeChatConfig, token: str, clock: Clock, texts: Texts) -> Account:
    if find_spec("wechaty_puppet_service") is None:
        raise BadFiles([tell(texts, "config.toml", "wechat", "config.no_wechaty")])
    # Only now: whoever does not use WeChat need not have its packages, and need not wait for them.
    from bot.on_wechat import on_wechat  # noqa: PLC0415

    picture = config.files.media.parent / "wechat-login.png"
    return on_wechat(
        account, token, picture, clock, texts, config.compound.zone, _tell, media=config.files.media
    )


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201  # the operator's terminal
