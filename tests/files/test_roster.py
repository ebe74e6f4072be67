"""The roster: read from whatever Excel saves, refused whole with every reason."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from bot.domain.people import Role, Roster
from bot.domain.places import Place
from bot.files.config import BadFiles, Config, config_from, load_config
from bot.files.roster import HEADS, ROLES, load_roster, parse_day, roster_warnings
from bot.files.shiftwords import shift_words
from bot.texts import load_texts

ROOT = Path(__file__).parents[2]
HEAD = "网格,楼栋,职责,姓名,电话,任期至"
GOOD = "一网格,1-3栋,网格员,老李,10000000001,2031-06-30"


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return config_from(
        {
            "compound": {
                "name": "春晖苑",
                "buildings": ["1-6"],
                "spots": ["地下车库"],
                "phone": "0100-8000000",
                "run_by": "业委会",
                "contact": "周老师",
            },
            "groups": {"owners": [{"platform": "console", "chat": "owners"}]},
        },
        tmp_path,
    )


def read(config: Config, *rows: str, head: str = HEAD, coding: str = "utf-8") -> Roster:
    config.files.roster.write_bytes("\r\n".join((head, *rows)).encode(coding))
    return load_roster(config.files.roster, config)


def refused(config: Config, *rows: str, head: str = HEAD) -> list[str]:
    with pytest.raises(BadFiles) as caught:
        read(config, *rows, head=head)
    return [str(problem) for problem in caught.value.problems]


def test_the_examples_fit_together() -> None:
    config = load_config(ROOT / "config.example.toml")
    roster = load_roster(ROOT / "roster.example.csv", config)
    assert {duty.role for duty in roster.duties} == set(Role)
    assert len({duty.grid for duty in roster.duties if duty.grid}) == 4
    assert roster_warnings(roster, config) == ()
    everywhere = [Place(buildings=(name,)) for name in config.compound.buildings]
    everywhere += [Place(spots=(spot,)) for spot in config.compound.spots]
    assert len(everywhere) > 12
    assert all(roster.grid_of(place) for place in everywhere)
    assert (ROOT / "roster.example.csv").read_bytes().startswith(b"\xef\xbb\xbf"), "Excel needs the mark"


def test_a_row_is_a_duty(config: Config) -> None:
    (duty,) = read(config, GOOD).duties
    assert (duty.grid, duty.role, duty.name, duty.phone) == (
        "一网格",
        Role.GRID_WORKER,
        "老李",
        "10000000001",
    )
    assert duty.area.buildings == {("1", None, None), ("2", None, None), ("3", None, None)}
    assert duty.until == date(2031, 6, 30)


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_encoding_that_excel_saves_is_read(config: Config, coding: str) -> None:
    assert read(config, GOOD, coding=coding).duties[0].name == "老李"


def test_columns_come_in_any_order_and_by_other_names(config: Config) -> None:
    roster = read(
        config,
        "10000000001,老 李,清扫保洁员,备注不看,１-３号楼,二网格",
        head="联系电话（手机）,人员姓名,岗位,备注,负责范围,所属网格",
    )
    (duty,) = roster.duties
    assert (duty.grid, duty.role, duty.name, duty.phone, duty.until) == (
        "二网格", Role.CLEANER, "老李", "10000000001", None,
    )  # fmt: skip
    assert len(duty.area.buildings) == 3


def test_a_workbook_is_read_with_dates_numbers_and_joined_cells(config: Config, tmp_path: Path) -> None:
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(["春晖苑网格人员花名册"])
    page.merge_cells("A1:F1")
    page.append(HEAD.split(","))
    page.append(["一网格", "1-3栋", "网格员", "老李", 10000000001, datetime(2031, 6, 30)])  # noqa: DTZ001
    page.append([None, 2, "楼栋长", "小周", 10000000002.0, "2031年6月"])
    page.merge_cells("A3:A4")
    path = tmp_path / "roster.xlsx"
    book.save(path)
    worker, head = load_roster(path, config).duties
    assert (worker.phone, worker.until) == ("10000000001", date(2031, 6, 30))
    assert (head.grid, head.phone, head.until) == ("一网格", "10000000002", date(2031, 6, 30))
    assert head.area.buildings == {("2", None, None)}


def test_all_problems_are_told_at_once_with_their_rows(config: Config) -> None:
    assert refused(
        config,
        ",1-3栋,网格员,老李,10000000001,",
        "二网格,9栋,网格员,小陈,10000000002,",
        "",
        "二网格,4栋,网格圆,小孙,1.38E+10,2031-02-30",
        "二网格,4栋,保安,,电话,",
    ) == [
        "roster.csv · 第 2 行·网格：网格员 老李 没有写网格。请填上网格的名字，例如“一网格”。",
        "roster.csv · 第 3 行·楼栋：小区里没有 9 栋。"
        "小区有：1-6；少了的补在 config.toml 的 compound.buildings 里。",
        "roster.csv · 第 5 行·职责：没有“网格圆”这种职责。是不是想写“网格员”？"
        "可以写：楼栋长、网格员、治安调解员、保洁员、物业维修、物业经理、业委会、社区。",
        "roster.csv · 第 5 行·电话：电话被 Excel 改成了 1.38E+10，后几位已经丢了。"
        "请把这一列设为“文本”格式，重新填写号码。",
        "roster.csv · 第 5 行·任期至：看不懂日期“2031-02-30”。请写成 2027-06-30；没有任期的空着。",
        "roster.csv · 第 6 行·姓名：没有写姓名。请填上，或删去这一行。",
        "roster.csv · 第 6 行·职责：没有“保安”这种职责。"
        "可以写：楼栋长、网格员、治安调解员、保洁员、物业维修、物业经理、业委会、社区。",
        "roster.csv · 第 6 行·电话：看不懂电话“电话”。"
        "一格只写一个号码，例如 10000000001 或 0100-8000000；没有就空着。",
    ]


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (
            ["一网格,1-3栋,网格员,老李,,", "二网格,3-5栋,网格员,小陈,,"],
            "第 3 行：“二网格”和第 2 行“一网格”的网格员都管 3栋。",
        ),
        (["一网格,全部,网格员,老李,,", "二网格,3-5栋,网格员,小陈,,"], "都管 3-5栋。"),
        (["一网格,3栋1单元,网格员,老李,,", "二网格,3栋,网格员,小陈,,"], "都管 3栋1单元。"),
        ([GOOD, GOOD], "第 3 行：老李 和第 2 行重复。"),
        (
            ["一网格,1栋,网格员,老李,10000000001,", ",全部,业委会,老李,,"],
            "第 3 行·电话：老李 这里没有电话，第 2 行有。",
        ),
        (["一网格,,网格员,老李,,"], "第 2 行·楼栋：没有写网格员负责哪里。"),
        ([",,物业维修,老李,,"], "第 2 行·楼栋：没有写物业维修负责哪里。"),
        (["一网格,2026-01-05,网格员,老李,,"], "第 2 行·楼栋：Excel 把楼栋当成了日期（2026-01-05）。"),
        (["一网格,1栋,网格员,老李、老王,,"], None),
        (["一网格,1栋,网格员,老李/老王,,"], "第 2 行·姓名：姓名“老李/老王”不合用。"),
        ([], "roster.csv：名册是空的。"),
    ],
)
def test_one_fault_gives_one_line(config: Config, rows: list[str], says: str | None) -> None:
    if says is None:
        assert read(config, *rows).duties
        return
    (said,) = refused(config, *rows)
    assert says in said


def test_two_workers_of_one_grid_may_share_it(config: Config) -> None:
    assert len(read(config, "一网格,1-3栋,网格员,老李,,", "一网格,1-3栋,网格员,小陈,,").duties) == 2


def test_units_of_one_building_may_lie_in_two_grids(config: Config) -> None:
    roster = read(config, "一网格,3栋1单元,网格员,老李,,", "二网格,3栋2单元,网格员,小陈,,")
    assert roster.grid_of(Place(buildings=("3",), unit="2")) == "二网格"


def test_a_duty_without_buildings_holds_in_its_whole_grid(config: Config) -> None:
    roster = read(config, "一网格,,保洁员,吴阿姨,,", GOOD)
    assert roster.duties[0].area == roster.duties[1].area


def test_those_above_the_grids_hold_everywhere_unless_they_say_otherwise(config: Config) -> None:
    roster = read(config, ",,物业经理,丁经理,,", ",1-2栋,业委会,周老师,,")
    assert roster.duties[0].area.whole
    assert not roster.duties[1].area.whole


def test_missing_and_doubled_columns_are_told(config: Config) -> None:
    assert refused(config, "1栋,老李", head="楼栋,姓名") == [
        "roster.csv · 网格：没有“网格”这一列（表头是：楼栋、姓名）。请在第一行补上，列的先后不限。",
        "roster.csv · 职责：没有“职责”这一列（表头是：楼栋、姓名）。请在第一行补上，列的先后不限。",
    ]
    (said,) = refused(config, "一网格,1,1,网格员,老李", head="网格,楼栋,楼号,职责,姓名")
    assert "有两列都像“楼栋”（楼栋、楼号）" in said


def test_empty_rungs_bare_buildings_and_crossed_grids_are_warned_of(config: Config) -> None:
    roster = read(config, GOOD, "二网格,4栋,网格员,小陈,,", "二网格,3栋,保洁员,吴阿姨,,", ",,社区,冯书记,,")
    warnings = roster_warnings(roster, config)
    assert all(warning.warning for warning in warnings)
    assert [str(warning).split("。")[0] for warning in warnings] == [
        "roster.csv · 物业经理：名册里没有物业经理，轮到这一级时没有人可找",
        "roster.csv · 业委会：名册里没有业委会，轮到这一级时没有人可找",
        "roster.csv · 网格员：5、6栋 没有网格员",
        "roster.csv · 3栋：老李（一网格）和吴阿姨（二网格）都管 3栋，却不在一个网格",
    ]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2027-06-30", date(2027, 6, 30)),
        ("2027/6/30", date(2027, 6, 30)),
        ("2027.6.30", date(2027, 6, 30)),
        ("２０２７年６月３０日", date(2027, 6, 30)),
        ("2027年6月30", date(2027, 6, 30)),
        ("20270630", date(2027, 6, 30)),
        ("2027-06-30 00:00:00", date(2027, 6, 30)),
        ("2028年2月", date(2028, 2, 29)),
        ("长期", None),
        ("", None),
    ],
)
def test_days_are_read_as_people_and_excel_write_them(text: str, day: date | None) -> None:
    assert parse_day(text) == day


@pytest.mark.parametrize(
    "text", ["27-06-30", "2027-13-01", "2027-02-30", "46568", "六月底", "30/6/2027", "1899-12-31"]
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="day"):
        parse_day(text)


@given(
    st.dates(date(2000, 1, 1), date(2100, 12, 31)),
    st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y%m%d"]),
)
def test_every_day_is_read_back(day: date, style: str) -> None:
    assert parse_day(day.strftime(style)) == day


@given(st.text(max_size=12))
def test_whatever_stands_in_a_day_is_read_or_refused(text: str) -> None:
    try:
        day = parse_day(text)
    except ValueError:
        return
    assert day is None or 2000 <= day.year <= 2100


def test_other_words_for_roles_and_columns_mean_one_thing_each() -> None:
    assert not set(ROLES) & {role.value for role in Role}
    aliases = [alias for names in HEADS.values() for alias in names]
    assert len(aliases) == len(set(aliases)) > 20


def test_every_kind_of_problem_has_its_words() -> None:
    code = (ROOT / "bot" / "files" / "roster.py").read_text(encoding="utf-8")
    kinds = set(re.findall(r'"(roster\.\w+)"', code)) - {"roster.cell", "roster.row"}
    texts = load_texts()
    assert len(kinds) > 12
    assert not {kind for kind in kinds if f"{kind}.what" not in texts or f"{kind}.remedy" not in texts}


def test_hours_and_teams_have_columns_of_their_own(config: Config) -> None:
    head = f"{HEAD},值班时间,所属队伍"
    always, worker = read(
        config,
        "一网格,1-3栋,楼栋长,周姐,10000000002,,,",
        f"{GOOD},周一至周五 8：00-18：00,邻里守护队、红袖章",
        head=head,
    ).duties
    assert always.shift.always
    assert always.teams == ()
    assert shift_words(worker.shift) == "周一至周五 8:00–18:00"
    assert worker.teams == ("邻里守护队", "红袖章")


def test_a_team_has_the_people_whose_term_has_not_ended(config: Config) -> None:
    roster = read(
        config,
        "一网格,1-3栋,网格员,老李,10000000001,2026-06-30,邻里守护队",
        "一网格,2栋,楼栋长,周姐,10000000002,,邻里守护队",
        head=f"{HEAD},队伍",
    )
    assert roster.teams == ("邻里守护队",)
    assert roster.team("邻里守护队", date(2026, 6, 30)) == ("老李/10000000001", "周姐/10000000002")
    assert roster.team("邻里守护队", date(2026, 7, 1)) == ("周姐/10000000002",)
    assert roster.team("没有的队", date(2026, 6, 30)) == ()


def test_one_row_for_every_shift_is_as_good_as_one_cell(config: Config) -> None:
    duties = read(config, f"{GOOD},周一 夜班", f"{GOOD},周三 夜班", head=f"{HEAD},值班").duties
    assert [shift_words(duty.shift) for duty in duties] == ["周一 22:00–次日8:00", "周三 22:00–次日8:00"]


def test_hours_and_teams_that_cannot_be_used_are_told_with_their_cell(config: Config) -> None:
    found = refused(
        config,
        f"{GOOD},周一-周五看情况,",
        "二网格,4栋,网格员,小陈,10000000002,,25点-3点,老李",
        head=f"{HEAD},值班,队伍",
    )
    assert found == [
        "roster.csv · 第 2 行·值班：看不懂值班时间里的“看情况”。请写成“周一-周五 8:00-18:00”“周六日”"
        "“夜班 22:00-8:00”或“节假日”，几段用分号隔开；随时都在的空着。",
        "roster.csv · 第 3 行·值班：值班时间里没有“25点”这个钟点。"
        "请按 24 小时写，例如“8:00-18:00”；过夜写“22:00-8:00”。",
    ]
    assert refused(config, f"{GOOD},,网格员", head=f"{HEAD},值班,队伍") == [
        "roster.csv · 第 2 行·队伍：队名“网格员”和名册里的姓名或职责一样。请换一个队名，例如“邻里守护队”。"
    ]


def test_hours_that_leave_a_gap_every_week_are_told(config: Config) -> None:
    roster = read(
        config,
        "一网格,1-6栋,网格员,老李,10000000001,,周一-周五 8:00-18:00",
        ",全部,物业经理,丁经理,10000000002,,",
        ",全部,业委会,周老师,10000000003,,",
        ",全部,社区,冯书记,10000000004,,",
        head=f"{HEAD},值班",
    )
    assert [str(warning) for warning in roster_warnings(roster, config)] == [
        "roster.csv · 一网格：一网格 周一至周四 18:00–次日8:00；周五 18:00 至 周一 8:00 没有人值班。"
        "请在值班一栏补上；空着就是随时都在。没人值班时会先找上一级。"
    ]
