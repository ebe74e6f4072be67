"""``linli check``: looks at everything that has to be in order and says how to mend what is not.

Nothing is changed: no table is made, no folder left behind, no webhook taken down, no message sent.
"""

from __future__ import annotations

import os
import pwd
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from importlib.util import find_spec
from pathlib import Path

from bot.calendar import workdays
from bot.calendar.festivals import load_festivals, upcoming
from bot.classify.classifier import Classifier
from bot.classify.own import Addition, extend
from bot.classify.rulebook import Rulebook, RulebookError, load_rulebook
from bot.cli.checkup_telegram import telegram_findings
from bot.cli.findings import TROUBLE, WRONG_FILES, Finding, Findings, Mark, of_problem
from bot.cli.folders import private_cache, sqlite_file
from bot.domain.people import Role, Roster
from bot.files.config import BadFiles, Config, load_config
from bot.files.problems import shown
from bot.files.roster import load_roster, roster_warnings
from bot.files.settings import load_settings, missing_for_run
from bot.texts import Texts, load_texts
from storage.compound import find_compound
from storage.corrections import Standing
from storage.database import Database, DatabaseTrouble
from storage.migrations import SchemaMismatch, require_current, schema_state
from storage.probe import require_writable
from storage.store import open_store

_LITTLE, _TOO_LITTLE = 1_000_000_000, 100_000_000
"""Bytes free on a disk."""


@dataclass(frozen=True, slots=True)
class _Look:
    """What every look needs."""

    path: Path
    texts: Texts
    say: Findings
    environ: Mapping[str, str]
    now: datetime


def checkup(path: Path, now: datetime, environ: Mapping[str, str] = os.environ) -> Iterator[Finding]:
    """Every finding on the configuration in ``path``, as soon as it is known; the network comes last."""
    texts = load_texts()
    look = _Look(path, texts, Findings(texts), environ, now)
    try:
        config = load_config(path)
    except BadFiles:
        yield from _bad_files(look)
        return
    yield from _config(look, config)
    yield from _roster(look, config)
    yield from _rules(look, config)
    yield from _festivals(look, config)
    yield from _workdays(look, config)
    yield look.say.fine("texts", count=len(texts.keys))
    yield from _secrets(look, config)
    yield from map(of_problem, missing_for_run(config, environ, path.name))
    yield from _database(look, config)
    yield from _media(look, config)
    yield from _owner(look, config)
    yield from _disk(look, config)
    yield from telegram_findings(config, look.say, environ)
    yield from _wechat(look, config)


def _wechat(look: _Look, config: Config) -> Iterator[Finding]:
    if config.wechat is None:
        return
    if find_spec("wechaty_puppet_service") is None:
        yield look.say.wrong("wechat_packages")
        return
    # Only now: whoever does not use WeChat need not have its packages.
    from bot.cli.checkup_wechat import wechat_findings  # noqa: PLC0415

    yield from wechat_findings(config, look.say, look.environ)


def _bad_files(look: _Look) -> Iterator[Finding]:
    """What can be said while the configuration cannot be used: its problems and, where it can be read, the roster's."""
    try:
        load_settings(look.path)
    except BadFiles as bad:
        yield from map(of_problem, bad.problems)
    yield from _rules(look, None)
    yield look.say.odd("stopped")


def _config(look: _Look, config: Config) -> Iterator[Finding]:
    yield look.say.fine(
        "config",
        file=look.path.name,
        compound=config.compound.name,
        buildings=len(config.compound.every_building),
        owners=len(config.groups.owners),
        others=len(config.groups.all) - len(config.groups.owners),
        mode=look.texts(f"check.mode_{config.mode}"),
    )
    if config.privacy.cross_border:
        yield look.say.odd("border_open")
    elif config.wechat is not None and config.telegram is not None:
        yield look.say.fine("border_closed")


def _roster(look: _Look, config: Config) -> Iterator[Finding]:
    path = config.files.roster
    if not path.exists():
        missing = look.say.wrong("no_roster", file=shown(path, 200))
        yield replace(missing, code=WRONG_FILES)
        return
    try:
        roster = load_roster(path, config)
    except BadFiles as bad:
        yield from map(of_problem, bad.problems)
        return
    today = look.now.astimezone(config.compound.zone).date()
    yield look.say.fine("roster", file=path.name, **_heads(roster))
    ended = sorted({d.name for d in roster.duties if d.until is not None and d.until < today})
    if ended:
        yield look.say.odd("ended", names=shown("、".join(ended), 60))
    yield from map(of_problem, roster_warnings(roster, config))


def _heads(roster: Roster) -> dict[str, int]:
    workers = {d.person for d in roster.duties if d.role is Role.GRID_WORKER}
    return {
        "people": len({d.person for d in roster.duties}),
        "workers": len(workers),
        "grids": len({d.grid for d in roster.duties if d.grid}),
    }


def _rules(look: _Look, config: Config | None) -> Iterator[Finding]:
    """The rules; those of the compound's own file must also do what their examples promise."""
    own = config.files.rules if config else None
    try:
        book = load_rulebook(own)
    except RulebookError as bad:
        for problem in bad.problems:
            what, _, remedy = problem.partition("。")
            yield Finding(Mark.WRONG, what, remedy, WRONG_FILES)
        return
    owned = [rule for rule in book.rules.values() if rule.own]
    key = "own_rules" if own else "rules"
    yield look.say.fine(key, rules=len(book.rules), topics=len(book.topics), own=len(owned))
    strange = {own.topic for own in config.clocks.own if own.topic} - set(book.topics) if config else set()
    for topic in sorted(strange):
        yield look.say.odd("clock_topic", topic=shown(topic), topics="、".join(book.topics))
    if config is not None and owned:
        yield from _own_examples(look, config, book)


def _own_examples(look: _Look, config: Config, book: Rulebook) -> Iterator[Finding]:
    with private_cache(look.environ) as cache:
        classifier = Classifier(book, cache_dir=cache, known=config.compound.area)
    for rule in (rule for rule in book.rules.values() if rule.own):
        for expected, examples in ((True, rule.examples), (False, rule.not_examples)):
            for text in examples:
                hits = classifier.hits(text, staff=rule.staff is True)
                if any(hit.rule.id == rule.id for hit in hits) is not expected:
                    key = "silent_rule" if expected else "loud_rule"
                    yield look.say.odd(key, rule=rule.id, text=shown(text))


def _festivals(look: _Look, config: Config) -> Iterator[Finding]:
    try:
        festivals = load_festivals(config.files.festivals)
    except BadFiles as bad:
        yield from map(of_problem, bad.problems)
        return
    today = look.now.astimezone(config.compound.zone).date()
    coming = upcoming(festivals, today, 1)
    if not coming:
        yield look.say.fine("no_festivals")
        return
    enabled = sum(festival.enabled for festival in festivals)
    day = coming[0].date
    yield look.say.fine(
        "festivals", count=enabled, name=coming[0].festival.name, month=day.month, day=day.day
    )


def _workdays(look: _Look, config: Config) -> Iterator[Finding]:
    """Up to when the days off are known; from December on the next year's should be."""
    soon = (look.now.astimezone(config.compound.zone).date() + timedelta(days=31)).year
    if workdays.known(soon):
        yield look.say.fine("workdays", year=workdays.last_known())
    else:
        yield look.say.odd("workdays_unknown", year=soon)


def _secrets(look: _Look, config: Config) -> Iterator[Finding]:
    """Files with a token or a password in them that others on this machine may read."""
    account = config.telegram
    inside = account is not None and (account.token is not None or "@" in (account.proxy or ""))
    files = [look.path] if inside or "@" in config.database.url else []
    if account is not None and account.token_file is not None:
        files.append(account.token_file)
    for file in files:
        if file.is_file() and file.stat().st_mode & 0o077:
            yield look.say.odd("readable", file=shown(file, 200))


def _database(look: _Look, config: Config) -> Iterator[Finding]:
    url = config.database.url
    path = sqlite_file(config)
    if path is not None and not path.exists():
        # Opening it would already make it.
        folder = _nearest(path.parent)
        if os.access(folder, os.W_OK | os.X_OK):
            yield look.say.fine("database_new", path=shown(path, 200))
        else:
            yield look.say.wrong("folder", path=shown(folder, 200))
        return
    if url == "sqlite://":
        return  # told as a fault of the configuration
    database = None
    try:
        database = Database(url)
        name = shown(path or database.redacted_url(), 200)
        if schema_state(database) == "empty":
            yield look.say.fine("database_empty", path=name)
            return
        require_current(database)
        require_writable(database, look.now)
    except SchemaMismatch as mismatch:
        yield Finding(Mark.WRONG, mismatch.what.removesuffix("。"), mismatch.remedy, TROUBLE)
    except DatabaseTrouble as trouble:
        yield Finding(Mark.WRONG, trouble.what.removesuffix("。"), trouble.remedy, TROUBLE)
    else:
        yield look.say.fine("database", path=name)
        yield from _own_rules(look, config, database)
    finally:
        if database is not None:
            database.close()


def _own_rules(look: _Look, config: Config, database: Database) -> Iterator[Finding]:
    """What the committee made its own by /rules, and what of it an upgrade has left without its words."""
    with database.reading() as conn:
        compound = find_compound(conn, config.compound.code) or 0
        kept = open_store(conn, compound).corrections.changes(Standing.ACTIVE)
    if not kept:
        return
    try:
        book = load_rulebook(config.files.rules)
    except RulebookError:
        return  # told with the rules
    with private_cache(look.environ) as cache:
        classifier = Classifier(book, cache_dir=cache, known=config.compound.area)
    additions = [Addition(change.version, change.what, change.body) for change in kept]
    unfit = extend(classifier, additions, look.texts).unfit
    for one in unfit:
        yield look.say.odd("own_change", version=one.version, reason=one.reason)
    if len(unfit) < len(kept):
        yield look.say.fine("own_changes", count=len(kept) - len(unfit))


def _media(look: _Look, config: Config) -> Iterator[Finding]:
    media = config.files.media
    folder = _nearest(media)
    try:
        if not folder.is_dir():
            raise NotADirectoryError
        # A file without a name: nothing is left behind, whatever happens.
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError:
        yield look.say.wrong("folder", path=shown(folder, 200))
        return
    yield look.say.fine("media" if media.is_dir() else "media_new", path=shown(media, 200))


def _owner(look: _Look, config: Config) -> Iterator[Finding]:
    """Files that root makes cannot be opened by the user that the bot runs as."""
    path = _nearest(sqlite_file(config) or config.files.media)
    owner = path.stat().st_uid
    if os.geteuid() == 0 and owner != 0:
        try:
            user = pwd.getpwuid(owner).pw_name
        except KeyError:
            user = f"#{owner}"
        yield look.say.odd("foreign_owner", path=shown(path, 200), user=user)


def _disk(look: _Look, config: Config) -> Iterator[Finding]:
    """The disks of database and photos, each once."""
    path = sqlite_file(config)
    folders = {
        _nearest(folder) for folder in ((path.parent, config.files.media) if path else (config.files.media,))
    }
    disks = {folder.stat().st_dev: folder for folder in sorted(folders, reverse=True)}
    for folder in disks.values():
        free = shutil.disk_usage(folder).free
        values = {"path": shown(folder, 200), "free": _size(free)}
        if free < _TOO_LITTLE:
            yield look.say.wrong("disk_full", **values)
        elif free < _LITTLE:
            yield look.say.odd("disk_low", **values)
        else:
            yield look.say.fine("disk", **values)


def _nearest(folder: Path) -> Path:
    """The folder itself, or the nearest one above it that is there."""
    return next(place for place in (folder, *folder.absolute().parents) if place.exists())


def _size(free: int) -> str:
    return f"{free / 1e9:.1f} GB" if free >= _LITTLE else f"{free // 1_000_000} MB"
