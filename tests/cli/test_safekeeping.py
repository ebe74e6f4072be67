"""``linli db``: upgrades, backups and their return; nothing is lost by a slip."""

from __future__ import annotations

import re
import shutil
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app import read_files
from bot.cli.offline import changing, looking
from bot.media import store
from storage.archive import examine
from storage.database import Database
from storage.lease import Lease
from storage.tables import photos
from tests.cli.conftest import Linli

FIRST, SECOND = "日期,内容\n2026-05-12,电梯又停了\n", "日期,内容\n2026-05-13,门禁坏了\n"


def file(linli: Linli, text: str) -> None:
    Path("old.csv").write_text(text, encoding="utf-8")
    assert linli("import", "tickets", "old.csv", "--apply").exit_code == 0


def texts() -> list[str]:
    with looking(read_files(Path("config.toml")), datetime.now(UTC)) as context:
        return [ticket.text for ticket in context.store.tickets.find()]


@pytest.fixture
def media(write: Callable[..., Path], tmp_path: Path) -> Path:
    """The compound's own photo folder."""
    write(media="var/media")
    return tmp_path / "var" / "media"


@pytest.mark.usefixtures("config")
def test_the_tables_are_made_once(linli: Linli) -> None:
    assert linli("db", "upgrade").stdout == "已建好。\n"
    assert linli("db", "upgrade").stdout == "结构是最新的。\n"
    assert stat.S_IMODE(Path("var/linli.sqlite3").stat().st_mode) == 0o600


@pytest.mark.usefixtures("config")
def test_the_state_is_told_with_the_newest_backup(linli: Linli) -> None:
    linli("db", "upgrade")
    before = linli("db", "status")
    assert before.exit_code == 0
    assert before.stdout.splitlines()[0].endswith("/var/linli.sqlite3")
    assert before.stdout.splitlines()[-1] == "结构是最新的。"
    made = re.search(r"已备份：(\S+)（", linli("db", "backup").stdout)
    assert made is not None
    assert f"最近的备份：{made[1]}" in linli("db", "status").stdout


def test_a_backup_brings_everything_back_with_its_photos(linli: Linli, media: Path) -> None:
    file(linli, FIRST)
    name = store(media, b"a photo's bytes", "jpg")
    now = datetime.now(UTC)
    with changing(read_files(Path("config.toml")), now) as context:
        [ticket] = context.store.tickets.find()
        values = {
            "compound_id": 1,
            "ticket_id": ticket.id,
            "platform": "console",
            "file": "f",
            "unique_id": "u",
        }
        context.store.conn.execute(photos.insert().values(**values, purpose="report", media=name, at=now))
    assert linli("db", "backup", "--into", "safe").exit_code == 0
    [archive] = Path("safe").iterdir()
    shutil.rmtree("var")
    result = linli("db", "restore", archive)
    assert result.exit_code == 0
    assert "照片 1 张" in result.stdout
    assert texts() == ["电梯又停了"]
    assert (media / name).read_bytes() == b"a photo's bytes"


def test_backups_lie_beside_the_photos_for_their_owner_alone(linli: Linli, media: Path) -> None:
    linli("db", "upgrade")
    linli("db", "backup")
    [archive] = (media.parent / "backups").iterdir()
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    assert stat.S_IMODE(archive.parent.stat().st_mode) == 0o700


def test_as_many_backups_stay_as_are_configured(linli: Linli, write: Callable[..., Path]) -> None:
    write("[keep]\nbackups = 2")
    linli("db", "upgrade")
    said = [linli("db", "backup", "--into", "safe").stdout for _ in range(3)]
    assert "删去" not in said[0] + said[1]
    assert "只留最新的 2 份，删去了 1 份旧的。" in said[2]
    assert len(list(Path("safe").iterdir())) == 2


@pytest.mark.usefixtures("config")
def test_what_is_there_is_replaced_only_when_asked_and_kept_first(linli: Linli) -> None:
    file(linli, FIRST)
    linli("db", "backup", "--into", "safe")
    [archive] = Path("safe").iterdir()
    file(linli, SECOND)
    refused = linli("db", "restore", archive)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "请加 --replace" in refused.stderr
    assert texts() == ["电梯又停了", "门禁坏了"]
    replaced = linli("db", "restore", archive, "--replace")
    assert replaced.exit_code == 0
    assert texts() == ["电梯又停了"]
    kept = re.search(r"替换前的内容已备份：(\S+)", replaced.stdout)
    assert kept is not None
    assert linli("db", "restore", kept[1], "--replace").exit_code == 0
    assert texts() == ["电梯又停了", "门禁坏了"]


@pytest.mark.usefixtures("config")
def test_while_the_bot_runs_nothing_is_restored(linli: Linli) -> None:
    file(linli, FIRST)
    linli("db", "backup", "--into", "safe")
    [archive] = Path("safe").iterdir()
    database = Database(f"sqlite:///{Path('var/linli.sqlite3').absolute()}")
    assert Lease(database, "telegram:42", "running").take(datetime.now(UTC) + timedelta(seconds=5))
    database.close()
    result = linli("db", "restore", archive, "--replace")
    assert result.exit_code == 1
    assert "请先停下程序" in result.stderr
    assert len(list(Path("safe").iterdir())) == 1
    assert "已备份" not in result.stdout
    assert texts() == ["电梯又停了"]


@pytest.mark.usefixtures("config")
def test_a_file_that_is_no_backup_is_refused_and_nothing_is_made(linli: Linli) -> None:
    Path("letter.txt").write_text("这是一封信")
    for name in ("letter.txt", "missing.tar.gz"):
        result = linli("db", "restore", name, "--replace")
        assert result.exit_code == 2
        assert result.stderr.count("\n") == 1
    assert not Path("var").exists()


@pytest.mark.usefixtures("config")
def test_a_cut_off_backup_is_refused(linli: Linli) -> None:
    file(linli, FIRST)
    linli("db", "backup", "--into", "safe")
    [archive] = Path("safe").iterdir()
    archive.write_bytes(archive.read_bytes()[:-200])
    result = linli("db", "restore", archive, "--replace")
    assert result.exit_code == 2
    assert "不是完整的备份" in result.stderr
    assert texts() == ["电梯又停了"]


@pytest.mark.usefixtures("config")
def test_a_newer_schema_is_refused_by_upgrade_too(linli: Linli) -> None:
    linli("db", "upgrade")
    with changing(read_files(Path("config.toml")), datetime.now(UTC)) as context:
        context.store.conn.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    for command in ("upgrade", "status", "backup"):
        result = linli("db", command)
        assert result.exit_code == 1
        assert "升级 Linli" in result.stderr


@pytest.mark.usefixtures("config")
def test_a_folder_that_cannot_hold_backups_is_told_by_name(linli: Linli) -> None:
    linli("db", "upgrade")
    Path("safe").write_text("a file where a folder should be")
    result = linli("db", "backup", "--into", "safe")
    assert result.exit_code == 1
    assert re.fullmatch(r"\S*/safe\S*：不是文件夹\n", result.stderr)


def test_a_damaged_database_does_not_stand_in_the_way_of_a_backup_file(linli: Linli, config: Path) -> None:
    file(linli, FIRST)
    linli("db", "backup", "--into", "safe")
    [archive] = Path("safe").iterdir()
    for path in list(Path("var").iterdir()):
        path.rename(path.with_name(f"aside-{path.name}"))
    assert linli("db", "restore", archive).exit_code == 0
    assert texts() == ["电梯又停了"]


@pytest.mark.usefixtures("config")
def test_no_password_is_shown(linli: Linli, write: Callable[..., Path]) -> None:
    write('[database]\nurl = "postgresql://linli:geheim@127.0.0.1:1/linli"')
    for command in (["db", "status"], ["db", "upgrade"], ["db", "backup"], ["export"]):
        result = linli(*command)
        assert result.exit_code == 1
        assert "连不上数据库服务器" in result.stderr
        assert "geheim" not in result.output


@pytest.mark.usefixtures("config")
def test_a_backup_says_what_it_holds(linli: Linli) -> None:
    file(linli, FIRST)
    linli("db", "backup", "--into", "safe")
    [archive] = Path("safe").iterdir()
    manifest = examine(archive)
    assert manifest.compounds == ("main",)
    assert manifest.rows > 2
