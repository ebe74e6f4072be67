"""The documents show what the demo prints."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.demo.transcript import BEGIN, END, block, excerpt, whole, with_block
from tests.demo.conftest import Watched

ROOT = Path(__file__).resolve().parents[2]


def test_the_readme_shows_what_the_demo_prints(watched: Watched) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert block(excerpt(watched.text, watched.day)) in readme, "run: python -m bot.demo.transcript --write"


def test_the_whole_transcript_is_what_the_demo_prints(watched: Watched) -> None:
    document = (ROOT / "docs" / "transcript.md").read_text(encoding="utf-8")
    assert document == whole(watched.text), "run: python -m bot.demo.transcript --write"


def test_the_excerpt_has_the_chosen_scenes_and_the_table(watched: Watched) -> None:
    shown = excerpt(watched.text, watched.day)
    chosen = [scene.title for scene in watched.day.scenes if scene.readme]
    assert chosen
    assert all(title in shown for title in chosen)
    assert "全部应验" in shown
    assert len(shown) < len(watched.text) / 2


def test_a_marked_block_is_replaced_and_all_else_stays() -> None:
    document = f"before\n{BEGIN}\nold\n{END}\nafter\n"
    made = with_block(document, "new")
    assert made == f"before\n{block('new')}\nafter\n"
    assert with_block(made, "new") == made


def test_a_document_without_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="transcript"):
        with_block("nothing here", "new")
