"""Once received, never lost; filed once; said once, or repeated where it was in flight."""

from __future__ import annotations

import os
import secrets
from random import Random

from bot.app import build_files
from tests.live.audit import audit, repeats, table
from tests.live.conftest import Make
from tests.live.kills import kill
from tests.live.process import Linli
from tests.live.reference import keep_for_reference
from tests.live.story import Story

KILLS = 20


def test_twenty_kills_lose_nothing_and_repeat_only_what_was_in_flight(make: Make) -> None:
    seed = os.environ.get("LINLI_SEED") or secrets.token_hex(4)
    print(f"to see the same kills again: LINLI_SEED={seed}")
    dice = Random(seed)
    compound = make(groups=8)
    compound.bind()
    keep_for_reference(compound)
    story = Story(compound, build_files(compound.settings).classifier, dice)
    with Linli(compound.config) as bot:
        ends = kill(compound, bot, story, dice, KILLS, lambda _: None)
        lines = audit(compound, story, ends)
        print(table(lines), f"repeated: {repeats(compound)}", sep="\n")
    assert not [line.what for line in lines if line.wrong]
    assert len(story.told) >= KILLS / 2
    assert story.presses
    assert len(ends) == KILLS
