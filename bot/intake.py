"""The one way in: causes become a transaction. A cause that fails rolls back alone and lands in the dead letters."""

from __future__ import annotations

import logging
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from secrets import token_hex

from sqlalchemy import Connection
from sqlalchemy.exc import DataError, IntegrityError, ProgrammingError, SQLAlchemyError

from bot.clock import Clock
from bot.domain.able import Able, all_able
from bot.domain.messages import (
    Address,
    Answer,
    Befriend,
    Cause,
    Face,
    Fetch,
    Incoming,
    Leave,
    Moved,
    Outgoing,
    Press,
    Priority,
    PublishMenu,
    React,
    Say,
    SendFile,
)
from bot.domain.neutral import neutral
from bot.domain.parts import parts
from bot.texts import Texts
from handlers.commands.table import menu
from handlers.context import Context, Files, Refused
from handlers.jobs.base import Job, next_busy
from handlers.learning import with_own_rules
from handlers.router import handle, refusal
from storage.database import Database, DatabaseTrouble
from storage.store import Store, open_store

log = logging.getLogger(__name__)

_LONGEST_NAME = 64
_ROOM = 300
"""Units of a message that are left for the choices, where they are words, and for a mention."""
_ANEW = 100_000
"""An update so far below the expected one is no repetition: after a week without any, Telegram begins to count
anew at a random number."""

_OWN_FAULT = (IntegrityError, DataError, ProgrammingError)
"""What the database refuses in one row; anything else is the database's own trouble, and the batch is tried again."""

Duty = Callable[[Context], list[Outgoing]]


@dataclass(frozen=True, slots=True)
class Arrival:
    """One update: its cause, None where it does not concern Linli, or the exception of one that cannot be read."""

    id: str
    cause: Cause | Exception | None


class Intake:
    """Runs handlers inside transactions of one compound. Synchronous: call it on a writer thread."""

    def __init__(
        self,
        database: Database,
        compound: int,
        files: Files,
        clock: Clock,
        texts: Texts,
        *,
        link: Callable[[str, str], str | None],
        read_files: Callable[[], Files],
        guard: Callable[[Connection], None] | None = None,
        able: Callable[[str], Able] = all_able,
    ) -> None:
        """``guard`` is asked first in every transaction and raises where another process has taken over.

        ``able`` says what the platform of a name offers.
        """
        self._guard = guard
        self._able = able
        self._database = database
        self._compound = compound
        self._clock = clock
        self._texts = texts
        self._link = link
        self._read_files = read_files
        self._moves: dict[tuple[str, str], str] | None = None
        self._own_rules = False
        """Whether the compound's own rules stand on the files already; they are read with the first transaction."""
        self.files = files
        """What the committee's files say; replaced once a /reload has been committed."""

    def take(
        self,
        platform: str,
        arrivals: Sequence[Arrival],
        *,
        bot: str = "",
        next_offset: int | None = None,
        pushed: bool = False,
    ) -> None:
        """Handle a batch in one transaction, a savepoint for each, and store the offset in it.

        ``pushed``: they come in any order and may come again, so that each is remembered by its number, and one
        that has been taken already is left alone.

        Raises DatabaseTrouble where the database itself fails: then nothing of the batch has happened.
        """
        with self._database.writing() as conn:
            store, context, renewed = self._open(conn)
            for arrival in arrivals:
                if (
                    pushed
                    and arrival.id.isdecimal()
                    and not _first_time(store, bot, int(arrival.id), context.now)
                ):
                    continue
                self._one(platform, arrival, context, store)
                if isinstance(arrival.cause, Moved):
                    # What follows in this batch is already said under the group's new id.
                    context = replace(context, moves=store.compound.moves())
            if next_offset is not None:
                store.compound.set_offset(bot, next_offset, context.now)
        self._renew(renewed)
        if any(isinstance(arrival.cause, Moved) for arrival in arrivals):
            self._moves = None

    def run(self, name: str, duty: Duty) -> None:
        """Run a periodic duty in a transaction of its own; a duty that fails is logged and tried again next time."""
        with self._database.writing() as conn:
            store, context, renewed = self._open(conn)
            try:
                with conn.begin_nested():
                    self._post(duty(context), context, store)
            except SQLAlchemyError as failed:
                if not isinstance(failed, _OWN_FAULT):
                    raise
                self._bury("linli", name, name, failed, context, store)
            except Exception as failed:  # one duty must not stop the others
                self._bury("linli", name, name, failed, context, store)
        self._renew(renewed)

    def tick(self, jobs: Iterable[Job]) -> bool:
        """Run those of some duties that may find something to do, in their order; True if any was run.

        Whether they do is asked beside whoever writes: most ticks of a quiet day write nothing.
        """
        left = deque(jobs)
        ran = False
        while (job := self._next_busy(left)) is not None:
            self.run(job.name, job.run)
            ran = True
        return ran

    def _next_busy(self, left: deque[Job]) -> Job | None:
        """Take duties off until one of them may have something to do; None where none has."""
        if not left or self._moves is None or not self._own_rules:
            return left.popleft() if left else None
        with self._database.reading() as conn:
            return next_busy(left, self._context(open_store(conn, self._compound), self._moves))

    def offset(self, bot: str) -> int | None:
        """Up to where a bot account's updates have been taken."""
        with self._database.reading() as conn:
            return open_store(conn, self._compound).compound.offset(bot)

    def pushed(self, bot: str) -> frozenset[int]:
        """The updates of a bot account that were pushed to us lately: asked for afterwards they may come again."""
        with self._database.reading() as conn:
            return open_store(conn, self._compound).updates.taken(bot)

    def _open(self, conn: Connection) -> tuple[Store, Context, list[Files]]:
        if self._guard is not None:
            self._guard(conn)
        store = open_store(conn, self._compound)
        renewed: list[Files] = []

        def reload() -> Files:
            renewed.append(with_own_rules(self._read_files(), store, self._texts))
            return renewed[-1]

        if self._moves is None:
            self._moves = store.compound.moves()
        if not self._own_rules:
            self.files = with_own_rules(self.files, store, self._texts)
            self._own_rules = True
        context = replace(self._context(store, self._moves), reload=reload, renew=renewed.append)
        return store, context, renewed

    def _context(self, store: Store, moves: dict[tuple[str, str], str]) -> Context:
        return Context(
            store=store,
            now=self._clock.now(),
            files=self.files,
            texts=self._texts,
            link=self._link,
            reload=self._read_files,
            moves=moves,
            menu=menu,
            able=self._able,
        )

    def _renew(self, renewed: list[Files]) -> None:
        if renewed:
            self.files = renewed[-1]

    def _one(self, platform: str, arrival: Arrival, context: Context, store: Store) -> None:
        cause = arrival.cause
        if cause is None:
            return
        if isinstance(cause, Exception):
            self._bury(platform, arrival.id, "unreadable", cause, context, store)
            return
        try:
            self._handle(_harmless(cause), context, store)
        except SQLAlchemyError as failed:
            if not isinstance(failed, _OWN_FAULT):
                raise
            self._bury(platform, arrival.id, type(cause).__name__, failed, context, store)
        except DatabaseTrouble:
            raise
        except Exception as failed:  # whatever it is, the other messages must get through
            self._bury(platform, arrival.id, type(cause).__name__, failed, context, store)

    def _handle(self, cause: Cause, context: Context, store: Store) -> None:
        try:
            with store.conn.begin_nested():
                self._post(handle(cause, context), context, store)
        except Refused as no:
            # The savepoint was rolled back: nothing of what is refused stays.
            with store.conn.begin_nested():
                self._post(refusal(cause, context, no), context, store)

    def _post(self, out: Iterable[Outgoing], context: Context, store: Store) -> None:
        for what in (part for whole in out for part in self._in_parts(whole)):
            key, to, priority = stamp(what)
            if isinstance(what, React) and not self._able(to.platform).reactions:
                # Having heard shows there when something comes of it; nothing is said instead.
                continue
            if isinstance(what, PublishMenu):
                # Only the newest menu of a chat counts, also within one moment: bound, unbound, bound again.
                store.outbox.take_back(f"{key}:")
                key = f"{key}:{token_hex(8)}"
            if isinstance(what, Leave):
                # Said again later it is meant again: thrown out twice.
                key = f"{key}:{context.now.isoformat()}"
            wait = what.not_before if isinstance(what, Say) else None
            store.outbox.put(what, key, to, priority, context.now, wait)

    def _in_parts(self, what: Outgoing) -> tuple[Outgoing, ...]:
        """What is too long for one message there, as several: each is sent once, in order; the last has the choices."""
        if not isinstance(what, Say):
            return (what,)
        texts = parts(what.face.text, self._able(what.to.platform).text_limit - _ROOM)
        if len(texts) == 1:
            return (what,)
        last = len(texts) - 1
        return tuple(
            replace(
                what,
                key=f"{what.key}:{number}" if number else what.key,
                face=replace(what.face, text=text) if number == last else Face(text),
                reply_to=what.reply_to if number == 0 else None,
                mentions=what.mentions if number == 0 else (),
                pin=what.pin and number == 0,
            )
            for number, text in enumerate(texts)
        )

    def _bury(
        self, platform: str, update_id: str, cause: str, failed: Exception, context: Context, store: Store
    ) -> None:
        where = _where(failed)
        # Only the kind of error and its place: an error's own words may quote what somebody wrote.
        log.error("dead letter: %s %s of %s: %s", platform, cause, update_id, where)
        store.compound.bury(platform, update_id, "", cause, where, context.now)


def known_before(number: int, offset: int | None) -> bool:
    """Whether an update lies below what has been taken, and is no beginning of a new count."""
    return offset is not None and offset - _ANEW < number < offset


def _first_time(store: Store, bot: str, number: int, now: datetime) -> bool:
    if known_before(number, store.compound.offset(bot)):
        return False
    return store.updates.claim(bot, number, now)


def _harmless(cause: Cause) -> Cause:
    """What people write and call themselves, without control, direction and invisible characters."""
    if not isinstance(cause, Incoming | Press):
        return cause
    author = cause.author
    if not author.name.isprintable():
        author = replace(author, name=neutral(author.name, _LONGEST_NAME))
    if isinstance(cause, Press):
        return replace(cause, author=author)
    text = cause.text if cause.text.isprintable() else neutral(cause.text, lines=True)
    return replace(cause, text=text, author=author)


def stamp(what: Outgoing) -> tuple[str, Address, int]:
    """An outgoing message's key, address and priority."""
    match what:
        case Say():
            return what.key, what.to, what.priority
        case SendFile():
            return what.key, what.to, what.priority
        case Answer():
            return f"press:{what.to.platform}:{what.press}", what.to, Priority.ANSWER
        case React():
            return f"react:{what.to.platform}:{what.to.chat}:{what.message}", what.to, Priority.GROUP
        case Fetch():
            return f"fetch:{what.photo}", Address(what.platform, ""), Priority.CARD
        case Befriend():
            return f"befriend:{what.to.platform}:{what.request}", what.to, Priority.ANSWER
        case Leave():
            return f"leave:{what.to.platform}:{what.to.chat}", what.to, Priority.DIGEST
        case PublishMenu():
            return f"menu:{what.to.platform}:{what.to.chat}:{what.language}", what.to, Priority.DIGEST


def _where(failed: Exception) -> str:
    frames = traceback.extract_tb(failed.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(failed).__name__}{place}"
