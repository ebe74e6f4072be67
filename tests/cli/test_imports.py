"""``linli import``: what committees keep in their tables becomes tickets and homes, and a dry run changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import Result
from hypothesis import example, given
from hypothesis import strategies as st

from bot.app import read_files
from bot.cli.imports.columns import BadCell, moment_of, phone_of
from bot.cli.offline import changing, looking
from bot.domain.messages import Account
from bot.domain.places import Place
from bot.domain.tickets import State, Ticket
from bot.domain.verdicts import Kind
from bot.files.sheets import Cell, Sheet, write_workbook
from handlers.context import Context
from tests.cli.conftest import Linli

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 6, 16, 4, 0, tzinfo=UTC)
LEDGER = """2025年报修台账
报修时间,楼栋,房号,反映内容,办理情况,业主姓名,联系电话,经办人,备注
2026/5/12 14:30,3,501,电梯又停了,已修好,张阿姨,10000000099,王师傅,x
2026-05-13,3栋2单元,,楼道灯不亮,处理中,,,王师傅,
2026.5.14,,,希望装个充电桩,,李叔,,,
"""


@pytest.fixture
def files(linli: Linli, config: Path) -> Iterator[None]:
    """A compound in good order; ``linli`` is typed in its folder."""
    yield


def table(text: str, name: str = "old.csv") -> str:
    Path(name).write_text(text, encoding="utf-8")
    return name


@contextmanager
def store() -> Iterator[Context]:
    with looking(read_files(Path("config.toml")), datetime.now(UTC)) as context:
        yield context


def tickets() -> tuple[Ticket, ...]:
    with store() as context:
        return context.store.tickets.find()


def row_of(result: Result, number: int) -> str:
    [line] = [line for line in result.stdout.splitlines() if line.split()[:1] == [str(number)]]
    return line


# --- tickets


@pytest.mark.usefixtures("files")
def test_a_dry_run_shows_what_would_happen_and_changes_nothing(linli: Linli) -> None:
    for args in ((), ("--dry-run",)):
        result = linli("import", "tickets", table(LEDGER), *args)
        assert result.exit_code == 0
        assert row_of(result, 3).split() == [
            "3",
            "登记",
            "2026-05-12",
            "投诉·电梯",
            "3栋501室",
            "已关闭",
            "电梯又停了",
        ]
        assert "可登记 3 件，重复 0 件，不能用 0 行。什么都没有改" in result.stdout
        assert "没有用到的列：备注" in result.stdout
    assert not Path("var").exists()


@pytest.mark.usefixtures("files")
def test_rows_become_tickets_with_their_past(linli: Linli) -> None:
    result = linli("import", "tickets", table(LEDGER), "--apply")
    assert result.exit_code == 0
    assert "已登记 3 件" in result.stdout
    assert "其中 2 件还没办结：不会自动催办" in result.stdout
    lift, lamp, wish = tickets()
    assert (lift.number, lift.kind, lift.topic, lift.state) == (1, Kind.COMPLAINT, "电梯", State.CLOSED)
    assert lift.filed_at == datetime(2026, 5, 12, 6, 30, tzinfo=UTC)
    assert lift.place == Place(buildings=("3",), room="501")
    assert (lift.reporter, lift.reporter_name, lift.contact) == (None, "张阿姨", "10000000099")
    assert (lift.origin, lift.on_behalf, lift.grid, lift.role) == (None, True, "一网格", "物业维修")
    assert (lamp.state, lamp.assignee, lamp.place.unit) == (State.ACCEPTED, "王师傅/10000000041", "2")
    assert (wish.kind, wish.state, wish.role) == (Kind.WISH, State.OPEN, "业委会")


@pytest.mark.usefixtures("files")
def test_nobody_is_rung_by_an_import(linli: Linli) -> None:
    linli("import", "tickets", table(LEDGER), "--apply")
    assert all(ticket.due_at is None for ticket in tickets())
    # Else the morning's list would bring them up as matters of the night.
    assert all(ticket.pinged_at and ticket.told_group_at for ticket in tickets())
    with store() as context:
        assert all(not context.store.cards.of(ticket.id) for ticket in tickets())
        assert context.store.conn.exec_driver_sql("SELECT count(*) FROM outbox").scalar() == 0


@pytest.mark.usefixtures("files")
def test_the_diary_tells_where_a_ticket_came_from(linli: Linli) -> None:
    text = "日期,内容,办结日期\n2026-05-12,电梯又停了,2026-05-13\n"
    linli("import", "tickets", table(text), "--apply")
    with store() as context:
        [ticket] = context.store.tickets.find()
        diary = context.store.tickets.diary(ticket)
    assert [(event.verb, event.at.astimezone(SHANGHAI).date()) for event in diary[:2]] == [
        ("filed", date(2026, 5, 12)),
        ("resolve", date(2026, 5, 13)),
    ]
    assert (diary[2].verb, diary[2].data["note"]) == ("imported", "old.csv 第 2 行")


@pytest.mark.usefixtures("files")
def test_what_is_there_already_is_not_filed_again(linli: Linli) -> None:
    linli("import", "tickets", table(LEDGER), "--apply")
    more = LEDGER + "2026-05-12,3,501,电梯又停了,已修好,,,,\n2026-05-15,1,,门禁坏了,,,,,\n"
    result = linli("import", "tickets", table(more), "--apply")
    assert "已登记 1 件，重复的 4 件没有登记" in result.stdout
    assert "已登记为 #1" in row_of(result, 3)
    assert [ticket.text for ticket in tickets()][3:] == ["门禁坏了"]


@pytest.mark.usefixtures("files")
def test_the_same_row_twice_in_a_file_is_one_matter(linli: Linli) -> None:
    text = "日期,地点,内容\n2026-05-12,3栋,电梯 停了\n2026-05-12 9:00,3栋2单元,电梯停了\n"
    result = linli("import", "tickets", table(text + "2026-05-13,3栋,电梯停了\n2026-05-12,4栋,电梯停了\n"))
    assert "和第 2 行相同" in row_of(result, 3)
    assert row_of(result, 4).split()[1] == row_of(result, 5).split()[1] == "登记"


@pytest.mark.usefixtures("files")
def test_an_export_can_be_read_back_and_holds_nothing_new(linli: Linli) -> None:
    linli("import", "tickets", table(LEDGER), "--apply")
    for name, persons in (("a.xlsx", ["--with-persons"]), ("b.csv", [])):
        linli("export", "--out", name, *persons)
        assert "可登记 0 件，重复 3 件，不能用 0 行" in linli("import", "tickets", name).stdout


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    ("row", "why"),
    [
        (",3,电梯停了,,", "没有写日期"),
        ("昨儿,3,电梯停了,,", "看不懂日期“昨儿”"),
        ("2999-01-01,3,电梯停了,,", "日期“2999-01-01”还没到"),
        ("2026-02-30,3,电梯停了,,", "看不懂日期“2026-02-30”"),
        ("2026-05-12,3,,,", "没有写内容"),
        ("2026-05-12,3,电梯停了,差不多,", "看不懂状态“差不多”"),
        ("2026-05-12,3,电梯停了,,1.38E+10", "电话被 Excel 改成了"),
        ("2026-05-12,3,电梯停了,,无", "看不懂电话“无”"),
    ],
)
def test_a_row_that_cannot_be_used_is_told_with_its_number(linli: Linli, row: str, why: str) -> None:
    good = "2026-05-13,1,门禁坏了,已办结,\n"
    result = linli("import", "tickets", table(f"日期,楼栋,内容,状态,电话\n{good}{row}\n"), "--apply")
    assert result.exit_code == 1
    assert row_of(result, 3).split()[1] == "不能用"
    # The narrow column breaks the words.
    assert why[:6] in row_of(result, 3)
    assert [ticket.text for ticket in tickets()] == ["门禁坏了"]


@pytest.mark.usefixtures("files")
def test_a_place_that_cannot_be_read_is_kept_in_the_words(linli: Linli) -> None:
    text = "日期,楼栋,地点,内容\n2026-05-12,,花园东侧,长椅坏了\n2026-05-12,99,,水管坏了\n"
    result = linli("import", "tickets", table(text), "--apply")
    assert result.exit_code == 0
    assert "位置看不懂" in row_of(result, 2)
    assert "小区里没有" in row_of(result, 3)
    assert [(t.text, bool(t.place)) for t in tickets()] == [
        ("长椅坏了（位置：花园东侧）", False),
        ("水管坏了（位置：99）", False),
    ]


@pytest.mark.usefixtures("files")
def test_kind_and_topic_of_the_table_count_before_the_rules(linli: Linli) -> None:
    text = "日期,类别,主题,内容\n2026-05-12,心愿,,电梯又停了\n2026-05-12,噪音,,楼上的事\n2026-05-12,,绿化,那件事\n2026-05-12,杂项,,嗯嗯\n"
    result = linli("import", "tickets", table(text), "--apply")
    assert [(t.kind, t.topic) for t in tickets()] == [
        (Kind.WISH, "电梯"),
        (Kind.COMPLAINT, "噪音"),
        (Kind.COMPLAINT, "绿化"),
        (Kind.COMPLAINT, "其他"),
    ]
    assert "规则没认出主题" in row_of(result, 5)


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("", State.OPEN),
        ("未办结", State.OPEN),
        ("还没完成", State.OPEN),
        ("待处理", State.OPEN),
        ("否", State.OPEN),
        ("处理中", State.OPEN),  # nobody is named who could be doing it
        ("已办结", State.CLOSED),
        ("完成", State.CLOSED),
        ("是", State.CLOSED),
        ("√", State.CLOSED),
        ("Done", State.CLOSED),
        ("不属本职", State.DECLINED),
        ("已转出", State.DECLINED),
        ("业主撤回", State.WITHDRAWN),
        ("误报", State.FALSE_ALARM),
    ],
)
def test_states_are_understood_as_people_write_them(linli: Linli, said: str, state: State) -> None:
    linli("import", "tickets", table(f"日期,内容,状态\n2026-05-12,电梯又停了,{said}\n"), "--apply")
    assert [ticket.state for ticket in tickets()] == [state]


@pytest.mark.usefixtures("files")
def test_an_excel_workbook_with_real_dates_is_read(linli: Linli) -> None:
    rows: list[list[Cell]] = [
        [datetime(2026, 5, 12, 9, 30, tzinfo=SHANGHAI), "3-2-501", "电梯又停了"],
        [date(2026, 5, 13), "地下车库", "灯不亮"],
    ]
    write_workbook(Path("old.xlsx"), [Sheet("台账", ["时间", "地址", "问题描述"], rows)], SHANGHAI)
    assert linli("import", "tickets", "old.xlsx", "--apply").exit_code == 0
    first, second = tickets()
    assert first.filed_at == datetime(2026, 5, 12, 1, 30, tzinfo=UTC)
    assert first.place == Place(buildings=("3",), unit="2", room="501")
    assert second.place.spots == ("地下车库",)


@pytest.mark.usefixtures("files")
def test_a_table_without_the_needed_columns_is_refused_whole(linli: Linli) -> None:
    result = linli("import", "tickets", table("姓名,电话\n张阿姨,1\n"), "--apply")
    assert (result.exit_code, result.stdout) == (2, "")
    assert [line.partition("（")[0] for line in result.stderr.splitlines()] == [
        "old.csv：没有“内容”这一列",
        "old.csv：没有“日期或时间”这一列",
    ]
    assert linli("import", "tickets", "missing.csv").exit_code == 2
    assert not Path("var/linli.sqlite3").exists()


@pytest.mark.usefixtures("files")
def test_words_of_a_table_have_no_power_over_the_terminal(linli: Linli) -> None:
    result = linli("import", "tickets", table("日期,内容\n2026-05-12,\x1b[31m[red]坏了[/red]\u202e\n"))
    assert "[red]坏了[/red]" in result.stdout
    assert "\x1b" not in result.stdout
    assert "\u202e" not in result.stdout


@pytest.mark.usefixtures("files")
def test_a_database_that_does_not_fit_is_refused_before_anything_is_read(linli: Linli) -> None:
    linli("db", "upgrade")
    with changing(read_files(Path("config.toml")), NOW) as context:
        context.store.conn.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    for args in (
        ("import", "tickets", table(LEDGER)),
        ("import", "homes", "x.csv"),
        ("export",),
        ("db", "status"),
    ):
        result = linli(*args)
        assert result.exit_code == 1
        assert "请升级 Linli" in result.stderr


# --- homes

HOMES = """楼栋,单元,房号,姓名,电话,账号,昵称
3,2,501,张阿姨,10000000099,7000001,3-2-501 张
3,2,502,李叔,10000000098,,
9,1,101,王,,7000002,
3,2,503,赵,,@zhao,
4,,101,赵,,7000001,
5,1,301,钱,,7000003,
"""


def home(account: str) -> Place:
    with store() as context:
        return context.store.people.home(Account("telegram", account))


@pytest.mark.usefixtures("files")
def test_accounts_are_tied_to_their_homes_and_the_rest_is_told_why_not(linli: Linli) -> None:
    result = linli("import", "homes", table(HOMES))
    assert result.exit_code == 1
    assert (
        "可记下 2 户，改动 0 户，不变 0 户，还不能用 1 行，不愿被记录 0 户，有误 3 行。什么都没有改"
        in result.stdout
    )
    assert "没有账号" in row_of(result, 3)
    assert "小区里没有 9 栋" in row_of(result, 4)
    assert "不是账号编号" in row_of(result, 5)
    assert "和第 2 行是同一个账号" in row_of(result, 6)
    assert not Path("var").exists()
    assert "已记下 2 户" in linli("import", "homes", "old.csv", "--apply").stdout
    assert home("7000001") == Place(buildings=("3",), unit="2", room="501")
    assert home("7000003") == Place(buildings=("5",), unit="1", room="301")
    assert not home("7000002")


@pytest.mark.usefixtures("files")
def test_names_and_phones_of_the_list_are_not_kept(linli: Linli) -> None:
    linli("import", "homes", table(HOMES), "--apply")
    kept = b"".join(path.read_bytes() for path in Path("var").glob("linli.sqlite3*"))
    assert b"7000001" in kept
    assert "张阿姨".encode() not in kept
    assert b"10000000099" not in kept


@pytest.mark.usefixtures("files")
def test_a_list_can_be_brought_again_when_somebody_has_moved(linli: Linli) -> None:
    linli("import", "homes", table("地址,账号\n3-2-501,7000001\n5-1-301,7000003\n"), "--apply")
    result = linli("import", "homes", table("地址,账号\n4-1-101,7000001\n5-1-301,7000003\n"), "--apply")
    assert result.exit_code == 0
    assert "已记下 0 户，改动 1 户，不变 1 户" in result.stdout
    assert home("7000001").building == "4"


@pytest.mark.usefixtures("files")
def test_who_does_not_want_to_be_kept_is_not_kept(linli: Linli) -> None:
    linli("db", "upgrade")
    with changing(read_files(Path("config.toml")), NOW) as context:
        context.store.people.remember(Account("telegram", "7000001"), opted_out_at=NOW)
    result = linli("import", "homes", table("地址,账号\n3-2-501,7000001\n"), "--apply")
    assert "不愿被记录 1 户" in result.stdout
    assert not home("7000001")


@pytest.mark.usefixtures("files")
def test_a_name_that_the_platform_tells_stays(linli: Linli) -> None:
    linli("db", "upgrade")
    with changing(read_files(Path("config.toml")), NOW) as context:
        context.store.people.remember(Account("telegram", "7000001", "张阿姨🌸"))
    linli("import", "homes", table("地址,账号,昵称\n3-2-501,7000001,张\n5-1-301,7000003,钱\n"), "--apply")
    with store() as context:
        found = [
            context.store.people.known(Account("telegram", account)) for account in ("7000001", "7000003")
        ]
    assert [known.account.name for known in found if known] == ["张阿姨🌸", "钱"]


# --- cells


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2026-05-12", "2026-05-12T00:00"),
        ("2026-05-12 14:30", "2026-05-12T14:30"),
        ("2026/5/12 9:05:30", "2026-05-12T09:05"),
        ("2026年5月12日", "2026-05-12T00:00"),
        ("2026年5月12日 14:30", "2026-05-12T14:30"),
        ("２０２６.５.１２", "2026-05-12T00:00"),
        ("20260512", "2026-05-12T00:00"),
        ("46154", "2026-05-12T00:00"),
        ("5月12日", "2026-05-12T00:00"),
        ("12月1日", "2025-12-01T00:00"),
        ("2026-05-12T14:30", "2026-05-12T14:30"),
    ],
)
def test_dates_are_understood_as_people_and_excel_write_them(said: str, meant: str) -> None:
    assert moment_of(said, NOW, SHANGHAI) == datetime.fromisoformat(meant).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    "said", ["", "长期", "2026-13-01", "14:30", "五月", "2026-05-12 25:00", "1", "2026-06-17"]
)
def test_what_is_no_past_date_is_refused(said: str) -> None:
    with pytest.raises(BadCell):
        moment_of(said, NOW, SHANGHAI)


@given(st.text(max_size=30))
@example("2026年5月12日 ９:30")
def test_any_cell_is_a_past_moment_or_refused(said: str) -> None:
    try:
        moment = moment_of(said, NOW, SHANGHAI)
    except BadCell:
        return
    assert moment.tzinfo is not None
    assert datetime(1990, 1, 1, tzinfo=UTC) < moment <= NOW


@given(
    st.integers(0, 9_660 * 24 * 60).map(
        lambda minutes: datetime(2000, 1, 2, tzinfo=SHANGHAI) + timedelta(minutes=minutes)
    )
)
def test_every_past_moment_is_read_back_to_the_minute(meant: datetime) -> None:
    for form in ("%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S", "%Y年%m月%d日 %H:%M"):
        assert moment_of(meant.strftime(form), NOW, SHANGHAI) == meant
    serial = (meant.date() - date(1899, 12, 30)) / timedelta(days=1)
    assert moment_of(str(int(serial)), NOW, SHANGHAI).astimezone(SHANGHAI).date() == meant.date()


@given(st.text(max_size=80))
def test_any_phone_is_short_enough_to_keep_or_refused(said: str) -> None:
    try:
        assert len(phone_of(said)) <= 64
    except BadCell:
        return
