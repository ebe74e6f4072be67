"""Persons blotted out of a resident's words."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.privacy import names_in, without_names, without_persons

PHONE = re.compile(r"(?<!\d)(?:\+?86)?1[3-9]\d{9}(?!\d)")


@pytest.mark.parametrize(
    "text",
    [
        "13912345678",
        "139 1234 5678",
        "139-1234-5678",
        "139.1234.5678",
        "+86 13912345678",
        "+8613912345678",
        "１３９１２３４５６７８",
        "0453-6123456",
        "010-12345678",
        "61234567",
        "110101199003071234",
        "11010119900307123X",
        "黑A12345",
        "黑c·D12345",
        "京AD12345",
        "QQ：123456789",
        "微信号：wang_laoer",
        "wang.laoer@example.com",
        "3-2-501",
        "3-501",
        "3栋501",
        "3栋2单元501室",
        "501室",
        "１２０３室",
        "501的业主",
        "501家",
        "王阿姨",
        "姓郗先生",
        "101的王阿姨",
    ],
)
def test_what_points_at_a_person_is_blotted(text: str) -> None:
    digits = re.sub(r"\D", "", text.translate({ord("０") + n: str(n) for n in range(10)}))
    shown = without_persons(f"楼上{text}，天天吵")

    assert text not in shown
    assert len(digits) < 5 or digits[-4:] not in shown


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("楼上老王家天天打麻将", "楼上〔某人〕家天天打麻将"),
        ("3栋501漏水", "3栋某户漏水"),
        ("3-2-501漏水，电话13912345678", "3栋漏水，电话〔电话〕"),
        ("5号楼２单元６０１室的狗一直叫", "5号楼2单元某户的狗一直叫"),
    ],
)
def test_the_matter_stays_readable(text: str, left: str) -> None:
    assert without_persons(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "3栋电梯坏了，已经停了两天",
        "2026年5月12日停水",
        "20260512就报过",
        "3栋2单元走廊灯不亮",
        "8栋1000元押金没退",
        "3号楼2023年修过",
        "地下车库漏水，120平米都泡了",
        "老人摔倒了",
        "小区门口",
        "请打12345",
        "拨打119",
    ],
)
def test_what_points_at_nobody_stays(text: str) -> None:
    assert without_persons(text) == text


@given(st.text(alphabet="0123456789 -—.+１３９Xx栋单元室王老姐家的a@", max_size=40))
def test_no_phone_is_left_and_none_grows_together(text: str) -> None:
    assert PHONE.search(without_persons(text)) is None


@given(st.text(max_size=60), st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.text(max_size=60))
def test_a_phone_is_found_in_any_text(before: str, phone: str, after: str) -> None:
    shown = without_persons(f"{before}，{phone}，{after}")

    assert phone not in shown.replace(before, "").replace(after, "") or phone in before + after


@given(st.text(max_size=80))
def test_blotting_again_changes_nothing(text: str) -> None:
    once = without_persons(text)

    assert without_persons(once) == once


@given(st.text(alphabet="1234567890-—栋 ", max_size=400))
def test_long_rows_of_numbers_take_no_time_to_speak_of(text: str) -> None:
    without_persons(text * 20)


@pytest.mark.parametrize(
    ("name", "text", "shown"),
    [
        ("张阿姨", "已告知张阿姨，她不在家", "已告知〔某人〕，她不在家"),
        ("张阿姨", "张阿姨家里没人，等@张阿姨回来", "〔某人〕家里没人，等@〔某人〕回来"),
        ("张阿姨", "向张阿姨说明了", "向〔某人〕说明了"),
        ("张阿姨", "老张阿姨不在", "老张阿姨不在"),
        ("小丽", "王小丽说不用修", "王小丽说不用修"),
        ("小丽", "和小丽约好了，向小丽解释", "和〔某人〕约好了，向〔某人〕解释"),
        ("王芳", "王芳芳的车，王芳的门", "王芳芳的车，〔某人〕的门"),
        ("Ann", "Anna said so, Ann did not", "Anna said so, 〔某人〕 did not"),
        ("李", "李师傅已到，李说好了（李）", "李师傅已到，李说好了（〔某人〕）"),
        ("3-1-402 秀英", "秀英不在家，联系3-1-402 秀英", "〔某人〕不在家，联系〔某人〕"),
        ("业主", "业主不在家", "业主不在家"),
        ("3栋业主", "业主不在家", "业主不在家"),
        ("🌸花开富贵🌸", "等🌸花开富贵🌸回话", "等〔某人〕回话"),
    ],
)
def test_a_name_is_taken_out_where_it_stands_by_itself(name: str, text: str, shown: str) -> None:
    assert without_names(text, names_in({name}), {"王芳芳", "李师傅"}) == shown


@given(st.text(max_size=40), st.text(alphabet="张阿姨王芳李", min_size=2, max_size=3), st.text(max_size=40))
def test_between_marks_no_name_survives_and_nothing_else_is_lost(before: str, name: str, after: str) -> None:
    before, after = before.replace(name, ""), after.replace(name, "")
    assert without_names(f"{before}，{name}。{after}", (name,), ()) == f"{before}，〔某人〕。{after}"


@given(st.text(alphabet="张王李小阿姨芳", max_size=30))
def test_whoever_has_a_longer_name_keeps_it(text: str) -> None:
    assert without_names(text, ("阿姨",), ("张阿姨",)).count("张阿姨") == text.count("张阿姨")
