"""The audit after the kills: every message that was fed against what the bot remembers and what it has said."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tests.live.compound import Compound, text_of
from tests.live.reference import Memory, never_killed, remembered
from tests.live.story import Story

_HARMLESS = ("Too Many Requests", "terminated by other", "no caption in", "message is not modified")
"""Refusals that belong to limits, to a killed poll, to photos, and to edits that were in flight."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the audit: how much was looked at, and what was wrong with it."""

    what: str
    looked_at: int
    wrong: tuple[str, ...]


Ends = Sequence[Mapping[int, int]]
"""Per life of the bot: chat → the last message it had sent there."""


def audit(compound: Compound, story: Story, ends: Ends) -> list[Line]:
    """Look at everything. The bot must be at rest: nothing pending, nothing waiting to be said."""
    expected = never_killed(compound)
    checks: tuple[tuple[str, Callable[[], Iterator[str | None]]], ...] = (
        ("complaints on exactly one ticket", lambda: _complaints(compound, story)),
        ("messages kept as a bot would that was never killed", lambda: _fates(compound, story, expected)),
        ("tickets and diaries as without any kill", lambda: _tickets(compound, expected)),
        ("presses answered", lambda: _presses(compound, story)),
        ("photos fetched", lambda: _photos(compound, story)),
        ("cards that show what they should", lambda: _cards(compound, expected)),
        ("messages repeated only if in flight", lambda: _repeats(compound, ends)),
        ("outbox all delivered", lambda: _outbox(compound)),
        ("offsets never going back", lambda: _offsets(compound)),
        ("dead letters, errors, refusals", lambda: _trouble(compound)),
        ("the database's own check", lambda: _whole(compound)),
    )
    lines = []
    for what, check in checks:
        found = list(check())
        lines.append(Line(what, len(found), tuple(wrong for wrong in found if wrong is not None)))
    return lines


def table(lines: Sequence[Line]) -> str:
    """The audit for people."""
    rows = [f"{'looked at':>10}  {'wrong':>6}  what"]
    for line in lines:
        rows.append(f"{line.looked_at:>10}  {len(line.wrong):>6}  {line.what}")
        rows += [f"{'':>20}{wrong}" for wrong in line.wrong[:10]]
    return "\n".join(rows)


def _fates(compound: Compound, story: Story, expected: Memory) -> Iterator[str | None]:
    """Every message lies on the ticket, and as that, on which it would lie had nobody killed the bot."""
    found = _memory(compound).fates
    for key in (*story.said, *(found.keys() | expected.fates.keys()) - set(story.said)):
        right = found.get(key) == expected.fates.get(key)
        yield None if right else f"{key}: {found.get(key)} and not {expected.fates.get(key)}"


def _complaints(compound: Compound, story: Story) -> Iterator[str | None]:
    rows = compound.rows("select chat, message from ticket_messages")
    times = Counter((row.chat, row.message) for row in rows)
    for matter in story.told:
        key = (str(matter.chat), str(matter.message))
        yield None if times[key] == 1 else f"{matter.complaint}: on {times[key]} tickets"
    begun = Counter(
        (row.origin_chat, row.message) for row in compound.rows("select origin_chat, message from tickets")
    )
    yield from (f"{count} tickets from {key}" for key, count in begun.items() if count > 1)


def _tickets(compound: Compound, expected: Memory) -> Iterator[str | None]:
    found = _memory(compound)
    for number in found.tickets.keys() | expected.tickets.keys():
        both = (found.tickets.get(number), found.diaries.get(number))
        wanted = (expected.tickets.get(number), expected.diaries.get(number))
        yield None if both == wanted else f"#{number}: {both} and not {wanted}"


def _memory(compound: Compound) -> Memory:
    return remembered(compound.rows)


def _presses(compound: Compound, story: Story) -> Iterator[str | None]:
    calls = compound.server.do("called", method="answerCallbackQuery")
    answered = {call["callback_query_id"] for call in calls}
    for press in story.presses:
        yield None if press in answered else f"{press} was not answered"


def _photos(compound: Compound, story: Story) -> Iterator[str | None]:
    rows = compound.rows(
        "select p.media, p.failed, t.message from photos p join tickets t on t.id = p.ticket_id"
    )
    folder = compound.settings.config.files.media
    for row in rows:
        there = row.media is not None and (folder / row.media).is_file()
        yield None if there else f"the photo of {row.message}: {row.media} {row.failed}"
    wanted = sum(matter.photo for matter in story.told)
    if len(rows) != wanted:
        yield f"{len(rows)} photos, {wanted} were sent"


def _cards(compound: Compound, expected: Memory) -> Iterator[str | None]:
    """Every card there would be is there, and what stands in the chat is what the card should show last."""
    shown: dict[tuple[str, str], str] = {}
    rows = compound.rows(
        "select c.chat, c.message, c.wanted, c.lost, c.audience, t.number from cards c "
        "join tickets t on t.id = c.ticket_id"
    )
    for chat in {row.chat for row in rows}:
        sent = compound.server.do("sent", chat=int(chat))
        shown |= {(chat, str(message["message_id"])): text_of(message) for message in sent}
    for row in rows:
        wanted = json.loads(row.wanted)["text"].strip()
        stands = shown.get((row.chat, row.message), "")
        # Beside it there may be whom it is for.
        right = not row.lost and wanted in stands
        yield None if right else f"#{row.number} in {row.chat}: {stands!r} and not {wanted!r}"
    found = {(row.number, row.audience, row.chat) for row in rows}
    yield from (f"a card too few or too many: {card}" for card in found ^ expected.cards)


def repeats(compound: Compound) -> int:
    """How many messages were sent and then sent again."""
    return sum(not known for _, _, known in _sent(compound))


def _repeats(compound: Compound, ends: Ends) -> Iterator[str | None]:
    """What was sent without being noted was sent again; that may only be what was on its way at a kill.

    Within a chat one message is sent after the other, so that at most the last one before a kill was.
    """
    for chat, message, known in _sent(compound):
        right = known or any(end.get(chat) == message for end in ends)
        yield None if right else f"{message} in {chat} was sent, not noted, and not in flight"


def _sent(compound: Compound) -> Iterator[tuple[int, int, bool]]:
    """Chat and number of every message of the bot's, and whether the database knows it."""
    noted = {
        (int(row.chat), int(row.message))
        for row in compound.rows(
            "select chat, message from cards where message is not null "
            "union select chat, message from outbox where message is not null"
        )
    }
    for chat in compound.chats:
        for message in compound.server.do("sent", chat=chat):
            number = message["message_id"]
            yield chat, number, (chat, number) in noted


def _outbox(compound: Compound) -> Iterator[str | None]:
    for row in compound.rows("select key, state, error from outbox"):
        yield None if row.state == "sent" else f"{row.key} is {row.state}: {row.error}"


def _offsets(compound: Compound) -> Iterator[str | None]:
    asked = [call.get("offset", 0) for call in compound.server.do("called", method="getUpdates")]
    for before, after in pairwise(asked):
        yield None if before <= after else f"asked from {after} after {before}"
    kept = compound.rows("select next_offset from offsets")[0].next_offset
    if kept != asked[-1]:
        yield f"{kept} is kept, {asked[-1]} was asked for"


def _trouble(compound: Compound) -> Iterator[str | None]:
    yield from (
        f"dead letter: {row.cause} {row.error}" for row in compound.rows("select * from dead_letters")
    )
    logs = sorted(compound.folder.glob("*.log"))
    for log in logs:
        bad = [
            line
            for line in log.read_text(encoding="utf-8", errors="replace").splitlines()
            if " ERROR " in line or " CRITICAL " in line or "Traceback" in line
        ]
        yield f"{log.name}: {bad[0][:200]}" if bad else None
    for method, reason in compound.server.do("refused"):
        if not any(words in reason for words in _HARMLESS):
            yield f"refused: {method}: {reason}"


def _whole(compound: Compound) -> Iterator[str | None]:
    for row in compound.rows("pragma integrity_check"):
        yield None if row.integrity_check == "ok" else str(row.integrity_check)
    yield from (
        f"a row without what it refers to: {row}" for row in compound.rows("pragma foreign_key_check")
    )
