"""The stage: the example files, a real database, a real photo, nothing left behind."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from bot.demo import Played
from bot.demo.day import load_day
from bot.demo.stage import NoSuchButton, Stage, example, picture
from bot.media import store_photo
from storage.store import open_store


def test_the_examples_and_the_demo_are_one(tmp_path: Path) -> None:
    stage = Stage(tmp_path, load_day().start)
    try:
        config = stage.files.config
        assert config.compound.name == "春晖苑"
        assert {group.platform for group in config.groups.all} == {"console"}
        names = example("roster.example.csv").read_text(encoding="utf-8-sig")
        assert all(duty.name in names for duty in stage.files.roster.duties)
    finally:
        stage.close()


def test_everything_is_written_into_the_folder_it_was_given(tmp_path: Path) -> None:
    Stage(tmp_path, load_day().start).close()
    assert (tmp_path / "linli.sqlite3").read_bytes().startswith(b"SQLite format 3")


def test_the_picture_is_one_that_the_bot_keeps(tmp_path: Path) -> None:
    with Image.open(BytesIO(picture())) as image:
        image.load()
        assert image.size == (96, 96)
    raw = tmp_path / "raw.png"
    raw.write_bytes(picture())
    assert (tmp_path / store_photo(tmp_path, raw, 1_000_000, 1_000_000)).is_file()


def test_everybody_of_the_roster_can_be_reached(short: tuple[Played, object]) -> None:
    stage = short[0].stage
    with stage.database.reading() as conn:
        people = open_store(conn, stage.compound).people
        persons = {duty.person for duty in stage.files.roster.duties}
        assert persons
        assert all(people.reach(person) for person in persons)


def test_a_button_that_nobody_sees_is_not_pressed(short: tuple[Played, object]) -> None:
    with pytest.raises(NoSuchButton):
        short[0].stage.button("不存在")
