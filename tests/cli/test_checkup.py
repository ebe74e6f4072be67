"""``linli check``: what is in order, what is not, how to mend it; and that looking changes nothing."""

from __future__ import annotations

import os
import shutil
import socket
from collections import namedtuple
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import Result

from bot.calendar import workdays
from bot.cli.checkup import checkup
from bot.webhook import door
from storage.database import Database
from storage.migrations import upgrade
from tests.botapi import Server, Town
from tests.cli.conftest import GROUP, TOKEN, Linli

ROOT = Path(__file__).parents[2]
Write = Callable[..., Path]


@pytest.fixture
def town() -> Town:
    town = Town(TOKEN)
    town.group(GROUP, "春晖苑业主一群")
    return town


@pytest.fixture
def server(town: Town) -> Iterator[Server]:
    with Server(town) as server:
        yield server


@pytest.fixture
def check(linli: Linli, write: Write, server: Server) -> Callable[..., Result]:
    """``check(more)``: asks the stand-in server about the account and its groups."""

    def asked(more: str = "", token: str = TOKEN) -> Result:
        write(f'[telegram]\ntoken = "{token}"\nbase_url = "{server.url}"\n{more}', telegram=True)
        Path("config.toml").chmod(0o600)
        return linli("check")

    return asked


def lines(result: Result, mark: str) -> list[str]:
    assert result.stderr == ""
    return [line for line in result.stdout.splitlines() if line.startswith(mark)]


def about(result: Result, words: str) -> str:
    [line] = [line for line in result.stdout.splitlines() if words in line]
    return line


# --- files


def test_a_compound_in_good_order_is_all_fine(
    linli: Linli, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Whatever day this runs on.
    monkeypatch.setattr(workdays, "known", lambda _year: True)
    result = linli("check")
    assert result.exit_code == 0
    assert [line[0] for line in result.stdout.splitlines()[:-1]] == ["✓"] * 9
    assert (
        result.stdout.splitlines()[0]
        == "✓ 配置 config.toml：春晖苑，楼栋 6 个，业主群 1 个，其他群 0 个，试听"
    )
    assert result.stdout.splitlines()[1] == "✓ 名册 roster.csv：5 人，网格 1 个，网格员 1 人"
    assert result.stdout.splitlines()[-1] == "全部正常，可以运行 linli run。"


@pytest.mark.parametrize(("now", "mark"), [("2026-05-12", "✓"), ("2026-12-20", "!"), ("2033-05-12", "!")])
def test_a_year_whose_days_off_are_not_known_is_said(config: Path, now: str, mark: str) -> None:
    found = [
        finding
        for finding in checkup(config, datetime.fromisoformat(f"{now}T04:00+00:00"))
        if "放假" in finding.what
    ]
    assert [finding.mark.value for finding in found] == [mark]


def test_figures_for_a_topic_that_is_none_are_told(linli: Linli, write: Write) -> None:
    write('[[clocks.own]]\ntopic = "电剃"\nsolve_minutes = 60\n')
    assert about(linli("check"), "“电剃”这个主题").startswith("!")


def test_looking_changes_nothing(linli: Linli, write: Write, tmp_path: Path) -> None:
    write(media="var/media")
    before = sorted(path.name for path in tmp_path.rglob("*"))
    assert linli("check").exit_code == 0
    assert sorted(path.name for path in tmp_path.rglob("*")) == before


def test_on_the_example_it_explains_what_is_missing(linli: Linli, tmp_path: Path) -> None:
    shutil.copy(ROOT / "config.example.toml", tmp_path / "config.toml")
    result = linli("check")
    assert result.exit_code == 2
    assert "→ 请复制一份 roster.example.csv" in about(result, "找不到名册")
    assert "LINLI_TELEGRAM_TOKEN 是空的 →" in about(result, "telegram.token_env")
    assert len([line for line in lines(result, "✗") if "还是示例里的群号" in line]) == 5
    assert about(result, "Telegram 账号还没有查").startswith("!")
    assert all(" → " in line for line in lines(result, "✗"))
    assert result.stdout.splitlines()[-1] == "有 7 处要先改好（✗）。"


def test_a_faulty_configuration_is_told_whole_and_beside_it_the_roster(linli: Linli, config: Path) -> None:
    config.write_text(config.read_text(encoding="utf-8") + "[hours]\nquiet_frm = 1\n", encoding="utf-8")
    Path("roster.csv").write_text("网格,楼栋,职责,姓名\n一网格,9,网格员,老李\n", encoding="utf-8")
    result = linli("check")
    assert result.exit_code == 2
    assert len(lines(result, "✗")) == 2
    assert "→ 是不是想写 quiet_from？" in about(result, "quiet_frm")
    assert "小区里没有 9 栋" in about(result, "roster.csv")
    assert "还没有查" in lines(result, "!")[0]


def test_a_faulty_roster_does_not_hide_the_rest(linli: Linli, config: Path) -> None:
    Path("roster.csv").write_text("网格,楼栋,职责,姓名\n一网格,9,网格员,老李\n", encoding="utf-8")
    result = linli("check")
    assert result.exit_code == 2
    assert about(result, "小区里没有 9 栋").startswith("✗ roster.csv · 第 2 行·楼栋：")
    assert about(result, "数据库").startswith("✓")


def test_what_is_odd_in_the_roster_is_no_obstacle(linli: Linli, config: Path) -> None:
    text = "网格,楼栋,职责,姓名,任期至\n一网格,1-6,网格员,老李,2020-01-01\n,,业委会,周老师,\n"
    Path("roster.csv").write_text(text, encoding="utf-8")
    result = linli("check")
    assert result.exit_code == 0
    assert "任期已满，不再派单：老李 →" in about(result, "任期已满")
    assert about(result, "名册里没有物业经理").startswith("!")
    assert result.stdout.splitlines()[-1].startswith("可以运行 linli run；有 ")


def test_own_rules_must_do_what_their_examples_promise(linli: Linli, write: Write, tmp_path: Path) -> None:
    write('rules = "rules.toml"')
    rule = '[[rule]]\nid = "快递柜"\nkind = "complaint"\nweight = 3\nall = ["快递柜"]\n'
    said = 'examples = ["快递柜打不开", "驿站关门了"]\nnot_examples = ["快递柜在东门", "大家好"]\n'
    (tmp_path / "rules.toml").write_text(rule + said, encoding="utf-8")
    result = linli("check")
    assert result.exit_code == 0
    assert "（本小区的 1 条）" in about(result, "识别规则：")
    assert [line.partition(" →")[0] for line in lines(result, "!")] == [
        "! 本小区的规则 快递柜 认不出自己的例句“驿站关门了”",
        "! 本小区的规则 快递柜 在反例“快递柜在东门”上也起了作用",
    ]
    (tmp_path / "rules.toml").write_text(rule.replace("complaint", "klage"), encoding="utf-8")
    result = linli("check")
    assert result.exit_code == 2
    assert "rules.toml 第" in lines(result, "✗")[0]


def test_a_faulty_festivals_file_is_told(linli: Linli, write: Write, tmp_path: Path) -> None:
    write('festivals = "own.toml"')
    (tmp_path / "own.toml").write_text('[dragon-boat]\nwhen = { lunar = "13-40" }\n', encoding="utf-8")
    result = linli("check")
    assert result.exit_code == 2
    assert "看不懂日子" in lines(result, "✗")[0]


def test_the_next_festival_is_named(linli: Linli, config: Path) -> None:
    assert "下一个是" in about(linli("check"), "节日：")


# --- database and disk


def test_an_up_to_date_database_is_tried(linli: Linli, config: Path) -> None:
    linli("db", "upgrade")
    size = Path("var/linli.sqlite3").stat().st_size
    assert about(linli("check"), "数据库").endswith("var/linli.sqlite3：结构是最新的，可以写")
    assert Path("var/linli.sqlite3").stat().st_size == size


def test_a_database_without_tables_is_in_order(linli: Linli, config: Path) -> None:
    Path("var").mkdir()
    Path("var/linli.sqlite3").touch()
    assert "还是空的，第一次运行时自动建表" in about(linli("check"), "数据库")


def test_somebody_elses_tables_are_told_with_the_remedy(linli: Linli, write: Write, tmp_path: Path) -> None:
    write('[database]\nurl = "sqlite:///other.sqlite3"')
    database = Database(f"sqlite:///{tmp_path}/other.sqlite3")
    with database.writing() as conn:
        conn.exec_driver_sql("CREATE TABLE recipes (id INTEGER)")
    database.close()
    result = linli("check")
    assert result.exit_code == 1
    assert lines(result, "✗") == [
        "✗ 这个数据库里是别的程序的表 → 请在数据库地址里另写一个新的文件名或库名，再运行 linli db upgrade。"
    ]


def test_an_older_schema_is_told_with_the_command_that_mends_it(
    linli: Linli, config: Path, tmp_path: Path
) -> None:
    database = Database(f"sqlite:///{tmp_path}/var/linli.sqlite3")
    upgrade(database)
    with database.writing() as conn:
        conn.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    assert "升级 Linli" in lines(linli("check"), "✗")[0]


def test_a_file_that_is_no_database_is_told(linli: Linli, config: Path) -> None:
    Path("var").mkdir()
    Path("var/linli.sqlite3").write_text("这不是数据库，是一封信。" * 100, encoding="utf-8")
    result = linli("check")
    assert (result.exit_code, len(lines(result, "✗"))) == (1, 1)
    assert "这个文件不是数据库 →" in lines(result, "✗")[0]


def test_a_server_that_is_not_there_is_told_without_the_password(linli: Linli, write: Write) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: refused
        write(f'[database]\nurl = "postgresql://linli:geheim@127.0.0.1:{taken.getsockname()[1]}/linli"')
        Path("config.toml").chmod(0o600)
        result = linli("check")
    assert result.exit_code == 1
    assert "连不上数据库服务器 →" in lines(result, "✗")[0]
    assert "geheim" not in result.output


def test_a_photo_folder_that_cannot_be_written_is_told(linli: Linli, write: Write, tmp_path: Path) -> None:
    write(media="media")
    (tmp_path / "media").write_text("a file where a folder should be")
    result = linli("check")
    assert result.exit_code == 1
    assert "media 不能写 →" in lines(result, "✗")[0]


@pytest.mark.parametrize(
    ("free", "code", "said"),
    [(2 * 10**9, 0, "还剩 2.0 GB"), (5 * 10**8, 0, "只剩 500 MB →"), (10**7, 1, "只剩 10 MB →")],
)
def test_a_disk_that_fills_up_is_told(
    linli: Linli, config: Path, monkeypatch: pytest.MonkeyPatch, free: int, code: int, said: str
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: usage(10**12, 10**12 - free, free))
    result = linli("check")
    assert result.exit_code == code
    assert all(said in line for line in result.stdout.splitlines() if line[2:].startswith("磁盘"))
    assert "磁盘" in result.stdout


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a folder away")
def test_root_is_told_whose_files_they_are(linli: Linli, config: Path, tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    os.chown(tmp_path / "var", 65534, 65534)
    line = about(linli("check"), "现在用的是 root")
    assert "→ 请用 sudo -u " in line


# --- the account


def test_an_account_that_hears_its_group_is_fine(check: Callable[..., Result], town: Town) -> None:
    result = check()
    assert result.exit_code == 0
    assert about(result, "密钥有效").startswith(f"✓ Telegram 账号 @{town.me['username']}")
    assert about(result, "业主群“").endswith(f"业主群“春晖苑业主一群”（{GROUP}）：是成员，听得到")
    assert lines(result, "✗") == lines(result, "!") == []


def test_privacy_mode_is_explained_with_the_steps(check: Callable[..., Result], town: Town) -> None:
    town.me["can_read_all_group_messages"] = False
    result = check()
    assert result.exit_code == 1
    assert "/setprivacy" in lines(result, "!")[0]
    [deaf] = lines(result, "✗")
    assert "听不到大家说话 → 请在 @BotFather 发 /setprivacy" in deaf
    assert "重新拉进来" in deaf


def test_an_admin_hears_in_spite_of_privacy_mode(check: Callable[..., Result], town: Town) -> None:
    town.me["can_read_all_group_messages"] = False
    town.group(GROUP, "业主群", bot="administrator")
    result = check()
    assert result.exit_code == 0
    assert about(result, "业主群“").endswith("是管理员，听得到")


def test_a_staff_group_needs_to_hear_commands_only(check: Callable[..., Result], town: Town) -> None:
    town.me["can_read_all_group_messages"] = False
    town.group(GROUP, "业主群", bot="administrator")
    town.group(-1002, "工作群")
    result = check('[groups.staff]\nplatform = "telegram"\nchat = "-1002"\n')
    assert result.exit_code == 0
    assert about(result, "工作群“").endswith("是成员，只听得到命令，这里够用了")


@pytest.mark.parametrize(("bot", "said"), [("left", "机器人不在群里"), ("kicked", "机器人不在群里")])
def test_a_group_it_is_not_in_is_told(check: Callable[..., Result], town: Town, bot: str, said: str) -> None:
    town.group(GROUP, bot=bot)
    result = check()
    assert result.exit_code == 1
    assert said in lines(result, "✗")[0]
    assert "/setjoingroups" in lines(result, "✗")[0]


def test_a_group_it_is_muted_in_is_told(check: Callable[..., Result], town: Town) -> None:
    town.group(GROUP, bot="restricted", is_member=True, can_send_messages=False)
    result = check()
    assert result.exit_code == 1
    assert "机器人被禁言 → 请群管理员恢复" in lines(result, "✗")[0]


def test_a_group_with_a_new_number_is_told(check: Callable[..., Result], town: Town) -> None:
    town.migrate(GROUP, -1009999)
    result = check()
    assert result.exit_code == 0
    assert "群号已换成 -1009999 →" in lines(result, "!")[0]


def test_a_revoked_token_is_told_and_never_shown(check: Callable[..., Result]) -> None:
    result = check(token="4242:AA-this-token-was-revoked-0002")
    assert result.exit_code == 1
    assert "不认这个密钥 → 请在 @BotFather" in lines(result, "✗")[0]
    assert "this-token-was-revoked" not in result.output


def test_without_a_network_it_says_so(linli: Linli, write: Write) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: refused
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        write(f'[telegram]\ntoken = "{TOKEN}"\nbase_url = "http://{address}"', telegram=True)
        Path("config.toml").chmod(0o600)
        result = linli("check")
    assert result.exit_code == 1
    assert f"连不上 {address}（" in lines(result, "✗")[0]
    assert TOKEN.partition(":")[2] not in result.output


@pytest.mark.parametrize("fault", ["500", "garbage", "empty", "reset", "403"])
def test_whatever_the_server_answers_it_stays_one_line(
    check: Callable[..., Result], town: Town, fault: str
) -> None:
    town.fail(fault, times=10)
    result = check()
    assert result.exit_code == 1
    assert "连不上 127.0.0.1:" in lines(result, "✗")[0]


def test_one_group_that_cannot_be_asked_about_does_not_hide_the_others(
    check: Callable[..., Result], town: Town
) -> None:
    town.group(-1002, "二群")
    town.fail("502", "getChat")
    result = check('[[groups.owners]]\nplatform = "telegram"\nchat = "-1002"\n')
    assert result.exit_code == 1
    assert "没有查到（" in lines(result, "✗")[0]
    assert about(result, "二群").startswith("✓")


def test_nothing_is_changed_at_telegram(check: Callable[..., Result], town: Town) -> None:
    town.webhook = {"url": "https://example.org/hook"}
    check()
    assert {method for method, _ in town.calls} == {"getMe", "getWebhookInfo", "getChat", "getChatMember"}


def test_updates_that_are_posted_elsewhere_are_told(check: Callable[..., Result], town: Town) -> None:
    assert "webhook" not in check().stdout
    town.webhook = {"url": "https://example.org/hook"}
    assert about(check(), "正送往别处（example.org）").startswith("!")


def test_how_posting_of_updates_fares_is_told_without_its_secret(
    check: Callable[..., Result], town: Town
) -> None:
    public = "https://linli.example.org/telegram"
    mine = door(town.token, public, "127.0.0.1:8090")

    def asked() -> str:
        result = check(f'mode = "webhook"\nwebhook_url = "{public}"\n')
        assert mine.path not in result.stdout
        assert mine.header not in result.stdout
        return about(result, "webhook")

    assert "还没有登记" in asked()
    town.webhook = {"url": "https://example.org/hook"}
    assert "指向别处（example.org）" in asked()
    town.webhook = {"url": mine.full_url}
    assert asked().startswith("✓ webhook 已接通：linli.example.org")
    town.push_failed(f"Wrong response from {mine.full_url}: 502")
    assert "502" in asked()


@pytest.mark.skipif(os.name != "posix", reason="modes of files")
def test_a_token_that_others_can_read_is_told(linli: Linli, write: Write, tmp_path: Path) -> None:
    write('[telegram]\ntoken_file = "token"\nbase_url = "http://127.0.0.1:9"', telegram=True)
    (tmp_path / "token").write_text(TOKEN)
    (tmp_path / "token").chmod(0o644)
    assert f"→ 请运行 chmod 600 {tmp_path / 'token'}" in about(linli("check"), "别的用户也能读")
    (tmp_path / "token").chmod(0o600)
    assert "别的用户也能读" not in linli("check").stdout


def test_group_titles_have_no_power_over_the_terminal(check: Callable[..., Result], town: Town) -> None:
    town.group(GROUP, "\x1b[2J红色\u202e群")
    result = check()
    assert "\x1b" not in result.stdout
    assert "\u202e" not in result.stdout
    assert "红色" in result.stdout


# --- what may leave the messenger where it was said


def test_that_persons_go_to_another_messenger_is_said_with_what_to_do_about_it(
    check: Callable[..., Result],
) -> None:
    line = about(check("[privacy]\ncross_border = true\n"), "个人信息")
    assert "会出境" in line
    assert "改为 false" in line


def test_with_one_messenger_nothing_is_said_of_borders(check: Callable[..., Result]) -> None:
    assert "出境" not in check().stdout
