"""200 kills at random moments while people write and the server stumbles, then an audit of every message."""

from __future__ import annotations

import argparse
import secrets
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from bot.app import build_files
from bot.classify.segment import Segmenter
from tests.live.audit import audit, repeats, table
from tests.live.compound import found, nearby
from tests.live.kills import kill
from tests.live.process import Linli, NotYet
from tests.live.reference import keep_for_reference
from tests.live.story import Story

STUMBLES = ["500", "502", "503", "429", "reset", "garbage", "empty", "redirect", "slow"]
"""What goes wrong with one call in fifty: faults that leave a call without effect, so that every repeated
message must have been in flight at a kill."""


def main() -> int:
    """Exit code 0 if the audit finds nothing wrong, 1 if it does."""
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", help="to see the same kills again")
    parser.add_argument("--groups", type=int, default=12)
    chosen = parser.parse_args()
    seed = chosen.seed or secrets.token_hex(4)
    dice = Random(seed)
    began = time.monotonic()
    print(f"{chosen.kills} kills, about two seconds each; --seed {seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="linli-soak-") as folder, nearby() as server:
        words = Path(folder) / "words"
        Segmenter(words)
        compound = found(Path(folder) / "linli", server, words, chosen.groups)
        compound.bind()
        keep_for_reference(compound)
        story = Story(compound, build_files(compound.settings).classifier, dice)
        server.do("chaos", rate=0.02, kinds=STUMBLES, seed=dice.randrange(1_000_000))

        def told(number: int) -> None:
            if number % 10 == 0 or number == chosen.kills:
                minutes, seconds = divmod(int(time.monotonic() - began), 60)
                print(f"{minutes:>3}:{seconds:02}  {number} kills, {story.happened} messages", flush=True)

        with Linli(compound.config) as bot:
            try:
                ends = kill(compound, bot, story, dice, chosen.kills, told)
            except NotYet as stuck:
                print(f"{stuck}\n0 passed, 1 failed: it never came to rest")
                return 1
            server.do("chaos", rate=0, kinds=[])
            lines = audit(compound, story, ends)
            again = repeats(compound)
    print(table(lines))
    print(f"{story.happened} messages and presses, {again} of the bot's own messages repeated")
    wrong = [line for line in lines if line.wrong]
    print(f"{len(lines) - len(wrong)} passed, {len(wrong)} failed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
