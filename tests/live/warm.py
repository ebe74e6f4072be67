"""Importing it loads what every bot loads: for the process that bots are forked off, see ``tests.live.forked``."""

from __future__ import annotations

import gc

import tests.live.start  # noqa: F401
from tests.loaded import load

load()
# What was loaded stays shared memory: nobody looks through it for garbage.
gc.collect()
gc.freeze()
