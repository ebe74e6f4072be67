"""Festivals are announced on their days, once, while it is of use, in words that fit."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.calendar.almanac import Fixed
from bot.calendar.festivals import Festival, Post, date_in, load_festivals, posts_due, upcoming, words
from bot.files.problems import BadFiles

ZONE = ZoneInfo("Asia/Shanghai")
SHIPPED = load_festivals()
DRAGON_BOAT = next(each for each in SHIPPED if each.id == "dragon-boat")
LABA = [each for each in SHIPPED if each.id == "laba"]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def own(folder: Path, text: str) -> Path:
    file = folder / "festivals.toml"
    file.write_text(text, encoding="utf-8")
    return file


def wrong_keys(file: Path) -> list[str]:
    with pytest.raises(BadFiles) as caught:
        load_festivals(file)
    assert all(problem.what and problem.remedy for problem in caught.value.problems)
    return [problem.key for problem in caught.value.problems]


def due(since: str, now: str, *festivals: Festival) -> list[tuple[str, int]]:
    posts = posts_due(festivals or (DRAGON_BOAT,), at(since), at(now), ZONE)
    return [(post.festival.id, post.lead_days) for post in posts]


# What comes with Linli


@pytest.mark.parametrize("year", [2024, 2025, 2026, 2027, 2033, 2050])
def test_every_month_has_something(year: int) -> None:
    days = [
        occasion.date for occasion in upcoming(SHIPPED, date(year, 1, 1), 40) if occasion.date.year == year
    ]
    assert {day.month for day in days} == set(range(1, 13))
    assert len(days) >= 18


@pytest.mark.parametrize("festival", SHIPPED, ids=lambda festival: str(festival.id))
def test_its_words_are_few_and_whole(festival: Festival) -> None:
    day = date_in(festival, 2026)
    for lead in festival.lead_days:
        said = words(Post(festival, day, lead, at("2026-01-01"), at("2026-01-02"), lead), "春晖苑")
        assert 15 <= len(said) <= 120
        assert not set("{}\n") & set(said)
        assert "所有人" not in said
        assert ("今天" in said or "好" in said or "快乐" in said) if lead == 0 else festival.name[:2] in said


# When they come


def test_the_next_ones_are_listed_with_todays_first() -> None:
    found = upcoming(SHIPPED, date(2026, 6, 19), 4)
    assert [(each.festival.name, each.date) for each in found] == [
        ("端午节", date(2026, 6, 19)),
        ("父亲节", date(2026, 6, 21)),
        ("七一建党节", date(2026, 7, 1)),
        ("八一建军节", date(2026, 8, 1)),
    ]


def test_the_list_runs_over_the_turn_of_the_year_with_both_laba_days_of_2022() -> None:
    assert [each.date for each in upcoming(LABA, date(2022, 1, 1), 3)] == [
        date(2022, 1, 10),
        date(2022, 12, 30),
        date(2024, 1, 18),
    ]


@given(st.dates(date(2020, 1, 1), date(2060, 1, 1)))
def test_no_festival_is_missing_from_the_list_or_twice_in_it(today: date) -> None:
    found = upcoming(SHIPPED, today, 60)
    assert [each.date for each in found] == sorted(each.date for each in found)
    assert len({(each.festival.id, each.date) for each in found}) == len(found)
    assert found[0].date >= today
    enabled = {each.id for each in SHIPPED if each.enabled}
    within = [each.festival.id for each in found if (each.date - today).days < 400]
    assert set(within) == enabled


def test_a_festival_that_is_switched_off_never_comes(tmp_path: Path) -> None:
    festivals = load_festivals(own(tmp_path, "[qixi]\nenabled = false\n"))
    assert not next(each for each in festivals if each.id == "qixi").enabled
    assert all(each.festival.id != "qixi" for each in upcoming(festivals, date(2026, 1, 1), 30))
    posts = posts_due(festivals, at("2026-08-19 00:00"), at("2026-08-19 18:00"), ZONE)
    assert posts == ()


# When they are announced


def test_it_is_announced_three_days_ahead_and_on_the_day() -> None:
    assert due("2026-06-16 08:59", "2026-06-16 09:00") == [("dragon-boat", 3)]
    assert due("2026-06-16 09:00", "2026-06-16 09:01") == []
    assert due("2026-06-19 08:59", "2026-06-19 09:00") == [("dragon-boat", 0)]


def test_after_an_outage_it_is_announced_late_and_says_the_days_that_are_left() -> None:
    (post,) = posts_due([DRAGON_BOAT], at("2026-06-15 12:00"), at("2026-06-18 08:00"), ZONE)
    assert (post.lead_days, post.days) == (3, 1)
    assert post.useful_until == at("2026-06-19 00:00")
    assert words(post, "春晖苑").startswith("明天就是端午节（6月19日，星期五）")


def test_after_an_outage_over_the_day_itself_only_the_days_own_words_are_said() -> None:
    assert due("2026-06-15 12:00", "2026-06-19 21:59") == [("dragon-boat", 0)]
    assert due("2026-06-15 12:00", "2026-06-19 08:59") == []
    assert due("2026-06-15 12:00", "2026-06-19 22:00") == []


def test_an_announcement_gives_way_to_the_festivals_next_one(tmp_path: Path) -> None:
    festivals = load_festivals(own(tmp_path, "[dragon-boat]\nlead_days = [0, 7, 2, 7]\n"))
    boat = next(each for each in festivals if each.id == "dragon-boat")
    assert boat.lead_days == (7, 2, 0)
    assert due("2026-06-01 00:00", "2026-06-17 08:59", boat) == [("dragon-boat", 7)]
    assert due("2026-06-01 00:00", "2026-06-17 09:00", boat) == [("dragon-boat", 2)]


@given(
    st.lists(st.integers(0, 60 * 24 * 8), min_size=1, max_size=12),
    st.sampled_from(
        [Festival("x", "节", Fixed(6, 19), (3, 0), 9, "{days}", "", ("owners",), True), DRAGON_BOAT]
    ),
)
def test_however_often_one_asks_each_announcement_comes_once(minutes: list[int], festival: Festival) -> None:
    start = at("2026-06-13 00:00")
    asked = [start, *(start + timedelta(minutes=each) for each in sorted(minutes))]
    found = [
        (post.day, post.lead_days)
        for since, now in itertools.pairwise(asked)
        for post in posts_due([festival], since, now, ZONE)
    ]
    assert len(found) == len(set(found))


def test_who_asks_every_hour_hears_every_announcement() -> None:
    hours = [at("2026-01-01 00:00") + timedelta(hours=hour) for hour in range(24 * 366)]
    heard = [
        (post.festival.id, post.lead_days)
        for since, now in itertools.pairwise(hours)
        for post in posts_due([DRAGON_BOAT, *LABA], since, now, ZONE)
    ]
    assert heard == [("laba", 0), ("dragon-boat", 3), ("dragon-boat", 0)]


def test_the_hour_is_the_compounds_wherever_the_machine_is() -> None:
    (post,) = posts_due(
        [DRAGON_BOAT], datetime(2026, 6, 19, 0, tzinfo=UTC), datetime(2026, 6, 19, 1, tzinfo=UTC), ZONE
    )
    assert post.at == at("2026-06-19 09:00")
    assert post.useful_until == at("2026-06-19 22:00")


def test_a_festival_early_in_january_is_announced_in_december() -> None:
    festival = Festival("x", "节", Fixed(1, 2), (5, 0), 10, "{days}", "", ("owners",), True)
    assert due("2026-12-28 09:00", "2026-12-28 10:00", festival) == [("x", 5)]


def test_naive_moments_are_refused() -> None:
    naive = datetime(2026, 6, 19)  # noqa: DTZ001 - the refusal is what is tested
    for since, now in ((naive, at("2026-06-19")), (at("2026-06-19"), naive)):
        with pytest.raises(ValueError, match="time zone"):
            posts_due(SHIPPED, since, now, ZONE)


# The compound's own file


def test_the_own_file_changes_what_it_names_and_adds_what_is_new(tmp_path: Path) -> None:
    festivals = load_festivals(
        own(
            tmp_path,
            """
            [dragon-boat]
            hour = 18
            [founding-day]
            name = "小区生日"
            when = { date = "10-18" }
            text = "{days}是{compound}的生日，{{欢迎}}下楼坐坐。"
            groups = ["owners", "staff", "owners"]
            """,
        )
    )
    boat = next(each for each in festivals if each.id == "dragon-boat")
    assert (boat.hour, boat.text) == (18, DRAGON_BOAT.text)
    assert len(festivals) == len(SHIPPED) + 1
    new = festivals[-1]
    assert (new.lead_days, new.hour, new.groups, new.enabled) == ((0,), 9, ("owners", "staff"), True)
    (post,) = posts_due([new], at("2026-10-18 08:00"), at("2026-10-18 09:00"), ZONE)
    assert words(post, "{name}苑") == "今天是{name}苑的生日，{欢迎}下楼坐坐。"


def test_a_file_from_a_windows_editor_is_read(tmp_path: Path) -> None:
    file = tmp_path / "festivals.toml"
    file.write_bytes(b"\xef\xbb\xbf[qixi]\r\nhour = 18\r\n")
    assert next(each for each in load_festivals(file) if each.id == "qixi").hour == 18


def test_every_problem_is_told_at_once_with_its_key(tmp_path: Path) -> None:
    file = own(
        tmp_path,
        """
        stray = 1
        [Qixi]
        hour = 9
        [laba]
        hour = 23
        lead_days = [3]
        groups = ["everybody"]
        enabled = "no"
        txt = "早"
        [women]
        today = "{compund}的姐妹们好"
        lead_days = []
        [youth]
        today = "{name"
        text = "{name!r}"
        [army]
        today = 8
        lead_days = [-1, true]
        [picnic]
        when = { lunar = "12-30" }
        """,
    )
    assert wrong_keys(file) == [
        "stray",
        "Qixi",
        "laba.txt",
        "laba.text",
        "laba.hour",
        "laba.enabled",
        "laba.groups",
        "women.today",
        "women.lead_days",
        "youth.text",
        "youth.today",
        "army.today",
        "army.lead_days",
        "army.text",
        "picnic.name",
        "picnic.text",
        "picnic.when",
    ]


def test_problems_name_the_file_and_what_was_probably_meant(tmp_path: Path) -> None:
    file = own(tmp_path, "[laba]\nlead_day = [3]\n")
    with pytest.raises(BadFiles) as caught:
        load_festivals(file)
    (problem,) = caught.value.problems
    assert problem.file == str(file)
    assert "lead_days" in problem.remedy


def test_a_file_that_cannot_be_read_is_one_problem(tmp_path: Path) -> None:
    assert wrong_keys(tmp_path / "missing.toml") == [""]
    assert wrong_keys(tmp_path) == [""]
    assert wrong_keys(own(tmp_path, "[laba\n")) == [""]
    latin = tmp_path / "gbk.toml"
    latin.write_bytes("[laba]\ntoday = '腊八'\n".encode("gbk"))
    assert wrong_keys(latin) == [""]
