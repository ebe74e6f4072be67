"""Promise: who reported something reads why it waits or is declined, and never anything about anybody else in it."""

from __future__ import annotations

import pytest

from tests.town import Town

CLUTTER = "3栋楼道堆满杂物没人管"


@pytest.fixture
def reported(town: Town) -> Town:
    """#1 is 张阿姨's, who reads privately; 李建国 and 花开富贵 are neighbours who have spoken before."""
    for name in ("张阿姨", "李建国", "花开富贵"):
        town.starts(name)
    town.says("张阿姨", CLUTTER)
    return town


def _read(town: Town, name: str = "张阿姨") -> str:
    """All that stands in their private chat, with the diary."""
    town.tells(name, "/ticket 1")
    return "\n".join(town.stands_in(town.private(name)))


@pytest.mark.parametrize(
    ("secret", "reason"),
    [
        ("13912345678", "等301住户13912345678回电"),
        ("110101199003071234", "核对身份证110101199003071234"),
        ("0453-6123456", "等0453-6123456回电"),
        ("李建国", "等李建国签字"),
        ("李建国", "等李建国回来"),
        ("赵铁柱", "等赵铁柱回来"),
        ("花开富贵", "花开富贵家要先挪车"),
        ("王阿姨", "等楼上王阿姨同意"),
        ("1203", "等1203开门"),
        ("黑A12345", "等黑A12345挪车"),
    ],
)
def test_a_pause_s_reason_names_nobody_else(reported: Town, secret: str, reason: str) -> None:
    reported.tells("王主任", f"/挂起 1 {reason} 明天9点")

    read = _read(reported)
    assert "原因：" in read
    assert secret not in read
    assert secret in _read(reported, "王主任"), "the committee sees why"


def test_the_reporter_reads_of_themselves_as_you(reported: Town) -> None:
    reported.tells("王主任", "/挂起 1 等张阿姨回来 明天9点")

    assert "原因：等您回来" in _read(reported)


def test_what_it_waits_for_is_still_told(reported: Town) -> None:
    reported.tells("王主任", "/挂起 1 等厂家寄主板，型号未定 明天9点")

    assert "原因：等厂家寄主板，型号未定" in _read(reported)


@pytest.mark.parametrize("number", ["0453-6123456", "96116", "400-810-1234", "12345"])
def test_whoever_is_sent_elsewhere_reads_where_to_call_and_no_private_number(
    reported: Town, number: str
) -> None:
    reported.tells("王主任", f"/不办 1 归自来水公司，请打{number}，王工手机13912345678")

    read = _read(reported)
    assert number in read
    assert "13912345678" not in read


def test_of_a_matter_in_mediation_no_side_reads_what_was_noted(reported: Town) -> None:
    reported.tells("王主任", "/mediate 1")
    reported.tells("王主任", "/挂起 1 对方说他先骂人 明天9点")

    assert "先骂人" not in _read(reported)
