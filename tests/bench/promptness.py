"""How soon what is due is claimed and handed to the platform, while hundreds of messages wait in the groups.

The real process, its scheduler and its dispatcher, against the stand-in server on loopback. Nothing is asserted: the
figures belong to one machine at one moment.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.app import open_database
from bot.classify.segment import Segmenter
from bot.domain.messages import Address, Button, Face, Priority, Say
from storage.store import Store, open_store
from tests.live.compound import Compound, found, nearby, text_of
from tests.live.process import Linli, until

GROUPS = 12
AUTHOR = 7001
SPAN = timedelta(minutes=1000)
"""How long the stand-in compound gives its people to accept."""
GAP_S = (0.9, 1.7, 1.1, 2.3, 1.3)
"""Seconds between two deadlines, over and over: beside the scheduler's beat, and slower than one chat's pace."""
_TROUBLES = ("{}栋电梯坏了，已经停了两天", "{}栋楼道堆满杂物没人管")
_TALK = "今天天气真好，傍晚一起去散步吧 {}"


def main() -> int:
    """Print when deadlines were claimed and handed over, as median, 95th percentile and longest."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.promptness", description=__doc__)
    parser.add_argument("--deadlines", type=int, default=24)
    parser.add_argument("--queued", type=int, default=500, help="messages that wait to be said in groups")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="linli-bench-") as folder, nearby() as server:
        words = Path(folder) / "words"
        Segmenter(words)
        compound = found(Path(folder) / "linli", server, words, GROUPS)
        compound.bind()
        for number in range(chosen.deadlines):
            server.do("person", number=AUTHOR + number, first_name="邻居")
        server.do("limits", on=True)
        with Linli(compound.config) as bot:
            bot.start()
            _report(compound, chosen.deadlines)
            claimed, handed, left = _measure(compound, chosen.deadlines, chosen.queued)
    print(
        f"{chosen.deadlines} deadlines while {chosen.queued} messages waited for {GROUPS} groups, {left} at the end"
    )
    print(f"and as many were read. Seconds:\n{'':>22}  {'median':>7} {'95 %':>7} {'longest':>7}   promised")
    for name, times, promised in (("due to claimed", claimed, 2), ("due to handed over", handed, 5)):
        p95 = sorted(times)[max(0, round(0.95 * len(times)) - 1)]
        print(f"{name:>22}  {statistics.median(times):>7.2f} {p95:>7.2f} {max(times):>7.2f}   {promised}")
    return 0


def _report(compound: Compound, count: int) -> None:
    """So many matters, each in a place of its own, all told."""
    for number in range(count):
        text = _TROUBLES[number // GROUPS % len(_TROUBLES)].format(number % GROUPS + 1)
        compound.says(AUTHOR + number, text, compound.owners[number % GROUPS])

    def filed() -> bool:
        return len(compound.rows("select id from tickets where state = 'open'")) == count

    until(lambda: filed() and compound.quiet(), f"{count} matters filed and told", 180)


def _measure(compound: Compound, count: int, queued: int) -> tuple[list[float], list[float], int]:
    """Seconds from due to claimed, and from due to handed over, for each; and how many messages still wait then."""
    manager = compound.people["丁经理"]
    known = len(compound.server.do("sent", chat=manager))
    first = datetime.now(UTC) + timedelta(seconds=4)
    due: dict[int, datetime] = {}
    with _writing(compound) as store:
        for number in range(queued):
            say = _waiting(compound, number)
            store.outbox.put(say, say.key, say.to, say.priority, datetime.now(UTC))
        for index, ticket in enumerate(store.tickets.going_on()):
            due[ticket.number] = first
            store.tickets.change(ticket, lap_at=first - SPAN, deadline_at=first, due_at=first)
            first += timedelta(seconds=GAP_S[index % len(GAP_S)])
    for number in range(queued):
        compound.says(AUTHOR, _TALK.format(number), compound.owners[number % GROUPS])
    arrived: dict[int, datetime] = {}

    def all_arrived() -> bool:
        said = [text_of(message) for message in compound.server.do("sent", chat=manager)[known:]]
        now = datetime.now(UTC)
        for number in due:
            if number not in arrived and any(f"#{number} " in text for text in said):
                arrived[number] = now
        return len(arrived) == len(due)

    until(all_arrived, "every deadline was handed over", 120 + count * max(GAP_S))
    climbed = {
        row.number: datetime.fromisoformat(row.at).replace(tzinfo=UTC)
        for row in compound.rows(
            "select t.number, e.at from events e join tickets t on t.id = e.ticket_id where e.verb = 'climbed'"
        )
    }
    left = len(compound.rows("select id from outbox where state = 'due'"))
    return (
        [(climbed[number] - moment).total_seconds() for number, moment in due.items()],
        [(arrived[number] - moment).total_seconds() for number, moment in due.items()],
        left,
    )


def _waiting(compound: Compound, number: int) -> Say:
    """A message with a button, which is never joined with others."""
    to = Address("telegram", str(compound.owners[number % GROUPS]))
    button = Button("看看", url="https://example.invalid/")
    return Say(to, f"bench:{number}", Face(f"第 {number} 条", ((button,),)), Priority.GROUP)


@contextmanager
def _writing(compound: Compound) -> Iterator[Store]:
    database = open_database(compound.settings.config)
    try:
        with database.writing() as conn:
            yield open_store(conn, 1)
    finally:
        database.close()


if __name__ == "__main__":
    sys.exit(main())
