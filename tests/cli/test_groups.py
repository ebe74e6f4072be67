"""``linli groups`` tells the numbers of a bot's groups, and takes no message away from the bot."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cli.commands import execute
from tests.botapi.server import Server
from tests.botapi.town import Town

CONFIG = """
[compound]
name = "春晖苑"
buildings = ["1-3"]
phone = "0453-1"
run_by = "业委会"
contact = "王主任"
[groups]
owners = [{{ platform = "telegram", chat = "-1000000000001" }}]
[telegram]
token = "{token}"
base_url = "{url}"
"""


def _config(folder: Path, server: Server, town: Town) -> str:
    path = folder / "config.toml"
    path.write_text(CONFIG.format(token=town.token, url=server.url), encoding="utf-8")
    return str(path)


def test_a_running_bot_s_webhook_is_hung_up_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    town = Town()
    town.person(1001, "张阿姨")
    town.group(-1009, title="春晖苑业主群")
    with Server(town) as server:
        config = Path(_config(tmp_path, server, town))
        public = 'mode = "webhook"\nwebhook_url = "https://linli.example.org/telegram"\n'
        config.write_text(config.read_text(encoding="utf-8") + public, encoding="utf-8")
        town.webhook = {"url": "https://linli.example.org/telegram/x"}
        town.says(1001, "大家好", chat=-1009)
        assert execute(["groups", "--config", str(config)]) == 0

    assert "-1009" in capsys.readouterr().out
    assert town.webhook is not None
    assert town.webhook["url"].startswith("https://linli.example.org/telegram/")
    assert town.pending() == 1


def test_it_prints_the_line_to_be_copied_and_leaves_the_message_for_the_bot(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    town = Town()
    town.person(1001, "张阿姨")
    town.group(-1009, title="春晖苑业主群")
    town.says(1001, "大家好", chat=-1009)
    with Server(town) as server:
        assert execute(["groups", "--config", _config(tmp_path, server, town)]) == 0
    assert 'chat = "-1009"  # 春晖苑业主群' in capsys.readouterr().out
    assert all(call.get("offset") is None for call in town.called("getUpdates"))


def test_a_wrong_token_is_said_plainly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    town = Town()
    with Server(town) as server:
        path = Path(_config(tmp_path, server, town))
        path.write_text(
            path.read_text(encoding="utf-8").replace(town.token, "4200000001:" + "x" * 35), encoding="utf-8"
        )
        assert execute(["groups", "--config", str(path)]) == 1
    assert "@BotFather" in capsys.readouterr().err
