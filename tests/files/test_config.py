"""The configuration: one clear line per problem, all at once, and an example that shows everything."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.messages import Address
from bot.domain.people import LADDER, Role
from bot.files.config import BadFiles, Config, Problem, config_from, load_config
from bot.files.sections import tables
from bot.texts import load_texts

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "config.example.toml"
HERE = Path("/srv/linli")


def values(**changes: Any) -> dict[str, Any]:
    """The least that a configuration must say, with some tables changed."""
    least: dict[str, Any] = {
        "compound": {
            "name": "春晖苑",
            "buildings": ["1-12"],
            "phone": "0100-8000000",
            "run_by": "业委会",
            "contact": "周老师",
        },
        "groups": {"owners": [{"platform": "telegram", "chat": -1001}]},
    }
    for table, keys in changes.items():
        least[table] = {**least.get(table, {}), **keys} if isinstance(keys, dict) else keys
    return least


def problems(**changes: Any) -> list[str]:
    with pytest.raises(BadFiles) as caught:
        config_from(values(**changes), HERE)
    return [str(problem) for problem in caught.value.problems]


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "config.toml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def said_of(path: Path) -> list[str]:
    with pytest.raises(BadFiles) as caught:
        load_config(path)
    return [str(problem) for problem in caught.value.problems]


def test_the_example_loads_and_says_the_defaults() -> None:
    example, least = load_config(EXAMPLE), config_from(values(), ROOT)
    for name in (
        "mode",
        "listen_days",
        "database",
        "files",
        "hours",
        "promises",
        "clocks",
        "limits",
        "keep",
        "routing",
    ):
        assert getattr(example, name) == getattr(least, name), name
    assert example.compound.code == least.compound.code
    assert example.compound.timezone == least.compound.timezone
    assert example.telegram is not None
    assert example.telegram.base_url == "https://api.telegram.org"


def test_the_example_shows_every_key_with_its_meaning() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    # What stands right behind a # is a setting that is off; with a blank between, it is an explanation.
    shown = tomllib.loads("\n".join(re.sub(r"^#(?=[^ #])", "", line) for line in lines))

    def keys(table: Any) -> set[str]:
        return {key for row in (table if isinstance(table, list) else [table]) for key in row}

    every = list(tables())
    own = {"thread", "cards_thread", "script"}
    assert len(every) > 10
    for path, model in every:
        table: Any = shown
        for part in path:
            table = table[part]
        missing = set(model.model_fields) - keys(table)
        assert missing <= (own if path[:1] == ("groups",) else set()), (path, missing)
    assert any(own <= set(group) for group in shown["groups"]["owners"])
    unexplained = [
        line
        for before, line in pairwise(lines)
        if re.match(r"#?[a-z_]+ = ", line) and not re.match(r"# |#?[a-z_]+ = ", before)
    ]
    # The second group repeats keys that were explained at the first; a head explains itself.
    assert all(line.startswith("platform = ") for line in unexplained), unexplained


def test_only_the_compound_and_one_owners_group_are_needed() -> None:
    config = config_from(values(), HERE)
    assert config.mode == "listen"
    assert config.listen_days == 7
    assert config.compound.code == "main"
    assert str(config.compound.zone) == "Asia/Shanghai"
    assert config.compound.buildings == tuple(str(n) for n in range(1, 13))
    assert config.groups.owners[0].address == Address("telegram", "-1001")
    assert config.telegram is None
    assert config.promises.accept_minutes == 5
    assert config.routing.dispatcher is Role.MANAGER
    assert config.routing.ladder == LADDER


def test_a_configuration_cannot_be_changed_once_read() -> None:
    config = config_from(values(), HERE)
    with pytest.raises(ValueError, match="frozen"):
        config.mode = "live"


def test_paths_are_seen_from_the_folder_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "own.toml").touch()
    config = config_from(values(files={"rules": "own.toml", "roster": "/data/r.xlsx"}), tmp_path)
    assert config.files.rules == tmp_path / "own.toml"
    assert config.files.roster == Path("/data/r.xlsx")
    assert config.files.media == tmp_path / "var" / "media"
    assert config.files.festivals is None
    assert config.database.url == f"sqlite:///{tmp_path}/var/linli.sqlite3"


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    said = said_of(
        written(
            tmp_path,
            """
            [compound]
            name = "春晖苑"
            buildings = ["1-12"]
            phone = "0100-8000000"
            run_by = "业委会"
            contact = "周老师"
            [groups]
            owners = [{platform = "telegram", chat = -1}, {platform = "telegram", chat = "-1"}]
            [promises]
            accept_minuts = 30
            confirm_hours = "48"
            [hours]
            quiet_from = "25:00"
            """,
        )
    )
    assert said == [
        'config.toml · hours.quiet_from：看不懂时间“25:00”。请写成 "22:00"；半夜十二点写 "00:00"。',
        "config.toml · promises.confirm_hours：应当是整数，写的是“48”。只写数字，不加引号和单位。",
        "config.toml · promises.accept_minuts：没有 accept_minuts 这一项。是不是想写 accept_minutes？",
        "config.toml · groups.owners[2].chat：和 groups.owners[1] 是同一个群（-1）。"
        "一个群只能写一处，请改正群号或删去一处；同一个群的不同话题要各写 thread。",
    ]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"mode": "liv"}, "config.toml · mode：不能写“liv”。是不是想写“live”？可以写：listen、live。"),
        ({"hours": {"mode": "live"}}, "hours.mode：mode 不属于这里。请把它移到文件最上面、第一个 [ ] 之前。"),
        ({"accept_minutes": 5}, "accept_minutes：accept_minutes 不属于这里。请把它移到[promises] 里面。"),
        ({"zzz": 5}, "zzz：没有 zzz 这一项。这里可以写：mode、"),
        ({"hours": 5}, "hours：hours 应当是一个小节。"),
        ({"hours": {"quiet_from": "10点"}}, "hours.quiet_from：看不懂时间“10点”。"),
        ({"hours": {"quiet_from": 22}}, "hours.quiet_from：看不懂时间“22”。"),
        ({"hours": {"working_from": "18:00"}}, "hours：上班时间不早于下班时间。"),
        ({"hours": {"morning": "07:59"}}, "hours：morning 落在安静时段里。"),
        ({"groups": {"owners": []}}, "groups.owners：没有写业主群。请加上 [[groups.owners]]"),
        ({"groups": {"owners": [{"platform": "telegarm", "chat": -1}]}}, "是不是想写“telegram”？"),
        (
            {"groups": {"owners": [{"platform": "telegram", "chat": 77}]}},
            "groups.owners[1]：“77”不是 Telegram 群号",
        ),
        ({"groups": {"owners": [{"platform": "telegram"}]}}, "groups.owners[1].chat：缺少 chat。"),
        (
            {"groups": {"staff": {"platform": "telegram", "chat": -1001}}},
            "groups.staff.chat：和 groups.owners[1] 是同一个群",
        ),
        ({"compound": {"buildings": []}}, "compound：没有写楼栋。"),
        ({"compound": {"buildings": "1-12"}}, "compound.buildings：应当是楼栋的列表。"),
        ({"compound": {"buildings": ["1-x3-y"]}}, "compound.buildings：看不懂楼栋“1-x3-y”。"),
        ({"compound": {"buildings": ["12-1"]}}, "compound.buildings：“12-1”前大后小。"),
        ({"compound": {"buildings": ["1-9999"]}}, "compound.buildings：“1-9999”范围太大。"),
        ({"compound": {"buildings": ["1-D3"]}}, "compound.buildings：“1-D3”前后不是一种编号。"),
        ({"compound": {"buildings": ["1-5", "3-7"]}}, "compound.buildings：3-5 栋写了两遍。"),
        ({"compound": {"phases": {"东": ["1"]}}}, "compound.phases：看不懂期名“东”"),
        ({"compound": {"timezone": "Asia/Shangai"}}, "compound.timezone：没有“Asia/Shangai”这个时区。"),
        ({"compound": {"code": "春晖"}}, "compound.code：代号“春晖”不合用。"),
        ({"compound": {"name": " "}}, "compound.name：name 是空的。"),
        ({"compound": {"name": "春\x1b[31m晖"}}, "compound.name：里面有换行或看不见的字符。"),
        ({"compound": {"spots": "东门"}}, "compound.spots：应当是列表。"),
        ({"database": {"url": "mysql://u:pw@h/d"}}, "database.url：看不懂这个数据库地址。"),
        ({"files": {"rules": "gone.toml"}}, "files.rules：找不到文件 /srv/linli/gone.toml。"),
        ({"limits": {"tickets_per_hour": 0}}, "limits.tickets_per_hour：0 太小了。最小是 1。"),
        ({"keep": {"context_minutes": 60}}, "keep.context_minutes：60 太大了。最大是 15。"),
        ({"promises": {"accept_minutes": True}}, "promises.accept_minutes：应当是整数"),
        ({"promises": {"accept_minutes": 1.5}}, "promises.accept_minutes：应当是整数"),
        ({"routing": {"ladder": ["物业经理", "保安"]}}, "routing.ladder[2]：不能写“保安”。可以写：楼栋长、"),
        ({"routing": {"ladder": []}}, "routing.ladder：ladder 是空的。"),
        ({"telegram": {"base_url": "http://example.org"}}, "telegram.base_url：地址没有加密"),
        ({"telegram": {"base_url": "ftp://example.org"}}, "telegram.base_url：地址没有加密"),
        ({"telegram": {"base_url": "https://u:p@example.org"}}, "telegram.base_url：这不是一个服务器地址。"),
        ({"telegram": {"base_url": "http://127.0.0.1.example.org"}}, "telegram.base_url：地址没有加密"),
        ({"telegram": {"proxy": "127.0.0.1:1080"}}, "telegram.proxy：这不是一个代理地址。"),
    ],
)
def test_one_fault_gives_one_line_with_file_key_and_remedy(changes: dict[str, Any], says: str) -> None:
    (said,) = problems(**changes)
    assert says in said
    assert re.fullmatch(r"config\.toml · [a-z_.\[\]0-9]+：.+。.+[。？].*", said)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8081", "http://localhost:8081/", "http://[::1]:8081", "https://bot.example"]
)
def test_a_bot_api_server_is_encrypted_or_on_this_machine(url: str) -> None:
    config = config_from(values(telegram={"base_url": url}), HERE)
    assert config.telegram is not None
    assert config.telegram.base_url == url.rstrip("/")


@pytest.mark.parametrize(
    ("url", "becomes"),
    [
        ("sqlite:///a/b.sqlite3", "sqlite:////srv/linli/a/b.sqlite3"),
        ("sqlite:////a/b.sqlite3", "sqlite:////a/b.sqlite3"),
        ("sqlite://", "sqlite://"),
        ("postgres://u@h/d", "postgresql+psycopg://u@h/d"),
        ("postgresql+psycopg://u@h/d", "postgresql+psycopg://u@h/d"),
    ],
)
def test_database_addresses_are_made_whole(url: str, becomes: str) -> None:
    assert config_from(values(database={"url": url}), HERE).database.url == becomes


SECRET = "123456:AAH-nobody-may-read-this-secret-0001"


@pytest.mark.parametrize(
    "telegram",
    [
        {"token": SECRET, "tokn": 1},
        {"token": {"a": SECRET}},
        {"token": [SECRET]},
        {"proxy": SECRET},
        {"base_url": f"http://h/{SECRET}"},
        {"token_file": {"a": SECRET}},
        {"token_env": SECRET * 3},
    ],
)
def test_no_secret_is_repeated_in_a_problem(telegram: dict[str, Any]) -> None:
    said = problems(telegram=telegram)
    assert said
    assert not any(SECRET in line for line in said)


def test_no_secret_shows_in_a_repr() -> None:
    config = config_from(
        values(
            telegram={"token": SECRET, "proxy": f"socks5://u:{SECRET}@127.0.0.1:1"},
            database={"url": f"postgresql://u:{SECRET}@h/d"},
        ),
        HERE,
    )
    assert SECRET not in repr(config)
    assert SECRET not in str(config)


def test_topics_of_one_group_are_different_places() -> None:
    owners = [{"platform": "telegram", "chat": -1, "thread": n} for n in (2, 3)]
    config = config_from(values(groups={"owners": owners}), HERE)
    assert [group.address.thread for group in config.groups.owners] == ["2", "3"]
    owners.append({"platform": "telegram", "chat": -1})
    assert any(
        "groups.owners[3].chat：和 groups.owners[1] 是同一个群" in said
        for said in problems(groups={"owners": owners})
    )


def test_phases_may_repeat_numbers() -> None:
    phases = {"一期": ["1-3"], "2": ["1-2", "5甲"]}
    config = config_from(values(compound={"buildings": [], "phases": phases}), HERE)
    assert config.compound.phases == {"1": ("1", "2", "3"), "2": ("1", "2", "5甲")}
    assert config.compound.every_building == ("1", "2", "3", "5甲")
    assert ("2", "2", None) in config.compound.area.buildings


def test_quiet_hours_pass_midnight_and_may_be_none() -> None:
    hours = config_from(values(), HERE).hours
    assert [hours.quiet(time(h, m)) for h, m in ((21, 59), (22, 0), (3, 0), (7, 59), (8, 0))] == [
        False, True, True, True, False,
    ]  # fmt: skip
    always = config_from(values(hours={"quiet_from": time(8), "quiet_to": "8：00"}), HERE).hours
    assert not any(always.quiet(time(hour)) for hour in range(24))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('mode = "live\n', "config.toml · 第 1 行第 13 个字：这里的写法不对。"),
        ("mode = “live”\n", "config.toml · 第 1 行第 8 个字：这里的写法不对。"),
        ("a = [1,\n", "config.toml · 文件末尾：这里的写法不对。"),
        ("a = 1\na = 2\n", "config.toml · 第 2 行"),
        ('name = "春晖苑"\n'.encode("gb18030"), "config.toml：不是 UTF-8 编码。"),
        (b"\xff" * 2_000_000, "config.toml：太大了"),
    ],
)
def test_what_is_no_toml_is_told_with_its_line(tmp_path: Path, text: str | bytes, says: str) -> None:
    (said,) = said_of(written(tmp_path, text))
    assert says in said


def test_a_missing_file_and_a_folder_are_told(tmp_path: Path) -> None:
    assert "找不到配置文件" in said_of(tmp_path / "config.toml")[0]
    assert "读不了" in said_of(tmp_path)[0]


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    path = written(tmp_path, b"\xef\xbb\xbf" + EXAMPLE.read_bytes())
    assert load_config(path).compound.name == "春晖苑"


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8) | st.times(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
KEYS = sorted({name for _, model in tables() for name in model.model_fields})


@given(
    st.dictionaries(
        st.sampled_from(KEYS) | st.text(max_size=8),
        JUNK | st.dictionaries(st.sampled_from(KEYS), JUNK, max_size=4),
        max_size=5,
    )
)
def test_whatever_stands_in_the_file_it_loads_or_is_explained(junk: Mapping[str, object]) -> None:
    try:
        config = config_from({**values(), **junk}, HERE)
    except BadFiles as bad:
        assert bad.problems
        for problem in bad.problems:
            assert isinstance(problem, Problem)
            assert "写得不对" not in problem.what, problem
            assert str(problem).isprintable(), str(problem)
    else:
        assert isinstance(config, Config)


def test_every_kind_of_problem_has_its_words() -> None:
    texts, kinds = load_texts(), set()
    for source in ("config", "settings", "entries"):
        code = (ROOT / "bot" / "files" / f"{source}.py").read_text(encoding="utf-8")
        kinds |= set(re.findall(r'Wrong\("(\w+)"', code)) | set(re.findall(r'"config\.(\w+)"', code))
        kinds |= set(re.findall(r'bad\([\w".]+, "(\w+)"', code))
    kinds -= {"hidden", "line", "end", "top", "table", "toml"}
    assert len(kinds) > 20
    assert not {
        kind for kind in kinds if f"config.{kind}.what" not in texts or f"config.{kind}.remedy" not in texts
    }
