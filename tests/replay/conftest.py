"""A short history to play."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.loaded import loaded_once

Write = Callable[..., Path]


@pytest.fixture(autouse=True, scope="session")
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What nothing changes is loaded once for all tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        with loaded_once():
            yield


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """``write((minute, speaker, text, more), …)``: a history of one morning; messages are numbered from 1."""

    def written(*said: tuple[Any, ...]) -> Path:
        rows = []
        for number, (minute, speaker, text, *more) in enumerate(said, 1):
            row = {"id": number, "time": f"2026-05-12T{10 + minute // 60:02}:{minute % 60:02}:00+08:00"}
            rows.append(row | {"speaker": speaker, "text": text} | (more[0] if more else {}))
        path = tmp_path / "history.jsonl"
        path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
        return path

    return written
