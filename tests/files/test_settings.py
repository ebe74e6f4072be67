"""Both files together, and what is missing before the bot can go out."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.files.config import BadFiles, Config, config_from
from bot.files.settings import load_settings, missing_for_run, telegram_token

ROOT = Path(__file__).parents[2]
TOKEN = "123456:AAH-this-is-an-invented-token-0000001"
CONFIG = """
[compound]
name = "春晖苑"
buildings = ["1-6"]
phone = "0100-8000000"
run_by = "业委会"
contact = "周老师"
[[groups.owners]]
platform = "telegram"
chat = -1001234567890
"""
ROSTER = "网格,楼栋,职责,姓名\n一网格,1-6,网格员,老李\n,,物业经理,丁经理\n,,业委会,周老师\n,,社区,冯书记\n"


def files(folder: Path, config: str = CONFIG, roster: str = ROSTER) -> Path:
    (folder / "config.toml").write_text(config, encoding="utf-8")
    (folder / "roster.csv").write_text(roster, encoding="utf-8")
    return folder / "config.toml"


def configured(folder: Path, **telegram: object) -> Config:
    compound = {"name": "春晖苑", "buildings": ["1"], "phone": "1", "run_by": "业委会", "contact": "周老师"}
    groups = {"owners": [{"platform": "telegram", "chat": -1001234567890}]}
    return config_from({"compound": compound, "groups": groups, "telegram": telegram}, folder)


def test_two_good_files_are_settings(tmp_path: Path) -> None:
    settings = load_settings(files(tmp_path))
    assert settings.config.compound.name == "春晖苑"
    assert len(settings.roster.duties) == 4
    assert settings.warnings == ()


def test_the_examples_are_settings_once_copied(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_bytes((ROOT / "config.example.toml").read_bytes())
    (tmp_path / "roster.csv").write_bytes((ROOT / "roster.example.csv").read_bytes())
    settings = load_settings(tmp_path / "config.toml")
    missing = [str(problem) for problem in missing_for_run(settings.config, {})]
    assert len(missing) == 6
    assert "环境变量 LINLI_TELEGRAM_TOKEN 是空的" in missing[0]
    assert all("还是示例里的群号" in line for line in missing[1:])


def test_the_problems_of_both_files_are_told_together(tmp_path: Path) -> None:
    path = files(tmp_path, f"{CONFIG}\n[hours]\nquiet_frm = 1\n", ROSTER.replace("1-6", "7"))
    with pytest.raises(BadFiles) as caught:
        load_settings(path)
    assert [(problem.file, problem.key) for problem in caught.value.problems] == [
        ("config.toml", "hours.quiet_frm"),
        ("roster.csv", "第 2 行·楼栋"),
    ]
    assert str(caught.value).count("\n") == 1


def test_a_roster_that_is_not_there_is_told(tmp_path: Path) -> None:
    path = files(tmp_path)
    (tmp_path / "roster.csv").unlink()
    with pytest.raises(BadFiles, match=r"roster\.csv：找不到文件"):
        load_settings(path)


def test_warnings_do_not_stop(tmp_path: Path) -> None:
    settings = load_settings(files(tmp_path, roster=ROSTER.replace(",,业委会,周老师\n", "")))
    assert [warning.key for warning in settings.warnings] == ["业委会"]


def test_a_token_is_found_wherever_it_is_kept(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(f"{TOKEN}\n", encoding="utf-8")
    assert telegram_token(configured(tmp_path, token=TOKEN), {}) == TOKEN
    assert telegram_token(configured(tmp_path, token_file="secret"), {}) == TOKEN
    assert telegram_token(configured(tmp_path, token_env="T"), {"T": TOKEN}) == TOKEN


@pytest.mark.parametrize(
    ("telegram", "says"),
    [
        ({}, "telegram：没有机器人的密钥"),
        ({"token": TOKEN, "token_env": "T"}, "telegram：密钥给了不止一处（token、token_env）。请只留一处。"),
        ({"token_env": "NOT_SET"}, "telegram.token_env：环境变量 NOT_SET 是空的。"),
        ({"token_file": "gone"}, "telegram.token_file：读不到密钥文件"),
        ({"token": "从 @BotFather 复制"}, "telegram.token：这不像机器人的密钥。"),
        ({"token": f"{TOKEN}/../x"}, "telegram.token：这不像机器人的密钥。"),
    ],
)
def test_a_token_is_given_exactly_once(tmp_path: Path, telegram: dict[str, object], says: str) -> None:
    (said,) = map(str, missing_for_run(configured(tmp_path, **telegram), {"T": TOKEN}))
    assert says in said
    assert TOKEN not in said


def test_a_group_on_telegram_needs_an_account(tmp_path: Path) -> None:
    settings = load_settings(files(tmp_path))
    assert ["没有写 Telegram 账号" in str(problem) for problem in missing_for_run(settings.config, {})] == [
        True
    ]


def test_tickets_in_memory_only_are_no_way_to_run(tmp_path: Path) -> None:
    config = load_settings(
        files(tmp_path, CONFIG.replace("telegram", "console") + '[database]\nurl = "sqlite://"\n')
    )
    assert ["database.url" in str(problem) for problem in missing_for_run(config.config, {})] == [True]


def test_nothing_is_missing_where_all_is_there(tmp_path: Path) -> None:
    assert missing_for_run(configured(tmp_path, token=TOKEN), {}) == ()
